import type { CalendarDay } from '@counterpart/kernel'
import type { Weekday, When } from './rota-problem.ts'

/** The days and half-days of a rota. Days count from its first Monday; half-days are those of Monday to Friday, ten a week. */
export interface RotaCalendar {
  readonly weeks: number
  /** `days[7 * week + weekday]` */
  readonly days: readonly CalendarDay[]
  /** By half-day `10 * week + 2 * weekday + (p.m. ? 1 : 0)`: the clinic is open. */
  readonly open: readonly boolean[]
}

export const weekdays: readonly Weekday[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

const dayLength = 86_400_000
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export function rotaCalendar(from: CalendarDay, weeks: number, closed: readonly When[]): RotaCalendar {
  const first = Date.parse(`${from}T00:00:00Z`)
  const days = Array.from({ length: 7 * weeks }, (_, d) => new Date(first + d * dayLength).toISOString().slice(0, 10))
  const bare = { weeks, days, open: new Array<boolean>(10 * weeks).fill(true) }
  const shut = halfDaysAt(bare, closed)
  return { ...bare, open: bare.open.map((_, t) => !shut.has(t)) }
}

/** The day of a half-day. */
export const dayOfHalfDay = (t: number): number => 7 * Math.floor(t / 10) + Math.floor((t % 10) / 2)

/** Half-days of a day; none at weekends. */
export function halfDaysOfDay(d: number): readonly number[] {
  const weekday = d % 7
  const am = 10 * Math.floor(d / 7) + 2 * weekday
  return weekday < 5 ? [am, am + 1] : []
}

/** The half-days that these words name, in order. */
export function halfDaysAt(calendar: RotaCalendar, whens: readonly When[]): ReadonlySet<number> {
  const all = calendar.open.keys().toArray()
  const named = whens.map((when) => partsOf(when)!)
  return new Set(
    all.filter((t) =>
      named.some(({ half, day }) => (half === undefined || half === t % 2) && day(calendar.days[dayOfHalfDay(t)]!)),
    ),
  )
}

/** The days that these words name, weekends included. */
export function daysAt(calendar: RotaCalendar, whens: readonly When[]): ReadonlySet<number> {
  const named = whens.map((when) => partsOf(when)!)
  return new Set(
    calendar.days
      .keys()
      .toArray()
      .filter((d) => named.some(({ day }) => day(calendar.days[d]!))),
  )
}

/** Whether these are words for half-days. */
export const isWhen = (when: string): boolean => partsOf(when) !== undefined

function partsOf(when: When): { readonly day: (day: CalendarDay) => boolean; readonly half?: 0 | 1 } | undefined {
  const match = /^(all|[A-Z][a-z]{2}|\d{4}-\d{2}-\d{2}(?:\.\.\d{4}-\d{2}-\d{2})?)?(?: ?\b(am|pm))?$/.exec(when)
  if (!match || when === '') return undefined
  const [, days = 'all', part] = match
  const half = part === undefined ? {} : { half: part === 'am' ? (0 as const) : (1 as const) }
  if (days === 'all') return { day: () => true, ...half }
  const weekday = weekdays.indexOf(days as Weekday)
  if (weekday >= 0) return { day: (day) => weekdayOf(day) === weekday, ...half }
  const [from, until = from] = days.split('..')
  if (!from || !until || !isDay(from) || !isDay(until) || until < from) return undefined
  return { day: (day) => day >= from && day <= until, ...half }
}

/** 0 Monday … 6 Sunday. */
export const weekdayOf = (day: CalendarDay): number => (Math.floor(Date.parse(`${day}T00:00:00Z`) / dayLength) + 3) % 7

export function isDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text)
}

/** `Tue 12 May p.m.` */
export const halfDayInWords = (calendar: RotaCalendar, t: number): string =>
  `${dayInWords(calendar.days[dayOfHalfDay(t)]!)} ${t % 2 === 0 ? 'a.m.' : 'p.m.'}`

/** `Tue 12 May` */
export const dayInWords = (day: CalendarDay): string =>
  `${weekdays[weekdayOf(day)]} ${Number(day.slice(8))} ${months[Number(day.slice(5, 7)) - 1]}`
