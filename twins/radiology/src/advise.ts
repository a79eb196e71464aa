import type { Belief, Objective, Recommendation, TwinContext } from '@counterpart/kernel'

export const objectives: readonly Objective[] = [
  { name: 'flow', statement: 'Nobody waits longer than needed and the day ends on time', unit: 'weighted min' },
]

export function advise(_belief: Belief, _objective: Objective, _context: TwinContext): readonly Recommendation[] {
  return []
}
