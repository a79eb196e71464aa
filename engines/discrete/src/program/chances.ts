import type { Chance } from '../pathway.ts'
import type { Draft } from './draft.ts'
import { refuse } from './names.ts'

/** A chance made ready: one shape for every kind. */
export interface PreparedChance {
  readonly kind: 'number' | 'length' | 'logit'
  /** By class: the probability, or of `logit` the constant. */
  readonly base: Float64Array
  /** Of `length`: from which number in the lines which probability holds. */
  readonly from: Float64Array
  readonly probability: Float64Array
  /** Of `logit`. */
  readonly attributes: Int32Array
  readonly coefficients: Float64Array
  /** Lines whose waiting people count, with what weight. */
  readonly lines: Int32Array
  readonly weights: Float64Array
}

/** Checks a chance and makes it ready; `ownLine` is the line of the step itself, −1 for none. */
export function prepareChance(draft: Draft, chance: Chance, by: string, ownLine: number): PreparedChance {
  const { classes } = draft.pathway
  const none = {
    base: new Float64Array(classes.length),
    from: new Float64Array(),
    probability: new Float64Array(),
    attributes: new Int32Array(),
    coefficients: new Float64Array(),
    lines: new Int32Array(),
    weights: new Float64Array(),
  }
  const probability = (p: number | undefined): number => {
    if (p === undefined || !(p >= 0 && p <= 1)) throw refuse(`${by} has a probability of ${p}`, by, 'from 0 to 1')
    return p
  }
  const finite = ([name, value]: readonly [string, number]): number => {
    if (!Number.isFinite(value)) throw refuse(`${by} has coefficient ${value} of "${name}"`, by, 'a finite number')
    return value
  }
  if (typeof chance === 'number') return { ...none, kind: 'number', base: none.base.fill(probability(chance)) }
  if ('byClass' in chance) {
    for (const name of Object.keys(chance.byClass)) draft.classOf(name, by)
    return { ...none, kind: 'number', base: Float64Array.from(classes, (c) => probability(chance.byClass[c.name])) }
  }
  if ('byLength' in chance) {
    const lines = chance.lines?.map((name) => draft.lineOf(name, by)) ?? (ownLine >= 0 ? [ownLine] : [])
    if (lines.length === 0) throw refuse(`${by} goes by the length of no line`, by, 'the names of steps in `lines`')
    let last = Number.NEGATIVE_INFINITY
    for (const { from } of chance.byLength) {
      if (!(from > last)) throw refuse(`${by} has lengths that do not ascend at ${from}`, by, 'ascending lengths')
      last = from
    }
    return {
      ...none,
      kind: 'length',
      from: Float64Array.from(chance.byLength, (row) => row.from),
      probability: Float64Array.from(chance.byLength, (row) => probability(row.probability)),
      lines: Int32Array.from(lines),
      weights: new Float64Array(lines.length).fill(1),
    }
  }
  const { constant, classes: added = {}, attributes = {}, waiting = {} } = chance.logit
  for (const name of Object.keys(added)) draft.classOf(name, by)
  finite(['constant', constant])
  Object.entries(added).forEach(finite)
  return {
    ...none,
    kind: 'logit',
    base: Float64Array.from(classes, (c) => constant + (added[c.name] ?? 0)),
    attributes: Int32Array.from(Object.keys(attributes), (name) => draft.attributeOf(name, by)),
    coefficients: Float64Array.from(Object.entries(attributes), finite),
    lines: Int32Array.from(Object.keys(waiting), (name) => draft.lineOf(name, by)),
    weights: Float64Array.from(Object.entries(waiting), finite),
  }
}
