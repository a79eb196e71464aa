import { leastSquares, matrix } from '@counterpart/numerics'

export interface LeastSquaresProblem {
  readonly parameters: number
  readonly residuals: number
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** Residuals at a point, and row by row how they change with each parameter; false where there is no solution. */
  evaluate(point: Float64Array, residuals: Float64Array, jacobian: Float64Array): boolean
}

export interface LeastSquaresSolution {
  readonly point: Float64Array
  readonly residuals: Float64Array
  readonly jacobian: Float64Array
  readonly sumOfSquares: number
  readonly iterations: number
  readonly converged: boolean
}

/**
 * Least squares within bounds by Levenberg and Marquardt's method: damping by the gain ratio (Nielsen 1999; Madsen,
 * Nielsen, Tingleff, Methods for Non-Linear Least Squares Problems, 2004, algorithm 3.16), columns in their own scales
 * (Moré 1978). Parameters at a bound that the slope pushes against rest; others are cut short there.
 *
 * `undefined` if the residuals cannot be had at the starting point.
 */
export function levenbergMarquardt(
  problem: LeastSquaresProblem,
  start: Float64Array,
  maximumIterations: number,
): LeastSquaresSolution | undefined {
  const { parameters: p, residuals: m, lower, upper } = problem
  let point = start.map((value, j) => Math.min(upper[j]!, Math.max(lower[j]!, value)))
  let residuals = new Float64Array(m)
  let jacobian = new Float64Array(m * p)
  let trialResiduals = new Float64Array(m)
  let trialJacobian = new Float64Array(m * p)
  if (!problem.evaluate(point, residuals, jacobian)) return undefined
  let sum = squares(residuals)
  const scales = new Float64Array(p)
  const slope = new Float64Array(p)
  let damping = 1e-3
  let growth = 2
  let iterations = 0
  let converged = false
  while (iterations < maximumIterations && !converged) {
    iterations++
    const free: number[] = []
    let steepest = 0
    for (let j = 0; j < p; j++) {
      let norm = 0
      slope[j] = 0
      for (let i = 0; i < m; i++) {
        const entry = jacobian[i * p + j]!
        norm += entry * entry
        slope[j]! += entry * residuals[i]!
      }
      scales[j] = Math.max(scales[j]!, Math.sqrt(norm))
      const rests = (point[j] === lower[j] && slope[j]! > 0) || (point[j] === upper[j] && slope[j]! < 0)
      if (rests || scales[j] === 0) continue
      free.push(j)
      // The cosine between the residuals and what this parameter can do about them.
      if (sum > 0) steepest = Math.max(steepest, Math.abs(slope[j]!) / (scales[j]! * Math.sqrt(sum)))
    }
    if (free.length === 0 || steepest < 1e-9) {
      converged = true
      break
    }
    const step = dampedStep(free)
    const trial = point.slice()
    for (const [k, j] of free.entries()) trial[j] = Math.min(upper[j]!, Math.max(lower[j]!, point[j]! + step[k]!))
    let predicted = 0
    let length = 0
    for (let i = 0; i < m; i++) {
      let change = 0
      for (const j of free) change += jacobian[i * p + j]! * (trial[j]! - point[j]!)
      predicted -= change * (2 * residuals[i]! + change)
    }
    for (const j of free) length = Math.max(length, Math.abs(trial[j]! - point[j]!) / (Math.abs(point[j]!) + 1e-8))
    const solved = problem.evaluate(trial, trialResiduals, trialJacobian)
    const trialSum = solved ? squares(trialResiduals) : Number.POSITIVE_INFINITY
    if (trialSum < sum) {
      const gain = predicted > 0 ? (sum - trialSum) / predicted : 1
      if (sum - trialSum <= 1e-10 * sum && length < 1e-6) converged = true
      point = trial
      ;[residuals, trialResiduals, jacobian, trialJacobian] = [trialResiduals, residuals, trialJacobian, jacobian]
      sum = trialSum
      damping *= Math.max(1 / 3, 1 - (2 * gain - 1) ** 3)
      growth = 2
    } else {
      // No better place within the resolution of the solution.
      if (length < 1e-9) converged = true
      damping *= growth
      growth *= 2
      if (!(damping < 1e60)) break
    }
  }
  return { point, residuals, jacobian, sumOfSquares: sum, iterations, converged }

  function dampedStep(free: readonly number[]): Float64Array {
    const columns = free.length
    const design = matrix(m + columns, columns)
    const target = new Float64Array(m + columns)
    for (let i = 0; i < m; i++) {
      for (const [k, j] of free.entries()) design.values[i * columns + k] = jacobian[i * p + j]! / scales[j]!
      target[i] = -residuals[i]!
    }
    for (let k = 0; k < columns; k++) design.values[(m + k) * columns + k] = Math.sqrt(damping)
    const { coefficients } = leastSquares(design, target)
    return coefficients.map((value, k) => value / scales[free[k]!]!)
  }
}

function squares(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value * value
  return sum
}
