import type { RandomStream } from '@counterpart/numerics'
import { InferenceError } from '../errors.ts'
import type { PreparedRates } from './rate-profile.ts'

/** What arrivals are drawn for: the times from `from` on and before `to`. */
export interface ArrivalWindow {
  readonly rates: PreparedRates
  readonly from: number
  readonly to: number
  readonly stream: RandomStream
}

/** More arrivals than this are taken for a wrong unit of time. */
const MOST_ARRIVALS = 1e8

/**
 * Arrival times of a Poisson process with a rate that changes in time, rising, by inversion: unit-rate arrivals sent
 * through the inverse of the expected count. Exact, and one random number per arrival, so that two profiles driven by
 * streams of the same name have arrivals that belong together (common random numbers).
 *
 * Throws `InferenceError` (`argument-out-of-range`).
 *
 * Source: E. Çınlar, "Introduction to stochastic processes", Prentice-Hall (1975), ch. 4.7.
 */
export function arrivalTimes({ rates, from, to, stream }: ArrivalWindow): Float64Array<ArrayBuffer> {
  requireWindow(rates, from, to)
  const times: number[] = []
  const end = rates.expectedBy(to)
  let expected = rates.expectedBy(from)
  for (;;) {
    expected += stream.exponential()
    if (!(expected < end)) return Float64Array.from(times)
    // Rounding may put an arrival a hair outside the window.
    const time = Math.max(rates.timeOf(expected), from)
    if (time < to) times.push(time)
  }
}

/**
 * The same by thinning: candidates at the highest rate, each kept with the ratio of the rate at the candidate's own time
 * to the highest. (Taking the rate at the time of the arrival before is a known mistake, which shifts every peak.)
 * It needs only the rate, not its integral, but two random numbers per candidate.
 *
 * Throws `InferenceError` (`argument-out-of-range`).
 *
 * Source: P. A. W. Lewis, G. S. Shedler, "Simulation of nonhomogeneous Poisson processes by thinning", Nav. Res.
 * Logist. Q. 26 (1979) 403–413, algorithm 1.
 */
export function thinnedArrivalTimes({ rates, from, to, stream }: ArrivalWindow): Float64Array<ArrayBuffer> {
  requireWindow(rates, from, to)
  const times: number[] = []
  if (!(rates.highest > 0)) return Float64Array.from(times)
  let time = from
  for (;;) {
    time += stream.exponential() / rates.highest
    if (!(time < to)) return Float64Array.from(times)
    if (stream.uniform() * rates.highest < rates.rateAt(time)) times.push(time)
  }
}

function requireWindow(rates: PreparedRates, from: number, to: number): void {
  if (!(Number.isFinite(from) && Number.isFinite(to) && from <= to))
    throw new InferenceError('argument-out-of-range', `arrivals from ${from} to ${to}; expected finite times in order`)
  if (rates.highest * (to - from) > MOST_ARRIVALS)
    throw new InferenceError(
      'argument-out-of-range',
      `up to ${rates.highest * (to - from)} arrivals from ${from} to ${to}; expected at most ${MOST_ARRIVALS}: check the unit of time`,
    )
}
