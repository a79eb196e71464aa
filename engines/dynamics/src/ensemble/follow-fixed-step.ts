import { createTrajectoryKernel, type TrajectoryKernel } from '../compile/wasm/trajectory-kernel.ts'
import { notFinite } from '../integrate/failures.ts'
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
  if (!fitsKernel(system)) return undefined
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
        if (!Number.isFinite(kernel.states[i]!)) throw notFinite(this, i, kernel.states[i]!, time)
      kernel.observe(time)
      write(kernel.observed)
    }
    return taken
  }
}
