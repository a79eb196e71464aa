import type { Node } from '../node.ts'

/** The operands of a node: none, one, two or three. */
export function operandsOf(node: Node): readonly Node[] {
  if ('c' in node) return [node.a, node.b, node.c]
  if ('b' in node) return [node.a, node.b]
  return 'a' in node ? [node.a] : []
}

/**
 * All nodes that `roots` are made of, themselves included, each once, operands before what they are operands of.
 *
 * @param into nodes that are taken to be there already and are not gone into again; grows.
 */
export function reachable(roots: Iterable<Node>, into: Set<Node> = new Set()): Node[] {
  const found: Node[] = []
  const open: Node[] = []
  const meet = (node: Node) => {
    if (into.has(node)) return
    into.add(node)
    found.push(node)
    open.push(node)
  }
  for (const root of roots) meet(root)
  for (let node = open.pop(); node; node = open.pop()) {
    if ('a' in node) meet(node.a)
    if ('b' in node) meet(node.b)
    if ('c' in node) meet(node.c)
  }
  return found.sort((one, other) => one.index - other.index)
}
