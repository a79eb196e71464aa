import { notFinite } from '../integrate/failures.ts'
import type { FixedStepRun, Machine } from '../machine.ts'
import type { System } from '../system.ts'
import { createFixedStepKernel, type FixedStepKernel, fitsKernel } from './kernel.ts'

/** Steps between two rows: equal ones of at most `longest`. */
export const stepsBetween = (from: number, to: number, longest: number): number =>
  Math.max(1, Math.ceil((to - from) / longest - 1e-9))

/**
 * {@link Machine.followFixedStep} in WebAssembly, both lanes doing the same: the same bits as in an ensemble.
 * `undefined` for systems that do not fit a kernel.
 */
export function createFixedStepFollower(system: System, observed: readonly string[]): Machine['followFixedStep'] {
  if (!fitsKernel(system)) return undefined
  const kernels = new Map<FixedStepRun['method'], FixedStepKernel>()
  return function (this: Machine, { method, step, start, times, parameters, states, write }) {
    let kernel = kernels.get(method)
    if (!kernel) {
      const nodes = observed.map((symbol) => system.quantities.get(symbol)!.value)
      kernel = createFixedStepKernel(system, nodes, method)
      kernels.set(method, kernel)
    }
    kernel.parameters.set(twice(parameters))
    kernel.states.set(twice(states))
    const row = new Float64Array(observed.length)
    let taken = 0
    let from = start
    for (let at = 0; at < times.length; at++) {
      const time = times[at]!
      if (time > from) {
        const count = stepsBetween(from, time, step)
        kernel.step(from, (time - from) / count, count)
        taken += count
      }
      from = time
      for (let i = 0; i < states.length; i++)
        if (!Number.isFinite(kernel.states[2 * i]!)) throw notFinite(this, i, kernel.states[2 * i]!, time)
      kernel.observe(time)
      for (let i = 0; i < row.length; i++) row[i] = kernel.observed[2 * i]!
      write(row)
    }
    return taken
  }
}

const twice = (values: Float64Array) => Float64Array.from({ length: 2 * values.length }, (_, i) => values[i >> 1]!)
