import type { CivilTime } from '@counterpart/numerics'
import type { ScheduledSpan } from '../files/schedule.ts'
import { quarter } from '../log/cell.ts'
import { joinSpans } from '../log/presence.ts'
import { activities, messageKinds } from '../vocabulary.ts'
import type { Span, WorkHour } from '../work-event.ts'
import { within, without } from './spans.ts'

const places = ['all', 'inClinic', 'outsideClinic', 'outside'] as const
/**
 * Where work falls: anywhere; while patients are scheduled, and while they are not; while nothing is. Each has its own hours of the
 * day, so that what is missing of each is known apart.
 */
export type Place = (typeof places)[number]

/** What one person did on one day of the clinic, as far as it was logged. Times are seconds. */
export interface PersonDay {
  readonly day: string
  /** Scheduled with patients, and for anything; nothing on leave. */
  readonly clinic: number
  readonly scheduled: number
  readonly onLeave: boolean
  readonly byActivity: Float64Array
  /** At the screen. */
  readonly seconds: Record<Place, number>
  readonly received: Float64Array
  readonly done: Float64Array
  signed: number
  team: number
  actions: number
  switches: number
  /** How much of each hour of the clock is missing from the log, 0 to 1; left out when none is. */
  missing: Float64Array | undefined
  transitions: Int32Array | undefined
  /** Share of the day's usual work that was logged; set once that is known. */
  covered: Readonly<Record<Place, number>>
}

export interface Scheduled {
  readonly clinic: readonly Span[]
  readonly any: readonly Span[]
  readonly leave: readonly Span[]
}

/** What is scheduled for one person, leave taken away. */
export function scheduledOf(spans: readonly ScheduledSpan[]): Scheduled {
  const leave = joinSpans(spans.filter(({ work }) => work === 'leave'))
  const clinic = without(
    spans.filter(({ work }) => work === 'clinic'),
    leave,
  )
  const any = without(
    spans.filter(({ work }) => work !== 'leave'),
    leave,
  )
  return { clinic, any, leave }
}

/** Nothing is missing. */
export const whole: Readonly<Record<Place, number>> = { all: 1, inClinic: 1, outsideClinic: 1, outside: 1 }

export function emptyDay(day: string, civil: CivilTime, { any, clinic, leave }: Scheduled): PersonDay {
  const [from, until] = [civil.startOf(day), civil.startOf(civil.dayAfter(day, 1))]
  return {
    day,
    clinic: within(clinic, from, until) / 1000,
    scheduled: within(any, from, until) / 1000,
    onLeave: within(leave, from, until) > 0,
    byActivity: new Float64Array(activities.length),
    seconds: { all: 0, inClinic: 0, outsideClinic: 0, outside: 0 },
    received: new Float64Array(messageKinds.length),
    done: new Float64Array(messageKinds.length),
    signed: 0,
    team: 0,
    actions: 0,
    switches: 0,
    missing: undefined,
    transitions: undefined,
    covered: whole,
  }
}

/** Adds to what is missing of an hour of the clock. */
export function addMissing(day: PersonDay, clock: number, share: number): void {
  day.missing ??= new Float64Array(24)
  day.missing[clock]! += share
}

/** Seconds that everybody was logged at work in each hour of the clock, on days with patients and on others. */
export type WorkedHours = Readonly<Record<'withPatients' | 'others', Readonly<Record<Place, Float64Array>>>>

export function workedHours(): WorkedHours {
  const hours = () => ({
    all: new Float64Array(24),
    inClinic: new Float64Array(24),
    outsideClinic: new Float64Array(24),
    outside: new Float64Array(24),
  })
  return { withPatients: hours(), others: hours() }
}

/** Adds an hour to the days it is in, and to what everybody worked. Where a quarter is only partly scheduled, its time counts as spread evenly over it. */
export function addHour(
  dayAt: (instant: number) => PersonDay | undefined,
  hour: WorkHour,
  civil: CivilTime,
  { any, clinic }: Scheduled,
  worked: WorkedHours,
): void {
  for (let q = 0; q < 4; q++) {
    const from = hour.hour + q * quarter
    const day = dayAt(from)
    if (!day) continue
    const clock = Math.floor(civil.minuteOf(from) / 60)
    if (hour.covered < 1) addMissing(day, clock, (1 - hour.covered) / 4)
    let all = 0
    for (const [a, activity] of activities.entries()) {
      const seconds = hour.seconds[activity]?.[q] ?? 0
      day.byActivity[a]! += seconds
      all += seconds
    }
    const inClinic = (all * within(clinic, from, from + quarter)) / quarter
    const outside = all - (all * within(any, from, from + quarter)) / quarter
    const parts = { all, inClinic, outsideClinic: all - inClinic, outside }
    for (const place of places) {
      day.seconds[place] += parts[place]
      worked[day.clinic > 0 ? 'withPatients' : 'others'][place][clock]! += parts[place]
    }
  }
  const day = dayAt(hour.hour)
  if (!day) return
  for (const [k, kind] of messageKinds.entries()) {
    day.received[k]! += hour.received[kind] ?? 0
    day.done[k]! += hour.done[kind] ?? 0
  }
  day.signed += hour.orders.signed
  day.team += hour.orders.team
  day.actions += hour.actions
  day.switches += hour.switches
}
