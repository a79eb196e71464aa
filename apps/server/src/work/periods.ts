import type { CalendarDay, Instant } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'

/** A month or a quarter of the clinic's own calendar. */
export interface Period {
  readonly from: Instant
  /** The first instant after it. */
  readonly until: Instant
}

/** Months of a survey wave, and of a stretch of wearable days. */
export const monthsOf = { surveys: 3, wearable: 1 } as const

/** The last period of so many months that has ended by `now`, and those before it: `count` of them, oldest first. */
export function endedPeriods(zone: string, months: number, now: Instant, count: number): readonly Period[] {
  const civil = civilTime(zone)
  const [year, month] = civil.dayOf(now).split('-').map(Number) as [number, number]
  const current = Math.floor((year * 12 + month - 1) / months)
  const startOf = (index: number) => civil.startOf(firstDay(index * months))
  return Array.from({ length: count }, (_, i) => {
    const index = current - count + i
    return { from: startOf(index), until: startOf(index + 1) }
  })
}

/** The Monday of a day's week. */
export function mondayOf(zone: string, day: CalendarDay): CalendarDay {
  const civil = civilTime(zone)
  return civil.dayAfter(day, -civil.weekdayOf(day))
}

function firstDay(months: number): CalendarDay {
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}-01`
}
