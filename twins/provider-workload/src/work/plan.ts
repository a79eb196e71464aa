import type { CalendarDay, MessageKind, ProviderCode, RotaWork } from '@counterpart/kernel'
import type { DayFigures } from './figures.ts'

/** One person's weeks as planned: what is known beforehand of the work that will come. */
export interface ProviderPlan {
  readonly provider: ProviderCode
  readonly pod: string
  /** Contracted share of full-time clinical work, 0 to 1. */
  readonly clinicalFte: number
  /** Visits that fit into an hour of clinic. */
  readonly placesPerHour: number
  /** Whole weeks from the clinic's first planned Monday on, seven days each. */
  readonly days: readonly PlannedDay[]
  /** What waits when the first day begins. */
  readonly backlog: { readonly messages: Readonly<Record<MessageKind, number>>; readonly noteMinutes: number }
}

/** One person's day, in minutes past midnight of the clinic's own clock. */
export interface PlannedDay {
  readonly day: CalendarDay
  /** Rota without what falls into an absence, in order of time. */
  readonly spans: readonly PlannedSpan[]
  /** Part of the day's rota that falls into an absence; of a day without rota, whether it lies in one. 0 to 1. */
  readonly away: number
  /** Visits booked by now. */
  readonly booked: number
  /** How long before the day's beginning the booking stood so, in days; below 0 on the day itself. */
  readonly lead: number
  /** A day that is over and whose log is there: what was. It is not simulated. */
  readonly known?: DayFigures
}

interface PlannedSpan {
  readonly from: number
  readonly until: number
  readonly work: RotaWork
}

/** A clinic's weeks as planned. */
export interface ClinicPlan {
  readonly timeZone: string
  /** The Monday with which the plans begin. */
  readonly firstWeek: CalendarDay
  readonly weeks: number
  /** A week is overloaded when work exceeds this many times 40 h × clinical FTE, less the part of its five weekdays away. */
  readonly overloadRatio: number
  readonly providers: readonly ProviderPlan[]
}
