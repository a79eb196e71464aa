import { cholesky, type Matrix, matrix, type RandomStream } from '@counterpart/numerics'
import { InferenceError } from '../errors.ts'
import { conditional, requireSeries, type SeasonalGroup, type SeasonalSeries } from './seasonal-group.ts'

export interface SeasonalForecastOptions {
  readonly stream: RandomStream
  readonly draws?: number
  /**
   * Standard deviation, over one period, of a drift that all series of the group share. Data of about one period cannot
   * tell it from the season, so it has to be said; 0 when left out.
   */
  readonly sharedDrift?: number
}

/**
 * Draws of the series at later steps, one matrix per series (`steps.length` rows, one column per draw), on the scale of
 * the series. Column d of all matrices is one future: the group's season and shared drift are the same in it, so that
 * sums over series have honest intervals.
 *
 * Throws `InferenceError` (`shape-mismatch`, `observation-invalid`, `argument-out-of-range`).
 *
 * @example
 * ```ts
 * const group = fitSeasonalGroup(hospitals, 12)
 * const [first] = forecastSeasonal(hospitals, group, [12, 13, 14], { stream: randomStream('attendances') })
 * const nextMonth = summarise(first!.values.subarray(0, first!.columns))
 * ```
 */
export function forecastSeasonal(
  series: readonly SeasonalSeries[],
  group: SeasonalGroup,
  steps: readonly number[],
  options: SeasonalForecastOptions,
): Matrix[] {
  const { stream, draws = 400, sharedDrift = 0 } = options
  if (!(sharedDrift >= 0) || !(Number.isInteger(draws) && draws > 0))
    throw new InferenceError('argument-out-of-range', `${draws} draws with a shared drift of ${sharedDrift}`)
  for (const each of series) requireSeries(each)
  if (steps.some((step, i) => !Number.isInteger(step) || step <= (steps[i - 1] ?? -1)))
    throw new InferenceError('argument-out-of-range', `the steps are ${steps}; expected integers that ascend`)
  const common = commonDraws(group, steps, draws, sharedDrift, stream, latestOf(series))
  return series.map((each) => {
    const { mean, covariance, shape, scale } = conditional(each, group, steps)
    const h = steps.length
    for (let i = 0; i < h; i++) covariance.values[i * h + i]! += 1e-12
    const factor = cholesky(covariance)
    const out = matrix(h, draws)
    const white = new Float64Array(h)
    for (let d = 0; d < draws; d++) {
      const spread = Math.sqrt(scale / stream.gamma(shape))
      for (let j = 0; j < h; j++) white[j] = stream.normal()
      for (let i = 0; i < h; i++) {
        let own = 0
        for (let j = 0; j <= i; j++) own += factor.values[i * h + j]! * white[j]!
        out.values[i * draws + d] = mean[i]! + spread * own + common.values[i * draws + d]!
      }
    }
    return out
  })
}

const latestOf = (series: readonly SeasonalSeries[]) =>
  Math.max(...series.map(({ times }) => times[times.length - 1] ?? 0))

/** What all series of the group have in common in each draw: error of the season, and a drift since the last step seen. */
function commonDraws(
  { period, seasonDeviation }: SeasonalGroup,
  steps: readonly number[],
  draws: number,
  sharedDrift: number,
  stream: RandomStream,
  last: number,
): Matrix {
  const common = matrix(steps.length, draws)
  const season = new Float64Array(period)
  for (let d = 0; d < draws; d++) {
    for (let m = 0; m < period; m++) season[m] = stream.normal() * seasonDeviation[m]!
    let drift = 0
    let from = last
    for (const [i, step] of steps.entries()) {
      drift += stream.normal() * sharedDrift * Math.sqrt(Math.max(0, step - from) / period)
      from = Math.max(from, step)
      common.values[i * draws + d] = season[step % period]! + drift
    }
  }
  return common
}
