import { type CalendarDay, day, hour, type Instant } from '@counterpart/kernel'
import { civilTime, type RandomStream, randomStream } from '@counterpart/numerics'

/** A day of the clinic's calendar, as days since 1970-01-01. */
export type DayNumber = number

/** Days, weekdays and wall clocks of the place where the clinic is. */
export class ClinicCalendar {
  readonly zone: string
  readonly #civil
  readonly #bases = new Map<DayNumber, Instant>()

  constructor(zone: string) {
    this.zone = zone
    this.#civil = civilTime(zone)
  }

  /** What to add to a second of the day for its instant; clocks move at night, when nobody works, so this holds from 3:00 on. */
  baseOf(number: DayNumber): Instant {
    let base = this.#bases.get(number)
    if (base === undefined) {
      base = this.#civil.instantOf(number * day + 12 * hour) - 12 * hour
      this.#bases.set(number, base)
    }
    return base
  }

  /** The first instant of a day. */
  startOf(number: DayNumber): Instant {
    return this.#civil.startOf(this.nameOf(number))
  }

  dayOf(instant: Instant): DayNumber {
    return Math.floor((instant + this.#civil.offsetAt(instant)) / day)
  }

  /** Minutes east of UTC. */
  zoneAt(instant: Instant): number {
    return this.#civil.offsetAt(instant) / 60_000
  }

  nameOf(number: DayNumber): CalendarDay {
    return new Date(number * day).toISOString().slice(0, 10)
  }
}

/** 0 Monday … 6 Sunday. */
export function weekdayOf(number: DayNumber): number {
  return (((number + 3) % 7) + 7) % 7
}

export function mondayOf(number: DayNumber): DayNumber {
  return number - weekdayOf(number)
}

const holidays = new Map<number, ReadonlySet<DayNumber>>()

/** Whether the clinic is shut: bank holidays of England (Easter after Meeus), without their substitute days. */
export function isHoliday(number: DayNumber): boolean {
  const year = new Date(number * day).getUTCFullYear()
  let known = holidays.get(year)
  if (!known) {
    const at = (month: number, date: number) => Math.round(Date.UTC(year, month, date) / day)
    const mondayFrom = (first: DayNumber) => first + ((7 - weekdayOf(first)) % 7)
    const easter = easterOf(year)
    known = new Set([
      at(0, 1),
      easter - 2,
      easter + 1,
      mondayFrom(at(4, 1)),
      mondayFrom(at(4, 25)),
      mondayFrom(at(7, 25)),
      at(11, 25),
      at(11, 26),
    ])
    holidays.set(year, known)
  }
  return known.has(number)
}

function easterOf(year: number): DayNumber {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100]
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114
  return Math.round(Date.UTC(year, Math.floor(f / 31) - 1, (f % 31) + 1) / day)
}

/** How much more acute illness there is on a day than on average: winters, and each winter's wave of some illness. */
export class Seasons {
  readonly #seed: string
  readonly #waves = new Map<number, { readonly peak: DayNumber; readonly height: number; readonly width: number }>()

  constructor(seed: string) {
    this.#seed = seed
  }

  acuteOn(number: DayNumber): number {
    const date = new Date(number * day)
    const year = date.getUTCFullYear() - (date.getUTCMonth() < 6 ? 1 : 0)
    let wave = this.#waves.get(year)
    if (!wave) {
      const random: RandomStream = randomStream('sandbox', this.#seed, 'clinic-wave', year)
      wave = {
        peak: Math.round(Date.UTC(year, 10, 10) / day + 100 * random.uniform()),
        height: 0.15 + 0.45 * random.uniform(),
        width: 9 + 10 * random.uniform(),
      }
      this.#waves.set(year, wave)
    }
    const phase = (2 * Math.PI * (number - Date.UTC(year + 1, 0, 20) / day)) / 365.25
    const distance = (number - wave.peak) / wave.width
    return (1 + 0.14 * Math.cos(phase)) * (1 + wave.height * Math.exp(-0.5 * distance * distance))
  }
}
