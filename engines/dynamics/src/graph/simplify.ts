import type { BinaryOp, Graph, Node, UnaryOp } from '../node.ts'

/** A whole exponent up to this is done by multiplication: exact for exact operands, and several times faster. */
const greatestWholePower = 16

const truths: ReadonlySet<string> = new Set(['lt', 'le', 'eq', 'ne', 'and', 'or', 'not'])

/** Is never anything but 0 or 1. */
function isTruth(node: Node): boolean {
  if (node.op === 'number') return node.value === 0 || node.value === 1
  return truths.has(node.op)
}

/** 1 where the node is not 0. */
export function truthOf(graph: Graph, node: Node): Node {
  return isTruth(node) ? node : graph.binary('ne', node, graph.number(0))
}

const isNumber = (node: Node, value: number) => node.op === 'number' && Object.is(node.value, value)

/** Only what keeps every value to the last bit, infinities and not-a-numbers included; the sign of a zero sum aside. */
export function simplifyUnary(graph: Graph, op: UnaryOp, a: Node): Node | undefined {
  if (op === 'neg' && a.op === 'neg') return a.a
  if (op === 'abs' && (a.op === 'neg' || a.op === 'abs')) return graph.unary('abs', a.a)
  if (op === 'not' && a.op === 'not') return truthOf(graph, a.a)
  if (op === 'not' && a.op === 'eq') return graph.binary('ne', a.a, a.b)
  if (op === 'not' && a.op === 'ne') return graph.binary('eq', a.a, a.b)
  if ((op === 'floor' || op === 'ceiling') && (a.op === 'floor' || a.op === 'ceiling')) return a
  return undefined
}

export function simplifyBinary(graph: Graph, op: BinaryOp, a: Node, b: Node): Node | undefined {
  switch (op) {
    case 'add':
      if (a.op === 'number' && a.value === 0) return b
      if (b.op === 'number' && b.value === 0) return a
      if (b.op === 'neg') return graph.binary('sub', a, b.a)
      if (a.op === 'neg') return graph.binary('sub', b, a.a)
      return undefined
    case 'sub':
      if (b.op === 'number' && b.value === 0) return a
      if (b.op === 'neg') return graph.binary('add', a, b.a)
      return undefined
    case 'mul':
      if (isNumber(a, 1)) return b
      if (isNumber(b, 1)) return a
      if (isNumber(a, -1)) return graph.unary('neg', b)
      if (isNumber(b, -1)) return graph.unary('neg', a)
      if (a.op === 'neg' && b.op === 'neg') return graph.binary('mul', a.a, b.a)
      return undefined
    case 'div':
      if (isNumber(b, 1)) return a
      if (isNumber(b, -1)) return graph.unary('neg', a)
      if (a.op === 'neg' && b.op === 'neg') return graph.binary('div', a.a, b.a)
      if (b.op === 'number' && hasExactReciprocal(b.value)) return graph.binary('mul', a, graph.number(1 / b.value))
      return undefined
    case 'min':
    case 'max':
      return a === b ? a : undefined
    case 'lt':
      return a === b ? graph.number(0) : undefined
    case 'and':
      return withTruth(graph, a, b, 0) ?? withTruth(graph, b, a, 0) ?? (a === b ? truthOf(graph, a) : undefined)
    case 'or':
      return withTruth(graph, a, b, 1) ?? withTruth(graph, b, a, 1) ?? (a === b ? truthOf(graph, a) : undefined)
    default:
      return undefined
  }
}

export function simplifyIf(graph: Graph, condition: Node, then: Node, otherwise: Node): Node | undefined {
  if (condition.op === 'number') return condition.value !== 0 ? then : otherwise
  if (then === otherwise) return then
  if (condition.op === 'not') return graph.if(condition.a, otherwise, then)
  if (isTruth(condition) && isNumber(then, 1) && isNumber(otherwise, 0)) return condition
  return undefined
}

/** `and` and `or` with a constant: `decided` is the truth that settles it alone. */
function withTruth(graph: Graph, constant: Node, other: Node, decided: 0 | 1): Node | undefined {
  if (constant.op !== 'number') return undefined
  const truth = constant.value !== 0 ? 1 : 0
  return truth === decided ? graph.number(decided) : truthOf(graph, other)
}

/** Division by a power of two is multiplication by another, unless either leaves the range of normal numbers. */
function hasExactReciprocal(value: number): boolean {
  const magnitude = Math.abs(value)
  return (
    magnitude >= 2 ** -1000 &&
    magnitude <= 2 ** 1000 &&
    Number.isInteger(Math.log2(magnitude)) &&
    2 ** Math.log2(magnitude) === magnitude
  )
}

/** By squares and products; `undefined` when the exponent is not whole or too large. */
export function wholePower(graph: Graph, base: Node, exponent: number): Node | undefined {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > greatestWholePower) return undefined
  if (exponent < 0) return graph.binary('div', graph.number(1), graph.binary('power', base, graph.number(-exponent)))
  if (exponent === 0) return graph.number(1)
  if (exponent === 1) return base
  const half = graph.binary('power', base, graph.number(Math.floor(exponent / 2)))
  const square = graph.binary('mul', half, half)
  return exponent % 2 === 0 ? square : graph.binary('mul', square, base)
}
