import type { RuleName, RuleSetting } from './rota-problem.ts'
import type { LinearRow } from './solver.ts'

/** A linear program under construction, in which every row and every cost knows the rule that it comes from. */
export interface RotaModel {
  readonly cost: number[]
  readonly lower: number[]
  readonly upper: number[]
  readonly whole: boolean[]
  /** Rows that say what columns mean; nobody could do without them. */
  readonly rows: LinearRow[]
  /** Rules in their instances. */
  readonly instances: RuleInstance[]
  /** What makes up the objective. */
  readonly terms: { readonly rule: RuleName; readonly column: number; readonly cost: number }[]
  readonly constants: { readonly rule: RuleName; readonly cost: number }[]
}

/** One rule in one place, e.g. the rooms of pod B on Tuesday afternoon. */
export interface RuleInstance {
  readonly rule: RuleName
  readonly setting: Exclude<RuleSetting, 'off'>
  /** In the field's words, without a full stop. */
  readonly sentence: string
  readonly about: Place
  readonly rows: readonly LinearRow[]
}

/** What of a problem a rule in one place is about, by position. */
export interface Place {
  readonly person?: number
  readonly pod?: number
  readonly halfDay?: number
  readonly skill?: string
  readonly slot?: number
}

export const newModel = (): RotaModel => ({
  cost: [],
  lower: [],
  upper: [],
  whole: [],
  rows: [],
  instances: [],
  terms: [],
  constants: [],
})

/** A column between bounds. */
export function addColumn(model: RotaModel, upper: number, whole: boolean, lower = 0): number {
  model.cost.push(0)
  model.lower.push(lower)
  model.upper.push(upper)
  model.whole.push(whole)
  return model.cost.length - 1
}

/** Each unit of a column costs so many points, because of a rule. */
export function addCost(model: RotaModel, rule: RuleName, column: number, cost: number): void {
  if (cost === 0) return
  model.cost[column]! += cost
  model.terms.push({ rule, column, cost })
}

type Entry = readonly [column: number, factor: number]

export function row(entries: readonly Entry[], lower: number, upper: number): LinearRow {
  return {
    columns: entries.map(([column]) => column),
    factors: entries.map(([, factor]) => factor),
    lower,
    upper,
  }
}

export const atMost = (entries: readonly Entry[], upper: number) => row(entries, Number.NEGATIVE_INFINITY, upper)
export const atLeast = (entries: readonly Entry[], lower: number) => row(entries, lower, Number.POSITIVE_INFINITY)

/** One entry of factor 1 for each column. */
export const sum = (columns: readonly number[], factor = 1): Entry[] => columns.map((column) => [column, factor])

/**
 * Adds a rule in one place: a `must` holds in every rota; with a weight each unit by which a row is missed costs it.
 */
export function addInstance(
  model: RotaModel,
  rule: RuleName,
  setting: RuleSetting,
  sentence: string,
  rows: readonly LinearRow[],
  about: Place = {},
): void {
  if (setting === 'off' || rows.length === 0) return
  if (setting === 'must') model.instances.push({ rule, setting, sentence, about, rows })
  else {
    const loose = rows.map((each) => loosened(model, each, (column) => addCost(model, rule, column, setting)))
    model.instances.push({ rule, setting, sentence, about, rows: loose })
  }
}

/** The row with columns by which it may be missed; `price` sets what they cost. */
export function loosened(
  model: RotaModel,
  { columns, factors, lower, upper }: LinearRow,
  price: (column: number) => void,
): LinearRow {
  const [withColumns, withFactors] = [[...columns], [...factors]]
  const slack = (factor: number) => {
    const column = addColumn(model, Number.POSITIVE_INFINITY, false)
    price(column)
    withColumns.push(column)
    withFactors.push(factor)
  }
  if (lower > Number.NEGATIVE_INFINITY) slack(1)
  if (upper < Number.POSITIVE_INFINITY) slack(-1)
  return { columns: withColumns, factors: withFactors, lower, upper }
}

/** All rows, ready to be solved. */
export const linear = ({ cost, lower, upper, whole, rows, instances }: RotaModel) => ({
  cost,
  lower,
  upper,
  whole,
  rows: [...rows, ...instances.flatMap((instance) => instance.rows)],
})

/** Points by rule for these values of the columns. */
export function objectiveParts(model: RotaModel, values: ArrayLike<number>): ReadonlyMap<RuleName, number> {
  const parts = new Map<RuleName, number>()
  const add = (rule: RuleName, points: number) => parts.set(rule, (parts.get(rule) ?? 0) + points)
  for (const { rule, cost } of model.constants) add(rule, cost)
  for (const { rule, column, cost } of model.terms) add(rule, cost * values[column]!)
  return parts
}
