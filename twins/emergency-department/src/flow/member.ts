import { type Belief, membersOf } from '@counterpart/kernel'
import { acuities, priors } from '../estimates/priors.ts'

/** One member's rates and durations, in minutes; lists are by acuity. */
export interface Member {
  readonly index: number
  /** Per hour. */
  readonly arrivals: number
  readonly surge: number
  readonly beds: number
  readonly leaving: number
  readonly triage: number
  /** A clinician's time for one patient, and the part of it until tests are ordered or it is clear that none are needed. */
  readonly clinician: number
  readonly assessment: number
  readonly nurse: number
  readonly care: readonly Spread[]
  /** Minutes of care that are waits for a nurse. */
  readonly waitsInCare: readonly number[]
  readonly laboratory: Spread
  readonly imaging: Spread
  readonly admitted: readonly number[]
}

/** A log-normal duration: median in minutes and standard deviation of the logarithm. */
export interface Spread {
  readonly median: number
  readonly spread: number
}

/** Reads members of a belief; `index` counts on beyond the ensemble's size, round and round. */
export function memberReader({ ensemble }: Pick<Belief, 'ensemble'>): (index: number) => Member {
  const columns = new Map(ensemble.variables.map(({ name }) => [name, membersOf(ensemble, name)]))
  return (index) => {
    const of = (name: string) => columns.get(name)![index % ensemble.size]!
    const duration = (name: string, spread: string) => ({ median: of(name), spread: of(spread) })
    return {
      index,
      arrivals: of('arrivals'),
      surge: of('surge'),
      beds: of('beds'),
      leaving: of('leaving'),
      triage: of('triage'),
      clinician: of('clinician'),
      assessment: of('assessment'),
      nurse: of('nurse'),
      care: acuities.map((acuity) => duration(`care-${acuity}`, `care-spread-${acuity}`)),
      waitsInCare: acuities.map(() => 0),
      laboratory: duration('laboratory', 'laboratory-spread'),
      imaging: duration('imaging', 'imaging-spread'),
      admitted: acuities.map((acuity) => of(`admitted-${acuity}`)),
    }
  }
}

/** Mean and standard deviation, minutes. */
export interface Moments {
  readonly mean: number
  readonly standardDeviation: number
}

export function momentsOf({ median, spread }: Spread): Moments {
  const mean = median * Math.exp(spread ** 2 / 2)
  return { mean, standardDeviation: mean * Math.sqrt(Math.expm1(spread ** 2)) }
}

/** A clinician's and a nurse's time scatter by the same part of their mean. */
export const handsOn = (mean: number): Moments => ({
  mean,
  standardDeviation: priors.clinicianMinutes.variation * mean,
})

/** What a clinician's time for one patient goes into: the first assessment, and all that it takes besides. */
export function assessmentOf({ assessment, clinician }: Member): Moments {
  return handsOn(Math.min(assessment, mostAtFirst * clinician))
}
export const completionOf = (member: Member): Moments => handsOn(member.clinician - assessmentOf(member).mean)
/** There is always something to write down. */
const mostAtFirst = 0.9

/**
 * What is left of care besides tests when the clinician's and the nurse's minutes, and the wait for a nurse, are taken out
 * of it: what mean and variance leave, and at least a sixth of the mean.
 */
export function restOfCare(member: Member, place: number): Moments {
  const whole = momentsOf(member.care[place]!)
  const parts = [assessmentOf(member), completionOf(member), handsOn(member.nurse)]
  const mean = Math.max(whole.mean / 6, whole.mean - parts.reduce((sum, p) => sum + p.mean, member.waitsInCare[place]!))
  const variance = whole.standardDeviation ** 2 - parts.reduce((sum, p) => sum + p.standardDeviation ** 2, 0)
  return { mean, standardDeviation: Math.sqrt(Math.max(variance, (mean / 2) ** 2)) }
}

/** The part of a duration that remains when a fixed part of it is taken out. */
export function without(whole: Moments, minutes: number): Moments {
  const mean = Math.max(whole.mean / 6, whole.mean - minutes)
  return { mean, standardDeviation: whole.standardDeviation }
}
