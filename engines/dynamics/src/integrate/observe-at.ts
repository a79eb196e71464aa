import type { FixedStepRun, Machine } from '../machine.ts'
import { watchConstraints } from './constraint-watch.ts'
import { createFlow, type FlowObserver, type FlowStatistics } from './flow.ts'
import type { FlowSettings } from './options.ts'
import { initialValues } from './options.ts'
import { interpolate, timeResolution } from './step.ts'

export interface Observations {
  /** Row by row: `values[row · observed + column]`. */
  readonly values: Float64Array
  readonly warnings: readonly string[]
  readonly statistics: FlowStatistics
}

/**
 * What the machine observes at `times`, which rise and begin at `start` or later; at an instant of an event, what held
 * after it.
 */
export function observeAt(
  machine: Machine,
  start: number,
  times: ArrayLike<number>,
  settings: FlowSettings,
  given?: Readonly<Record<string, number>>,
  onRow?: (written: number) => void,
): Observations {
  const columns = machine.observed.length
  const values = new Float64Array(times.length * columns)
  const row = new Float64Array(columns)
  const between = new Float64Array(machine.stateCount)
  const warnings: string[] = []
  const constraints = watchConstraints(machine, warnings)
  let next = 0
  const initial = initialValues(machine, start, given)
  const { method, step: longest } = settings
  if (
    isFixedStep(method) &&
    longest !== undefined &&
    machine.followFixedStep &&
    !Number.isFinite(settings.maximumSteps)
  ) {
    const write = (of: Float64Array) => {
      if (settings.signal?.aborted) throw settings.signal.reason
      values.set(of, next * columns)
      next++
      onRow?.(next)
    }
    const steps = machine.followFixedStep({ method, step: longest, start, times, ...initial, write })
    return { values, warnings, statistics: { ...noSteps, steps } }
  }

  function write(time: number, states: Float64Array, parameters: Float64Array, knowing: Machine): void {
    knowing.observe(time, states, parameters, row)
    values.set(row, next * columns)
    next++
    onRow?.(next)
  }
  const observer: FlowObserver = {
    get wanted() {
      // Constraints are looked at in every step.
      if (constraints.watching) return Number.NEGATIVE_INFINITY
      return next < times.length ? times[next]! : Number.POSITIVE_INFINITY
    },
    piece(step, until) {
      constraints.through(step, until)
      const before = until - timeResolution(until)
      while (next < times.length && times[next]! < before) {
        interpolate(step.dense, (times[next]! - step.from) / step.size, between)
        write(times[next]!, between, step.parameters, step.machine)
      }
    },
    instant(time, states, parameters, knowing) {
      constraints.at(knowing, time, states, parameters)
      const last = time + timeResolution(time)
      while (next < times.length && times[next]! <= last) write(times[next]!, states, parameters, knowing)
    },
  }
  // It is for methods with error control.
  const kernel = isFixedStep(method) ? undefined : machine.borrowStepKernel?.()
  try {
    const flow = createFlow(machine, start, initial, settings, observer, kernel)
    if (times.length > 0) flow.advance(times[times.length - 1]!)
    flow.checkSteps()
    return { values, warnings: [...warnings, ...flow.warnings], statistics: flow.statistics }
  } finally {
    kernel?.giveBack()
  }
}

const noSteps: FlowStatistics = { steps: 0, rejected: 0, restarts: 0, eventsCarriedOut: 0, methodChanges: 0 }

const isFixedStep = (method: FlowSettings['method']): method is FixedStepRun['method'] =>
  method === 'runge-kutta-4' || method === 'rush-larsen' || method === 'rush-larsen-2'
