import type { Graph, Node } from '../node.ts'
import { reachable } from './reachable.ts'

/**
 * Makes anew what contains a replaced node; everything else stays the same object. Keeps what it has done, so that one
 * substitution serves many roots.
 *
 * @param replace the node to stand in place of this one, or `undefined` to keep it. Asked once for each node.
 */
export function createSubstitution(graph: Graph, replace: (node: Node) => Node | undefined): (root: Node) => Node {
  const seen = new Set<Node>()
  const changed = new Map<Node, Node>()
  const now = (node: Node) => changed.get(node) ?? node
  return (root) => {
    for (const node of reachable([root], seen)) {
      const given = replace(node)
      const made = given ?? rebuild(graph, node, now)
      if (made !== node) changed.set(node, made)
    }
    return now(root)
  }
}

function rebuild(graph: Graph, node: Node, now: (node: Node) => Node): Node {
  if (node.op === 'if') {
    const [a, b, c] = [now(node.a), now(node.b), now(node.c)]
    return a === node.a && b === node.b && c === node.c ? node : graph.if(a, b, c)
  }
  if ('b' in node) {
    const [a, b] = [now(node.a), now(node.b)]
    return a === node.a && b === node.b ? node : graph.binary(node.op, a, b)
  }
  if ('a' in node) {
    const a = now(node.a)
    return a === node.a ? node : graph.unary(node.op, a)
  }
  return node
}
