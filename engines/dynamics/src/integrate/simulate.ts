import { DynamicsError } from '../errors.ts'
import type { Machine } from '../machine.ts'
import { checkFixedStep } from './check-fixed-step.ts'
import type { FlowStatistics } from './flow.ts'
import { checkCount } from './most-values.ts'
import { observeAt } from './observe-at.ts'
import { type FlowOptions, flowSettings } from './options.ts'

export interface SimulateOptions extends FlowOptions {
  /** When the initial conditions hold, in the model's time. Default 0. */
  readonly start?: number
  readonly end: number
  /** Equal pieces into which `start` to `end` is cut: the trajectory has one row more. */
  readonly steps: number
  /** Values of parameters and initial values of states, by symbol, in place of the model's. */
  readonly given?: Readonly<Record<string, number>>
  /** Told of the done part of the time, from 0 to 1, at most once for each row. */
  readonly onProgress?: (fraction: number) => void
}

/** What the observed quantities were at equally spaced times. */
export interface Trajectory {
  readonly times: Float64Array
  /** Of the columns; keys of {@link System.quantities}. */
  readonly symbols: readonly string[]
  /** Row by row: `values[row · symbols.length + column]`. At an instant of an event: what held after it. */
  readonly values: Float64Array
  readonly warnings: readonly string[]
  readonly statistics: FlowStatistics
}

/**
 * Follows a model's solution from `start` to `end` and writes down what the machine observes at `steps + 1` times.
 *
 * Throws a `DynamicsError`: `invalid-option`; `not-finite`, naming the symbol and time, where a rate is not a number;
 * `no-convergence` where the method cannot follow the solution. Throws the signal's reason when that aborts.
 *
 * @example
 * ```ts
 * const system = buildSystem(readAntimony('S -> ; k*S; S = 10; k = 0.5'))
 * const { times, values } = simulate(interpret(system, ['S']), { end: 10, steps: 100 })
 * ```
 */
export function simulate(machine: Machine, options: SimulateOptions): Trajectory {
  const { start = 0, end, steps, given, onProgress } = options
  const settings = flowSettings(options)
  if (!Number.isFinite(start) || !Number.isFinite(end) || end < start)
    throw new DynamicsError('invalid-option', `the run goes from ${start} to ${end}`, {
      element: 'end',
      expected: 'two finite times, the start not after the end',
    })
  if (!Number.isSafeInteger(steps) || steps < 1)
    throw new DynamicsError('invalid-option', `steps is ${steps}`, {
      element: 'steps',
      expected: 'a whole number from 1',
    })

  checkCount('steps', (steps + 1) * Math.max(1, machine.observed.length), 'the rows of the trajectory')
  checkFixedStep(machine, settings, { start, end, steps, given })

  const times = Float64Array.from({ length: steps + 1 }, (_, i) => start + ((end - start) * i) / steps)
  times[steps] = end
  const observations = observeAt(machine, start, times, settings, given, (written) =>
    onProgress?.(written / times.length),
  )
  const warnings = [...observations.warnings, ...notNumbers(machine.observed, times, observations.values)]
  return { times, symbols: machine.observed, ...observations, warnings }
}

/** Tells of each column from when on it is no number, so that gaps in a plot have a reason. */
function notNumbers(symbols: readonly string[], times: Float64Array, values: Float64Array): string[] {
  return symbols.flatMap((symbol, column) => {
    const row = times.findIndex((_, at) => Number.isNaN(values[at * symbols.length + column]!))
    return row < 0 ? [] : `“${symbol}” is not a number at time ${times[row]}`
  })
}
