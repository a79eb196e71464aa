import { type Matrix, matrix, type RandomStream } from '@counterpart/numerics'
import { type Localisation, perturbedObservationAnalysis, squareRootAnalysis } from './ensemble-kalman.ts'
import { InferenceError } from './errors.ts'
import { compareWithPrediction, type Innovation, type MeasuredValues, type OutlierCheck } from './observations.ts'
import { type Transform, toBounded, toUnbounded } from './transforms.ts'

/** A model to be calibrated: members in (one row per parameter), predictions out (one row per observation). */
export type ForwardModel = (members: Matrix) => Matrix

/** How a calibration by repeated assimilation is run. */
export interface CalibrationOptions {
  /** All randomness comes from here: the same names give the same bytes. */
  readonly stream: RandomStream
  /**
   * In how many steps the observations are taken in (default 4), or the factors by which their error variances are
   * multiplied in each step, whose reciprocals add to 1. More steps follow a more strongly curved model.
   */
  readonly steps?: number | readonly number[]
  /** `perturbed` (default) as published, or `square-root`, which adds no sampling noise of its own. */
  readonly update?: 'perturbed' | 'square-root'
  /** One per parameter: how it is stretched to the whole line while it is moved. None means all as they are. */
  readonly transforms?: readonly Transform[]
  readonly localisation?: Localisation
  /** Checked once, against the predictions of the prior. */
  readonly outliers?: OutlierCheck
}

/** A calibrated ensemble, with how the fit went. */
export interface Calibration {
  /** One row per parameter, one column per member, inside the bounds of the transforms. */
  readonly posterior: Matrix
  /** The model run on the posterior. */
  readonly predicted: Matrix
  /**
   * The mean over members of Σ(observed − predicted)²/variance, divided by the number of observations: before the first
   * step, after each step. Around 1 at the end when the model can explain the observations.
   */
  readonly misfits: readonly number[]
  /** Observations against predictions of the prior, with the error variances that were used. */
  readonly priorInnovations: readonly Innovation[]
}

/**
 * Calibrates parameters against observations by an ensemble smoother with multiple data assimilation (ES-MDA): the same
 * observations are taken in several times with enlarged errors, running the model anew before each step.
 *
 * `prior`: one row per parameter, one column per member; unweighted. The model is run `steps + 1` times on all members.
 * For a linear model and Gaussian prior the result samples the exact posterior; for others it is approximate. Throws
 * `InferenceError`.
 *
 * Source: A. A. Emerick, A. C. Reynolds, "Ensemble smoother with multiple data assimilation", Computers & Geosciences 55
 * (2013) 3–15, section 3; the form without perturbed observations: A. A. Emerick, "Deterministic ensemble smoother with
 * multiple data assimilation as an alternative for history-matching seismic data", Comput. Geosci. 22 (2018) 1175–1186.
 *
 * @example
 * ```ts
 * const { posterior } = calibrate(prior, (members) => simulate(members), measured, {
 *   stream: randomStream('calibration', subject.id),
 *   transforms: [{ kind: 'log' }, { kind: 'logit', lower: 0, upper: 1 }],
 * })
 * ```
 */
export function calibrate(
  prior: Matrix,
  forward: ForwardModel,
  measured: MeasuredValues,
  options: CalibrationOptions,
): Calibration {
  const factors = stepFactors(options.steps ?? 4)
  const transforms = options.transforms ?? Array.from({ length: prior.rows }, () => ({ kind: 'identity' }) as const)
  const run = (members: Matrix): Matrix => {
    const predicted = forward(members)
    if (predicted.columns !== prior.columns)
      throw new InferenceError(
        'shape-mismatch',
        `the model returned predictions for ${predicted.columns} members; expected ${prior.columns}`,
      )
    return predicted
  }

  let state = toUnbounded(prior, transforms)
  let members = matrix(prior.rows, prior.columns, prior.values.slice())
  let predicted = run(members)
  const priorInnovations = compareWithPrediction(predicted, measured, undefined, options.outliers)
  const variances = Float64Array.from(priorInnovations, (innovation) => innovation.usedVariance)
  const misfits = [misfit(predicted, measured.values, variances)]
  factors.forEach((factor, step) => {
    const enlarged = { values: measured.values, variances: variances.map((variance) => factor * variance) }
    const { localisation } = options
    state = (
      options.update === 'square-root'
        ? squareRootAnalysis(state, predicted, enlarged, { localisation })
        : perturbedObservationAnalysis(state, predicted, enlarged, options.stream.substream('step', step), {
            localisation,
          })
    ).posterior
    members = toBounded(state, transforms)
    predicted = run(members)
    misfits.push(misfit(predicted, measured.values, variances))
  })
  return { posterior: members, predicted, misfits, priorInnovations }
}

function stepFactors(steps: number | readonly number[]): readonly number[] {
  if (typeof steps === 'number') {
    if (!Number.isInteger(steps) || steps < 1)
      throw new InferenceError('argument-out-of-range', `steps is ${steps}; expected an integer of 1 or more`)
    return new Array<number>(steps).fill(steps)
  }
  const total = steps.reduce((sum, factor) => sum + (factor >= 1 ? 1 / factor : Number.NaN), 0)
  if (!(Math.abs(total - 1) < 1e-6))
    throw new InferenceError(
      'argument-out-of-range',
      `the reciprocals of the step factors ${steps.join(', ')} add to ${total}; expected factors of 1 or more whose reciprocals add to 1`,
    )
  return steps
}

function misfit(predicted: Matrix, values: Float64Array, variances: Float64Array): number {
  const size = predicted.columns
  let sum = 0
  let count = 0
  for (let j = 0; j < predicted.rows; j++) {
    if (variances[j] === Number.POSITIVE_INFINITY) continue
    count++
    for (let m = 0; m < size; m++) sum += (values[j]! - predicted.values[j * size + m]!) ** 2 / variances[j]!
  }
  return count === 0 ? 0 : sum / (size * count)
}
