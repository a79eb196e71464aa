import { allocateBudget } from '@counterpart/inference'
import { carryOn, type Recommendation } from '@counterpart/kernel'
import { type Candidate, pairOf, singleCandidates } from './candidates.ts'
import type { Horizon } from './horizon.ts'
import { aimOf, type Goal, goalNamed } from './objectives.ts'
import { asOption, type JudgedOption } from './option.ts'
import { harmed } from './outcome.ts'
import { type AdviceSituation, PairedRuns } from './runs.ts'
import { basisOf, type OwnFigures, type WorthBasis } from './worth-basis.ts'
import { worthOf } from './worth-of.ts'

/** How many runs are spent. */
export interface Effort {
  /** Of each option at first. */
  readonly first: number
  /** Of all options together in the end. */
  readonly all: number
  /** That the worth of each option that is told rests on. */
  readonly worth: number
}

export const usualEffort: Effort = { first: 10, all: 480, worth: 40 }
/** Runs in one round of allocation. */
const roundRuns = 80
const pairsTried = 4
/** Options that are told beside carrying on. */
const told = 6
/** How sure it must be that the best option does better than carrying on. */
const sureEnough = 0.7
/** Certain harm counts as so many times a gain that is just worthwhile. */
const harmCounts = 20

/** What is recommended, without whose it is and when it was made. */
export type Ranked = Pick<Recommendation, 'objective' | 'options' | 'finding'>

/**
 * Ranks changes of the work, singly and the best of them in pairs, against carrying on, by paired simulation: equal members
 * share parameters, effects, studies and chance. A fixed budget of runs goes where it tells best from second best. Null where
 * nothing is worth it: too small a gain, not sure enough, or harm.
 */
export function rankChanges(
  situation: AdviceSituation,
  objective: string,
  horizon: Horizon,
  own: OwnFigures,
  effort: Effort = usualEffort,
): Ranked | null {
  if (situation.layout.providers.length === 0) return null
  const goal = goalNamed(objective)
  const runs = new PairedRuns(situation, horizon)
  runs.extend(carryOn, effort.worth)
  const basis = basisOf(situation, runs.of(carryOn), effort.worth, own)
  const staying: Candidate = { scenario: carryOn }
  const singles = singleCandidates(
    situation.layout,
    situation.asOf,
    situation.running,
    busiestPods(runs, basis, situation),
  )
  for (const { scenario } of singles) runs.extend(scenario, effort.first)
  const options = [...singles, ...bestPairs(runs, singles, goal)]
  for (const { scenario } of options) runs.extend(scenario, effort.first)
  if (options.some((each) => judge(runs, each, goal).score > 0)) spend(runs, options, goal, effort.all)

  const ranked = [...options, staying]
    .map((candidate) => judge(runs, candidate, goal))
    .sort((a, b) => b.score - a.score || (a.candidate.scenario.id < b.candidate.scenario.id ? -1 : 1))
  const best = ranked[0]!
  if (best.candidate === staying || best.probabilityBetter < sureEnough) return null
  if (!(best.gain > 1.96 * Math.sqrt(varianceOf(best.gains) / best.gains.length))) return null
  const finding = findingOf(runs, horizon)
  // What is worse than carrying on is told by its absence, but for the best of it.
  const stayingAt = ranked.findIndex(({ candidate }) => candidate === staying)
  const kept = [...ranked.slice(0, Math.min(stayingAt, told)), ...ranked.slice(stayingAt, stayingAt + 2)]
  return {
    objective: { ...aimOf(goal), statement: `${goal.statement}; over ${horizon.words}` },
    options: kept.map((each, i) => ({
      rank: i + 1,
      ...asOption(runs, each, goal, {
        asOf: situation.asOf,
        horizon,
        finding,
        worth: each.candidate === staying ? null : worthOf(runs, each.candidate, basis),
      }),
    })),
    finding,
  }
}

/** The two groups that may be told of with most work outside scheduled time. */
function busiestPods(runs: PairedRuns, { groups }: WorthBasis, { plan }: AdviceSituation): readonly string[] {
  const spans = runs.of(carryOn)
  const hours = (people: readonly number[]) => {
    const fte = people.reduce((sum, p) => sum + plan.providers[p]!.clinicalFte, 0)
    return (
      spans.reduce((sum, span) => sum + people.reduce((of, p) => of + span.people[p]!.outside, 0), 0) /
      Math.max(fte, 1e-9)
    )
  }
  return groups
    .filter(({ people }) => people.length < plan.providers.length)
    .sort((a, b) => hours(b.people) - hours(a.people))
    .slice(0, 2)
    .map(({ name }) => name)
}

/** Pairs of the singles that seem best after the first runs, of different interventions for the whole clinic. */
function bestPairs(runs: PairedRuns, singles: readonly Candidate[], goal: Goal): Candidate[] {
  const kindOf = ({ scenario }: Candidate) => scenario.interventions[0]!.intervention
  const good = singles
    .filter(({ scenario }) => scenario.interventions[0]!.on === undefined)
    .map((each) => ({ each, score: judge(runs, each, goal).score }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .filter(({ each }, i, all) => all.findIndex((other) => kindOf(other.each) === kindOf(each)) === i)
    .slice(0, pairsTried)
  return good.flatMap(({ each: a }, i) => good.slice(i + 1).map(({ each: b }) => pairOf(a, b)))
}

/** Spends the budget of runs where it tells the best option from the next ones (OCBA). */
function spend(runs: PairedRuns, options: readonly Candidate[], goal: Goal, budget: number): void {
  if (options.length < 2) return
  for (;;) {
    const made = options.map(({ scenario }) => runs.of(scenario).length)
    const left = budget - made.reduce((sum, n) => sum + n, 0)
    if (left <= 0) return
    const judged = options.map((each) => judge(runs, each, goal))
    const more = allocateBudget({
      means: judged.map(({ score }) => score),
      variances: judged.map(({ gains }) => varianceOf(gains)),
      replications: made,
      budget: Math.min(roundRuns, left),
      direction: 'maximise',
    })
    for (const [i, { scenario }] of options.entries()) runs.extend(scenario, made[i]! + more[i]!)
  }
}

function judge(runs: PairedRuns, candidate: Candidate, goal: Goal): JudgedOption {
  const [withIt, besides] = [runs.of(candidate.scenario), runs.besides(candidate.scenario)]
  const gains = Float64Array.from(withIt, (span, m) => goal.gain(span, besides[m]!))
  const share = (holds: (m: number) => boolean) => withIt.filter((_, m) => holds(m)).length / Math.max(1, withIt.length)
  const probabilityOfHarm = share((m) => harmed(withIt[m]!, besides[m]!))
  const gain = mean(gains)
  const worthwhile = mean(Float64Array.from(besides, goal.worthwhile))
  return {
    candidate,
    gains,
    gain,
    // Each change must earn the attention that it asks; what surely harms gains nothing.
    score:
      gain * (1 - probabilityOfHarm) -
      worthwhile * (candidate.scenario.interventions.length + harmCounts * probabilityOfHarm),
    probabilityBetter: share((m) => gains[m]! > 0),
    probabilityOfHarm,
  }
}

/** What is the matter, in a sentence. */
function findingOf(runs: PairedRuns, horizon: Horizon): string {
  const spans = runs.of(carryOn)
  const of = (read: (span: (typeof spans)[number]) => number) => mean(Float64Array.from(spans, read))
  const people = spans[0]?.people.length ?? 0
  return `In ${horizon.words}, people work ${of(({ outside }) => outside).toFixed(1)} hours a week outside scheduled time for each full-time clinician, and ${of(({ overloaded }) => overloaded).toFixed(1)} of ${people} have an overloaded week in the mean.`
}

function mean(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

function varianceOf(values: Float64Array): number {
  const centre = mean(values)
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(1, values.length - 1)
}
