import type { Program } from '../program.ts'
import { type Presence, Run } from '../run.ts'
import type { State } from '../state.ts'
import { type Band, bandOf } from './band.ts'
import type { Quantity } from './measure.ts'
import { defaultQuantities, prepareQuantity } from './prepared-quantity.ts'
import { requireOption, requireSize, spent } from './run-replications.ts'

export interface ForecastOptions {
  /** How many futures, at least 1. */
  readonly replications: number
  /** How far from now, > 0, in the pathway's unit of time. */
  readonly horizon: number
  /** The step of the forecast's moments; a twelfth of the horizon. The last moment is the horizon itself. */
  readonly every?: number
  readonly seed?: number
  readonly quantities?: Readonly<Record<string, Quantity>>
  /** Events that one future may take; 10 million. */
  readonly events?: number
  /** People who may be present at once; 100,000. */
  readonly present?: number
  onProgress?(done: number, of: number): void
}

export interface Forecast {
  /** Moments, as time from now; ascending. */
  readonly times: Float64Array
  /** By quantity, at those moments. */
  readonly quantities: Readonly<Record<string, Band>>
  readonly replications: number
  /** Events of all futures. */
  readonly events: number
}

/**
 * Forecasts from a live state: a captured one, or people who are present at the pathway's start (`startsAt`). Each future
 * is the state with all that is under way drawn anew, given how long it has lasted, and then let go on. Future k of a seed
 * is the same whatever else is asked for, and scenarios that share names share its random numbers.
 *
 * Throws `DiscreteError`: `invalid-option`, also when a future took more events or people than allowed; `undeclared` for
 * names in quantities; `wrong-state`.
 *
 * @example
 * ```ts
 * const forecast = runForecast(program, run.capture(), { replications: 1000, horizon: 480, every: 30 })
 * forecast.quantities['present'].q95 // one number for each of 16 moments
 * ```
 */
export function runForecast(program: Program, from: State | readonly Presence[], options: ForecastOptions): Forecast {
  const plan = planForecast(program, from, options)
  const columns = plan.names.map(() => new Float64Array(plan.times.length * plan.replications))
  return forecastOf(plan, columns, plan.run(0, plan.replications, columns))
}

/** A forecast made ready, whose futures can be run in parts, also by several threads. */
export interface ForecastPlan {
  readonly times: Float64Array
  /** Of the quantities. */
  readonly names: readonly string[]
  readonly replications: number
  /**
   * Runs the futures `first` to before `end`; returns their events. Each quantity has a column, where its number at moment
   * t of future k goes to t · replications + k.
   */
  run(first: number, end: number, columns: readonly Float64Array[]): number
}

/** Checks what is asked for and makes it ready; throws as `runForecast` does. */
export function planForecast(
  program: Program,
  from: State | readonly Presence[],
  options: ForecastOptions,
): ForecastPlan {
  const { events: mostEvents = 1e7, horizon, present: mostPresent = 1e5, replications, seed = 0 } = options
  requireOption(
    Number.isSafeInteger(replications) && replications >= 1 && replications <= 1e7,
    'replications',
    replications,
    'a whole number from 1 to 10 million',
  )
  requireOption(horizon > 0 && horizon < Number.POSITIVE_INFINITY, 'horizon', horizon, 'a time above 0')
  const every = options.every ?? horizon / 12
  requireOption(every > 0 && every <= horizon, 'every', every, `a time above 0 and at most the horizon, ${horizon}`)
  // A step that divides the horizon but for rounding gives no further moment.
  const moments = Math.ceil(horizon / every - 1e-9)
  const prepared = Object.entries(options.quantities ?? defaultQuantities(program)).map(([name, quantity]) =>
    prepareQuantity(program, name, quantity),
  )
  requireSize(
    prepared.length * moments * replications,
    `${prepared.length} quantities at ${moments} moments of ${replications} futures`,
  )
  const run = new Run(program, { seed })
  const live = Array.isArray(from) ? presentAt(run, from as readonly Presence[]) : (from as State)
  const now = live.now
  const times = Float64Array.from({ length: moments }, (_, i) => Math.min(horizon, (i + 1) * every))
  return {
    times,
    names: prepared.map(({ name }) => name),
    replications,
    run(first, end, columns) {
      let events = 0
      for (let k = first; k < end; k++) {
        // Replication 0 is most likely what the live state itself was drawn as.
        run.restore(live, k + 1)
        run.redraw()
        for (let q = 0; q < prepared.length; q++) prepared[q]!.begin(run.state)
        let left = mostEvents
        for (let t = 0; t < moments; t++) {
          const before = run.events
          const stop = run.advance({ until: now + times[t]!, events: left, present: mostPresent })
          if (stop === 'events' || stop === 'present') throw spent(k + 1, stop, run.now)
          left -= run.events - before
          for (let q = 0; q < prepared.length; q++) columns[q]![t * replications + k] = prepared[q]!.of(run.state)
        }
        events += mostEvents - left
        options.onProgress?.(k + 1, replications)
      }
      return events
    },
  }
}

/** The bands of a forecast whose futures have all been run. */
export function forecastOf(plan: ForecastPlan, columns: readonly Float64Array[], events: number): Forecast {
  const { names, replications, times } = plan
  const quantities = names.map((name, q) => [name, bandOf(columns[q]!, times.length, replications)] as const)
  return { times, quantities: Object.fromEntries(quantities), replications, events }
}

/**
 * The state of a run that has just begun with these people in it: who is in a step first, then who waits, by since when.
 */
function presentAt(run: Run, presences: readonly Presence[]): State {
  for (const presence of presences) if (presence.waiting !== true) run.admit(presence)
  for (const presence of presences.filter((p) => p.waiting === true).toSorted((a, b) => a.since - b.since))
    run.admit(presence)
  return run.capture()
}
