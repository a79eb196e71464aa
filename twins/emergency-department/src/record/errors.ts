/**
 * What is remembered of the errors of one quantity at one distance: weighted sums over the forecasts that have come true,
 * of `[1, m, cos, sin]` (m: mean of the forecast; the hour of the day on a circle), their products, their products with
 * the error, the squared error, and the variance the forecast itself gave. The upper triangle row by row, so 16 numbers.
 */
export type Errors = readonly number[]

const features = 4
const triangle = (features * (features + 1)) / 2
export const noErrors: Errors = new Array<number>(triangle + features + 2).fill(0)

/** A forecast that has come true, on the quantity's scale. */
export interface Verified {
  readonly mean: number
  readonly variance: number
  readonly truth: number
  /** Of the time forecast, by the department's clocks, 0 to 24. */
  readonly hourOfDay: number
}

const regressors = (mean: number, hourOfDay: number): number[] => [1, mean, wave(hourOfDay + 6), wave(hourOfDay)]

/** A sine of the day made of two parabolas: arithmetic alone, so that every machine has the same bits. */
function wave(hourOfDay: number): number {
  const part = (hourOfDay % 24) / 12
  const rise = part < 1 ? part : part - 1
  return (part < 1 ? 4 : -4) * rise * (1 - rise)
}

/** The errors with one more, which counts so much. */
export function withError(errors: Errors, { mean, variance, truth, hourOfDay }: Verified, weight: number): Errors {
  const x = regressors(mean, hourOfDay)
  const error = truth - mean
  const next: number[] = []
  for (let a = 0; a < features; a++) for (let b = a; b < features; b++) next.push(x[a]! * x[b]!)
  next.push(...x.map((each) => each * error), error * error, variance)
  return next.map((each, i) => errors[i]! + weight * each)
}

/** How members are to be moved, on the quantity's scale. */
export interface Correction {
  /** Added to all. */
  readonly shift: number
  /** Their distances from the mean are multiplied by this, at most 1. */
  readonly narrowing: number
  /** Standard deviation of what is added to each for errors that the members do not have among themselves. */
  readonly noise: number
}

export const noCorrection: Correction = { shift: 0, narrowing: 1, noise: 0 }

/** What having made no errors yet is worth, in forecasts: for the mean, for what it depends on, for the spread. */
const worth = { shift: 15, slope: 20, spread: 15 } as const
/** Futures by which the mean of a remembered forecast was found: it scatters by itself. */
export interface Learnt {
  readonly weight: number
  readonly futures: number
}

/**
 * Ridge regression of past errors on the forecast's mean and the hour of the day, and what is left of them against the
 * variance that forecasts gave (ensemble model output statistics: Gneiting et al., Mon Weather Rev 133 (2005) 1098, with
 * the variance of their eq. 4 as noise added to each member). Shrunken towards no correction while little is known.
 */
export function correctionOf(errors: Errors, mean: number, hourOfDay: number, { weight, futures }: Learnt): Correction {
  const sums = errors.map((each) => each / weight)
  const n = sums[0]!
  if (n < 1e-6) return noCorrection
  const centre = sums[1]! / n
  // Products of features, with the mean of the forecasts measured from its average.
  const products: number[][] = Array.from({ length: features }, () => new Array<number>(features).fill(0))
  for (let a = 0, i = 0; a < features; a++)
    for (let b = a; b < features; b++, i++) products[a]![b] = products[b]![a] = sums[i]!
  const withErrors = sums.slice(triangle, triangle + features)
  withErrors[1]! -= centre * withErrors[0]!
  const [, , cos, sin] = products[0]!
  products[1]![1]! -= centre * centre * n
  for (const [at, sum] of [
    [2, cos!],
    [3, sin!],
  ] as const)
    products[1]![at] = products[at]![1] = products[1]![at]! - centre * sum
  products[0]![1] = products[1]![0] = 0
  const spreadOfMeans = Math.max(products[1]![1]! / n, 1e-6)
  const penalty = [worth.shift, worth.slope * spreadOfMeans, worth.slope / 2, worth.slope / 2]
  const coefficients = solved(
    products.map((row, a) => row.map((each, b) => each + (a === b ? penalty[a]! : 0))),
    withErrors,
  )
  const x = regressors(mean, hourOfDay)
  x[1]! -= centre
  const shift = x.reduce((sum, each, a) => sum + each * coefficients[a]!, 0)

  const [squares, variances] = [sums[triangle + features]!, sums[triangle + features + 1]!]
  const explained = coefficients.reduce(
    (sum, c, a) => sum + 2 * c * withErrors[a]! - c * coefficients.reduce((s, d, b) => s + d * products[a]![b]!, 0),
    0,
  )
  const given = Math.max(variances / n, 1e-9)
  // Coefficients fitted to the errors take some of them away; the forecast's own mean had scatter of its own.
  const left = Math.max(0, ((squares - explained) * n) / Math.max(1, n - features / 2) - variances / futures)
  const found = (left + worth.spread * given) / (n + worth.spread)
  return {
    shift,
    narrowing: Math.sqrt(Math.min(1, found / given)),
    noise: Math.sqrt(Math.max(0, found - given)),
  }
}

/** Gaussian elimination; the matrix is symmetric and positive. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!])
  const size = right.length
  for (let i = 0; i < size; i++)
    for (let j = i + 1; j < size; j++) {
      const factor = rows[j]![i]! / rows[i]![i]!
      for (let k = i; k <= size; k++) rows[j]![k]! -= factor * rows[i]![k]!
    }
  const result = new Array<number>(size).fill(0)
  for (let i = size - 1; i >= 0; i--) {
    let sum = rows[i]![size]!
    for (let j = i + 1; j < size; j++) sum -= rows[i]![j]! * result[j]!
    result[i] = sum / rows[i]![i]!
  }
  return result
}

/** Between two distances, part of the way from one to the other. */
export const between = (a: Correction, b: Correction, part: number): Correction => ({
  shift: a.shift + part * (b.shift - a.shift),
  narrowing: a.narrowing + part * (b.narrowing - a.narrowing),
  noise: a.noise + part * (b.noise - a.noise),
})
