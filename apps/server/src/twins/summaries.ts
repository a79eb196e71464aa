import type { Ensemble, Forecast, Summary } from '@counterpart/kernel'
import { summarise } from '@counterpart/numerics'
import type { Bands } from './events.ts'

/** Figures of every variable of an ensemble, by name. */
export function summariseVariables(ensemble: Ensemble): Record<string, Summary> {
  return Object.fromEntries(
    ensemble.variables.map(({ name }, v) => [
      name,
      summarise(ensemble.values.subarray(v * ensemble.size, (v + 1) * ensemble.size), ensemble.weights),
    ]),
  )
}

/** Figures of one quantity at one of the forecast's times. */
export function summariseForecast(forecast: Forecast, quantity: string, time: number): Summary {
  const { members } = forecast.quantities[quantity]!
  return summarise(members.subarray(time * forecast.size, (time + 1) * forecast.size), forecast.weights)
}

/** Figures of every quantity over all times. */
export function bandsOf(forecast: Forecast): Record<string, Bands & { unit: string }> {
  return Object.fromEntries(
    Object.entries(forecast.quantities).map(([name, { unit }]) => [
      name,
      { unit, ...collect(forecast.times.map((_, time) => summariseForecast(forecast, name, time))) },
    ]),
  )
}

/** Figures of the difference `a − b`, member by member, over all times. Both must be of the same belief and times. */
export function differenceBands(a: Forecast, b: Forecast): Record<string, Bands & { unit: string }> {
  const quantities = Object.fromEntries(
    Object.entries(a.quantities).map(([name, { unit, members }]) => [
      name,
      { unit, members: members.map((value, i) => value - b.quantities[name]!.members[i]!) },
    ]),
  )
  return bandsOf({ ...a, quantities })
}

function collect(summaries: readonly Summary[]): Bands {
  return {
    p05: summaries.map((s) => s.p05),
    p25: summaries.map((s) => s.p25),
    p50: summaries.map((s) => s.p50),
    p75: summaries.map((s) => s.p75),
    p95: summaries.map((s) => s.p95),
  }
}
