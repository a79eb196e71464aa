import { quantileOf, studentT } from '@counterpart/numerics'
import { InferenceError } from '../errors.ts'
import { outOfRange, requireCount, requireObservation } from './selection-goal.ts'

/** A long-run mean from one long run. */
export interface SteadyStateMean {
  readonly mean: number
  readonly halfWidth: number
  readonly batches: number
  /** Observations per batch. */
  readonly batchSize: number
  /** Correlation of neighbouring batch means; well above zero says that the batches are too short for the interval. */
  readonly correlation: number
  /** Observations left out at the beginning: the warm-up, and what did not fill a batch. */
  readonly left: number
}

/**
 * The mean of a stationary series with a confidence interval by batch means: the series is cut into `batches` (20) equal
 * pieces whose means are treated as independent. What does not fill a batch is left out at the beginning.
 *
 * Throws `InferenceError` (`shape-mismatch`) for fewer than two observations per batch; (`observation-invalid`).
 *
 * Source: B. Schmeiser, "Batch size effects in the analysis of simulation output", Oper. Res. 30 (1982) 556–568, whose
 * advice is 10 to 30 batches.
 */
export function batchMeans(
  observations: Float64Array,
  {
    batches = 20,
    level = 0.95,
    from = 0,
  }: { readonly batches?: number; readonly level?: number; readonly from?: number } = {},
): SteadyStateMean {
  requireCount('batches', batches, 2)
  requireCount('from', from, 0)
  if (!(level > 0 && level < 1)) throw outOfRange('level', level, 'a number between 0 and 1')
  const batchSize = Math.floor((observations.length - from) / batches)
  if (batchSize < 2)
    throw new InferenceError(
      'shape-mismatch',
      `${observations.length - from} observations in ${batches} batches; expected two per batch or more: run longer or use fewer batches`,
    )
  const left = observations.length - batches * batchSize
  const means = meansOf(observations, left, batchSize)
  const mean = means.reduce((sum, m) => sum + m, 0) / batches
  let squares = 0
  let products = 0
  for (let b = 0; b < batches; b++) {
    squares += (means[b]! - mean) ** 2
    if (b > 0) products += (means[b]! - mean) * (means[b - 1]! - mean)
  }
  const error = Math.sqrt(squares / (batches - 1) / batches)
  return {
    mean,
    halfWidth: quantileOf(studentT(batches - 1), 0.5 + level / 2) * error,
    batches,
    batchSize,
    correlation: squares > 0 ? products / squares : 0,
    left,
  }
}

/** Where the warm-up ends. */
export interface WarmUp {
  /** Observations to leave out at the beginning, a multiple of the batch size. */
  readonly length: number
  /** Whether the search ended inside the first half; if not, the series is too short to tell. */
  readonly found: boolean
  /** The value of the criterion there: the squared standard error of the mean of what is left, as if it were independent. */
  readonly criterion: number
}

/**
 * The end of the warm-up by the marginal standard error rule (MSER-5): the series is averaged in batches of five, and
 * the batches left out are those whose removal makes the standard error of the mean of the rest smallest. Only the first
 * half may go: a minimum at its end means that no stationary part was seen. Of equal minima the first counts. Linear in
 * the length of the series.
 *
 * Throws `InferenceError` (`shape-mismatch`) for fewer than four batches; (`observation-invalid`).
 *
 * Source: K. P. White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69 (1997)
 * 323–334; K. P. White, M. J. Cobb, S. C. Spratt, "A comparison of five steady-state truncation heuristics for
 * simulation", Proc. 2000 Winter Simulation Conference, 755–760.
 */
export function warmUpLength(observations: Float64Array, batchSize = 5): WarmUp {
  requireCount('batchSize', batchSize, 1)
  const count = Math.floor(observations.length / batchSize)
  if (count < 4)
    throw new InferenceError(
      'shape-mismatch',
      `${observations.length} observations in batches of ${batchSize}; expected four batches or more`,
    )
  const means = meansOf(observations.subarray(0, count * batchSize), 0, batchSize)
  const last = Math.floor(count / 2)
  // From the end to the front, so that each truncation adds one batch to the running moments.
  let n = 0
  let mean = 0
  let squares = 0
  let best = { batch: 0, criterion: Number.POSITIVE_INFINITY }
  for (let b = count - 1; b >= 0; b--) {
    n++
    const d = means[b]! - mean
    mean += d / n
    squares += d * (means[b]! - mean)
    const criterion = squares / (n * n)
    if (b <= last && criterion <= best.criterion) best = { batch: b, criterion }
  }
  return { length: best.batch * batchSize, found: best.batch < last, criterion: best.criterion }
}

function meansOf(observations: Float64Array, from: number, size: number): Float64Array {
  const means = new Float64Array(Math.floor((observations.length - from) / size))
  for (let b = 0; b < means.length; b++) {
    let sum = 0
    for (let i = 0; i < size; i++) {
      const at = from + b * size + i
      requireObservation(observations[at]!, 0, at)
      sum += observations[at]!
    }
    means[b] = sum / size
  }
  return means
}
