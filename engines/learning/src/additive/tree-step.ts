import { isotonicRegression } from '../isotonic.ts'
import { square } from '../square.ts'
import type { Histogram, Learner, StepOptions } from './learner.ts'

/**
 * The learner of one numeric feature: each step is a tree of few leaves over its bins, by best-first splits, with a leaf
 * of its own for what is missing. A monotone feature's shape is projected onto rising (falling) ones after each step.
 */
export function numericLearner(
  cellOfRow: Uint16Array,
  cells: number,
  monotone: 'rising' | 'falling' | undefined,
): Learner {
  const order = Int32Array.from({ length: cells - 1 }, (_, k) => k + 1)
  const split = leafSplitter(cells)
  const sign = monotone === 'falling' ? -1 : 1
  return {
    cellOfRow,
    cells,
    step(histogram, shape, out, options) {
      out[0] = histogram.count[0]! > 0 ? leafValue(histogram.gradient[0]!, histogram.curvature[0]!, options) : 0
      split(histogram, order, out, options)
      if (!monotone) return
      const raised = shape.subarray(1).map((value, k) => sign * (value + out[k + 1]!))
      const fitted = isotonicRegression(raised, histogram.curvature.subarray(1))
      for (let k = 1; k < cells; k++) out[k] = sign * fitted[k - 1]! - shape[k]!
    },
  }
}

/**
 * The learner of one categorical feature: categories stand in the order of their mean gradient, and each step is a tree
 * of few leaves over that order (Fisher, J. Am. Stat. Assoc. 53 (1958) 789–798: the best groups are contiguous in it).
 */
export function categoricalLearner(cellOfRow: Uint16Array, cells: number): Learner {
  const split = leafSplitter(cells)
  return {
    cellOfRow,
    cells,
    step(histogram, _shape, out, options) {
      out.fill(0)
      const pull = histogram.gradient.map((g, k) => g / (histogram.curvature[k]! + options.shrinkage))
      const order = Int32Array.from({ length: cells }, (_, k) => k).filter((k) => histogram.count[k]! > 0)
      order.sort((a, b) => pull[a]! - pull[b]! || a - b)
      split(histogram, order, out, options)
    },
  }
}

/** The damped Newton step of a leaf with this gradient and curvature. */
export function leafValue(gradient: number, curvature: number, { learningRate, shrinkage }: StepOptions): number {
  return (-learningRate * gradient) / (curvature + shrinkage)
}

/** Splits cells standing in an order into contiguous leaves, best split first, and writes the leaves' steps. */
function leafSplitter(cells: number) {
  const g = new Float64Array(cells + 1)
  const h = new Float64Array(cells + 1)
  const n = new Float64Array(cells + 1)
  return ({ gradient, curvature, count }: Histogram, order: Int32Array, out: Float64Array, options: StepOptions) => {
    const { shrinkage, smallestLeaf } = options
    order.forEach((cell, k) => {
      g[k + 1] = g[k]! + gradient[cell]!
      h[k + 1] = h[k]! + curvature[cell]!
      n[k + 1] = n[k]! + count[cell]!
    })
    const worth = (from: number, to: number) => square(g[to]! - g[from]!) / (h[to]! - h[from]! + shrinkage)
    const bestCut = (from: number, to: number) => {
      let cut = -1
      let gain = 1e-12
      const whole = worth(from, to)
      for (let k = from + 1; k < to; k++) {
        if (n[k]! - n[from]! < smallestLeaf || n[to]! - n[k]! < smallestLeaf) continue
        const better = worth(from, k) + worth(k, to) - whole
        if (better > gain) {
          gain = better
          cut = k
        }
      }
      return { from, to, cut, gain }
    }
    const leaves = [bestCut(0, order.length)]
    while (leaves.length < options.leaves) {
      const chosen = leaves.reduce((best, leaf) =>
        leaf.cut > 0 && (best.cut < 0 || leaf.gain > best.gain) ? leaf : best,
      )
      if (chosen.cut < 0) break
      leaves.splice(leaves.indexOf(chosen), 1, bestCut(chosen.from, chosen.cut), bestCut(chosen.cut, chosen.to))
    }
    for (const { from, to } of leaves) {
      const value = leafValue(g[to]! - g[from]!, h[to]! - h[from]!, options)
      for (let k = from; k < to; k++) out[order[k]!] = value
    }
  }
}
