import { NumericsError } from './errors.ts'
import { normalQuantile } from './normal-quantile.ts'

/** An estimated proportion with its confidence interval, all in [0, 1]. */
export interface ProportionInterval {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/**
 * Wilson's score interval for a proportion: `successes` (0 … `trials`) out of `trials` (≥ 1), two-sided at `level`.
 *
 * It stays inside [0, 1] and keeps close to its nominal coverage for small counts, which the textbook interval does
 * not. Throws `NumericsError` (`argument-out-of-range`).
 *
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Am. Stat. Assoc. 22
 * (1927) 209–212.
 */
export function wilsonInterval(successes: number, trials: number, level = 0.95): ProportionInterval {
  if (!(trials > 0) || !(successes >= 0 && successes <= trials))
    throw new NumericsError(
      'argument-out-of-range',
      `wilsonInterval: ${successes} of ${trials}; expected 0 ≤ successes ≤ trials and at least one trial`,
    )
  if (!(level > 0 && level < 1))
    throw new NumericsError('argument-out-of-range', `wilsonInterval: level ${level}; expected one between 0 and 1`)
  const z = normalQuantile(0.5 + level / 2)
  const estimate = successes / trials
  const square = z * z
  const centre = (estimate + square / (2 * trials)) / (1 + square / trials)
  const half =
    (z / (1 + square / trials)) * Math.sqrt((estimate * (1 - estimate)) / trials + square / (4 * trials * trials))
  return {
    estimate,
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === trials ? 1 : Math.min(1, centre + half),
  }
}
