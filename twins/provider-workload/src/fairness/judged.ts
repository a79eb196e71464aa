import type { CalendarDay, ProviderCode } from '@counterpart/kernel'

/**
 * What came of the forecasts and flags of one person's weeks, in sums: enough for every error and rate of a group, and for
 * drawing people again. JSON, as twins keep it.
 */
export type JudgedWeeks = {
  /** Weeks judged. */
  readonly n: number
  /** Hours of work: forecast mean less what came, its square, and both of them summed. */
  readonly error: number
  readonly squares: number
  readonly forecast: number
  readonly work: number
  /** Weeks in which what came lay within the 90 % interval. */
  readonly within: number
  /** Sum of the chances of overload that were given, and of their variances p (1 − p). */
  readonly chance: number
  readonly chanceVariance: number
  /** Flagged and overloaded; flagged and not; not flagged but overloaded; neither. */
  readonly hits: number
  readonly falseAlarms: number
  readonly missed: number
  readonly calm: number
}

/** By person. */
export type JudgedPeople = Readonly<Record<ProviderCode, JudgedWeeks>>

export const notJudged: JudgedWeeks = {
  n: 0,
  error: 0,
  squares: 0,
  forecast: 0,
  work: 0,
  within: 0,
  chance: 0,
  chanceVariance: 0,
  hits: 0,
  falseAlarms: 0,
  missed: 0,
  calm: 0,
}

/** A week is flagged when overload is at least as likely as not. */
const flaggedFrom = 0.5

/** A week ahead as it was forecast: hours of work with their 90 % interval, and the chance of overload. */
export type WeekAhead = {
  readonly mean: number
  readonly p05: number
  readonly p95: number
  readonly overload: number
}

/** What is kept for fairness: the week ahead as it was forecast, and what came of all forecasts before. JSON. */
export type FairRecord = {
  readonly awaited: { readonly week: CalendarDay; readonly people: Readonly<Record<ProviderCode, WeekAhead>> } | null
  readonly judged: JudgedPeople
}

export const nothingJudged: FairRecord = { awaited: null, judged: {} }

/** Takes down what came of one week's forecast: hours of work, and whether the week was overloaded. */
export function judgeWeek(
  judged: JudgedWeeks,
  { mean, p05, p95, overload }: WeekAhead,
  came: { readonly work: number; readonly overloaded: boolean },
): JudgedWeeks {
  const flagged = overload >= flaggedFrom
  const error = mean - came.work
  return {
    n: judged.n + 1,
    error: judged.error + error,
    squares: judged.squares + error * error,
    forecast: judged.forecast + mean,
    work: judged.work + came.work,
    within: judged.within + Number(came.work >= p05 && came.work <= p95),
    chance: judged.chance + overload,
    chanceVariance: judged.chanceVariance + overload * (1 - overload),
    hits: judged.hits + Number(flagged && came.overloaded),
    falseAlarms: judged.falseAlarms + Number(flagged && !came.overloaded),
    missed: judged.missed + Number(!flagged && came.overloaded),
    calm: judged.calm + Number(!flagged && !came.overloaded),
  }
}
