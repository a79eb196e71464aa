import { logGamma } from './log-gamma.ts'
import { portableExp, portableLog } from './portable-math.ts'

/**
 * The pieces from which densities of the binomial family are put together without cancellation.
 *
 * Source: C. Loader, "Fast and accurate computation of binomial probabilities" (2000), eqs. 3–5.
 */

const HALF_LOG_TWO_PI = 0.9189385332046728
const TWO_PI = 2 * Math.PI

/** What Stirling's formula leaves of ln Γ(x + 1): δ(x) = ln Γ(x + 1) − (x + ½)ln x + x − ½ ln 2π, for x > 0. */
export function stirlingError(x: number): number {
  if (x < 15) return logGamma(x + 1) - (x + 0.5) * portableLog(x) + x - HALF_LOG_TWO_PI
  // Abramowitz & Stegun 6.1.41.
  const z = 1 / (x * x)
  return (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z * (1 / 1188 - (z * 691) / 360360))))) / x
}

/** x·ln(x/expected) + expected − x, for x ≥ 0 and expected > 0, without cancellation near x = expected. */
export function deviance(x: number, expected: number): number {
  if (x === 0) return expected
  const difference = x - expected
  if (Math.abs(difference) < 0.1 * (x + expected)) {
    const v = difference / (x + expected)
    let sum = difference * v
    let term = 2 * x * v
    const square = v * v
    for (let j = 3; j < 1000; j += 2) {
      term *= square
      const next = sum + term / j
      if (next === sum) break
      sum = next
    }
    return sum
  }
  return x * portableLog(x / expected) + expected - x
}

/** λˣ·e^(−λ)/Γ(x + 1) for x ≥ 0 (any real) and λ ≥ 0: the Poisson probability where x is an integer. */
export function poissonTerm(x: number, lambda: number): number {
  if (lambda === 0) return x === 0 ? 1 : 0
  if (x === 0) return portableExp(-lambda)
  if (x < 1e-290 * lambda) return portableExp(-lambda)
  return portableExp(-stirlingError(x) - deviance(x, lambda)) / Math.sqrt(TWO_PI * x)
}

/** Γ(n + 1)/(Γ(x + 1)Γ(n − x + 1))·pˣ·qⁿ⁻ˣ for 0 ≤ x ≤ n (any real), with q = 1 − p given by itself. */
export function binomialTerm(x: number, n: number, p: number, q: number): number {
  if (p === 0) return x === 0 ? 1 : 0
  if (q === 0) return x === n ? 1 : 0
  if (x === 0) return n === 0 ? 1 : portableExp(p < 0.1 ? -deviance(n, n * q) - n * p : n * portableLog(q))
  if (x === n) return portableExp(q < 0.1 ? -deviance(n, n * p) - n * q : n * portableLog(p))
  if (x < 0 || x > n) return 0
  const exponent =
    stirlingError(n) - stirlingError(x) - stirlingError(n - x) - deviance(x, n * p) - deviance(n - x, n * q)
  return portableExp(exponent) * Math.sqrt(n / (TWO_PI * x * (n - x)))
}
