import {
  cholesky,
  type Distribution,
  type Matrix,
  matrix,
  normalCumulative,
  normalQuantile,
  quantileOf,
  type RandomStream,
  SOBOL_DIMENSIONS,
  sobolPoints,
} from '@counterpart/numerics'
import { InferenceError } from './errors.ts'

/** What an ensemble is drawn from. */
export interface PriorDraw {
  /** One per variable. */
  readonly marginals: readonly Distribution[]
  /** How many members; a power of two spreads them best. */
  readonly size: number
  readonly stream: RandomStream
  /**
   * Correlations of the variables' normal scores (a Gaussian copula): symmetric, ones on the diagonal, positive
   * definite. None means independent. For a normal or log-normal it is the correlation of the values or their logarithms.
   */
  readonly correlation?: Matrix
}

/**
 * Draws an ensemble, one row per variable and one column per member, by sending the points of a scrambled Sobol'
 * sequence through the quantile functions: each member is a fair draw, and together they cover the prior far more evenly
 * than independent draws would. Beyond 31 variables the further ones are drawn independently.
 *
 * Throws `InferenceError` (`shape-mismatch`, `argument-out-of-range`); `NumericsError` (`not-positive-definite`) for an
 * impossible correlation matrix.
 *
 * @example
 * ```ts
 * const members = drawPrior({
 *   marginals: [logNormalFromMedian(1.1, 0.25), normal(72, 8)], size: 128, stream: randomStream('prior', id),
 * })
 * ```
 */
export function drawPrior({ marginals, size, stream, correlation }: PriorDraw): Matrix {
  const variables = marginals.length
  if (variables === 0 || !Number.isInteger(size) || size < 1)
    throw new InferenceError(
      'argument-out-of-range',
      `${size} members of ${variables} variables; expected at least one of each`,
    )
  if (correlation !== undefined) requireCorrelation(correlation, variables)
  const result = matrix(variables, size)
  const spread = Math.min(variables, SOBOL_DIMENSIONS)
  result.values.set(sobolPoints(size, spread, stream.substream('sobol')).values)
  const further = stream.substream('further')
  for (let i = spread * size; i < result.values.length; i++) result.values[i] = further.uniform()
  if (correlation !== undefined) correlate(result, cholesky(correlation))
  marginals.forEach((marginal, v) => {
    for (let m = 0; m < size; m++) result.values[v * size + m] = quantileOf(marginal, result.values[v * size + m]!)
  })
  return result
}

/** Turns independent uniforms into uniforms whose normal scores are correlated by L·Lᵀ. */
function correlate(uniforms: Matrix, l: Matrix): void {
  const { rows, columns, values } = uniforms
  const z = new Float64Array(rows)
  for (let m = 0; m < columns; m++) {
    for (let v = 0; v < rows; v++) z[v] = normalQuantile(values[v * columns + m]!)
    for (let v = 0; v < rows; v++) {
      let score = 0
      for (let u = 0; u <= v; u++) score += l.values[v * rows + u]! * z[u]!
      values[v * columns + m] = normalCumulative(score)
    }
  }
}

function requireCorrelation(correlation: Matrix, variables: number): void {
  if (correlation.rows !== variables || correlation.columns !== variables)
    throw new InferenceError(
      'shape-mismatch',
      `the correlation matrix is ${correlation.rows} × ${correlation.columns}; expected ${variables} × ${variables}`,
    )
  for (let v = 0; v < variables; v++)
    for (let u = 0; u <= v; u++) {
      const value = correlation.values[v * variables + u]!
      const fits = u === v ? value === 1 : Math.abs(value) < 1 && value === correlation.values[u * variables + v]
      if (!fits)
        throw new InferenceError(
          'argument-out-of-range',
          `the correlation of variables ${v} and ${u} is ${value}; expected a symmetric matrix with ones on its diagonal`,
        )
    }
}
