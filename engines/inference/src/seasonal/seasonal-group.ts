import {
  cholesky,
  choleskyLogDeterminant,
  choleskySolve,
  logGamma,
  type Matrix,
  matrix,
  quantile,
  solveLower,
} from '@counterpart/numerics'
import { InferenceError } from '../errors.ts'

/**
 * One of many like series, e.g. a hospital's monthly attendances, on a scale where effects add (a logarithm of counts, a
 * logit of shares). Gaps are allowed: `times` are steps from a common origin, in ascending order.
 */
export interface SeasonalSeries {
  readonly times: ArrayLike<number>
  readonly values: ArrayLike<number>
  /** Variance of each value that is mere counting, e.g. 1/count for the logarithm of a count. None when left out. */
  readonly countingVariance?: ArrayLike<number>
}

/** What a group of series has in common. */
export interface SeasonalGroup {
  /** Steps after which the season comes back. */
  readonly period: number
  /** The group's season by step of the period, and how uncertain each is (standard deviation). */
  readonly season: Float64Array
  readonly seasonDeviation: Float64Array
  /** Of a series' level: the variance by which it moves in one step. */
  readonly levelVariance: number
  /** Of a series' departure from level and season: its variance at one step, … */
  readonly departureVariance: number
  /** … and the part of it that comes back every period, because it is the series' own season. */
  readonly returningShare: number
  /** Series differ in how much they scatter: the shape of the inverse gamma by which all of a series' variances vary. */
  readonly scatterShape: number
}

const FLAT = 25
const SHARES = [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95]

/**
 * What many series have in common, by maximum of their summed marginal likelihood.
 *
 * A series is its level (a random walk), the group's season, its own returning departure from that season, and passing
 * departures. With one period of data nobody can tell a returning departure from a passing one; then half of it is taken
 * to return (the share has a Beta(2, 2) prior). Variances differ between series by an inverse-gamma factor, which gives
 * forecasts Student's tails.
 *
 * Throws `InferenceError` (`shape-mismatch`, `observation-invalid`, `argument-out-of-range`).
 *
 * Sources: A. C. Harvey, "Forecasting, structural time series models and the Kalman filter", Cambridge (1989), ch. 2
 * (local level and season); A. Gelman et al., "Bayesian data analysis", 3rd ed. (2013), ch. 5 (pooling).
 */
export function fitSeasonalGroup(group: readonly SeasonalSeries[], period: number): SeasonalGroup {
  if (!(Number.isInteger(period) && period >= 2))
    throw new InferenceError('argument-out-of-range', `the period is ${period}; expected an integer of at least 2`)
  for (const series of group) requireSeries(series)
  const long = group.filter(({ times }) => times.length >= Math.min(period, 6))
  if (long.length < 2)
    throw new InferenceError(
      'argument-out-of-range',
      `${long.length} series of the group are long enough; expected at least 2 of ${Math.min(period, 6)} steps`,
    )
  const { season, seasonDeviation } = seasonOf(long, period)
  const base = { period, season, seasonDeviation }
  const likelihood = ([level, departure, shape]: readonly number[], share: number) => {
    const candidate = {
      ...base,
      levelVariance: Math.exp(level!),
      departureVariance: Math.exp(departure!),
      returningShare: share,
      scatterShape: Math.exp(shape!),
    }
    // The prior of the share, Beta(2, 2).
    return long.reduce((sum, series) => sum + logLikelihood(series, candidate), Math.log(share * (1 - share)))
  }
  let best = { at: [-8, -6, 1] as readonly number[], share: 0.5, value: Number.NEGATIVE_INFINITY }
  const search = (share: number, from: readonly number[]) => {
    let at = from
    let value = likelihood(at, share)
    for (let step = 1; step > 0.05; ) {
      let moved = false
      for (let i = 0; i < at.length; i++)
        for (const by of [step, -step]) {
          const next = at.map((x, k) => (k === i ? Math.min(4, Math.max(-18, x + by)) : x))
          const found = likelihood(next, share)
          if (found > value + 1e-9) {
            at = next
            value = found
            moved = true
          }
        }
      if (!moved) step /= 2
    }
    if (value > best.value) best = { at, share, value }
    return at
  }
  let at = search(0.5, best.at)
  if (long.some(({ times }) => times[times.length - 1]! - times[0]! >= period))
    for (const share of SHARES) at = search(share, at)
  const [level, departure, shape] = best.at as readonly [number, number, number]
  return {
    ...base,
    levelVariance: Math.exp(level),
    departureVariance: Math.exp(departure),
    returningShare: best.share,
    scatterShape: Math.exp(shape),
  }
}

/** Season by medians over series of what each step differs from its own period's mean: openings and mergers do no harm. */
function seasonOf(group: readonly SeasonalSeries[], period: number) {
  const seen: number[][] = Array.from({ length: period }, () => [])
  for (const { times, values } of group) {
    const length = times.length
    for (let from = 0; from + Math.min(period, 6) <= length; ) {
      let to = from
      let sum = 0
      while (to < length && times[to]! < times[from]! + period) sum += values[to++]!
      if (to - from === period)
        for (let i = from; i < to; i++) seen[times[i]! % period]!.push(values[i]! - sum / period)
      from = to
    }
  }
  const season = Float64Array.from(seen, (values) => (values.length > 0 ? quantile(Float64Array.from(values), 0.5) : 0))
  const centre = season.reduce((sum, v) => sum + v, 0) / period
  const seasonDeviation = Float64Array.from(seen, (values) => {
    if (values.length < 4) return Math.sqrt(FLAT)
    const sorted = Float64Array.from(values)
    // A median's standard error, by the spread of the middle half.
    return ((quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349) * Math.sqrt(Math.PI / 2 / values.length)
  })
  return { season: season.map((v) => v - centre), seasonDeviation }
}

/** Covariance of two steps of one series, before the factor by which series differ. */
function covarianceOf(group: SeasonalGroup, origin: number, a: number, b: number): number {
  const level = FLAT + group.levelVariance * (Math.min(a, b) - origin)
  const returning = (a - b) % group.period === 0 ? group.departureVariance * group.returningShare : 0
  return level + returning + (a === b ? group.departureVariance * (1 - group.returningShare) : 0)
}

/** A series' own part: what is left of it without the season and its mean, with the factor of its covariance. */
function standardised(
  series: SeasonalSeries,
  group: SeasonalGroup,
): { rest: Float64Array; centre: number; factor: Matrix } {
  const { times, values, countingVariance } = series
  const n = times.length
  const rest = Float64Array.from({ length: n }, (_, i) => values[i]! - group.season[times[i]! % group.period]!)
  const centre = rest.reduce((sum, v) => sum + v, 0) / n
  const k = matrix(n, n)
  for (let i = 0; i < n; i++) {
    rest[i]! -= centre
    for (let j = 0; j <= i; j++) {
      const c = covarianceOf(group, times[0]!, times[i]!, times[j]!) + (i === j ? (countingVariance?.[i] ?? 0) : 0)
      k.values[i * n + j] = c
      k.values[j * n + i] = c
    }
  }
  return { rest, centre, factor: cholesky(k) }
}

function logLikelihood(series: SeasonalSeries, group: SeasonalGroup): number {
  const { rest, factor } = standardised(series, group)
  const n = rest.length
  const white = solveLower(factor, rest)
  const squares = white.reduce((sum, v) => sum + v * v, 0)
  const a = group.scatterShape
  return (
    logGamma(a + n / 2) -
    logGamma(a) +
    a * Math.log(a) -
    (a + n / 2) * Math.log(a + squares / 2) -
    choleskyLogDeterminant(factor) / 2
  )
}

/** The mean of a series' own part at `steps` given what was seen, the covariance left, and the law of its scatter. */
export function conditional(series: SeasonalSeries, group: SeasonalGroup, steps: readonly number[]) {
  const { times } = series
  const { rest, centre, factor } = standardised(series, group)
  const n = rest.length
  const h = steps.length
  const weights = choleskySolve(factor, rest)
  const squares = rest.reduce((sum, v, i) => sum + v * weights[i]!, 0)
  const mean = new Float64Array(h)
  const whitened: Float64Array[] = []
  for (const [j, step] of steps.entries()) {
    const cross = Float64Array.from({ length: n }, (_, i) => covarianceOf(group, times[0]!, times[i]!, step))
    mean[j] = centre + group.season[step % group.period]! + cross.reduce((sum, c, i) => sum + c * weights[i]!, 0)
    whitened.push(solveLower(factor, cross))
  }
  const left = matrix(h, h)
  for (let i = 0; i < h; i++)
    for (let j = 0; j < h; j++) {
      let c = covarianceOf(group, times[0]!, steps[i]!, steps[j]!)
      for (let k = 0; k < n; k++) c -= whitened[i]![k]! * whitened[j]![k]!
      left.values[i * h + j] = c
    }
  const shape = group.scatterShape + n / 2
  return { mean, covariance: left, shape, scale: group.scatterShape + squares / 2 }
}

export function requireSeries({ times, values, countingVariance }: SeasonalSeries): void {
  const n = times.length
  if (n === 0 || values.length !== n || (countingVariance && countingVariance.length !== n))
    throw new InferenceError(
      'shape-mismatch',
      `${n} times and ${values.length} values; expected as many, and at least 1`,
    )
  for (let i = 0; i < n; i++) {
    if (!Number.isInteger(times[i]) || times[i]! < 0 || (i > 0 && times[i]! <= times[i - 1]!))
      throw new InferenceError('observation-invalid', `time ${i} is ${times[i]}; expected integers ≥ 0 that ascend`)
    if (!Number.isFinite(values[i]) || !((countingVariance?.[i] ?? 0) >= 0))
      throw new InferenceError('observation-invalid', `value ${i} is ${values[i]}; expected a finite number`)
  }
}
