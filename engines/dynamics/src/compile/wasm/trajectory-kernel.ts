import { encodeModule, f64, type WasmFunction, w } from '@counterpart/numerics/wasm'
import { rungeKutta4Code, rushLarsenCode } from '../../ensemble/fixed-step-code.ts'
import type { FixedStepRun } from '../../machine.ts'
import type { Node } from '../../node.ts'
import type { System } from '../../system.ts'
import { elementaryFunctions, hostFunctions, hostImports } from './elementary.ts'
import { kernelFunctions } from './kernel-function.ts'
import { freeMemory, writeTables } from './tables.ts'

/** A system and a method with a fixed step as WebAssembly, for one trajectory. */
export interface TrajectoryKernel {
  readonly states: Float64Array
  readonly parameters: Float64Array
  readonly observed: Float64Array
  /** `count` steps. */
  step(time: number, length: number, count: number): void
  /** Fills `observed` at `time`. */
  observe(time: number): void
}

/**
 * The code that ensembles have with a member in each lane, here on vectors with two states of one member side by side:
 * it does the same to each number, to the last bit.
 */
export function createTrajectoryKernel(
  system: System,
  observed: readonly Node[],
  method: FixedStepRun['method'],
): TrajectoryKernel {
  const { graph, states } = system
  const n = states.length
  const pairs = Math.ceil(n / 2)
  let memory = freeMemory
  const take = (count: number) => {
    const at = memory
    memory += 16 * Math.ceil(count / 2)
    return at
  }
  const layout = {
    parameters: take(system.parameters.length),
    observed: take(observed.length),
    states: take(n),
    stage: take(n),
    own: Array.from({ length: 4 }, () => take(n)),
    work: memory,
  }
  const functions: WasmFunction[] = [...elementaryFunctions()]
  let work = 0
  const append = (name: string, roots: readonly Node[]) => {
    const made = kernelFunctions(name, roots, { ...layout, single: true }, hostImports.length + functions.length)
    functions.push(...made.functions)
    work = Math.max(work, made.workSize)
    return hostImports.length + functions.length - 1
  }
  const observe = w.call(
    append('observe', observed),
    w.splat(w.get(0)),
    w.i32Const(layout.states),
    w.i32Const(layout.observed),
  )
  functions.push({ name: 'observeAt', parameters: [f64], results: [], locals: [], body: observe })
  if (method === 'runge-kutta-4') {
    const rates = append(
      'rates',
      states.map(({ rate }) => rate),
    )
    functions.push(rungeKutta4Code(rates, pairs, layout))
  } else {
    const zero = graph.number(0)
    const even = (nodes: readonly Node[]) => (nodes.length % 2 === 0 ? nodes : [...nodes, zero])
    const gates = append('gates', [
      ...even(states.map(({ gate }) => gate?.linear ?? zero)),
      ...even(states.map(({ gate, rate }) => gate?.constant ?? rate)),
    ])
    const gated = Array.from({ length: pairs }, (_, i) => states.slice(2 * i, 2 * i + 2).some(({ gate }) => gate))
    functions.push(rushLarsenCode(gates, gated, method === 'rush-larsen-2', layout))
  }
  const module = new WebAssembly.Module(
    encodeModule({ imports: hostImports, functions, memory: layout.work + 16 * work }),
  )
  const { exports } = new WebAssembly.Instance(module, { host: hostFunctions })
  const { buffer } = exports.memory as WebAssembly.Memory
  writeTables(buffer)
  return {
    states: new Float64Array(buffer, layout.states, n),
    parameters: new Float64Array(buffer, layout.parameters, system.parameters.length),
    observed: new Float64Array(buffer, layout.observed, observed.length),
    step: exports.step as TrajectoryKernel['step'],
    observe: exports.observeAt as TrajectoryKernel['observe'],
  }
}
