import {
  type Instant,
  minute,
  type PredictedEffect,
  type RankedOption,
  type RiskClass,
  type Role,
} from '@counterpart/kernel'
import { summarise } from '@counterpart/numerics'
import { interventions } from '../interventions.ts'
import { quantities } from '../quantities.ts'
import { percent } from '../words.ts'
import type { Candidate } from './candidates.ts'
import { type Goal, judgedOver, judgedSpan } from './cost.ts'
import type { Outcome, PairedRuns } from './runs.ts'

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
type Shown = (typeof shown)[number]

/** A judged option as people read it. */
export function asOption(
  runs: PairedRuns,
  judged: Judged,
  goal: Goal,
  asOf: Instant,
  finding: string,
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
    reason: reasonOf(judged, goal, effects),
    riskClass: worstOf(parts.map(({ riskClass }) => riskClass)),
    cost: parts.map(({ cost }) => cost).join('; '),
    mayApprove: commonTo(parts.map(({ mayApprove }) => mayApprove)),
    undo: parts.map(({ undo }) => undo).join('; '),
  }
}

function reasonOf(
  { gains, probabilityBetter, probabilityOfHarm }: Judged,
  goal: Goal,
  effects: readonly PredictedEffect[],
): string {
  const spared = summarise(gains)
  const change = (quantity: Shown, what: string, digits: number) => {
    const { difference } = effects.find((effect) => effect.quantity === quantity)!
    if (Math.abs(difference.mean) < 0.5 * 10 ** -digits) return []
    const [low, high] = [difference.p05, difference.p95].map((d) => signed(d, digits))
    return [`${what} ${signed(difference.mean, digits)} (${low} to ${high})`]
  }
  const changes = [
    ...change('wait-to-clinician', 'minutes of waiting for a clinician', 0),
    ...change('breaches', 'people over four hours', 1),
    ...change('boarding', 'people waiting for a bed upstairs', 1),
  ]
  return `Spares ${Math.round(spared.mean)} ${goal.spares} in ${judgedSpan} (${Math.round(spared.p05)} to ${Math.round(spared.p95)})${
    changes.length > 0 ? `; then ${changes.join(', ')}` : ''
  }. Better than carrying on with ${percent(probabilityBetter)}; an urgent patient waits over an hour with ${percent(probabilityOfHarm)}.`
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits)
  return `${value < 0 && Number(text) !== 0 ? '−' : '+'}${text}`
}

const worstOf = (classes: readonly RiskClass[]): RiskClass =>
  (['high', 'moderate', 'low'] as const).find((risk) => classes.includes(risk)) ?? 'low'

/** Who may approve every part. */
const commonTo = (lists: readonly (readonly Role[])[]): readonly Role[] =>
  (lists[0] ?? []).filter((role) => lists.every((list) => list.includes(role)))
