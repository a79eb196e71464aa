import { wilsonInterval } from '@counterpart/numerics'
import { checkBinary, checkCount, checkProbabilities, checkSameLength } from '../checks.ts'

/** One group of a reliability curve: what was predicted against what happened. */
export interface ReliabilityBin {
  readonly count: number
  readonly events: number
  readonly meanPredicted: number
  /** Share of events, with Wilson's interval. */
  readonly observed: number
  readonly low: number
  readonly high: number
}

/**
 * Groups predictions of nearly equal count, from low to high, and sets the share of events in each against the mean
 * prediction. Equal predictions stay together, so there may be fewer groups than the `bins` asked for (default 10).
 */
export function reliabilityCurve(
  predicted: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  { bins = 10, level = 0.95 }: { readonly bins?: number; readonly level?: number } = {},
): ReliabilityBin[] {
  checkSameLength('the predictions', predicted, 'the outcomes', outcomes)
  checkBinary(outcomes, false)
  checkProbabilities(predicted)
  checkCount('bins', bins, 1)
  const n = predicted.length
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => predicted[a]! - predicted[b]!)
  const curve: ReliabilityBin[] = []
  for (let start = 0, k = 1; start < n; k++) {
    let end = Math.max(start + 1, Math.round((k * n) / bins))
    while (end < n && predicted[order[end]!] === predicted[order[end - 1]!]) end++
    let sum = 0
    let events = 0
    for (let i = start; i < end; i++) {
      sum += predicted[order[i]!]!
      events += outcomes[order[i]!]!
    }
    const count = end - start
    const { estimate, low, high } = wilsonInterval(events, count, level)
    curve.push({ count, events, meanPredicted: sum / count, observed: estimate, low, high })
    start = end
  }
  return curve
}

/** Expected calibration error: the mean distance of the reliability curve from the diagonal, weighted by count. */
export function expectedCalibrationError(curve: readonly ReliabilityBin[]): number {
  let sum = 0
  let count = 0
  for (const bin of curve) {
    sum += bin.count * Math.abs(bin.observed - bin.meanPredicted)
    count += bin.count
  }
  return sum / count
}
