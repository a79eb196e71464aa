import type { Expression } from '../expression.ts'
import type { FunctionDefinition } from '../model.ts'

const factorials = [1, 1, 2, 6, 24, 120, 720, 5040]

/** Repeated multiplication, as nodes do it. */
function power(base: number, exponent: number): number {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 16) return base ** exponent
  if (exponent < 0) return 1 / power(base, -exponent)
  if (exponent === 0) return 1
  if (exponent === 1) return base
  const half = power(base, Math.floor(exponent / 2))
  return exponent % 2 === 0 ? half * half : half * half * base
}

/** Value of a formula straight from its form, without nodes: what the graph is compared with. */
export function directValue(
  expression: Expression,
  symbols: Readonly<Record<string, number>>,
  time: number,
  functions: readonly FunctionDefinition[],
): number {
  const value = (part: Expression) => directValue(part, symbols, time, functions)
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'time':
      return time
    case 'symbol':
      return symbols[expression.id]!
    case 'named-number':
      return {
        pi: Math.PI,
        e: Math.E,
        infinity: Number.POSITIVE_INFINITY,
        'not-a-number': Number.NaN,
        avogadro: 6.02214179e23,
        true: 1,
        false: 0,
      }[expression.name]
    case 'piecewise': {
      for (const piece of expression.pieces) if (value(piece.condition) !== 0) return value(piece.value)
      return expression.otherwise ? value(expression.otherwise) : Number.NaN
    }
    case 'call': {
      const { arguments: names, body } = functions.find(({ id }) => id === expression.function)!
      const bound = Object.fromEntries(names.map((name, at) => [name, value(expression.operands[at]!)]))
      return directValue(body, bound, time, functions)
    }
    case 'delay':
    case 'rate-of':
      throw new Error('not for expressions that stand alone')
    case 'apply':
      return applied(expression.operator, expression.operands.map(value))
  }
}

function applied(operator: (Expression & { kind: 'apply' })['operator'], x: readonly number[]): number {
  const [a, b] = x as [number, number]
  const neighbours = (holds: (left: number, right: number) => boolean) =>
    Number(x.every((right, at) => at === 0 || holds(x[at - 1]!, right)))
  switch (operator) {
    case 'plus':
      return x.reduce((sum, term) => sum + term, 0)
    case 'times':
      return x.reduce((product, factor) => product * factor, 1)
    case 'minus':
      return x.length === 1 ? -a : a - b
    case 'divide':
      return a / b
    case 'power':
      return power(a, b)
    case 'root':
      if (a === 2) return Math.sqrt(b)
      return a % 2 === 1 && b < 0 ? -((-b) ** (1 / a)) : power(b, 1 / a)
    case 'log':
      return a === 10 ? Math.log10(b) : a === Math.E ? Math.log(b) : Math.log(b) / Math.log(a)
    case 'min':
      return Math.min(...x)
    case 'max':
      return Math.max(...x)
    case 'quotient':
      return Math.trunc(a / b)
    case 'rem':
      return a % b
    case 'eq':
      return neighbours((left, right) => left === right)
    case 'neq':
      return Number(a !== b)
    case 'gt':
      return neighbours((left, right) => left > right)
    case 'lt':
      return neighbours((left, right) => left < right)
    case 'geq':
      return neighbours((left, right) => left >= right)
    case 'leq':
      return neighbours((left, right) => left <= right)
    case 'and':
      return Number(x.every((truth) => truth !== 0))
    case 'or':
      return Number(x.some((truth) => truth !== 0))
    case 'xor':
      return x.filter((truth) => truth !== 0).length % 2
    case 'implies':
      return Number(a === 0 || b !== 0)
    case 'not':
      return Number(a === 0)
    case 'factorial':
      return factorials[a] ?? Number.NaN
    case 'ln':
      return Math.log(a)
    case 'ceiling':
      return Math.ceil(a)
    case 'abs':
    case 'exp':
    case 'floor':
    case 'sin':
    case 'cos':
    case 'tan':
    case 'sinh':
    case 'cosh':
    case 'tanh':
      return Math[operator](a)
    case 'sec':
      return 1 / Math.cos(a)
    case 'csc':
      return 1 / Math.sin(a)
    case 'cot':
      return 1 / Math.tan(a)
    case 'sech':
      return 1 / Math.cosh(a)
    case 'csch':
      return 1 / Math.sinh(a)
    case 'coth':
      return 1 / Math.tanh(a)
    case 'arcsin':
      return Math.asin(a)
    case 'arccos':
      return Math.acos(a)
    case 'arctan':
      return Math.atan(a)
    case 'arcsec':
      return Math.acos(1 / a)
    case 'arccsc':
      return Math.asin(1 / a)
    case 'arccot':
      return Math.atan(1 / a)
    case 'arcsinh':
      return Math.asinh(a)
    case 'arccosh':
      return Math.acosh(a)
    case 'arctanh':
      return Math.atanh(a)
    case 'arcsech':
      return Math.acosh(1 / a)
    case 'arccsch':
      return Math.asinh(1 / a)
    case 'arccoth':
      return Math.atanh(1 / a)
  }
}
