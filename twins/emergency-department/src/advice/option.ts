import {
  type Instant,
  minute,
  type PredictedEffect,
  type RankedOption,
  type RiskClass,
  type Role,
} from '@counterpart/kernel'
import { summarise } from '@counterpart/numerics'
import { acuities } from '../estimates/priors.ts'
import { interventions } from '../interventions.ts'
import { type ResourceName, resources, waitingFor } from '../pressure.ts'
import { quantities } from '../quantities.ts'
import { percent } from '../words.ts'
import type { Candidate } from './candidates.ts'
import { type Goal, judgedOver, judgedSpan } from './cost.ts'
import { looks, type Outcome, type PairedRuns } from './runs.ts'

/** An option with what its runs say. */
export interface Judged {
  readonly candidate: Candidate
  readonly gains: Float64Array
  /** Mean of the gains. */
  readonly gain: number
  /** The gain less burden and added harm. */
  readonly worth: number
  readonly probabilityBetter: number
  readonly probabilityOfHarm: number
}

const shown = ['wait-to-clinician', 'waiting', 'breaches', 'boarding', 'ambulance-offload', 'left-unseen'] as const

/** The time of day so many minutes from now. */
type Clock = (minutes: number) => string

/** A judged option as people read it. */
export function asOption(
  runs: PairedRuns,
  judged: Judged,
  goal: Goal,
  asOf: Instant,
  finding: string,
  clock: Clock,
): Omit<RankedOption, 'rank'> {
  const { candidate, gains, probabilityBetter, probabilityOfHarm } = judged
  const [outcomes, baseline] = [runs.of(candidate), runs.besides(candidate)]
  const effects = shown.map((quantity): PredictedEffect => {
    const column = (of: readonly Outcome[]) => Float64Array.from(of, (one) => one.quantities[quantity]!)
    const [withIt, without] = [column(outcomes), column(baseline)]
    return {
      quantity,
      unit: quantities.find(({ name }) => name === quantity)!.unit,
      at: asOf + judgedOver * minute,
      withIt: summarise(withIt),
      carryingOn: summarise(without),
      difference: summarise(withIt.map((value, i) => value - without[i]!)),
    }
  })
  const parts = candidate.scenario.interventions.map(
    (planned) => interventions.find(({ name }) => name === planned.intervention)!,
  )
  const about = { scenario: candidate.scenario, effects, gain: summarise(gains), probabilityBetter, probabilityOfHarm }
  if (parts.length === 0)
    return {
      ...about,
      reason: `Carrying on: ${finding}`,
      riskClass: 'low',
      cost: 'None beyond what is being done',
      mayApprove: ['manager', 'clinician'],
      undo: 'Nothing to undo',
    }
  return {
    ...about,
    reason: reasonOf(runs, judged, goal, clock),
    riskClass: worstOf(parts.map(({ riskClass }) => riskClass)),
    cost: parts.map(({ cost }) => cost).join('; '),
    mayApprove: commonTo(parts.map(({ mayApprove }) => mayApprove)),
    undo: parts.map(({ undo }) => undo).join('; '),
  }
}

/** What is spared, by what, and how surely; the effects themselves stand beside it. */
function reasonOf(runs: PairedRuns, { candidate, gains, probabilityBetter }: Judged, goal: Goal, clock: Clock): string {
  const spared = summarise(gains)
  const [least, most] = [spared.p05, spared.p95].map((minutes) => Math.round(minutes))
  const [outcomes, baseline] = [runs.of(candidate), runs.besides(candidate)]
  const freed = goal.about === 'order' ? whoGains(outcomes, baseline) : whatIsFreed(outcomes, baseline, clock)
  return `Spares ${Math.round(spared.mean)} ${goal.spares} in ${judgedSpan} (${least} to ${most})${freed}. Better than carrying on with ${percent(probabilityBetter)}.`
}

/** Whose waits become shorter, and whose longer, in means over the runs where somebody of the acuity waits in both. */
function whoGains(outcomes: readonly Outcome[], baseline: readonly Outcome[]): string {
  const changes = acuities.flatMap((acuity, k) => {
    const both = outcomes
      .map(({ waits }, i) => waits[k]! - baseline[i]!.waits[k]!)
      .filter((change) => !Number.isNaN(change))
    const change = Math.round(both.reduce((sum, each) => sum + each, 0) / Math.max(1, both.length))
    return change === 0
      ? []
      : [
          `acuity ${acuity} waits ${Math.abs(change)} ${Math.abs(change) === 1 ? 'minute' : 'minutes'} ${change < 0 ? 'less' : 'more'}`,
        ]
  })
  return changes.length === 0 ? '' : `; ${changes.join(', ')}`
}

/** Where the line shrinks most: what for, when, and by how much, in means over the runs. */
function whatIsFreed(outcomes: readonly Outcome[], baseline: readonly Outcome[], clock: Clock): string {
  const waiting = (of: readonly Outcome[], t: number, name: ResourceName) =>
    of.reduce((sum, { samples }) => sum + waitingFor(samples[t]!, name), 0) / of.length
  const changes = looks.flatMap((at, t) =>
    resources.map(({ name, label }) => ({
      at,
      label,
      withIt: waiting(outcomes, t, name),
      without: waiting(baseline, t, name),
    })),
  )
  const most = changes.reduce((best, each) => (each.without - each.withIt > best.without - best.withIt ? each : best))
  if (most.without - most.withIt < 0.5) return ''
  const people = most.withIt.toFixed(0) === '1' ? 'person waits' : 'people wait'
  const what = most.label.charAt(0).toLowerCase() + most.label.slice(1)
  return `; at ${clock(most.at)}, ${most.withIt.toFixed(0)} ${people} for ${what} instead of ${most.without.toFixed(0)}`
}

const worstOf = (classes: readonly RiskClass[]): RiskClass =>
  (['high', 'moderate', 'low'] as const).find((risk) => classes.includes(risk)) ?? 'low'

/** Who may approve every part. */
const commonTo = (lists: readonly (readonly Role[])[]): readonly Role[] =>
  (lists[0] ?? []).filter((role) => lists.every((list) => list.includes(role)))
