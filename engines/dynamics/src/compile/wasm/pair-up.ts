import type { Node } from '../../node.ts'
import { usedIn } from '../parts.ts'
import type { Schedule, Step } from '../schedule.ts'

/**
 * Steps in an order in which those of one costly operation come two by two, neither needing the other, so that two lanes
 * do both at once.
 */
export function pairUp(
  steps: readonly Step[],
  plan: Schedule,
  costly: (node: Node) => boolean,
): readonly (readonly [Step, Step?])[] {
  /** How many costly ones follow one another up to a node, itself included. */
  const depths = new Map<Node, number>()
  const places = steps.map((step) => {
    let depth = 0
    for (const node of usedIn([step], plan)) depth = Math.max(depth, depths.get(node) ?? 0)
    const op = step.kind === 'value' && costly(step.node) ? step.node.op : ''
    if (step.kind !== 'output') depths.set(step.node, op ? depth + 1 : depth)
    return { step, depth, op }
  })
  // At each depth first what is needed for its costly ones.
  places.sort((a, b) => a.depth - b.depth || (a.op < b.op ? -1 : a.op > b.op ? 1 : 0))
  const pairs: (readonly [Step, Step?])[] = []
  for (let i = 0; i < places.length; i++) {
    const one = places[i]!
    const next = places[i + 1]
    if (one.op && next?.op === one.op && next.depth === one.depth) {
      pairs.push([one.step, next.step])
      i++
    } else pairs.push([one.step])
  }
  return pairs
}
