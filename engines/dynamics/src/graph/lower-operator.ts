import { DynamicsError, type Place } from '../errors.ts'
import { type Operator, unaryOperators } from '../expression.ts'
import type { BinaryOp, Graph, Node } from '../node.ts'
import { isUnaryOp } from './apply.ts'
import { truncated } from './derivative-of-op.ts'
import { truthOf } from './simplify.ts'

/**
 * An operator of a formula put together from the operations of nodes, with the meaning MathML 2 and SBML Level 3
 * Version 2 (section 3.4) give it. Truths and numbers may stand for each other: true is 1, and all but 0 is true.
 *
 * @throws {DynamicsError} `invalid-model` when it has not as many operands as it needs
 */
export function lowerOperator(graph: Graph, operator: Operator, operands: readonly Node[], place?: Place): Node {
  const { binary, unary } = graph
  const number = (value: number) => graph.number(value)
  const need = (least: number, most = least) => {
    if (operands.length >= least && operands.length <= most) return
    const expected = least === most ? `${least}` : `${least} to ${most}`
    throw new DynamicsError('invalid-model', `“${operator}” has ${operands.length} operands`, {
      element: operator,
      expected,
      ...(place && { place }),
    })
  }
  const fold = (op: BinaryOp, empty: Node) =>
    operands.length === 0 ? empty : operands.slice(1).reduce((sum, operand) => binary(op, sum, operand), operands[0]!)
  const truths = operands.map((operand) => truthOf(graph, operand))
  /** Holds between all neighbours. */
  const chain = (relation: (left: Node, right: Node) => Node) => {
    let holds = number(1)
    for (let at = 1; at < operands.length; at++) {
      holds = binary('and', holds, relation(operands[at - 1]!, operands[at]!))
    }
    return holds
  }
  if ((unaryOperators as readonly string[]).includes(operator)) need(1)
  const [a, b] = operands as [Node, Node]
  const one = number(1)

  switch (operator) {
    case 'plus':
      return fold('add', number(0))
    case 'times':
      return fold('mul', one)
    case 'minus':
      need(1, 2)
      return operands.length === 1 ? unary('neg', a) : binary('sub', a, b)
    case 'divide':
      need(2)
      return binary('div', a, b)
    case 'power':
      need(2)
      return binary('power', a, b)
    case 'root':
      need(2)
      return root(graph, a, b)
    case 'log':
      need(2)
      if (a.op === 'number' && a.value === 10) return unary('log10', b)
      if (a.op === 'number' && a.value === Math.E) return unary('ln', b)
      return binary('div', unary('ln', b), unary('ln', a))
    case 'min':
    case 'max':
      need(1, Number.POSITIVE_INFINITY)
      return fold(operator, one)
    case 'quotient':
      need(2)
      return truncated(graph, binary('div', a, b))
    case 'rem':
      need(2)
      return binary('rem', a, b)
    case 'eq':
      return chain((left, right) => binary('eq', left, right))
    case 'neq':
      need(2)
      return binary('ne', a, b)
    case 'lt':
      return chain((left, right) => binary('lt', left, right))
    case 'leq':
      return chain((left, right) => binary('le', left, right))
    case 'gt':
      return chain((left, right) => binary('lt', right, left))
    case 'geq':
      return chain((left, right) => binary('le', right, left))
    case 'and':
      return truths.reduce((all, truth) => binary('and', all, truth), one)
    case 'or':
      return truths.reduce((any, truth) => binary('or', any, truth), number(0))
    case 'xor':
      return truths.length === 0 ? number(0) : truths.reduce((odd, truth) => binary('ne', odd, truth))
    case 'implies':
      need(2)
      return binary('or', unary('not', a), truths[1]!)
    case 'sec':
      return binary('div', one, unary('cos', a))
    case 'csc':
      return binary('div', one, unary('sin', a))
    case 'cot':
      return binary('div', one, unary('tan', a))
    case 'sech':
      return binary('div', one, unary('cosh', a))
    case 'csch':
      return binary('div', one, unary('sinh', a))
    case 'coth':
      return binary('div', one, unary('tanh', a))
    case 'arcsec':
      return unary('arccos', binary('div', one, a))
    case 'arccsc':
      return unary('arcsin', binary('div', one, a))
    case 'arccot':
      return unary('arctan', binary('div', one, a))
    case 'arcsech':
      return unary('arccosh', binary('div', one, a))
    case 'arccsch':
      return unary('arcsinh', binary('div', one, a))
    case 'arccoth':
      return unary('arctanh', binary('div', one, a))
    default:
      if (isUnaryOp(operator)) return unary(operator, a)
      throw new DynamicsError('not-supported', `the operator “${operator satisfies never}”`, place && { place })
  }
}

/** Of a whole odd degree a negative radicand has a real root. */
function root(graph: Graph, degree: Node, radicand: Node): Node {
  if (degree.op === 'number' && degree.value === 2) return graph.unary('sqrt', radicand)
  const exponent = graph.binary('div', graph.number(1), degree)
  const principal = graph.binary('power', radicand, exponent)
  if (degree.op !== 'number' || Math.abs(degree.value % 2) !== 1) return principal
  const mirrored = graph.unary('neg', graph.binary('power', graph.unary('neg', radicand), exponent))
  return graph.if(graph.binary('lt', radicand, graph.number(0)), mirrored, principal)
}
