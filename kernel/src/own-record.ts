import type { CalendarDay } from './clinic.ts'
import type { Instant } from './time.ts'

/**
 * What somebody who works in a clinic says of themselves or wears: events on their own stream `provider/<clinic>.<code>`, under
 * their own key. They are no observations, so no twin, list or live stream ever meets them.
 */
export const ownRecordTypes = {
  /** {@link ConsentSet} */
  consent: 'consent.set',
  /** {@link SurveyAnswered}; effective when it was answered. */
  survey: 'survey.answered',
  /** {@link WearableRecorded}; of a day told twice, the later event holds. */
  wearable: 'wearable.recorded',
  /** {@link StatementMade} */
  statement: 'statement.made',
  /** {@link StatementWithdrawn} */
  withdrawal: 'statement.withdrawn',
} as const

/** `…-in-groups`: may be counted in figures about groups. Each stands for itself: kept for one's own view only, for one. */
export type ConsentName = 'surveys' | 'surveys-in-groups' | 'wearable' | 'wearable-in-groups'

export type ConsentSet = {
  readonly what: ConsentName
  readonly state: 'given' | 'paused' | 'withdrawn'
  /** Of a pause: when it ends by itself. */
  readonly until?: Instant
}

/** `mini-z`: the single item on burnout; `pfi`: Professional Fulfillment Index; `nasa-tlx`: raw task load. */
export type InstrumentName = 'mini-z' | 'pfi' | 'nasa-tlx'

export type SurveyAnswered = {
  readonly id: string
  readonly instrument: InstrumentName
  /** By item, as the instrument numbers its answers. */
  readonly answers: Readonly<Record<string, number>>
}

export type WearableDay = {
  readonly day: CalendarDay
  /** Minutes asleep. */
  readonly sleep?: number
  /** RMSSD, ms. */
  readonly heartRateVariability?: number
  readonly steps?: number
}

export type WearableRecorded = { readonly days: readonly WearableDay[] }

export type StatementMade = {
  readonly id: string
  readonly kind: 'contest' | 'annotation'
  /** `week`: its Monday. */
  readonly about: { readonly week?: CalendarDay; readonly measure?: string }
  readonly text: string
}

export type StatementWithdrawn = { readonly id: string }
