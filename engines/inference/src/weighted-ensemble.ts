import {
  cholesky,
  type Matrix,
  matrix,
  portableExp,
  portableLog,
  type RandomStream,
  solveLower,
} from '@counterpart/numerics'
import { InferenceError } from './errors.ts'
import { memberShares } from './observations.ts'

/**
 * How many equally weighted members the weights are worth: (Σw)²/Σw², from 1 to their number.
 * Source: A. Kong, J. S. Liu, W. H. Wong, "Sequential imputations and Bayesian missing data problems", J. Am. Stat.
 * Assoc. 89 (1994) 278–288.
 */
export function effectiveSampleSize(weights: Float64Array): number {
  let sum = 0
  let squares = 0
  for (const w of weights) {
    sum += w >= 0 ? w : Number.NaN
    squares += w * w
  }
  if (!(sum > 0))
    throw new InferenceError(
      'argument-out-of-range',
      `the weights add to ${sum}; expected weights ≥ 0 with a positive sum`,
    )
  return (sum * sum) / squares
}

/**
 * Draws `count` members in proportion to their weights, with one random number and the least scatter: member m is taken
 * either ⌊count·w⌋ or ⌈count·w⌉ times. Returns their indices, in rising order.
 *
 * Source: J. Carpenter, P. Clifford, P. Fearnhead, "Improved particle filter for nonlinear problems", IEE Proc. Radar
 * Sonar Navig. 146 (1999) 2–7.
 */
export function systematicResample(weights: Float64Array, count: number, stream: RandomStream): Uint32Array {
  if (!Number.isInteger(count) || count < 0)
    throw new InferenceError('argument-out-of-range', `${count} members to draw; expected an integer of 0 or more`)
  let total = 0
  let last = -1
  weights.forEach((w, m) => {
    total += w >= 0 ? w : Number.NaN
    if (w > 0) last = m
  })
  if (!(total > 0 && total < Number.POSITIVE_INFINITY))
    throw new InferenceError('argument-out-of-range', `the weights add to ${total}; expected a positive, finite sum`)
  const drawn = new Uint32Array(count)
  const start = stream.uniform()
  let m = 0
  let reached = weights[0]!
  for (let k = 0; k < count; k++) {
    const target = ((k + start) / count) * total
    // Rounding may leave the last target just above the sum; it belongs to the last member of positive weight.
    while (m < last && reached <= target) reached += weights[++m]!
    drawn[k] = m
  }
  return drawn
}

/** The members with these indices, in this order. */
export function selectMembers(ensemble: Matrix, indices: ArrayLike<number>): Matrix {
  const result = matrix(ensemble.rows, indices.length)
  for (let k = 0; k < indices.length; k++) {
    const m = indices[k]!
    if (!(Number.isInteger(m) && m >= 0 && m < ensemble.columns))
      throw new InferenceError('argument-out-of-range', `member ${m}; expected one from 0 to ${ensemble.columns - 1}`)
    for (let v = 0; v < ensemble.rows; v++)
      result.values[v * indices.length + k] = ensemble.values[v * ensemble.columns + m]!
  }
  return result
}

/** Weights after something was learnt, and what they are worth. */
export interface Reweighting {
  /** Adding to 1. */
  readonly weights: Float64Array
  readonly effectiveSampleSize: number
  /** The power, from 0 to 1, to which the likelihoods were taken. */
  readonly exponent: number
  /** Natural logarithm of the weighted mean of the (tempered) likelihoods: the evidence, when `exponent` is 1. */
  readonly logEvidence: number
}

/**
 * Multiplies the weights by likelihoods given as natural logarithms, one per member (−∞ excludes a member).
 *
 * For the importance correction of an ensemble drawn from another distribution than the one meant, give
 * log target − log proposal. With `minimumEffectiveSize` the likelihoods are taken to the largest power in [0, 1] that
 * still leaves that many effective members, so that a sharp likelihood can be taken in by several such steps with
 * resampling between them. Throws `InferenceError` when every member is excluded.
 *
 * Source of the tempering: P. Del Moral, A. Doucet, A. Jasra, "Sequential Monte Carlo samplers", J. R. Stat. Soc. B 68
 * (2006) 411–436.
 */
export function reweight(
  weights: Float64Array,
  logLikelihoods: Float64Array,
  options: { readonly minimumEffectiveSize?: number } = {},
): Reweighting {
  if (weights.length !== logLikelihoods.length)
    throw new InferenceError(
      'shape-mismatch',
      `${logLikelihoods.length} likelihoods for ${weights.length} weights; expected as many`,
    )
  let largest = Number.NEGATIVE_INFINITY
  let total = 0
  for (let m = 0; m < weights.length; m++) {
    const value = logLikelihoods[m]!
    if (Number.isNaN(value) || value === Number.POSITIVE_INFINITY)
      throw new InferenceError(
        'prediction-invalid',
        `the log likelihood of member ${m} is ${value}; expected a number or −∞`,
      )
    total += weights[m]!
    if (weights[m]! > 0) largest = Math.max(largest, value)
  }
  if (!(total > 0) || largest === Number.NEGATIVE_INFINITY)
    throw new InferenceError(
      'argument-out-of-range',
      'no member has both weight and likelihood; the ensemble does not cover what was observed',
    )
  const at = (exponent: number): Reweighting => {
    const next = new Float64Array(weights.length)
    let sum = 0
    for (let m = 0; m < weights.length; m++) {
      const w = weights[m]! / total
      next[m] = w > 0 && exponent > 0 ? w * portableExp(exponent * (logLikelihoods[m]! - largest)) : w
      sum += next[m]!
    }
    for (let m = 0; m < weights.length; m++) next[m]! /= sum
    return {
      weights: next,
      effectiveSampleSize: effectiveSampleSize(next),
      exponent,
      logEvidence: portableLog(sum) + exponent * largest,
    }
  }
  const full = at(1)
  const minimum = options.minimumEffectiveSize ?? 0
  if (full.effectiveSampleSize >= minimum) return full
  let low = 0
  let high = 1
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (at(middle).effectiveSampleSize >= minimum) low = middle
    else high = middle
  }
  return at(low)
}

/**
 * Natural logarithm of a Gaussian density at each column of `points`, with the weighted mean and covariance of the
 * columns of `sample`: the proposal density for an importance correction of an ensemble Kalman analysis.
 * Throws `NumericsError` (`not-positive-definite`) when the sample does not span its variables.
 */
export function gaussianLogDensity(points: Matrix, sample: Matrix, weights?: Float64Array): Float64Array {
  const d = sample.rows
  if (points.rows !== d)
    throw new InferenceError(
      'shape-mismatch',
      `points have ${points.rows} variables and the sample ${d}; expected as many`,
    )
  const share = memberShares(sample.columns, weights)
  const centre = new Float64Array(d)
  const covariance = matrix(d, d)
  for (let v = 0; v < d; v++)
    for (let m = 0; m < sample.columns; m++) centre[v]! += share.values[m]! * sample.values[v * sample.columns + m]!
  for (let m = 0; m < sample.columns; m++)
    for (let v = 0; v < d; v++)
      for (let u = 0; u <= v; u++)
        covariance.values[v * d + u]! +=
          (share.values[m]! *
            (sample.values[v * sample.columns + m]! - centre[v]!) *
            (sample.values[u * sample.columns + m]! - centre[u]!)) /
          share.divisor
  const factor = cholesky(covariance, covariance)
  let constant = -0.5 * d * portableLog(2 * Math.PI)
  for (let v = 0; v < d; v++) constant -= portableLog(factor.values[v * d + v]!)
  const x = new Float64Array(d)
  const result = new Float64Array(points.columns)
  for (let m = 0; m < points.columns; m++) {
    for (let v = 0; v < d; v++) x[v] = points.values[v * points.columns + m]! - centre[v]!
    solveLower(factor, x, x)
    let square = 0
    for (let v = 0; v < d; v++) square += x[v]! * x[v]!
    result[m] = constant - 0.5 * square
  }
  return result
}
