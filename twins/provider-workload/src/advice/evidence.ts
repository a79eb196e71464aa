import type { Worth } from '@counterpart/kernel'
import { type PublishedEffect, publishedOf } from '../published/effects.ts'

/**
 * What was published of the interventions, each beside what is predicted here: `yes` where it found the same, `no` where it
 * found otherwise, `mixed` where the prediction itself is open or speaks of something else. Nothing is left out because it
 * disagrees.
 *
 * `fewerHours`: probability that hours outside scheduled time fall.
 */
export function evidenceOf(interventions: readonly string[], fewerHours: number): Worth['evidence'] {
  const seen = new Set<string>()
  return interventions.flatMap(publishedOf).flatMap((effect) => {
    if (seen.has(effect.id)) return []
    seen.add(effect.id)
    return [{ finding: effect.finding, source: effect.source, agrees: agreement(effect, fewerHours) }]
  })
}

/** A prediction is taken as one beyond this probability. */
const sure = 0.8

function agreement({ measure, direction }: PublishedEffect, fewerHours: number): 'yes' | 'no' | 'mixed' {
  if (measure === 'visits' || direction === 'open' || (fewerHours < sure && fewerHours > 1 - sure)) return 'mixed'
  const predicted = fewerHours >= sure ? 'fell' : 'rose'
  if (direction === predicted) return 'yes'
  // A null result on burnout says little against fewer hours.
  return measure === 'burnout' ? 'mixed' : 'no'
}

/** Whether studies of one measure found opposite things, in a sentence; null where they do not. */
export function disagreement(interventions: readonly string[]): string | null {
  const directions = new Set(
    interventions
      .flatMap(publishedOf)
      .filter(({ measure, design }) => measure === 'work' && design !== 'description')
      .map(({ direction }) => direction),
  )
  return directions.size > 1
    ? 'Published studies disagree on whether work falls; each is a part of what is predicted, so the interval has room for both.'
    : null
}
