import { leastSquares, matrix, normalQuantile, wilsonInterval } from '@counterpart/numerics'

/** An estimate over people whose weeks are alike, with its 90 % interval. */
export interface Estimate {
  readonly estimate: number
  readonly low: number
  readonly high: number
  /** Standard error, people being what was drawn. */
  readonly error: number
  readonly degrees: number
}

/** One person: a sum, over so many. */
export interface Cluster {
  readonly sum: number
  readonly n: number
}

const level = 0.9

/**
 * Σ sums ÷ Σ n with its interval: people, not weeks, are independent. The variance is that of the ratio estimator.
 *
 * Source: W. G. Cochran, Sampling Techniques, 3rd ed., section 6.3; few people: Student's t with people − 1 degrees.
 */
export function clusteredMean(people: readonly Cluster[]): Estimate | undefined {
  const some = people.filter(({ n }) => n > 0)
  const weeks = some.reduce((total, { n }) => total + n, 0)
  if (some.length < 2) return undefined
  const estimate = some.reduce((total, { sum }) => total + sum, 0) / weeks
  const squares = some.reduce((total, { sum, n }) => total + (sum - estimate * n) ** 2, 0)
  const error = Math.sqrt((some.length / (some.length - 1)) * squares) / weeks
  return interval(estimate, error, some.length - 1)
}

/** The difference of two independent estimates (Welch–Satterthwaite degrees). */
export function difference(a: Estimate, b: Estimate): Estimate {
  const [va, vb] = [a.error ** 2, b.error ** 2]
  const degrees = va + vb > 0 ? (va + vb) ** 2 / (va ** 2 / a.degrees + vb ** 2 / b.degrees) : a.degrees + b.degrees
  return interval(a.estimate - b.estimate, Math.sqrt(va + vb), Math.max(1, degrees))
}

/** Whether an estimate differs from zero so clearly that chance alone would do so once in a hundred times. */
export const isNotZero = ({ estimate, error, degrees }: Estimate): boolean =>
  Math.abs(estimate) > studentQuantile(0.995, degrees) * error && error > 0

/**
 * A share of weeks with Wilson's interval over as many weeks as they are worth: weeks of one person are alike, by what their
 * scatter between people tells, and by a tenth at least.
 *
 * Source: L. Kish, Survey Sampling, 1965, section 5.4 (design effect); E. L. Korn, B. I. Graubard, Surv. Methodol. 24 (1998)
 * 193–201 (effective sample size in exact intervals).
 */
export function clusteredRate(people: readonly Cluster[]): Estimate | undefined {
  const mean = clusteredMean(people)
  if (!mean) return undefined
  const some = people.filter(({ n }) => n > 0)
  const weeks = some.reduce((total, { n }) => total + n, 0)
  const alone = Math.sqrt((mean.estimate * (1 - mean.estimate)) / weeks)
  const alike = 1 + 0.1 * (weeks / some.length - 1)
  const design = Math.max(1, alike, alone > 0 ? (mean.error / alone) ** 2 : 0)
  // Few people: as much wider as Student's t is than the normal distribution.
  const few = (studentQuantile(0.95, some.length - 1) / normalQuantile(0.95)) ** 2
  const worth = weeks / design / few
  const { low, high } = wilsonInterval(Math.min(worth, mean.estimate * worth), worth, level)
  return {
    ...mean,
    low: Math.min(low, mean.estimate),
    high: Math.max(high, mean.estimate),
    error: Math.max(mean.error, alone),
  }
}

/** The coefficient of the first covariate in a regression with an intercept; undefined where covariates leave nothing. */
export function adjusted(rows: readonly { readonly y: number; readonly x: readonly number[] }[]): Estimate | undefined {
  const columns = 1 + (rows[0]?.x.length ?? 0)
  const degrees = rows.length - columns
  if (degrees < 3) return undefined
  const y = Float64Array.from(rows, (row) => row.y)
  const design = (first: boolean) =>
    matrix(
      rows.length,
      first ? columns : columns - 1,
      rows.flatMap(({ x }) => [1, ...(first ? x : x.slice(1))]),
    )
  try {
    const whole = leastSquares(design(true), y)
    // By the theorem of Frisch and Waugh the group's own part is its residual on the other covariates.
    const own = leastSquares(
      design(false),
      Float64Array.from(rows, ({ x }) => x[0]!),
    ).residualSumOfSquares
    const error = Math.sqrt(whole.residualSumOfSquares / degrees / own)
    return Number.isFinite(error) ? interval(whole.coefficients[1]!, error, degrees) : undefined
  } catch {
    return undefined
  }
}

function interval(estimate: number, error: number, degrees: number): Estimate {
  const half = studentQuantile(0.5 + level / 2, degrees) * error
  return { estimate, low: estimate - half, high: estimate + half, error, degrees }
}

/** Student's t by its expansion in 1/ν (Abramowitz and Stegun 26.7.5). */
function studentQuantile(p: number, degrees: number): number {
  const z = normalQuantile(p)
  const v = degrees
  return (
    z +
    (z ** 3 + z) / (4 * v) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * v ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * v ** 3)
  )
}
