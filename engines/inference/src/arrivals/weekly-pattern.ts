import type { RandomStream } from '@counterpart/numerics'
import { drawShape } from './shape-draw.ts'
import { HOURS_PER_WEEK } from './weekly-tally.ts'

/** Positive factors, gamma around 1 with a shape that is learnt too. */
export interface Factors {
  readonly values: Float64Array
  /** The power to which each factor's density (of its logarithm) is taken: how much it has a say, 1 for all. */
  readonly powers: Float64Array
  shape: number
}

/** The rate of each hour of the week as level × day × hour of the day × the hour's own departure from that pattern. */
export interface WeeklyPattern {
  level: number
  readonly days: Factors
  readonly hoursOfDay: Factors
  readonly departures: Factors
  /** The product, arrivals per hour. */
  readonly rate: Float64Array
}

export function factors(count: number, shape: number, powers: Float64Array = new Float64Array(count).fill(1)): Factors {
  return { values: new Float64Array(count).fill(1), powers, shape }
}

export function startPattern(level: number): WeeklyPattern {
  return {
    level,
    days: factors(7, 5),
    hoursOfDay: factors(24, 5),
    departures: factors(HOURS_PER_WEEK, 20),
    rate: new Float64Array(HOURS_PER_WEEK).fill(level),
  }
}

/**
 * Draws the pattern's parts in turn, each given all others: `counts` are the 168 (weighted) counts, `hours` the
 * exposures times the factors of season and week. The level has Jeffreys' prior for a Poisson rate.
 */
export function drawPattern(
  pattern: WeeklyPattern,
  counts: Float64Array,
  hours: Float64Array,
  stream: RandomStream,
): void {
  const { rate } = pattern
  drawGroup(pattern, pattern.departures, counts, hours, (h) => h, stream)
  drawGroup(pattern, pattern.days, counts, hours, (h) => Math.floor(h / 24), stream)
  drawGroup(pattern, pattern.hoursOfDay, counts, hours, (h) => h % 24, stream)
  let [seen, expected] = [0.5, 0]
  for (let h = 0; h < HOURS_PER_WEEK; h++) {
    seen += counts[h]!
    expected += rate[h]! * hours[h]!
  }
  const change = stream.gamma(seen) / expected
  pattern.level *= change
  for (let h = 0; h < HOURS_PER_WEEK; h++) rate[h]! *= change
}

/** Draws one group of factors, moves its scale against the level, draws its shape, and keeps the product up to date. */
function drawGroup(
  pattern: WeeklyPattern,
  group: Factors,
  counts: Float64Array,
  hours: Float64Array,
  memberOf: (hour: number) => number,
  stream: RandomStream,
): void {
  const { rate } = pattern
  const before = group.values.slice()
  const seen = new Float64Array(before.length)
  const expected = new Float64Array(before.length)
  for (let h = 0; h < HOURS_PER_WEEK; h++) {
    const g = memberOf(h)
    seen[g]! += counts[h]!
    expected[g]! += (rate[h]! / before[g]!) * hours[h]!
  }
  drawFactors(group, seen, expected, stream)
  for (let h = 0; h < HOURS_PER_WEEK; h++) rate[h]! *= group.values[memberOf(h)]! / before[memberOf(h)]!
  // The rates stay what they are: the level takes up what the group's scale gives.
  pattern.level *= moveScale(group, stream)
  group.shape = drawShape(group.values, group.powers, stream)
}

/** Factors given their counts `seen` and what a factor of 1 would let `expected`: gamma, by conjugacy. */
export function drawFactors(group: Factors, seen: Float64Array, expected: Float64Array, stream: RandomStream): void {
  for (let g = 0; g < seen.length; g++) {
    const prior = group.powers[g]! * group.shape
    // A gamma of a tiny shape may underflow; a factor of zero could not be divided out again.
    group.values[g] = Math.max(1e-100, stream.gamma(prior + seen[g]!) / (prior + expected[g]!))
  }
}

/**
 * Multiplies all factors of a group by one number drawn from its distribution along that line and returns what the level
 * is to be multiplied by for the rates to stay the same: the data do not tell scale and level apart, and steps of one
 * part at a time would creep along this line.
 *
 * Source: J. S. Liu, C. Sabatti, "Generalised Gibbs sampler and multigrid Monte Carlo for Bayesian computation",
 * Biometrika 87 (2000) 353–369, theorem 1, for the group of scalings; the ½ is Jeffreys' prior of the level.
 */
export function moveScale({ values, powers, shape }: Factors, stream: RandomStream): number {
  let [count, sum] = [0, 0]
  for (let g = 0; g < values.length; g++) {
    count += powers[g]!
    sum += powers[g]! * values[g]!
  }
  const scale = stream.gamma(shape * count - 0.5) / (shape * sum)
  for (let g = 0; g < values.length; g++) values[g]! *= scale
  return 1 / scale
}
