import type { Distribution } from './distribution.ts'
import { meanOf, varianceOf } from './distribution.ts'
import { NumericsError } from './errors.ts'
import { normalQuantile } from './normal-quantile.ts'
import { portableExp, portableLog } from './portable-math.ts'
import { density, tails } from './probability.ts'

/**
 * The quantile: the x that is not exceeded with probability p. For counts the least integer whose cumulative
 * probability reaches p. Relative error about 1e-12 or better; ends of the range at p = 0 and 1. A beta quantile so close to
 * 1 that 1 − x has few digits, and a Student t beyond 1e150, are as exact as the double x can be.
 *
 * Throws `NumericsError` (`argument-out-of-range`) for a p outside [0, 1].
 */
export function quantileOf(d: Distribution, p: number): number {
  if (!(p >= 0 && p <= 1))
    throw new NumericsError('argument-out-of-range', `quantileOf: probability ${p}; expected one from 0 to 1`)
  switch (d.kind) {
    case 'normal':
      return d.mean + d.standardDeviation * normalQuantile(p)
    case 'log-normal':
      return portableExp(d.logMean + d.logStandardDeviation * normalQuantile(p))
    case 'uniform':
      return p === 1 ? d.upper : d.lower + p * (d.upper - d.lower)
    case 'exponential':
      return p === 1 ? Number.POSITIVE_INFINITY : invert(d, p, 0, Number.POSITIVE_INFINITY)
    case 'gamma':
    case 'chi-square':
      return p === 0 ? 0 : p === 1 ? Number.POSITIVE_INFINITY : invert(d, p, 0, Number.POSITIVE_INFINITY)
    case 'beta':
      return p === 0 ? 0 : p === 1 ? 1 : invert(d, p, 0, 1)
    case 'student-t': {
      if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
      if (p === 0.5) return d.location
      // The upper half by symmetry, where the density falls to the right and the tail keeps its accuracy.
      const standard: Distribution = { ...d, location: 0, scale: 1 }
      const half = invertUpper(standard, Math.min(p, 1 - p), 0, Number.POSITIVE_INFINITY)
      return d.location + d.scale * (p < 0.5 ? -half : half)
    }
    case 'binomial':
    case 'poisson':
      return countQuantile(d, p)
  }
}

type Continuous = Exclude<Distribution, { kind: 'binomial' } | { kind: 'poisson' }>

function invert(d: Continuous, p: number, low: number, high: number): number {
  return p > 0.5 ? invertUpper(d, 1 - p, low, high) : solve(d, p, 'lower', low, high)
}

function invertUpper(d: Continuous, q: number, low: number, high: number): number {
  return solve(d, q, 'upper', low, high)
}

/**
 * Newton's method on the logarithm of the tail against the logarithm of x, kept inside a shrinking bracket; both ends
 * of the distributions solved here are nearly straight in these coordinates. x > 0.
 */
function solve(d: Continuous, target: number, side: 'lower' | 'upper', floor: number, ceiling: number): number {
  let low = floor
  let high = ceiling
  const centre = meanOf(d)
  const spread = Math.sqrt(varianceOf(d))
  const z = normalQuantile(side === 'lower' ? target : 1 - target)
  const finite = Number.isFinite(centre) && Number.isFinite(spread)
  // A gamma matched to mean and variance, by the cube-root rule of E. B. Wilson, M. M. Hilferty (1931).
  const shape = finite && centre > 0 ? (centre / spread) ** 2 : Number.NaN
  let x = centre * Math.max(1 - 1 / (9 * shape) + (Number.isFinite(z) ? z : -8) / (3 * Math.sqrt(shape)), 1e-3) ** 3
  if (!(x > low && x < high)) x = Number.isFinite(high) ? (low + high) / 2 : 1
  const logTarget = portableLog(target)
  for (let i = 0; i < 400; i++) {
    const value = tails(d, x)[side]
    const above = side === 'lower' ? value > target : value < target
    if (above) high = x
    else low = x
    // d ln(tail) / d ln x
    const slope = ((side === 'lower' ? 1 : -1) * density(d, x) * x) / value
    let next = x * portableExp((logTarget - portableLog(value)) / slope)
    if (!(next > low && next < high)) {
      if (high === Number.POSITIVE_INFINITY) next = x * 4
      else if (low === 0) next = high / (i < 60 ? 16 : 1e30)
      else next = high > 4 * low ? Math.sqrt(low) * Math.sqrt(high) : low + (high - low) / 2
    }
    // A step of a few units in the last place is rounding: the tail itself is known no better.
    if (Math.abs(next - x) <= 1e-15 * x || next === 0) return next
    if (high < Number.POSITIVE_INFINITY && high - low <= 1e-15 * high) return high
    x = next
  }
  return x
}

/** Search from the normal approximation outwards, then by halves. */
function countQuantile(d: Extract<Distribution, { kind: 'binomial' } | { kind: 'poisson' }>, p: number): number {
  const most = d.kind === 'binomial' ? d.trials : Number.POSITIVE_INFINITY
  if (p === 0) return d.kind === 'binomial' && d.probability === 1 ? most : 0
  if (p === 1) return d.kind === 'binomial' && d.probability === 0 ? 0 : most
  const upperTail = 1 - p
  // Whichever tail is smaller is compared, so that neither end loses accuracy; a little slack absorbs the rounding of p.
  const reaches = (k: number): boolean => {
    const { lower, upper } = tails(d, k)
    return p <= 0.5 ? lower >= p * (1 - 1e-13) : upper <= upperTail * (1 + 1e-13) + Number.EPSILON
  }
  const guess = meanOf(d) + normalQuantile(p) * Math.sqrt(varianceOf(d))
  let high = Math.min(most, Math.max(0, Math.ceil(guess)))
  let step = 1
  while (!reaches(high)) {
    high = Math.min(most, high + step)
    step *= 2
  }
  let low = high - 1
  step = 1
  while (low >= 0 && reaches(low)) {
    high = low
    low -= step
    step *= 2
  }
  low = Math.max(low, -1)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (reaches(middle)) high = middle
    else low = middle
  }
  return high
}
