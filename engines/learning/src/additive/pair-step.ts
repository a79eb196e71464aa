import { square } from '../square.ts'
import type { Histogram, Learner, StepOptions } from './learner.ts'
import { leafValue } from './tree-step.ts'

/** The learner of two features together: each step cuts one axis once, and each half of it once along the other. */
export function pairLearner(cellOfRow: Uint16Array, rows: number, columns: number): Learner {
  const search = quadrantSearch(rows, columns)
  return {
    cellOfRow,
    cells: rows * columns,
    step(histogram, _shape, out, options) {
      search(histogram, options, out)
    },
  }
}

/**
 * Finds the best four leaves of a grid of cells: a cut of one axis, then one cut of the other axis on each side. Returns
 * their gain over one leaf, and writes their steps into `out` when given. Source of the search over cuts from cumulative
 * histograms: Y. Lou et al., "Accurate intelligible models with pairwise interactions", KDD 2013, section 4 (FAST).
 */
export function quadrantSearch(rows: number, columns: number) {
  const width = columns + 1
  const size = (rows + 1) * width
  const g = new Float64Array(size)
  const h = new Float64Array(size)
  const n = new Float64Array(size)
  return ({ gradient, curvature, count }: Histogram, options: StepOptions, out?: Float64Array): number => {
    accumulate(gradient, g, rows, columns)
    accumulate(curvature, h, rows, columns)
    accumulate(count, n, rows, columns)
    const within = (s: Float64Array, r0: number, r1: number, c0: number, c1: number) =>
      s[r1 * width + c1]! - s[r0 * width + c1]! - s[r1 * width + c0]! + s[r0 * width + c0]!
    const worth = (r0: number, r1: number, c0: number, c1: number) =>
      square(within(g, r0, r1, c0, c1)) / (within(h, r0, r1, c0, c1) + options.shrinkage)
    let cut = -1
    let best = 1e-12
    /** Best second cut of the strip [from, to) of the first axis: where it is, with what both parts are worth. */
    const strip = (alongRows: boolean, from: number, to: number) => {
      const end = alongRows ? columns : rows
      let at = 0
      let value = alongRows ? worth(from, to, 0, end) : worth(0, end, from, to)
      for (let k = 1; k < end; k++) {
        const a = alongRows ? within(n, from, to, 0, k) : within(n, 0, k, from, to)
        const b = alongRows ? within(n, from, to, k, end) : within(n, k, end, from, to)
        if (a < options.smallestLeaf || b < options.smallestLeaf) continue
        const both = alongRows
          ? worth(from, to, 0, k) + worth(from, to, k, end)
          : worth(0, k, from, to) + worth(k, end, from, to)
        if (both > value) {
          value = both
          at = k
        }
      }
      return { at, value }
    }
    const whole = worth(0, rows, 0, columns)
    let byRows = true
    for (const alongRows of [true, false]) {
      const end = alongRows ? rows : columns
      for (let k = 1; k < end; k++) {
        const gain = strip(alongRows, 0, k).value + strip(alongRows, k, end).value - whole
        if (gain > best) {
          best = gain
          cut = k
          byRows = alongRows
        }
      }
    }
    if (out) {
      out.fill(0)
      if (cut > 0) {
        const end = byRows ? rows : columns
        for (const [from, to] of [
          [0, cut],
          [cut, end],
        ] as const) {
          const { at } = strip(byRows, from, to)
          for (const [low, high] of [
            [0, at],
            [at, byRows ? columns : rows],
          ] as const) {
            const [r0, r1, c0, c1] = byRows ? ([from, to, low, high] as const) : ([low, high, from, to] as const)
            if (within(n, r0, r1, c0, c1) < options.smallestLeaf) continue
            const value = leafValue(within(g, r0, r1, c0, c1), within(h, r0, r1, c0, c1), options)
            for (let r = r0; r < r1; r++) for (let c = c0; c < c1; c++) out[r * columns + c] = value
          }
        }
      }
    }
    return cut > 0 ? best : 0
  }
}

function accumulate(cells: Float64Array, sums: Float64Array, rows: number, columns: number): void {
  const width = columns + 1
  for (let r = 0; r < rows; r++) {
    let row = 0
    for (let c = 0; c < columns; c++) {
      row += cells[r * columns + c]!
      sums[(r + 1) * width + c + 1] = sums[r * width + c + 1]! + row
    }
  }
}
