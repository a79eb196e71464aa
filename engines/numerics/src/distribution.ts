import { NumericsError } from './errors.ts'

/**
 * A probability distribution as plain data, so that it can be stored, hashed and shown. Made by the functions of this
 * file, asked by `density`, `cumulative`, `quantileOf`, `sample`, `meanOf` and `varianceOf`.
 */
export type Distribution =
  | { readonly kind: 'normal'; readonly mean: number; readonly standardDeviation: number }
  | { readonly kind: 'log-normal'; readonly logMean: number; readonly logStandardDeviation: number }
  | { readonly kind: 'uniform'; readonly lower: number; readonly upper: number }
  | { readonly kind: 'exponential'; readonly rate: number }
  | { readonly kind: 'gamma'; readonly shape: number; readonly scale: number }
  | { readonly kind: 'beta'; readonly alpha: number; readonly beta: number }
  | { readonly kind: 'student-t'; readonly degreesOfFreedom: number; readonly location: number; readonly scale: number }
  | { readonly kind: 'chi-square'; readonly degreesOfFreedom: number }
  | { readonly kind: 'binomial'; readonly trials: number; readonly probability: number }
  | { readonly kind: 'poisson'; readonly mean: number }

/** Normal with this mean and standard deviation (> 0). */
export function normal(mean: number, standardDeviation: number): Distribution {
  requireFinite('normal', { mean })
  requirePositive('normal', { standardDeviation })
  return { kind: 'normal', mean, standardDeviation }
}

/** The distribution whose logarithm is normal with this mean and standard deviation (> 0). */
export function logNormal(logMean: number, logStandardDeviation: number): Distribution {
  requireFinite('logNormal', { logMean })
  requirePositive('logNormal', { logStandardDeviation })
  return { kind: 'log-normal', logMean, logStandardDeviation }
}

/**
 * The log-normal with this median (> 0) and coefficient of variation (standard deviation over mean, > 0), the form in
 * which physiological parameters are mostly reported.
 */
export function logNormalFromMedian(median: number, coefficientOfVariation: number): Distribution {
  requirePositive('logNormalFromMedian', { median, coefficientOfVariation })
  return {
    kind: 'log-normal',
    logMean: Math.log(median),
    logStandardDeviation: Math.sqrt(Math.log1p(coefficientOfVariation ** 2)),
  }
}

/** Uniform between two bounds, `lower` < `upper`. */
export function uniform(lower: number, upper: number): Distribution {
  requireFinite('uniform', { lower, upper })
  if (!(lower < upper)) throw outOfRange('uniform', 'upper', upper, `more than lower, ${lower}`)
  return { kind: 'uniform', lower, upper }
}

/** Exponential with this rate (> 0), the reciprocal of its mean. */
export function exponential(rate: number): Distribution {
  requirePositive('exponential', { rate })
  return { kind: 'exponential', rate }
}

/** Gamma with this shape and scale (both > 0): mean shape·scale, variance shape·scale². */
export function gamma(shape: number, scale: number): Distribution {
  requirePositive('gamma', { shape, scale })
  return { kind: 'gamma', shape, scale }
}

/** Beta on (0, 1) with these shapes (both > 0). */
export function beta(alpha: number, betaShape: number): Distribution {
  requirePositive('beta', { alpha, beta: betaShape })
  return { kind: 'beta', alpha, beta: betaShape }
}

/** Student's t with these degrees of freedom (> 0), moved by `location` and stretched by `scale` (> 0). */
export function studentT(degreesOfFreedom: number, location = 0, scale = 1): Distribution {
  requirePositive('studentT', { degreesOfFreedom, scale })
  requireFinite('studentT', { location })
  return { kind: 'student-t', degreesOfFreedom, location, scale }
}

/** Chi-square with these degrees of freedom (> 0). */
export function chiSquare(degreesOfFreedom: number): Distribution {
  requirePositive('chiSquare', { degreesOfFreedom })
  return { kind: 'chi-square', degreesOfFreedom }
}

/** The number of successes in `trials` (an integer ≥ 0) that each succeed with `probability` (0 … 1). */
export function binomial(trials: number, probability: number): Distribution {
  if (!Number.isSafeInteger(trials) || trials < 0)
    throw outOfRange('binomial', 'trials', trials, 'an integer of 0 or more')
  if (!(probability >= 0 && probability <= 1))
    throw outOfRange('binomial', 'probability', probability, 'a number from 0 to 1')
  return { kind: 'binomial', trials, probability }
}

/** The number of events in a span in which `mean` (> 0) are expected. */
export function poisson(mean: number): Distribution {
  requirePositive('poisson', { mean })
  return { kind: 'poisson', mean }
}

/** The mean; NaN for Student's t with 1 degree of freedom or fewer. */
export function meanOf(d: Distribution): number {
  switch (d.kind) {
    case 'normal':
      return d.mean
    case 'log-normal':
      return Math.exp(d.logMean + d.logStandardDeviation ** 2 / 2)
    case 'uniform':
      return (d.lower + d.upper) / 2
    case 'exponential':
      return 1 / d.rate
    case 'gamma':
      return d.shape * d.scale
    case 'beta':
      return d.alpha / (d.alpha + d.beta)
    case 'student-t':
      return d.degreesOfFreedom > 1 ? d.location : Number.NaN
    case 'chi-square':
      return d.degreesOfFreedom
    case 'binomial':
      return d.trials * d.probability
    case 'poisson':
      return d.mean
  }
}

/** The variance; for Student's t ∞ up to 2 degrees of freedom, NaN up to 1. */
export function varianceOf(d: Distribution): number {
  switch (d.kind) {
    case 'normal':
      return d.standardDeviation ** 2
    case 'log-normal':
      return Math.expm1(d.logStandardDeviation ** 2) * Math.exp(2 * d.logMean + d.logStandardDeviation ** 2)
    case 'uniform':
      return (d.upper - d.lower) ** 2 / 12
    case 'exponential':
      return 1 / d.rate ** 2
    case 'gamma':
      return d.shape * d.scale ** 2
    case 'beta':
      return (d.alpha * d.beta) / ((d.alpha + d.beta) ** 2 * (d.alpha + d.beta + 1))
    case 'student-t':
      if (d.degreesOfFreedom <= 1) return Number.NaN
      return d.degreesOfFreedom > 2
        ? (d.scale ** 2 * d.degreesOfFreedom) / (d.degreesOfFreedom - 2)
        : Number.POSITIVE_INFINITY
    case 'chi-square':
      return 2 * d.degreesOfFreedom
    case 'binomial':
      return d.trials * d.probability * (1 - d.probability)
    case 'poisson':
      return d.mean
  }
}

function requirePositive(what: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values))
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw outOfRange(what, name, value, 'a positive number')
}

function requireFinite(what: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values))
    if (!Number.isFinite(value)) throw outOfRange(what, name, value, 'a finite number')
}

function outOfRange(what: string, name: string, value: number, expected: string): NumericsError {
  return new NumericsError('argument-out-of-range', `${what}: ${name} is ${value}; expected ${expected}`)
}
