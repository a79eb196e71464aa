import {
  type Belief,
  carryOn,
  type PlannedIntervention,
  type Scenario,
  type TwinContext,
  type Worth,
} from '@counterpart/kernel'
import { clinicOf } from '../memory/clinic.ts'
import { type Swing, tornado } from '../worth/tornado.ts'
import { moneyOfYear } from '../worth/worth.ts'
import { adviceSituation } from './advise.ts'
import { firstYear } from './horizon.ts'
import { PairedRuns } from './runs.ts'
import { basisOf, ownFiguresOf } from './worth-basis.ts'
import { judgeMembers, meanWeek, worthFrom } from './worth-of.ts'

/** What one change would do and be worth, once its effects are there. */
export interface Appraisal {
  /** Member by member against carrying on: hours outside scheduled time, each week for a full-time clinician. */
  readonly outside: Float64Array
  /** Visits a week. */
  readonly visits: Float64Array
  readonly worth: Worth
  /** Which inputs move the net worth most. */
  readonly swings: readonly Swing[]
}

/** Appraises changes that nobody has to have recommended, e.g. what a manager thinks of. */
export function appraise(
  belief: Belief,
  planned: readonly PlannedIntervention[],
  context: TwinContext,
  members = 64,
): Appraisal {
  const situation = adviceSituation(belief, context)
  const runs = new PairedRuns(situation, firstYear)
  runs.extend(carryOn, members)
  const basis = basisOf(situation, runs.of(carryOn), members, ownFiguresOf(clinicOf(belief)))
  const scenario: Scenario = { id: 'appraised', name: 'Appraised', interventions: planned }
  const each = judgeMembers(runs, scenario, basis)
  const { week, days, burnout } = meanWeek(each, basis)
  return {
    outside: Float64Array.from(each, ({ withIt, carryingOn }) => withIt.outside - carryingOn.outside),
    visits: Float64Array.from(each, ({ withIt, carryingOn }) => withIt.visits - carryingOn.visits),
    worth: worthFrom(each, scenario, basis),
    swings: tornado((values) => {
      const { benefit, cost } = moneyOfYear(week, values, days, burnout)
      return benefit - cost
    }),
  }
}
