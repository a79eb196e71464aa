import type { RuleName } from './rota-problem.ts'

/** Where a rule was looked at, and how far it was broken. */
export interface Tally {
  /** Places where it applies. */
  places: number
  broken: number
  /** Units by which it is broken in all. */
  by: number
  /** Points that it costs where it is no must, given how its units are weighed. */
  weighed: number
  /** The first few places, in words. */
  readonly where: string[]
}

export type Tallies = ReadonlyMap<RuleName, Tally>

/** Takes down one place: `by` units broken (0: kept), weighing `weighed` where that is something else. */
export function look(tallies: Tallies, rule: RuleName, by: number, where: () => string, weighed = by): void {
  const tally = tallies.get(rule)!
  tally.places++
  tally.weighed += weighed
  if (by <= 1e-6) return
  tally.broken++
  tally.by += by
  if (tally.where.length < 5) tally.where.push(where())
}
