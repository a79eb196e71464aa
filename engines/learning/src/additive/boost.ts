import { probabilityOf, softplus } from '../logistic.ts'
import { square } from '../square.ts'
import type { Learner, StepOptions } from './learner.ts'

/** What one bag is boosted on. Every array has a value per row. */
export interface BoostInput {
  readonly kind: 'binary' | 'continuous'
  readonly learners: readonly Learner[]
  readonly outcomes: Float64Array
  /** Weight of each row, by itself. */
  readonly weights: Float64Array
  /** How many cases of each row were drawn into training, repeats counted, and how many never were: those stop it early. */
  readonly drawn: Float64Array
  readonly heldOut: Float64Array
  /** Score of each row to start from. */
  readonly scores: Float64Array
  readonly step: StepOptions
  readonly cycles: number
  readonly patience: number
}

/** The shapes that did best on the rows held out. */
export interface Boosted {
  readonly shapes: readonly Float64Array[]
  readonly cycles: number
  readonly heldOutLoss: number
}

/**
 * Cyclic gradient boosting: one small step for each term in turn, round and round, until the held-out loss stops
 * falling. Within a cycle the gradient follows each step by its curvature (g ← g + h·Δ), and is taken afresh at the start
 * of the next, so that the resting point is that of the loss itself and no exponential is in the inner loop.
 *
 * Source: Y. Lou, R. Caruana, J. Gehrke, "Intelligible models for classification and regression", KDD 2012; H. Nori et
 * al., "InterpretML", arXiv:1909.09223.
 */
export function boost(input: BoostInput): Boosted {
  const { kind, learners } = input
  const training = partOf(input, input.drawn)
  const heldOut = partOf(input, input.heldOut)
  const gradient = new Float64Array(training.rows)
  const curvature = new Float64Array(training.rows)
  const shapes = learners.map(({ cells }) => new Float64Array(cells))
  const work = learners.map(({ cells }, t) => {
    const count = new Float64Array(cells)
    const cellOfRow = training.cellOfRow[t]!
    for (let i = 0; i < training.rows; i++) count[cellOfRow[i]!]! += training.cases[i]!
    return {
      gradient: new Float64Array(cells),
      curvature: new Float64Array(cells),
      count,
      out: new Float64Array(cells),
    }
  })
  let best = shapes.map((shape) => shape.slice())
  let bestLoss = lossOf(kind, heldOut)
  let bestCycle = 0
  let mark = bestLoss
  let marked = 0
  for (let cycle = 1; cycle <= input.cycles; cycle++) {
    differentiate(kind, training, gradient, curvature)
    learners.forEach((learner, t) => {
      const histogram = work[t]!
      const shape = shapes[t]!
      collect(training.cellOfRow[t]!, gradient, curvature, histogram.gradient, histogram.curvature)
      learner.step(histogram, shape, histogram.out, input.step)
      for (let k = 0; k < shape.length; k++) shape[k]! += histogram.out[k]!
      move(training.cellOfRow[t]!, histogram.out, training.scores, gradient, curvature)
      shift(heldOut.cellOfRow[t]!, histogram.out, heldOut.scores)
    })
    const loss = lossOf(kind, heldOut)
    if (loss < bestLoss) {
      bestLoss = loss
      bestCycle = cycle
      best = shapes.map((shape) => shape.slice())
    }
    // Creeping gains do not count: they would run to the limit for nothing that could be seen.
    if (loss < mark * (1 - SMALLEST_GAIN)) {
      mark = loss
      marked = cycle
    } else if (cycle - marked >= input.patience) break
  }
  return { shapes: best, cycles: bestCycle, heldOutLoss: bestLoss }
}

/** Share of the held-out loss that a run of cycles must gain to go on. */
const SMALLEST_GAIN = 1e-4

/** Some of the rows, packed, so that the inner loops meet no others. */
interface Part {
  readonly rows: number
  readonly outcomes: Float64Array
  /** Times how many cases of the row belong to the part. */
  readonly weights: Float64Array
  readonly cases: Float64Array
  readonly scores: Float64Array
  /** For each learner. */
  readonly cellOfRow: readonly Uint16Array[]
}

function partOf(input: BoostInput, cases: Float64Array): Part {
  const chosen = Uint32Array.from(cases.keys()).filter((i) => cases[i]! > 0)
  const pack = (values: Float64Array) => Float64Array.from(chosen, (i) => values[i]!)
  return {
    rows: chosen.length,
    outcomes: pack(input.outcomes),
    weights: Float64Array.from(chosen, (i) => input.weights[i]! * cases[i]!),
    cases: pack(cases),
    scores: pack(input.scores),
    cellOfRow: input.learners.map(({ cellOfRow }) => {
      const packed = new Uint16Array(chosen.length)
      for (let k = 0; k < chosen.length; k++) packed[k] = cellOfRow[chosen[k]!]!
      return packed
    }),
  }
}

function differentiate(
  kind: 'binary' | 'continuous',
  { rows, outcomes, weights, scores }: Part,
  gradient: Float64Array,
  curvature: Float64Array,
): void {
  for (let i = 0; i < rows; i++) {
    const w = weights[i]!
    const p = kind === 'binary' ? probabilityOf(scores[i]!) : scores[i]!
    gradient[i] = w * (p - outcomes[i]!)
    curvature[i] = kind === 'binary' ? w * p * (1 - p) : w
  }
}

function collect(
  cellOfRow: Uint16Array,
  gradient: Float64Array,
  curvature: Float64Array,
  gradientOfCell: Float64Array,
  curvatureOfCell: Float64Array,
): void {
  gradientOfCell.fill(0)
  curvatureOfCell.fill(0)
  for (let i = 0; i < cellOfRow.length; i++) {
    const cell = cellOfRow[i]!
    gradientOfCell[cell]! += gradient[i]!
    curvatureOfCell[cell]! += curvature[i]!
  }
}

function move(
  cellOfRow: Uint16Array,
  added: Float64Array,
  scores: Float64Array,
  gradient: Float64Array,
  curvature: Float64Array,
): void {
  for (let i = 0; i < cellOfRow.length; i++) {
    const delta = added[cellOfRow[i]!]!
    scores[i]! += delta
    gradient[i]! += curvature[i]! * delta
  }
}

function shift(cellOfRow: Uint16Array, added: Float64Array, scores: Float64Array): void {
  for (let i = 0; i < cellOfRow.length; i++) scores[i]! += added[cellOfRow[i]!]!
}

function lossOf(kind: 'binary' | 'continuous', { rows, outcomes, weights, scores }: Part): number {
  let loss = 0
  let total = 0
  for (let i = 0; i < rows; i++) {
    const w = weights[i]!
    const s = scores[i]!
    total += w
    loss += w * (kind === 'binary' ? softplus(s) - outcomes[i]! * s : square(s - outcomes[i]!) / 2)
  }
  return total > 0 ? loss / total : 0
}
