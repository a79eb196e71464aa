import type { Graph, Node } from '../node.ts'
import { isUnaryOp } from './apply.ts'
import { arithmetic, binaryDerivative, type Derivative, unaryDerivative } from './derivative-of-op.ts'
import { operandsOf, reachable } from './reachable.ts'

/**
 * The derivative along a direction of everything at the leaves: `leaf` says how fast each of them changes (`undefined`:
 * not at all). Keeps what it has done, so that one serves many roots. `undefined`: zero whatever the values.
 *
 * Exact piece by piece: floor, ceiling, comparisons and truths count as constant, min, max and abs by which piece holds.
 */
export function createDirectionalDerivative(
  graph: Graph,
  leaf: (node: Node) => Derivative,
): (root: Node) => Derivative {
  const seen = new Set<Node>()
  const derivatives = new Map<Node, Node>()
  return (root) => {
    for (const node of reachable([root], seen)) {
      const derivative = 'a' in node ? derivativeOf(graph, node, derivatives) : leaf(node)
      if (derivative) derivatives.set(node, derivative)
    }
    return derivatives.get(root)
  }
}

function derivativeOf(graph: Graph, node: Node & { a: Node }, of: ReadonlyMap<Node, Node>): Derivative {
  if (node.op === 'if') {
    return arithmetic(graph).choose(node.a, of.get(node.b), of.get(node.c))
  }
  const da = of.get(node.a)
  if ('b' in node) {
    const db = of.get(node.b)
    return da || db ? binaryDerivative(graph, node, da, db) : undefined
  }
  return da && isUnaryOp(node.op)
    ? unaryDerivative(graph, node as Parameters<typeof unaryDerivative>[1], da)
    : undefined
}

const kept = new WeakMap<Graph, Map<Node, (root: Node) => Derivative>>()

/**
 * ∂ node / ∂ by, where `by` is a state, a parameter, an unknown or the time, and all other leaves stay as they are (lags
 * too). Remembered for each graph.
 *
 * @example
 * differentiate(graph, graph.unary('sin', graph.time), graph.time) === graph.unary('cos', graph.time) // true
 */
export function differentiate(graph: Graph, node: Node, by: Node): Node {
  let byLeaf = kept.get(graph)
  if (!byLeaf) {
    byLeaf = new Map()
    kept.set(graph, byLeaf)
  }
  let derivative = byLeaf.get(by)
  if (!derivative) {
    derivative = createDirectionalDerivative(graph, (leaf) => (leaf === by ? graph.number(1) : undefined))
    byLeaf.set(by, derivative)
  }
  return derivative(node) ?? graph.number(0)
}

/** An entry of a Jacobian that is not zero by structure. */
export interface JacobianEntry {
  readonly row: number
  readonly column: number
  readonly value: Node
}

/**
 * ∂ roots / ∂ leaves without the entries that are zero by structure, column by column. Goes only through what depends on
 * each leaf: large sparse systems cost what they have of entries.
 */
export function sparseJacobian(graph: Graph, roots: readonly Node[], leaves: readonly Node[]): JacobianEntry[] {
  const nodes = reachable(roots)
  const position = new Map(nodes.map((node, at) => [node, at]))
  const users: number[][] = nodes.map(() => [])
  for (const [at, node] of nodes.entries()) {
    for (const operand of operandsOf(node)) users[position.get(operand)!]!.push(at)
  }
  const rowsOf = new Map<number, number[]>()
  for (const [row, root] of roots.entries()) {
    const at = position.get(root)!
    const rows = rowsOf.get(at)
    if (rows) rows.push(row)
    else rowsOf.set(at, [row])
  }
  const stamp = new Int32Array(nodes.length).fill(-1)
  const entries: JacobianEntry[] = []
  for (const [column, leaf] of leaves.entries()) {
    const start = position.get(leaf)
    if (start === undefined) continue
    const dependents = [start]
    stamp[start] = column
    for (let next = 0; next < dependents.length; next++) {
      for (const user of users[dependents[next]!]!) {
        if (stamp[user] === column) continue
        stamp[user] = column
        dependents.push(user)
      }
    }
    dependents.sort((one, other) => one - other)
    const derivatives = new Map<Node, Node>([[leaf, graph.number(1)]])
    for (const at of dependents) {
      const node = nodes[at]!
      const derivative = 'a' in node ? derivativeOf(graph, node, derivatives) : derivatives.get(node)
      if (!derivative) continue
      derivatives.set(node, derivative)
      for (const row of rowsOf.get(at) ?? []) entries.push({ row, column, value: derivative })
    }
  }
  return entries
}
