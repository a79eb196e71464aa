import type { RandomStream } from '@counterpart/numerics'
import type { ErrorModel } from './observation.ts'

/** The central intervals whose coverage is measured, as probabilities. */
export const coverageLevels = [0.5, 0.8, 0.9, 0.95] as const
export const pitBins = 10

/**
 * Continuous ranked probability score of a weighted ensemble against what was observed, in the quantity's unit; lower is
 * better, and for one member it is the absolute error. Gneiting & Raftery 2007 (J Am Stat Assoc 102:359), eq. 20–21:
 * E|X − y| − ½ E|X − X′|.
 */
export function crpsOfEnsemble(members: ArrayLike<number>, weights: ArrayLike<number>, observed: number): number {
  const { values, mass } = sorted(members, weights)
  let toObserved = 0
  let spread = 0
  let below = 0
  let belowMoment = 0
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!
    const w = mass[i]!
    toObserved += w * Math.abs(x - observed)
    // Sum over pairs j < i of w_i w_j (x_i − x_j), kept as running sums because the values are sorted.
    spread += w * (x * below - belowMoment)
    below += w
    belowMoment += w * x
  }
  return toObserved - spread
}

/** Probability integral transform: P(X < y) + ½ P(X = y). Uniform on [0, 1] over many forecasts when calibrated. */
export function probabilityIntegralTransform(
  members: ArrayLike<number>,
  weights: ArrayLike<number>,
  observed: number,
): number {
  let below = 0
  let equal = 0
  let total = 0
  for (let i = 0; i < members.length; i++) {
    const w = weights[i]!
    total += w
    if (members[i]! < observed) below += w
    else if (members[i] === observed) equal += w
  }
  return (below + equal / 2) / total
}

/**
 * Turns members of the true quantity into members of its measurement, by adding errors drawn from the channel's error
 * model: what a forecast must be compared with, because only measurements are ever seen.
 */
export function measuredMembers(members: ArrayLike<number>, error: ErrorModel, random: RandomStream): Float64Array {
  const measured = new Float64Array(members.length)
  for (let i = 0; i < measured.length; i++)
    measured[i] = members[i]! + random.normal() * errorStandardDeviation(error, members[i]!)
  return measured
}

/** Standard deviation of one measurement of a quantity that is truly `value`. */
export function errorStandardDeviation(error: ErrorModel, value: number): number {
  return Math.hypot(error.standardDeviation, (error.relativeStandardDeviation ?? 0) * value)
}

/** One forecast of one quantity at one time, beside what was then measured. */
export interface ScoredForecast {
  readonly crps: number
  /** CRPS of saying "as it was last measured": the absolute error of that one number. */
  readonly persistenceCrps: number
  readonly pit: number
}

/** Scores members of the *measured* quantity (see {@link measuredMembers}) against what was measured. */
export function scoreForecast(
  measured: ArrayLike<number>,
  weights: ArrayLike<number>,
  observed: number,
  lastObserved: number,
): ScoredForecast {
  return {
    crps: crpsOfEnsemble(measured, weights, observed),
    persistenceCrps: Math.abs(observed - lastObserved),
    pit: probabilityIntegralTransform(measured, weights, observed),
  }
}

/** Running totals over many scored forecasts: plain data, so that it can be stored and added to. */
export interface ScoreTotals {
  readonly count: number
  readonly crps: number
  readonly persistenceCrps: number
  /** How many fell within the central interval of each of {@link coverageLevels}. */
  readonly covered: readonly number[]
  /** Histogram of the probability integral transform in {@link pitBins} equal bins. */
  readonly pit: readonly number[]
}

export const noScores: ScoreTotals = {
  count: 0,
  crps: 0,
  persistenceCrps: 0,
  covered: coverageLevels.map(() => 0),
  pit: Array.from({ length: pitBins }, () => 0),
}

export function addScore(totals: ScoreTotals, score: ScoredForecast): ScoreTotals {
  const bin = Math.min(pitBins - 1, Math.floor(score.pit * pitBins))
  return {
    count: totals.count + 1,
    crps: totals.crps + score.crps,
    persistenceCrps: totals.persistenceCrps + score.persistenceCrps,
    covered: totals.covered.map((n, i) => n + (isCovered(score.pit, coverageLevels[i]!) ? 1 : 0)),
    pit: totals.pit.map((n, i) => n + (i === bin ? 1 : 0)),
  }
}

export function mergeScores(a: ScoreTotals, b: ScoreTotals): ScoreTotals {
  return {
    count: a.count + b.count,
    crps: a.crps + b.crps,
    persistenceCrps: a.persistenceCrps + b.persistenceCrps,
    covered: a.covered.map((n, i) => n + b.covered[i]!),
    pit: a.pit.map((n, i) => n + b.pit[i]!),
  }
}

/** Whether the observation fell within the central interval of this probability. */
export function isCovered(pit: number, level: number): boolean {
  return pit >= (1 - level) / 2 && pit <= (1 + level) / 2
}

/** Skill against persistence: 1 − CRPS/CRPS of persistence; above 0 is better than persistence. `null` without scores. */
export function skill(totals: ScoreTotals): number | null {
  return totals.count === 0 || totals.persistenceCrps === 0 ? null : 1 - totals.crps / totals.persistenceCrps
}

function sorted(members: ArrayLike<number>, weights: ArrayLike<number>) {
  const order = Uint32Array.from({ length: members.length }, (_, i) => i).sort((a, b) => members[a]! - members[b]!)
  let total = 0
  for (let i = 0; i < weights.length; i++) total += weights[i]!
  const values = new Float64Array(order.length)
  const mass = new Float64Array(order.length)
  order.forEach((from, to) => {
    values[to] = members[from]!
    mass[to] = weights[from]! / total
  })
  return { values, mass }
}
