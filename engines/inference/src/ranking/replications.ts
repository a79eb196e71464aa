import { quantileOf, RunningMoments, studentT } from '@counterpart/numerics'
import { outOfRange, requireCount, requireObservation } from './selection-goal.ts'

/** The mean of some replications and how sure it is. */
export interface ReplicationInterval {
  readonly n: number
  readonly mean: number
  /** With divisor n − 1; NaN for one replication. */
  readonly standardDeviation: number
  /** Half the width of the Student interval; NaN for one replication. */
  readonly halfWidth: number
  /** The half-width over the mean's size. */
  readonly relativeHalfWidth: number
}

/**
 * The Student confidence interval of the mean after 1, 2, … n replications: one entry per observation, at `level`
 * between 0 and 1. Throws `InferenceError` (`observation-invalid`, `argument-out-of-range`).
 */
export function replicationIntervals(
  observations: readonly number[] | Float64Array,
  level = 0.95,
): ReplicationInterval[] {
  if (!(level > 0 && level < 1)) throw outOfRange('level', level, 'a number between 0 and 1')
  const moments = new RunningMoments()
  return Array.from(observations, (value, i) => {
    requireObservation(value, 0, i)
    moments.add(value)
    return intervalOf(moments, level)
  })
}

/** When to stop replicating. */
export interface ReplicationRule {
  /** The half-width to reach, as a fraction of the mean's size, > 0. */
  readonly precision: number
  /** Of the intervals; 0.95. */
  readonly level?: number
  /** Replications before the first look, 2 or more; 3. */
  readonly initial?: number
  /** Further replications, per hundred and at least this many, that must keep to the precision; 5. */
  readonly lookAhead?: number
  /** The most replications; 1,000. */
  readonly budget?: number
}

/** Where a search for the number of replications stands. */
export interface ReplicationAdvice {
  /** `enough`: `replications` is the answer. `more`: run at least `replications` in all, then ask again. `budget-spent`. */
  readonly kind: 'enough' | 'more' | 'budget-spent'
  readonly replications: number
}

/**
 * How many replications give the mean to a relative precision that lasts.
 *
 * The answer is the first n, from `initial` on, whose interval is precise enough and stays so for the following
 * ⌊lookAhead/100·max(n, 100)⌋ replications. Give the observations so far; the same call with more of them resumes the
 * search. A mean of zero has no relative precision and is never enough.
 *
 * Throws `InferenceError` (`argument-out-of-range`, `observation-invalid`).
 *
 * Source: K. Hoad, S. Robinson, R. Davies, "Automated selection of the number of replications for a discrete-event
 * simulation", J. Oper. Res. Soc. 61 (2010) 1632–1644.
 *
 * @example
 * ```ts
 * adviseReplications(observed, { precision: 0.05 }) // { kind: 'more', replications: 17 }
 * ```
 */
export function adviseReplications(
  observations: readonly number[] | Float64Array,
  rule: ReplicationRule,
): ReplicationAdvice {
  const { precision, level = 0.95, initial = 3, lookAhead = 5, budget = 1000 } = rule
  if (!(precision > 0)) throw outOfRange('precision', precision, 'a positive number')
  if (!(level > 0 && level < 1)) throw outOfRange('level', level, 'a number between 0 and 1')
  requireCount('initial', initial, 2)
  requireCount('lookAhead', lookAhead, 0)
  requireCount('budget', budget, initial)
  const moments = new RunningMoments()
  let solution = 0
  for (let n = 1; n <= Math.min(observations.length, budget); n++) {
    requireObservation(observations[n - 1]!, 0, n - 1)
    moments.add(observations[n - 1]!)
    if (n < initial) continue
    if (!(intervalOf(moments, level).relativeHalfWidth <= precision)) {
      solution = 0
      continue
    }
    if (solution === 0) solution = n
    if (n >= solution + looks(solution, lookAhead)) return { kind: 'enough', replications: solution }
  }
  if (observations.length >= budget) return { kind: 'budget-spent', replications: budget }
  const next = solution === 0 ? Math.max(initial, observations.length + 1) : solution + looks(solution, lookAhead)
  return { kind: 'more', replications: Math.min(budget, next) }
}

function looks(n: number, lookAhead: number): number {
  return Math.floor((lookAhead * Math.max(n, 100)) / 100)
}

function intervalOf(moments: RunningMoments, level: number): ReplicationInterval {
  const { count: n, mean } = moments
  const standardDeviation = Math.sqrt(moments.variance)
  const halfWidth =
    n < 2 ? Number.NaN : (quantileOf(studentT(n - 1), 0.5 + level / 2) * standardDeviation) / Math.sqrt(n)
  return {
    n,
    mean,
    standardDeviation,
    halfWidth,
    relativeHalfWidth: mean === 0 ? Number.NaN : halfWidth / Math.abs(mean),
  }
}
