import type { Ensemble, Variable } from '@counterpart/kernel'
import { portableExp, type RandomStream, solveLowerTransposed } from '@counterpart/numerics'
import { messageKinds } from '../work/figures.ts'
import type { Estimates } from './estimates.ts'
import { drawLevel } from './hierarchy.ts'
import { priors } from './priors.ts'
import { messageRatio, paceRatio, workRatios } from './ratios.ts'

/** Members of the ensemble: what may be true of the clinic's people as a whole. */
export const memberCount = 64

const ratios = [
  ...messageKinds.map((_, kind) => messageRatio(kind, priors.weekdays.factors)),
  paceRatio(priors.messageMinutes),
  ...workRatios,
]

/** What the ensemble is over: for each ratio the clinic's mean and the spread between people, both on its scale. */
export const variables: readonly Variable[] = [
  ...ratios.flatMap(({ name, label, scale }): Variable[] => [
    { name: `${name}-mean`, label: `${label}, mean of people`, unit: '1', meaning: `mean of the ${scale}` },
    {
      name: `${name}-spread`,
      label: `${label}, spread between people`,
      unit: '1',
      meaning: `standard deviation of the ${scale}`,
      auxiliary: true,
    },
  ]),
  ...messageKinds.map((kind) => ({ name: `minutes-${kind}`, label: `Minutes for a message: ${kind}`, unit: 'min' })),
  { name: 'gap-use', label: 'Part of free minutes between patients that is used', unit: '1', auxiliary: true },
  { name: 'week-spread', label: 'Departure of a week from the long run', unit: '1', auxiliary: true },
  { name: 'week-memory', label: 'Part of a week’s departure that stays in the next', unit: '1', auxiliary: true },
]

/** Members drawn from the estimates. */
export function drawEnsemble(
  estimates: Estimates,
  random: (...names: readonly (string | number)[]) => RandomStream,
  size = memberCount,
): Ensemble {
  const values = new Float64Array(variables.length * size)
  for (let m = 0; m < size; m++) {
    const stream = random('members', m)
    let v = 0
    const put = (value: number) => {
      values[v++ * size + m] = value
    }
    for (const level of estimates.levels) {
      const { mean, spread } = drawLevel(level, stream)
      put(mean)
      put(spread)
    }
    const { means, precision } = estimates.kindMinutes
    const apart = solveLowerTransposed(
      precision,
      Float64Array.from(means, () => stream.normal()),
    )
    for (const [k, mean] of means.entries()) put(Math.max(0.1 * mean, mean + apart[k]!))
    const { low, high } = priors.gapUse
    put(low + (high - low) * stream.uniform())
    const { spread, memory } = estimates.weeks
    put(spread * portableExp(0.1 * stream.normal()))
    put(Math.min(0.95, Math.max(0, memory + 0.1 * stream.normal())))
  }
  return { variables, size, values, weights: new Float64Array(size).fill(1 / size) }
}
