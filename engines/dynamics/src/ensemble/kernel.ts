import { encodeModule, f64, type WasmFunction, w } from '@counterpart/numerics/wasm'
import { createSparseLu } from '../compile/sparse-lu.ts'
import { elementaryFunctions, hostFunctions, hostImports } from '../compile/wasm/elementary.ts'
import { kernelFunctions } from '../compile/wasm/kernel-function.ts'
import { writeTables } from '../compile/wasm/tables.ts'
import { differentiate, sparseJacobian } from '../graph/differentiate.ts'
import type { Node } from '../node.ts'
import type { System } from '../system.ts'
import { type AdaptiveMethod, adaptiveCode } from './adaptive-code.ts'
import { dormandPrinceCode, dormandPrinceVectors } from './dormand-prince-code.ts'
import { rungeKutta4Code, rushLarsenCode } from './fixed-step-code.ts'
import { type ControlName, type KernelLayout, kernelLayout } from './kernel-layout.ts'
import { rodasCode, rodasPlaces, rodasVectors } from './rodas-code.ts'

export type FixedStepMethod = 'runge-kutta-4' | 'rush-larsen' | 'rush-larsen-2'
export type ErrorControlMethod = 'dormand-prince' | 'rodas'

/** A system and a method as WebAssembly, on two members at a time: each has a lane of its own. */
interface Kernel {
  readonly states: Lanes
  readonly parameters: Lanes
  readonly observed: Lanes
  /** Fills `observed` at `time`. */
  observe(time: number): void
}

export interface FixedStepKernel extends Kernel {
  /** `count` steps. */
  step(time: number, length: number, count: number): void
}

/** See `adaptive-code.ts`. */
export interface ErrorControlKernel extends Kernel {
  readonly method: ErrorControlMethod
  control(name: ControlName): Lanes
  /** The largest sizes that states have had; the rates at `time`. */
  readonly largest: Lanes
  readonly firstRates: Lanes
  readonly lastRates: Lanes
  /** Where the step last tried would lead, and the coefficients of its dense output. */
  readonly ending: Lanes
  readonly dense: Lanes
  /** Along which stiffness is looked for. */
  readonly direction: Lanes
  advance(): void
  finish(): void
  sample(): void
  take(): void
}

/** Pairs: the value of lane 0 or 1 of the element i is at 2 i + lane. */
type Lanes = Float64Array<ArrayBuffer>

/** Whether the system can run in a kernel: no events, nothing that is solved for, looked up in the past or warned of by the model. */
export function fitsKernel({ events, lags, implicit, constraints }: System): boolean {
  const said = constraints.some(({ implied }) => !implied)
  return events.length === 0 && lags.length === 0 && implicit.length === 0 && !said
}

/** Elimination of more multiplications is left to loops. */
const mostElimination = 200_000

export function createFixedStepKernel(
  system: System,
  observed: readonly Node[],
  method: FixedStepMethod,
): FixedStepKernel {
  const { graph, states } = system
  const n = states.length
  const builder = createBuilder(system, observed, Array(4).fill(n))
  const { layout, append, push } = builder
  if (method === 'runge-kutta-4') push([rungeKutta4Code(append('rates', ratesOf(system)), n, layout)])
  else {
    const gates = append('gates', [
      ...states.map(({ gate }) => gate?.linear ?? graph.number(0)),
      ...states.map(({ gate, rate }) => gate?.constant ?? rate),
    ])
    const gated = states.map(({ gate }) => gate !== undefined)
    push([rushLarsenCode(gates, gated, method === 'rush-larsen-2', layout)])
  }
  const { kernel, exports } = builder.instantiate()
  return { ...kernel, step: exports.step as FixedStepKernel['step'] }
}

/**
 * @param watched what makes a step stop to be looked at where it changes its sign
 * @param voting lanes may ask for the other method
 * @returns `undefined` for `rodas` if the Jacobian is so large and full that loops do better
 */
export function createErrorControlKernel(
  system: System,
  observed: readonly Node[],
  watched: readonly Node[],
  method: ErrorControlMethod,
  voting: boolean,
): ErrorControlKernel | undefined {
  const n = system.states.length
  const begin = (own: readonly number[]) => createBuilder(system, observed, own, watched.length)
  const made = (method === 'rodas' ? withRodas : withDormandPrince)(system, watched.length, begin, voting)
  if (!made) return undefined
  const { builder, code, direction } = made
  const { layout, push, observe } = builder
  const rates = builder.append('rates', [...ratesOf(system), ...watched])
  const functions = { rates, observe, first: builder.next() }
  push(adaptiveCode(code, { layout, states: n, watched: watched.length, functions }))
  const { kernel, exports, lanes } = builder.instantiate()
  const controls = new Map(
    Object.entries(layout.control).map(([name, at]) => [name as ControlName, lanes(at, 1)] as const),
  )
  return {
    ...kernel,
    ...(exports as unknown as Pick<ErrorControlKernel, 'advance' | 'finish' | 'sample' | 'take'>),
    method,
    largest: lanes(layout.largest, n),
    firstRates: lanes(layout.firstRates, n + watched.length),
    lastRates: lanes(layout.lastRates, n),
    ending: lanes(layout.ending, n),
    dense: lanes(layout.dense, 5 * n),
    direction: lanes(direction, n),
    control: (name) => controls.get(name)!,
  }
}

interface Made {
  readonly builder: Builder
  readonly code: AdaptiveMethod
  readonly direction: number
}

type Begin = (own: readonly number[]) => Builder

function withDormandPrince(system: System, watched: number, begin: Begin, voting: boolean): Made {
  const n = system.states.length
  const builder = begin(Array(dormandPrinceVectors).fill(n + watched))
  const { layout } = builder
  return {
    builder,
    code: dormandPrinceCode(n, layout, voting),
    direction: layout.stage,
  }
}

function withRodas(system: System, watched: number, begin: Begin, voting: boolean): Made | undefined {
  const { graph } = system
  const n = system.states.length
  const rates = ratesOf(system)
  const leaves = rates.map((_, slot) => graph.state(slot))
  const entries = sparseJacobian(graph, rates, leaves).filter(({ value }) => !isZero(value))
  const lu = createSparseLu(n, entries, mostElimination)
  if (!lu) return undefined
  const builder = begin(rodasVectors(n, watched, entries.length, lu.factors.length))
  const { layout, append } = builder
  const { direction, factors, jacobian } = rodasPlaces(layout)
  const byTime = rates.map((rate) => differentiate(graph, rate, graph.time))
  const functions = {
    jacobian: append(
      'jacobian',
      entries.map(({ value }) => value),
    ),
    byTime: byTime.every(isZero) ? undefined : append('byTime', byTime),
    factors: append('factors', lu.factors, jacobian),
    solution: append('solution', lu.solution, factors),
    sound: append('sound', [lu.sound], jacobian),
    product: append('product', lu.product, jacobian),
  }
  return { builder, code: rodasCode(functions, n, layout, voting), direction }
}

const isZero = (node: Node) => node.op === 'number' && node.value === 0
const ratesOf = ({ states }: System) => states.map(({ rate }) => rate)

interface Builder {
  readonly layout: KernelLayout
  readonly observe: number
  /** The next function's number. */
  next(): number
  push(functions: readonly WasmFunction[]): void
  /** A function of nodes; gives its number. `parameters`: where it finds what is a parameter to it, if not the system's. */
  append(name: string, roots: readonly Node[], parameters?: number): number
  instantiate(): {
    readonly kernel: Kernel
    readonly exports: WebAssembly.Exports
    lanes(at: number, count: number): Lanes
  }
}

function createBuilder(system: System, observed: readonly Node[], own: readonly number[], watched = 0): Builder {
  const counts = {
    states: system.states.length,
    parameters: system.parameters.length,
    observed: observed.length,
    watched,
  }
  const layout = kernelLayout(counts, own)
  const functions: WasmFunction[] = [...elementaryFunctions()]
  let work = 0
  const next = () => hostImports.length + functions.length
  const append: Builder['append'] = (name, roots, parameters = layout.parameters) => {
    const made = kernelFunctions(name, roots, { parameters, work: layout.work }, next())
    functions.push(...made.functions)
    work = Math.max(work, made.workSize)
    return next() - 1
  }
  const observe = append('observe', observed)
  functions.push(observeAt(observe, layout))
  return {
    layout,
    observe,
    next,
    push: (more) => functions.push(...more),
    append,
    instantiate() {
      const module = new WebAssembly.Module(
        encodeModule({ imports: hostImports, functions, memory: layout.work + 16 * work }),
      )
      const { exports } = new WebAssembly.Instance(module, { host: hostFunctions })
      const memory = exports.memory as WebAssembly.Memory
      writeTables(memory.buffer)
      const lanes = (at: number, count: number): Lanes => new Float64Array(memory.buffer, at, 2 * count)
      const kernel = {
        observe: exports.observeAt as Kernel['observe'],
        states: lanes(layout.states, counts.states),
        parameters: lanes(layout.parameters, counts.parameters),
        observed: lanes(layout.observed, counts.observed),
      }
      return { kernel, exports, lanes }
    },
  }
}

/** `observeAt(time)`, for the states as they are. */
function observeAt(observe: number, layout: KernelLayout): WasmFunction {
  const at = w.splat(w.get(0))
  const body = w.call(observe, at, w.i32Const(layout.states), w.i32Const(layout.observed))
  return { name: 'observeAt', parameters: [f64], results: [], locals: [], body }
}
