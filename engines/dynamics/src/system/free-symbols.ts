import type { Expression } from '../expression.ts'
import type { FunctionDefinition } from '../model.ts'

/** What a formula needs at the moment it is evaluated. */
export interface FreeSymbols {
  readonly symbols: ReadonlySet<string>
  /** Symbols of which it needs the rate. */
  readonly rates: ReadonlySet<string>
}

/**
 * The symbols a formula names; those that only a delayed part names are left out, because it needs them at an earlier time.
 *
 * @param askingForRates functions that ask for rates of their arguments, see {@link functionsAskingForRates}
 */
export function freeSymbols(expression: Expression, askingForRates: ReadonlySet<string>): FreeSymbols {
  const symbols = new Set<string>()
  const rates = new Set<string>()
  const open: Expression[] = [expression]
  for (let part = open.pop(); part; part = open.pop()) {
    switch (part.kind) {
      case 'symbol':
        symbols.add(part.id)
        break
      case 'rate-of':
        rates.add(part.id)
        break
      case 'call':
        for (const operand of askingForRates.has(part.function) ? part.operands : []) {
          if (operand.kind === 'symbol') rates.add(operand.id)
        }
        open.push(...part.operands)
        break
      case 'apply':
        for (const operand of part.operands) open.push(operand)
        break
      case 'piecewise':
        for (const piece of part.pieces) open.push(piece.value, piece.condition)
        if (part.otherwise) open.push(part.otherwise)
        break
      case 'delay':
        open.push(part.by)
        break
    }
  }
  return { symbols, rates }
}

/** Functions that ask for the rate of an argument, themselves or by what they call. */
export function functionsAskingForRates(functions: readonly FunctionDefinition[]): ReadonlySet<string> {
  const asking = new Set<string>()
  for (let before = -1; before < asking.size; ) {
    before = asking.size
    for (const { id, body } of functions) {
      const { rates } = freeSymbols(body, asking)
      if (rates.size > 0) asking.add(id)
    }
  }
  return asking
}
