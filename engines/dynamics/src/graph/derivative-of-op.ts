import type { BinaryOp, Graph, Node, UnaryOp } from '../node.ts'

/** A derivative; `undefined` where it is zero by structure, so that 0 · x need not be simplified (x may be infinite). */
export type Derivative = Node | undefined

export interface Arithmetic {
  readonly add: (a: Derivative, b: Derivative) => Derivative
  readonly sub: (a: Derivative, b: Derivative) => Derivative
  readonly times: (a: Derivative, factor: Node) => Derivative
  readonly over: (a: Derivative, divisor: Node) => Derivative
  readonly choose: (condition: Node, then: Derivative, otherwise: Derivative) => Derivative
}

export function arithmetic(graph: Graph): Arithmetic {
  const zero = graph.number(0)
  return {
    add: (a, b) => (a && b ? graph.binary('add', a, b) : (a ?? b)),
    sub: (a, b) => (a && b ? graph.binary('sub', a, b) : b ? graph.unary('neg', b) : a),
    times: (a, factor) => a && graph.binary('mul', a, factor),
    over: (a, divisor) => a && graph.binary('div', a, divisor),
    choose: (condition, then, otherwise) =>
      then || otherwise ? graph.if(condition, then ?? zero, otherwise ?? zero) : undefined,
  }
}

/**
 * Of an exponential: beyond, it counts as this. Then 1 / (1 + exp(x)), of which membrane models are full, has slope 0
 * where the exponential overflows, not 0 · ∞.
 */
const greatestSlope = 1e200

/** Derivative of a unary operation by its operand, times `da`. */
export function unaryDerivative(graph: Graph, node: Node & { op: UnaryOp; a: Node }, da: Node): Derivative {
  const { a } = node
  const number = (value: number) => graph.number(value)
  const one = number(1)
  const { binary, unary } = graph
  const square = (x: Node) => binary('mul', x, x)
  const times = (factor: Node) => binary('mul', da, factor)
  const over = (divisor: Node) => binary('div', da, divisor)
  switch (node.op) {
    case 'neg':
      return unary('neg', da)
    case 'abs':
      return graph.if(binary('lt', a, number(0)), unary('neg', da), da)
    case 'sqrt':
      return over(binary('mul', number(2), node))
    case 'exp':
      return times(binary('min', node, number(greatestSlope)))
    case 'expm1':
      return times(binary('min', unary('exp', a), number(greatestSlope)))
    case 'ln':
      return over(a)
    case 'log10':
      return over(binary('mul', number(Math.LN10), a))
    case 'factorial':
      return times(binary('mul', node, digamma(graph, binary('add', a, one))))
    case 'sin':
      return times(unary('cos', a))
    case 'cos':
      return unary('neg', times(unary('sin', a)))
    case 'tan':
      return times(binary('add', one, square(node)))
    case 'sinh':
      return times(unary('cosh', a))
    case 'cosh':
      return times(unary('sinh', a))
    case 'tanh':
      return times(binary('sub', one, square(node)))
    case 'arcsin':
      return over(unary('sqrt', binary('sub', one, square(a))))
    case 'arccos':
      return unary('neg', over(unary('sqrt', binary('sub', one, square(a)))))
    case 'arctan':
      return over(binary('add', one, square(a)))
    case 'arcsinh':
      return over(unary('sqrt', binary('add', square(a), one)))
    case 'arccosh':
      return over(binary('mul', unary('sqrt', binary('sub', a, one)), unary('sqrt', binary('add', a, one))))
    case 'arctanh':
      return over(binary('sub', one, square(a)))
    case 'not':
    case 'floor':
    case 'ceiling':
      return undefined
  }
}

/** Derivative of a binary operation, of which at least one operand has one. */
export function binaryDerivative(
  graph: Graph,
  node: Node & { op: BinaryOp; a: Node; b: Node },
  da: Derivative,
  db: Derivative,
): Derivative {
  const { a, b } = node
  const { add, sub, times, over, choose } = arithmetic(graph)
  switch (node.op) {
    case 'add':
      return add(da, db)
    case 'sub':
      return sub(da, db)
    case 'mul':
      return add(times(da, b), times(db, a))
    case 'div':
      return sub(over(da, b), over(times(db, node), b))
    case 'power':
      return powerDerivative(graph, node, da, db)
    case 'rem':
      return sub(da, times(db, truncated(graph, graph.binary('div', a, b))))
    case 'min':
      return choose(graph.binary('le', a, b), da, db)
    case 'max':
      return choose(graph.binary('le', b, a), da, db)
    default:
      return undefined
  }
}

/** Towards zero. */
export function truncated(graph: Graph, x: Node): Node {
  return graph.if(graph.binary('lt', x, graph.number(0)), graph.unary('ceiling', x), graph.unary('floor', x))
}

function powerDerivative(graph: Graph, node: Node & { a: Node; b: Node }, da: Derivative, db: Derivative): Derivative {
  const { a, b } = node
  const { add, times } = arithmetic(graph)
  const lowered = graph.binary('power', a, graph.binary('sub', b, graph.number(1)))
  const byBase = da && times(da, graph.binary('mul', b, lowered))
  // 0^b does not change with b where it is a number at all; the formula would give 0 · −∞.
  const byExponent =
    db &&
    graph.if(
      graph.binary('eq', a, graph.number(0)),
      graph.number(0),
      graph.binary('mul', db, graph.binary('mul', node, graph.unary('ln', a))),
    )
  return add(byBase, byExponent)
}

/**
 * ψ(x) for x > 0: raised by recurrence to at least 10, then the asymptotic series, good to 1e-15 there
 * (Abramowitz & Stegun 6.3.5 and 6.3.18).
 */
function digamma(graph: Graph, x: Node): Node {
  const { binary } = graph
  const number = (value: number) => graph.number(value)
  const raised = 10
  const z = binary('add', x, number(raised))
  const inverseSquare = binary('div', number(1), binary('mul', z, z))
  const bernoulli = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12]
  const series = bernoulli.reduceRight(
    (sum, coefficient) => binary('mul', inverseSquare, binary('add', number(coefficient), sum)),
    number(0),
  )
  let value = binary('sub', binary('sub', graph.unary('ln', z), binary('div', number(0.5), z)), series)
  for (let k = 0; k < raised; k++) value = binary('sub', value, binary('div', number(1), binary('add', x, number(k))))
  return value
}
