import { chiSquare, survival } from '@counterpart/numerics'
import { InferenceError } from '../errors.ts'

/** How counts scatter against what a Poisson process would do. */
export interface Dispersion {
  /** Pearson's χ² over its degrees of freedom: 1 for Poisson counts, more when they are overdispersed. */
  readonly index: number
  readonly degreesOfFreedom: number
  /** The probability that Poisson counts scatter at least so much. */
  readonly probability: number
}

/**
 * Fisher's index of dispersion of counts against their expectations; cells of expectation zero do not count, unless
 * something was seen there. `fitted` is how many parameters of the expectations were estimated from the same counts.
 * The probability leans on χ², good for expectations of about one and more: pool finer cells first.
 *
 * Throws `InferenceError` (`shape-mismatch`, `observation-invalid`).
 *
 * Source: R. A. Fisher, "Statistical methods for research workers", Oliver and Boyd (1925), section 16.
 */
export function countDispersion(
  counts: readonly number[] | Float64Array,
  expected: readonly number[] | Float64Array,
  fitted = 0,
): Dispersion {
  if (counts.length !== expected.length)
    throw new InferenceError(
      'shape-mismatch',
      `${counts.length} counts and ${expected.length} expectations; expected as many`,
    )
  let cells = 0
  let square = 0
  for (let i = 0; i < counts.length; i++) {
    const y = counts[i]!
    const m = expected[i]!
    if (!(y >= 0 && y < Number.POSITIVE_INFINITY && m >= 0 && m < Number.POSITIVE_INFINITY) || (m === 0 && y > 0))
      throw new InferenceError('observation-invalid', `cell ${i} has ${y} where ${m} was expected`)
    if (m === 0) continue
    cells++
    square += (y - m) ** 2 / m
  }
  const degreesOfFreedom = cells - fitted
  if (!(degreesOfFreedom >= 1))
    throw new InferenceError('shape-mismatch', `${cells} cells for ${fitted} parameters; expected more cells`)
  return {
    index: square / degreesOfFreedom,
    degreesOfFreedom,
    probability: survival(chiSquare(degreesOfFreedom), square),
  }
}
