import type { Clinic, RotaWeek } from '@counterpart/server/contract'
import { calendarDayIn, daysAfter, minuteOfDayIn } from '../format/zoned.ts'

type RotaWork = RotaWeek['spans'][number]['work']

/** Where a day is parted in two. */
const noon = 13 * 60

export interface HalfDay {
  readonly day: string
  readonly half: 'am' | 'pm'
}

/** What somebody does in a half-day: the longest first; `away`: on leave. */
export interface HalfDayCell {
  readonly works: readonly RotaWork[]
  readonly away: boolean
}

/** The half-days of a week that begins on `monday`: Monday to Friday, and the days of its weekend that anybody works. */
export function halfDaysOf(monday: string, rota: readonly RotaWeek[], zone: string): readonly HalfDay[] {
  const worked = new Set(
    rota.flatMap(({ week, spans }) => (week === monday ? spans.map((span) => calendarDayIn(zone, span.from)) : [])),
  )
  return Array.from({ length: 7 }, (_, index) => daysAfter(monday, index))
    .filter((day, index) => index < 5 || worked.has(day))
    .flatMap((day) => [
      { day, half: 'am' as const },
      { day, half: 'pm' as const },
    ])
}

/** One person's week, half-day by half-day. */
export function cellsOf(
  person: string,
  halfDays: readonly HalfDay[],
  rota: readonly RotaWeek[],
  absences: Clinic['absences'],
  zone: string,
): readonly HalfDayCell[] {
  const spans = rota.flatMap((each) => (each.provider === person ? each.spans : []))
  const away = absences.filter((each) => each.provider === person)
  return halfDays.map((halfDay) => ({
    works: worksIn(halfDay, spans, zone),
    away: away.some((each) => overlap(halfDay, each, zone) >= leastAway),
  }))
}

/** Away for less than this much of a half-day, in minutes, somebody still works it. */
const leastAway = 60

function worksIn(halfDay: HalfDay, spans: RotaWeek['spans'], zone: string): readonly RotaWork[] {
  const minutes = new Map<RotaWork, number>()
  for (const span of spans) {
    const shared = overlap(halfDay, span, zone)
    if (shared > 0) minutes.set(span.work, (minutes.get(span.work) ?? 0) + shared)
  }
  return [...minutes].sort((a, b) => b[1] - a[1]).map(([work]) => work)
}

/** Minutes that a span shares with a half-day, by the clock of the place. */
function overlap(
  { day, half }: HalfDay,
  span: { readonly from: number; readonly until: number },
  zone: string,
): number {
  const from = clockOn(day, span.from, zone)
  const until = clockOn(day, span.until, zone)
  const [low, high] = half === 'am' ? [0, noon] : [noon, 24 * 60]
  return Math.max(0, Math.min(high, until) - Math.max(low, from))
}

/** A moment as minutes of a day: before it none, after it all. */
function clockOn(day: string, instant: number, zone: string): number {
  const on = calendarDayIn(zone, instant)
  return on < day ? 0 : on > day ? 24 * 60 : minuteOfDayIn(zone, instant)
}

/** How many of these people see patients in each half-day. */
export function inClinic(rows: readonly (readonly HalfDayCell[])[], halfDays: readonly HalfDay[]): readonly number[] {
  return halfDays.map(
    (_, index) =>
      rows.filter((cells) => {
        const cell = cells[index]
        return cell && !cell.away && cell.works.includes('clinic')
      }).length,
  )
}
