import type { Activity, MessageKind } from './vocabulary.ts'

/** One line of the audit log. */
export interface WorkEvent {
  /** Milliseconds since 1970 UTC. */
  readonly time: number
  /** The login; one person may have several. */
  readonly user: string
  /** A word of the vocabulary, `other.<anything>`, or a vendor's word that {@link LogMap.actions} knows. */
  readonly action: string
  readonly patient?: string
  /** What was acted on, e.g. the number of a message, note or order. */
  readonly object?: string
  /** The kind of message on `inbox.*` and `message.received`; `team` on a signature of what somebody else had prepared. */
  readonly detail?: string
}

/** Whose login it is: people with several logins have several. */
export interface Login {
  readonly provider: string
  readonly login: string
  /** For groups. */
  readonly pod?: string
}

/** How a vendor's log is read: its columns and words as ours, as data. Whatever is left out is taken as it is. */
export interface LogMap {
  /** The vendor's column → `time`, `user`, `action`, `patient`, `object` or `detail`. */
  readonly columns?: Readonly<Record<string, string>>
  /** The vendor's action → ours. */
  readonly actions?: Readonly<Record<string, string>>
  /** The vendor's detail → a kind of message or `team`. */
  readonly details?: Readonly<Record<string, string>>
}

/** From when until when, in milliseconds since 1970 UTC; until is not part of it. */
export interface Span {
  readonly from: number
  readonly until: number
}

export interface LogOptions {
  /** IANA zone of the clinic: for its days and weeks, and for times without an offset. Default `UTC`. */
  readonly zone?: string
  /** Seconds without an event after which somebody no longer works at the screen. Default 60. */
  readonly inactivity?: number
  /** Seconds counted after the last event before such a pause. At most `inactivity`; default 5. */
  readonly tail?: number
  /** Who is who. Without it every login is a provider of its own; with it other logins only show that there is a log. */
  readonly logins?: readonly Login[]
  readonly map?: LogMap
  /** When no log was written, as far as that is known. What is not declared is found where a whole clinic falls silent. */
  readonly outages?: readonly Span[]
  /** Whether nobody is to work on a day of the clinic (`YYYY-MM-DD`), so that silence is no gap. Default: no day is. */
  readonly closed?: (day: string) => boolean
}

/** Seconds in each quarter of an hour. */
export type Quarters = readonly [number, number, number, number]

/** What one provider did at the screen in one hour: assignable to `WorkHourDetail` of the kernel. */
export interface WorkHour {
  readonly provider: string
  /** Start of the hour, on the UTC hour. */
  readonly hour: number
  /** Active seconds by activity and quarter; left out: none. */
  readonly seconds: Readonly<Partial<Record<Activity, Quarters>>>
  readonly received: Readonly<Partial<Record<MessageKind, number>>>
  readonly done: Readonly<Partial<Record<MessageKind, number>>>
  readonly orders: { readonly signed: number; readonly team: number }
  readonly notesSigned: number
  readonly actions: number
  readonly switches: number
  /** Share of the hour for which the log is there, 0 to 1. */
  readonly covered: number
}
