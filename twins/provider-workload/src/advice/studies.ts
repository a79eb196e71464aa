import type { RandomStream } from '@counterpart/numerics'
import { publishedEffects } from '../published/effects.ts'

/** What one study makes likely of a parameter. */
export interface Component {
  /** {@link publishedEffects} id, or `assumed`. */
  readonly study: string
  readonly weight: number
  readonly mean: number
  readonly standardDeviation: number
}

/**
 * One draw from what the studies say, each with its weight. Studies that disagree are a mixture: their mean, which none of
 * them found, is not made likely.
 */
export const drawFrom = (components: readonly Component[], random: RandomStream): number =>
  drawWithStudy(components, random).value

/** {@link drawFrom}, with the study that it is from: what else that study found goes with it. */
export function drawWithStudy(
  components: readonly Component[],
  random: RandomStream,
): { readonly study: string; readonly value: number } {
  const whole = components.reduce((sum, { weight }) => sum + weight, 0)
  let left = random.uniform() * whole
  const chosen =
    components.find(({ weight }) => {
      left -= weight
      return left < 0
    }) ?? components[components.length - 1]!
  return { study: chosen.study, value: chosen.mean + chosen.standardDeviation * random.normal() }
}

/** Half the width of a 95 % interval of a normal distribution, in standard deviations. */
const half = 1.959964

/** The published change of a study with its interval as a component. Throws `RangeError` when it has no magnitude. */
function componentOf(study: string, standardDeviation?: number): Component {
  const change = publishedEffects.find(({ id }) => id === study)?.change
  const spread = standardDeviation ?? (change?.interval && (change.interval[1] - change.interval[0]) / (2 * half))
  if (change === undefined || spread === undefined)
    throw new RangeError(`study "${study}" has no published magnitude with an interval; give a standard deviation`)
  return { study, weight: 1, mean: change.value, standardDeviation: spread }
}

/** Time in notes with an ambient scribe: relative change. The last two intervals are assumed, as none was obtained. */
export const scribeNoteTime: readonly Component[] = [
  componentOf('scribe-ucla-nabla'),
  componentOf('scribe-ucla-dax'),
  componentOf('scribe-wisconsin', 0.06),
  { study: 'scribe-atrium', weight: 1, mean: 0, standardDeviation: 0.04 },
]

/**
 * Part of protected minutes that is used for messages which would otherwise be done outside scheduled time. What the second
 * study found lies between (its magnitude was not obtained): assumed.
 */
export const protectedTimeUsed: readonly Component[] = [
  { study: 'slots-michigan', weight: 1, mean: 0.03, standardDeviation: 0.06 },
  { study: 'slots-2025', weight: 1, mean: 0.65, standardDeviation: 0.17 },
]
