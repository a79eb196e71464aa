import type { Instant } from './time.ts'

/**
 * What is observed of a clinic and of the work done in it. Each of these is an observation of the clinic itself, on its own
 * stream `clinic/<id>`, with `value: null`, a sentence in `text`, and one of the types below as `detail`.
 *
 * What people say of themselves (surveys, contests, notes) and what they wear (sleep, heart-rate variability) is never here:
 * it stays on `provider/<code>`, under that person's own key. Of it the clinic learns {@link CohortDetail} only.
 */
export const clinicChannels = {
  /** What the clinic consists of from now on: {@link ClinicLayoutDetail}. */
  layout: 'clinic-layout',
  /** What one provider did at the screen in one hour: {@link WorkHourDetail}. Effective at the start of the hour. */
  work: 'work-hour',
  /** Everybody who is booked with one provider on one day, as of now: {@link DaySheetDetail}; the latest holds. */
  sheet: 'day-sheet',
  /** What one provider is to do in one week: {@link RotaWeekDetail}; the latest holds. */
  rota: 'rota-week',
  /** One provider is away: {@link AbsenceDetail}; the latest of one `absence` holds. */
  absence: 'absence',
  /** What is known of a group of people, and of no smaller one: {@link CohortDetail}. */
  cohort: 'cohort',
  /** What could not be taken in about a provider's work, so that it can be shown and mended: {@link ClinicDoubt}. */
  doubt: 'clinic-doubt',
} as const

/** Code system of these channels: the code of each is its name. */
export const clinicCodeSystem = 'urn:counterpart:clinic'

/** Names one provider within a clinic's settings, e.g. `p017`; the stream of this person is `provider/<clinic>.<code>`. */
export type ProviderCode = string

/** A day of the clinic's own calendar, `YYYY-MM-DD`. */
export type CalendarDay = string

/** What somebody does at the screen. The same words as `activities` of engines/worklog. */
export type Activity = 'chart-review' | 'note' | 'order' | 'prescription' | 'inbox' | 'schedule' | 'other'

/** What an inbox holds: from patients, refills, telephone calls, results, from colleagues, made by the system itself. */
export type MessageKind = 'patient' | 'refill' | 'call' | 'result' | 'staff' | 'system'

export type ClinicProvider = {
  readonly provider: ProviderCode
  /** How people of the clinic call this person, e.g. `Dr Adeyemi`. */
  readonly label: string
  /** A {@link ClinicLayoutDetail.pods} code. */
  readonly pod: string
  readonly profession: 'physician' | 'advanced-practice'
  /** Contracted share of full-time clinical work, 0 to 1. */
  readonly clinicalFte: number
  /** Patients empanelled to this person. */
  readonly panel: number
  /** Expected need of the panel relative to the clinic's mean, 1 = as the mean. */
  readonly caseMix?: number
  /** For fairness reports over groups only. */
  readonly sex?: 'female' | 'male'
  /** Completed years since qualification; for fairness reports over groups only. */
  readonly yearsQualified?: number
}

export type ClinicLayoutDetail = {
  readonly name: string
  /** IANA zone, e.g. `America/Chicago`: work is early, late or on a Sunday by the clinic's own clock. */
  readonly timeZone: string
  readonly pods: readonly { readonly code: string; readonly label: string }[]
  readonly providers: readonly ClinicProvider[]
  /** Kinds of visit with their planned minutes. */
  readonly visitKinds: readonly { readonly code: string; readonly label: string; readonly minutes: number }[]
  /** No figure about surveys, wearables or risk is told of fewer people than this; at least 3. */
  readonly minimumCell: number
  /** A week is overloaded when work of all kinds exceeds this many times contracted hours (40 h × clinical FTE). */
  readonly overloadRatio: number
  /** How work is shared now. */
  readonly practice: {
    /** Messages go to a team first. */
    readonly teamInbox: boolean
    /** Refills are done by protocol. */
    readonly refillProtocol: boolean
    /** Who has a scribe. */
    readonly scribes: readonly ProviderCode[]
  }
}

/** Seconds in each quarter of an hour. */
export type Quarters = readonly [number, number, number, number]

export type WorkHourDetail = {
  readonly provider: ProviderCode
  /** Start of the hour, on the UTC hour. */
  readonly hour: Instant
  /** Active seconds by activity and quarter; left out: none. */
  readonly seconds: Readonly<Partial<Record<Activity, Quarters>>>
  /** Messages that came to this person's inbox. */
  readonly received: Readonly<Partial<Record<MessageKind, number>>>
  /** Messages this person dealt with. */
  readonly done: Readonly<Partial<Record<MessageKind, number>>>
  /** Orders signed, and of these those that somebody else had prepared. */
  readonly orders: { readonly signed: number; readonly team: number }
  readonly notesSigned: number
  readonly actions: number
  /** Times that one activity followed another. */
  readonly switches: number
  /** Share of the hour for which the log is there, 0 to 1. */
  readonly covered: number
}

export type BookedVisit = {
  readonly at: Instant
  readonly minutes: number
  /** A {@link ClinicLayoutDetail.visitKinds} code. */
  readonly kind: string
  readonly state: 'booked' | 'arrived' | 'fulfilled' | 'no-show' | 'cancelled'
}

export type DaySheetDetail = {
  readonly provider: ProviderCode
  readonly day: CalendarDay
  readonly visits: readonly BookedVisit[]
  /** Time that can still be booked. */
  readonly open?: readonly { readonly from: Instant; readonly until: Instant }[]
}

/** `clinic`: seeing patients; `inbox`: protected time for messages. */
export type RotaWork = 'clinic' | 'inbox' | 'administration' | 'teaching' | 'on-call'

export type RotaWeekDetail = {
  readonly provider: ProviderCode
  /** The Monday. */
  readonly week: CalendarDay
  readonly spans: readonly { readonly from: Instant; readonly until: Instant; readonly work: RotaWork }[]
}

/** The reason is nobody's business here. */
export type AbsenceDetail = {
  readonly absence: string
  readonly provider: ProviderCode
  readonly from: Instant
  readonly until: Instant
  readonly cancelled?: boolean
}

/** One figure about a group, published once for its period after disclosure control. */
export type CohortDetail = {
  /** `clinic` or a pod's code. */
  readonly group: string
  readonly measure:
    | 'burnout'
    | 'professional-fulfilment'
    | 'work-exhaustion'
    | 'task-load'
    | 'sleep'
    | 'heart-rate-variability'
    | 'steps'
  readonly from: Instant
  readonly until: Instant
  /** Answers; left out where the figure is suppressed. */
  readonly n?: number
  /** Of {@link n} those above the instrument's published cut-off, where it has one. */
  readonly above?: number
  readonly mean?: number
  readonly standardDeviation?: number
  /** Why there is no figure. */
  readonly suppressed?: 'too-few' | 'would-disclose'
}

export type ClinicDoubt = {
  readonly provider?: ProviderCode
  readonly problem: string
  readonly assumed: string
}
