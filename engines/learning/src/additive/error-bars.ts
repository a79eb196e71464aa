import { square } from '../square.ts'

/** What the bags that had not seen each row leave unexplained: the outcome less the prediction, and its variance there. */
export interface Residuals {
  /** Weight times (outcome − prediction), of each row. */
  readonly pull: Float64Array
  /** Weight times the curvature of the loss. */
  readonly curvature: Float64Array
  /** Variance of `pull`. */
  readonly variance: Float64Array
}

/** Of all bins, the part on either side of a bin that is looked at with it: one on each side of 64. */
const NEIGHBOURHOOD = 0.025

/**
 * How wrong each cell may be for other reasons than the scatter of the bags, as a variance. Early stopping flattens a curve
 * in every bag alike, so their scatter cannot show it. The rows that a bag had not seen can, as far as they are many: half
 * of what they do tell, squared, and half of the variance with which they tell it. (All of either was too much or too
 * little on simulated curves; see the README for what this one covers.) On a numeric axis the neighbours of a bin speak
 * with it.
 *
 * `numeric` false: each cell for itself. A unit of curvature stands for what is held of a cell beforehand, as it does in
 * boosting.
 */
export function unseenVariance(
  residuals: Residuals,
  cellOfRow: Uint16Array,
  cells: number,
  numeric: boolean,
): Float64Array {
  const pull = new Float64Array(cells)
  const curvature = new Float64Array(cells)
  const variance = new Float64Array(cells)
  for (let i = 0; i < cellOfRow.length; i++) {
    const cell = cellOfRow[i]!
    pull[cell]! += residuals.pull[i]!
    curvature[cell]! += residuals.curvature[i]!
    variance[cell]! += residuals.variance[i]!
  }
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
  const everywhere = sum(pull) / Math.max(sum(curvature), 1)
  const reach = numeric ? Math.floor(NEIGHBOURHOOD * cells) : 0
  return pull.map((_, cell) => {
    // Bin 0 holds what is missing and has no neighbours.
    const from = cell === 0 ? 0 : Math.max(1, cell - reach)
    const to = cell === 0 ? 1 : Math.min(cells, cell + reach + 1)
    const h = 1 + sum(curvature.subarray(from, to))
    const told = sum(pull.subarray(from, to)) / h - everywhere
    const untellable = (1 + sum(variance.subarray(from, to))) / square(h)
    return (square(told) + untellable) / 2
  })
}
