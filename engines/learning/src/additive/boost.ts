import { probabilityOf, softplus } from '../logistic.ts'
import type { Learner, StepOptions } from './learner.ts'

/** What one bag is boosted on. Every array has a value per row. */
export interface BoostInput {
  readonly kind: 'binary' | 'continuous'
  readonly learners: readonly Learner[]
  readonly outcomes: Float64Array
  /** Weight of each row in training (0 for rows held out). */
  readonly weights: Float64Array
  /** How often each row was drawn into training. */
  readonly drawn: Float64Array
  /** Weight of each row held out for early stopping (0 for training rows). */
  readonly heldOut: Float64Array
  /** Score of each row to start from; moved to the scores of the last cycle. */
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
  const { learners, outcomes, weights, drawn, scores, step } = input
  const rows = outcomes.length
  const gradient = new Float64Array(rows)
  const curvature = new Float64Array(rows)
  const shapes = learners.map(({ cells }) => new Float64Array(cells))
  const work = learners.map(({ cells, cellOfRow }) => {
    const count = new Float64Array(cells)
    for (let i = 0; i < rows; i++) count[cellOfRow[i]!]! += drawn[i]!
    return {
      gradient: new Float64Array(cells),
      curvature: new Float64Array(cells),
      count,
      out: new Float64Array(cells),
    }
  })
  let best = shapes.map((shape) => shape.slice())
  let bestLoss = heldOutLoss(input)
  let bestCycle = 0
  let mark = bestLoss
  let marked = 0
  for (let cycle = 1; cycle <= input.cycles; cycle++) {
    if (input.kind === 'binary')
      for (let i = 0; i < rows; i++) {
        const w = weights[i]!
        if (w === 0) continue
        const p = probabilityOf(scores[i]!)
        gradient[i] = w * (p - outcomes[i]!)
        curvature[i] = w * p * (1 - p)
      }
    else
      for (let i = 0; i < rows; i++) {
        gradient[i] = weights[i]! * (scores[i]! - outcomes[i]!)
        curvature[i] = weights[i]!
      }
    learners.forEach((learner, t) => {
      const histogram = work[t]!
      collect(learner.cellOfRow, gradient, curvature, histogram.gradient, histogram.curvature)
      learner.step(histogram, shapes[t]!, histogram.out, step)
      const shape = shapes[t]!
      for (let k = 0; k < shape.length; k++) shape[k]! += histogram.out[k]!
      move(learner.cellOfRow, histogram.out, scores, gradient, curvature)
    })
    const loss = heldOutLoss(input)
    if (loss < bestLoss) {
      bestLoss = loss
      bestCycle = cycle
      best = shapes.map((shape) => shape.slice())
    }
    // Creeping gains do not count: they would run to the limit for nothing that could be seen.
    if (loss < mark * (1 - 1e-4)) {
      mark = loss
      marked = cycle
    } else if (cycle - marked >= input.patience) break
  }
  return { shapes: best, cycles: bestCycle, heldOutLoss: bestLoss }
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

function heldOutLoss({ kind, outcomes, heldOut, scores }: BoostInput): number {
  let loss = 0
  let total = 0
  for (let i = 0; i < outcomes.length; i++) {
    const w = heldOut[i]!
    if (w === 0) continue
    total += w
    const s = scores[i]!
    loss += w * (kind === 'binary' ? softplus(s) - outcomes[i]! * s : (s - outcomes[i]!) ** 2 / 2)
  }
  return total > 0 ? loss / total : 0
}
