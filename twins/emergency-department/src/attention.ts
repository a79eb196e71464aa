import { type Acuity, hour, type Instant, minute, type PersonMark } from '@counterpart/kernel'
import { portableExp } from '@counterpart/numerics'
import { stateOf, type Visit } from './memory/visit.ts'
import { percent } from './words.ts'

/**
 * A glass-box hazard of getting worse while waiting, per hour: a base by acuity, times factors that can be read. Bases and
 * factors are assumptions of this twin in the order of magnitude of critical outcomes in triage cohorts, not estimates;
 * they order who should be looked at again, they do not say how ill somebody is. Vital signs would say more; the
 * department's feed carries none.
 */
const baseHazard: Readonly<Record<Acuity, number>> = { 1: 0.25, 2: 0.04, 3: 0.012, 4: 0.004, 5: 0.002 }
/** Nobody has looked at those not yet triaged: between acuity 2 and 3. */
const unknownHazard = 0.02
/** Minutes within which each acuity should be seen: Canadian Triage and Acuity Scale, CJEM 1 (1999) 3 suppl. */
const seenWithin: Readonly<Record<Acuity, number>> = { 1: 0, 2: 15, 3: 30, 4: 60, 5: 120 }
const perHourOverdue = 1.3
const byAmbulance = 1.4
/** Standard deviation of the logarithm of a hazard about the sum of what is known of it (assumed). */
const spread = 0.7

/** Looked at again from this risk in the next hour on. */
const worthALook = 0.03

/** A suggestion to look again at somebody who waits, or nothing. */
export function attentionFor(visit: Visit, asOf: Instant): PersonMark['attention'] {
  const state = stateOf(visit)
  if (state !== 'waiting' && state !== 'arriving') return undefined
  const waited = (asOf - visit.arrived) / minute
  const reasons: string[] = []
  let hazard = unknownHazard
  let overdue = Math.max(0, waited - 15)
  if (visit.acuity === null) reasons.push(`not triaged after ${Math.round(waited)} minutes`)
  else {
    hazard = baseHazard[visit.acuity]
    overdue = Math.max(0, waited - seenWithin[visit.acuity])
    reasons.push(`acuity ${visit.acuity}`)
  }
  if (overdue >= 1) {
    hazard *= perHourOverdue ** Math.min(overdue / 60, 6)
    if (visit.acuity !== null)
      reasons.push(
        `waits ${Math.round(waited)} minutes, ${Math.round(overdue)} beyond the ${seenWithin[visit.acuity]} for it`,
      )
  }
  if (visit.mode === 'ambulance') {
    hazard *= byAmbulance
    reasons.push('came by ambulance')
  }
  const since = visit.triaged === null ? null : (asOf - visit.triaged) / hour
  if (since !== null && since >= 1) reasons.push(`last looked at ${Math.round(since * 60)} minutes ago`)
  const risk = (z: number) => 1 - portableExp(-hazard * portableExp(spread * z))
  if (risk(0) < worthALook || overdue < 1) return undefined
  return {
    sentence: `Look again: may get worse within the hour (${percent(risk(0))})`,
    reasons,
    risk: {
      mean: 1 - portableExp(-hazard * portableExp(spread ** 2 / 2)),
      p05: risk(-1.645),
      p25: risk(-0.674),
      p50: risk(0),
      p75: risk(0.674),
      p95: risk(1.645),
    },
  }
}
