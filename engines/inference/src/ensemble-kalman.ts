import {
  cholesky,
  choleskyLogDeterminant,
  type Matrix,
  matrix,
  portableLog,
  type RandomStream,
  solveLower,
  solveLowerTransposed,
} from '@counterpart/numerics'
import { InferenceError } from './errors.ts'
import {
  compareWithPrediction,
  type Innovation,
  type MeasuredValues,
  type MemberShares,
  memberShares,
  type OutlierCheck,
  shareCovariance,
  shareMean,
} from './observations.ts'

/** How far an observation reaches: factors from 0 (no influence) to 1 (full) on sample covariances. */
export interface Localisation {
  /** One row per variable, one column per observation. */
  readonly variables: Matrix
  /** One row and one column per observation, symmetric with ones on the diagonal; none means all ones. */
  readonly observations?: Matrix
}

/** What both forms of the analysis can be told. */
export interface AnalysisOptions {
  /** One per member, any positive sum; none means all alike. The analysis moves members and leaves weights as they are. */
  readonly weights?: Float64Array
  /** Multiplies the members' distance from their mean before the analysis (≥ 1; default 1). */
  readonly inflation?: number
  /**
   * Relaxation to the prior spread, α in [0, 1] (default 0): afterwards each variable's spread σₐ becomes
   * σₐ + α(σ_b − σₐ), σ_b being its spread in the ensemble as given.
   */
  readonly relaxation?: number
  readonly localisation?: Localisation
  /** Checks each observation against its prediction and bounds the pull of outliers. */
  readonly outliers?: OutlierCheck
}

/** An ensemble after it has taken in observations. */
export interface Analysis {
  /** One row per variable, one column per member. */
  readonly posterior: Matrix
  /** The predictions, moved along as if they were variables: what the posterior says each observation should have been. */
  readonly predicted: Matrix
  /** One per observation, before the analysis. */
  readonly innovations: readonly Innovation[]
  /** Natural logarithm of the density of the observations under the prior (Gaussian, ensemble moments, used variances). */
  readonly logEvidence: number
}

/**
 * Ensemble Kalman analysis without random numbers: the serial ensemble square-root filter.
 *
 * `prior`: one row per variable, one column per member (an ensemble's `values`). `predicted`: one row per observation,
 * one column per member: what each member says the observation should be, without measurement error. For linear
 * predictions the posterior's mean and covariance are exactly those of the Kalman filter with the ensemble's moments.
 * Nothing given is changed.
 *
 * Throws `InferenceError` (`shape-mismatch`, `observation-invalid`, `prediction-invalid`, `argument-out-of-range`).
 *
 * Source: J. S. Whitaker, T. M. Hamill, "Ensemble data assimilation without perturbed observations", Mon. Wea. Rev. 130
 * (2002) 1913–1924, eqs. 10 and 13; relaxation: the same, "Evaluating methods to account for system errors in ensemble
 * data assimilation", ibid. 140 (2012) 3078–3089, eq. 2.
 *
 * @example
 * ```ts
 * const { posterior } = squareRootAnalysis(prior, predicted, {
 *   values: Float64Array.of(92), variances: Float64Array.of(9),
 * })
 * ```
 */
export function squareRootAnalysis(
  prior: Matrix,
  predicted: Matrix,
  measured: MeasuredValues,
  options: AnalysisOptions = {},
): Analysis {
  const work = begin(prior, predicted, measured, options)
  const { share, state, forecast, innovations } = work
  const size = prior.columns
  const { localisation } = options
  let logEvidence = 0
  const anomaly = new Float64Array(size)
  for (let j = 0; j < predicted.rows; j++) {
    const variance = innovations[j]!.usedVariance
    if (variance === Number.POSITIVE_INFINITY) continue
    const row = forecast.values.subarray(j * size, (j + 1) * size)
    const centre = shareMean(row, share.values)
    for (let m = 0; m < size; m++) anomaly[m] = row[m]! - centre
    const total = shareCovariance(row, centre, row, centre, share) + variance
    const difference = measured.values[j]! - centre
    logEvidence -= 0.5 * (portableLog(2 * Math.PI * total) + (difference * difference) / total)
    const reduction = 1 / (1 + Math.sqrt(variance / total))
    update(state, anomaly, difference, total, reduction, share, localisation?.variables, j)
    update(forecast, anomaly, difference, total, reduction, share, localisation?.observations, j)
  }
  relax(prior, state, share, options.relaxation ?? 0)
  return { posterior: state, predicted: forecast, innovations, logEvidence }
}

/**
 * Ensemble Kalman analysis with perturbed observations: each member takes in the observations with its own draw of
 * their errors. The draws are centred, so that they do not shift the mean; their sample variance (divisor n − 1) is still
 * the stated one on average.
 *
 * Arguments, shapes and errors as for `squareRootAnalysis`; the draws come from `stream`, and the same stream names
 * give the same bytes. All observations are taken in at once, by a Cholesky factorisation of the innovation covariance.
 *
 * Source: G. Burgers, P. J. van Leeuwen, G. Evensen, "Analysis scheme in the ensemble Kalman filter", Mon. Wea. Rev.
 * 126 (1998) 1719–1724; centring: G. Evensen, Ocean Dynamics 54 (2004) 539–560.
 */
export function perturbedObservationAnalysis(
  prior: Matrix,
  predicted: Matrix,
  measured: MeasuredValues,
  stream: RandomStream,
  options: AnalysisOptions = {},
): Analysis {
  const work = begin(prior, predicted, measured, options)
  const { share, state, forecast, innovations } = work
  const size = prior.columns
  const used: number[] = []
  for (let j = 0; j < predicted.rows; j++) if (innovations[j]!.usedVariance !== Number.POSITIVE_INFINITY) used.push(j)
  const count = used.length
  const stateAnomalies = anomaliesOf(state, share)
  const forecastAnomalies = anomaliesOf(forecast, share)

  const taper = options.localisation?.observations
  const innovationCovariance = matrix(count, count)
  for (let a = 0; a < count; a++)
    for (let b = 0; b <= a; b++) {
      const i = used[a]!
      const j = used[b]!
      let value = anomalyCovariance(forecastAnomalies.values, i, forecastAnomalies.values, j, size, share)
      if (taper !== undefined) value *= taper.values[i * predicted.rows + j]!
      innovationCovariance.values[a * count + b] = value + (a === b ? innovations[i]!.usedVariance : 0)
    }
  const factor = cholesky(innovationCovariance)

  // Column m of `pull` becomes S⁻¹(y + ε_m − Hx_m), kept as rows of one member each.
  const pull = matrix(size, count)
  const error = new Float64Array(size)
  const meanDifference = new Float64Array(count)
  for (let a = 0; a < count; a++) {
    const j = used[a]!
    stream.fillNormal(error)
    const centre = shareMean(error, share.values)
    const scale = Math.sqrt(innovations[j]!.usedVariance)
    for (let m = 0; m < size; m++) {
      const difference = measured.values[j]! - forecast.values[j * size + m]!
      pull.values[m * count + a] = difference + (error[m]! - centre) * scale
      meanDifference[a]! += share.values[m]! * difference
    }
  }
  for (let m = 0; m < size; m++) {
    const row = pull.values.subarray(m * count, (m + 1) * count)
    solveLower(factor, row, row)
    solveLowerTransposed(factor, row, row)
  }
  const whitened = solveLower(factor, meanDifference)
  let logEvidence = -0.5 * (count * portableLog(2 * Math.PI) + choleskyLogDeterminant(factor))
  for (const value of whitened) logEvidence -= 0.5 * value * value

  addPull(state, stateAnomalies, forecastAnomalies, used, pull, share, options.localisation?.variables)
  addPull(forecast, forecastAnomalies, forecastAnomalies, used, pull, share, taper)
  relax(prior, state, share, options.relaxation ?? 0)
  return { posterior: state, predicted: forecast, innovations, logEvidence }
}

/**
 * The compactly supported correlation function of Gaspari and Cohn: 1 at distance 0, 0 from `2 · halfWidth` on, close to
 * a Gaussian between. For localisation by distance (in space or in time), in the unit of `halfWidth`.
 *
 * Source: G. Gaspari, S. E. Cohn, "Construction of correlation functions in two and three dimensions", Q. J. R.
 * Meteorol. Soc. 125 (1999) 723–757, eq. 4.10.
 */
export function gaspariCohn(distance: number, halfWidth: number): number {
  if (!(halfWidth > 0))
    throw new InferenceError(
      'argument-out-of-range',
      `gaspariCohn: half-width ${halfWidth}; expected a positive number`,
    )
  const r = Math.abs(distance) / halfWidth
  if (r >= 2) return 0
  if (r <= 1) return 1 + r * r * (-5 / 3 + r * (5 / 8 + r * (1 / 2 - r / 4)))
  return Math.max(0, 4 + r * (-5 + r * (5 / 3 + r * (5 / 8 + r * (-1 / 2 + r / 12)))) - 2 / (3 * r))
}

interface Work {
  readonly share: MemberShares
  readonly state: Matrix
  readonly forecast: Matrix
  readonly innovations: readonly Innovation[]
}

function begin(prior: Matrix, predicted: Matrix, measured: MeasuredValues, options: AnalysisOptions): Work {
  const { inflation = 1, relaxation = 0, localisation } = options
  if (prior.columns !== predicted.columns)
    throw new InferenceError(
      'shape-mismatch',
      `the ensemble has ${prior.columns} members and the predictions ${predicted.columns}; expected as many`,
    )
  if (prior.columns < 2)
    throw new InferenceError(
      'argument-out-of-range',
      `an ensemble of ${prior.columns} has no spread; expected 2 or more`,
    )
  if (!(inflation >= 1))
    throw new InferenceError('argument-out-of-range', `inflation is ${inflation}; expected 1 or more`)
  if (!(relaxation >= 0 && relaxation <= 1))
    throw new InferenceError('argument-out-of-range', `relaxation is ${relaxation}; expected one from 0 to 1`)
  if (localisation !== undefined) {
    requireTaper('variables', localisation.variables, prior.rows, predicted.rows)
    if (localisation.observations !== undefined)
      requireTaper('observations', localisation.observations, predicted.rows, predicted.rows)
  }
  const share = memberShares(prior.columns, options.weights)
  const state = matrix(prior.rows, prior.columns, prior.values.slice())
  const forecast = matrix(predicted.rows, predicted.columns, predicted.values.slice())
  if (inflation !== 1) {
    scaleAnomalies(state, share, inflation)
    scaleAnomalies(forecast, share, inflation)
  }
  const innovations = compareWithPrediction(forecast, measured, options.weights, options.outliers)
  return { share, state, forecast, innovations }
}

function requireTaper(what: string, taper: Matrix, rows: number, columns: number): void {
  if (taper.rows !== rows || taper.columns !== columns)
    throw new InferenceError(
      'shape-mismatch',
      `localisation.${what} is ${taper.rows} × ${taper.columns}; expected ${rows} × ${columns}`,
    )
}

/** Moves each row's mean by the gain times the difference, and shrinks its anomalies by the reduced gain. */
function update(
  target: Matrix,
  anomaly: Float64Array,
  difference: number,
  total: number,
  reduction: number,
  share: MemberShares,
  taper: Matrix | undefined,
  observation: number,
): void {
  const size = target.columns
  const values = target.values
  const w = share.values
  for (let v = 0; v < target.rows; v++) {
    const reach = taper === undefined ? 1 : taper.values[v * taper.columns + observation]!
    if (reach === 0) continue
    const start = v * size
    // The anomalies of the observation add to zero under the weights, so the row's own mean drops out of the product.
    let sum = 0
    for (let m = 0; m < size; m++) sum += w[m]! * values[start + m]! * anomaly[m]!
    const gain = (reach * sum) / (share.divisor * total)
    const shift = gain * difference
    const reduced = reduction * gain
    for (let m = 0; m < size; m++) values[start + m]! += shift - reduced * anomaly[m]!
  }
}

function addPull(
  target: Matrix,
  targetAnomalies: Matrix,
  forecastAnomalies: Matrix,
  used: readonly number[],
  pull: Matrix,
  share: MemberShares,
  taper: Matrix | undefined,
): void {
  const size = target.columns
  const count = used.length
  const gainRow = new Float64Array(count)
  for (let v = 0; v < target.rows; v++) {
    for (let a = 0; a < count; a++) {
      const j = used[a]!
      const reach = taper === undefined ? 1 : taper.values[v * taper.columns + j]!
      gainRow[a] =
        reach === 0 ? 0 : reach * anomalyCovariance(targetAnomalies.values, v, forecastAnomalies.values, j, size, share)
    }
    for (let m = 0; m < size; m++) {
      let sum = 0
      for (let a = 0; a < count; a++) sum += gainRow[a]! * pull.values[m * count + a]!
      target.values[v * size + m]! += sum
    }
  }
}

function anomaliesOf(ensemble: Matrix, share: MemberShares): Matrix {
  const size = ensemble.columns
  const result = matrix(ensemble.rows, size)
  for (let v = 0; v < ensemble.rows; v++) {
    const row = ensemble.values.subarray(v * size, (v + 1) * size)
    const centre = shareMean(row, share.values)
    for (let m = 0; m < size; m++) result.values[v * size + m] = row[m]! - centre
  }
  return result
}

function anomalyCovariance(
  x: Float64Array,
  rowX: number,
  y: Float64Array,
  rowY: number,
  size: number,
  share: MemberShares,
): number {
  let sum = 0
  const w = share.values
  const startX = rowX * size
  const startY = rowY * size
  for (let m = 0; m < size; m++) sum += w[m]! * x[startX + m]! * y[startY + m]!
  return sum / share.divisor
}

function scaleAnomalies(ensemble: Matrix, share: MemberShares, factor: number): void {
  for (let v = 0; v < ensemble.rows; v++) scaleRow(ensemble, v, share, factor)
}

function scaleRow(ensemble: Matrix, v: number, share: MemberShares, factor: number): void {
  const row = ensemble.values.subarray(v * ensemble.columns, (v + 1) * ensemble.columns)
  const centre = shareMean(row, share.values)
  for (let m = 0; m < row.length; m++) row[m] = centre + factor * (row[m]! - centre)
}

function relax(prior: Matrix, posterior: Matrix, share: MemberShares, relaxation: number): void {
  if (relaxation === 0) return
  const size = prior.columns
  for (let v = 0; v < prior.rows; v++) {
    const before = spread(prior.values.subarray(v * size, (v + 1) * size), share)
    const after = spread(posterior.values.subarray(v * size, (v + 1) * size), share)
    if (after > 0) scaleRow(posterior, v, share, 1 + (relaxation * (before - after)) / after)
  }
}

function spread(row: Float64Array, share: MemberShares): number {
  const centre = shareMean(row, share.values)
  return Math.sqrt(shareCovariance(row, centre, row, centre, share))
}
