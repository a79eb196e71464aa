// What the simulated clinic's people did, added up by the several definitions that the published studies use.
import type { Activity, Instant, MessageKind } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import type { ClinicEvent } from '@counterpart/sandbox'

const day = 86_400_000
const minutesOf = (ms: number) => ms / 60_000

/** One person over the whole time. Times in minutes but where said. */
export interface Tally {
  readonly provider: string
  fte: number
  female: boolean
  panel: number
  /** Hours of the rota with patients, of days on which somebody was there. */
  scheduledHours: number
  /** Weekdays (holidays and days of leave not counted), and days with patients. */
  weekdays: number
  workdays: number
  ehr: number
  readonly by: Record<Activity, number>
  /** Outside Monday to Friday 8:00 to 18:00. */
  after: number
  /** On days with patients, more than half an hour from time with patients or protected time. */
  outsideScheduled: number
  /** On days without patients. */
  unscheduled: number
  /** In the inbox on days with patients, and of these outside 8:00 to 17:00. */
  inboxWorkdays: number
  inboxWorkdaysOutside: number
  /** Messages opened on days with patients. */
  views: number
  readonly received: Record<MessageKind, number>
  visits: number
  /** Minutes of notes that are not within half an hour of scheduled time. */
  notesOutside: number
  /** In the inbox and in charts, for messages of each kind. */
  readonly messageMinutes: Record<MessageKind, number>
  /** Minutes on weekdays of leave, and how many there were. */
  leaveMinutes: number
  leaveDays: number
  /** By quarter of the year (13 weeks from the beginning): messages from patients, minutes outside scheduled time. */
  readonly quarters: { messages: number; outside: number; visits: number }[]
}

interface Day {
  readonly spans: { readonly from: Instant; readonly until: Instant; readonly patients: boolean }[]
  away: boolean
}

/** Adds events up. `from` must be the clinic's first midnight. Days are numbered from 1970, by the clinic's clock. */
export class Tallies {
  readonly people = new Map<string, Tally>()
  readonly #days = new Map<string, Map<number, Day>>()
  readonly #civil
  readonly #from: Instant
  #until: Instant

  constructor(timeZone: string, from: Instant) {
    this.#civil = civilTime(timeZone)
    this.#from = from
    this.#until = from
  }

  take(events: readonly ClinicEvent[], until: Instant): void {
    this.#until = until
    for (const event of events) {
      if (event.kind === 'work') this.#work(event.at, event.work)
      else if (event.kind === 'message') {
        const person = this.people.get(event.message.provider)!
        person.received[event.message.kind]++
        if (event.message.kind === 'patient') this.#quarter(person, event.at).messages++
      } else if (event.kind === 'appointment') {
        if (event.appointment.state !== 'fulfilled') continue
        const person = this.people.get(event.appointment.provider)!
        person.visits++
        this.#quarter(person, event.at).visits++
      } else if (event.kind === 'rota') {
        const { provider, week, spans } = event.rota
        const monday = Date.parse(`${week}T00:00:00Z`) / day
        for (let i = 0; i < 7; i++) this.#day(provider, monday + i).spans.length = 0
        for (const { from, until: end, work } of spans)
          if (work === 'clinic' || work === 'inbox')
            this.#day(provider, this.#numberOf(from)).spans.push({ from, until: end, patients: work === 'clinic' })
      } else if (event.kind === 'absence') {
        const { provider, from, until: end } = event.absence
        for (let at = from + day / 2; at < end; at += day) this.#day(provider, this.#numberOf(at)).away = true
      } else if (event.kind === 'layout')
        for (const { provider, clinicalFte, sex, panel } of event.layout.providers)
          if (!this.people.has(provider))
            this.people.set(provider, none(provider, clinicalFte, sex === 'female', panel))
    }
  }

  /** Counts days and hours of the rota; once, at the end. */
  finish(): Tally[] {
    // A day on which nobody at all is on the rota is a holiday, or of the weekend.
    const open = new Set<number>()
    for (const days of this.#days.values())
      for (const [number, { spans }] of days) if (spans.length > 0) open.add(number)
    for (const person of this.people.values())
      for (let at = this.#from + day / 2; at < this.#until; at += day) {
        const number = this.#numberOf(at)
        if (!open.has(number)) continue
        const { spans, away } = this.#day(person.provider, number)
        if (away) {
          person.leaveDays++
          continue
        }
        person.weekdays++
        if (spans.length > 0) person.workdays++
        for (const { from, until, patients } of spans)
          if (patients) person.scheduledHours += minutesOf(until - from) / 60
      }
    return [...this.people.values()]
  }

  #work(
    at: Instant,
    { provider, activity, seconds, message, ends }: Extract<ClinicEvent, { kind: 'work' }>['work'],
  ): void {
    const person = this.people.get(provider)!
    const minutes = seconds / 60
    person.ehr += minutes
    person.by[activity] += minutes
    const local = at + this.#civil.offsetAt(at)
    const number = Math.floor(local / day)
    const minute = Math.floor((local - number * day) / 60_000)
    const weekday = (number + 3) % 7
    const { spans, away } = this.#day(provider, number)
    if (weekday > 4 || minute < 480 || minute >= 1080) person.after += minutes
    if (message) person.messageMinutes[message] += minutes
    if (away && weekday < 5) person.leaveMinutes += minutes
    if (spans.length === 0 || away) {
      person.unscheduled += minutes
      this.#outside(person, at, activity, minutes)
      return
    }
    if (!spans.some(({ from, until }) => at >= from - day / 48 && at < until + day / 48)) {
      person.outsideScheduled += minutes
      this.#outside(person, at, activity, minutes)
    }
    if (activity === 'inbox') {
      person.inboxWorkdays += minutes
      if (minute < 480 || minute >= 1020) person.inboxWorkdaysOutside += minutes
    }
    if (message && !ends) person.views++
  }

  #outside(person: Tally, at: Instant, activity: Activity, minutes: number): void {
    if (activity === 'note') person.notesOutside += minutes
    this.#quarter(person, at).outside += minutes
  }

  #quarter(person: Tally, at: Instant) {
    const index = Math.max(0, Math.floor((at - this.#from) / (91 * day)))
    while (person.quarters.length <= index) person.quarters.push({ messages: 0, outside: 0, visits: 0 })
    return person.quarters[index]!
  }

  #numberOf(at: Instant): number {
    return Math.floor((at + this.#civil.offsetAt(at)) / day)
  }

  #day(provider: string, number: number): Day {
    let days = this.#days.get(provider)
    if (!days) {
      days = new Map()
      this.#days.set(provider, days)
    }
    let known = days.get(number)
    if (!known) {
      known = { spans: [], away: false }
      days.set(number, known)
    }
    return known
  }
}

function none(provider: string, fte: number, female: boolean, panel: number): Tally {
  return {
    provider,
    fte,
    female,
    panel,
    scheduledHours: 0,
    weekdays: 0,
    workdays: 0,
    ehr: 0,
    by: { 'chart-review': 0, note: 0, order: 0, prescription: 0, inbox: 0, schedule: 0, other: 0 },
    after: 0,
    outsideScheduled: 0,
    unscheduled: 0,
    inboxWorkdays: 0,
    inboxWorkdaysOutside: 0,
    views: 0,
    received: { patient: 0, refill: 0, call: 0, result: 0, staff: 0, system: 0 },
    visits: 0,
    notesOutside: 0,
    messageMinutes: { patient: 0, refill: 0, call: 0, result: 0, staff: 0, system: 0 },
    leaveMinutes: 0,
    leaveDays: 0,
    quarters: [],
  }
}
