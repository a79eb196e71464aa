import {
  cholesky,
  type Distribution,
  logNormal,
  type Matrix,
  matrix,
  normalCumulative,
  normalQuantile,
  portableLog,
  type RandomStream,
  solveLower,
  solveLowerTransposed,
} from '@counterpart/numerics'
import { InferenceError } from '../errors.ts'

/** Service times seen, one entry (and one column of covariates) per person. */
export interface ServiceRecord {
  /** How long the service took, or has taken so far, > 0, in any unit of time. */
  readonly durations: Float64Array
  /** 1 for a person still in service, whose duration is only a lower bound; 0 for one who is finished. */
  readonly censored: Uint8Array
  /** One row per covariate, one column per person, without the intercept; best centred and of about unit spread. */
  readonly covariates?: Matrix
}

/** Draws from the posterior of a log-normal service time: one column per draw. */
export interface ServiceTimes {
  readonly draws: number
  /** The intercept, then one row per covariate: ln of the median is intercept + Σ coefficient·covariate. */
  readonly coefficients: Matrix
  /** One per draw: the standard deviation of the logarithm. */
  readonly logStandardDeviations: Float64Array
}

/**
 * The posterior of a log-normal service time with covariates, from finished services and those still going on.
 *
 * ln T = x·β + σ·ε. Leaving those in service out would make services look short; here their ends are drawn anew in each
 * sweep, above what has passed. Priors: β normal around 0 with standard deviation 10σ (intercept: 1000σ), and σ² worth
 * one observation of 0.25. Sampled by data augmentation, 200 sweeps to warm up and two per kept draw.
 *
 * Throws `InferenceError` (`shape-mismatch`, `observation-invalid`, `argument-out-of-range`).
 *
 * Sources: M. A. Tanner, W. H. Wong, "The calculation of posterior distributions by data
 * augmentation", J. Am. Stat. Assoc. 82 (1987) 528–540; A. Gelman et al., "Bayesian data analysis", 3rd ed., section
 * 14.8 (conjugate regression).
 *
 * @example
 * ```ts
 * const times = estimateServiceTimes({ durations, censored }, { stream: randomStream('treatment'), draws: 500 })
 * const first = serviceTimeOf(times, 0) // a Distribution
 * ```
 */
export function estimateServiceTimes(
  record: ServiceRecord,
  { stream, draws = 400 }: { readonly stream: RandomStream; readonly draws?: number },
): ServiceTimes {
  requireRecord(record, draws)
  const { durations, censored, covariates } = record
  const n = durations.length
  const p = 1 + (covariates?.rows ?? 0)
  const x = (row: number, i: number) => (row === 0 ? 1 : covariates!.values[(row - 1) * n + i]!)
  const logs = durations.map((d) => portableLog(d))

  const precision = matrix(p, p)
  const finished = { product: new Float64Array(p), square: 0 }
  const open: number[] = []
  for (let a = 0; a < p; a++) precision.values[a * p + a] = a === 0 ? 1e-6 : 0.01
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < p; a++) {
      for (let b = 0; b <= a; b++) precision.values[a * p + b]! += x(a, i) * x(b, i)
      if (!censored[i]) finished.product[a]! += x(a, i) * logs[i]!
    }
    if (censored[i]) open.push(i)
    else finished.square += logs[i]! ** 2
  }
  const factor = cholesky(precision)

  const beta = new Float64Array(p)
  let sigma = 1
  beta[0] = logs.reduce((sum, l) => sum + l, 0) / n
  const product = new Float64Array(p)
  const scratch = new Float64Array(p)
  const kept: ServiceTimes = {
    draws,
    coefficients: matrix(p, draws),
    logStandardDeviations: new Float64Array(draws),
  }
  const warmUp = 200
  for (let sweep = 0; sweep < warmUp + 2 * draws; sweep++) {
    product.set(finished.product)
    let square = finished.square
    for (const i of open) {
      let centre = 0
      for (let a = 0; a < p; a++) centre += beta[a]! * x(a, i)
      const z = centre + sigma * normalAbove((logs[i]! - centre) / sigma, stream)
      square += z * z
      for (let a = 0; a < p; a++) product[a]! += x(a, i) * z
    }
    // σ² with β integrated out, then β given σ²: the mean is A⁻¹Xᵀz, and zᵀz − meanᵀ·A·mean the residual square.
    solveLower(factor, product, scratch)
    const residual = Math.max(0, square - scratch.reduce((sum, v) => sum + v * v, 0))
    sigma = Math.sqrt((0.25 + residual) / (2 * stream.gamma((1 + n) / 2)))
    for (let a = 0; a < p; a++) scratch[a]! += sigma * stream.normal()
    solveLowerTransposed(factor, scratch, beta)
    const draw = (sweep - warmUp - 1) / 2
    if (draw < 0 || !Number.isInteger(draw)) continue
    for (let a = 0; a < p; a++) kept.coefficients.values[a * draws + draw] = beta[a]!
    kept.logStandardDeviations[draw] = sigma
  }
  return kept
}

/** The service time of a person with these covariates (none needed without), according to one draw. */
export function serviceTimeOf(times: ServiceTimes, draw: number, covariates: readonly number[] = []): Distribution {
  const { coefficients, draws, logStandardDeviations } = times
  if (!Number.isInteger(draw) || draw < 0 || draw >= draws)
    throw new InferenceError('argument-out-of-range', `draw ${draw}; expected one from 0 to ${draws - 1}`)
  if (covariates.length !== coefficients.rows - 1)
    throw new InferenceError(
      'shape-mismatch',
      `${covariates.length} covariates; expected ${coefficients.rows - 1}, as the estimate had`,
    )
  let logMedian = coefficients.values[draw]!
  covariates.forEach((value, a) => {
    logMedian += value * coefficients.values[(a + 1) * draws + draw]!
  })
  return logNormal(logMedian, logStandardDeviations[draw]!)
}

/** A standard normal above `low`, by inversion of the upper tail, which keeps its digits far out. */
function normalAbove(low: number, stream: RandomStream): number {
  const tail = normalCumulative(-low)
  // Beyond 37 standard deviations the tail underflows; there the excess is exponential with rate `low`.
  if (tail < 1e-300) return low + stream.exponential() / low
  return -normalQuantile(stream.uniform() * tail)
}

function requireRecord({ durations, censored, covariates }: ServiceRecord, draws: number): void {
  const n = durations.length
  if (!Number.isInteger(draws) || draws < 1)
    throw new InferenceError('argument-out-of-range', `draws is ${draws}; expected an integer of 1 or more`)
  if (n < 2 || censored.length !== n || (covariates !== undefined && covariates.columns !== n))
    throw new InferenceError(
      'shape-mismatch',
      `${n} durations, ${censored.length} marks of censoring and ${covariates?.columns ?? n} columns of covariates; expected as many of each, 2 or more`,
    )
  for (let i = 0; i < n; i++)
    if (!(durations[i]! > 0 && durations[i]! < Number.POSITIVE_INFINITY))
      throw new InferenceError('observation-invalid', `duration ${i} is ${durations[i]}; expected a positive number`)
  covariates?.values.forEach((value, i) => {
    if (!Number.isFinite(value))
      throw new InferenceError('observation-invalid', `covariate ${Math.floor(i / n)} of person ${i % n} is ${value}`)
  })
  if (censored.every((c) => c !== 0))
    throw new InferenceError('observation-invalid', 'nobody has finished; expected at least one finished service')
}
