import {
  type Belief,
  carryOn,
  type PlannedIntervention,
  type ProviderCode,
  type Scenario,
  type TwinContext,
} from '@counterpart/kernel'
import { simulateChanged } from './advice/absorb.ts'
import { changePlan } from './advice/changes.ts'
import { recalibration } from './record/recalibrate.ts'
import { type Situation, situationOf } from './situation.ts'
import { at, type ProviderWeek, weekAt, weekWidth } from './work/figures.ts'
import { simulateWeeks } from './work/simulate.ts'

/** Simulated weeks of all people: the one that has begun and the next, under each member. */
export interface Weeks {
  readonly situation: Situation
  readonly size: number
  /** By member: `weekWidth` figures from `(p * weeks + w) * weekWidth` on. */
  readonly figures: readonly Float64Array[]
  /** Where a week's figures stand. */
  readonly places: typeof places
}

const places = { ...at, width: weekWidth } as const

/** Figures under each member as they were simulated, without what was learnt of errors. */
export function rawWeeks(
  situation: Situation,
  planned: readonly PlannedIntervention[],
  members = situation.members,
): Float64Array[] {
  const { plan, layout, asOf } = situation
  return Array.from({ length: members }, (_, m) => {
    const member = situation.member(m)
    const out = new Float64Array(plan.providers.length * plan.weeks * weekWidth)
    simulateWeeks(plan, member, null, out)
    if (planned.length === 0) return out
    const changed = new Float64Array(out.length)
    simulateChanged(plan, member, changePlan(layout, planned, asOf, member.random), out, changed)
    return changed
  })
}

/**
 * What the weeks will be under a scenario, moved by what the twin has learnt of its own errors. Equal members are paired
 * across scenarios.
 */
export function weeksOf(
  belief: Belief,
  scenario: Scenario,
  context: TwinContext,
  options: { readonly weeks?: number; readonly members?: number } = {},
): Weeks {
  const situation = situationOf(belief, context, options)
  const size = Math.min(options.members ?? situation.members, situation.members)
  const calm = rawWeeks(situation, context.treatments, size)
  const move = recalibration(situation, calm)
  const figures =
    scenario.interventions.length === 0
      ? calm
      : rawWeeks(situation, [...context.treatments, ...scenario.interventions], size)
  for (const out of figures) move(out)
  return { situation, size, figures, places }
}

/** One person's coming weeks under carrying on, by week and member: for that person's own eyes. */
export function providerWeeks(
  belief: Belief,
  provider: ProviderCode,
  context: TwinContext,
): readonly { readonly from: number; readonly until: number; readonly members: readonly ProviderWeek[] }[] {
  const { situation, figures } = weeksOf(belief, carryOn, context)
  const { plan, weeks } = situation
  const p = plan.providers.findIndex((each) => each.provider === provider)
  if (p < 0) return []
  return weeks.map(({ from, until }, w) => ({
    from,
    until,
    members: figures.map((out) => weekAt(out, (p * plan.weeks + w) * weekWidth)),
  }))
}
