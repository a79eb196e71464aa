import type { Belief, Forecast, Instant, Scenario, TwinContext } from '@counterpart/kernel'
import { lastWeeks, measuredQuantities } from './last-week.ts'
import { offsetsOf, type QuantityName, quantities, quantitiesOf } from './quantities.ts'
import { forecastWeeks } from './situation.ts'
import { weeksOf } from './weeks.ts'

/** Weeks from the present one that a forecast may look ahead. */
const mostWeeks = 26

/**
 * What the quantities will be: at each time, of the last week that has ended by then. Each member simulates everybody's
 * weeks, from the present one on; a week that is over is as it was measured, with what its missing log leaves open.
 */
export function forecast(
  belief: Belief,
  scenario: Scenario,
  times: readonly Instant[],
  context: TwinContext,
): Forecast {
  const farthest = times.at(-1) ?? belief.asOf
  const weeks = Math.min(mostWeeks, Math.max(forecastWeeks, Math.ceil((farthest - belief.asOf) / 604_800_000) + 1))
  const { situation, size, figures } = weeksOf(belief, scenario, context, { weeks })
  const people = situation.plan.providers.map((_, p) => p)
  const values = Object.fromEntries(
    quantities.map(({ name }) => [name, new Float64Array(times.length * size)]),
  ) as Record<QuantityName, Float64Array>
  const past = lastWeeks(situation.clinic, belief.asOf)
  for (const [t, time] of times.entries()) {
    const ended = situation.weeks.findLastIndex(({ until }) => until <= time)
    for (let m = 0; m < size; m++) {
      const found =
        ended >= 0
          ? quantitiesOf(figures[m]!, offsetsOf(people, ended, situation.plan.weeks))
          : measuredQuantities(past, situation.layout.overloadRatio, ({ provider, week }) =>
              context.random('hole', provider, week, m).normal(),
            )
      for (const { name } of quantities) values[name][t * size + m] = found[name]
    }
  }
  return {
    twin: belief.twin,
    madeAt: belief.asOf,
    scenario,
    times,
    size,
    weights: new Float64Array(size).fill(1 / size),
    quantities: Object.fromEntries(quantities.map(({ name, unit }) => [name, { unit, members: values[name] }])),
  }
}
