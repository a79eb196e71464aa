import { probabilityOf } from '../logistic.ts'
import { type Axis, binCount, coarsen } from './axis.ts'
import type { StepOptions } from './learner.ts'
import { quadrantSearch } from './pair-step.ts'
import type { TrainingData } from './training-data.ts'

/** Two features that seem to act on one another. */
export interface Pair {
  /** Which axes of the training data they are. */
  readonly at: readonly [number, number]
  readonly axes: readonly [Axis, Axis]
  /** From the bins of the training data to those of `axes`. */
  readonly binMaps: readonly [Int16Array, Int16Array]
  readonly cellOfRow: Uint16Array
}

/** Most categories of a feature that may take part in a pair. */
const MOST_CATEGORIES = 64

/**
 * Ranks all pairs of features by how much four quadrants of the two would still lower the loss after the single
 * features had their say, and gives back the first `most`, in the order of their features' names.
 *
 * Source: Y. Lou et al., "Accurate intelligible models with pairwise interactions", KDD 2013, section 4.
 */
export function detectPairs(
  data: TrainingData,
  scores: Float64Array,
  kind: 'binary' | 'continuous',
  most: number,
  pairBins: number,
  step: StepOptions,
): Pair[] {
  const rows = scores.length
  const gradient = new Float64Array(rows)
  const curvature = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const w = data.weights[i]! * data.counts[i]!
    const p = kind === 'binary' ? probabilityOf(scores[i]!) : scores[i]!
    gradient[i] = w * (p - data.outcomes[i]!)
    curvature[i] = kind === 'binary' ? w * p * (1 - p) : w
  }
  const coarse = data.axes.flatMap((axis, at) => {
    const refused = axis.kind === 'numeric' ? axis.monotone !== undefined : axis.categories.length > MOST_CATEGORIES
    if (refused) return []
    const { axis: coarser, binMap } = coarsen(axis, pairBins)
    return [{ at, axis: coarser, binMap, bins: data.bins[at]!.map((bin) => binMap[bin]!) }]
  })
  const found: { gain: number; pair: Pair }[] = []
  const cellOfRow = new Uint16Array(rows)
  for (let a = 0; a < coarse.length; a++)
    for (let b = a + 1; b < coarse.length; b++) {
      const first = coarse[a]!
      const second = coarse[b]!
      const columns = binCount(second.axis)
      const cells = binCount(first.axis) * columns
      const histogram = {
        gradient: new Float64Array(cells),
        curvature: new Float64Array(cells),
        count: new Float64Array(cells),
      }
      for (let i = 0; i < rows; i++) {
        const cell = first.bins[i]! * columns + second.bins[i]!
        cellOfRow[i] = cell
        histogram.gradient[cell]! += gradient[i]!
        histogram.curvature[cell]! += curvature[i]!
        histogram.count[cell]! += data.counts[i]!
      }
      const gain = quadrantSearch(binCount(first.axis), columns)(histogram, step)
      if (gain <= 0) continue
      found.push({
        gain,
        pair: {
          at: [first.at, second.at],
          axes: [first.axis, second.axis],
          binMaps: [first.binMap, second.binMap],
          cellOfRow: cellOfRow.slice(),
        },
      })
      found.sort((x, y) => y.gain - x.gain)
      found.length = Math.min(found.length, most)
    }
  return found.map(({ pair }) => pair).sort((x, y) => x.at[0] - y.at[0] || x.at[1] - y.at[1])
}
