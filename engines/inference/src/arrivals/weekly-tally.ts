import { InferenceError } from '../errors.ts'

export const HOURS_PER_WEEK = 168

/**
 * Arrivals counted by week and hour of the week: week w, hour h at `w·168 + h`. Hour 0 of week 0 begins at the origin of
 * time, a Monday (or whichever day) at midnight, by the clock on the wall: the hour left out in spring has exposure 0,
 * the one repeated in autumn exposure 2.
 */
export interface WeeklyTally {
  readonly weeks: number
  readonly counts: Float64Array
  /** Hours of observation in each cell, ≥ 0; zero where nothing was recorded. */
  readonly exposure: Float64Array
}

/** A stretch of time, in hours from the origin, during which every arrival was recorded. */
export interface ObservedPeriod {
  readonly from: number
  readonly to: number
}

/**
 * Counts arrivals (hours from the origin, in any order) by week and hour; what lies outside the observed periods is
 * missing, not zero. Periods may touch but not overlap.
 *
 * Throws `InferenceError` (`observation-invalid`) for an arrival outside the observed periods, which names it;
 * (`argument-out-of-range`) for periods that overlap or begin before the origin, and for more than 10,000 weeks.
 *
 * @example
 * ```ts
 * tallyArrivals(times, [{ from: 0, to: 1000 }, { from: 1048, to: 8760 }])
 * ```
 */
export function tallyArrivals(arrivals: Float64Array, observed: readonly ObservedPeriod[]): WeeklyTally {
  const periods = [...observed].sort((a, b) => a.from - b.from)
  let end = 0
  for (const { from, to } of periods) {
    if (!(from >= end && to > from && to <= 10_000 * HOURS_PER_WEEK))
      throw new InferenceError(
        'argument-out-of-range',
        `observed from ${from} to ${to}; expected periods after the origin that do not overlap, within 10,000 weeks`,
      )
    end = to
  }
  const weeks = Math.ceil(end / HOURS_PER_WEEK)
  const counts = new Float64Array(weeks * HOURS_PER_WEEK)
  const exposure = new Float64Array(weeks * HOURS_PER_WEEK)
  for (const { from, to } of periods)
    for (let hour = Math.floor(from); hour < to; hour++)
      exposure[hour]! += Math.min(to, hour + 1) - Math.max(from, hour)
  const sorted = arrivals.slice().sort()
  let p = 0
  for (const time of sorted) {
    while (p < periods.length && time >= periods[p]!.to) p++
    if (!(p < periods.length && time >= periods[p]!.from))
      throw new InferenceError(
        'observation-invalid',
        `an arrival at hour ${time} lies outside the observed periods; leave it out or declare the period observed`,
      )
    counts[Math.floor(time)]! += 1
  }
  return { weeks, counts, exposure }
}

/** Throws `InferenceError` for a tally whose parts do not fit or hold unusable numbers. */
export function requireTally({ weeks, counts, exposure }: WeeklyTally): void {
  const cells = weeks * HOURS_PER_WEEK
  if (!Number.isInteger(weeks) || weeks < 1 || counts.length !== cells || exposure.length !== cells)
    throw new InferenceError(
      'shape-mismatch',
      `${counts.length} counts and ${exposure.length} exposures for ${weeks} weeks; expected 168 of each per week`,
    )
  let total = 0
  for (let i = 0; i < cells; i++) {
    const [y, e] = [counts[i]!, exposure[i]!]
    if (!(y >= 0 && Number.isInteger(y) && e >= 0 && e < Number.POSITIVE_INFINITY) || (y > 0 && e === 0))
      throw new InferenceError(
        'observation-invalid',
        `week ${Math.floor(i / HOURS_PER_WEEK)}, hour ${i % HOURS_PER_WEEK}: ${y} arrivals in ${e} hours of observation`,
      )
    total += e
  }
  if (!(total > 0)) throw new InferenceError('observation-invalid', 'nothing was observed; expected some exposure')
}
