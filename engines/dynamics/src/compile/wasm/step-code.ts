import { type Code, f64, i32, type WasmFunction, w } from '@counterpart/numerics/wasm'
import { combination, createFunction, each } from '../../ensemble/stepper-code.ts'
import { dormandPrinceTableau as tableau } from '../../integrate/dormand-prince-tableau.ts'
import type { StepControlName, StepKernel } from '../../machine.ts'
import { pairCall } from './elementary.ts'

/** Where the memory has what, in bytes; vectors have one number for each state, and one of nought where that is odd. */
export interface StepLayout {
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
  /** What steers `run`, one number each. */
  readonly control: Readonly<Record<StepControlName, number>>
  /** Two numbers: powers of the last two errors that the next step's size goes with. */
  readonly exponents: number
  readonly work: number
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
export function attemptCode(rates: number, n: number, layout: StepLayout): WasmFunction {
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
export function arriveCode(n: number, layout: StepLayout): WasmFunction {
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
export function finishCode(n: number, layout: StepLayout): WasmFunction {
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

/** `grow()`: {@link StepLayout.largest} and with it the tolerances, as `Tolerances.grow` of `integrate/` has it. */
export function growCode(n: number, layout: StepLayout): WasmFunction {
  const { local, end } = createFunction('grow', [])
  const [size, most, part, offset] = [local(), local(), local(), local(i32)]
  const pairs = Math.ceil(n / 2)
  const at = (name: StepControlName) => w.loadSplat(w.i32Const(0), layout.control[name])
  return end([
    w.set(part, at('absolutePart')),
    w.ifElse(w.anyTrue(w.eq(g(part), w.both(0))), w.leave),
    w.set(most, w.both(0)),
    each(pairs, offset, (e) => [
      w.set(size, w.abs(e.load(layout.start))),
      w.set(size, w.select(w.lt(g(size), w.both(Number.POSITIVE_INFINITY)), g(size), w.both(0))),
      w.set(size, w.greater(e.load(layout.largest), g(size))),
      w.set(most, w.greater(g(most), g(size))),
      e.store(layout.largest, g(size)),
    ]),
    w.set(most, w.greater(g(most), w.seconds(g(most), g(most)))),
    w.set(most, w.mul(at('negligible'), w.splat(w.lane(0, g(most))))),
    each(pairs, offset, (e) =>
      e.store(layout.absoluteTolerance, w.add(w.mul(g(part), e.load(layout.largest)), g(most))),
    ),
  ])
}

/** `run(count)`: see {@link StepKernel.run}. */
export function runCode(
  functions: { readonly attempt: number; readonly arrive: number; readonly grow: number },
  layout: StepLayout,
): WasmFunction {
  const { local, end } = createFunction('run', [i32])
  const count = 0
  const [t, h, after, error, factor, next] = [local(), local(), local(), local(), local(), local()]
  const at = (name: StepControlName) => w.loadSplat(w.i32Const(0), layout.control[name])
  const put = (name: StepControlName, value: Code) => w.storeFirst(w.i32Const(0), value, layout.control[name])
  const whether = (mask: Code) => w.anyTrue(mask)
  const one = w.both(1)
  const accepted = [
    w.set(factor, pairCall('power', w.firsts(g(error), at('lastError')), w.load(w.i32Const(0), layout.exponents))),
    w.set(factor, w.mul(w.both(0.9), w.mul(g(factor), w.seconds(g(factor), g(factor))))),
    put('next', w.mul(g(h), w.lesser(w.both(10), w.greater(w.both(0.2), g(factor))))),
    put('lastError', w.greater(g(error), w.both(1e-4))),
    put('time', g(after)),
    put('steps', w.add(at('steps'), one)),
    put('rejectedInARow', w.both(0)),
    w.ifElse(w.call(functions.arrive), w.call(functions.grow)),
    w.branchIf(1, w.tee(count, w.i32Sub(w.get(count), w.i32Const(1)))),
    w.leave,
  ]
  const rejected = [
    // What is no number, or asks for more than a shorter step, is left as it was.
    w.ifElse(
      whether(w.not(w.and(w.lt(g(error), w.both(Number.POSITIVE_INFINITY)), w.lt(at('rejectedInARow'), w.both(2))))),
      w.leave,
    ),
    w.set(factor, w.mul(w.both(0.9), pairCall('power', g(error), w.both(-1 / 5)))),
    w.set(next, w.mul(g(h), w.greater(w.both(0.1), g(factor)))),
    w.ifElse(whether(w.lt(g(next), w.greater(w.mul(w.abs(g(t)), w.both(16 * 2 ** -52)), w.both(1e-300)))), w.leave),
    put('next', g(next)),
    put('rejected', w.add(at('rejected'), one)),
    put('rejectedInARow', w.add(at('rejectedInARow'), one)),
    w.branch(1),
  ]
  return end(
    w.loop(
      w.set(t, at('time')),
      w.set(h, w.lesser(at('next'), at('longest'))),
      w.set(after, w.add(g(t), g(h))),
      w.ifElse(
        whether(w.or(w.le(at('limit'), g(after)), w.lt(w.mul(w.sub(at('stop'), g(t)), w.both(0.5)), g(h)))),
        w.leave,
      ),
      put('size', g(h)),
      w.set(
        error,
        w.splat(w.call(functions.attempt, w.lane(0, g(t)), w.lane(0, g(h)), w.lane(0, at('relativeTolerance')))),
      ),
      w.ifElse(whether(w.le(g(error), w.both(1))), accepted, rejected),
    ),
  )
}
