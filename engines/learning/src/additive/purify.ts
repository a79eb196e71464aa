/** A term's values in one bag, with the training weight of each cell. */
export interface Grid {
  readonly values: Float64Array
  readonly weights: Float64Array
}

/** Moves the weighted mean of the values out of them and returns it; cells without weight become 0. */
export function centre({ values, weights }: Grid): number {
  let sum = 0
  let total = 0
  for (let k = 0; k < values.length; k++) {
    sum += weights[k]! * values[k]!
    total += weights[k]!
  }
  const mean = total > 0 ? sum / total : 0
  for (let k = 0; k < values.length; k++) values[k] = weights[k]! > 0 ? values[k]! - mean : 0
  return mean
}

/**
 * Moves what a pair's grid says about either feature alone out of it, until every row and column has weighted mean 0,
 * and returns what was moved; the sum of the three is unchanged wherever there is weight.
 *
 * Source: B. Lengerich et al., "Purifying interaction effects with the functional ANOVA", AISTATS 2020.
 */
export function purify(grid: Grid, rows: number, columns: number): { byRow: Float64Array; byColumn: Float64Array } {
  const byRow = new Float64Array(rows)
  const byColumn = new Float64Array(columns)
  const { values, weights } = grid
  for (let k = 0; k < values.length; k++) if (weights[k] === 0) values[k] = 0
  const sweep = (into: Float64Array, stride: number, across: number, acrossStride: number) => {
    let largest = 0
    for (let a = 0; a < into.length; a++) {
      let sum = 0
      let total = 0
      for (let b = 0; b < across; b++) {
        const k = a * stride + b * acrossStride
        sum += weights[k]! * values[k]!
        total += weights[k]!
      }
      if (total === 0) continue
      const mean = sum / total
      largest = Math.max(largest, Math.abs(mean))
      into[a]! += mean
      for (let b = 0; b < across; b++) {
        const k = a * stride + b * acrossStride
        if (weights[k]! > 0) values[k]! -= mean
      }
    }
    return largest
  }
  const scale = values.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0)
  for (let turn = 0; turn < 1000; turn++) {
    const moved = Math.max(sweep(byRow, columns, columns, 1), sweep(byColumn, 1, rows, columns))
    if (moved <= 1e-12 * scale) break
  }
  return { byRow, byColumn }
}
