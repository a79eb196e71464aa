import { probabilityOf } from '../logistic.ts'
import { square } from '../square.ts'
import { binCount } from './axis.ts'
import { type Residuals, unseenVariance } from './error-bars.ts'
import type { AdditiveModel, Term } from './model.ts'
import type { Pair } from './pairs.ts'
import { centre, purify } from './purify.ts'
import { type TrainingData, weightOfBins } from './training-data.ts'

/** What one bag came to: single features first, then pairs. */
export interface FittedBag {
  readonly start: number
  readonly first: { readonly shapes: readonly Float64Array[] }
  readonly second: { readonly shapes: readonly Float64Array[] }
}

/** Centres and purifies each bag, then takes means and scatter over the bags. */
export function assemble(
  data: TrainingData,
  pairs: readonly Pair[],
  bags: readonly FittedBag[],
  residuals: Residuals,
): Pick<AdditiveModel, 'intercept' | 'interceptError' | 'terms'> {
  const weights = data.weights.map((w, i) => w * data.counts[i]!)
  const weightOfSingles = data.axes.map((axis, a) => weightOfBins(axis, data.bins[a]!, weights))
  const weightOfPairs = pairs.map(({ cellOfRow, axes }) => {
    const sums = new Float64Array(binCount(axes[0]) * binCount(axes[1]))
    for (let i = 0; i < cellOfRow.length; i++) sums[cellOfRow[i]!]! += weights[i]!
    return sums
  })
  const intercepts: number[] = []
  for (const { start, first, second } of bags) {
    let constant = start
    pairs.forEach(({ axes, at, binMaps }, p) => {
      const grid = { values: second.shapes[p]!, weights: weightOfPairs[p]! }
      const moved = purify(grid, binCount(axes[0]), binCount(axes[1]))
      for (const [side, part] of [moved.byRow, moved.byColumn].entries()) {
        const shape = first.shapes[at[side]!]!
        const binMap = binMaps[side]!
        for (let k = 0; k < shape.length; k++) shape[k]! += part[binMap[k]!]!
      }
    })
    first.shapes.forEach((shape, a) => {
      constant += centre({ values: shape, weights: weightOfSingles[a]! })
    })
    intercepts.push(constant)
  }
  const intercept = meanAndSpread(intercepts)
  const single = data.axes.map((axis, a) =>
    termOf(
      [axis],
      bags.map(({ first }) => first.shapes[a]!),
      weightOfSingles[a]!,
      unseenVariance(residuals, data.bins[a]!, binCount(axis), axis.kind === 'numeric'),
    ),
  )
  const double = pairs.map(({ axes, cellOfRow }, p) =>
    termOf(
      axes,
      bags.map(({ second }) => second.shapes[p]!),
      weightOfPairs[p]!,
      unseenVariance(residuals, cellOfRow, weightOfPairs[p]!.length, false),
    ),
  )
  // A pair that never lowered the held-out loss in any bag says nothing.
  return {
    intercept: intercept.mean,
    interceptError: intercept.spread,
    terms: [...single, ...double.filter(({ values }) => values.some((value) => value !== 0))],
  }
}

/** What the bags that never saw a row leave of its outcome. */
export function residualsOf(
  kind: 'binary' | 'continuous',
  { outcomes, weights, counts }: TrainingData,
  scores: Float64Array,
): Residuals {
  const predicted = kind === 'binary' ? scores.map(probabilityOf) : scores
  const known = (i: number) => !Number.isNaN(scores[i]!)
  const pull = outcomes.map((y, i) => (known(i) ? weights[i]! * counts[i]! * (y - predicted[i]!) : 0))
  const curvature = weights.map((w, i) =>
    known(i) ? w * counts[i]! * (kind === 'binary' ? predicted[i]! * (1 - predicted[i]!) : 1) : 0,
  )
  let [squares, total] = [0, 0]
  outcomes.forEach((y, i) => {
    if (!known(i)) return
    squares += weights[i]! * counts[i]! * square(y - predicted[i]!)
    total += weights[i]! * counts[i]!
  })
  const noise = kind === 'binary' ? 1 : squares / Math.max(total, 1)
  return { pull, curvature, variance: curvature.map((h, i) => noise * weights[i]! * h) }
}

function meanAndSpread(values: ArrayLike<number>): { readonly mean: number; readonly spread: number } {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  const mean = sum / values.length
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += square(values[i]! - mean)
  // + 0 turns −0 into 0, which JSON would lose.
  return { mean: mean + 0, spread: Math.sqrt(squares / (values.length - 1)) }
}

function termOf(
  axes: Term['axes'],
  shapes: readonly Float64Array[],
  weights: Float64Array,
  unseen: Float64Array,
): Term {
  const values: number[] = []
  const errors: number[] = []
  for (let k = 0; k < weights.length; k++) {
    const { mean, spread } = meanAndSpread(shapes.map((shape) => shape[k]!))
    values.push(mean)
    errors.push(weights[k]! > 0 ? Math.sqrt(square(spread) + unseen[k]!) : 0)
  }
  const monotone = axes.length === 1 && axes[0].kind === 'numeric' ? axes[0].monotone : undefined
  // Steps added one by one leave a level unlevel by a rounding error; the promise is exact.
  if (monotone)
    for (let k = 2; k < values.length; k++)
      values[k] = (monotone === 'rising' ? Math.max : Math.min)(values[k]!, values[k - 1]!)
  return { axes, values, errors, weights: [...weights] }
}
