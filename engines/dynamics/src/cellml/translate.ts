import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import { type Side, variableOf } from './equations.ts'
import type { Component } from './flatten.ts'
import type { Symbols } from './symbols.ts'

/** A side of an equation in the model's symbols and units' ids; numbers and dimensions stay as the component has them. */
export function translate(side: Side, component: Component, symbols: Symbols): Expression {
  const localTime = side.by[0]
  const inner = (expression: Expression): Expression => {
    switch (expression.kind) {
      case 'number': {
        const { unit, place } = expression
        if (unit === undefined) return expression
        return { ...expression, unit: component.unitScope(unit, place ?? { line: 1 }) }
      }
      case 'named-number':
        return expression
      case 'symbol': {
        const value = symbols.expressionOf(variableOf(component, expression.id, expression.place))
        return expression.place ? { ...value, place: expression.place } : value
      }
      case 'rate-of': {
        const variable = variableOf(component, expression.id, expression.place)
        const quantity = symbols.quantityOf(variable)
        const rate: Expression = { ...symbols.rateOf(quantity), ...(expression.place && { place: expression.place }) }
        const inUnit = symbols.convert(rate, quantity.owner.unit, variable.unit)
        return localTime ? symbols.convert(inUnit, localTime.unit, symbols.time!.owner.unit) : inUnit
      }
      case 'apply':
        return { ...expression, operands: expression.operands.map(inner) }
      case 'piecewise': {
        const { pieces, otherwise, ...rest } = expression
        return {
          ...rest,
          pieces: pieces.map(({ value, condition }) => ({ value: inner(value), condition: inner(condition) })),
          ...(otherwise && { otherwise: inner(otherwise) }),
        }
      }
      default: {
        const what = expression.kind === 'call' ? `function ${expression.function}` : expression.kind
        throw new DynamicsError('not-supported', `${what} in component ${component.name}`, {
          element: what,
          ...(expression.place && { place: expression.place }),
        })
      }
    }
  }
  return inner(side.value)
}
