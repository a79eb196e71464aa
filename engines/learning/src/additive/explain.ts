import { LearningError } from '../errors.ts'
import { probabilityOf } from '../logistic.ts'
import { square } from '../square.ts'
import { type Axis, binColumn, binCount, binOf, type Columns } from './axis.ts'
import type { AdditiveModel, Term } from './model.ts'

/** One row: the value of each feature by name; null, undefined or NaN is missing. */
export type Row = Readonly<Record<string, number | string | null | undefined>>

/** Why a model predicts what it does for one row. */
export interface Explanation {
  /** Log-odds (binary) or the outcome itself: exactly `intercept` + each contribution, added in order. */
  readonly score: number
  /** Standard error of `score`: those of its parts, taken as independent, in quadrature. */
  readonly error: number
  /** Probability (binary) or the outcome itself. */
  readonly prediction: number
  readonly intercept: number
  readonly contributions: readonly Contribution[]
}

/** What one term adds for one row. */
export interface Contribution {
  readonly features: readonly string[]
  readonly values: readonly (number | string | null)[]
  /** In log-odds, or in the outcome's unit. */
  readonly value: number
  /** Standard error of `value`. */
  readonly error: number
  /** True where no training row stood: an unknown category, an empty bin, or a number outside the range seen. */
  readonly unseen: boolean
}

/**
 * Splits the prediction for one row into what each term adds.
 *
 * Throws `LearningError` (`column-invalid`) when the row has no entry for a feature (write null for missing), or one of
 * the wrong kind.
 *
 * @example
 * ```ts
 * const { score, intercept, contributions } = explain(model, { age: 71, arrival: 'ambulance' })
 * score === contributions.reduce((sum, { value }) => sum + value, intercept) // true
 * ```
 */
export function explain(model: AdditiveModel, row: Row): Explanation {
  let score = model.intercept
  const contributions = model.terms.map((term): Contribution => {
    const values = term.axes.map((axis) => {
      if (!Object.hasOwn(row, axis.name))
        throw new LearningError('column-invalid', `the row has no "${axis.name}"; give null when it is missing`)
      const value = row[axis.name]
      return value === undefined || Number.isNaN(value) ? null : value!
    })
    const cell = cellOf(term, (side) => binOf(term.axes[side]!, values[side]))
    const value = cell < 0 ? 0 : term.values[cell]!
    score += value
    return {
      features: term.axes.map(({ name }) => name),
      values,
      value,
      error: cell < 0 ? 0 : term.errors[cell]!,
      unseen: cell < 0 || term.weights[cell] === 0 || term.axes.some((axis, side) => outside(axis, values[side]!)),
    }
  })
  const variance = contributions.reduce((sum, { error }) => sum + square(error), square(model.interceptError))
  const prediction = predictionOf(model, score)
  return { score, error: Math.sqrt(variance), prediction, intercept: model.intercept, contributions }
}

/**
 * The score of each row: log-odds for a binary outcome, the outcome itself for a continuous one; the same bits as
 * `explain` gives. Throws `LearningError` for columns that are missing or of unequal length.
 */
export function scoreRows(model: AdditiveModel, columns: Columns): Float64Array {
  const names = [...new Set(model.terms.flatMap(({ axes }) => axes.map(({ name }) => name)))]
  const rows = names.length > 0 ? (columns[names[0]!]?.length ?? 0) : 0
  for (const name of names) {
    const column = Object.hasOwn(columns, name) ? columns[name] : undefined
    if (!column) throw new LearningError('column-invalid', `there is no column for the feature "${name}"`)
    if (column.length !== rows)
      throw new LearningError('shape-mismatch', `the column "${name}" has ${column.length} rows; expected ${rows}`)
  }
  const scores = new Float64Array(rows).fill(model.intercept)
  for (const term of model.terms) {
    const bins = term.axes.map((axis) => binColumn(axis, columns[axis.name]!))
    for (let i = 0; i < rows; i++) {
      const cell = cellOf(term, (side) => bins[side]![i]!)
      scores[i]! += cell < 0 ? 0 : term.values[cell]!
    }
  }
  return scores
}

/** The prediction for each row: a probability, or the outcome itself. */
export function predictRows(model: AdditiveModel, columns: Columns): Float64Array {
  return scoreRows(model, columns).map((score) => predictionOf(model, score))
}

function predictionOf(model: AdditiveModel, score: number): number {
  return model.outcome.kind === 'binary' ? probabilityOf(score) : score
}

function cellOf({ axes }: Term, binAlong: (side: number) => number): number {
  const first = binAlong(0)
  if (axes.length === 1 || first < 0) return first
  const second = binAlong(1)
  return second < 0 ? -1 : first * binCount(axes[1]) + second
}

function outside(axis: Axis, value: number | string | null): boolean {
  return axis.kind === 'numeric' && typeof value === 'number' && (value < axis.range[0] || value > axis.range[1])
}
