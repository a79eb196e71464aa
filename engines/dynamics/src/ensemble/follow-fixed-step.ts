import { createTrajectoryKernel, type TrajectoryKernel } from '../compile/wasm/trajectory-kernel.ts'
import type { DynamicsError } from '../errors.ts'
import { notFinite } from '../integrate/failures.ts'
import { watchedSteps, watchFixedStep } from '../integrate/fixed-step-watch.ts'
import type { FixedStepRun, Machine } from '../machine.ts'
import type { System } from '../system.ts'
import { fitsKernel } from './kernel.ts'

/** Steps between two rows: equal ones of at most `longest`. */
export const stepsBetween = (from: number, to: number, longest: number): number =>
  Math.max(1, Math.ceil((to - from) / longest - 1e-9))

/**
 * {@link Machine.followFixedStep} in WebAssembly, with the same bits as in an ensemble.
 * `undefined` for systems that do not fit a kernel.
 */
export function createFixedStepFollower(system: System, observed: readonly string[]): Machine['followFixedStep'] {
  // Somebody has to look at constraints, implied ones too.
  if (!fitsKernel(system) || system.constraints.length > 0) return undefined
  const kernels = new Map<FixedStepRun['method'], TrajectoryKernel>()
  return function (this: Machine, { method, step, start, times, parameters, states, write }) {
    let kernel = kernels.get(method)
    if (!kernel) {
      const nodes = observed.map((symbol) => system.quantities.get(symbol)!.value)
      kernel = createTrajectoryKernel(system, nodes, method)
      kernels.set(method, kernel)
    }
    kernel.parameters.set(parameters)
    kernel.states.set(states)
    const before = new Float64Array(states.length)
    const watch = watchFixedStep(this, method, ((times[times.length - 1] ?? start) - start) / step)
    const take = watchedSteps(kernel, [watch])
    let taken = 0
    let from = start
    for (let at = 0; at < times.length; at++) {
      const time = times[at]!
      if (time > from) {
        const count = stepsBetween(from, time, step)
        before.set(kernel.states)
        take(from, (time - from) / count, count)
        if (!kernel.states.every(Number.isFinite)) {
          const broken = kernel.states.findIndex((value) => !Number.isFinite(value))
          kernel.states.set(before)
          throw firstNotFinite(this, kernel, parameters, from, (time - from) / count, count, broken)
        }
        taken += count
      }
      from = time
      kernel.observe(time)
      write(kernel.observed)
    }
    const verdict = watch.verdict()
    if (verdict) throw verdict.error
    return taken
  }
}

/** Goes through the steps one by one, to tell when and where what is no number began; `broken`: a state that ended so. */
function firstNotFinite(
  machine: Machine,
  { states, step }: TrajectoryKernel,
  parameters: Float64Array,
  start: number,
  length: number,
  count: number,
  broken: number,
): DynamicsError {
  const last = Float64Array.from(states)
  const rates = new Float64Array(states.length)
  let time = start
  for (let done = 0; done < count && states.every(Number.isFinite); done++) {
    time = start + done * length
    last.set(states)
    step(time, length, 1)
  }
  // At the last states that were numbers, or where their rates lead; or else a state itself has gone too far.
  for (const along of [0, length]) {
    for (let i = 0; i < last.length; i++) last[i]! += along * rates[i]!
    machine.rates(time + along, last, parameters, rates)
    const rate = rates.findIndex((value) => !Number.isFinite(value))
    if (rate >= 0) return notFinite(machine, rate, rates[rate]!, time + along, { states: last, parameters })
  }
  const state = states.findIndex((value) => !Number.isFinite(value))
  // One by one the times differ by rounding, and what was at the edge may have stayed finite.
  return state < 0
    ? notFinite(machine, broken, Number.NaN, time + length)
    : notFinite(machine, state, states[state]!, time + length)
}
