import type { Expression, NamedNumber, Operator } from '../expression.ts'

/** How tightly a printed formula holds together; see {@link parseFormula}. */
const levels = { logical: 1, relation: 2, sum: 3, product: 4, sign: 5, power: 6, operand: 7 } as const

interface Printed {
  readonly text: string
  readonly level: number
}

const between: { readonly [operator in Operator]?: readonly [sign: string, level: number] } = {
  plus: ['+', levels.sum],
  minus: ['-', levels.sum],
  times: ['*', levels.product],
  divide: ['/', levels.product],
  eq: ['==', levels.relation],
  neq: ['!=', levels.relation],
  lt: ['<', levels.relation],
  gt: ['>', levels.relation],
  leq: ['<=', levels.relation],
  geq: ['>=', levels.relation],
  and: ['&&', levels.logical],
  or: ['||', levels.logical],
}
/** Printed between any number of operands; the others between two. */
const flat: ReadonlySet<Operator> = new Set(['plus', 'times', 'and', 'or'])

const namedNumbers: Readonly<Record<NamedNumber, string>> = {
  pi: 'pi',
  e: 'exponentiale',
  infinity: 'infinity',
  'not-a-number': 'notanumber',
  avogadro: 'avogadro',
  true: 'true',
  false: 'false',
}

/** Writes a formula so that it reads back as the same one. */
export const printFormula = (formula: Expression): string => print(formula).text

/** A number as it is written in formulas and values. */
export function printNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return Object.is(value, -0) ? '-0' : String(value)
}

function print(formula: Expression): Printed {
  switch (formula.kind) {
    case 'number': {
      const text = printNumber(formula.value)
      return {
        text: formula.unit === undefined ? text : `${text} ${formula.unit}`,
        level: text.startsWith('-') ? levels.sign : levels.operand,
      }
    }
    case 'named-number':
      return operand(namedNumbers[formula.name])
    case 'symbol':
      return operand(formula.id)
    case 'time':
      return operand('time')
    case 'call':
      return call(formula.function, formula.operands)
    case 'delay':
      return call('delay', [formula.of, formula.by])
    case 'rate-of':
      return operand(`rateOf(${formula.id})`)
    case 'piecewise':
      return call('piecewise', [
        ...formula.pieces.flatMap(({ value, condition }) => [value, condition]),
        ...(formula.otherwise ? [formula.otherwise] : []),
      ])
    case 'apply':
      return application(formula.operator, formula.operands)
  }
}

const operand = (text: string): Printed => ({ text, level: levels.operand })
const call = (name: string, operands: readonly Expression[]): Printed =>
  operand(`${name}(${operands.map(printFormula).join(', ')})`)
const inParentheses = ({ text }: Printed): string => `(${text})`
/** In parentheses unless it holds together at least as tightly. */
const tight = (printed: Printed, least: number): string =>
  printed.level >= least ? printed.text : inParentheses(printed)

function application(operator: Operator, operands: readonly Expression[]): Printed {
  const [first, second] = operands
  const infix = between[operator]
  if (infix && (operands.length === 2 || (operands.length > 2 && flat.has(operator)))) {
    const [sign, level] = infix
    const parts = operands.map((one, i) => {
      const printed = print(one)
      const same = one.kind === 'apply' && one.operator === operator
      // Left to right: only the first may be of the same level, and must not melt into an application to many.
      if (i === 0) return tight(printed, level <= levels.relation || (same && flat.has(operator)) ? level + 1 : level)
      return printed.level === levels.sign && level >= levels.sum ? inParentheses(printed) : tight(printed, level + 1)
    })
    return { text: parts.join(` ${sign} `), level }
  }
  switch (operator) {
    case 'minus': {
      // A minus before a bare number would be part of the number.
      const printed = print(first!)
      const text = first!.kind === 'number' ? inParentheses(printed) : tight(printed, levels.power)
      return { text: `-${text}`, level: levels.sign }
    }
    case 'not':
      return { text: `!${tight(print(first!), levels.power)}`, level: levels.sign }
    case 'power': {
      const parts = operands.map((one) => tight(print(one), levels.operand))
      return { text: parts.join('^'), level: levels.power }
    }
    case 'root':
      return isNumber(first, 2) ? call('sqrt', [second!]) : call('root', operands)
    case 'log':
      return isNumber(first, 10) ? call('log10', [second!]) : call('log', operands)
    case 'ceiling':
      return call('ceil', operands)
    default:
      return call(operator, operands)
  }
}

const isNumber = (formula: Expression | undefined, value: number): boolean =>
  formula?.kind === 'number' && formula.value === value && formula.unit === undefined
