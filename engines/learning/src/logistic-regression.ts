import { cholesky, choleskySolve, type Matrix, matrix } from '@counterpart/numerics'
import { checkBinary, checkSameLength, checkWeights } from './checks.ts'
import { LearningError } from './errors.ts'
import { probabilityOf, softplus } from './logistic.ts'

/** What `logisticRegression` found. */
export interface LogisticFit {
  /** One per column of the design. */
  readonly coefficients: Float64Array
  /** Their standard errors, from the inverse of the information. */
  readonly standardErrors: Float64Array
  readonly iterations: number
}

/**
 * Maximum-likelihood logistic regression by Newton steps with halving.
 *
 * `design` has a row per case (put a column of ones for an intercept); `outcomes` are 0…1 (shares are allowed with
 * `shares`); `ridge` adds ridge/2·|β|² to the loss, which keeps perfectly separable data finite; `offset` is added to
 * the log-odds. Throws `LearningError` for shapes that do not fit, or when the columns are linearly dependent.
 *
 * @example
 * ```ts
 * const { coefficients } = logisticRegression(matrix(4, 1, [1, 1, 1, 1]), [1, 0, 0, 0])
 * // [-1.0986…], which is log(1/3)
 * ```
 */
export function logisticRegression(
  design: Matrix,
  outcomes: ArrayLike<number>,
  options: {
    readonly weights?: ArrayLike<number>
    readonly offset?: ArrayLike<number>
    readonly ridge?: number
    readonly shares?: boolean
  } = {},
): LogisticFit {
  const { rows, columns, values } = design
  const { weights, offset, ridge = 0 } = options
  checkSameLength('the design', { length: rows }, 'the outcomes', outcomes)
  if (!options.shares) checkBinary(outcomes, false)
  if (weights) {
    checkSameLength('weights', weights, 'the outcomes', outcomes)
    checkWeights(weights)
  }
  if (offset) checkSameLength('offset', offset, 'the outcomes', outcomes)
  const logOdds = (beta: Float64Array, i: number) => {
    let eta = offset ? offset[i]! : 0
    for (let j = 0; j < columns; j++) eta += values[i * columns + j]! * beta[j]!
    return eta
  }
  const lossOf = (beta: Float64Array) => {
    let loss = 0
    for (let i = 0; i < rows; i++) {
      const eta = logOdds(beta, i)
      loss += (weights ? weights[i]! : 1) * (softplus(eta) - outcomes[i]! * eta)
    }
    for (const b of beta) loss += (ridge / 2) * b * b
    return loss
  }
  const information = matrix(columns, columns)
  const gradient = new Float64Array(columns)
  const factor = (beta: Float64Array) => {
    information.values.fill(0)
    gradient.fill(0)
    for (let i = 0; i < rows; i++) {
      const w = weights ? weights[i]! : 1
      const p = probabilityOf(logOdds(beta, i))
      for (let j = 0; j < columns; j++) {
        const x = values[i * columns + j]!
        gradient[j]! += w * (outcomes[i]! - p) * x
        const scaled = w * p * (1 - p) * x
        for (let k = 0; k < columns; k++) information.values[j * columns + k]! += scaled * values[i * columns + k]!
      }
    }
    for (let j = 0; j < columns; j++) {
      gradient[j]! -= ridge * beta[j]!
      information.values[j * columns + j]! += ridge
    }
    try {
      return cholesky(information)
    } catch (cause) {
      throw new LearningError(
        'data-insufficient',
        'logistic regression: the columns are linearly dependent or separate the classes; add a ridge',
        { cause },
      )
    }
  }
  let beta: Float64Array = new Float64Array(columns)
  let loss = lossOf(beta)
  let iterations = 0
  for (; iterations < 100; iterations++) {
    const step = choleskySolve(factor(beta), gradient)
    let scale = 1
    let next = beta.map((b, j) => b + step[j]!)
    let nextLoss = lossOf(next)
    while (!(nextLoss <= loss + 1e-12 * Math.abs(loss)) && scale > 1e-6) {
      scale /= 2
      next = beta.map((b, j) => b + scale * step[j]!)
      nextLoss = lossOf(next)
    }
    const moved = step.reduce((largest, s, j) => Math.max(largest, Math.abs(scale * s) / (1 + Math.abs(beta[j]!))), 0)
    beta = next
    loss = nextLoss
    if (moved < 1e-10) break
  }
  const l = factor(beta)
  const standardErrors = beta.map((_, j) => {
    const unit = new Float64Array(columns)
    unit[j] = 1
    return Math.sqrt(choleskySolve(l, unit)[j]!)
  })
  return { coefficients: beta, standardErrors, iterations }
}
