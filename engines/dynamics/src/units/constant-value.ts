import type { Expression } from '../expression.ts'

/** Formulas nested deeper than this come to nothing here. */
const deepest = 1000

/** The number that a formula of numbers, constants and arithmetic comes to whatever the state; `constant` knows ids. */
export function constantValue(
  expression: Expression,
  constant: (id: string) => number | undefined,
  depth = 0,
): number | undefined {
  if (depth > deepest) return undefined
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'symbol':
      return constant(expression.id)
    case 'apply': {
      const values: number[] = []
      for (const operand of expression.operands) {
        const value = constantValue(operand, constant, depth + 1)
        if (value === undefined) return undefined
        values.push(value)
      }
      const [a = Number.NaN, b = Number.NaN] = values
      switch (expression.operator) {
        case 'plus':
          return values.reduce((sum, value) => sum + value, 0)
        case 'minus':
          return values.length === 1 ? -a : a - b
        case 'times':
          return values.reduce((sum, value) => sum * value, 1)
        case 'divide':
          return a / b
        case 'power':
          return a ** b
        default:
          return undefined
      }
    }
    default:
      return undefined
  }
}
