import { combination, createFunction, each } from '../../ensemble/stepper-code.ts'
import { reachable } from '../../graph/reachable.ts'
import { dormandPrinceTableau as tableau } from '../../integrate/dormand-prince-tableau.ts'
import type { Machine, StepKernel } from '../../machine.ts'
import type { System } from '../../system.ts'
import { elementaryFunctions, hostFunctions, hostImports } from './elementary.ts'
import { type Code, encodeModule, f64, i32, type WasmFunction } from './encode.ts'
import * as w from './instructions.ts'
import { kernelFunctions } from './kernel-function.ts'
import { freeMemory, writeTables } from './tables.ts'

/** Where the memory has what, in bytes; vectors have one number for each state, and one of nought where that is odd. */
interface Layout {
  readonly parameters: number
  readonly start: number
  readonly end: number
  readonly sixth: number
  readonly absoluteTolerance: number
  readonly largest: number
  /** Seven stages' rates. */
  readonly rates: readonly number[]
  /** Five rows of `stateCount` numbers without gaps. */
  readonly dense: number
  readonly work: number
}

/** {@link Machine.borrowStepKernel}: one kernel, made when it is first asked for. */
export function stepKernelLender(system: System): Machine['borrowStepKernel'] {
  const rates = system.states.map(({ rate }) => rate)
  if (rates.length === 0 || reachable(rates).some(({ op }) => op === 'unknown' || op === 'lag')) return undefined
  let kernel: Omit<StepKernel, 'giveBack'> | undefined
  let lent = false
  return () => {
    if (lent) return undefined
    lent = true
    kernel ??= createStepKernel(system)
    return {
      ...kernel,
      giveBack() {
        lent = false
      },
    }
  }
}

/**
 * Dormand–Prince's steps of one trajectory in WebAssembly: the rates are computed in one lane, two states at a time are
 * combined.
 */
function createStepKernel(system: System): Omit<StepKernel, 'giveBack'> {
  const n = system.states.length
  const layout = layOut(n, system.parameters.length)
  const made = kernelFunctions(
    'rates',
    system.states.map(({ rate }) => rate),
    { ...layout, single: true },
    hostImports.length + elementaryFunctions().length,
  )
  const before = [...elementaryFunctions(), ...made.functions]
  const rates = hostImports.length + before.length - 1
  const functions = [...before, attempt(rates, n, layout), arrive(n, layout), finish(n, layout)]
  const module = new WebAssembly.Module(
    encodeModule({ imports: hostImports, functions, memory: layout.work + 16 * made.workSize }),
  )
  const { exports } = new WebAssembly.Instance(module, { host: hostFunctions })
  const { buffer } = exports.memory as WebAssembly.Memory
  writeTables(buffer)
  const numbers = (at: number, count = n) => new Float64Array(buffer, at, count)
  return {
    ...(exports as unknown as Pick<StepKernel, 'attempt' | 'arrive' | 'finish'>),
    parameters: numbers(layout.parameters, system.parameters.length),
    start: numbers(layout.start),
    end: numbers(layout.end),
    sixth: numbers(layout.sixth),
    absoluteTolerance: numbers(layout.absoluteTolerance),
    largest: numbers(layout.largest),
    rates: layout.rates.map((at) => numbers(at)),
    dense: numbers(layout.dense, 5 * n),
  }
}

function layOut(n: number, parameters: number): Layout {
  let next = freeMemory
  const take = (count: number) => {
    const at = next
    next += 16 * Math.ceil(count / 2)
    return at
  }
  return {
    parameters: take(parameters),
    start: take(n),
    end: take(n),
    sixth: take(n),
    absoluteTolerance: take(n),
    largest: take(n),
    rates: Array.from({ length: 7 }, () => take(n)),
    // Room for the pair that the last row is written in.
    dense: take(5 * n + 1),
    work: next,
  }
}

const g = w.get

/** Terms of a combination of the stages, and the code that sets their coefficients, each times the step. */
function terms(coefficients: readonly number[], locals: readonly number[], rates: readonly number[], size: Code) {
  const used = coefficients.flatMap((c, i) => (c === 0 ? [] : [{ c, local: locals[i]!, vector: rates[i]! }]))
  return {
    set: used.map(({ c, local }) => w.set(local, w.mul(size, w.both(c)))),
    of: used.map(({ local, vector }) => [local, vector] as const),
  }
}

/** `attempt(t, h, relativeTolerance)`: see {@link StepKernel.attempt}. */
function attempt(rates: number, n: number, layout: Layout): WasmFunction {
  const { local, end } = createFunction('attempt', [f64, f64, f64], [f64])
  const [from, length, relative] = [0, 1, 2]
  const [t, h, tolerance, error, difference] = [local(), local(), local(), local(), local()]
  const coefficients = Array.from({ length: 7 }, () => local())
  const offset = local(i32)
  const pairs = Math.ceil(n / 2)
  const moves = tableau.stages.map((row, s) => {
    const { set, of } = terms(row, coefficients, layout.rates, g(h))
    // Stages before the last two are looked at by nobody else.
    const into = s === tableau.stages.length - 1 ? layout.end : layout.sixth
    return [
      set,
      each(pairs, offset, (e) => e.store(into, w.add(e.load(layout.start), combination(e, of)))),
      w.call(
        rates,
        w.add(g(t), w.mul(g(h), w.both(tableau.nodes[s]!))),
        w.i32Const(into),
        w.i32Const(layout.rates[s + 1]!),
      ),
    ]
  })
  const { set, of } = terms(tableau.error, coefficients, layout.rates, g(h))
  return end([
    w.set(t, w.splat(g(from))),
    w.set(h, w.splat(g(length))),
    w.set(tolerance, w.splat(g(relative))),
    moves,
    set,
    w.set(error, w.both(0)),
    each(pairs, offset, (e) => {
      const size = w.greater(w.abs(e.load(layout.start)), w.abs(e.load(layout.end)))
      const allowed = w.add(e.load(layout.absoluteTolerance), w.mul(g(tolerance), size))
      return [
        w.set(difference, w.abs(combination(e, of))),
        // A state that nothing changes has no error, whatever it is.
        w.set(error, w.max(g(error), w.and(w.div(g(difference), allowed), w.ne(g(difference), w.both(0))))),
      ]
    }),
    w.lane(0, w.max(g(error), w.seconds(g(error), g(error)))),
  ])
}

/** `arrive()`: see {@link StepKernel.arrive}. */
function arrive(n: number, layout: Layout): WasmFunction {
  const { local, end } = createFunction('arrive', [], [i32])
  const [state, grown, offset] = [local(), local(), local(i32)]
  return end([
    w.set(grown, w.both(0)),
    each(Math.ceil(n / 2), offset, (e) => [
      w.set(state, e.load(layout.end)),
      e.store(layout.start, g(state)),
      e.store(layout.rates[0]!, e.load(layout.rates[6]!)),
      w.set(grown, w.or(g(grown), w.lt(e.load(layout.largest), w.abs(g(state))))),
    ]),
    w.anyTrue(g(grown)),
  ])
}

/** `finish(h)`: see {@link StepKernel.finish}. */
function finish(n: number, layout: Layout): WasmFunction {
  const { local, end } = createFunction('finish', [f64])
  const [h, rise, bend] = [local(), local(), local()]
  const coefficients = Array.from({ length: 7 }, () => local())
  const offset = local(i32)
  const { set, of } = terms(tableau.dense, coefficients, layout.rates, g(h))
  const row = (r: number) => layout.dense + 8 * r * n
  return end([
    w.set(h, w.splat(g(0))),
    set,
    // Rows in order: of an odd number of states, each one's first number mends what the row before wrote too much.
    each(Math.ceil(n / 2), offset, (e) => e.store(row(0), e.load(layout.start))),
    each(Math.ceil(n / 2), offset, (e) => e.store(row(1), w.sub(e.load(layout.end), e.load(layout.start)))),
    each(Math.ceil(n / 2), offset, (e) => [
      w.set(rise, w.sub(e.load(layout.end), e.load(layout.start))),
      e.store(row(2), w.sub(w.mul(g(h), e.load(layout.rates[0]!)), g(rise))),
    ]),
    each(Math.ceil(n / 2), offset, (e) => [
      w.set(rise, w.sub(e.load(layout.end), e.load(layout.start))),
      w.set(bend, w.sub(w.mul(g(h), e.load(layout.rates[0]!)), g(rise))),
      e.store(row(3), w.sub(w.sub(g(rise), w.mul(g(h), e.load(layout.rates[6]!))), g(bend))),
    ]),
    each(Math.ceil(n / 2), offset, (e) => e.store(row(4), combination(e, of))),
  ])
}
