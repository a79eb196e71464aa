import { affineIn } from '../graph/affine.ts'
import { reachable } from '../graph/reachable.ts'
import type { Graph, Node } from '../node.ts'
import type { ImplicitBlock, State } from '../system.ts'

/**
 * Takes a rate apart into `linear · state + constant` where neither part depends on the state, also not through
 * unknowns (Rush & Larsen, IEEE Trans. Biomed. Eng. 25, 389, 1978).
 */
export function gateOf(
  graph: Graph,
  slot: number,
  rate: Node,
  statesBehind: ReadonlyMap<number, ReadonlySet<number>>,
): State['gate'] {
  const affine = affineIn(graph, rate, graph.state(slot))
  if (!affine?.linear) return undefined
  for (const leaf of statesBehind.size > 0 ? reachable([rate]) : []) {
    if (leaf.op === 'unknown' && statesBehind.get(leaf.slot)?.has(slot)) return undefined
  }
  return { linear: affine.linear, constant: affine.constant ?? graph.number(0) }
}

/** By slot of an unknown: the states it depends on, through earlier blocks too. */
export function statesBehindUnknowns(implicit: readonly ImplicitBlock[]): Map<number, Set<number>> {
  const behind = new Map<number, Set<number>>()
  for (const block of implicit) {
    const states = new Set<number>()
    for (const leaf of reachable(block.residuals)) {
      if (leaf.op === 'state') states.add(leaf.slot)
      if (leaf.op === 'unknown') for (const state of behind.get(leaf.slot) ?? []) states.add(state)
    }
    for (const { slot } of block.unknowns) behind.set(slot, states)
  }
  return behind
}
