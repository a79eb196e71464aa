import { logGamma, portableExp, portableLog, type RandomStream } from '@counterpart/numerics'

/** Shapes from 1 (as wide as an exponential) to 10⁶ (a coefficient of variation of 0.1 %), evenly in their logarithm. */
const GRID = Float64Array.from({ length: 121 }, (_, i) => 10 ** (i / 20))
/** ln of the normalising constant of a gamma density of this shape and mean 1. */
const CONSTANTS = GRID.map((k) => k * portableLog(k) - logGamma(k))

/**
 * A draw of the shape of gamma factors of mean 1, given the factors (> 0) and the power to which each one's density is
 * taken, under a log-uniform prior on a fine grid.
 * Source: C. Ritter, M. A. Tanner, "Facilitating the Gibbs sampler: the Gibbs stopper and the griddy-Gibbs sampler", J.
 * Am. Stat. Assoc. 87 (1992) 861–868.
 */
export function drawShape(factors: Float64Array, powers: Float64Array, stream: RandomStream): number {
  let [count, logs, sum] = [0, 0, 0]
  for (let f = 0; f < factors.length; f++) {
    count += powers[f]!
    logs += powers[f]! * portableLog(factors[f]!)
    sum += powers[f]! * factors[f]!
  }
  const logDensity = GRID.map((k, i) => count * CONSTANTS[i]! + k * (logs - sum))
  const highest = logDensity.reduce((most, l) => Math.max(most, l), Number.NEGATIVE_INFINITY)
  const weights = logDensity.map((l) => portableExp(l - highest))
  let target = stream.uniform() * weights.reduce((total, w) => total + w, 0)
  for (let i = 0; i < GRID.length; i++) {
    target -= weights[i]!
    if (target <= 0) return GRID[i]!
  }
  return GRID[GRID.length - 1]!
}
