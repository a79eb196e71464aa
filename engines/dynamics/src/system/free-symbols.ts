import type { Expression } from '../expression.ts'

/** What a formula needs at the moment it is evaluated. */
export interface FreeSymbols {
  readonly symbols: ReadonlySet<string>
  /** Symbols of which it needs the rate. */
  readonly rates: ReadonlySet<string>
}

/** The symbols a formula names; those that only a delayed part names are left out, because it needs them at an earlier time. */
export function freeSymbols(expression: Expression): FreeSymbols {
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
      case 'apply':
      case 'call':
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
