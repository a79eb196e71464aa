import { hour, type Instant, minute } from '@counterpart/kernel'
import { normalCumulative, normalDensity, portableExp, portableLog } from '@counterpart/numerics'
import type { Department } from '../memory/department.ts'
import { hourOfWeek, type LogTally, placeOf, type RateTally, weightAt } from '../memory/tallies.ts'
import { inStateSince, stateOf } from '../memory/visit.ts'
import { priors } from './priors.ts'
import { probabilityHere } from './silence.ts'

/** A rate: gamma with this shape, over so much exposure. */
export interface RatePosterior {
  readonly shape: number
  readonly exposure: number
}

/** The logarithm of a duration in minutes: normal–inverse-gamma. */
export interface LogPosterior {
  readonly mean: number
  /** What the mean is worth, in observations. */
  readonly worth: number
  readonly variance: number
  /** Degrees of freedom of the variance. */
  readonly freedom: number
}

/** A probability: beta. */
interface SharePosterior {
  readonly yes: number
  readonly no: number
}

/** What is held of the department's rates and durations, from its own data with priors. */
export interface Posterior {
  /** Arrivals per hour in an average week. */
  readonly arrivals: RatePosterior
  /** Of each hour of the week: what multiplies the average, as posterior mean, and the gamma shape about it. */
  readonly hours: { readonly factors: readonly number[]; readonly shapes: readonly number[] }
  /** What the last hours multiply the expected arrivals by. */
  readonly surge: RatePosterior
  /** Patients per hour of one triage nurse, of one clinician. */
  readonly triage: RatePosterior
  readonly clinician: RatePosterior
  /** Beds per hour on average over the day, and the hours' factors. */
  readonly beds: RatePosterior
  readonly bedHours: { readonly factors: readonly number[]; readonly shapes: readonly number[] }
  /** Hazard per hour of waiting at acuity 5. */
  readonly leaving: RatePosterior
  /** By acuity. */
  readonly care: readonly LogPosterior[]
  /** A clinician's first assessment. */
  readonly assessment: LogPosterior
  readonly laboratory: LogPosterior
  readonly imaging: LogPosterior
  readonly admitted: readonly SharePosterior[]
  /** Posterior means by acuity; their uncertainty hardly shows beside the rest. */
  readonly mix: readonly number[]
  readonly byAmbulance: readonly number[]
  readonly laboratoryShare: readonly number[]
  readonly imagingShare: readonly number[]
  /** Who waits in a chair while care goes on. */
  readonly seatedShare: readonly number[]
  /** Who came by ambulance and could sit, by acuity, and mean minutes until they were handed over. */
  readonly sitsShare: readonly number[]
  readonly handoverMinutes: number
}

/** The posterior of a department's own figures as of a time; those still under way count as lasting at least so long. */
export function posteriorOf(department: Department, asOf: Instant): Posterior {
  const { tallies } = department
  const weight = weightAt(tallies, asOf)
  const rate = ({ n, exposure }: RateTally, shape: number, worth: number): RatePosterior => ({
    shape: shape + n / weight,
    exposure: worth + exposure / weight,
  })
  const pattern = weekPattern()
  const week = patterned(pattern, tallies.arrivals, tallies.arrivalHours, weight, {
    ...priors.arrivals,
    hourShape: priors.hourShape,
  })
  const beds = patterned(priors.bedHours, tallies.beds, tallies.bedHours, weight, priors.beds)
  const share = (
    prior: { readonly shares: readonly number[]; readonly weight: number },
    yes: readonly number[],
    of: readonly number[],
  ) => prior.shares.map((p, k) => (prior.weight * p + yes[k]! / weight) / (prior.weight + of[k]! / weight))
  const seenMix = tallies.acuity.map((n, k) => priors.acuity.weight * priors.acuity.shares[k]! + n / weight)
  const total = seenMix.reduce((sum, n) => sum + n, 0)
  const open = underWay(department, asOf)
  return {
    arrivals: week.level,
    hours: week.hours,
    surge: surgeOf(department, asOf, week.level, week.hours.factors),
    triage: rate(
      tallies.triage,
      priors.triageMinutes.patients,
      (priors.triageMinutes.patients * priors.triageMinutes.mean) / 60,
    ),
    clinician: rate(
      tallies.clinician,
      priors.clinicianMinutes.patients,
      (priors.clinicianMinutes.patients * priors.clinicianMinutes.mean) / 60,
    ),
    beds: beds.level,
    bedHours: beds.hours,
    leaving: rate(tallies.leaving, priors.leaving.events, priors.leaving.events / priors.leaving.perHour),
    care: priors.care.medians.map((median, k) =>
      logPosterior({ ...priors.care, median }, tallies.care[k]!, weight, open.care[k]!),
    ),
    assessment: logPosterior(priors.assessment, tallies.assessments, weight, []),
    laboratory: logPosterior(priors.laboratory, tallies.laboratory, weight, open.laboratory),
    imaging: logPosterior(priors.imaging, tallies.imaging, weight, open.imaging),
    admitted: priors.admitted.shares.map((p, k) => ({
      yes: priors.admitted.weight * p + tallies.admitted[k]! / weight,
      no: priors.admitted.weight * (1 - p) + tallies.discharged[k]! / weight,
    })),
    mix: seenMix.map((n) => n / total),
    byAmbulance: share(priors.ambulance, tallies.ambulance, tallies.acuity),
    laboratoryShare: share(priors.laboratoryShare, tallies.laboratoryOnly, tallies.cared),
    imagingShare: share(priors.imagingShare, tallies.imagingToo, tallies.cared),
    seatedShare: share(priors.seated, tallies.seated, tallies.cared),
    sitsShare: share(priors.sits, tallies.sat, tallies.handed),
    handoverMinutes: meanOf(logPosterior(priors.handover, tallies.handovers, weight, [])),
  }
}

/** The mean of a log-normal duration. */
export const meanOf = ({ mean, variance }: LogPosterior): number => portableExp(mean + variance / 2)

/** 168 factors of mean 1. */
function weekPattern(): readonly number[] {
  const raw = priors.dayOfWeek.flatMap((day) => priors.hourOfDay.map((hourly) => day * hourly))
  const mean = raw.reduce((sum, x) => sum + x, 0) / raw.length
  return raw.map((x) => x / mean)
}

/**
 * A level and the hours' departures from a pattern, one after the other: the level given the pattern, then each hour
 * given the level (gamma–Poisson both).
 */
function patterned(
  pattern: readonly number[],
  counts: readonly number[],
  exposures: readonly number[],
  weight: number,
  prior: { readonly perHour: number; readonly hours: number; readonly hourShape: number },
) {
  let n = prior.perHour * prior.hours
  let exposure = prior.hours
  for (const [h, factor] of pattern.entries()) {
    n += counts[h]! / weight
    exposure += (factor * exposures[h]!) / weight
  }
  const level = n / exposure
  const shapes = pattern.map((_, h) => prior.hourShape + counts[h]! / weight)
  const factors = pattern.map(
    (factor, h) => (factor * shapes[h]!) / (prior.hourShape + (level * factor * exposures[h]!) / weight),
  )
  return { level: { shape: n, exposure }, hours: { factors, shapes } }
}

/** What the last hours' arrivals say of the next: counted against what the week leads to expect. */
function surgeOf(
  department: Department,
  asOf: Instant,
  level: RatePosterior,
  factors: readonly number[],
): RatePosterior {
  const { tallies, layout, heard } = department
  const { shape, hours } = priors.surge
  const perHour = level.shape / level.exposure
  const from = Math.max(tallies.begun, asOf - hours * hour)
  // A feed that is silent for long is down: its silence is no calm.
  const until = heard !== null && ((asOf - heard) / hour) * perHour > 5 ? heard : asOf
  let expected = 0
  for (let start = from; start < until; ) {
    const end = Math.min(until, (Math.floor(start / hour) + 1) * hour)
    expected += (perHour * factors[hourOfWeek(start, layout.utcOffsetMinutes)]! * (end - start)) / hour
    start = end
  }
  let seen = 0
  for (const visit of [...Object.values(department.visits), ...Object.values(department.gone)])
    if (visit.arrivalReported && visit.arrived > from && visit.arrived <= until) seen++
  return { shape: shape + seen, exposure: shape + expected }
}

/** Minutes that care and tests of those here have lasted so far: lower bounds. */
function underWay(department: Department, asOf: Instant) {
  const care: number[][] = priors.care.medians.map(() => [])
  const laboratory: number[] = []
  const imaging: number[] = []
  for (const visit of Object.values(department.visits)) {
    const state = stateOf(visit)
    if ((state !== 'in-care' && state !== 'tests') || visit.acuity === null) continue
    if (probabilityHere(visit, department, asOf) < 0.5) continue
    const testing = state === 'tests' ? (asOf - inStateSince(visit)) / minute : 0
    const tested = visit.testMinutes + testing
    care[placeOf(visit.acuity)]!.push((asOf - visit.seen!) / minute - tested)
    if (testing > 0) (visit.imaging ? imaging : laboratory).push(tested)
  }
  return { care, laboratory, imaging }
}

/**
 * Normal–inverse-gamma from finished durations, and lower bounds by two steps of expectation–maximisation: each counts
 * as what it is expected to become (which makes the posterior a little narrower than it should be).
 */
function logPosterior(
  prior: { readonly median: number; readonly spread: number; readonly patients: number },
  { n, sum, squares }: LogTally,
  weight: number,
  lowerBounds: readonly number[],
): LogPosterior {
  const centre = portableLog(prior.median)
  const given = (count: number, total: number, square: number): LogPosterior => {
    const worth = prior.patients + count
    const mean = (prior.patients * centre + total) / worth
    const around = count > 0 ? Math.max(0, square - total ** 2 / count) : 0
    const away = count > 0 ? ((prior.patients * count) / worth) * (total / count - centre) ** 2 : 0
    return { mean, worth, freedom: worth, variance: (prior.patients * prior.spread ** 2 + around + away) / worth }
  }
  let known = given(n / weight, sum / weight, squares / weight)
  const bounds = lowerBounds.filter((minutes) => minutes > 1).map((minutes) => portableLog(minutes))
  for (let step = 0; step < 2 && bounds.length > 0; step++) {
    const spread = Math.sqrt(known.variance)
    let [total, square] = [sum / weight, squares / weight]
    for (const bound of bounds) {
      const z = (bound - known.mean) / spread
      const tail = normalCumulative(-z)
      const ratio = tail > 1e-12 ? normalDensity(z) / tail : z
      const mean = known.mean + spread * ratio
      total += mean
      square += mean ** 2 + spread ** 2 * Math.max(0, 1 + z * ratio - ratio ** 2)
    }
    known = given(n / weight + bounds.length, total, square)
  }
  return known
}
