import { DynamicsError } from '../errors.ts'
import type { Machine } from '../machine.ts'
import { createFlow, type FlowStatistics } from './flow.ts'
import { type FlowOptions, flowSettings, initialValues } from './options.ts'
import { interpolate, timeResolution } from './step.ts'

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
  readonly statistics: Readonly<FlowStatistics>
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

  const columns = machine.observed.length
  const times = Float64Array.from({ length: steps + 1 }, (_, i) => start + ((end - start) * i) / steps)
  times[steps] = end
  const values = new Float64Array(times.length * columns)
  const row = new Float64Array(columns)
  const between = new Float64Array(machine.stateCount)
  const warnings: string[] = []
  const constraints = constraintWatch(machine, warnings)
  let next = 0

  const initial = initialValues(machine, start, given)
  function write(time: number, states: Float64Array, parameters: Float64Array, knowing: Machine): void {
    knowing.observe(time, states, parameters, row)
    values.set(row, next * columns)
    constraints(knowing, time, states, parameters)
    next++
    onProgress?.(next / times.length)
  }
  const flow = createFlow(machine, start, initial, settings, {
    get wanted() {
      return next < times.length ? times[next]! : Number.POSITIVE_INFINITY
    },
    piece(step, until) {
      const before = until - timeResolution(until)
      while (next < times.length && times[next]! < before) {
        interpolate(step.dense, (times[next]! - step.from) / step.size, between)
        write(times[next]!, between, step.parameters, step.machine)
      }
    },
    instant(time, states, parameters, knowing) {
      const last = time + timeResolution(time)
      while (next < times.length && times[next]! <= last) write(times[next]!, states, parameters, knowing)
    },
  })
  flow.advance(end)
  return { times, symbols: machine.observed, values, warnings, statistics: flow.statistics }
}

type ConstraintWatch = (machine: Machine, time: number, states: Float64Array, parameters: Float64Array) => void

/** Says of each constraint when it first failed, as far as it is seen at the rows. */
function constraintWatch(of: Machine, warnings: string[]): ConstraintWatch {
  const { constraints } = of.system
  if (constraints.length === 0) return () => {}
  const holds = new Uint8Array(constraints.length)
  const told = new Uint8Array(constraints.length)
  return (machine, time, states, parameters) => {
    machine.constraints(time, states, parameters, holds)
    for (const [i, { message }] of constraints.entries()) {
      if (holds[i] === 1 || told[i] === 1) continue
      told[i] = 1
      warnings.push(`a constraint does not hold at time ${time}: ${message}`)
    }
  }
}
