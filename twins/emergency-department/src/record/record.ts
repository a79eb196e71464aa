import type { Instant } from '@counterpart/kernel'
import type { QuantityName } from '../quantities.ts'
import type { Errors } from './errors.ts'

/** Distances at which forecasts are kept and judged, in hours; between them corrections are between theirs. */
export const distances = [1, 2, 4, 8, 12] as const

/** Futures in a forecast that is made only to be judged, and by which the mean of any forecast is found. */
export const recordFutures = 24

/** A forecast that waits for its time: mean and variance of each quantity, on its scale. */
export type Awaited = {
  /** The time forecast, and when it can be known what it was. */
  readonly at: Instant
  readonly due: Instant
  /** Place in `distances`. */
  readonly distance: number
  /** The treatments in force; if others are when it comes true, something else was forecast. */
  readonly treatments: string
  readonly forecast: Readonly<Partial<Record<QuantityName, readonly [mean: number, variance: number]>>>
}

/** The twin's own forecasts while it learns, and their errors. */
export type TrackRecord = {
  /** When the next forecast is to be kept. */
  readonly next: Instant
  readonly awaited: readonly Awaited[]
  /** By quantity, at each of `distances`; weights as in the tallies. */
  readonly errors: Readonly<Partial<Record<QuantityName, readonly Errors[]>>>
  /** By acuity: simulated minutes of waiting for a nurse during care, and for how many people. */
  readonly waited: { readonly minutes: readonly number[]; readonly people: readonly number[] }
}

/** Between two forecasts that are kept, in minutes: in the course of a month they begin at every hour of the day. */
export const keptEvery = 310
/** Nothing is kept of the first days, when the twin knows little but its priors. */
export const keptAfterDays = 2

/** After so many kept forecasts, what was simulated counts half. */
const fading = 2 ** (-1 / 60)

/** The waits during care, with those of one more kept forecast. */
export function waitedMore(waited: TrackRecord['waited'], runs: readonly TrackRecord['waited'][]) {
  const more = (of: 'minutes' | 'people') =>
    waited[of].map((each, k) => runs.reduce((sum, run) => sum + run[of][k]! / runs.length, fading * each))
  return { minutes: more('minutes'), people: more('people') }
}

/**
 * Minutes of waiting that are in what is learnt of care, by acuity: the simulation has lines of its own for them, so
 * they must not be in the rest of care as well. Worth five people who did not wait.
 */
export const waitsInCare = ({ waited: { minutes, people } }: TrackRecord): number[] =>
  minutes.map((each, k) => each / (people[k]! + 5))

export const emptyRecord = (next: Instant): TrackRecord => ({
  next,
  awaited: [],
  errors: {},
  waited: { minutes: [0, 0, 0, 0, 0], people: [0, 0, 0, 0, 0] },
})
