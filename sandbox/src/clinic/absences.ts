import { day } from '@counterpart/kernel'
import { type RandomStream, randomStream } from '@counterpart/numerics'
import { type DayNumber, mondayOf } from './calendar.ts'

/** Days away, both ends included. */
export interface Away {
  readonly id: string
  readonly first: DayNumber
  readonly last: DayNumber
  readonly planned: boolean
}

/** Weeks of the year by how gladly people take them: school holidays, Christmas. */
function gladly(week: number): number {
  if (week >= 29 && week <= 34) return 4
  if (week === 51 || week === 0) return 4
  if (week === 6 || week === 13 || week === 14 || week === 21 || week === 42) return 2.5
  return 1
}

/** Leave of one person in one year: four or five whole weeks, and some long weekends: about 25 days. */
export function leaveOf(seed: string, person: number, code: string, year: number): Away[] {
  const random = randomStream('sandbox', seed, 'clinic-leave', person, year)
  const first = mondayOf(Math.round(Date.UTC(year, 0, 7) / day))
  const taken = new Set<number>()
  const leave: Away[] = []
  const weeks = 3 + random.integer(3)
  for (let i = 0; i < weeks; i++) {
    const week = drawWeek(random, taken)
    taken.add(week)
    leave.push({ id: '', first: first + 7 * week, last: first + 7 * week + 4, planned: true })
  }
  const days = 3 + random.integer(5)
  for (let i = 0; i < days; i++) {
    const week = drawWeek(random, taken)
    taken.add(week)
    // Fridays and Mondays mostly.
    const weekday = random.uniform() < 0.7 ? (random.uniform() < 0.6 ? 4 : 0) : 1 + random.integer(3)
    leave.push({ id: '', first: first + 7 * week + weekday, last: first + 7 * week + weekday, planned: true })
  }
  return leave.sort((a, b) => a.first - b.first).map((each, i) => ({ ...each, id: `${code}-leave-${year}-${i + 1}` }))
}

function drawWeek(random: RandomStream, taken: ReadonlySet<number>): number {
  const weights = Array.from({ length: 52 }, (_, week) => (taken.has(week) ? 0 : gladly(week)))
  let left = random.uniform() * weights.reduce((sum, each) => sum + each, 0)
  for (const [week, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return week
  }
  return 51
}

/** Whether somebody falls ill on a day, and for how many days. */
export function illness(random: RandomStream, timesAYear: number, season: number): number {
  if (random.uniform() >= (timesAYear * season) / 365) return 0
  const length = random.uniform()
  return length < 0.5 ? 1 : length < 0.8 ? 2 : 3 + random.integer(5)
}
