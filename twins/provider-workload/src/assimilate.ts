import type { Belief, Instant, JsonObject, Observation, Subject, TwinContext } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { drawEnsemble } from './estimates/ensemble.ts'
import { estimatesOf } from './estimates/estimates.ts'
import { type Clinic, clinicOf, emptyClinic, memoryOf } from './memory/clinic.ts'
import { folded } from './memory/fold.ts'
import { mondayOf } from './memory/rota.ts'
import { recordAt } from './record/keep.ts'

export const kind = 'provider-workload'
export const version = '0.1.0'

/** The prior: a clinic of which nothing is known, with the published rates and minutes. */
export function begin(subject: Subject, asOf: Instant, prior: JsonObject, context: TwinContext): Belief {
  return believed({ kind, version, subject: subject.id }, asOf, emptyClinic(asOf, prior), context)
}

/**
 * The belief after an instant's facts. A fact touches one person's day; what is estimated of people is drawn anew as a day
 * of the clinic begins, and as a week begins the twin's own forecasts are judged and kept.
 */
export function assimilate(
  belief: Belief,
  asOf: Instant,
  observations: readonly Observation[],
  context: TwinContext,
): Belief {
  const known = clinicOf(belief)
  const clinic = folded(known, belief.asOf, asOf, observations)
  const civil = civilTime(clinic.layout.timeZone)
  const sameDay = known.layout === clinic.layout && civil.dayOf(belief.asOf) === civil.dayOf(asOf)
  if (sameDay) return { ...belief, asOf, memory: memoryOf(clinic) }
  const next = believed(belief.twin, asOf, clinic, context)
  const week = mondayOf(civil, civil.dayOf(asOf))
  // A belief that was only brought to the present is not kept, nor would be what it forecast.
  if (observations.length === 0 || clinic.record.last === week || clinic.layout.providers.length === 0) return next
  return { ...next, memory: memoryOf({ ...clinic, record: recordAt(next, context) }) }
}

function believed(twin: Belief['twin'], asOf: Instant, clinic: Clinic, context: TwinContext): Belief {
  const ensemble = drawEnsemble(estimatesOf(clinic), (...names) => context.random(...names))
  return { twin, asOf, ensemble, memory: memoryOf(clinic) }
}
