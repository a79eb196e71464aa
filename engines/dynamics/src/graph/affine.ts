import type { Graph, Node } from '../node.ts'
import { arithmetic, type Derivative } from './derivative-of-op.ts'
import { reachable } from './reachable.ts'

/** `linear · leaf + constant`; either left out is zero whatever the values. */
export interface Affine {
  readonly linear: Derivative
  readonly constant: Derivative
}

/** Takes `node` apart into a part linear in `leaf` and one free of it; `undefined` where its form is not of that kind. */
export function affineIn(graph: Graph, node: Node, leaf: Node): Affine | undefined {
  const parts = new Map<Node, Affine>()
  for (const part of reachable([node])) {
    const found = partOf(graph, part, leaf, parts)
    if (found) parts.set(part, found)
  }
  return parts.get(node)
}

function partOf(graph: Graph, node: Node, leaf: Node, parts: ReadonlyMap<Node, Affine>): Affine | undefined {
  if (node === leaf) return { linear: graph.number(1), constant: undefined }
  if (!('a' in node)) return { linear: undefined, constant: node }
  const a = parts.get(node.a)
  const b = 'b' in node ? parts.get(node.b) : { linear: undefined, constant: undefined }
  const c = 'c' in node ? parts.get(node.c) : { linear: undefined, constant: undefined }
  if (!a || !b || !c) return undefined
  if (!a.linear && !b.linear && !c.linear) return { linear: undefined, constant: node }
  const { add, sub, times, over, choose } = arithmetic(graph)
  const both = (combine: (part: 'linear' | 'constant') => Derivative): Affine => ({
    linear: combine('linear'),
    constant: combine('constant'),
  })
  switch (node.op) {
    case 'neg':
      return both((part) => sub(undefined, a[part]))
    case 'add':
      return both((part) => add(a[part], b[part]))
    case 'sub':
      return both((part) => sub(a[part], b[part]))
    case 'mul':
      if (!b.linear) return both((part) => times(a[part], node.b))
      return a.linear ? undefined : both((part) => times(b[part], node.a))
    case 'div':
      return b.linear ? undefined : both((part) => over(a[part], node.b))
    case 'if':
      return a.linear ? undefined : both((part) => choose(node.a, b[part], c[part]))
    default:
      return undefined
  }
}
