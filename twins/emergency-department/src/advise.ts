import { allocateBudget } from '@counterpart/inference'
import {
  type Belief,
  carryOn,
  hour,
  minute,
  type Objective,
  type Recommendation,
  type TwinContext,
} from '@counterpart/kernel'
import { type Candidate, pairOf, singleCandidates } from './advice/candidates.ts'
import { goals } from './advice/cost.ts'
import { asOption, type Judged } from './advice/option.ts'
import { looks, PairedRuns } from './advice/runs.ts'
import { situationOf } from './flow/simulate.ts'
import { departmentOf } from './memory/department.ts'
import { findHoldUps, holdUpSentence } from './pressure.ts'
import { clockTime } from './words.ts'

/** Runs of each option at first, of all options together in the end, and in one round of allocation. */
const [firstRuns, allRuns, roundRuns] = [24, 720, 120]
const pairsTried = 3
const validFor = 30 * minute
/** Nothing heard for so long: advice would be about a department of an hour ago. */
const freshFor = hour

/** Advice is given when the best option spares at least so many minutes, this part of the whole, and is this surely better. */
const worthwhile = { minutes: 60, part: 0.05, probability: 0.7 }
/** Minutes that a certainty of an urgent patient waiting too long counts. */
const harmPenalty = 600

/**
 * Ranks interventions, singly and the best of them in pairs, against carrying on, by paired simulation: equal run numbers
 * share member, chance and the unseen present. A fixed budget of runs goes where it tells best from second best (OCBA).
 *
 * Nothing is advised when nothing spares enough to be worth its burden, or when the feed has been silent for an hour.
 */
export function advise(belief: Belief, objective: Objective, context: TwinContext): readonly Recommendation[] {
  const goal = goals.find(({ name }) => name === objective.name) ?? goals[0]!
  const { heard, layout } = departmentOf(belief)
  if (heard === null || belief.asOf - heard > freshFor) return []
  const runs = new PairedRuns(situationOf(belief, context), goal)
  const staying: Candidate = { scenario: carryOn, burden: 0 }
  const singles = singleCandidates(belief.asOf, context.treatments)
  for (const each of singles) runs.extend(each, firstRuns)
  const options = [...singles, ...bestPairs(runs, singles)]
  for (const each of options) runs.extend(each, firstRuns)
  spend(runs, options)

  const ranked = [...options, staying]
    .map((candidate) => judge(runs, candidate))
    .sort((a, b) => b.worth - a.worth || (a.candidate.scenario.id < b.candidate.scenario.id ? -1 : 1))
  const best = ranked[0]!
  const baseline = runs.of(staying)
  const wholeCost = mean(baseline.map(({ cost }) => cost))
  const enough = best.gain >= Math.max(worthwhile.minutes, worthwhile.part * wholeCost)
  if (best.candidate === staying || !enough || best.probabilityBetter < worthwhile.probability) return []

  const [hold] = findHoldUps(baseline.map(({ samples }) => samples))
  const clock = (minutes: number) => clockTime(belief.asOf + minutes * minute, layout.utcOffsetMinutes)
  const finding = hold
    ? holdUpSentence(hold, clock(hold.from === 0 ? 0 : looks[hold.from]!), clock(looks[hold.to]!))
    : `No single thing holds people up, but ${Math.round(wholeCost / 60)} hours of ${goal.spares.replace(/^minutes of /, '')} are expected in the next four hours.`
  // What is worse than carrying on is told by its absence, but for the best of it.
  const stayingAt = ranked.findIndex(({ candidate }) => candidate === staying)
  const kept = ranked.slice(0, Math.max(stayingAt + 2, 4))
  return [
    {
      id: `${belief.twin.kind}:${belief.twin.subject}:${goal.name}:${belief.asOf}`,
      twin: belief.twin,
      madeAt: belief.asOf,
      expires: belief.asOf + validFor,
      objective: { name: goal.name, statement: goal.statement, unit: goal.unit },
      options: kept.map((each, i) => ({ rank: i + 1, ...asOption(runs, each, goal, belief.asOf, finding) })),
      finding,
    },
  ]
}

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
function spend(runs: PairedRuns, options: readonly Candidate[]): void {
  if (options.length < 2) return
  for (;;) {
    const made = options.map((each) => runs.of(each).length)
    const left = allRuns - made.reduce((sum, n) => sum + n, 0)
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
