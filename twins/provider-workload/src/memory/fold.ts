import {
  type AbsenceDetail,
  type CalendarDay,
  type ClinicLayoutDetail,
  type CohortDetail,
  clinicChannels,
  type DaySheetDetail,
  day as dayLong,
  type Instant,
  type Observation,
  type RotaWeekDetail,
  type WorkHourDetail,
} from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { withPast } from '../estimates/evidence.ts'
import { activities, messageKinds } from '../work/figures.ts'
import { type Clinic, emptyPerson, type HourLog, leads, type Person, type Sheet } from './clinic.ts'
import { type DayLog, dayLog } from './day-log.ts'
import { awayOf, mondayOf } from './rota.ts'
import { isAbsence, isCohort, isDaySheet, isLayout, isRotaWeek, isWorkHour } from './shapes.ts'

/** Weeks kept day by day; before, and how long a day stays open for what comes late. */
const weeksKept = 8
const daysOpen = 3
/** What waits is known no better than this many days of messages. */
const mostWaitingDays = 10
/** Rotas and absences of the past are kept so long: for weeks of which no rota is known yet. */
const rotaWeeks = 4

/**
 * The clinic after all that was observed at one instant. A pure function of the set of observations. What has not the
 * shape of `clinic.ts` is passed over.
 */
export function folded(before: Clinic, from: Instant, at: Instant, observations: readonly Observation[]): Clinic {
  let clinic = daysPassed(before, from, at)
  const of = <T>(channel: string, fits: (detail: unknown) => detail is T) =>
    observations
      .filter((o) => o.channel === channel && fits(o.detail))
      .map((o) => ({ detail: o.detail as T, version: o.version, key: o.id }))
      .sort((a, b) => a.version - b.version || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ detail }) => detail)
  for (const detail of of<ClinicLayoutDetail>(clinicChannels.layout, isLayout))
    clinic = { ...clinic, layout: detail, layoutReported: true }
  for (const detail of of<CohortDetail>(clinicChannels.cohort, isCohort)) {
    const key = `${detail.group} ${detail.measure} ${detail.from}`
    clinic = { ...clinic, cohorts: { ...clinic.cohorts, [key]: detail } }
  }
  const changed: Record<string, Person> = {}
  const personOf = (code: string) => changed[code] ?? clinic.people[code] ?? emptyPerson
  for (const { provider, week, spans } of of<RotaWeekDetail>(clinicChannels.rota, isRotaWeek)) {
    const person = personOf(provider)
    const sorted = spans
      .map(({ from: a, until: b, work }) => [a, b, work] as const)
      .sort((x, y) => x[0] - y[0] || x[1] - y[1])
    changed[provider] = { ...person, rota: { ...person.rota, [week]: sorted } }
  }
  for (const { provider, absence, from: a, until: b, cancelled } of of<AbsenceDetail>(
    clinicChannels.absence,
    isAbsence,
  )) {
    const person = personOf(provider)
    const { [absence]: _, ...others } = person.absences
    changed[provider] = { ...person, absences: cancelled ? others : { ...others, [absence]: [a, b] } }
  }
  for (const detail of of<DaySheetDetail>(clinicChannels.sheet, isDaySheet)) {
    const person = personOf(detail.provider)
    const { day } = detail
    if (person.days[day]) continue
    changed[detail.provider] = {
      ...person,
      sheets: { ...person.sheets, [day]: sheetOf(detail, person.sheets[day]) },
    }
  }
  const { timeZone } = clinic.layout
  let { heard } = clinic
  for (const detail of of<WorkHourDetail>(clinicChannels.work, isWorkHour)) {
    const person = personOf(detail.provider)
    const day = civilTime(timeZone).dayOf(detail.hour)
    // Told after the day was closed: the fold goes back for what is late, so this is of a clock gone wrong.
    if (person.days[day]) continue
    heard = Math.max(heard ?? detail.hour, detail.hour)
    const open = { ...person.open, [day]: { ...person.open[day], [detail.hour]: hourLog(detail) } }
    changed[detail.provider] = { ...person, open }
  }
  if (Object.keys(changed).length > 0) clinic = { ...clinic, heard, people: { ...clinic.people, ...changed } }
  return clinic
}

function hourLog(detail: WorkHourDetail): HourLog {
  return {
    seconds: activities.flatMap((activity) => detail.seconds[activity] ?? [0, 0, 0, 0]),
    received: messageKinds.map((kind) => detail.received[kind] ?? 0),
    done: messageKinds.map((kind) => detail.done[kind] ?? 0),
    notes: detail.notesSigned,
    covered: detail.covered,
  }
}

function sheetOf({ visits }: DaySheetDetail, known: Sheet | undefined): Sheet {
  const booked = visits.filter(({ state }) => state !== 'cancelled')
  const count = (...states: readonly string[]) => visits.filter(({ state }) => states.includes(state)).length
  return {
    booked: booked.length,
    minutes: booked.reduce((sum, { minutes }) => sum + minutes, 0),
    took: count('arrived', 'fulfilled'),
    missed: count('no-show'),
    ahead: known?.ahead ?? noSheet.ahead,
    awayAhead: known?.awayAhead ?? noSheet.awayAhead,
  }
}

const noSheet: Sheet = {
  booked: 0,
  minutes: 0,
  took: 0,
  missed: 0,
  ahead: leads.map(() => null),
  awayAhead: [null, null],
}

/** The clinic on a later day: how much is booked ahead is noted, days that are over are closed, old ones let go. */
function daysPassed(clinic: Clinic, from: Instant, at: Instant): Clinic {
  if (!clinic.layoutReported) return clinic
  const civil = civilTime(clinic.layout.timeZone)
  const today = civil.dayOf(at)
  const last = civil.dayOf(from)
  if (today <= last) return clinic
  const people: Record<string, Person> = {}
  for (const [code, person] of Object.entries(clinic.people)) people[code] = personOn(clinic, code, person, last, today)
  return { ...clinic, people }
}

function personOn(clinic: Clinic, code: string, before: Person, last: CalendarDay, today: CalendarDay): Person {
  const civil = civilTime(clinic.layout.timeZone)
  const fte = clinic.layout.providers.find(({ provider }) => provider === code)?.clinicalFte ?? 0
  const sheets: Record<CalendarDay, Sheet> = { ...before.sheets }
  for (const [i, lead] of leads.entries()) {
    // After a silence longer than a day, what was booked on the days passed over is not known.
    const day = civil.dayAfter(today, lead)
    const sheet = sheets[day] ?? noSheet
    const [oneDay, oneWeek] = sheet.awayAhead
    const away = () => Math.round(100 * awayOf(before, civil, day, fte)) / 100
    sheets[day] = {
      ...sheet,
      ahead: sheet.ahead.map((known, l) => (l === i ? sheet.booked : known)),
      awayAhead: lead === 1 ? [away(), oneWeek] : lead === 7 ? [oneDay, away()] : sheet.awayAhead,
    }
  }
  let person: Person = { ...before, sheets }
  const firstOpen = civil.dayAfter(today, 1 - daysOpen)
  const known = [...Object.keys(person.open), ...Object.keys(person.sheets)].sort()
  const oldest = known[0] !== undefined && known[0] < firstOpen ? known[0] : null
  // Days without any fact are closed too: that nothing was told says something of them.
  const earliest = maxDay(oldest ?? firstOpen, civil.dayAfter(last, -daysOpen))
  const days: Record<CalendarDay, DayLog> = { ...person.days }
  let { waiting } = person
  for (let day = earliest; day < firstOpen; day = civil.dayAfter(day, 1)) {
    if (days[day]) continue
    const log = dayLog(clinic, code, { ...person, days, waiting }, day)
    days[day] = log
    waiting = waitingAfter(waiting, log, days)
  }
  const keepFrom = civil.dayAfter(mondayOf(civil, today), -7 * weeksKept)
  const leaving = Object.keys(days)
    .filter((day) => day < keepFrom)
    .sort()
  let { past } = person
  for (const day of leaving) {
    past = withPast(past, days[day]!, civil.weekdayOf(day))
    delete days[day]
  }
  const from = <T>(all: Readonly<Record<string, T>>, first: CalendarDay) =>
    Object.fromEntries(Object.entries(all).filter(([day]) => day >= first))
  const forgotten = civil.startOf(civil.dayAfter(today, -7 * rotaWeeks))
  person = {
    open: from(person.open, firstOpen),
    days,
    past,
    sheets: from(sheets, firstOpen),
    rota: from(person.rota, civil.dayAfter(mondayOf(civil, today), -7 * rotaWeeks)),
    absences: Object.fromEntries(
      Object.entries(person.absences).filter(([, [, until]]) => until > forgotten - dayLong),
    ),
    waiting,
  }
  return person
}

const maxDay = (a: CalendarDay, b: CalendarDay) => (a > b ? a : b)

/** What waits after a day more; known no better than so many days of messages, as what is never dealt with is no work. */
export function waitingAfter(
  waiting: readonly number[],
  log: DayLog,
  days: Readonly<Record<CalendarDay, DayLog>>,
): readonly number[] {
  return waiting.map((n, k) =>
    Math.min(mostWaitingDays * Math.max(1, meanReceived(days, k)), Math.max(0, n + log.received[k]! - log.done[k]!)),
  )
}

function meanReceived(days: Readonly<Record<CalendarDay, DayLog>>, kind: number): number {
  let [sum, count] = [0, 0]
  for (const log of Object.values(days)) {
    sum += log.received[kind]!
    count++
  }
  return count === 0 ? 0 : sum / count
}
