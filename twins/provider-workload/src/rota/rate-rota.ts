import { type FairnessTable, fairnessOf } from './fairness-table.ts'
import { rateAims } from './rate-aims.ts'
import { rateCover } from './rate-cover.ts'
import { ratePeople } from './rate-people.ts'
import type { Rota } from './rota.ts'
import { rotaFacts } from './rota-facts.ts'
import { type RotaProblem, type RuleName, type RuleSetting, ruleUnits } from './rota-problem.ts'
import { viewOf } from './rota-view.ts'
import type { Tally } from './tally.ts'

/** How well a rota keeps each rule, who carries what, and who is worse off than now. */
export interface Rating {
  readonly rules: readonly RuleKept[]
  readonly fairness: FairnessTable
  /** Places where a `must` is broken: 0 for a rota that may be put in force. */
  readonly broken: number
  /** What all rules that are no musts cost together. */
  readonly points: number
}

export interface RuleKept {
  readonly rule: RuleName
  readonly setting: RuleSetting
  /** Places where it applies, and those where it is broken. */
  readonly places: number
  readonly broken: number
  /** By how much in all, and in what. */
  readonly by: number
  readonly unit: string
  /** Points that it costs; 0 for a must. */
  readonly points: number
  /** The first few places where it is broken. */
  readonly where: readonly string[]
}

const names = Object.keys(ruleUnits) as RuleName[]

/**
 * Rates any rota, whoever made it, by looking at it place by place. It shares nothing with the linear program but the words
 * of the problem, so that one can be held against the other.
 */
export function rateRota(problem: RotaProblem, rota: Rota): Rating {
  const view = viewOf(rotaFacts(problem), rota)
  const tallies = new Map<RuleName, Tally>(
    names.map((rule) => [rule, { places: 0, broken: 0, by: 0, weighed: 0, where: [] }]),
  )
  ratePeople(view, tallies)
  rateCover(view, tallies)
  rateAims(view, tallies)
  const rules = names.map((rule): RuleKept => {
    const { places, broken, by, weighed, where } = tallies.get(rule)!
    const setting = problem.rules[rule]
    const points = typeof setting === 'number' ? setting * weighed : 0
    return { rule, setting, places, broken, by: Math.round(100 * by) / 100, unit: ruleUnits[rule], points, where }
  })
  return {
    rules,
    fairness: fairnessOf(view),
    broken: rules.filter(({ setting }) => setting === 'must').reduce((sum, { broken }) => sum + broken, 0),
    points: rules.reduce((sum, { points }) => sum + points, 0),
  }
}
