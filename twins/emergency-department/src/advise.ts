import { allocateBudget } from '@counterpart/inference'
import {
  type Belief,
  carryOn,
  hour,
  type Instant,
  minute,
  type Objective,
  type Recommendation,
  type TwinContext,
} from '@counterpart/kernel'
import { type Candidate, orderCandidates, pairOf, singleCandidates } from './advice/candidates.ts'
import { aimOf, type Goal, goals, judgedOver, judgedSpan, whoIsNext } from './advice/cost.ts'
import { asOption, type Judged } from './advice/option.ts'
import { looks, PairedRuns } from './advice/runs.ts'
import type { Effect } from './flow/effects.ts'
import { type Situation, situationOf } from './flow/simulate.ts'
import { type Department, departmentOf } from './memory/department.ts'
import { presentOrder } from './policy/present-order.ts'
import { findHoldUps, holdUpSentence } from './pressure.ts'
import { clockTime } from './words.ts'

/** Runs of each option at first, of all options together in the end (of rules of order, fewer), and in one round of allocation. */
const [firstRuns, allRuns, orderRuns, roundRuns] = [20, 480, 160, 80]
const pairsTried = 4
const validFor = 30 * minute
/** Nothing heard for so long: advice would be about a department of an hour ago. */
const freshFor = hour

/**
 * Advice is given when the best option spares at least so many minutes, this part of the whole (less of it where nobody has
 * to be found for it), is this surely better, and more so than the chance of the runs explains.
 */
const worthwhile = { minutes: 60, part: { means: 0.05, order: 0.01 }, probability: 0.7 }
/** Minutes that a certainty of an urgent patient waiting too long counts. */
const harmPenalty = 600

/**
 * Ranks interventions, singly and the best of them in pairs, against carrying on, by paired simulation: equal run numbers
 * share member, chance and the unseen present. A fixed budget of runs goes where it tells best from second best (OCBA).
 *
 * Nothing is advised when nothing spares enough to be worth its burden, or when the feed has been silent for an hour. The
 * first objective brings along a recommendation about who is next.
 */
export function advise(belief: Belief, objective: Objective, context: TwinContext): readonly Recommendation[] {
  const { heard } = departmentOf(belief)
  if (heard === null || belief.asOf - heard > freshFor) return []
  const [usual] = goals
  const goal = [...goals, whoIsNext].find(({ name }) => name === objective.name) ?? usual!
  const situation = situationOf(belief, context)
  // Who is next is decided by others and costs nobody anything: it never competes with the rest.
  return (goal === usual ? [goal, whoIsNext] : [goal]).flatMap((each) => adviseFor(each, situation, belief))
}

function adviseFor(goal: Goal, situation: Situation, belief: Belief): Recommendation[] {
  const { department, context } = situation
  const runs = new PairedRuns(situation, goal, goal.about === 'order' ? [orderNow(department, belief.asOf)] : [])
  const staying: Candidate = { scenario: carryOn, burden: 0 }
  const ways = goal.about === 'order' ? orderCandidates : singleCandidates
  const singles = ways(belief.asOf, context.treatments)
  for (const each of singles) runs.extend(each, firstRuns)
  const options = goal.about === 'order' ? singles : [...singles, ...bestPairs(runs, singles)]
  for (const each of options) runs.extend(each, firstRuns)
  // Where nothing seems to help, knowing more precisely how little is not worth the time.
  if (options.some((each) => mean(runs.gains(each)) > each.burden))
    spend(runs, options, goal.about === 'order' ? orderRuns : allRuns)

  const ranked = [...options, staying]
    .map((candidate) => judge(runs, candidate))
    .sort((a, b) => b.worth - a.worth || (a.candidate.scenario.id < b.candidate.scenario.id ? -1 : 1))
  const best = ranked[0]!
  const baseline = runs.of(staying)
  const wholeCost = mean(baseline.map(({ cost }) => cost))
  const enough = best.gain >= Math.max(worthwhile.minutes, worthwhile.part[goal.about] * wholeCost)
  if (best.candidate === staying || !enough || best.probabilityBetter < worthwhile.probability) return []
  if (!(best.gain > 1.96 * Math.sqrt(varianceOf(best.gains) / best.gains.length))) return []

  const [hold] = findHoldUps(baseline.map(({ samples }) => samples))
  const clock = (minutes: number) => clockTime(belief.asOf + minutes * minute, department.layout.utcOffsetMinutes)
  const finding = hold
    ? holdUpSentence(hold, clock(hold.from === 0 ? 0 : looks[hold.from]!), clock(looks[hold.to]!))
    : `No single thing holds people up, but ${Math.round(wholeCost / 60)} hours of ${goal.spares.replace(/^minutes of /, '')} are expected in the next ${judgedSpan}.`
  // What is worse than carrying on is told by its absence, but for the best of it.
  const stayingAt = ranked.findIndex(({ candidate }) => candidate === staying)
  const kept = ranked.slice(0, Math.max(stayingAt + 2, 4))
  return [
    {
      id: `${belief.twin.kind}:${belief.twin.subject}:${goal.name}:${belief.asOf}`,
      twin: belief.twin,
      madeAt: belief.asOf,
      expires: belief.asOf + validFor,
      objective: aimOf(goal),
      options: kept.map((each, i) => ({ rank: i + 1, ...asOption(runs, each, goal, belief.asOf, finding, clock) })),
      finding,
    },
  ]
}

/** The order in which people are seen now. */
const orderNow = (department: Department, asOf: Instant): Effect => ({
  kind: 'order',
  minutesPerLevel: presentOrder(department, asOf),
  from: 0,
  until: judgedOver,
})

/** Pairs of the singles that seem best after the first runs, of different interventions. */
function bestPairs(runs: PairedRuns, singles: readonly Candidate[]): Candidate[] {
  const kindOf = ({ scenario }: Candidate) => scenario.interventions[0]!.intervention
  const good = singles
    .map((each) => ({ each, worth: mean(runs.gains(each)) - each.burden }))
    .filter(({ worth }) => worth > 0)
    .sort((a, b) => b.worth - a.worth)
    .filter(({ each }, i, all) => all.findIndex((other) => kindOf(other.each) === kindOf(each)) === i)
    .slice(0, pairsTried)
  return good.flatMap(({ each: a }, i) => good.slice(i + 1).map(({ each: b }) => pairOf(a, b)))
}

/** Spends the budget where it tells the best option from the next ones. */
function spend(runs: PairedRuns, options: readonly Candidate[], budget: number): void {
  if (options.length < 2) return
  for (;;) {
    const made = options.map((each) => runs.of(each).length)
    const left = budget - made.reduce((sum, n) => sum + n, 0)
    if (left <= 0) return
    const gains = options.map((each) => runs.gains(each))
    const more = allocateBudget({
      means: gains.map((g, i) => mean(g) - options[i]!.burden),
      variances: gains.map(varianceOf),
      replications: made,
      budget: Math.min(roundRuns, left),
      direction: 'maximise',
    })
    for (const [i, each] of options.entries()) runs.extend(each, made[i]! + more[i]!)
  }
}

function judge(runs: PairedRuns, candidate: Candidate): Judged {
  const gains = runs.gains(candidate)
  const harm = share(runs.of(candidate), ({ harmed }) => harmed)
  const added = Math.max(0, harm - share(runs.besides(candidate), ({ harmed }) => harmed))
  const gain = mean(gains)
  return {
    candidate,
    gains,
    gain,
    worth: gain - candidate.burden - harmPenalty * added,
    probabilityBetter: share([...gains], (g) => g > 0),
    probabilityOfHarm: harm,
  }
}

function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return values.length > 0 ? sum / values.length : 0
}

function varianceOf(values: Float64Array): number {
  const centre = mean(values)
  return values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / Math.max(1, values.length - 1)
}

function share<T>(values: readonly T[], holds: (value: T) => boolean): number {
  return values.length > 0 ? values.filter(holds).length / values.length : 0
}
