import type { RotaWeekDetail, RotaWork } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import { type ClinicCalendar, type DayNumber, isHoliday } from './calendar.ts'
import type { Calibration } from './calibrations.ts'

/** Half-days by weekday, morning and afternoon: `clinic`, `administration` or none. */
export type WeekPattern = readonly (readonly [HalfDay, HalfDay])[]
type HalfDay = 'clinic' | 'administration' | null

/** A span of a day, in minutes since midnight. */
export interface Span {
  readonly from: number
  readonly until: number
  readonly work: RotaWork
}

/** Mornings and afternoons with patients. */
const halves = [
  { from: 8 * 60, until: 12 * 60 },
  { from: 13 * 60, until: 17 * 60 },
] as const

/** Which half-days somebody works: the same every week, as many as the contract says. */
export function drawPattern(seed: string, person: number, clinicalFte: number, calibration: Calibration): WeekPattern {
  const random = randomStream('sandbox', seed, 'clinic-pattern', person)
  const clinics = Math.max(
    1,
    Math.min(10, Math.round(calibration.sessionsPerFte * clinicalFte + 0.3 * (random.uniform() - 0.5))),
  )
  const worked = Math.max(clinics, Math.min(10, Math.round(10 * clinicalFte)))
  const days: [HalfDay, HalfDay][] = Array.from({ length: 5 }, () => [null, null])
  // Whole days as far as they go: people who work part of the week like to be off for the rest.
  const order = [0, 1, 2, 3, 4]
  for (let i = 4; i > 0; i--) {
    const j = random.integer(i + 1)
    const swap = order[i]!
    order[i] = order[j]!
    order[j] = swap
  }
  const places: [number, 0 | 1][] = order.flatMap((day): [number, 0 | 1][] => [
    [day, 0],
    [day, 1],
  ])
  const chosen = places.slice(0, worked)
  const free = new Set<number>()
  // Administration falls on afternoons first.
  for (let left = worked - clinics; left > 0; left--) {
    const candidates = chosen.map((_, i) => i).filter((i) => !free.has(i))
    const afternoons = candidates.filter((i) => chosen[i]![1] === 1)
    const from = afternoons.length > 0 ? afternoons : candidates
    free.add(from[random.integer(from.length)]!)
  }
  for (const [i, [day, half]] of chosen.entries()) days[day]![half] = free.has(i) ? 'administration' : 'clinic'
  return days
}

/** What somebody is to do on a day that is no holiday: protected time comes off the ends of the half-days with patients. */
export function spansOf(pattern: WeekPattern, weekday: number, protectedMinutes: number): Span[] {
  const today = pattern[weekday]
  if (!today) return []
  const clinics = today.filter((half) => half === 'clinic').length
  return today.flatMap((work, half): Span[] => {
    const { from, until } = halves[half]!
    if (work === null) return []
    if (work === 'administration' || protectedMinutes === 0) return [{ from, until, work }]
    const cut = until - Math.round(protectedMinutes / clinics)
    return [
      { from, until: cut, work: 'clinic' },
      { from: cut, until, work: 'inbox' },
    ]
  })
}

/** The week as the rota tells it; holidays and leave that was known have no spans. */
export function rotaWeek(
  calendar: ClinicCalendar,
  provider: string,
  monday: DayNumber,
  spansOn: (day: DayNumber) => readonly Span[],
): RotaWeekDetail {
  const spans = [0, 1, 2, 3, 4].flatMap((weekday) => {
    const number = monday + weekday
    if (isHoliday(number)) return []
    const base = calendar.baseOf(number)
    return spansOn(number).map(({ from, until, work }) => ({
      from: base + from * 60_000,
      until: base + until * 60_000,
      work,
    }))
  })
  return { provider, week: calendar.nameOf(monday), spans }
}
