import { checkBinary, checkCount, checkFinite, checkSameLength, checkWeights } from '../checks.ts'
import { LearningError } from '../errors.ts'
import { type Axis, axisOf, binColumn, binCount, type Columns, type Feature } from './axis.ts'

/** Rows to learn from, binned, in an order that depends on nothing but their content. */
export interface TrainingData {
  /** In the order of their names. */
  readonly axes: readonly Axis[]
  /** For each axis, the bin of each row. */
  readonly bins: readonly Uint16Array[]
  readonly outcomes: Float64Array
  /** Of each case, with mean 1 over the rows. */
  readonly weights: Float64Array
  /** How many cases each row stands for, and how many there are. */
  readonly counts: Float64Array
  readonly cases: number
  /** What each row's score begins with. */
  readonly offsets: Float64Array
  /** Where each row stood in what was handed in. */
  readonly order: Uint32Array
}

/** Bins and orders what is handed in; see `fitAdditiveModel` for what is checked. */
export function trainingData(
  features: readonly Feature[],
  columns: Columns,
  outcomes: ArrayLike<number>,
  kind: 'binary' | 'continuous',
  options: {
    readonly weights?: ArrayLike<number>
    readonly classWeights?: 'balanced' | readonly [number, number]
    readonly counts?: ArrayLike<number>
    readonly offset?: ArrayLike<number>
    readonly bins: number
  },
): TrainingData {
  const rows = outcomes.length
  const counts = new Float64Array(rows).fill(1)
  if (options.counts) {
    checkSameLength('counts', options.counts, 'the outcome', outcomes)
    for (let i = 0; i < rows; i++) checkCount(`count ${i}`, options.counts[i]!, 1)
    counts.set(options.counts)
  }
  const offsets = new Float64Array(rows)
  if (options.offset) {
    checkSameLength('the offset', options.offset, 'the outcome', outcomes)
    checkFinite('offset', options.offset)
    offsets.set(options.offset)
  }
  const cases = counts.reduce((sum, n) => sum + n, 0)
  if (cases < 20) throw new LearningError('data-insufficient', `there are ${cases} rows; expected 20 or more`)
  if (features.length === 0) throw new LearningError('data-insufficient', 'there are no features')
  if (kind === 'binary') checkBinary(outcomes)
  else checkFinite('outcome', outcomes)
  const weights = rowWeights(outcomes, kind, options)
  const sorted = [...features].sort((a, b) => (a.name < b.name ? -1 : 1))
  const axes: Axis[] = []
  const unordered: Uint16Array[] = []
  for (const [k, feature] of sorted.entries()) {
    if (sorted[k + 1]?.name === feature.name)
      throw new LearningError('column-invalid', `the feature "${feature.name}" is named twice`)
    const column = Object.hasOwn(columns, feature.name) ? columns[feature.name] : undefined
    if (!column) throw new LearningError('column-invalid', `there is no column for the feature "${feature.name}"`)
    checkSameLength(`the column "${feature.name}"`, column, 'the outcome', outcomes)
    const axis = axisOf(feature, column, options.bins)
    axes.push(axis)
    unordered.push(Uint16Array.from(binColumn(axis, column)))
  }
  const order = contentOrder([...unordered, Float64Array.from(outcomes), weights, offsets, counts], rows)
  return {
    axes,
    bins: unordered.map((column) => Uint16Array.from(order, (i) => column[i]!)),
    outcomes: Float64Array.from(order, (i) => outcomes[i]!),
    weights: Float64Array.from(order, (i) => weights[i]!),
    counts: Float64Array.from(order, (i) => counts[i]!),
    cases,
    offsets: Float64Array.from(order, (i) => offsets[i]!),
    order,
  }
}

/** The training weight in each bin. */
export function weightOfBins(axis: Axis, bins: Uint16Array, weights: Float64Array): Float64Array {
  const sums = new Float64Array(binCount(axis))
  for (let i = 0; i < bins.length; i++) sums[bins[i]!]! += weights[i]!
  return sums
}

function rowWeights(
  outcomes: ArrayLike<number>,
  kind: 'binary' | 'continuous',
  {
    weights: given,
    classWeights,
  }: { readonly weights?: ArrayLike<number>; readonly classWeights?: 'balanced' | readonly [number, number] },
): Float64Array {
  const weights = new Float64Array(outcomes.length).fill(1)
  if (given) {
    checkSameLength('weights', given, 'the outcome', outcomes)
    checkWeights(given)
    weights.set(given)
  }
  if (classWeights) {
    if (kind !== 'binary')
      throw new LearningError('argument-out-of-range', 'class weights are for binary outcomes; leave them out')
    const total = [0, 0]
    weights.forEach((w, i) => {
      total[outcomes[i]!]! += w
    })
    const factors = classWeights === 'balanced' ? [1 / total[0]!, 1 / total[1]!] : classWeights
    checkWeights(factors)
    weights.forEach((w, i) => {
      weights[i] = w * factors[outcomes[i]!]!
    })
  }
  checkWeights(weights)
  const mean =
    Float64Array.from(weights)
      .sort()
      .reduce((sum, w) => sum + w, 0) / weights.length
  return weights.map((w) => w / mean)
}

/** Rows sorted by what they hold; rows left level hold the same and may change places. */
function contentOrder(keys: readonly (Uint16Array | Float64Array)[], rows: number): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, i) => i).sort((a, b) => {
    for (const key of keys) {
      const difference = key[a]! - key[b]!
      if (difference !== 0) return difference
    }
    return 0
  })
}
