import { normalQuantile } from '@counterpart/numerics'
import { checkBetween, checkBinary, checkFinite, checkSameLength } from '../checks.ts'
import { square } from '../square.ts'

/** Area under the ROC curve, with DeLong's standard error and interval. */
export interface AreaUnderCurve {
  readonly area: number
  readonly standardError: number
  readonly low: number
  readonly high: number
}

/**
 * How often a case with the outcome scores above one without it, ties counting half; the interval is DeLong's, cut to
 * [0, 1].
 *
 * Takes scores of any scale and outcomes 0 and 1 (both must be there). Source: E. R. DeLong et al., Biometrics 44 (1988)
 * 837–845; by mid-ranks as X. Sun, W. Xu, IEEE Signal Process. Lett. 21 (2014) 1389–1393. The standard error is NaN when
 * a class has one case only.
 */
export function areaUnderCurve(scores: ArrayLike<number>, outcomes: ArrayLike<number>, level = 0.95): AreaUnderCurve {
  checkSameLength('the scores', scores, 'the outcomes', outcomes)
  checkBinary(outcomes)
  checkFinite('score', scores)
  checkBetween('level', level, 0, 1)
  const all = Float64Array.from(scores)
  const one = all.filter((_, i) => outcomes[i] === 1)
  const zero = all.filter((_, i) => outcomes[i] === 0)
  // Share of the other class that each case beats, ties half.
  const ofOnes = placements(one, zero)
  const ofZeros = placements(zero, one)
  const area = mean(ofOnes)
  const spread = sampleVariance(ofOnes) / one.length + sampleVariance(ofZeros) / zero.length
  const standardError = Math.sqrt(spread)
  const half = normalQuantile(0.5 + level / 2) * standardError
  return { area, standardError, low: Math.max(0, area - half), high: Math.min(1, area + half) }
}

function placements(cases: Float64Array, others: Float64Array): Float64Array {
  const sorted = others.slice().sort()
  return cases.map(
    (score) => (firstAtLeast(sorted, score, false) + firstAtLeast(sorted, score, true)) / 2 / sorted.length,
  )
}

/** Where in the sorted list the first value ≥ (or, when `above`, >) the score stands. */
function firstAtLeast(sorted: Float64Array, score: number, above: boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < score || (above && sorted[middle] === score)) low = middle + 1
    else high = middle
  }
  return low
}

function mean(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length
}

function sampleVariance(values: Float64Array): number {
  const middle = mean(values)
  return values.reduce((sum, v) => sum + square(v - middle), 0) / (values.length - 1)
}
