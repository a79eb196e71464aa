import type { CalendarDay, ProviderCode } from '@counterpart/kernel'
import { type FairRecord, nothingJudged } from '../fairness/judged.ts'

/** Figures of a person's week whose forecasts are judged and moved, on the scale of their root. */
export const judgedFigures = ['inside', 'outside', 'visits', 'waiting'] as const
export type JudgedFigure = (typeof judgedFigures)[number]

/** Weeks of a forecast: the one that has begun and the next four. */
export const horizons = 5
/** Futures in a forecast that is made only to be judged. */
export const recordFutures = 32
/** Nothing is kept of the first weeks, when the twin knows little but its priors. */
export const keptAfterWeeks = 3
/** After a week, what errors were counts a little less: a half after a quarter of a year. */
export const fading = 2 ** (-1 / 13)

/** One week's forecast of one person: by horizon, mean and variance of each judged figure on its scale, one after another. */
type Awaited = readonly number[]

/** The twin's own forecasts, made as each week began, and what came of them. */
export type TrackRecord = {
  /** The week in which the last forecast was kept. */
  readonly last: CalendarDay | null
  /** By the Monday on which they were made: which treatments were in force then, and the forecasts. */
  readonly awaited: Readonly<
    Record<CalendarDay, { readonly treatments: string; readonly people: Readonly<Record<ProviderCode, Awaited>> }>
  >
  readonly errors: Readonly<Record<JudgedFigure, Errors>>
  /** What came of forecasts of the week that begins, by person, for reports on groups. */
  readonly fair: FairRecord
}

export type Errors = {
  /** By horizon, over all people: how many, their errors, squared errors after the shift, and the variances given. */
  readonly all: readonly (readonly [n: number, sum: number, squares: number, variances: number])[]
  /** By person, over all horizons: how many, their errors, and squared errors against what was expected of them. */
  readonly people: Readonly<Record<ProviderCode, readonly [n: number, sum: number, squares: number]>>
}

const noErrors: Errors = { all: Array.from({ length: horizons }, () => [0, 0, 0, 0] as const), people: {} }

export const emptyRecord = (_asOf: number): TrackRecord => ({
  last: null,
  awaited: {},
  errors: { inside: noErrors, outside: noErrors, visits: noErrors, waiting: noErrors },
  fair: nothingJudged,
})

/** Scale on which errors of a figure are alike: hours and counts scatter with their root. */
export const onto = (value: number): number => Math.sqrt(Math.max(0, value) + 0.1)
export const back = (scaled: number): number => Math.max(0, Math.max(0, scaled) ** 2 - 0.1)
