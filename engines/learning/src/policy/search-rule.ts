import { mean, quantileOf, type RandomStream, standardDeviation, studentT } from '@counterpart/numerics'
import { checkBetween, checkCount } from '../checks.ts'
import { LearningError } from '../errors.ts'
import { square } from '../square.ts'
import type { LinearRule, RuleFeature } from './linear-rule.ts'

/**
 * What following a rule over the whole horizon costs in one scenario. All chance must come from the given stream, which
 * is the same for every rule compared, so that rules differ and luck does not.
 */
export type RuleCost = (rule: LinearRule, scenario: RandomStream) => number

/** How to search. */
export interface RuleSearchOptions {
  readonly stream: RandomStream
  /** Weights to start around (default all 0) and how far to look at first (default all 1). */
  readonly start?: readonly number[]
  readonly spread?: readonly number[]
  /** Rules tried in each generation (default 40), how many of them breed the next (default 8), generations (default 20). */
  readonly population?: number
  readonly elite?: number
  readonly generations?: number
  /** Scenarios each rule is tried on (default 20), new ones in each generation. */
  readonly scenarios?: number
}

/** The rule found, and how the search went. */
export interface RuleSearch {
  readonly rule: LinearRule
  /** For each generation, the mean cost of its elite and the spread of the weights that followed. */
  readonly generations: readonly { readonly eliteCost: number; readonly spread: readonly number[] }[]
}

/**
 * Looks for the linear rule of least mean cost by the cross-entropy method with common random numbers: normal weights,
 * refitted to the best of each generation, with spread added that fades so that it does not close too soon.
 *
 * Source: R. Y. Rubinstein, Methodol. Comput. Appl. Probab. 1 (1999) 127–190; I. Szita, A. Lőrincz, Neural Comput. 18
 * (2006) 2936–2941. The rule is advice: judge it by `compareRules` on new scenarios before anyone is shown it. Throws
 * `LearningError` for options out of range and for a cost that is not a finite number.
 */
export function searchRule(features: readonly RuleFeature[], cost: RuleCost, options: RuleSearchOptions): RuleSearch {
  const { stream, population = 40, elite = 8, generations = 20, scenarios = 20 } = options
  const size = features.length
  checkCount('features', size, 1)
  checkCount('elite', elite, 2)
  checkCount('population', population, elite + 1)
  checkCount('generations', generations, 1)
  checkCount('scenarios', scenarios, 1)
  let centre = Float64Array.from(options.start ?? new Array<number>(size).fill(0))
  let spread = Float64Array.from(options.spread ?? new Array<number>(size).fill(1))
  if (centre.length !== size || spread.length !== size)
    throw new LearningError('shape-mismatch', `start and spread need a value for each of the ${size} features`)
  const first = spread
  const history: { eliteCost: number; spread: number[] }[] = []
  for (let g = 0; g < generations; g++) {
    const draws = stream.substream('weights', g)
    const tried = Array.from({ length: population }, (_, r) => {
      // The centre itself is always tried: a good rule is not lost to chance.
      const weights = Array.from(centre, (c, k) => (r === 0 ? c : c + spread[k]! * draws.normal()))
      const costs = costsOf({ features, weights }, cost, scenarios, stream.substream('search', g))
      return { weights, cost: mean(costs) }
    })
    const best = tried.sort((a, b) => a.cost - b.cost).slice(0, elite)
    const column = (k: number) => Float64Array.from(best, ({ weights }) => weights[k]!)
    const fading = Math.max(0, 0.3 * (1 - g / (0.7 * generations)))
    centre = centre.map((_, k) => mean(column(k)))
    spread = spread.map((_, k) => Math.sqrt(square(standardDeviation(column(k))) + square(fading * first[k]!)))
    history.push({ eliteCost: best.reduce((sum, rule) => sum + rule.cost, 0) / elite, spread: [...spread] })
  }
  return { rule: { features, weights: [...centre] }, generations: history }
}

/** What a rule costs more (> 0) or less than another, over the same scenarios. */
export interface RuleComparison {
  readonly difference: number
  readonly low: number
  readonly high: number
  readonly cost: number
  readonly baselineCost: number
}

/**
 * Sets a rule against a baseline on the same `scenarios` (2 or more), with Student's interval of the paired differences
 * at `level` (default 0.95). Use a stream the search did not.
 */
export function compareRules(
  rule: LinearRule,
  baseline: LinearRule,
  cost: RuleCost,
  options: { readonly stream: RandomStream; readonly scenarios: number; readonly level?: number },
): RuleComparison {
  const { stream, scenarios, level = 0.95 } = options
  checkCount('scenarios', scenarios, 2)
  checkBetween('level', level, 0, 1)
  const costs = costsOf(rule, cost, scenarios, stream)
  const baselineCosts = costsOf(baseline, cost, scenarios, stream)
  const differences = costs.map((value, k) => value - baselineCosts[k]!)
  const difference = mean(differences)
  const squares = differences.reduce((sum, d) => sum + square(d - difference), 0)
  const half = quantileOf(studentT(scenarios - 1), 0.5 + level / 2) * Math.sqrt(squares / (scenarios - 1) / scenarios)
  return {
    difference,
    low: difference - half,
    high: difference + half,
    cost: mean(costs),
    baselineCost: mean(baselineCosts),
  }
}

function costsOf(rule: LinearRule, cost: RuleCost, scenarios: number, stream: RandomStream): Float64Array {
  return Float64Array.from({ length: scenarios }, (_, k) => {
    const value = cost(rule, stream.substream('scenario', k))
    if (!Number.isFinite(value))
      throw new LearningError('outcome-invalid', `the cost of weights ${rule.weights.join(', ')} is ${value}`)
    return value
  })
}
