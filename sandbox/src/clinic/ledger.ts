import type { Activity, CalendarDay, ClinicLayoutDetail, Instant, MessageKind, ProviderCode } from '@counterpart/kernel'
import { ClinicCalendar, type DayNumber, mondayOf, weekdayOf } from './calendar.ts'
import type { ClinicEvent } from './events.ts'

/** What one person's week was, by what really happened. */
export interface LedgerWeek {
  readonly provider: ProviderCode
  /** The Monday. */
  readonly week: CalendarDay
  /** Hours of the rota that were worked, and of these those with patients. */
  scheduled: number
  clinic: number
  /** 40 h × clinical FTE, less the part of weekdays away. */
  contracted: number
  /** Hours at the screen, and of these those outside the rota's spans. */
  ehr: number
  outside: number
  readonly minutes: Record<Activity, number>
  readonly received: Record<MessageKind, number>
  readonly done: Record<MessageKind, number>
  /** Messages waiting at the end of the week. */
  waiting: number
  visits: number
  noShows: number
  orders: number
  notes: number
  /** Weekdays away. */
  away: number
}

const activities: readonly Activity[] = ['chart-review', 'note', 'order', 'prescription', 'inbox', 'schedule', 'other']
const kinds: readonly MessageKind[] = ['patient', 'refill', 'call', 'result', 'staff', 'system']

/** Hours of work of all kinds: the rota's, and those at the screen outside it. */
export function workOf({ scheduled, outside }: LedgerWeek): number {
  return scheduled + outside
}

/** Whether the week's work exceeded so many times the contract. */
export function overloadedIn(week: LedgerWeek, overloadRatio: number): boolean {
  return workOf(week) > overloadRatio * week.contracted && week.contracted > 0
}

/** A stretch of a rota in instants. */
interface Stretch {
  readonly from: Instant
  readonly until: Instant
  readonly clinic: boolean
}

/** Follows what happens and adds it up by person and week: the truth by which forecasts and changes are judged. */
export class ClinicLedger {
  readonly #calendar: ClinicCalendar
  readonly #fte = new Map<ProviderCode, number>()
  readonly #weeks = new Map<string, LedgerWeek>()
  readonly #rotas = new Map<string, readonly Stretch[]>()
  readonly #absences = new Map<string, { provider: ProviderCode; from: Instant; until: Instant }>()
  readonly #waiting: Map<ProviderCode, number>
  #counted: DayNumber | null = null

  /** `waiting`: messages that wait already as the clinic begins, see `SimulatedClinic.waiting`. */
  constructor(layout: ClinicLayoutDetail, waiting: ReadonlyMap<ProviderCode, number> = new Map()) {
    this.#calendar = new ClinicCalendar(layout.timeZone)
    this.#waiting = new Map(waiting)
    this.#know(layout)
  }

  /** Events in order. */
  take(events: readonly ClinicEvent[]): void {
    for (const event of events) {
      const number = this.#calendar.dayOf(event.at)
      this.#turn(mondayOf(number))
      if (event.kind === 'layout') this.#know(event.layout)
      else if (event.kind === 'rota') {
        const { provider, week, spans } = event.rota
        const stretches = spans.map(({ from, until, work }) => ({ from, until, clinic: work === 'clinic' }))
        this.#rotas.set(`${provider}/${week}`, stretches)
      } else if (event.kind === 'absence') this.#absences.set(event.absence.absence, event.absence)
      else if (event.kind === 'message') {
        const { provider, kind } = event.message
        this.#at(provider, number).received[kind]++
        this.#waiting.set(provider, (this.#waiting.get(provider) ?? 0) + 1)
      } else if (event.kind === 'appointment') {
        const { provider, state } = event.appointment
        if (state === 'fulfilled') this.#at(provider, number).visits++
        if (state === 'no-show') this.#at(provider, number).noShows++
      } else if (event.kind === 'work') this.#work(event.at, event.work, number)
    }
  }

  /** Whole weeks so far, ended by `until`, by person and then time. */
  weeks(until: Instant): LedgerWeek[] {
    const last = mondayOf(this.#calendar.dayOf(until))
    this.#turn(last)
    return [...this.#weeks.values()]
      .filter(({ week }) => week < this.#calendar.nameOf(last))
      .sort((a, b) => (a.provider === b.provider ? (a.week < b.week ? -1 : 1) : a.provider < b.provider ? -1 : 1))
  }

  #know({ providers }: ClinicLayoutDetail): void {
    for (const { provider, clinicalFte } of providers) this.#fte.set(provider, clinicalFte)
  }

  #work(at: Instant, work: Extract<ClinicEvent, { kind: 'work' }>['work'], number: DayNumber): void {
    const week = this.#at(work.provider, number)
    const hours = work.seconds / 3600
    week.ehr += hours
    week.minutes[work.activity] += hours * 60
    const until = at + work.seconds * 1000
    let within = 0
    for (const { from, until: end } of this.#present(work.provider, mondayOf(number)))
      within += Math.max(0, Math.min(until, end) - Math.max(at, from))
    week.outside += hours - within / 3_600_000
    if (work.ends === 'sign') {
      if (work.activity === 'note') week.notes++
      else if (work.activity === 'order' || work.activity === 'prescription') week.orders++
    } else if (work.message && work.ends) {
      week.done[work.message]++
      this.#waiting.set(work.provider, (this.#waiting.get(work.provider) ?? 0) - 1)
    }
  }

  /** Spans of the rota of a week without those on days of an absence. */
  #present(provider: ProviderCode, monday: DayNumber): readonly Stretch[] {
    const stretches = this.#rotas.get(`${provider}/${this.#calendar.nameOf(monday)}`) ?? []
    const away = [...this.#absences.values()].filter((each) => each.provider === provider)
    return stretches.filter(({ from, until }) => !away.some((each) => from < each.until && each.from < until))
  }

  /** Closes the weeks before a Monday. */
  #turn(monday: DayNumber): void {
    if (this.#counted === null) this.#counted = monday
    for (; this.#counted < monday; this.#counted += 7) {
      const start = this.#calendar.startOf(this.#counted)
      for (const [provider, fte] of this.#fte) {
        const week = this.#at(provider, this.#counted)
        for (const { from, until, clinic } of this.#present(provider, this.#counted)) {
          week.scheduled += (until - from) / 3_600_000
          if (clinic) week.clinic += (until - from) / 3_600_000
        }
        for (let day = this.#counted; day < this.#counted + 5; day++) {
          const noon = this.#calendar.baseOf(day) + 12 * 3_600_000
          for (const each of this.#absences.values())
            if (each.provider === provider && each.from <= noon && noon < each.until) {
              week.away++
              break
            }
        }
        week.contracted = 40 * fte * (1 - week.away / 5)
        week.waiting = this.#waiting.get(provider) ?? 0
      }
      for (const [id, { until }] of this.#absences) if (until <= start) this.#absences.delete(id)
    }
  }

  #at(provider: ProviderCode, number: DayNumber): LedgerWeek {
    const monday = number - weekdayOf(number)
    const key = `${provider}/${monday}`
    let week = this.#weeks.get(key)
    if (!week) {
      const none = <K extends string>(keys: readonly K[]) =>
        Object.fromEntries(keys.map((each) => [each, 0])) as Record<K, number>
      week = {
        provider,
        week: this.#calendar.nameOf(monday),
        scheduled: 0,
        clinic: 0,
        contracted: 0,
        ehr: 0,
        outside: 0,
        minutes: none(activities),
        received: none(kinds),
        done: none(kinds),
        waiting: 0,
        visits: 0,
        noShows: 0,
        orders: 0,
        notes: 0,
        away: 0,
      }
      this.#weeks.set(key, week)
    }
    return week
  }
}
