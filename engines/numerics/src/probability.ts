import type { Distribution } from './distribution.ts'
import { portableExp, portableLog } from './portable-math.ts'
import { binomialTerm, deviance, poissonTerm, stirlingError } from './saddle-point.ts'
import { incompleteBeta, incompleteGamma, normalCumulative, normalDensity } from './special-functions.ts'

const INVERSE_ROOT_TWO_PI = 0.3989422804014327

/** The probability density at x; for counts (binomial, Poisson) the probability of x, zero between integers. */
export function density(d: Distribution, x: number): number {
  switch (d.kind) {
    case 'normal':
      return normalDensity((x - d.mean) / d.standardDeviation) / d.standardDeviation
    case 'log-normal':
      if (!(x > 0) || x === Number.POSITIVE_INFINITY) return 0
      return normalDensity((portableLog(x) - d.logMean) / d.logStandardDeviation) / d.logStandardDeviation / x
    case 'uniform':
      return x >= d.lower && x <= d.upper ? 1 / (d.upper - d.lower) : 0
    case 'exponential':
      return x >= 0 ? d.rate * portableExp(-d.rate * x) : 0
    case 'gamma':
      return gammaDensity(d.shape, x / d.scale) / d.scale
    case 'beta':
      return betaDensity(d.alpha, d.beta, x)
    case 'student-t':
      return studentDensity(d.degreesOfFreedom, (x - d.location) / d.scale) / d.scale
    case 'chi-square':
      return gammaDensity(d.degreesOfFreedom / 2, x / 2) / 2
    case 'binomial':
      return Number.isInteger(x) && x >= 0 && x <= d.trials
        ? binomialTerm(x, d.trials, d.probability, 1 - d.probability)
        : 0
    case 'poisson':
      return Number.isInteger(x) && x >= 0 ? poissonTerm(x, d.mean) : 0
  }
}

/** The probability of at most x. Relative accuracy of about 1e-12 also where it is tiny. */
export function cumulative(d: Distribution, x: number): number {
  return tails(d, x).lower
}

/** The probability of more than x. Relative accuracy of about 1e-12 also where it is tiny, which 1 − `cumulative` loses. */
export function survival(d: Distribution, x: number): number {
  return tails(d, x).upper
}

/** Both tails at x: the probability of at most x, and of more than x. */
export function tails(d: Distribution, x: number): { readonly lower: number; readonly upper: number } {
  if (Number.isNaN(x)) return { lower: x, upper: x }
  switch (d.kind) {
    case 'normal':
      return normalTails((x - d.mean) / d.standardDeviation)
    case 'log-normal':
      return x > 0 ? normalTails((portableLog(x) - d.logMean) / d.logStandardDeviation) : NOTHING_BELOW
    case 'uniform': {
      if (x <= d.lower) return NOTHING_BELOW
      if (x >= d.upper) return NOTHING_ABOVE
      return { lower: (x - d.lower) / (d.upper - d.lower), upper: (d.upper - x) / (d.upper - d.lower) }
    }
    case 'exponential':
      return x > 0 ? incompleteGamma(1, d.rate * x) : NOTHING_BELOW
    case 'gamma':
      return x > 0 ? incompleteGamma(d.shape, x / d.scale) : NOTHING_BELOW
    case 'beta':
      if (x <= 0) return NOTHING_BELOW
      return x >= 1 ? NOTHING_ABOVE : incompleteBeta(d.alpha, d.beta, x)
    case 'student-t':
      return studentTails(d.degreesOfFreedom, (x - d.location) / d.scale)
    case 'chi-square':
      return x > 0 ? incompleteGamma(d.degreesOfFreedom / 2, x / 2) : NOTHING_BELOW
    case 'binomial': {
      const k = Math.floor(x)
      if (k < 0) return NOTHING_BELOW
      if (k >= d.trials || d.probability === 0) return NOTHING_ABOVE
      if (d.probability === 1) return NOTHING_BELOW
      // DLMF 8.17.5.
      const { lower, upper } = incompleteBeta(k + 1, d.trials - k, d.probability)
      return { lower: upper, upper: lower }
    }
    case 'poisson': {
      const k = Math.floor(x)
      if (k < 0) return NOTHING_BELOW
      if (k === Number.POSITIVE_INFINITY) return NOTHING_ABOVE
      const { lower, upper } = incompleteGamma(k + 1, d.mean)
      return { lower: upper, upper: lower }
    }
  }
}

const NOTHING_BELOW = { lower: 0, upper: 1 } as const
const NOTHING_ABOVE = { lower: 1, upper: 0 } as const

function normalTails(z: number) {
  return { lower: normalCumulative(z), upper: normalCumulative(-z) }
}

function gammaDensity(shape: number, x: number): number {
  if (!(x >= 0)) return 0
  if (x === 0) return shape < 1 ? Number.POSITIVE_INFINITY : shape === 1 ? 1 : 0
  if (x === Number.POSITIVE_INFINITY) return 0
  return (poissonTerm(shape, x) * shape) / x
}

function betaDensity(a: number, b: number, x: number): number {
  if (!(x >= 0 && x <= 1)) return 0
  if (x === 0) return a < 1 ? Number.POSITIVE_INFINITY : a === 1 ? b : 0
  if (x === 1) return b < 1 ? Number.POSITIVE_INFINITY : b === 1 ? a : 0
  return (binomialTerm(a, a + b, x, 1 - x) * a * b) / ((a + b) * x * (1 - x))
}

/** The ratio of the two gamma functions by their Stirling errors, so that nothing cancels for many degrees of freedom. */
function studentDensity(n: number, t: number): number {
  const ratio = stirlingError((n + 1) / 2) - stirlingError(n / 2) - deviance(n / 2, (n + 1) / 2)
  const square = (t * t) / n
  // ln(1 + s) as ln(u)·s/(u − 1), which undoes the rounding of u = 1 + s.
  const u = 1 + square
  const logarithm =
    square > 1e300
      ? 2 * portableLog(Math.abs(t)) - portableLog(n)
      : u === 1
        ? square
        : (portableLog(u) * square) / (u - 1)
  return INVERSE_ROOT_TWO_PI * portableExp(ratio - ((n + 1) / 2) * logarithm)
}

/** DLMF 8.17 by way of the beta distribution of n/(n + t²). */
function studentTails(n: number, t: number) {
  const square = t * t
  const x = square === Number.POSITIVE_INFINITY ? 0 : n / (n + square)
  const complement = square === Number.POSITIVE_INFINITY ? 1 : square / (n + square)
  const outside =
    0.5 * (x <= 0.5 ? incompleteBeta(n / 2, 0.5, x, complement).lower : incompleteBeta(0.5, n / 2, complement, x).upper)
  const inside = 1 - outside
  return t < 0 ? { lower: outside, upper: inside } : { lower: inside, upper: outside }
}
