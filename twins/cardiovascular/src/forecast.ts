import type { Belief, Forecast, Instant, QuantityForecast, Scenario, TwinContext } from '@counterpart/kernel'
import { memoryOf } from './assimilate.ts'
import { pulseShare } from './channels.ts'
import { checkPlanned, treatmentLoad } from './interventions.ts'
import { predictionError, predictor } from './predict.ts'
import { predictedQuantities } from './quantities.ts'
import { centresOf, pressureBeside, toInner, underTreatment } from './variables.ts'
import { wander } from './walk.ts'

/**
 * What the quantities will be: each member's parameters walk on, treatments in force go on, the scenario's act from
 * their start. The walk does not depend on the scenario, so member `m` is the same patient under each of them and
 * differences are paired. The emulator's error is part of every member, and the passing swing of the pressure is part of
 * the pressures, so that the next minutes begin at what was just read.
 */
export function forecast(
  belief: Belief,
  scenario: Scenario,
  times: readonly Instant[],
  context: TwinContext,
): Forecast {
  checkPlanned(scenario.interventions)
  const { size, weights } = belief.ensemble
  const centres = centresOf(memoryOf(belief).prior)
  const treatments = [...context.treatments, ...scenario.interventions]
  const rows = Object.fromEntries(
    predictedQuantities.map(({ name }) => [name, new Float64Array(times.length * size)]),
  ) as Record<string, Float64Array>
  const errors = new Map(
    predictedQuantities.map(({ name, predicted }) => {
      const draws = new Float64Array(size)
      context.random('emulator', name).fillNormal(draws)
      return [name, draws.map((z) => 1 + predictionError(predicted) * z)]
    }),
  )
  let state = toInner(belief)
  let now = belief.asOf
  for (const [t, time] of times.entries()) {
    state = wander(state, size, centres, time - now, context.random('forecast', belief.asOf, time))
    now = Math.max(now, time)
    const { of } = predictor(underTreatment(state, size, treatmentLoad(treatments, time)), size)
    for (const { name, predicted } of predictedQuantities) {
      const values = of(predicted)
      const error = errors.get(name)!
      const row = rows[name]!
      for (let m = 0; m < size; m++) row[t * size + m] = values[m]! * error[m]!
      const share = pulseShare[name]
      if (share === undefined) continue
      const swing = pressureBeside(state, size, share)
      for (let m = 0; m < size; m++) row[t * size + m] = row[t * size + m]! + swing[m]!
    }
  }
  const quantities: Record<string, QuantityForecast> = {}
  for (const { name, unit } of predictedQuantities) quantities[name] = { unit, members: rows[name]! }
  return { twin: belief.twin, madeAt: belief.asOf, scenario, times, size, weights, quantities }
}
