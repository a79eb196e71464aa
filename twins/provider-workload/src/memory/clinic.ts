import type {
  AbsenceDetail,
  Belief,
  CalendarDay,
  ClinicLayoutDetail,
  CohortDetail,
  Instant,
  JsonObject,
  ProviderCode,
  RotaWork,
} from '@counterpart/kernel'
import { emptyRecord, type TrackRecord } from '../record/record.ts'
import type { DayLog } from './day-log.ts'

/** What the twin keeps of a clinic from one message to the next. */
export type Clinic = {
  /** What is known of this clinic beforehand, as given to `begin`. */
  readonly prior: JsonObject
  readonly layout: ClinicLayoutDetail
  readonly layoutReported: boolean
  readonly people: Readonly<Record<ProviderCode, Person>>
  /** What is told of groups, by group, measure and period. */
  readonly cohorts: Readonly<Record<string, CohortDetail>>
  /** When anybody's work was heard of last. */
  readonly heard: Instant | null
  readonly record: TrackRecord
}

/** What is kept of one person's work. */
export type Person = {
  /** Hours of the last days, as told. */
  readonly open: Readonly<Record<CalendarDay, Readonly<Record<string, HourLog>>>>
  /** The last eight weeks, day by day. */
  readonly days: Readonly<Record<CalendarDay, DayLog>>
  /** What weeks before those said, fading. */
  readonly past: PastTallies
  /** Who is booked, by day, for days not yet closed. */
  readonly sheets: Readonly<Record<CalendarDay, Sheet>>
  /** By Monday. */
  readonly rota: Readonly<Record<CalendarDay, readonly RotaSpan[]>>
  readonly absences: Readonly<Record<AbsenceDetail['absence'], readonly [from: Instant, until: Instant]>>
  /** Messages that wait, by kind, when the last closed day ended. */
  readonly waiting: readonly number[]
}

export type RotaSpan = readonly [from: Instant, until: Instant, work: RotaWork]

/** One hour's work: seconds by activity and quarter, messages that came and that were dealt with by kind. */
export type HourLog = {
  readonly seconds: readonly number[]
  readonly received: readonly number[]
  readonly done: readonly number[]
  readonly notes: number
  readonly covered: number
}

/** A day's bookings as of now. */
export type Sheet = {
  readonly booked: number
  readonly minutes: number
  /** Seen or here. */
  readonly took: number
  readonly missed: number
  /** Booked when the day was so many days ahead as in `leads`; `null`: not known. */
  readonly ahead: readonly (number | null)[]
  /** Part of the day's rota that was known to be away a day and a week ahead; `null`: not known. */
  readonly awayAhead: readonly [day: number | null, week: number | null]
}

/** Days ahead, counted from the beginning of a day, at which it is noted how much is booked. */
export const leads = [0, 1, 7, 14, 21, 28] as const

/** Weighted sums over days that are no longer kept: see `estimates/evidence.ts`. */
export type PastTallies = readonly number[]

export const emptyPerson: Person = {
  open: {},
  days: {},
  past: [],
  sheets: {},
  rota: {},
  absences: {},
  waiting: [0, 0, 0, 0, 0, 0],
}

/** A clinic before it says what it consists of: nobody works there. */
const unknownLayout: ClinicLayoutDetail = {
  name: 'Clinic',
  timeZone: 'UTC',
  pods: [],
  providers: [],
  visitKinds: [],
  minimumCell: 5,
  overloadRatio: 1.375,
  practice: { teamInbox: false, refillProtocol: false, scribes: [] },
}

export function emptyClinic(asOf: Instant, prior: JsonObject): Clinic {
  return {
    prior,
    layout: unknownLayout,
    layoutReported: false,
    people: {},
    cohorts: {},
    heard: null,
    record: emptyRecord(asOf),
  }
}

export const clinicOf = (belief: Belief): Clinic => belief.memory as unknown as Clinic
export const memoryOf = (clinic: Clinic): JsonObject => clinic as unknown as JsonObject
