import type { Belief, Forecast, Instant, QuantityForecast, Scenario, TwinContext } from '@counterpart/kernel'
import { lawsOf } from './draws.ts'
import { type Course, courseOf } from './exam.ts'
import { futuresOf } from './future.ts'
import { checkPlanned } from './interventions.ts'
import { departmentIn, memoryOf } from './memory.ts'
import { planOf } from './plan.ts'
import { dayFrame, measure, quantities } from './quantities.ts'
import { type Situation, situationOf } from './situation.ts'

/** A belief's situation under a scenario, and how it may go on: one set of courses per member. */
export function outlookOf(
  belief: Belief,
  scenario: Scenario,
  until: Instant,
  context: TwinContext,
  members = belief.ensemble.size,
): { readonly situation: Situation; readonly futures: readonly (readonly Course[])[] } {
  checkPlanned(scenario.interventions)
  const memory = memoryOf(belief)
  const inForce = [...context.treatments, ...scenario.interventions]
  const situation = situationOf(memory, belief.asOf, until, planOf(memory, belief.asOf, inForce))
  return { situation, futures: futuresOf(situation, lawsOf(belief, context).slice(0, members), context) }
}

/** Values of the quantities at times, member by member: `members[t · size + m]`. */
function quantitiesOf(
  futures: readonly (readonly Course[])[],
  situation: Pick<Situation, 'department' | 'now'>,
  times: readonly Instant[],
): Record<string, QuantityForecast> {
  const size = futures.length
  const frame = dayFrame(situation.department, situation.now, times.at(-1) ?? situation.now)
  return Object.fromEntries(
    quantities.map(({ name, unit }) => {
      const members = new Float64Array(times.length * size)
      for (const [t, at] of times.entries())
        for (let m = 0; m < size; m++) members[t * size + m] = measure(name, futures[m]!, at, frame)
      return [name, { unit, members }]
    }),
  )
}

/**
 * What the quantities will be: every member runs the department on from where it stands, with its own durations, demand
 * and arrivals. Draws are named by exam, so member `m` sees the same patients under every scenario.
 */
export function forecast(
  belief: Belief,
  scenario: Scenario,
  times: readonly Instant[],
  context: TwinContext,
): Forecast {
  const { size, weights } = belief.ensemble
  const { situation, futures } = outlookOf(belief, scenario, Math.max(belief.asOf, ...times), context)
  return {
    twin: belief.twin,
    madeAt: belief.asOf,
    scenario,
    times,
    size,
    weights,
    quantities: quantitiesOf(futures, situation, times),
  }
}

/** What the quantities are as of the belief, as observed. */
export function counted(belief: Belief): Readonly<Record<string, number>> {
  const memory = memoryOf(belief)
  const department = departmentIn(memory)
  const courses = Object.values(memory.exams).flatMap((exam) => courseOf(exam, department) ?? [])
  const frame = dayFrame(department, belief.asOf, belief.asOf)
  return Object.fromEntries(quantities.map(({ name }) => [name, measure(name, courses, belief.asOf, frame)]))
}
