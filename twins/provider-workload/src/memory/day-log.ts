import { type CalendarDay, hour, type Instant, minute } from '@counterpart/kernel'
import { type CivilTime, civilTime } from '@counterpart/numerics'
import { activities, messageKinds } from '../work/figures.ts'
import { type Clinic, type HourLog, leads, type Person } from './clinic.ts'
import { awayOf, type Span, spansOf } from './rota.ts'

/** One person's day once it is over. Minutes unless said otherwise. */
export type DayLog = {
  /** Rota without absence; of this with patients. */
  readonly scheduled: number
  readonly clinic: number
  /** Of it kept for messages. */
  readonly kept: number
  /** Part of the day away, 0 to 1. */
  readonly away: number
  /** Part of what should have been logged that was, 0 to 1. */
  readonly covered: number
  /** At the record within scheduled time, and outside it, by activity. */
  readonly inside: readonly number[]
  readonly outside: readonly number[]
  readonly received: readonly number[]
  readonly done: readonly number[]
  readonly notes: number
  /** Visits booked in the end, that took place, that were missed; minutes booked. */
  readonly booked: number
  readonly visits: number
  readonly missed: number
  readonly bookedMinutes: number
  readonly ahead: readonly (number | null)[]
  readonly awayAhead: readonly [day: number | null, week: number | null]
  /** Thousands of patients × case mix. */
  readonly need: number
  /** Messages that waited when it began. */
  readonly waited: number
}

/** Parts of an hour that scheduled time has, quarter by quarter. */
function insideQuarters(from: Instant, spans: readonly Span[]): number[] {
  return [0, 1, 2, 3].map((q) => {
    const start = from + q * 15 * minute
    let within = 0
    for (const [a, b] of spans) within += Math.max(0, Math.min(b, start + 15 * minute) - Math.max(a, start))
    return Math.min(1, within / (15 * minute))
  })
}

/** A day of one person as far as it is known now: what the log, the rota, absences and the day sheet say of it. */
export function dayLog(clinic: Clinic, code: string, person: Person, day: CalendarDay): DayLog {
  const kept = person.days[day]
  if (kept) return kept
  const civil = civilTime(clinic.layout.timeZone)
  const provider = clinic.layout.providers.find((each) => each.provider === code)
  const fte = provider?.clinicalFte ?? 0
  const spans = spansOf(person, civil, day, fte)
  const hours = person.open[day] ?? {}
  const sheet = person.sheets[day]
  const inside = activities.map(() => 0)
  const outside = activities.map(() => 0)
  const received = messageKinds.map(() => 0)
  const done = messageKinds.map(() => 0)
  let notes = 0
  for (const [start, log] of Object.entries(hours)) {
    const shares = insideQuarters(Number(start), spans)
    for (let a = 0; a < activities.length; a++)
      for (let q = 0; q < 4; q++) {
        const minutes = log.seconds[4 * a + q]! / 60
        inside[a]! += minutes * shares[q]!
        outside[a]! += minutes * (1 - shares[q]!)
      }
    for (let k = 0; k < messageKinds.length; k++) {
      received[k]! += log.received[k]!
      done[k]! += log.done[k]!
    }
    notes += log.notes
  }
  const lengthOf = (which: (span: Span) => boolean) =>
    spans.filter(which).reduce((sum, [a, b]) => sum + (b - a) / minute, 0)
  const settled = sheet !== undefined && sheet.took + sheet.missed > 0
  return {
    scheduled: round(lengthOf(() => true)),
    clinic: round(lengthOf(([, , work]) => work === 'clinic')),
    kept: round(lengthOf(([, , work]) => work === 'inbox')),
    away: round(awayOf(person, civil, day, fte)),
    covered: round(coveredOf(civil, day, spans, hours, person, fte)),
    inside: inside.map(round),
    outside: outside.map(round),
    received,
    done,
    notes,
    booked: sheet?.booked ?? 0,
    visits: settled ? sheet.took : (sheet?.booked ?? 0),
    missed: sheet?.missed ?? 0,
    bookedMinutes: sheet?.minutes ?? 0,
    ahead: sheet?.ahead ?? leads.map(() => null),
    awayAhead: sheet?.awayAhead ?? [null, null],
    need: ((provider?.panel ?? 0) * (provider?.caseMix ?? 1)) / 1000,
    waited: person.waiting.reduce((sum, n) => sum + n, 0),
  }
}

const round = (value: number) => Math.round(value * 100) / 100

/**
 * How much of a day's log is there. An hour of which nothing was told was free of work, but not most of the hours with
 * patients: then the log is missing. A Sunday of which nothing was told was free if the log of the last day with patients
 * was there.
 */
function coveredOf(
  civil: CivilTime,
  day: CalendarDay,
  spans: readonly Span[],
  hours: Readonly<Record<string, HourLog>>,
  person: Person,
  fte: number,
): number {
  let [told, wanted, silent, busy] = [0, 0, 0, 0]
  const seen = new Set<number>()
  for (const [start, { covered }] of Object.entries(hours)) {
    seen.add(Number(start))
    told += covered
    wanted++
  }
  for (const [from, until, work] of spans) {
    if (work !== 'clinic') continue
    for (let at = Math.floor(from / hour) * hour; at < until; at += hour)
      if (Math.min(until, at + hour) - Math.max(from, at) >= hour / 2) seen.has(at) ? busy++ : silent++
  }
  if (silent > busy) wanted += silent
  if (wanted > 0) return told / wanted
  if (spans.length > 0) return 1
  return lastCovered(civil, day, person, fte)
}

/** Of the last day with scheduled time before this one; 1 where none is remembered. */
function lastCovered(civil: CivilTime, day: CalendarDay, person: Person, fte: number): number {
  for (let back = 1; back <= 14; back++) {
    const before = civil.dayAfter(day, -back)
    const kept = person.days[before]
    if (kept) {
      if (kept.clinic > 0) return kept.covered
      continue
    }
    const clinic = spansOf(person, civil, before, fte).filter(([, , work]) => work === 'clinic')
    if (clinic.length > 0) return Object.keys(person.open[before] ?? {}).length > 0 ? 1 : 0
  }
  return 1
}
