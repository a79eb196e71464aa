import fc from 'fast-check'
import type { BinaryOp, Graph, Node, UnaryOp } from '../node.ts'

/** A node by what it is made of: each number picks an operand among the nodes made before. */
export type Recipe = readonly { readonly op: string; readonly picks: readonly [number, number, number] }[]

/** Gives the same bits however it is computed. */
const exactUnary: readonly UnaryOp[] = ['neg', 'not', 'abs', 'sqrt', 'floor', 'ceiling']
const exactBinary: readonly BinaryOp[] = [
  'add',
  'sub',
  'mul',
  'div',
  'rem',
  'min',
  'max',
  'lt',
  'le',
  'eq',
  'ne',
  'and',
  'or',
]
/** Neither small errors nor large values grow much through these. */
const smoothUnary: readonly UnaryOp[] = ['sin', 'cos', 'tanh', 'arctan', 'arcsinh', 'neg']

const recipe = (ops: readonly string[]): fc.Arbitrary<Recipe> =>
  fc.array(fc.record({ op: fc.constantFrom(...ops), picks: fc.tuple(fc.nat(), fc.nat(), fc.nat()) }), {
    minLength: 5,
    maxLength: 120,
  })

export const exactRecipe: fc.Arbitrary<Recipe> = recipe([...exactUnary, ...exactBinary, 'if', 'if', 'if'])
export const smoothRecipe: fc.Arbitrary<Recipe> = recipe([...smoothUnary, 'mean', 'bump', 'logistic', 'hill', 'if'])

/** Leaves: the time, three states, two parameters and three numbers. The last nodes made are the roots. */
export function buildRoots(graph: Graph, recipe: Recipe): readonly Node[] {
  const nodes: Node[] = [
    graph.time,
    ...[0, 1, 2].map((slot) => graph.state(slot)),
    ...[0, 1].map((slot) => graph.parameter(slot)),
    ...[0.5, 3, -2].map((value) => graph.number(value)),
  ]
  for (const { op, picks } of recipe) {
    const [a, b, c] = picks.map((pick) => nodes[nodes.length - 1 - (pick % Math.min(nodes.length, 24))]!) as [
      Node,
      Node,
      Node,
    ]
    nodes.push(make(graph, op, a, b, c))
  }
  return nodes.slice(-6)
}

function make(graph: Graph, op: string, a: Node, b: Node, c: Node): Node {
  const half = graph.number(0.5)
  const one = graph.number(1)
  const square = graph.binary('mul', a, a)
  switch (op) {
    case 'if':
      return graph.if(graph.binary('lt', a, graph.number(0.123)), b, c)
    case 'mean':
      return graph.binary('mul', half, graph.binary('add', a, b))
    case 'bump':
      return graph.unary('exp', graph.unary('neg', square))
    case 'logistic':
      return graph.unary('ln', graph.binary('add', one, graph.unary('exp', graph.unary('sin', a))))
    case 'hill':
      return graph.binary('power', graph.binary('add', one, square), graph.unary('tanh', b))
    default:
      return exactBinary.includes(op as BinaryOp) ? graph.binary(op as BinaryOp, a, b) : graph.unary(op as UnaryOp, a)
  }
}
