import { elementaryFunctions, hostFunctions, hostImports } from '../compile/wasm/elementary.ts'
import { encodeModule, f64, type WasmFunction } from '../compile/wasm/encode.ts'
import * as w from '../compile/wasm/instructions.ts'
import { type KernelFunctions, kernelFunctions } from '../compile/wasm/kernel-function.ts'
import { writeTables } from '../compile/wasm/tables.ts'
import type { Node } from '../node.ts'
import type { System } from '../system.ts'
import { dormandPrinceCode, dormandPrinceVectors } from './dormand-prince-code.ts'
import { rungeKutta4Code, rushLarsenCode } from './fixed-step-code.ts'
import { type ControlName, type KernelLayout, kernelLayout } from './kernel-layout.ts'

export type KernelMethod = 'runge-kutta-4' | 'dormand-prince' | 'rush-larsen' | 'rush-larsen-2'

/** A system and a method as WebAssembly, on two members at a time: each has a lane of its own. */
export interface Kernel {
  readonly states: Lanes
  readonly parameters: Lanes
  readonly observed: Lanes
  control(name: ControlName): Lanes
  /** The largest sizes that states have had; the rates at `time`. For `dormand-prince`. */
  readonly largest: Lanes
  /** Where the step last tried would lead. */
  readonly ending: Lanes
  readonly firstRates: Lanes
  /** `count` steps of a fixed-step method. */
  step(time: number, length: number, count: number): void
  /** Fills `observed` at `time`. */
  observe(time: number): void
  advance(): void
  sample(): void
  take(): void
}

/** Pairs: the value of lane 0 or 1 of the element i is at 2 i + lane. */
type Lanes = Float64Array<ArrayBuffer>

/** Whether the system can run in a kernel: no events, nothing that is solved for or looked up in the past. */
export function fitsKernel(system: System, method: KernelMethod): boolean {
  if (system.events.length > 0 || system.lags.length > 0 || system.implicit.length > 0) return false
  // With error control a jump of the rates has to be found, so that no step goes over it.
  return system.constraints.length === 0 && (method !== 'dormand-prince' || system.crossings.length === 0)
}

export function createKernel(system: System, observed: readonly Node[], method: KernelMethod): Kernel {
  const { graph, states } = system
  const n = states.length
  const layout = kernelLayout(
    { states: n, parameters: system.parameters.length, observed: observed.length },
    dormandPrinceVectors,
  )
  const functions: WasmFunction[] = [...elementaryFunctions()]
  let work = 0
  const next = () => hostImports.length + functions.length
  const append = (name: string, roots: readonly Node[]) => {
    const made: KernelFunctions = kernelFunctions(name, roots, layout, next())
    functions.push(...made.functions)
    work = Math.max(work, made.workSize)
    return next() - 1
  }
  const observe = append('observe', observed)
  if (method === 'rush-larsen' || method === 'rush-larsen-2') {
    const gates = append('gates', [
      ...states.map(({ gate }) => gate?.linear ?? graph.number(0)),
      ...states.map(({ gate, rate }) => gate?.constant ?? rate),
    ])
    const gated = states.map(({ gate }) => gate !== undefined)
    functions.push(rushLarsenCode(gates, gated, method === 'rush-larsen-2', layout))
  } else {
    const rates = append(
      'rates',
      states.map(({ rate }) => rate),
    )
    if (method === 'runge-kutta-4') functions.push(rungeKutta4Code(rates, n, layout))
    else functions.push(...dormandPrinceCode({ rates, observe, first: next() }, n, layout))
  }
  functions.push(observeAt(observe, layout))

  const module = new WebAssembly.Module(
    encodeModule({ imports: hostImports, functions, memory: layout.work + 16 * work }),
  )
  const { exports } = new WebAssembly.Instance(module, { host: hostFunctions })
  const memory = exports.memory as WebAssembly.Memory
  writeTables(memory.buffer)
  const lanes = (at: number, count: number): Lanes => new Float64Array(memory.buffer, at, 2 * count)
  const controls = new Map(
    Object.entries(layout.control).map(([name, at]) => [name as ControlName, lanes(at, 1)] as const),
  )
  return {
    ...(exports as unknown as Pick<Kernel, 'step' | 'advance' | 'sample' | 'take'>),
    observe: exports.observeAt as Kernel['observe'],
    states: lanes(layout.states, n),
    parameters: lanes(layout.parameters, system.parameters.length),
    observed: lanes(layout.observed, observed.length),
    largest: lanes(layout.vectors[9]!, n),
    ending: lanes(layout.vectors[8]!, n),
    firstRates: lanes(layout.vectors[0]!, n),
    control: (name) => controls.get(name)!,
  }
}

/** `observeAt(time)`, for the states as they are. */
function observeAt(observe: number, layout: KernelLayout): WasmFunction {
  const at = w.splat(w.get(0))
  const body = w.call(observe, at, w.i32Const(layout.states), w.i32Const(layout.observed))
  return { name: 'observeAt', parameters: [f64], results: [], locals: [], body }
}
