import { type Matrix, matrix, mean, type RandomStream } from '@counterpart/numerics'
import { InferenceError } from '../errors.ts'
import { countDispersion, type Dispersion } from './dispersion.ts'
import type { RateProfile } from './rate-profile.ts'
import { drawShape } from './shape-draw.ts'
import { drawFactors, drawPattern, factors, moveScale, startPattern } from './weekly-pattern.ts'
import { HOURS_PER_WEEK, requireTally, type WeeklyTally } from './weekly-tally.ts'

/** The mean length of a year: 365.25 days. */
const HOURS_PER_YEAR = 8766

/** Which past weeks speak for the time that is to be forecast; the most relevant of them counts 1. */
export interface SeasonalRecency {
  /** The time forecast from, in hours from the origin. */
  readonly at: number
  /** After so many weeks a week counts half. */
  readonly halfLifeWeeks: number
  /**
   * How far the season may differ: a week counts exp(−½(d/bandwidth)²) for its distance d in the year, so that the same
   * weeks of last year count and those of the other half of it hardly do. None: the season does not matter.
   */
  readonly seasonBandwidthWeeks?: number
}

/** How weekly rates are to be estimated. */
export interface WeeklyRateOptions {
  readonly stream: RandomStream
  /** How many draws from the posterior to keep; 400. */
  readonly draws?: number
  /** Sweeps before the first kept draw; 300. Two sweeps are made per kept draw. */
  readonly warmUp?: number
  /** Into how many equal seasons the year is cut; 1 (none). Needs about a year of data to mean anything. */
  readonly seasons?: number
  /** Where in the year the origin lies, in hours from its beginning; 0. */
  readonly originInYear?: number
  readonly recency?: SeasonalRecency
}

/** Draws from the posterior of weekly arrival rates: one column per draw. */
export interface WeeklyRates {
  readonly draws: number
  /** 168 rows: arrivals per hour in each hour of the week, in an average season and week. */
  readonly hours: Matrix
  /** One row per season: its factor. */
  readonly seasons: Matrix
  /** One row per week of the tally: its factor; vague for weeks that `recency` lets hardly count. */
  readonly weeks: Matrix
  /** One per draw: the gamma shape of week factors; their coefficient of variation is 1/√shape. */
  readonly weekShapes: Float64Array
  readonly originInYear: number
}

/**
 * The posterior of a weekly profile of arrival rates with season and week factors, from counts with gaps.
 *
 * The count of week w, hour h is Poisson with mean exposure·λ_h·s_season(w)·u_w, and λ_h = level·day·hour of the day·the
 * hour's own departure. All factors are gamma around 1 and the shapes are learnt too (log-uniform priors), so that each
 * hour is pulled towards the pattern just as much as the hours' agreement with it warrants, and an hour never observed
 * follows it. Week factors carry the overdispersion from week to week into forecasts. Sampled by Gibbs sweeps. With
 * `recency` a week's counts and factor enter with a power below one, which widens the posterior as if less had been
 * seen; the most relevant week counts in full.
 *
 * Throws `InferenceError` (`shape-mismatch`, `observation-invalid`, `argument-out-of-range`).
 *
 * Sources: E. I. George, U. E. Makov, A. F. M. Smith, "Conjugate likelihood distributions", Scand. J. Stat. 20 (1993)
 * 147–156 (gamma–Poisson hierarchy); J. Weinberg, L. D. Brown, J. R. Stroud, "Bayesian forecasting of an inhomogeneous
 * Poisson process with applications to call center data", J. Am. Stat. Assoc. 102 (2007) 1185–1198; J. G. Ibrahim,
 * M.-H. Chen, "Power prior distributions for regression models", Stat. Sci. 15 (2000) 46–60 (the powers).
 *
 * @example
 * ```ts
 * const rates = estimateWeeklyRates(tallyArrivals(times, [{ from: 0, to: 8736 }]), { stream, seasons: 12 })
 * const tuesdayAtTen = summarise(rates.hours.values.subarray(34 * rates.draws, 35 * rates.draws))
 * ```
 */
export function estimateWeeklyRates(tally: WeeklyTally, options: WeeklyRateOptions): WeeklyRates {
  requireTally(tally)
  const { stream, draws = 400, warmUp = 300, seasons = 1, originInYear = 0 } = options
  for (const [name, value, least] of [
    ['draws', draws, 1],
    ['warmUp', warmUp, 0],
    ['seasons', seasons, 1],
  ] as const)
    if (!Number.isInteger(value) || value < least)
      throw new InferenceError('argument-out-of-range', `${name} is ${value}; expected an integer of ${least} or more`)
  if (!Number.isFinite(originInYear))
    throw new InferenceError('argument-out-of-range', `originInYear is ${originInYear}; expected a finite number`)
  const { weeks, counts, exposure } = tally
  const powers = weekPowers(tally, options.recency)
  const season = Int32Array.from({ length: weeks }, (_, w) => seasonOf(w, seasons, originInYear))

  // What the powers leave of the counts and hours; the sums below are those of the full conditionals.
  const y = counts.map((c, i) => c * powers[Math.floor(i / HOURS_PER_WEEK)]!)
  const e = exposure.map((hours, i) => hours * powers[Math.floor(i / HOURS_PER_WEEK)]!)
  const hourCounts = new Float64Array(HOURS_PER_WEEK)
  const weekCounts = new Float64Array(weeks)
  const seasonCounts = new Float64Array(seasons)
  for (let w = 0; w < weeks; w++)
    for (let h = 0; h < HOURS_PER_WEEK; h++) {
      const c = y[w * HOURS_PER_WEEK + h]!
      hourCounts[h]! += c
      weekCounts[w]! += c
      seasonCounts[season[w]!]! += c
    }

  const total = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0)
  const pattern = startPattern((total(y) + 0.5) / total(e))
  const { rate } = pattern
  const bySeason = factors(seasons, 100)
  const byWeek = factors(weeks, 100, powers)
  const hourSums = new Float64Array(HOURS_PER_WEEK)
  const weekSums = new Float64Array(weeks)
  const weekExpected = new Float64Array(weeks)
  const seasonExpected = new Float64Array(seasons)
  const rescale = (change: number) => {
    pattern.level *= change
    for (let h = 0; h < HOURS_PER_WEEK; h++) rate[h]! *= change
  }
  const kept: WeeklyRates = {
    draws,
    hours: matrix(HOURS_PER_WEEK, draws),
    seasons: matrix(seasons, draws),
    weeks: matrix(weeks, draws),
    weekShapes: new Float64Array(draws),
    originInYear,
  }
  for (let sweep = 0; sweep < warmUp + 2 * draws; sweep++) {
    hourSums.fill(0)
    for (let w = 0; w < weeks; w++) {
      const factor = bySeason.values[season[w]!]! * byWeek.values[w]!
      for (let h = 0; h < HOURS_PER_WEEK; h++) hourSums[h]! += factor * e[w * HOURS_PER_WEEK + h]!
    }
    drawPattern(pattern, hourCounts, hourSums, stream)
    for (let w = 0; w < weeks; w++) {
      let sum = 0
      for (let h = 0; h < HOURS_PER_WEEK; h++) sum += rate[h]! * e[w * HOURS_PER_WEEK + h]!
      weekSums[w] = sum
    }
    if (seasons > 1) {
      seasonExpected.fill(0)
      for (let w = 0; w < weeks; w++) seasonExpected[season[w]!]! += byWeek.values[w]! * weekSums[w]!
      drawFactors(bySeason, seasonCounts, seasonExpected, stream)
    }
    if (weeks > 1) {
      for (let w = 0; w < weeks; w++) weekExpected[w] = bySeason.values[season[w]!]! * weekSums[w]!
      drawFactors(byWeek, weekCounts, weekExpected, stream)
    }
    for (const group of [bySeason, byWeek])
      if (group.values.length > 1) {
        rescale(moveScale(group, stream))
        group.shape = drawShape(group.values, group.powers, stream)
      }
    const draw = (sweep - warmUp - 1) / 2
    if (draw < 0 || !Number.isInteger(draw)) continue
    setColumn(kept.hours, draw, rate)
    setColumn(kept.seasons, draw, bySeason.values)
    setColumn(kept.weeks, draw, byWeek.values)
    kept.weekShapes[draw] = byWeek.shape
  }
  return kept
}

/** What one draw says about a stretch of time. */
export interface RateForecast {
  /** Which draw, from 0. */
  readonly draw: number
  /** Hours from the origin. */
  readonly from: number
  readonly to: number
  /** Factors of weeks that were not observed are drawn from its substreams named by week and draw. */
  readonly stream: RandomStream
}

/**
 * The arrival rates of a stretch of time according to one draw, hour by hour (`constant` pieces), for `prepareRates`.
 * Weeks of the tally keep their own factor; those after it get one from the distribution of week factors, the same for
 * every stretch asked of this draw and stream. Arrivals drawn from many draws' rates are the posterior predictive.
 *
 * Throws `InferenceError` (`argument-out-of-range`).
 */
export function forecastRates(rates: WeeklyRates, { draw, from, to, stream }: RateForecast): RateProfile {
  if (!Number.isInteger(draw) || draw < 0 || draw >= rates.draws)
    throw new InferenceError('argument-out-of-range', `draw ${draw}; expected one from 0 to ${rates.draws - 1}`)
  const first = Math.floor(from)
  const hours = Math.ceil(to) - first
  if (!(from >= 0 && to > from && hours <= 10_000 * HOURS_PER_WEEK))
    throw new InferenceError(
      'argument-out-of-range',
      `rates from ${from} to ${to}; expected hours in order, after the origin and within 10,000 weeks`,
    )
  const at = (m: Matrix, row: number) => m.values[row * rates.draws + draw]!
  const times = Float64Array.from({ length: hours + 1 }, (_, i) => first + i)
  const values = new Float64Array(hours)
  let known = -1
  let factor = 1
  for (let i = 0; i < hours; i++) {
    const week = Math.floor((first + i) / HOURS_PER_WEEK)
    if (week !== known) {
      known = week
      const shape = rates.weekShapes[draw]!
      const own =
        week < rates.weeks.rows ? at(rates.weeks, week) : stream.substream('week', week, draw).gamma(shape) / shape
      factor = own * at(rates.seasons, seasonOf(week, rates.seasons.rows, rates.originInYear))
    }
    values[i] = factor * at(rates.hours, (first + i) % HOURS_PER_WEEK)
  }
  return { kind: 'constant', times, rates: values }
}

/**
 * Whether counts scatter more, hour by hour, than the estimated rates allow: against the posterior means of hours and
 * seasons and the week's factor given its own count, with every rate and factor counted as one fitted parameter. An
 * index well above 1 says that arrivals come in bunches that week factors do not explain, and that forecasts of single
 * hours are too sure of themselves.
 */
export function weeklyDispersion({ weeks, counts, exposure }: WeeklyTally, rates: WeeklyRates): Dispersion {
  if (weeks !== rates.weeks.rows)
    throw new InferenceError('shape-mismatch', `${weeks} weeks for rates of ${rates.weeks.rows}; expected as many`)
  const seasons = rates.seasons.rows
  const hours = rowMeans(rates.hours)
  const bySeason = rowMeans(rates.seasons)
  const shape = mean(rates.weekShapes)
  const expected = exposure.slice()
  for (let w = 0; w < weeks; w++) {
    const factor = bySeason[seasonOf(w, seasons, rates.originInYear)]!
    let [seen, mass] = [0, 0]
    for (let i = w * HOURS_PER_WEEK; i < (w + 1) * HOURS_PER_WEEK; i++) {
      expected[i]! *= factor * hours[i % HOURS_PER_WEEK]!
      mass += expected[i]!
      seen += counts[i]!
    }
    const own = weeks > 1 ? (shape + seen) / (shape + mass) : 1
    for (let i = w * HOURS_PER_WEEK; i < (w + 1) * HOURS_PER_WEEK; i++) expected[i]! *= own
  }
  return countDispersion(counts, expected, HOURS_PER_WEEK + seasons - 1 + weeks - 1)
}

/** The season in which the middle of a week lies. */
function seasonOf(week: number, seasons: number, originInYear: number): number {
  const years = (originInYear + (week + 0.5) * HOURS_PER_WEEK) / HOURS_PER_YEAR
  return Math.min(seasons - 1, Math.floor((years - Math.floor(years)) * seasons))
}

function weekPowers({ weeks, exposure }: WeeklyTally, recency: SeasonalRecency | undefined): Float64Array {
  const powers = new Float64Array(weeks).fill(1)
  if (recency === undefined) return powers
  const { at, halfLifeWeeks, seasonBandwidthWeeks = Number.POSITIVE_INFINITY } = recency
  if (!(Number.isFinite(at) && halfLifeWeeks > 0 && seasonBandwidthWeeks > 0))
    throw new InferenceError(
      'argument-out-of-range',
      `recency at ${at}, half-life ${halfLifeWeeks} and bandwidth ${seasonBandwidthWeeks} weeks; expected a finite time and positive weeks`,
    )
  const year = HOURS_PER_YEAR / HOURS_PER_WEEK
  const raw = powers.map((_, w) => {
    const age = Math.abs(at / HOURS_PER_WEEK - (w + 0.5))
    const distance = Math.abs(age - year * Math.round(age / year))
    return 2 ** (-age / halfLifeWeeks) * Math.exp(-0.5 * (distance / seasonBandwidthWeeks) ** 2)
  })
  const most = raw.reduce((highest, power, w) => {
    const seen = exposure.subarray(w * HOURS_PER_WEEK, (w + 1) * HOURS_PER_WEEK).some((hours) => hours > 0)
    return seen ? Math.max(highest, power) : highest
  }, 0)
  if (!(most > 0))
    throw new InferenceError(
      'argument-out-of-range',
      'recency leaves no observed week any weight; expected a longer half-life or a wider season',
    )
  // A power of nothing at all would leave a week's factor without a distribution.
  return raw.map((power) => Math.min(1, Math.max(1e-9, power / most)))
}

function setColumn(m: Matrix, column: number, values: Float64Array): void {
  for (let row = 0; row < m.rows; row++) m.values[row * m.columns + column] = values[row]!
}

function rowMeans({ rows, columns, values }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => mean(values.subarray(row * columns, (row + 1) * columns)))
}
