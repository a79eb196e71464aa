import { checkFinite, checkSameLength } from '../checks.ts'
import { conformalQuantile, weightedConformalQuantile } from './conformal-quantile.ts'

/** An interval for a continuous outcome; unbounded (±∞) when there were too few calibration cases for the coverage. */
export interface PredictionInterval {
  readonly low: number
  readonly high: number
}

/** Calibration cases the model was not trained on, with their likelihood ratios when covariates shift. */
export interface IntervalCalibration {
  readonly outcomes: ArrayLike<number>
  /** The model's interval for each case; for a point prediction both ends are the prediction. */
  readonly low: ArrayLike<number>
  readonly high: ArrayLike<number>
  /** How wide the error is thought to be in each case, > 0 (default 1): makes the widening follow it. */
  readonly scale?: ArrayLike<number>
  readonly weights?: ArrayLike<number>
}

/** Widens the model's interval for a new case; `weight` is its likelihood ratio, where the calibration had weights. */
export type IntervalWidener = (
  predicted: PredictionInterval & { readonly scale?: number; readonly weight?: number },
) => PredictionInterval

/**
 * Intervals that hold the outcome with probability 1 − `miscoverage` or more, whatever the model, if calibration cases
 * and the new one are exchangeable (or shifted as the weights say).
 *
 * With low = high = prediction this is split conformal prediction (with `scale`, the locally weighted kind); with two
 * quantile predictions it is conformalised quantile regression, which may also narrow them.
 *
 * Source: J. Lei et al., J. Am. Stat. Assoc. 113 (2018) 1094–1111; Y. Romano, E. Patterson, E. Candès, "Conformalized
 * quantile regression", NeurIPS 2019. Throws `LearningError` for lengths that differ and values that are not finite.
 *
 * @example
 * ```ts
 * const widen = calibrateIntervals({ outcomes, low: predicted, high: predicted }, 0.1)
 * const { low, high } = widen({ low: 37, high: 37 })
 * ```
 */
export function calibrateIntervals(calibration: IntervalCalibration, miscoverage: number): IntervalWidener {
  const { outcomes, low, high, scale, weights } = calibration
  checkFinite('outcome', outcomes)
  for (const [what, values] of Object.entries({ low, high, scale, weights }))
    if (values) {
      checkSameLength(what, values, 'the outcome', outcomes)
      checkFinite(what, values)
    }
  const scores = Float64Array.from(
    { length: outcomes.length },
    (_, i) => Math.max(low[i]! - outcomes[i]!, outcomes[i]! - high[i]!) / (scale ? scale[i]! : 1),
  )
  const plain = weights ? Number.NaN : conformalQuantile(scores, miscoverage)
  const weighted = weights && weightedConformalQuantile(scores, weights, miscoverage)
  return (predicted) => {
    const quantile = weighted ? weighted(predicted.weight ?? 1) : plain
    const margin = quantile * (predicted.scale ?? 1)
    const lower = predicted.low - margin
    const upper = predicted.high + margin
    // Narrowed past itself, an interval is the point in its middle.
    return lower <= upper ? { low: lower, high: upper } : { low: (lower + upper) / 2, high: (lower + upper) / 2 }
  }
}
