import { normalQuantile } from '@counterpart/numerics'
import { checkBetween } from '../checks.ts'
import type { Axis } from './axis.ts'
import type { AdditiveModel } from './model.ts'

/** One value of a shape with its band. */
export interface ShapeLevel {
  readonly value: number
  readonly lower: number
  readonly upper: number
  /** Training weight behind it. */
  readonly weight: number
}

/** A bin as a plot wants it. */
export type ShapeBin =
  | { readonly kind: 'missing' }
  | { readonly kind: 'interval'; readonly from: number; readonly to: number }
  | { readonly kind: 'category'; readonly category: string }

/** A term as data for a plot: a line of steps, bars, or (two features) a heat map. */
export interface Shape {
  readonly features: readonly { readonly name: string; readonly unit?: string; readonly bins: readonly ShapeBin[] }[]
  /** One for each bin, or for each pair of bins (first feature's bins outermost). */
  readonly levels: readonly ShapeLevel[]
  /** Mean absolute contribution over the training rows. */
  readonly importance: number
}

/**
 * The shapes of a model, most important first, with bands value ± z·error that hold pointwise at about `level` (default
 * 0.95): on average over the bins, not in each; less often in the steepest parts of a curve, which boosting flattens.
 */
export function shapesOf(model: AdditiveModel, level = 0.95): Shape[] {
  checkBetween('level', level, 0, 1)
  const z = normalQuantile(0.5 + level / 2)
  const shapes = model.terms.map(({ axes, values, errors, weights }): Shape => {
    let sum = 0
    let total = 0
    values.forEach((value, k) => {
      sum += weights[k]! * Math.abs(value)
      total += weights[k]!
    })
    return {
      features: axes.map((axis) => ({
        name: axis.name,
        ...(axis.kind === 'numeric' && axis.unit !== undefined ? { unit: axis.unit } : {}),
        bins: binsOf(axis),
      })),
      levels: values.map((value, k) => ({
        value,
        lower: value - z * errors[k]!,
        upper: value + z * errors[k]!,
        weight: weights[k]!,
      })),
      importance: total > 0 ? sum / total : 0,
    }
  })
  return shapes.sort((a, b) => b.importance - a.importance)
}

function binsOf(axis: Axis): ShapeBin[] {
  if (axis.kind === 'categorical')
    return [{ kind: 'missing' }, ...axis.categories.map((category) => ({ kind: 'category', category }) as const)]
  const cuts = [axis.range[0], ...axis.edges, axis.range[1]]
  return [{ kind: 'missing' }, ...cuts.slice(1).map((to, k) => ({ kind: 'interval', from: cuts[k]!, to }) as const)]
}
