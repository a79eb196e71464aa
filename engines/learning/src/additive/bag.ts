import type { RandomStream } from '@counterpart/numerics'
import { probabilityOf } from '../logistic.ts'
import { square } from '../square.ts'
import type { TrainingData } from './training-data.ts'

/** How many cases of each row are drawn into a bootstrap sample, and how many are not. */
export function drawBag(
  { counts, cases }: TrainingData,
  stream: RandomStream,
): { readonly drawn: Float64Array; readonly heldOut: Float64Array } {
  const times = new Uint16Array(cases)
  for (let k = 0; k < cases; k++) times[stream.integer(cases)]!++
  const drawn = new Float64Array(counts.length)
  const heldOut = new Float64Array(counts.length)
  let next = 0
  counts.forEach((count, i) => {
    for (const end = next + count; next < end; next++) {
      drawn[i]! += times[next]!
      if (times[next] === 0) heldOut[i]!++
    }
  })
  return { drawn, heldOut }
}

/**
 * The best constant to add to the offsets; one case's worth of doubt keeps it finite when a bag holds one class only, and
 * `spread` draws it towards 0.
 */
export function startOf(
  kind: 'binary' | 'continuous',
  { outcomes, weights, offsets }: TrainingData,
  drawn: Float64Array,
  spread: number,
): number {
  const shrinkage = 1 / square(spread)
  let start = 0
  for (let turn = 0; turn < 50; turn++) {
    // Half a case of either outcome, on top of an offset of 0.
    const p = probabilityOf(start)
    let gradient = shrinkage * start + (kind === 'binary' ? p - 0.5 : 0)
    let curvature = shrinkage + (kind === 'binary' ? p * (1 - p) : 0)
    for (let i = 0; i < outcomes.length; i++) {
      const w = weights[i]! * drawn[i]!
      if (w === 0) continue
      const s = offsets[i]! + start
      const q = kind === 'binary' ? probabilityOf(s) : s
      gradient += w * (q - outcomes[i]!)
      curvature += kind === 'binary' ? w * q * (1 - q) : w
    }
    if (curvature === 0) break
    // Newton steps overshoot far out, where the curve is flat.
    const step = Math.max(-2, Math.min(2, -gradient / curvature))
    start += step
    if (Math.abs(step) < 1e-12) break
  }
  return start
}
