import type { Axis } from './axis.ts'

/** One additive part of a model: a table over the bins of one axis, or over those of two (row-major, first axis first). */
export interface Term {
  readonly axes: readonly [Axis] | readonly [Axis, Axis]
  /** What each cell adds, in log-odds or in the outcome's unit; the mean over the training rows is 0. */
  readonly values: readonly number[]
  /**
   * Standard error of each value: the scatter over the bags, and what all bags may get wrong alike as far as the cases
   * held out can tell; 0 where no training row stood.
   */
  readonly errors: readonly number[]
  /** Training weight in each cell; where it is 0 nothing was learnt and the value is 0. */
  readonly weights: readonly number[]
}

/**
 * A boosted additive model as plain data: JSON in and out without loss. Terms stand in the order of their features'
 * names, those of two features last.
 */
export interface AdditiveModel {
  readonly format: 'counterpart-additive-model/1'
  readonly outcome: { readonly kind: 'binary' | 'continuous'; readonly name: string; readonly unit?: string }
  readonly intercept: number
  /** Its standard deviation over the bags. */
  readonly interceptError: number
  readonly terms: readonly Term[]
  readonly training: {
    readonly rows: number
    /** Share of ones, or mean, before weights. */
    readonly outcomeMean: number
    readonly bags: number
    /** Cycles kept, for each bag: over single features, then over pairs. */
    readonly cycles: readonly (readonly [number, number])[]
    /** Mean over the bags of log loss (binary) or half the squared error (continuous) on rows held out. */
    readonly heldOutLoss: number
  }
}

/**
 * The model as text that is the same for equal models: keys sorted, no spaces, numbers in their shortest form. Hash it to
 * name a version.
 */
export function normalForm(model: AdditiveModel): string {
  return JSON.stringify(model, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}
