// Forecasts of one department, in a process of its own; prints what it saw as JSON.
import { runForecast } from '@counterpart/discrete'
import { createFlowPool } from '@counterpart/discrete/node'
import { forecastCase } from './flow-study.ts'

export interface ForecastTimes {
  /** Milliseconds of each forecast, by threads. */
  readonly times: Readonly<Record<1 | 2, readonly number[]>>
  /** Of one future. */
  readonly events: number
}

const forecasts = 31
const warmSeconds = 2

async function timesOf(forecast: (seed: number) => unknown): Promise<number[]> {
  const time = async (seed: number) => {
    const began = performance.now()
    await forecast(seed)
    return performance.now() - began
  }
  const warm = performance.now() + 1000 * warmSeconds
  while (performance.now() < warm) await time(0)
  const times: number[] = []
  for (let seed = 0; seed < forecasts; seed++) times.push(await time(seed))
  return times
}

async function measured(): Promise<ForecastTimes> {
  const { pathway, program, live, options } = forecastCase()
  const { events } = runForecast(program, live, { ...options, seed: 0 })
  const one = await timesOf((seed) => runForecast(program, live, { ...options, seed }))
  await using pool = createFlowPool(2)
  const two = await timesOf((seed) => pool.forecast(pathway, live, { ...options, seed }))
  return { times: { 1: one, 2: two }, events: events / options.replications }
}

if (import.meta.main) console.log(JSON.stringify(await measured()))
