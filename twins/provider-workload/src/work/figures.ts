import { activities, messageKinds } from '@counterpart/worklog'

/** Kinds and activities in the order in which the figures hold them. */
export { activities, messageKinds }

/** What one day, or one week, of one person came to. Hours unless said otherwise. */
export interface DayFigures {
  /** Rota without absence. */
  readonly scheduled: number
  /** Active at the record within scheduled time, and outside it. */
  readonly inside: number
  readonly outside: number
  /** Visits that took place. */
  readonly visits: number
  /** At the record by activity, in the order of {@link activities}. */
  readonly ehr: readonly number[]
  /** Messages that reached this person by kind, in the order of {@link messageKinds}. */
  readonly received: readonly number[]
  /** Messages dealt with. */
  readonly done: number
}

/** One person's week, measured or simulated. */
export interface ProviderWeek extends DayFigures {
  /** Contracted: 40 h × clinical FTE, less days on leave. */
  readonly contracted: number
  /** scheduled + outside: hours of work of all kinds. */
  readonly work: number
  /** Work that waits when the week ends: messages and unfinished notes, hours. */
  readonly backlog: number
  /** Messages that wait when the week ends. */
  readonly waiting: number
  /** Whether work exceeds `overloadRatio` × contracted. */
  readonly overloaded: boolean
}

/** Places of a week's figures in the typed arrays that simulations write. */
export const at = {
  contracted: 0,
  scheduled: 1,
  inside: 2,
  outside: 3,
  visits: 4,
  backlog: 5,
  waiting: 6,
  done: 7,
  overloaded: 8,
  ehr: 9,
  received: 9 + activities.length,
} as const
export const weekWidth = 9 + activities.length + messageKinds.length

/** The week that is written from `offset` on. */
export function weekAt(figures: Float64Array, offset: number): ProviderWeek {
  const of = (place: number) => figures[offset + place]!
  return {
    contracted: of(at.contracted),
    scheduled: of(at.scheduled),
    inside: of(at.inside),
    outside: of(at.outside),
    work: of(at.scheduled) + of(at.outside),
    visits: of(at.visits),
    backlog: of(at.backlog),
    waiting: of(at.waiting),
    done: of(at.done),
    overloaded: of(at.overloaded) > 0,
    ehr: activities.map((_, i) => of(at.ehr + i)),
    received: messageKinds.map((_, i) => of(at.received + i)),
  }
}
