/** What is remembered of the errors of one quantity at one distance. */
export type Errors = {
  /**
   * Weighted sums over the forecasts that have come true, of `[1, m, cos, sin]` (m: mean of the forecast; the hour of
   * the day on a circle), their products, their products with the error, the squared error, and the variance the
   * forecast itself gave. The upper triangle row by row, so 16 numbers.
   */
  readonly sums: readonly number[]
  /** Of late: how many forecasts, and squared errors against what the variance was taken to be when they were made. */
  readonly lately: { readonly n: number; readonly squares: number }
}

const features = 4
const triangle = (features * (features + 1)) / 2
export const noErrors: Errors = {
  sums: new Array<number>(triangle + features + 2).fill(0),
  lately: { n: 0, squares: 0 },
}

/** After so many forecasts an error counts half among those of late: about five days of them. */
const fading = 2 ** (-1 / 23)
/** One error says no more than that it was four standard deviations. */
const mostSquare = 16

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

/** The errors with one more, which counts as much as `learnt.weight`. */
export function withError({ sums, lately }: Errors, verified: Verified, learnt: Learnt): Errors {
  const { mean, variance, truth, hourOfDay } = verified
  const expected = fitted(sums, mean, hourOfDay, learnt)
  const square = (truth - mean - expected.shift) ** 2 / (spreadOf(expected, variance) ** 2 + 1e-9)
  const x = regressors(mean, hourOfDay)
  const error = truth - mean
  const next: number[] = []
  for (let a = 0; a < features; a++) for (let b = a; b < features; b++) next.push(x[a]! * x[b]!)
  next.push(...x.map((each) => each * error), error * error, variance)
  return {
    sums: next.map((each, i) => sums[i]! + learnt.weight * each),
    lately: { n: fading * lately.n + 1, squares: fading * lately.squares + Math.min(mostSquare, square) },
  }
}

/** Standard deviation of members of this variance once they are moved. */
const spreadOf = ({ narrowing, noise }: Correction, variance: number): number =>
  Math.sqrt(narrowing ** 2 * variance + noise ** 2)

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
const worth = { shift: 15, slope: 20, spread: 10, lately: 12 } as const
/** However right forecasts have been of late, their variance stays at least this part of what it was. */
const leastLately = 0.6

/** How to read the sums. */
export interface Learnt {
  /** What an observation counts now, against 1 when the sums began. */
  readonly weight: number
  /** By so many futures the means were found: they scatter by themselves. */
  readonly futures: number
}

/** How members of a forecast with this mean and variance, for this hour of the day, are to be moved. */
export function correctionOf(
  { sums, lately }: Errors,
  mean: number,
  variance: number,
  hourOfDay: number,
  learnt: Learnt,
): Correction {
  const { shift, narrowing, noise } = fitted(sums, mean, hourOfDay, learnt)
  // Times differ in how predictable they are: the spread follows the errors of late (as in adaptive conformal inference:
  // I. Gibbs, E. Candès, Adv Neural Inf Process Syst 34 (2021) 1660–1672).
  const ratio = Math.max(leastLately, (worth.lately + lately.squares) / (worth.lately + lately.n))
  if (ratio <= 1) return { shift, narrowing: narrowing * Math.sqrt(ratio), noise: noise * Math.sqrt(ratio) }
  const more = (ratio - 1) * spreadOf({ shift, narrowing, noise }, variance) ** 2
  return { shift, narrowing, noise: Math.sqrt(noise ** 2 + more) }
}

/**
 * Ridge regression of past errors on the forecast's mean and the hour of the day, and what is left of them against the
 * variance that forecasts gave (ensemble model output statistics: Gneiting et al., Mon Weather Rev 133 (2005) 1098, with
 * the variance of their eq. 4 as noise added to each member). Shrunken towards no correction while little is known.
 */
function fitted(weighted: readonly number[], mean: number, hourOfDay: number, { weight, futures }: Learnt): Correction {
  const sums = weighted.map((each) => each / weight)
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
  // Errors a few hours apart are alike: the coefficients fitted to them take more of them away than they will of the next.
  const left = Math.max(0, (squares - explained) * (1 + 10 / (n + 20)) - variances / futures)
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
