import type { Acuity, Instant } from '@counterpart/kernel'
import { portableExp } from '@counterpart/numerics'
import { acuities, priors } from '../estimates/priors.ts'
import type { SpaceGroup } from './layout.ts'

/** Logarithms of durations in minutes: how many, their sum and the sum of their squares, each counted with its weight. */
export type LogTally = { readonly n: number; readonly sum: number; readonly squares: number }

/** How often, in how much of what it could have happened in. */
export type RateTally = { readonly n: number; readonly exposure: number }

/**
 * Sufficient statistics of what this department does. Later observations weigh more: one at `t` has the weight
 * 2^((t − begun)/half-life), so that old ones fade against new ones and nothing ever needs to be rescaled.
 */
export type Tallies = {
  readonly begun: Instant
  /** Arrivals and hours of observation by hour of the week, Monday 0 h first, by the department's clocks. */
  readonly arrivals: readonly number[]
  readonly arrivalHours: readonly number[]
  /** Patients and staff hours in times when people had to wait though nothing else held them up. */
  readonly triage: RateTally
  readonly clinician: RateTally
  /** By hour of the day: admitted patients who left, and hours, while somebody was boarding for long. */
  readonly beds: readonly number[]
  readonly bedHours: readonly number[]
  /** By group of spaces: hours of spaces in use and of spaces there, while somebody waited for one for long. */
  readonly used: readonly number[]
  /** Of these, hours times the square of the part in use times the spaces there. */
  readonly usedSquares: readonly number[]
  readonly there: readonly number[]
  /** Who left unseen, and hours of waiting weighted by acuity. */
  readonly leaving: RateTally
  /** By acuity 1 … 5. */
  readonly acuity: readonly number[]
  readonly ambulance: readonly number[]
  readonly care: readonly LogTally[]
  readonly cared: readonly number[]
  readonly laboratoryOnly: readonly number[]
  readonly imagingToo: readonly number[]
  readonly admitted: readonly number[]
  readonly discharged: readonly number[]
  /** Whose care ended without a space of their own: in a chair, in imaging. */
  readonly seated: readonly number[]
  /** Of those who came by ambulance: first placed while their acuity was known, and of these not in a space. */
  readonly handed: readonly number[]
  readonly sat: readonly number[]
  readonly handovers: LogTally
  /** Minutes from being seen to the first sign that the first assessment is over. */
  readonly assessments: LogTally
  readonly spaces: readonly (readonly number[])[]
  /** Minutes with open tests, of visits with laboratory tests only and with imaging. */
  readonly laboratory: LogTally
  readonly imaging: LogTally
  /**
   * For judging how long silence is plausible: from arrival to triage and to being seen, from being seen to the decision,
   * boarding; and how many visits were told to have ended, and were let go because nothing was heard of them.
   */
  readonly greetings: LogTally
  readonly waits: LogTally
  readonly stays: LogTally
  readonly boardings: LogTally
  /** How often those who went on from a line had been overtaken in it, and how many went on. */
  readonly overtaken: Readonly<Record<'arriving' | 'waiting' | 'boarding', RateTally>>
  readonly ended: number
  readonly lost: number
}

const none: LogTally = { n: 0, sum: 0, squares: 0 }
const never: RateTally = { n: 0, exposure: 0 }
const zeros = (count: number) => new Array<number>(count).fill(0)

export function emptyTallies(begun: Instant): Tallies {
  const five = zeros(5)
  return {
    begun,
    arrivals: zeros(168),
    arrivalHours: zeros(168),
    triage: never,
    clinician: never,
    beds: zeros(24),
    bedHours: zeros(24),
    used: zeros(3),
    usedSquares: zeros(3),
    there: zeros(3),
    leaving: never,
    acuity: five,
    ambulance: five,
    care: acuities.map(() => none),
    cared: five,
    laboratoryOnly: five,
    imagingToo: five,
    admitted: five,
    discharged: five,
    seated: five,
    handed: five,
    sat: five,
    handovers: none,
    assessments: none,
    spaces: acuities.map(() => zeros(3)),
    laboratory: none,
    imaging: none,
    greetings: none,
    waits: none,
    stays: none,
    boardings: none,
    overtaken: { arriving: never, waiting: never, boarding: never },
    ended: 0,
    lost: 0,
  }
}

const halfLife = priors.halfLifeWeeks * 7 * 86_400_000

/** What an observation at `at` counts, against 1 at the beginning. */
export function weightAt({ begun }: Tallies, at: Instant): number {
  return portableExp(((at - begun) / halfLife) * Math.LN2)
}

/** The list with `by` added at one place. */
export function added(values: readonly number[], place: number, by: number): readonly number[] {
  return values.map((value, i) => (i === place ? value + by : value))
}

export const placeOf = (acuity: Acuity) => acuity - 1
export const groupPlace: Readonly<Record<SpaceGroup, number>> = { resuscitation: 0, majors: 1, minors: 2 }

/** Hour of the week by the department's clocks, 0 … 167 from Monday 0 h. */
export function hourOfWeek(at: Instant, utcOffsetMinutes: number): number {
  // 1970-01-01 was a Thursday.
  const hours = Math.floor(at / 3_600_000 + utcOffsetMinutes / 60) + 72
  return ((hours % 168) + 168) % 168
}
