import type { RotaWeekDetail } from '@counterpart/kernel'
import { day as dayLength } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { type Away, illness, leaveOf } from './absences.ts'
import { Book, type Booking, type Request } from './booking.ts'
import { type ClinicCalendar, type DayNumber, isHoliday, weekdayOf } from './calendar.ts'
import type { Calibration } from './calibrations.ts'
import type { WorkPiece } from './events.ts'
import { Inbox } from './inbox.ts'
import type { Colleague } from './people.ts'
import type { PracticeDay } from './practice.ts'
import { drawPattern, rotaWeek, type Span, spansOf, type WeekPattern } from './rota.ts'
import type { PracticeTruth } from './truth.ts'

/** Somebody of the clinic with all that goes with them: book, inbox, leave, and how the last weeks were. */
export class Member {
  readonly index: number
  readonly colleague: Colleague
  /** First day of work. */
  readonly since: DayNumber
  readonly book = new Book()
  readonly inbox = new Inbox()
  /** Leave and illness known of, in no order. */
  readonly away: Away[] = []
  /** Patients who ask again, having been put off. */
  readonly asking: Request[] = []
  /** Factor on the panel's demand. */
  panelFactor = 1
  /** Hours of work in each of the last weeks, relative to what the contract says; the newest last. */
  readonly recent: number[] = []
  /** Seconds at the screen since 21:00 of the day. */
  lateSeconds = 0
  readonly #seed: string
  readonly #pattern: WeekPattern
  readonly #callingOff = new Map<DayNumber, [DayNumber, Booking][]>()
  readonly #years = new Set<number>()
  #slips = 0
  #formWeek = Number.NaN
  #form = 0
  #daySeconds: { at: number; seconds: number; away: boolean }[] = []
  #week = 0

  constructor(seed: string, index: number, colleague: Colleague, calibration: Calibration, since: DayNumber) {
    this.#seed = seed
    this.index = index
    this.colleague = colleague
    this.since = since
    this.#pattern = drawPattern(seed, index, colleague.profile.clinicalFte, calibration)
  }

  get code(): string {
    return this.colleague.profile.provider
  }

  /** Leave is planned for a year at a time. */
  knowLeave(number: DayNumber, weekday: number): void {
    if (weekday !== 0 && this.#years.size > 0) return
    for (const ahead of [0, 120]) {
      const year = new Date((number + ahead) * dayLength).getUTCFullYear()
      if (this.#years.has(year)) continue
      this.#years.add(year)
      this.away.push(...leaveOf(this.#seed, this.index, this.code, year))
    }
  }

  isAway(number: DayNumber): boolean {
    for (const { first, last } of this.away) if (number >= first && number <= last) return true
    return false
  }

  isIll(number: DayNumber): boolean {
    for (const { first, last, planned } of this.away) if (!planned && number >= first && number <= last) return true
    return false
  }

  fallIll(number: DayNumber, season: number): Away | null {
    const random = randomStream('sandbox', this.#seed, 'clinic-illness', this.index, number)
    const days = illness(random, this.colleague.truth.ill, season)
    if (days === 0 || this.since > number || this.isAway(number)) return null
    const away = { id: `${this.code}-ill-${number}`, first: number, last: number + days - 1, planned: false }
    this.away.push(away)
    return away
  }

  spansOn(number: DayNumber, practice: PracticeDay): Span[] {
    if (this.since > number || isHoliday(number) || this.isAway(number)) return []
    return spansOf(this.#pattern, weekdayOf(number), practice.protectedMinutes)
  }

  /** Spans into which a visit can be booked; `squeezed`: protected time too. */
  bookable(number: DayNumber, practice: PracticeDay, squeezed: boolean): Span[] {
    return this.spansOn(number, practice).filter(({ work }) => work === 'clinic' || (squeezed && work === 'inbox'))
  }

  rota(calendar: ClinicCalendar, monday: DayNumber, practiceOn: (day: DayNumber) => PracticeDay): RotaWeekDetail {
    return rotaWeek(calendar, this.code, monday, (number) => {
      if (this.since > number) return []
      for (const { first, last, planned } of this.away) if (planned && number >= first && number <= last) return []
      return spansOf(this.#pattern, weekdayOf(number), practiceOn(number).protectedMinutes)
    })
  }

  willCallOff(day: DayNumber, booking: Booking): void {
    const on = booking.calledOff!
    const list = this.#callingOff.get(on)
    if (list) list.push([day, booking])
    else this.#callingOff.set(on, [[day, booking]])
  }

  callingOff(number: DayNumber): [DayNumber, Booking][] {
    const list = this.#callingOff.get(number) ?? []
    this.#callingOff.delete(number)
    return list
  }

  askAgain({ id, luck, patient, visit }: Booking, lead: number): void {
    this.asking.push({
      id: `${id}-again${this.#slips++}`,
      luck,
      patient,
      visit,
      lead,
      where: (luck % 997) / 997,
      callsOff: 0.9,
      comes: 0.99,
    })
  }

  /** Factor on all times at the screen: some weeks go slower than others, and slow weeks come together. */
  form(number: DayNumber): number {
    const week = Math.floor((number + 3) / 7)
    if (week !== this.#formWeek) {
      const shock = randomStream('sandbox', this.#seed, 'clinic-form', this.index, week).normal()
      this.#form = Number.isNaN(this.#formWeek) ? shock : 0.75 * this.#form + Math.sqrt(1 - 0.75 ** 2) * shock
      this.#formWeek = week
    }
    return Math.exp(0.06 * this.#form)
  }

  scribeNotes({ scribeNotes, scribeSpread }: PracticeTruth): number {
    const own = randomStream('sandbox', this.#seed, 'clinic-scribe', this.index).normal()
    return Math.min(1.05, scribeNotes * Math.exp(scribeSpread * own))
  }

  worked({ seconds, away = false }: WorkPiece, second: number): void {
    this.#daySeconds.push({ at: second, seconds, away })
  }

  /** Adds up the day: time of the rota, and time at the screen outside it. */
  endDay(spans: readonly Span[]): void {
    let hours = 0
    for (const { from, until } of spans) hours += (until - from) / 60
    this.lateSeconds = 0
    for (const { at, seconds } of this.#daySeconds) {
      const minute = at / 60
      if (!spans.some(({ from, until }) => minute >= from && minute < until)) hours += seconds / 3600
      if (minute >= 21 * 60) this.lateSeconds += seconds
    }
    this.#daySeconds = []
    this.#week += hours
  }

  endWeek(): void {
    this.recent.push(this.#week / (40 * this.colleague.profile.clinicalFte))
    if (this.recent.length > 4) this.recent.shift()
    this.#week = 0
  }
}
