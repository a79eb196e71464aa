import { compilePathway, type Pathway, Run } from '@counterpart/discrete'
import {
  compareRules,
  type LinearRule,
  type RuleComparison,
  type RuleCost,
  readRule,
  searchRule,
} from '@counterpart/learning'
import type { RandomStream } from '@counterpart/numerics'
import { usualWaitingCost, type WaitingCost, type WaitingOutcome, waitingOutcome } from './queue-cost.ts'
import { queueFeatures, type RankedClass, safeRule, type UsualRule, usualRules, withQueueRule } from './queue-rule.ts'

/** A line whose order is to be improved, in a department as the twin models it. */
export interface QueueProblem {
  /** Times in minutes. */
  readonly pathway: Pathway
  /** The step people wait for, and the resources whose order of waiting the rule decides. */
  readonly step: string
  readonly resources: readonly string[]
  readonly classes: readonly RankedClass[]
  readonly cost?: WaitingCost
  /** Minutes of each simulated run, and from when on it counts. */
  readonly until: number
  readonly from: number
}

export interface QueueAdvice {
  readonly rule: LinearRule
  /** Whether that is a rule found by the search, or the usual one that the found rule could not be shown to beat. */
  readonly kept: 'found' | UsualRule
  /** The rule as a person reads it. */
  readonly words: string
  /** The rule's own outcome, mean over the judged days. */
  readonly outcome: WaitingOutcome
  /** The rule against each usual discipline on days it was not trained on; negative differences are better. */
  readonly against: readonly {
    readonly name: string
    readonly comparison: RuleComparison
    readonly outcome: WaitingOutcome
  }[]
}

/**
 * Looks for the rule of order that costs least in simulation, by policy search (cross-entropy method), and judges it on
 * other days against first come first served, strict priority, accumulating priority and cμ. Advice only: a person reads
 * the rule, and whoever is at the desk may depart from it.
 */
export function searchQueueRule(
  problem: QueueProblem,
  options: {
    readonly stream: RandomStream
    readonly generations?: number
    readonly scenarios?: number
    readonly judged?: number
  },
): QueueAdvice {
  const { classes, cost = usualWaitingCost } = problem
  const { stream, generations = 15, scenarios = 12, judged = 200 } = options
  const costOf: RuleCost = (rule, scenario) => simulate(problem, safeRule(rule), scenario).cost
  const usual = usualRules(classes, (acuity) => cost.perHour[acuity - 1]!)
  const search = searchRule(queueFeatures, costOf, {
    stream: stream.substream('search'),
    start: [1, 0, 1, 0.5],
    spread: [2, 1, 1, 1],
    population: 30,
    elite: 6,
    generations,
    scenarios,
  })
  const { rule, kept } = chosen(safeRule(search.rule), usual, costOf, {
    stream: stream.substream('choose'),
    scenarios: judged,
  })
  const judge = { stream: stream.substream('judge'), scenarios: judged }
  return {
    rule,
    kept,
    words: kept === 'found' ? readRule(rule) : kept,
    outcome: meanOutcome(problem, rule, judge),
    against: Object.entries(usual).map(([name, baseline]) => ({
      name,
      comparison: compareRules(rule, baseline, costOf, judge),
      outcome: meanOutcome(problem, baseline, judge),
    })),
  }
}

/** A rule nobody knows has to be better, beyond chance, than the best of those that everybody knows. */
function chosen(
  found: LinearRule,
  usual: Readonly<Record<UsualRule, LinearRule>>,
  costOf: RuleCost,
  trial: { readonly stream: RandomStream; readonly scenarios: number },
): { readonly rule: LinearRule; readonly kept: 'found' | UsualRule } {
  const [best] = (Object.keys(usual) as UsualRule[])
    .map((kept) => ({ kept, rule: usual[kept], against: compareRules(found, usual[kept], costOf, trial) }))
    .sort((a, b) => a.against.baselineCost - b.against.baselineCost)
  return best!.against.high < 0 ? { rule: found, kept: 'found' } : { rule: best!.rule, kept: best!.kept }
}

/** One run of the department under a rule; all chance is the scenario's. */
function simulate(problem: QueueProblem, rule: LinearRule, scenario: RandomStream): WaitingOutcome {
  const { pathway, step, resources, classes, cost = usualWaitingCost, until, from } = problem
  const program = compilePathway(withQueueRule(pathway, resources, classes, rule))
  const run = new Run(program, { seed: Math.floor(scenario.uniform() * 2 ** 52), records: true })
  run.advance({ until })
  return waitingOutcome(run, step, classes, cost, from)
}

function meanOutcome(
  problem: QueueProblem,
  rule: LinearRule,
  { stream, scenarios }: { readonly stream: RandomStream; readonly scenarios: number },
): WaitingOutcome {
  const outcomes = Array.from({ length: scenarios }, (_, k) => simulate(problem, rule, stream.substream('scenario', k)))
  const mean = (of: (outcome: WaitingOutcome) => number) => {
    const values = outcomes.map(of).filter((value) => !Number.isNaN(value))
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  return {
    cost: mean((o) => o.cost),
    meanWait: mean((o) => o.meanWait),
    urgentWait: mean((o) => o.urgentWait),
    withinTarget: mean((o) => o.withinTarget),
    leftUnseen: mean((o) => o.leftUnseen),
  }
}
