import type { RandomStream } from '@counterpart/numerics'
import { checkBetween, checkCount } from '../checks.ts'
import { probabilityOf } from '../logistic.ts'
import { square } from '../square.ts'
import type { Columns, Feature } from './axis.ts'
import { binCount } from './axis.ts'
import { boost } from './boost.ts'
import { type Residuals, unseenVariance } from './error-bars.ts'
import type { Learner, StepOptions } from './learner.ts'
import type { AdditiveModel, Term } from './model.ts'
import { pairLearner } from './pair-step.ts'
import { detectPairs, type Pair } from './pairs.ts'
import { centre, purify } from './purify.ts'
import { type TrainingData, trainingData, weightOfBins } from './training-data.ts'
import { categoricalLearner, numericLearner } from './tree-step.ts'

/** What to learn, from what. */
export interface AdditiveProblem {
  readonly features: readonly Feature[]
  readonly columns: Columns
  readonly outcome: {
    readonly kind: 'binary' | 'continuous'
    readonly name: string
    readonly unit?: string
    /** 0 or 1 when binary; finite numbers when continuous. */
    readonly values: ArrayLike<number>
  }
}

/** How to learn it. Everything but the stream has a default that suits clinical tables. */
export interface AdditiveOptions {
  /** Draws the bags; the same stream name gives the same model, bit for bit. */
  readonly stream: RandomStream
  /** Weight of each row, ≥ 0. */
  readonly weights?: ArrayLike<number>
  /** How many cases each row stands for (default 1): the model is that of so many equal rows. */
  readonly counts?: ArrayLike<number>
  /**
   * What each row's score begins with, e.g. the log-odds by a published model: what is learnt is the difference, so add it
   * to the score again. `startSpread` says how far from it, as a standard deviation, the mean is sought before the first
   * shape is learnt (default: anywhere).
   */
  readonly offset?: ArrayLike<number>
  readonly startSpread?: number
  /** Factors for rows with outcome 0 and 1. They shift the log-odds: calibrate before reading probabilities. */
  readonly classWeights?: 'balanced' | readonly [number, number]
  /** Most bins of a numeric feature (default 64). */
  readonly bins?: number
  /** Bootstrap bags, 2 or more (default 8): their mean is the model, their scatter its error bars. */
  readonly bags?: number
  /** Most interactions of two features (default 2); features bound to be monotone are left out of them. */
  readonly pairs?: number
  /** Most bins along each side of an interaction (default 8). */
  readonly pairBins?: number
  /** Damping of each step, in (0, 1] (default 0.2). */
  readonly learningRate?: number
  /** Leaves of each small tree (default 3). */
  readonly leaves?: number
  /** Fewest training rows in a leaf (default 10). */
  readonly smallestLeaf?: number
  /** Most cycles over all features (default 1000), and cycles without gain before stopping (default 10). */
  readonly cycles?: number
  readonly patience?: number
}

/**
 * Learns a boosted additive model (explainable boosting machine): one shape for each feature, a few interactions, and
 * nothing else, so that every prediction is a sum that can be read.
 *
 * Each bag trains on a bootstrap sample and stops early on the rows left out of it. The result does not depend on the
 * order of rows or columns. Throws `LearningError` for columns that are missing, double, of another length or kind, for
 * outcomes that are not finite (or not 0 and 1), and for options out of range.
 *
 * Source: Y. Lou, R. Caruana, J. Gehrke, KDD 2012; Y. Lou et al., KDD 2013; H. Nori et al., arXiv:1909.09223.
 *
 * @example
 * ```ts
 * const model = fitAdditiveModel(
 *   { features: [{ kind: 'numeric', name: 'age', unit: 'a' }], columns: { age }, outcome },
 *   { stream: randomStream('risk') },
 * )
 * ```
 */
export function fitAdditiveModel(problem: AdditiveProblem, options: AdditiveOptions): AdditiveModel {
  return fitWithHeldOut(problem, options).model
}

/**
 * The same, with the score of each row by the bags that never saw it (offset included, in the order handed in; NaN where
 * every bag saw all its cases): what the model says of strangers, to calibrate it by.
 */
export function fitWithHeldOut(
  problem: AdditiveProblem,
  options: AdditiveOptions,
): { readonly model: AdditiveModel; readonly heldOut: Float64Array } {
  const {
    startSpread = Number.POSITIVE_INFINITY,
    bins = 64,
    bags = 8,
    pairs: most = 2,
    pairBins = 8,
    learningRate = 0.2,
    leaves = 3,
  } = options
  const { smallestLeaf = 10, cycles = 1000, patience = 10 } = options
  checkCount('bins', bins, 2)
  checkBetween('bins', bins, 1, 10_001)
  checkCount('bags', bags, 2)
  checkCount('pairs', most, 0)
  checkCount('pairBins', pairBins, 2)
  checkBetween('pairBins', pairBins, 1, 65)
  checkBetween('learningRate', learningRate, 0, 1 + 1e-12)
  checkCount('leaves', leaves, 2)
  checkCount('smallestLeaf', smallestLeaf, 1)
  checkCount('cycles', cycles, 1)
  checkCount('patience', patience, 1)
  if (options.startSpread !== undefined) checkBetween('startSpread', startSpread, 0, Number.POSITIVE_INFINITY)
  const { values, ...outcome } = problem.outcome
  const data = trainingData(problem.features, problem.columns, values, outcome.kind, { ...options, bins })
  const step: StepOptions = { learningRate, leaves, smallestLeaf, shrinkage: 1 }
  const singles = data.axes.map((axis, a): Learner => {
    const cells = binCount(axis)
    return axis.kind === 'numeric'
      ? numericLearner(data.bins[a]!, cells, axis.monotone)
      : categoricalLearner(data.bins[a]!, cells)
  })
  const settings = { kind: outcome.kind, outcomes: data.outcomes, weights: data.weights, step, cycles, patience }
  const drawnBags = Array.from({ length: bags }, (_, b) => {
    const bag = drawBag(data, options.stream.substream('bag', b))
    const start = startOf(outcome.kind, data, bag.drawn, startSpread)
    const scores = scoresOf(data, start, [])
    return { bag, start, singles: boost({ ...settings, ...bag, learners: singles, scores }) }
  })
  const pairs = most > 0 && data.axes.length > 1 ? findPairs(data, drawnBags, outcome.kind, most, pairBins, step) : []
  const learners = pairs.map(({ cellOfRow, axes }) => pairLearner(cellOfRow, binCount(axes[0]), binCount(axes[1])))
  const sums = new Float64Array(data.outcomes.length)
  const times = new Float64Array(data.outcomes.length)
  const fitted = drawnBags.map(({ bag, start, singles: first }) => {
    const scores = scoresOf(data, start, first.shapes)
    const second =
      pairs.length > 0 ? boost({ ...settings, ...bag, learners, scores }) : { ...first, shapes: [], cycles: 0 }
    bag.heldOut.forEach((cases, i) => {
      if (cases === 0) return
      const inPairs = second.shapes.reduce((sum, shape, p) => sum + shape[pairs[p]!.cellOfRow[i]!]!, 0)
      sums[i]! += cases * (scores[i]! + inPairs)
      times[i]! += cases
    })
    return { start, first, second }
  })
  const heldOut = new Float64Array(data.outcomes.length)
  const scores = sums.map((sum, i) => sum / times[i]!)
  const assembled = assemble(data, pairs, fitted, residualsOf(outcome.kind, data, scores))
  data.order.forEach((row, i) => {
    heldOut[row] = scores[i]!
  })
  const model: AdditiveModel = {
    format: 'counterpart-additive-model/1',
    outcome,
    ...assembled,
    training: {
      rows: data.cases,
      outcomeMean: data.outcomes.reduce((sum, y, i) => sum + data.counts[i]! * y, 0) / data.cases,
      bags,
      cycles: fitted.map(({ first, second }) => [first.cycles, second.cycles] as const),
      heldOutLoss: fitted.reduce((sum, { second }) => sum + second.heldOutLoss, 0) / bags,
    },
  }
  return { model, heldOut }
}

/** How many cases of each row are drawn into a bootstrap sample, and how many are not. */
function drawBag(
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
function startOf(
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

function scoresOf(data: TrainingData, start: number, shapes: readonly Float64Array[]): Float64Array {
  const scores = data.offsets.map((offset) => offset + start)
  shapes.forEach((shape, a) => {
    const bins = data.bins[a]!
    for (let i = 0; i < scores.length; i++) scores[i]! += shape[bins[i]!]!
  })
  return scores
}

function findPairs(
  data: TrainingData,
  bags: readonly { readonly start: number; readonly singles: { readonly shapes: readonly Float64Array[] } }[],
  kind: 'binary' | 'continuous',
  most: number,
  pairBins: number,
  step: StepOptions,
): Pair[] {
  const scores = new Float64Array(data.outcomes.length)
  for (const { start, singles } of bags)
    scoresOf(data, start, singles.shapes).forEach((score, i) => {
      scores[i]! += score / bags.length
    })
  return detectPairs(data, scores, kind, most, pairBins, step)
}

interface FittedBag {
  readonly start: number
  readonly first: { readonly shapes: readonly Float64Array[] }
  readonly second: { readonly shapes: readonly Float64Array[] }
}

/** Centres and purifies each bag, then takes means and scatter over the bags. */
function assemble(
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
function residualsOf(
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
