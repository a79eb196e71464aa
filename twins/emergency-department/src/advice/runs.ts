import { carryOn } from '@counterpart/kernel'
import type { Effect } from '../flow/effects.ts'
import type { Sample } from '../flow/simulate.ts'
import { type Situation, simulate } from '../flow/simulate.ts'
import { quantitiesAt } from '../forecast.ts'
import { effectsOf } from '../interventions.ts'
import type { Candidate } from './candidates.ts'
import { type Goal, harmed, judgedOver, waitsByAcuity } from './cost.ts'

/** When a run is looked at for what holds people up, in minutes; the last is when effects are shown. */
export const looks = Array.from({ length: judgedOver / 30 }, (_, i) => 30 * (i + 1))

/** One run of one option, as far as advice goes. */
export interface Outcome {
  /** In the unit of the goal. */
  readonly cost: number
  /** Whether an urgent patient waited too long. */
  readonly harmed: boolean
  /** All quantities at the last look. */
  readonly quantities: Readonly<Record<string, number>>
  /** Minutes waited for a clinician by acuity, in the mean; NaN where nobody does. */
  readonly waits: readonly number[]
  /** At each look. */
  readonly samples: readonly Sample[]
}

/** The runs made so far of each option; equal run numbers share member and chance with carrying on. */
export class PairedRuns {
  readonly #situation: Situation
  readonly #goal: Goal
  readonly #usual: readonly Effect[]
  readonly #made = new Map<string, Outcome[]>()

  /** `usual`: what is so besides, unless an option changes it. */
  constructor(situation: Situation, goal: Goal, usual: readonly Effect[] = []) {
    this.#situation = situation
    this.#goal = goal
    this.#usual = usual
  }

  /** Makes runs of an option, and of carrying on, until there are so many. */
  extend({ scenario }: Pick<Candidate, 'scenario'>, count: number): void {
    const { context, asOf } = this.#situation
    for (const { id, interventions } of [scenario, carryOn]) {
      const made = this.#made.get(id) ?? []
      this.#made.set(id, made)
      const effects = [...this.#usual, ...effectsOf([...context.treatments, ...interventions], asOf)]
      for (let index = made.length; index < count; index++) {
        const run = simulate(this.#situation, effects, looks, judgedOver, index)
        const last = quantitiesAt({ ...run, samples: run.samples.slice(-1), spaces: run.spaces.slice(-1) }, [
          judgedOver,
        ])
        made.push({
          cost: this.#goal.costOf(run.track),
          harmed: harmed(run.track),
          quantities: Object.fromEntries(Object.entries(last).map(([name, [value]]) => [name, value!])),
          waits: waitsByAcuity(run.track),
          samples: run.samples,
        })
      }
    }
  }

  of({ scenario }: Pick<Candidate, 'scenario'>): readonly Outcome[] {
    return this.#made.get(scenario.id) ?? []
  }

  /** As many runs of carrying on as there are of the option. */
  besides(candidate: Pick<Candidate, 'scenario'>): readonly Outcome[] {
    return this.of({ scenario: carryOn }).slice(0, this.of(candidate).length)
  }

  /** What an option spares, run by run. */
  gains(candidate: Pick<Candidate, 'scenario'>): Float64Array {
    const baseline = this.besides(candidate)
    return Float64Array.from(this.of(candidate), ({ cost }, i) => baseline[i]!.cost - cost)
  }
}
