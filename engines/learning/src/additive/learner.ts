/** Sums over the training rows in each cell of a term. */
export interface Histogram {
  readonly gradient: Float64Array
  readonly curvature: Float64Array
  /** Training rows, repeats counted. */
  readonly count: Float64Array
}

/** How far and how finely one step of boosting goes. */
export interface StepOptions {
  readonly learningRate: number
  /** Leaves of the tree of a step on one feature. */
  readonly leaves: number
  /** Added to each leaf's curvature. */
  readonly shrinkage: number
  /** Fewest training rows in a leaf. */
  readonly smallestLeaf: number
}

/** One term while it is being learnt: where each row falls, and how a step on it is found. */
export interface Learner {
  readonly cellOfRow: Uint16Array
  readonly cells: number
  /** Writes what to add to the term's `shape` into `out`. */
  step(histogram: Histogram, shape: Float64Array, out: Float64Array, options: StepOptions): void
}
