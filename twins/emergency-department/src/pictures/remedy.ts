import { type Instant, minute, type PlannedIntervention, type StressPicture } from '@counterpart/kernel'
import { summarise } from '@counterpart/numerics'
import { singleCandidates } from '../advice/candidates.ts'
import type { Effect } from '../flow/effects.ts'
import type { Situation } from '../flow/simulate.ts'
import { effectsOf, interventions } from '../interventions.ts'
import { type Course, followCourse } from './follow-course.ts'
import type { Shock } from './shocks.ts'

/** Runs in which everything is tried, and further ones in which the best of them are judged. */
const [tried, judged, finalists] = [8, 32, 2]
/** A remedy must help in so many of the runs. */
const sureEnough = 0.7

/**
 * What would help most if it were done as a shock begins: the hours of waiting for a clinician that it spares, run by run. All
 * that could be done is tried but sending ambulances elsewhere, which moves the waiting and does not spare it. The best are
 * chosen by runs other than those that they are judged by. `null`: nothing helps in most runs.
 */
export function remedyFor(
  situation: Situation,
  shock: Shock,
  running: readonly Effect[],
  planned: readonly PlannedIntervention[],
  under: readonly Course[],
): NonNullable<StressPicture['rows'][number]['remedy']> | null {
  const from: Instant = situation.asOf + shock.begins * minute
  const harmless = new Set(interventions.filter(({ riskClass }) => riskClass !== 'high').map(({ name }) => name))
  const spared = (effects: readonly Effect[], first: number, count: number) =>
    Float64Array.from({ length: count }, (_, k) => {
      const index = first + k
      return under[index]!.waited - followCourse(situation, [...running, ...shock.effects, ...effects], index).waited
    })
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [best] = singleCandidates(from, planned)
    .filter(({ scenario }) => scenario.interventions.every(({ intervention }) => harmless.has(intervention)))
    .map(({ scenario }) => {
      const effects = effectsOf(scenario.interventions, situation.asOf)
      return { scenario, effects, gain: mean(spared(effects, 0, tried)) }
    })
    .sort((a, b) => b.gain - a.gain)
    .slice(0, finalists)
    .map(({ scenario, effects }) => ({ scenario, gains: spared(effects, tried, judged) }))
    .sort((a, b) => mean(b.gains) - mean(a.gains))
  if (best === undefined) return null
  const better = best.gains.filter((gain) => gain > 0).length / judged
  if (better < sureEnough) return null
  return {
    label: best.scenario.name,
    interventions: best.scenario.interventions,
    spared: summarise(best.gains),
    better,
  }
}
