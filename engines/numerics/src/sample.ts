import type { Distribution } from './distribution.ts'
import { portableExp } from './portable-math.ts'
import type { RandomStream } from './random-stream.ts'

/** One draw from the distribution. */
export function sample(d: Distribution, stream: RandomStream): number {
  switch (d.kind) {
    case 'normal':
      return d.mean + d.standardDeviation * stream.normal()
    case 'log-normal':
      return portableExp(d.logMean + d.logStandardDeviation * stream.normal())
    case 'uniform':
      return d.lower + (d.upper - d.lower) * stream.uniform()
    case 'exponential':
      return stream.exponential() / d.rate
    case 'gamma':
      return d.scale * stream.gamma(d.shape)
    case 'beta':
      return betaDraw(d.alpha, d.beta, stream)
    case 'student-t': {
      const z = stream.normal()
      return d.location + (d.scale * z) / Math.sqrt((2 * stream.gamma(d.degreesOfFreedom / 2)) / d.degreesOfFreedom)
    }
    case 'chi-square':
      return 2 * stream.gamma(d.degreesOfFreedom / 2)
    case 'binomial':
      return binomialDraw(d.trials, d.probability, stream)
    case 'poisson':
      return poissonDraw(d.mean, stream)
  }
}

/** Fills the array with independent draws from the distribution. */
export function fillSample(d: Distribution, stream: RandomStream, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = sample(d, stream)
}

function betaDraw(a: number, b: number, stream: RandomStream): number {
  const x = stream.gamma(a)
  const y = stream.gamma(b)
  if (x + y > 0) return x / (x + y)
  // Both gammas underflowed, which only tiny shapes do; then nearly all mass lies at the two ends, in this proportion.
  return stream.uniform() < a / (a + b) ? 1 : 0
}

/**
 * Exact, in about ln(n) gamma draws: the trials are split at the place of a middle order statistic, which is beta
 * distributed. J. H. Ahrens, U. Dieter, "Computer methods for sampling from gamma, beta, Poisson and binomial
 * distributions", Computing 12 (1974) 223–246, section 5.
 */
function binomialDraw(trials: number, probability: number, stream: RandomStream): number {
  let n = trials
  let p = probability
  let successes = 0
  while (n > 24) {
    const a = 1 + Math.floor(n / 2)
    const b = n + 1 - a
    const x = betaDraw(a, b, stream)
    if (x >= p) {
      n = a - 1
      p /= x
    } else {
      successes += a
      n = b - 1
      p = (p - x) / (1 - x)
    }
  }
  for (let i = 0; i < n; i++) if (stream.uniform() < p) successes++
  return successes
}

/** Exact, in about ln(mean) gamma draws: the same source, section 4; small means by counting arrivals in unit time. */
function poissonDraw(expected: number, stream: RandomStream): number {
  let left = expected
  let events = 0
  while (left > 16) {
    const m = Math.floor((7 * left) / 8)
    const time = stream.gamma(m)
    if (time > left) return events + binomialDraw(m - 1, left / time, stream)
    events += m
    left -= time
  }
  const limit = portableExp(-left)
  let product = stream.uniform()
  while (product > limit) {
    events++
    product *= stream.uniform()
  }
  return events
}
