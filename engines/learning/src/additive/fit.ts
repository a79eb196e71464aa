import type { RandomStream } from '@counterpart/numerics'
import { checkBetween, checkCount } from '../checks.ts'
import { assemble, residualsOf } from './assemble.ts'
import type { Columns, Feature } from './axis.ts'
import { binCount } from './axis.ts'
import { drawBag, startOf } from './bag.ts'
import { boost } from './boost.ts'
import type { Learner, StepOptions } from './learner.ts'
import type { AdditiveModel } from './model.ts'
import { pairLearner } from './pair-step.ts'
import { detectPairs, type Pair } from './pairs.ts'
import { type TrainingData, trainingData } from './training-data.ts'
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
