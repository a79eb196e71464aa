import type { CalendarDay, ProviderCode } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { unseenOf } from './estimates/unseen.ts'
import { type Clinic, emptyPerson, type Person } from './memory/clinic.ts'
import { type DayLog, dayLog } from './memory/day-log.ts'
import { waitingAfter } from './memory/fold.ts'
import { activities, type DayFigures, type ProviderWeek } from './work/figures.ts'
import { fullWeek } from './work/simulate.ts'

/** A day of which less than this is there is not taken for what it was. */
export const leastCovered = 0.5

/** A day's figures in hours, brought up to a whole day where part of the log is missing; `null`: too much is. */
export function figuresOf(log: DayLog): DayFigures | null {
  if (log.covered < leastCovered) return null
  const up = 1 / log.covered / 60
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
  return {
    scheduled: log.scheduled / 60,
    inside: sum(log.inside) * up,
    outside: sum(log.outside) * up,
    visits: log.visits,
    ehr: log.inside.map((minutes, a) => (minutes + log.outside[a]!) * up),
    received: log.received.map((n) => n * 60 * up),
    done: sum(log.done) * 60 * up,
  }
}

/** One person's week as it was measured. */
export interface MeasuredWeek {
  readonly provider: ProviderCode
  readonly week: CalendarDay
  /** Whole weeks: days of which the log is missing are taken as the mean of the person's other days of that kind. */
  readonly figures: ProviderWeek
  /** Part of the scheduled and logged time for which the log is there, 0 to 1. */
  readonly completeness: number
  /** Standard deviation of the hours outside that the missing days leave open. */
  readonly outsideError: number
  readonly away: number
}

/** A person's week, by all that is known of it by now; `null`: before what is remembered day by day. */
export function measuredWeek(clinic: Clinic, provider: ProviderCode, week: CalendarDay): MeasuredWeek | null {
  const person = clinic.people[provider] ?? emptyPerson
  const civil = civilTime(clinic.layout.timeZone)
  const days = Array.from({ length: 7 }, (_, d) => civil.dayAfter(week, d))
  if (!days.some((day) => person.days[day] || person.open[day] || person.rota[week])) return null
  const logs = days.map((day) => dayLog(clinic, provider, person, day))
  const fte = clinic.layout.providers.find((each) => each.provider === provider)?.clinicalFte ?? 0
  let [away, told, wanted, missing] = [0, 0, 0, 0]
  const figures: DayFigures[] = []
  for (const [d, log] of logs.entries()) {
    if (d < 5) away += log.away
    const weight = log.scheduled > 0 ? log.scheduled : 30
    told += weight * log.covered
    wanted += weight
    const known = figuresOf(log)
    if (known === null || log.covered < 0.95) missing++
    figures.push(known ?? usualDay(person, log))
  }
  const total = (of: (each: DayFigures) => number) => figures.reduce((sum, each) => sum + of(each), 0)
  const scheduled = total((each) => each.scheduled)
  const outside = total((each) => each.outside)
  const contracted = fullWeek * fte * (1 - away / 5)
  const waiting = waitingAt(clinic, provider, person, civil.dayAfter(week, 7))
  const minutesEach =
    total(({ ehr }) => ehr[4]!) /
    Math.max(
      1,
      total(({ done }) => done),
    )
  const work = scheduled + outside
  const month = Array.from({ length: 28 }, (_, d) => civil.dayAfter(week, d - 21))
  const unseen = unseenIn(clinic, provider, month)
  return {
    provider,
    week,
    figures: {
      contracted,
      scheduled,
      inside: total((each) => each.inside),
      outside,
      work,
      visits: total((each) => each.visits),
      done: total((each) => each.done),
      waiting,
      backlog: waiting * minutesEach,
      overloaded: contracted > 0 && work > clinic.layout.overloadRatio * contracted,
      ehr: figures[0]!.ehr.map((_, a) => total(({ ehr }) => ehr[a]!)),
      received: figures[0]!.received.map((_, k) => total(({ received }) => received[k]!)),
    },
    completeness: (wanted > 0 ? told / wanted : 1) * (1 - unseen),
    outsideError: Math.hypot(
      missing === 0 ? 0 : Math.sqrt(missing) * Math.max(0.5, 0.6 * (outside / 5)),
      (unseen / (1 - unseen)) * total(({ ehr }) => ehr[noteAt]!),
    ),
    away: away / 5,
  }
}

const noteAt = activities.indexOf('note')

/** Part of a person's work in these days that is in nobody's log, by the notes that are missing for its visits: of weeks, as notes may wait. */
function unseenIn(clinic: Clinic, provider: ProviderCode, days: readonly CalendarDay[]): number {
  const { providers } = clinic.layout
  const signed = providers.map(({ provider: code }) => {
    const person = clinic.people[code]
    let [notes, visits] = [0, 0]
    for (const day of days) {
      const log = person?.days[day]
      if (!log || log.covered < leastCovered) continue
      notes += log.notes
      visits += log.visits * log.covered
    }
    return { notes, visits }
  })
  return unseenOf(signed)[providers.findIndex(({ provider: code }) => code === provider)] ?? 0
}

/** What a day of this kind is like for the person, where its own log is missing. */
function usualDay(person: Person, log: DayLog): DayFigures {
  const alike = Object.values(person.days).filter(
    (other) =>
      other.covered >= 0.95 && other.scheduled > 0 === log.scheduled > 0 && other.away >= 0.75 === log.away >= 0.75,
  )
  const found = alike.map((other) => figuresOf(other)!)
  const mean = (of: (each: DayFigures) => number) =>
    found.length === 0 ? 0 : found.reduce((sum, each) => sum + of(each), 0) / found.length
  return {
    scheduled: log.scheduled / 60,
    inside: mean(({ inside }) => inside),
    outside: mean(({ outside }) => outside),
    visits: log.visits,
    ehr: log.inside.map((_, a) => mean(({ ehr }) => ehr[a]!)),
    received: log.received.map((_, k) => mean(({ received }) => received[k]!)),
    done: mean(({ done }) => done),
  }
}

/** Messages that wait as a day begins, by what was received and done until then. */
function waitingAt(clinic: Clinic, code: ProviderCode, person: Person, day: CalendarDay): number {
  const kept = person.days[day]
  if (kept) return kept.waited
  return Math.round(waitingByKindAt(clinic, code, person, day).reduce((sum, n) => sum + n, 0))
}

/** The same by kind, for a day not yet closed. */
export function waitingByKindAt(
  clinic: Clinic,
  code: ProviderCode,
  person: Person,
  day: CalendarDay,
): readonly number[] {
  let { waiting } = person
  for (const open of Object.keys(person.open).sort())
    if (open < day && !person.days[open])
      waiting = waitingAfter(waiting, dayLog(clinic, code, person, open), person.days)
  return waiting
}
