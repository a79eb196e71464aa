import { gamma, normalCumulative, normalQuantile, portableExp, portableLog, survival } from '@counterpart/numerics'
import { DiscreteError } from './errors.ts'
import { type GammaInverse, gammaAt, gammaInverse } from './gamma-inverse.ts'
import type { Duration } from './pathway.ts'

/** The kinds as numbers: the inner loop chooses by them. */
const KIND = {
  constant: 0,
  exponential: 1,
  uniform: 2,
  triangular: 3,
  normal: 4,
  'log-normal': 5,
  gamma: 6,
  weibull: 7,
  list: 8,
} as const

/** A duration made ready for drawing: the same shape for every kind, so that the engine's inner loop stays fast. */
export interface PreparedDuration {
  /** See `KIND`. */
  readonly kind: number
  /** The kind's numbers in the order of its fields; for log-normal the mean and deviation of the logarithm. */
  readonly a: number
  readonly b: number
  readonly c: number
  /** Of a `list`. */
  readonly values: readonly number[]
  /** Of `gamma`. */
  readonly inverse: GammaInverse | undefined
  /** Number of its covariates among the program's, −1 for none. */
  readonly scale: number
}

/** Checks a duration without covariates and makes it ready; throws `DiscreteError` (`invalid-pathway`) naming what is out of range. */
export function prepareDuration(d: Duration, element: string): PreparedDuration {
  checkDuration(d, element)
  if (d.scaledBy)
    throw new DiscreteError('invalid-pathway', `${element} is scaled by attributes, but there is no patient`, {
      element,
    })
  const ready = (a: number, b = 0, c = 0, values: readonly number[] = []) => ({
    kind: KIND[d.kind],
    a,
    b,
    c,
    values,
    inverse: d.kind === 'gamma' ? gammaInverse(d.shape, d.scale) : undefined,
    scale: -1,
  })
  switch (d.kind) {
    case 'constant':
      return ready(d.value)
    case 'exponential':
      return ready(d.mean)
    case 'uniform':
      return ready(d.lower, d.upper)
    case 'triangular':
      return ready(d.lower, d.mode, d.upper)
    case 'normal':
      return ready(d.mean, d.standardDeviation, d.atLeast ?? 0)
    case 'log-normal': {
      const square = portableLog(1 + (d.standardDeviation / d.mean) ** 2)
      return ready(portableLog(d.mean) - square / 2, Math.sqrt(square))
    }
    case 'gamma':
    case 'weibull':
      return ready(d.shape, d.scale)
    case 'list':
      return ready(0, 0, 0, d.values)
  }
}

/**
 * The duration whose probability of being exceeded is `tail` (0 < tail < 1): the inverse of the survival function.
 * With `tail` uniform it draws the duration; of a `list` it is the value numbered `index`, round and round.
 */
export function durationAt(d: PreparedDuration, tail: number, index = 0): number {
  switch (d.kind) {
    case KIND.exponential:
      return -d.a * portableLog(tail)
    case KIND.constant:
      return d.a
    case KIND.uniform:
      return d.b - tail * (d.b - d.a)
    case KIND.triangular: {
      const span = d.c - d.a
      return tail * span <= d.c - d.b
        ? d.c - Math.sqrt(tail * span * (d.c - d.b))
        : d.a + Math.sqrt((1 - tail) * span * (d.b - d.a))
    }
    case KIND.normal:
      return Math.max(d.c, d.a - d.b * normalQuantile(tail))
    case KIND['log-normal']:
      return portableExp(d.a - d.b * normalQuantile(tail))
    case KIND.gamma:
      return gammaAt(d.inverse!, tail)
    case KIND.weibull:
      return d.b * portableExp(portableLog(-portableLog(tail)) / d.a)
    case KIND.list:
      return d.values[index % d.values.length]!
    default:
      return Number.NaN
  }
}

/** The probability that the duration exceeds `elapsed`. */
export function survivalOf(d: PreparedDuration, elapsed: number, index = 0): number {
  if (!(elapsed > 0)) return 1
  switch (d.kind) {
    case KIND.exponential:
      return portableExp(-elapsed / d.a)
    case KIND.constant:
      return elapsed < d.a ? 1 : 0
    case KIND.uniform:
      return Math.min(1, Math.max(0, (d.b - elapsed) / (d.b - d.a)))
    case KIND.triangular: {
      if (elapsed <= d.a) return 1
      if (elapsed >= d.c) return 0
      return elapsed >= d.b
        ? (d.c - elapsed) ** 2 / ((d.c - d.a) * (d.c - d.b))
        : 1 - (elapsed - d.a) ** 2 / ((d.c - d.a) * (d.b - d.a))
    }
    case KIND.normal:
      return elapsed < d.c ? 1 : normalCumulative((d.a - elapsed) / d.b)
    case KIND['log-normal']:
      return normalCumulative((d.a - portableLog(elapsed)) / d.b)
    case KIND.gamma:
      return survival(gamma(d.a, d.b), elapsed)
    case KIND.weibull:
      return portableExp(-portableExp(d.a * portableLog(elapsed / d.b)))
    case KIND.list:
      return elapsed < d.values[index % d.values.length]! ? 1 : 0
    default:
      return Number.NaN
  }
}

/**
 * The total duration given that it exceeds `elapsed` already, at a uniform `u`: exact, by inversion of the conditional
 * survival function u·S(elapsed), which is how an activity that is already under way goes on. `elapsed` itself when
 * the duration cannot have lasted that long.
 */
export function durationBeyond(d: PreparedDuration, elapsed: number, u: number, index = 0): number {
  return elapsed > 0 ? durationSurviving(d, elapsed, survivalOf(d, elapsed, index), u, index) : durationAt(d, u, index)
}

/** The same, of a survival S(elapsed) that is known already. */
export function durationSurviving(
  d: PreparedDuration,
  elapsed: number,
  survival: number,
  u: number,
  index: number,
): number {
  const tail = u * survival
  return tail > 0 ? Math.max(elapsed, durationAt(d, tail, index)) : elapsed
}

/** Whether drawing needs no random number. */
export const isConstant = (d: PreparedDuration): boolean => d.kind === KIND.constant

/** Whether it is exponential without covariates. */
export const isExponential = (d: PreparedDuration): boolean => d.kind === KIND.exponential && d.scale < 0

/** Throws `DiscreteError` (`invalid-pathway`) naming what of a duration is out of range. */
function checkDuration(d: Duration, element: string): void {
  const need = (holds: boolean, what: string, expected: string) => {
    if (!holds) throw new DiscreteError('invalid-pathway', `${element}: ${what}`, { element, expected })
  }
  const finite = (value: number, name: string, lowest: number) =>
    need(Number.isFinite(value) && value >= lowest, `${name} is ${value}`, `a finite number of at least ${lowest}`)
  const positive = (value: number, name: string) =>
    need(Number.isFinite(value) && value > 0, `${name} is ${value}`, 'a positive number')
  switch (d.kind) {
    case 'constant':
      finite(d.value, 'value', 0)
      break
    case 'exponential':
      positive(d.mean, 'mean')
      break
    case 'uniform':
      finite(d.lower, 'lower', 0)
      need(Number.isFinite(d.upper) && d.upper > d.lower, `upper is ${d.upper}`, `more than lower, ${d.lower}`)
      break
    case 'triangular':
      finite(d.lower, 'lower', 0)
      need(Number.isFinite(d.upper) && d.upper > d.lower, `upper is ${d.upper}`, `more than lower, ${d.lower}`)
      need(d.mode >= d.lower && d.mode <= d.upper, `mode is ${d.mode}`, 'between lower and upper')
      break
    case 'normal':
      finite(d.mean, 'mean', Number.NEGATIVE_INFINITY)
      finite(d.atLeast ?? 0, 'atLeast', 0)
      positive(d.standardDeviation, 'standardDeviation')
      break
    case 'log-normal':
      positive(d.mean, 'mean')
      positive(d.standardDeviation, 'standardDeviation')
      break
    case 'gamma':
    case 'weibull':
      positive(d.shape, 'shape')
      positive(d.scale, 'scale')
      break
    case 'list':
      need(d.values.length > 0, 'the list is empty', 'at least one value')
      for (const [i, value] of d.values.entries()) finite(value, `values[${i}]`, 0)
      break
    default:
      need(false, `unknown duration ${JSON.stringify(d)}`, 'a kind such as constant or exponential')
  }
}
