import { DynamicsError } from '../errors.ts'
import type { Machine } from '../machine.ts'
import { anderson } from './anderson.ts'
import { createFlow } from './flow.ts'
import { type FlowOptions, flowSettings, initialValues } from './options.ts'
import { interpolate } from './step.ts'

export interface PeriodicSteadyStateOptions extends FlowOptions {
  /** Of a model that is driven, in its time. Left out: found, for a model that oscillates by itself. */
  readonly period?: number
  /** A period that is to be found is not longer than this. Needed where `period` is left out. */
  readonly longestPeriod?: number
  /** When the periods begin. Default 0. */
  readonly start?: number
  readonly given?: Readonly<Record<string, number>>
  /** Largest change of a state over a period, relative to its largest size within it. Default 1e-6. */
  readonly closeness?: number
  /** Gives up after so many periods. Default 200. */
  readonly maximumPeriods?: number
  /** False: period after period, as time would have it. Default true. */
  readonly accelerate?: boolean
}

export interface PeriodicSteadyState {
  readonly period: number
  /** At the beginning of a period. */
  readonly states: Float64Array
  readonly parameters: Float64Array
  /** Largest change of a state over the last period, relative to its largest size within it. */
  readonly residual: number
  /** Periods that were followed. */
  readonly periods: number
}

/**
 * The solution that repeats itself: the fixed point of the map from the states at one period's beginning to those at
 * the next (the stroboscopic map; for a model that oscillates by itself Poincaré's map on a section through the middle
 * of the state that moves most), by Anderson's acceleration. Stops when a whole period, followed as it is, changes no
 * state by more than `closeness`. What events leave waiting at a period's end is not carried over.
 *
 * Throws `no-convergence` when that is not reached, and for a model that does not oscillate.
 */
export function periodicSteadyState(machine: Machine, options: PeriodicSteadyStateOptions): PeriodicSteadyState {
  const { period, start = 0, given, closeness = 1e-6, maximumPeriods = 200, accelerate = true } = options
  const settings = flowSettings({
    ...options,
    relativeTolerance: options.relativeTolerance ?? Math.min(1e-8, closeness / 100),
  })
  for (const [name, value] of Object.entries({ period, longestPeriod: options.longestPeriod, closeness }))
    if (value !== undefined && !(value > 0 && value < Number.POSITIVE_INFINITY))
      throw new DynamicsError('invalid-option', `${name} is ${value}`, { element: name, expected: 'a positive number' })

  const n = machine.stateCount
  const initial = initialValues(machine, start, given)
  const { states, parameters } = initial
  const scales = new Float64Array(n)
  const image = new Float64Array(n)
  const next = new Float64Array(n)
  const section = period === undefined ? findSection() : undefined

  /** Follows one period from `states`; leaves its end in `image` and gives its length. */
  function follow(): number {
    for (let i = 0; i < n; i++) scales[i] = Math.abs(states[i]!)
    let returned = Number.NaN
    const flow = createFlow(machine, start, initial, settings, {
      wanted: start,
      instant(_, now) {
        for (let i = 0; i < n; i++) scales[i] = Math.max(scales[i]!, Math.abs(now[i]!))
      },
      piece(step, until) {
        if (!section || !Number.isNaN(returned)) return
        const { state, level } = section
        // Off the section the first time it is met is where the period began.
        interpolate(step.dense, 0, next)
        if (!(next[state]! < level)) return
        interpolate(step.dense, (until - step.from) / step.size, next)
        if (next[state]! < level) return
        let [low, high] = [0, (until - step.from) / step.size]
        for (let i = 0; i < 60 && high > low; i++) {
          const middle = (low + high) / 2
          interpolate(step.dense, middle, next)
          if (next[state]! < level) low = middle
          else high = middle
        }
        interpolate(step.dense, high, image)
        image[state] = level
        returned = step.from + high * step.size
      },
    })
    if (!section) {
      flow.advance(start + period!)
      image.set(flow.states)
      return period!
    }
    for (let part = 1; Number.isNaN(returned) && part <= 40; part++)
      flow.advance(start + (part / 10) * options.longestPeriod!)
    if (Number.isNaN(returned)) throw notOscillating()
    return returned - start
  }

  function notOscillating(): DynamicsError {
    return new DynamicsError('no-convergence', 'the model does not come back to where it was', {
      mend: 'it may settle down, see steadyState; or give a longer longestPeriod',
    })
  }

  /** After some time has passed: the state that moves most, and its middle. */
  function findSection(): { readonly state: number; readonly level: number } {
    const { longestPeriod } = options
    if (longestPeriod === undefined)
      throw new DynamicsError('invalid-option', 'neither period nor longestPeriod is given', {
        element: 'period',
        mend: 'give the period of a driven model, or the longest period to look for',
      })
    const lowest = new Float64Array(n).fill(Number.POSITIVE_INFINITY)
    const highest = new Float64Array(n).fill(Number.NEGATIVE_INFINITY)
    const flow = createFlow(machine, start, initial, settings, {
      wanted: start + 2 * longestPeriod,
      instant(_, now) {
        for (let i = 0; i < n; i++) {
          lowest[i] = Math.min(lowest[i]!, now[i]!)
          highest[i] = Math.max(highest[i]!, now[i]!)
        }
      },
    })
    flow.advance(start + 4 * longestPeriod)
    let best = 0
    let state = -1
    for (let i = 0; i < n; i++) {
      const span = (highest[i]! - lowest[i]!) / Math.max(Math.abs(highest[i]!), Math.abs(lowest[i]!))
      if (span > best) [best, state] = [span, i]
    }
    if (!(best > 1e-5)) throw notOscillating()
    const level = (lowest[state]! + highest[state]!) / 2
    states.set(flow.states)
    return { state, level }
  }

  let length = 0
  let residual = Number.POSITIVE_INFINITY
  let previous = Number.POSITIVE_INFINITY
  if (section) {
    // From where it now is on to the section.
    follow()
    states.set(image)
  }
  // One measure for all periods, so that their residuals can be compared.
  const measure = new Float64Array(n)
  const mixer = anderson(measure, 8)
  for (let periods = 1; periods <= maximumPeriods; periods++) {
    length = follow()
    if (periods === 1) measure.set(scales)
    residual = 0
    for (let i = 0; i < n; i++)
      if (scales[i]! > 0) residual = Math.max(residual, Math.abs(image[i]! - states[i]!) / scales[i]!)
    if (residual <= closeness) return { period: length, states: image, parameters, residual, periods }
    // What makes it worse is forgotten: the map is not yet nearly linear there.
    if (!accelerate || residual > 10 * previous) {
      mixer.forget()
      next.set(image)
    } else mixer.advance(states, image, next)
    previous = residual
    states.set(next.every((value) => Number.isFinite(value)) ? next : image)
  }
  throw new DynamicsError(
    'no-convergence',
    `after ${maximumPeriods} periods states still change by ${residual.toExponential(1)} of their size over a period`,
    { mend: 'allow more periods, or a larger closeness; or the period is not the one that the model has' },
  )
}
