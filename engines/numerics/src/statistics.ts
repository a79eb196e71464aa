import { NumericsError } from './errors.ts'
import { type Matrix, matrix, requireLength } from './matrix.ts'

/** A distribution in six figures: the mean, the median, and the central 50 % and 90 %. */
export interface SampleSummary {
  readonly mean: number
  readonly p05: number
  readonly p25: number
  readonly p50: number
  readonly p75: number
  readonly p95: number
}

/**
 * The mean of the values, each counted with its weight (≥ 0, any positive sum); without weights, all alike.
 * Throws `NumericsError` for an empty sample, weights of another length, or weights that do not add to something
 * positive.
 */
export function mean(values: Float64Array, weights?: Float64Array): number {
  requireSample('mean', values, weights)
  let sum = 0
  if (weights === undefined) {
    for (let i = 0; i < values.length; i++) sum += values[i]!
    return sum / values.length
  }
  let total = 0
  for (let i = 0; i < values.length; i++) {
    sum += weights[i]! * values[i]!
    total += weights[i]!
  }
  requirePositiveTotal('mean', total)
  return sum / total
}

/**
 * The unbiased variance of a weighted sample: Σ wᵢ(xᵢ − x̄)² / (1 − Σ wᵢ²) for weights adding to 1, where the weights say
 * how reliable a member is, not how often it was seen. With equal weights it is the usual one with divisor n − 1.
 * Zero for a sample that has only one member of positive weight.
 */
export function variance(values: Float64Array, weights?: Float64Array): number {
  return covariance(values, values, weights)
}

/** The square root of `variance`. */
export function standardDeviation(values: Float64Array, weights?: Float64Array): number {
  return Math.sqrt(variance(values, weights))
}

/** The unbiased covariance of two equally long samples; weights as in `variance`. */
export function covariance(x: Float64Array, y: Float64Array, weights?: Float64Array): number {
  requireLength('covariance: y', y, x.length)
  const meanX = mean(x, weights)
  const meanY = x === y ? meanX : mean(y, weights)
  let sum = 0
  let total = 0
  let squares = 0
  for (let i = 0; i < x.length; i++) {
    const w = weights === undefined ? 1 : weights[i]!
    sum += w * (x[i]! - meanX) * (y[i]! - meanY)
    total += w
    squares += w * w
  }
  const divisor = total - squares / total
  return divisor > 1e-12 * total ? sum / divisor : 0
}

/**
 * The covariance matrix of the rows of `sample`: one row per variable, one column per member, as an ensemble's `values`.
 */
export function covarianceMatrix(sample: Matrix, weights?: Float64Array): Matrix {
  const { rows, columns, values } = sample
  const result = matrix(rows, rows)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j <= i; j++) {
      const value = covariance(
        values.subarray(i * columns, (i + 1) * columns),
        values.subarray(j * columns, (j + 1) * columns),
        weights,
      )
      result.values[i * rows + j] = value
      result.values[j * rows + i] = value
    }
  return result
}

/**
 * The quantile of a weighted sample at probability `p` in [0, 1].
 *
 * The rule: the members are sorted; member k stands at the middle of its weight, at `(w₁ + … + w_{k−1} + ½·w_k) / Σw`;
 * between two members the quantile is interpolated linearly, and beyond the first and last it is their value. With
 * equal weights this is Hazen's rule, type 5 of R. J. Hyndman, Y. Fan, "Sample quantiles in statistical packages",
 * The American Statistician 50 (1996) 361–365. Members of weight zero do not count.
 */
export function quantile(values: Float64Array, p: number, weights?: Float64Array): number {
  return quantiles(values, [p], weights)[0]!
}

/** Several quantiles of one sample, sorted once; the rule is that of `quantile`. */
export function quantiles(
  values: Float64Array,
  probabilities: readonly number[],
  weights?: Float64Array,
): Float64Array<ArrayBuffer> {
  requireSample('quantiles', values, weights)
  for (const p of probabilities)
    if (!(p >= 0 && p <= 1))
      throw new NumericsError('argument-out-of-range', `quantiles: probability ${p}; expected one from 0 to 1`)
  const sorted = values.slice()
  const out = new Float64Array(probabilities.length)
  if (weights === undefined || allEqual(weights)) {
    sorted.sort()
    const n = sorted.length
    for (let k = 0; k < probabilities.length; k++) {
      const position = Math.min(Math.max(probabilities[k]! * n - 0.5, 0), n - 1)
      const below = Math.min(Math.floor(position), n - 1)
      const above = Math.min(below + 1, n - 1)
      out[k] = between(sorted[below]!, sorted[above]!, position - below)
    }
    return out
  }
  const sortedWeights = weights.slice()
  sortTogether(sorted, sortedWeights)
  let count = 0
  let total = 0
  for (let i = 0; i < sorted.length; i++) {
    if (!(sortedWeights[i]! > 0)) continue
    sorted[count] = sorted[i]!
    sortedWeights[count++] = sortedWeights[i]!
    total += sortedWeights[count - 1]!
  }
  requirePositiveTotal('quantiles', total)
  for (let k = 0; k < probabilities.length; k++) {
    const target = probabilities[k]! * total
    let i = 0
    let centre = sortedWeights[0]! / 2
    if (target <= centre) {
      out[k] = sorted[0]!
      continue
    }
    let result = sorted[count - 1]!
    for (; i + 1 < count; i++) {
      const next = centre + (sortedWeights[i]! + sortedWeights[i + 1]!) / 2
      if (target <= next) {
        result = between(sorted[i]!, sorted[i + 1]!, (target - centre) / (next - centre))
        break
      }
      centre = next
    }
    out[k] = result
  }
  return out
}

const SUMMARY_PROBABILITIES = [0.05, 0.25, 0.5, 0.75, 0.95]

/** Mean, median and the ends of the central 50 % and 90 % of a weighted sample; quantiles by the rule of `quantile`. */
export function summarise(values: Float64Array, weights?: Float64Array): SampleSummary {
  const q = quantiles(values, SUMMARY_PROBABILITIES, weights)
  return { mean: mean(values, weights), p05: q[0]!, p25: q[1]!, p50: q[2]!, p75: q[3]!, p95: q[4]! }
}

/** Running count, mean and variance of numbers seen one at a time, or of several such counts put together. */
export class RunningMoments {
  #count = 0
  #mean = 0
  #squares = 0

  /**
   * Takes in one number.
   * Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4
   * (1962) 419–420.
   */
  add(value: number): void {
    this.#count += 1
    const difference = value - this.#mean
    this.#mean += difference / this.#count
    this.#squares += difference * (value - this.#mean)
  }

  /**
   * Takes in all that another has seen.
   * Source: T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for computing the sample variance", The American
   * Statistician 37 (1983) 242–247, eq. 2.1.
   */
  merge(other: RunningMoments): void {
    if (other.#count === 0) return
    const count = this.#count + other.#count
    const difference = other.#mean - this.#mean
    this.#squares += other.#squares + (difference * difference * this.#count * other.#count) / count
    this.#mean += (difference * other.#count) / count
    this.#count = count
  }

  get count(): number {
    return this.#count
  }

  /** NaN while nothing was seen. */
  get mean(): number {
    return this.#count === 0 ? Number.NaN : this.#mean
  }

  /** With divisor n − 1; NaN while fewer than two numbers were seen. */
  get variance(): number {
    return this.#count < 2 ? Number.NaN : this.#squares / (this.#count - 1)
  }
}

function between(low: number, high: number, fraction: number): number {
  return fraction === 0 || low === high ? low : low + fraction * (high - low)
}

function allEqual(weights: Float64Array): boolean {
  const first = weights[0]!
  if (!(first > 0)) return false
  for (let i = 1; i < weights.length; i++) if (weights[i] !== first) return false
  return true
}

/** Heapsort of `keys`, moving `partners` along; nothing is allocated. */
function sortTogether(keys: Float64Array, partners: Float64Array): void {
  const n = keys.length
  for (let start = (n >> 1) - 1; start >= 0; start--) sift(keys, partners, start, n)
  for (let end = n - 1; end > 0; end--) {
    swap(keys, partners, 0, end)
    sift(keys, partners, 0, end)
  }
}

function sift(keys: Float64Array, partners: Float64Array, start: number, end: number): void {
  let root = start
  for (;;) {
    let child = 2 * root + 1
    if (child >= end) return
    if (child + 1 < end && keys[child + 1]! > keys[child]!) child++
    if (keys[root]! >= keys[child]!) return
    swap(keys, partners, root, child)
    root = child
  }
}

function swap(keys: Float64Array, partners: Float64Array, i: number, j: number): void {
  const key = keys[i]!
  keys[i] = keys[j]!
  keys[j] = key
  const partner = partners[i]!
  partners[i] = partners[j]!
  partners[j] = partner
}

function requireSample(what: string, values: Float64Array, weights: Float64Array | undefined): void {
  if (values.length === 0)
    throw new NumericsError('argument-out-of-range', `${what}: the sample is empty; expected at least one value`)
  if (weights !== undefined) requireLength(`${what}: weights`, weights, values.length)
}

function requirePositiveTotal(what: string, total: number): void {
  if (!(total > 0))
    throw new NumericsError('argument-out-of-range', `${what}: the weights add to ${total}; expected a positive sum`)
}
