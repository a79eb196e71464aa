import { carryOn, day, type Instant, type PlannedIntervention, type Scenario } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'
import type { Situation } from '../situation.ts'
import { weekWidth } from '../work/figures.ts'
import { type Member, simulateWeeks } from '../work/simulate.ts'
import { simulateChanged } from './absorb.ts'
import { changePlan } from './changes.ts'
import { type Horizon, simulatedWeeks, stretched } from './horizon.ts'
import { type Span, spanOf } from './outcome.ts'
import { bothPlans, remembered } from './work-change.ts'

/** What advice starts from: the coming weeks as planned, the first being the present one, and members that simulate them. */
export interface AdviceSituation extends Pick<Situation, 'asOf' | 'layout' | 'plan' | 'weeks' | 'member'> {
  /** Streams of the clinic as a whole. */
  readonly random: (...names: readonly (string | number)[]) => RandomStream
  /** What is at work already. */
  readonly running: readonly PlannedIntervention[]
  /** Moves simulated figures by what the twin has learnt of its own errors, as its forecasts are. */
  readonly recalibrate?: (figures: Float64Array) => void
}

/** The weeks that are judged: those after the present one. */
export const judged: readonly [from: number, until: number] = [1, 1 + simulatedWeeks]

/** Long enough ago for every effect to be there. */
const longAgo = 4 * 365 * day

/** The runs made so far of each scenario; equal members share parameters, effects and chance, whatever the scenario. */
export class PairedRuns {
  readonly #situation: AdviceSituation
  readonly #horizon: Horizon
  readonly #figures: Float64Array
  readonly #made = new Map<string, Span[]>()
  readonly #calm = new Map<number, Float64Array>()

  constructor(situation: AdviceSituation, horizon: Horizon) {
    this.#situation = situation
    this.#horizon = horizon
    this.#figures = new Float64Array(situation.plan.providers.length * situation.plan.weeks * weekWidth)
  }

  /** Makes runs of a scenario, and of carrying on, until there are so many. */
  extend(scenario: Scenario, count: number): void {
    for (const each of [scenario, carryOn]) {
      const made = this.#madeOf(each.id)
      for (let m = made.length; m < count; m++) made.push(this.#run(each, m))
    }
  }

  of({ id }: Scenario): readonly Span[] {
    return this.#made.get(id) ?? []
  }

  /** As many runs of carrying on as there are of the scenario. */
  besides(scenario: Scenario): readonly Span[] {
    return this.of(carryOn).slice(0, this.of(scenario).length)
  }

  /** Run `m` with all effects there, as if the decision lay long back but nothing of it had been observed. */
  settled(scenario: Scenario, m: number): Span {
    const { asOf, running } = this.#situation
    const before = scenario.interventions.map((each) => ({ ...each, from: each.from - longAgo }))
    return this.#simulate(m, [
      { planned: running, asOf },
      { planned: before, asOf: asOf - longAgo },
    ])
  }

  memberOf(m: number): Member {
    return this.#situation.member(m)
  }

  /** Figures of a member to whom nothing happens. */
  #calmOf(m: number): Float64Array {
    const known = this.#calm.get(m)
    if (known) return known
    const made = new Float64Array(this.#figures.length)
    simulateWeeks(this.#situation.plan, this.memberOf(m), null, made)
    this.#calm.set(m, made)
    return made
  }

  #madeOf(id: string): Span[] {
    const known = this.#made.get(id)
    if (known) return known
    const made: Span[] = []
    this.#made.set(id, made)
    return made
  }

  #run(scenario: Scenario, m: number): Span {
    const { asOf, running } = this.#situation
    return this.#simulate(m, [{ planned: [...running, ...scenario.interventions], asOf }])
  }

  #simulate(m: number, parts: readonly { planned: readonly PlannedIntervention[]; asOf: Instant }[]): Span {
    const { layout, plan, weeks, recalibrate } = this.#situation
    const member = this.memberOf(m)
    const first = weeks[judged[0]]!.from
    const plans = parts
      .filter(({ planned }) => planned.length > 0)
      .map(({ planned, asOf }) => stretched(changePlan(layout, planned, asOf, member.random), first, this.#horizon))
    const change = plans.length === 0 ? null : remembered(plans.reduce(bothPlans))
    if (change === null) simulateWeeks(plan, member, null, this.#figures)
    else simulateChanged(plan, member, change, this.#calmOf(m), this.#figures)
    recalibrate?.(this.#figures)
    const added = (week: number) => change?.clinic(weeks[week]!.from).addedFte ?? 0
    return spanOf(plan, this.#figures, judged, added)
  }
}
