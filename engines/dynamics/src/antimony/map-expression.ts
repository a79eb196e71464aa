import type { Expression } from '../expression.ts'

/** The same expression with everything that names something, at the leaves and in calls, put through `change`. */
export function mapExpression(expression: Expression, change: (part: Expression) => Expression): Expression {
  const inner = (part: Expression) => mapExpression(part, change)
  switch (expression.kind) {
    case 'apply':
      return { ...expression, operands: expression.operands.map(inner) }
    case 'call':
      return change({ ...expression, operands: expression.operands.map(inner) })
    case 'delay':
      return { ...expression, of: inner(expression.of), by: inner(expression.by) }
    case 'piecewise': {
      const pieces = expression.pieces.map(({ value, condition }) => ({
        value: inner(value),
        condition: inner(condition),
      }))
      return expression.otherwise
        ? { ...expression, pieces, otherwise: inner(expression.otherwise) }
        : { ...expression, pieces }
    }
    default:
      return change(expression)
  }
}

/** The same expression with other names for its symbols. */
export const renameSymbols = (expression: Expression, rename: (id: string) => string): Expression =>
  mapExpression(expression, (part) =>
    part.kind === 'symbol' || part.kind === 'rate-of' ? { ...part, id: rename(part.id) } : part,
  )
