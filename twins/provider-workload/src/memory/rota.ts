import { type CalendarDay, day as dayLong, hour, type Instant, type RotaWork } from '@counterpart/kernel'
import type { CivilTime } from '@counterpart/numerics'
import type { Person, RotaSpan } from './clinic.ts'

/** A stretch of scheduled time. */
export type Span = readonly [from: Instant, until: Instant, work: RotaWork]

/** The Monday of a day's week. */
export const mondayOf = (civil: CivilTime, day: CalendarDay): CalendarDay => civil.dayAfter(day, -civil.weekdayOf(day))

/** Scheduled time of a day, absence cut out. `fte`: of whom no rota is known. */
export function spansOf(person: Person, civil: CivilTime, day: CalendarDay, fte: number): Span[] {
  return without(rotaOf(person, civil, day, fte), Object.values(person.absences))
}

/** Part of a day's rota that falls into absences; on a day without rota, whether it lies in one. */
export function awayOf(person: Person, civil: CivilTime, day: CalendarDay, fte: number): number {
  const rota = rotaOf(person, civil, day, fte)
  const absences = Object.values(person.absences)
  const length = (spans: readonly Span[]) => spans.reduce((sum, [a, b]) => sum + b - a, 0)
  const all = length(rota)
  if (all > 0) return 1 - length(without(rota, absences)) / all
  const noon = civil.startOf(day) + dayLong / 2
  return absences.some(([from, until]) => from <= noon && noon < until) ? 1 : 0
}

/** Weeks to look back for a rota where none is known. */
const weeksBack = 4

/** Hours with patients of a 40-hour week where no rota says (median of 186,188 physicians: PSH40, JAMIA 2024 ocae266). */
const assumedHours = 33.2

/**
 * The day's rota: that of its week, or else of the same day in the last week of which one is known; where none is, so many
 * hours of a working day from eight on that a week has the usual hours with patients.
 */
function rotaOf(person: Person, civil: CivilTime, day: CalendarDay, fte: number): Span[] {
  const start = civil.startOf(day)
  const end = civil.startOf(civil.dayAfter(day, 1))
  const monday = mondayOf(civil, day)
  const own = person.rota[monday]
  if (own) return within(own, start, end, 0)
  for (let weeks = 1; weeks <= weeksBack; weeks++) {
    const before = civil.dayAfter(monday, -7 * weeks)
    const known = person.rota[before]
    if (!known) continue
    const then = civil.startOf(civil.dayAfter(day, -7 * weeks))
    return within(known, then, civil.startOf(civil.dayAfter(day, 1 - 7 * weeks)), start - then)
  }
  if (civil.weekdayOf(day) > 4 || fte <= 0) return []
  const eight = start + 8 * hour
  return [[eight, eight + (assumedHours / 5) * fte * hour, 'clinic']]
}

const within = (spans: readonly RotaSpan[], start: Instant, end: Instant, later: number): Span[] =>
  spans
    .filter(([from, until]) => from < end && until > start)
    .map(([from, until, work]) => [Math.max(from, start) + later, Math.min(until, end) + later, work] as const)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])

function without(spans: readonly Span[], absences: readonly (readonly [Instant, Instant])[]): Span[] {
  let left = [...spans]
  for (const [from, until] of absences)
    left = left.flatMap(([a, b, work]): Span[] =>
      until <= a || from >= b
        ? [[a, b, work]]
        : [...(a < from ? [[a, from, work] as const] : []), ...(until < b ? [[until, b, work] as const] : [])],
    )
  return left
}
