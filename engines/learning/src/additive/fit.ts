import { portableLog, type RandomStream } from '@counterpart/numerics'
import { checkBetween, checkCount } from '../checks.ts'
import { square } from '../square.ts'
import type { Columns, Feature } from './axis.ts'
import { binCount } from './axis.ts'
import { boost } from './boost.ts'
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
  const { bins = 64, bags = 8, pairs: most = 2, pairBins = 8, learningRate = 0.2, leaves = 3 } = options
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
    const drawn = drawBag(data.outcomes.length, options.stream.substream('bag', b))
    const start = startOf(outcome.kind, data, drawn)
    const scores = scoresOf(data, start, [])
    return { drawn, start, singles: boost({ ...settings, drawn, learners: singles, scores }) }
  })
  const pairs = most > 0 && data.axes.length > 1 ? findPairs(data, drawnBags, outcome.kind, most, pairBins, step) : []
  const learners = pairs.map(({ cellOfRow, axes }) => pairLearner(cellOfRow, binCount(axes[0]), binCount(axes[1])))
  const fitted = drawnBags.map(({ drawn, start, singles: first }) => {
    const scores = scoresOf(data, start, first.shapes)
    const second =
      pairs.length > 0 ? boost({ ...settings, drawn, learners, scores }) : { ...first, shapes: [], cycles: 0 }
    return { start, first, second }
  })
  return {
    format: 'counterpart-additive-model/1',
    outcome,
    ...assemble(data, pairs, fitted),
    training: {
      rows: data.outcomes.length,
      outcomeMean: data.outcomes.reduce((sum, y) => sum + y, 0) / data.outcomes.length,
      bags,
      cycles: fitted.map(({ first, second }) => [first.cycles, second.cycles] as const),
      heldOutLoss: fitted.reduce((sum, { second }) => sum + second.heldOutLoss, 0) / bags,
    },
  }
}

/** How often each row is drawn into a bootstrap sample. */
function drawBag(rows: number, stream: RandomStream): Float64Array {
  const drawn = new Float64Array(rows)
  for (let k = 0; k < rows; k++) drawn[stream.integer(rows)]!++
  return drawn
}

/** The best constant score; one row's worth of doubt keeps it finite when a bag holds one class only. */
function startOf(kind: 'binary' | 'continuous', { outcomes, weights }: TrainingData, drawn: Float64Array): number {
  let sum = 0
  let total = 0
  for (let i = 0; i < outcomes.length; i++) {
    const w = weights[i]! * drawn[i]!
    sum += w * outcomes[i]!
    total += w
  }
  if (kind === 'binary') return portableLog((sum + 0.5) / (total - sum + 0.5))
  return total > 0 ? sum / total : 0
}

function scoresOf(data: TrainingData, start: number, shapes: readonly Float64Array[]): Float64Array {
  const scores = new Float64Array(data.outcomes.length).fill(start)
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
): Pick<AdditiveModel, 'intercept' | 'terms'> {
  const weightOfSingles = data.axes.map((axis, a) => weightOfBins(axis, data.bins[a]!, data.weights))
  const weightOfPairs = pairs.map(({ cellOfRow, axes }) => {
    const sums = new Float64Array(binCount(axes[0]) * binCount(axes[1]))
    for (let i = 0; i < cellOfRow.length; i++) sums[cellOfRow[i]!]! += data.weights[i]!
    return sums
  })
  let intercept = 0
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
    intercept += constant / bags.length
  }
  const single = data.axes.map((axis, a) =>
    termOf(
      [axis],
      bags.map(({ first }) => first.shapes[a]!),
      weightOfSingles[a]!,
    ),
  )
  const double = pairs.map(({ axes }, p) =>
    termOf(
      axes,
      bags.map(({ second }) => second.shapes[p]!),
      weightOfPairs[p]!,
    ),
  )
  // A pair that never lowered the held-out loss in any bag says nothing.
  return { intercept, terms: [...single, ...double.filter(({ values }) => values.some((value) => value !== 0))] }
}

function termOf(axes: Term['axes'], shapes: readonly Float64Array[], weights: Float64Array): Term {
  const values: number[] = []
  const errors: number[] = []
  for (let k = 0; k < weights.length; k++) {
    let sum = 0
    for (const shape of shapes) sum += shape[k]!
    const mean = sum / shapes.length
    let squares = 0
    for (const shape of shapes) squares += square(shape[k]! - mean)
    // + 0 turns −0 into 0, which JSON would lose.
    values.push(mean + 0)
    errors.push(Math.sqrt(squares / (shapes.length - 1)))
  }
  const monotone = axes.length === 1 && axes[0].kind === 'numeric' ? axes[0].monotone : undefined
  // Steps added one by one leave a level unlevel by a rounding error; the promise is exact.
  if (monotone)
    for (let k = 2; k < values.length; k++)
      values[k] = (monotone === 'rising' ? Math.max : Math.min)(values[k]!, values[k - 1]!)
  return { axes, values, errors, weights: [...weights] }
}
