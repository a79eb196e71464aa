import type { Matrix } from '@counterpart/numerics'
import { InferenceError } from './errors.ts'

/**
 * What was measured at one moment: one value and one error variance per observation, errors independent of each other.
 * Correlated errors are brought into this form by multiplying values and predictions with the inverse Cholesky factor of
 * their covariance.
 */
export interface MeasuredValues {
  readonly values: Float64Array
  /** The square of the unit of the values; positive. `Infinity` leaves an observation out. */
  readonly variances: Float64Array
}

/** How one observation compares with what the ensemble predicted for it. */
export interface Innovation {
  /** Observed minus predicted mean, in the unit of the observation. */
  readonly innovation: number
  /** Variance of the predictions over the ensemble. */
  readonly predictedVariance: number
  /** The innovation over its expected spread, √(predicted variance + error variance): standard normal when all is well. */
  readonly standardised: number
  /** The error variance that the analysis used; more than the stated one where the check found an outlier. */
  readonly usedVariance: number
  /** Whether the observation lay beyond the limit of the check. */
  readonly outlier: boolean
}

/** When an observation counts as surprising, and what is then done. */
export interface OutlierCheck {
  /**
   * Beyond this many expected spreads the error variance is raised until the innovation is exactly this many; default 3.
   * That bounds the pull of a single observation, as Huber's estimator does, and lets it through again if it persists.
   */
  readonly limit?: number
  /** Beyond this many expected spreads the observation is left out altogether; default: never. */
  readonly reject?: number
}

/**
 * Compares observations with the ensemble's predictions of them and raises the error variance of outliers.
 *
 * `predicted`: one row per observation, one column per member, without measurement error. `weights`: one per member,
 * any positive sum; none means all alike. Without a `check` nothing is raised and no observation is called an outlier.
 *
 * Source of the inflation: M. Minamide, F. Zhang, "Adaptive observation error inflation for assimilating all-sky
 * satellite radiance", Mon. Wea. Rev. 145 (2017) 1063–1081, eq. 4, with the squared innovation divided by `limit²`; the
 * bounded influence: P. J. Huber, "Robust estimation of a location parameter", Ann. Math. Stat. 35 (1964) 73–101.
 */
export function compareWithPrediction(
  predicted: Matrix,
  measured: MeasuredValues,
  weights?: Float64Array,
  check?: OutlierCheck,
): Innovation[] {
  requireMeasured(predicted, measured)
  const limit = check?.limit ?? 3
  const reject = check?.reject ?? Number.POSITIVE_INFINITY
  if (check !== undefined && !(limit > 0 && reject >= limit))
    throw new InferenceError(
      'argument-out-of-range',
      `outlier check: limit ${limit}, reject ${reject}; expected 0 < limit ≤ reject`,
    )
  const share = memberShares(predicted.columns, weights)
  const innovations: Innovation[] = []
  for (let j = 0; j < predicted.rows; j++) {
    const row = predicted.values.subarray(j * predicted.columns, (j + 1) * predicted.columns)
    const centre = shareMean(row, share.values)
    const predictedVariance = shareCovariance(row, centre, row, centre, share)
    const stated = measured.variances[j]!
    const innovation = measured.values[j]! - centre
    const standardised = stated === Number.POSITIVE_INFINITY ? 0 : innovation / Math.sqrt(predictedVariance + stated)
    const outlier = check !== undefined && Math.abs(standardised) > limit
    let usedVariance = stated
    if (outlier)
      usedVariance =
        Math.abs(standardised) > reject
          ? Number.POSITIVE_INFINITY
          : Math.max(stated, (innovation / limit) ** 2 - predictedVariance)
    innovations.push({ innovation, predictedVariance, standardised, usedVariance, outlier })
  }
  return innovations
}

/** Weights that add to 1, and the divisor that makes a covariance unbiased: 1 − Σw², which is (n − 1)/n for equal ones. */
export interface MemberShares {
  readonly values: Float64Array
  readonly divisor: number
}

export function memberShares(size: number, weights?: Float64Array): MemberShares {
  const values = new Float64Array(size).fill(1 / size)
  if (weights !== undefined) {
    if (weights.length !== size)
      throw new InferenceError('shape-mismatch', `${weights.length} weights for ${size} members; expected as many`)
    let total = 0
    for (const w of weights) total += w >= 0 ? w : Number.NaN
    if (!(total > 0 && total < Number.POSITIVE_INFINITY))
      throw new InferenceError('argument-out-of-range', 'weights must be zero or more and have a positive, finite sum')
    for (let m = 0; m < size; m++) values[m] = weights[m]! / total
  }
  let squares = 0
  for (const w of values) squares += w * w
  const divisor = 1 - squares
  if (!(divisor > 1e-12))
    throw new InferenceError(
      'argument-out-of-range',
      'all weight lies on one member, so the ensemble has no spread; resample or widen it first',
    )
  return { values, divisor }
}

export function shareMean(row: Float64Array, shares: Float64Array): number {
  let sum = 0
  for (let m = 0; m < row.length; m++) sum += shares[m]! * row[m]!
  return sum
}

export function shareCovariance(
  x: Float64Array,
  meanX: number,
  y: Float64Array,
  meanY: number,
  share: MemberShares,
): number {
  let sum = 0
  const w = share.values
  for (let m = 0; m < x.length; m++) sum += w[m]! * (x[m]! - meanX) * (y[m]! - meanY)
  return sum / share.divisor
}

/** Throws unless observations and predictions fit each other and are usable numbers. */
function requireMeasured(predicted: Matrix, measured: MeasuredValues): void {
  const count = predicted.rows
  if (measured.values.length !== count || measured.variances.length !== count)
    throw new InferenceError(
      'shape-mismatch',
      `${measured.values.length} observations with ${measured.variances.length} variances for ${count} rows of predictions; expected one of each per row`,
    )
  for (let j = 0; j < count; j++) {
    if (!Number.isFinite(measured.values[j]!))
      throw new InferenceError(
        'observation-invalid',
        `observation ${j} is ${measured.values[j]}; expected a finite number (leave missing ones out)`,
      )
    if (!(measured.variances[j]! > 0))
      throw new InferenceError(
        'observation-invalid',
        `the error variance of observation ${j} is ${measured.variances[j]}; expected a positive number`,
      )
  }
  const at = predicted.values.findIndex((value) => !Number.isFinite(value))
  if (at >= 0)
    throw new InferenceError(
      'prediction-invalid',
      `the prediction of observation ${Math.floor(at / predicted.columns)} by member ${at % predicted.columns} is ${predicted.values[at]}; expected a finite number. Mend or drop the member before the analysis`,
    )
}
