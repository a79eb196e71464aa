import { InferenceError } from '../errors.ts'

/** An arrival rate over time, as a list of pieces. */
export interface RateProfile {
  /**
   * `constant`: `rates[i]` holds from `times[i]` to `times[i + 1]`; one rate fewer than times. `linear`: the rate runs
   * straight from `rates[i]` at `times[i]` to the next; as many rates as times, and a jump needs two profiles.
   */
  readonly kind: 'constant' | 'linear'
  /** Rising, two or more, in any unit of time. */
  readonly times: readonly number[] | Float64Array
  /** Arrivals per that unit of time, ≥ 0. */
  readonly rates: readonly number[] | Float64Array
  /** Whether the profile repeats itself for ever, before and after; otherwise the rate outside its times is zero. */
  readonly periodic?: boolean
}

/** A rate profile made ready for fast use; all functions are of the profile's own time. */
export interface PreparedRates {
  /** The rate at a time; at a boundary, that of the piece that begins there. */
  readonly rateAt: (time: number) => number
  /** The expected number of arrivals from the first of `times` to this time; negative before it in a periodic profile. */
  readonly expectedBy: (time: number) => number
  /**
   * The earliest time by which so many arrivals are expected (the inverse of `expectedBy`), exactly; ∞ when they never
   * are.
   */
  readonly timeOf: (expected: number) => number
  /** The largest rate. */
  readonly highest: number
}

/**
 * Makes a rate profile ready. Throws `InferenceError` (`shape-mismatch`, `argument-out-of-range`).
 *
 * @example
 * ```ts
 * // Two arrivals per hour by day, none by night, every day.
 * const rates = prepareRates({ kind: 'constant', times: [0, 8, 20, 24], rates: [0, 2, 0], periodic: true })
 * rates.expectedBy(48) // 48
 * rates.timeOf(25) // 32.5
 * ```
 */
export function prepareRates(profile: RateProfile): PreparedRates {
  requireProfile(profile)
  const { kind, periodic = false } = profile
  const times = Float64Array.from(profile.times)
  const rates = Float64Array.from(profile.rates)
  const pieces = times.length - 1
  const cumulated = new Float64Array(pieces + 1)
  const start = (i: number) => rates[i]!
  const end = (i: number) => (kind === 'constant' ? rates[i]! : rates[i + 1]!)
  for (let i = 0; i < pieces; i++)
    cumulated[i + 1] = cumulated[i]! + ((start(i) + end(i)) / 2) * (times[i + 1]! - times[i]!)
  const first = times[0]!
  const length = times[pieces]! - first
  const total = cumulated[pieces]!

  const rateAt = (time: number) => {
    const at = periodic ? time - Math.floor((time - first) / length) * length : time
    if (!(at >= first && at < times[pieces]!)) return periodic ? start(0) : 0
    const i = pieceOf(times, at)
    return start(i) + ((end(i) - start(i)) * (at - times[i]!)) / (times[i + 1]! - times[i]!)
  }
  const expectedBy = (time: number) => {
    const cycles = periodic ? Math.floor((time - first) / length) : 0
    const at = time - cycles * length
    if (at <= first) return cycles * total
    if (at >= times[pieces]!) return (cycles + 1) * total
    const i = pieceOf(times, at)
    const x = at - times[i]!
    const slope = (end(i) - start(i)) / (times[i + 1]! - times[i]!)
    return cycles * total + cumulated[i]! + (start(i) + (slope * x) / 2) * x
  }
  const timeOf = (expected: number) => {
    if (!(total > 0)) return expected <= 0 ? first : Number.POSITIVE_INFINITY
    const cycles = periodic ? Math.ceil(expected / total) - 1 : 0
    const rest = expected - cycles * total
    if (rest <= 0) return first + cycles * length
    if (rest > total) return periodic ? first + (cycles + 1) * length : Number.POSITIVE_INFINITY
    // The first piece whose end reaches `rest`: pieces of rate zero are never landed in.
    const i = pieceReaching(cumulated, rest)
    const y = rest - cumulated[i]!
    const slope = (end(i) - start(i)) / (times[i + 1]! - times[i]!)
    // a·x + ½·s·x² = y in the form that does not cancel; rounding may leave the discriminant just below zero.
    const root = Math.sqrt(Math.max(0, start(i) * start(i) + 2 * slope * y))
    const x = (2 * y) / (start(i) + root)
    return cycles * length + Math.min(times[i]! + x, times[i + 1]!)
  }
  return { rateAt, expectedBy, timeOf, highest: rates.reduce((most, r) => Math.max(most, r), 0) }
}

/** The last i with times[i] ≤ t, for t inside. */
function pieceOf(times: Float64Array, t: number): number {
  let low = 0
  let high = times.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (times[middle]! <= t) low = middle
    else high = middle
  }
  return low
}

/** The first i with cumulated[i + 1] ≥ y > cumulated[i]. */
function pieceReaching(cumulated: Float64Array, y: number): number {
  let low = 0
  let high = cumulated.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (cumulated[middle]! < y) low = middle
    else high = middle
  }
  return low
}

function requireProfile({ kind, times, rates }: RateProfile): void {
  if (kind !== 'constant' && kind !== 'linear')
    throw new InferenceError('argument-out-of-range', `a profile of kind '${kind}'; expected 'constant' or 'linear'`)
  const expected = kind === 'constant' ? times.length - 1 : times.length
  if (times.length < 2 || rates.length !== expected)
    throw new InferenceError(
      'shape-mismatch',
      `${times.length} times and ${rates.length} rates; expected two times or more and ${kind === 'constant' ? 'one rate fewer' : 'as many rates'}`,
    )
  for (let i = 0; i < times.length; i++)
    if (!Number.isFinite(times[i]!) || (i > 0 && !(times[i]! > times[i - 1]!)))
      throw new InferenceError('argument-out-of-range', `time ${i} is ${times[i]}; expected finite, rising times`)
  for (let i = 0; i < rates.length; i++)
    if (!(rates[i]! >= 0 && rates[i]! < Number.POSITIVE_INFINITY))
      throw new InferenceError('argument-out-of-range', `rate ${i} is ${rates[i]}; expected a number of 0 or more`)
}
