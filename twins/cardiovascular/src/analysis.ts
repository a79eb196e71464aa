import { compareWithPrediction, squareRootAnalysis } from '@counterpart/inference'
import { type Matrix, matrix } from '@counterpart/numerics'

/** One measured value. */
export interface Datum {
  readonly value: number
  /** Error variance about the truth, the emulator's included. */
  readonly variance: number
}

/** Beyond this many standard deviations from its prediction a reading's pull no longer grows. */
export const surprisingBeyond = 2.5

/**
 * Conditions an ensemble (one row per variable) on data by the serial square-root ensemble Kalman filter, which draws
 * no perturbed observations and so adds no sampling noise.
 *
 * Where the data are much sharper than the prediction, the map from parameters to data bends over the spread of the
 * members; then the likelihood is brought in over two or four steps with its variance multiplied by their number
 * (ES-MDA, Emerick & Reynolds, Comput Geosci 2013;55:3), predicting anew in between.
 *
 * A datum more than 2.5 standard deviations from its prediction has its variance raised until it is just that far: a
 * failing cuff pulls with bounded force, while readings that go on saying the same win in the end.
 *
 * @param predict predictions for a state, one row per datum
 * @returns the conditioned state, and how far off each datum was in standard deviations before
 */
export function condition(
  state: Matrix,
  data: readonly Datum[],
  predict: (state: Matrix) => Matrix,
): { readonly state: Matrix; readonly surprises: readonly number[] } {
  if (data.length === 0) return { state, surprises: [] }
  const values = Float64Array.from(data, ({ value }) => value)
  const stated = Float64Array.from(data, ({ variance }) => variance)
  let predicted = predict(state)
  const innovations = compareWithPrediction(predicted, { values, variances: stated }, undefined, {
    limit: surprisingBeyond,
  })
  const sharpest = Math.max(
    ...innovations.map(({ predictedVariance, usedVariance }) => predictedVariance / usedVariance),
  )
  const steps = sharpest > 4 ? 4 : sharpest > 1 ? 2 : 1
  const variances = Float64Array.from(innovations, ({ usedVariance }) => usedVariance * steps)
  let now = state
  for (let step = 0; step < steps; step++) {
    if (step > 0) predicted = predict(now)
    now = squareRootAnalysis(now, predicted, { values, variances }).posterior
  }
  return { state: now, surprises: innovations.map(({ standardised }) => standardised) }
}

/** Rows put together to a matrix. */
export function rowsOf(rows: readonly Float64Array[], columns: number): Matrix {
  const result = matrix(rows.length, columns)
  for (const [j, row] of rows.entries()) result.values.set(row, j * columns)
  return result
}
