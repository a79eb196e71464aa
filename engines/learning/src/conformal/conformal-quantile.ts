import { checkBetween, checkSameLength, checkWeights } from '../checks.ts'
import { LearningError } from '../errors.ts'

/**
 * The score that a new case stays below or at with probability 1 − `miscoverage` or more, given the scores of calibration
 * cases exchangeable with it: the ⌈(n + 1)(1 − α)⌉-th smallest, or +∞ when there are too few of them.
 *
 * Source: V. Vovk, A. Gammerman, G. Shafer, "Algorithmic learning in a random world", 2005; J. Lei et al., J. Am. Stat.
 * Assoc. 113 (2018) 1094–1111.
 */
export function conformalQuantile(scores: ArrayLike<number>, miscoverage: number): number {
  checkBetween('miscoverage', miscoverage, 0, 1)
  const sorted = sortedScores(scores)
  // The guard keeps (n + 1)(1 − α) an integer where it is one: 10·(1 − 0.1) is 9, not 9.000000000000002.
  const rank = Math.ceil((sorted.length + 1) * (1 - miscoverage) - 1e-9)
  return rank > sorted.length ? Number.POSITIVE_INFINITY : sorted[Math.max(rank, 1) - 1]!
}

/**
 * The same under covariate shift: each calibration case counts with its likelihood ratio (density where the prediction is
 * used over density where it was calibrated, up to a common factor), and the new case with its own, `newWeight`. The
 * cases are sorted once, and each new case is then a search.
 *
 * Source: R. J. Tibshirani et al., "Conformal prediction under covariate shift", NeurIPS 2019, corollary 1.
 */
export function weightedConformalQuantile(
  scores: ArrayLike<number>,
  weights: ArrayLike<number>,
  miscoverage: number,
): (newWeight: number) => number {
  checkBetween('miscoverage', miscoverage, 0, 1)
  checkSameLength('weights', weights, 'the scores', scores)
  checkWeights(weights)
  const sorted = sortedScores(scores)
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!)
  const reached = new Float64Array(order.length)
  let total = 0
  order.forEach((i, k) => {
    total += weights[i]!
    reached[k] = total
  })
  return (newWeight) => {
    if (!(newWeight >= 0 && newWeight < Number.POSITIVE_INFINITY))
      throw new LearningError(
        'argument-out-of-range',
        `the new case has weight ${newWeight}; expected a finite one ≥ 0`,
      )
    // The guard takes equal weights to the same rank as `conformalQuantile`.
    const target = (1 - miscoverage) * (total + newWeight) * (1 - 1e-12)
    let low = 0
    let high = reached.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (reached[middle]! < target) low = middle + 1
      else high = middle
    }
    return low < reached.length ? sorted[low]! : Number.POSITIVE_INFINITY
  }
}

function sortedScores(scores: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(scores).sort()
  if (sorted.some(Number.isNaN)) throw new LearningError('argument-out-of-range', 'a conformal score is not a number')
  return sorted
}
