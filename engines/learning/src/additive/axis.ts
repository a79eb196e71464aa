import { LearningError } from '../errors.ts'

/** What a model may look at: a named column, and what is known of it beforehand. */
export type Feature =
  | {
      readonly kind: 'numeric'
      readonly name: string
      readonly unit?: string
      /** The prediction may only rise (or only fall) with this feature, everything else equal. */
      readonly monotone?: 'rising' | 'falling'
    }
  | { readonly kind: 'categorical'; readonly name: string }

/** Numbers (missing as NaN, null or undefined), or texts (missing as null or undefined). */
export type Column = ArrayLike<number> | readonly (number | null | undefined)[] | readonly (string | null | undefined)[]

/** Columns by the name of their feature, all of one length. */
export type Columns = Readonly<Record<string, Column>>

/**
 * One feature cut into bins. Bin 0 holds what is missing; bin k ≥ 1 of a numeric axis holds edges[k−2] ≤ x < edges[k−1]
 * (open at both ends), and bin k ≥ 1 of a categorical axis holds categories[k−1].
 */
export type Axis =
  | {
      readonly kind: 'numeric'
      readonly name: string
      readonly unit?: string
      readonly monotone?: 'rising' | 'falling'
      readonly edges: readonly number[]
      /** Smallest and largest value seen in training. */
      readonly range: readonly [number, number]
    }
  | { readonly kind: 'categorical'; readonly name: string; readonly categories: readonly string[] }

/** How many bins the axis has, the one for missing values included. */
export function binCount(axis: Axis): number {
  return axis.kind === 'numeric' ? axis.edges.length + 2 : axis.categories.length + 1
}

/** The bin of a value: 0 when it is missing, −1 for a category never seen in training. */
export function binOf(axis: Axis, value: unknown): number {
  if (value === null || value === undefined) return 0
  if (axis.kind === 'categorical') {
    if (typeof value !== 'string') throw wrongKind(axis.name, value, 'a text or null')
    const found = axis.categories.indexOf(value)
    return found < 0 ? -1 : found + 1
  }
  if (typeof value !== 'number') throw wrongKind(axis.name, value, 'a number, NaN or null')
  if (Number.isNaN(value)) return 0
  if (!Number.isFinite(value)) throw wrongKind(axis.name, value, 'a finite number, NaN or null')
  let low = 0
  let high = axis.edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (axis.edges[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low + 1
}

/** The bins of a whole column. */
export function binColumn(axis: Axis, column: Column): Int16Array {
  const bins = new Int16Array(column.length)
  if (axis.kind === 'categorical') {
    const known = new Map(axis.categories.map((category, k) => [category, k + 1]))
    for (let i = 0; i < bins.length; i++) {
      const value = column[i]
      bins[i] = typeof value === 'string' ? (known.get(value) ?? -1) : binOf(axis, value)
    }
  } else for (let i = 0; i < bins.length; i++) bins[i] = binOf(axis, column[i])
  return bins
}

/** Cuts a feature into at most `most` bins of nearly equal counts; a categorical feature keeps all its categories. */
export function axisOf(feature: Feature, column: Column, most: number): Axis {
  if (feature.kind === 'categorical') {
    const seen = new Set<string>()
    for (let i = 0; i < column.length; i++) {
      const value = column[i]
      if (typeof value === 'string') seen.add(value)
      else if (value !== null && value !== undefined) throw wrongKind(feature.name, value, 'a text or null')
    }
    if (seen.size > 10_000)
      throw new LearningError(
        'column-invalid',
        `"${feature.name}" has ${seen.size} categories; expected at most 10,000`,
      )
    return { kind: 'categorical', name: feature.name, categories: [...seen].sort() }
  }
  const present: number[] = []
  for (let i = 0; i < column.length; i++) {
    const value: unknown = column[i]
    if (value === null || value === undefined || Number.isNaN(value)) continue
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw wrongKind(feature.name, value, 'a finite number, NaN or null')
    present.push(value)
  }
  const sorted = Float64Array.from(present).sort()
  if (sorted.length === 0) throw new LearningError('data-insufficient', `"${feature.name}" has no values at all`)
  const { kind, name, unit, monotone } = feature
  return {
    kind,
    name,
    ...(unit === undefined ? {} : { unit }),
    ...(monotone === undefined ? {} : { monotone }),
    edges: quantileEdges(sorted, most),
    range: [sorted[0]! + 0, sorted.at(-1)! + 0],
  }
}

/** An axis with at most `most` bins beside the missing one, and the new bin of each old one. */
export function coarsen(axis: Axis, most: number): { readonly axis: Axis; readonly binMap: Int16Array } {
  const identity = Int16Array.from({ length: binCount(axis) }, (_, k) => k)
  if (axis.kind === 'categorical' || axis.edges.length < most) return { axis, binMap: identity }
  const kept: number[] = []
  for (let k = 1; k < most; k++) kept.push(Math.round((k * (axis.edges.length + 1)) / most) - 1)
  const binMap = identity.map((bin) => (bin === 0 ? 0 : 1 + kept.filter((edge) => edge < bin - 1).length))
  return { axis: { ...axis, edges: kept.map((edge) => axis.edges[edge]!) }, binMap }
}

/** Edges half-way between neighbouring distinct values, as near as can be to equal counts. */
function quantileEdges(sorted: Float64Array, most: number): number[] {
  const starts = [0]
  for (let i = 1; i < sorted.length; i++) if (sorted[i]! > sorted[i - 1]!) starts.push(i)
  const edgeAt = (i: number) => {
    const below = sorted[i - 1]!
    const middle = below + (sorted[i]! - below) / 2
    return middle > below ? middle : sorted[i]!
  }
  if (starts.length <= most) return starts.slice(1).map(edgeAt)
  const edges: number[] = []
  let used = 0
  let next = 1
  for (let k = 1; k < most; k++) {
    const target = (k * sorted.length) / most
    while (next < starts.length - 1 && Math.abs(starts[next + 1]! - target) <= Math.abs(starts[next]! - target)) next++
    if (starts[next]! > used) {
      used = starts[next]!
      edges.push(edgeAt(used))
    }
  }
  return edges
}

function wrongKind(name: string, value: unknown, expected: string): LearningError {
  return new LearningError(
    'column-invalid',
    `"${name}" holds ${JSON.stringify(value) ?? String(value)}; expected ${expected}`,
  )
}
