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
}

/** Between two forecasts that are kept, in minutes: in the course of a month they begin at every hour of the day. */
export const keptEvery = 310
/** Nothing is kept of the first days, when the twin knows little but its priors. */
export const keptAfterDays = 2

export const emptyRecord = (next: Instant): TrackRecord => ({ next, awaited: [], errors: {} })
