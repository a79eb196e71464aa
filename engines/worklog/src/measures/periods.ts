import type { CivilTime } from '@counterpart/numerics'

/** What measures are taken over; weeks begin on Monday. */
export const periodKinds = ['day', 'week', 'month', 'all'] as const
export type PeriodKind = (typeof periodKinds)[number]

/** Days of the clinic's calendar, `until` not among them. */
export interface Period {
  readonly from: string
  readonly until: string
}

/** The periods in a range of days; those at its ends are cut. */
export function periodsOf(kind: PeriodKind, { from, until }: Period, civil: CivilTime): readonly Period[] {
  const periods: Period[] = []
  for (let start = from; start < until; ) {
    const next = nextStart(kind, start, until, civil)
    const end = next < until ? next : until
    periods.push({ from: start, until: end })
    start = end
  }
  return periods
}

function nextStart(kind: PeriodKind, day: string, until: string, civil: CivilTime): string {
  if (kind === 'all') return until
  if (kind === 'day') return civil.dayAfter(day, 1)
  if (kind === 'week') return civil.dayAfter(day, 7 - civil.weekdayOf(day))
  return `${civil.dayAfter(`${day.slice(0, 7)}-01`, 31).slice(0, 7)}-01`
}

/** The days of a period. */
export function daysOf({ from, until }: Period, civil: CivilTime): readonly string[] {
  const days: string[] = []
  for (let day = from; day < until; day = civil.dayAfter(day, 1)) days.push(day)
  return days
}
