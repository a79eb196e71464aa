import {
  day,
  type Instant,
  type PredictedEffect,
  type RankedOption,
  type RiskClass,
  type Role,
  type Worth,
} from '@counterpart/kernel'
import { summarise } from '@counterpart/numerics'
import { quantities } from '../quantities.ts'
import type { Candidate } from './candidates.ts'
import { disagreement } from './evidence.ts'
import type { Horizon } from './horizon.ts'
import { interventionNamed } from './interventions.ts'
import type { Goal } from './objectives.ts'
import type { Span } from './outcome.ts'
import type { PairedRuns } from './runs.ts'

/** An option with what its runs say. */
export interface JudgedOption {
  readonly candidate: Candidate
  readonly gains: Float64Array
  readonly gain: number
  /** The gain less what its changes ask and what harm counts; of carrying on 0. */
  readonly score: number
  readonly probabilityBetter: number
  readonly probabilityOfHarm: number
}

/** A judged option as people read it. */
export function asOption(
  runs: PairedRuns,
  { candidate: { scenario }, gains, probabilityBetter, probabilityOfHarm }: JudgedOption,
  goal: Goal,
  { asOf, horizon, finding, worth }: { asOf: Instant; horizon: Horizon; finding: string; worth: Worth | null },
): Omit<RankedOption, 'rank'> {
  const [withIt, without] = [runs.of(scenario), runs.besides(scenario)]
  const effects = quantities.map(({ name: quantity, unit }): PredictedEffect => {
    const column = (of: readonly Span[]) => Float64Array.from(of, ({ last }) => last[quantity])
    const [a, b] = [column(withIt), column(without)]
    return {
      quantity,
      unit,
      at: asOf + horizon.weeks * 7 * day,
      withIt: summarise(a),
      carryingOn: summarise(b),
      difference: summarise(a.map((value, i) => value - b[i]!)),
    }
  })
  const parts = scenario.interventions.map(({ intervention }) => interventionNamed(intervention))
  const about = { scenario, effects, gain: summarise(gains), probabilityBetter, probabilityOfHarm }
  if (parts.length === 0)
    return {
      ...about,
      reason: `Carrying on: ${finding}`,
      riskClass: 'low',
      cost: 'None beyond what is being done',
      mayApprove: ['manager'],
      undo: 'Nothing to undo',
    }
  const conflict = disagreement(parts.map(({ name }) => name))
  return {
    ...about,
    reason: [
      gainWords(about.gain, goal, horizon, probabilityBetter),
      ...(worth ? [paysWords(worth)] : []),
      ...(conflict ? [conflict] : []),
    ].join(' '),
    riskClass: worstOf(parts.map(({ riskClass }) => riskClass)),
    cost: parts.map(({ cost }) => cost).join('; '),
    mayApprove: commonTo(parts.map(({ mayApprove }) => mayApprove)),
    undo: parts.map(({ undo }) => undo).join('; '),
    ...(worth ? { worth } : {}),
  }
}

function gainWords(gain: RankedOption['gain'], goal: Goal, horizon: Horizon, better: number): string {
  const [mean, least, most] = [gain.mean, gain.p05, gain.p95].map((value) => value.toFixed(goal.digits))
  return `${goal.spares} ${mean} ${goal.words} in ${horizon.words} (90 %: ${least} to ${most}); better than carrying on with ${percent(better)}.`
}

function paysWords({ net, probabilityPays, daysToBenefit, burden }: Worth): string {
  const thousand = (value: number) => `${Math.round(value / 1000)}`
  return `Half of the effect is there after about ${Math.round(daysToBenefit.p50)} days; it asks ${Math.round(burden.p50)} minutes a week of everybody together. In the first year it ${net.p50 >= 0 ? 'brings' : 'costs'} about ${thousand(Math.abs(net.p50))} thousand dollars (net, 90 %: ${thousand(net.p05)} to ${thousand(net.p95)}) and pays with ${percent(probabilityPays)}.`
}

const percent = (probability: number) => `${Math.round(100 * probability)} %`

const worstOf = (classes: readonly RiskClass[]): RiskClass =>
  (['high', 'moderate', 'low'] as const).find((risk) => classes.includes(risk)) ?? 'low'

/** Who may approve every part. */
const commonTo = (lists: readonly (readonly Role[])[]): readonly Role[] =>
  (lists[0] ?? []).filter((role) => lists.every((list) => list.includes(role)))
