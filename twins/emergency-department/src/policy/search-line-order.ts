import type { Belief, TwinContext } from '@counterpart/kernel'
import {
  compareRules,
  type LinearRule,
  type RuleComparison,
  type RuleCost,
  readRule,
  searchRule,
} from '@counterpart/learning'
import type { RandomStream } from '@counterpart/numerics'
import { judgedOver, whoIsNext } from '../advice/cost.ts'
import type { Effect } from '../flow/effects.ts'
import { simulate, situationOf } from '../flow/simulate.ts'
import { minutesPerLevel } from './line-order.ts'

/** A moment of a department from which futures are run. */
export interface Moment {
  readonly belief: Belief
  readonly context: TwinContext
}

export interface LineOrderSearch {
  readonly rule: LinearRule
  readonly words: string
  /** The rule as minutes of waiting that a level of acuity counts for; infinite: strict priority. */
  readonly minutesPerLevel: number
  /** The rule against first come first served (0), the orders that advice offers, and strict priority; negative is better. */
  readonly against: readonly { readonly minutesPerLevel: number; readonly comparison: RuleComparison }[]
}

const features = [{ name: 'levels of acuity' }, { name: 'waited', unit: 'h' }] as const
/** Minutes per level that are as good as strict priority. */
const strict = 1e4

/**
 * Looks by policy search for the order of the line that costs least in a department's own model, from moments of its days,
 * and sets it against the orders that advice offers. It takes a minute: advice itself only compares those, in the present
 * state, because one number that people can learn by heart should not change with every look.
 */
export function searchLineOrder(
  moments: readonly Moment[],
  options: {
    readonly stream: RandomStream
    readonly generations?: number
    readonly scenarios?: number
    readonly judged?: number
  },
): LineOrderSearch {
  const { stream, generations = 8, scenarios = 12, judged = 100 } = options
  const situations = moments.map(({ belief, context }) => situationOf(belief, context))
  const costOf: RuleCost = (rule, scenario) => {
    const situation = situations[scenario.integer(situations.length)]!
    const order: Effect = { kind: 'order', minutesPerLevel: minutesOf(rule), from: 0, until: judgedOver }
    const { track } = simulate(situation, [order], [], judgedOver, scenario.integer(1 << 20))
    return whoIsNext.costOf(track) / 60
  }
  const { rule } = searchRule(features, costOf, {
    stream: stream.substream('search'),
    start: [1, 1],
    population: 12,
    elite: 4,
    generations,
    scenarios,
  })
  const judge = { stream: stream.substream('judge'), scenarios: judged }
  return {
    rule,
    words: readRule(rule),
    minutesPerLevel: minutesOf(rule) >= strict ? Number.POSITIVE_INFINITY : minutesOf(rule),
    against: [0, ...minutesPerLevel, strict].map((minutes) => ({
      minutesPerLevel: minutes === strict ? Number.POSITIVE_INFINITY : minutes,
      comparison: compareRules(rule, { features, weights: [minutes / 60, 1] }, costOf, judge),
    })),
  }
}

/** Urgency never counts against anybody; waiting that counts for nothing is strict priority. */
function minutesOf({ weights: [urgency, waited] }: LinearRule): number {
  if (waited! <= 0) return strict
  return Math.min(strict, Math.max(0, (60 * urgency!) / waited!))
}
