import { type Code, i32, type WasmFunction, w } from '@counterpart/numerics/wasm'
import { pairCall } from '../compile/wasm/elementary.ts'
import type { KernelLayout } from './kernel-layout.ts'
import { controlCode, stepSizeCode } from './step-size-code.ts'
import { createFunction, type Element, each } from './stepper-code.ts'

// Steps under error control, each lane with its own, controlled as `integrate/step-control.ts` controls one trajectory's.

/** A method's part of the code. */
export interface AdaptiveMethod {
  /** How much control of the step minds the last error but one. */
  readonly beta: number
  /**
   * Tries the step from `t` by `h`: `code` fills `ending` and `lastRates`, after which `error` is that of one state, with
   * its sign. `rates` gives the code that has the rates, and what is watched, at a time and states.
   */
  attempt(
    step: { readonly t: number; readonly h: number; rates(time: Code, states: number, into: number): Code },
    scratch: Scratch,
  ): { readonly code: Code; error(element: Element): Code }
  /** Of one state after a step by `h`, the last three coefficients of its dense output; see `Step.dense`. */
  dense(h: number, scratch: Scratch): { readonly before: Code; of(element: Element): readonly [Code, Code, Code, Code] }
  /** Votes for the other method in lanes that have accepted a step; see `votes-code.ts`. */
  readonly vote?: ((h: number, accepted: number, scratch: Scratch) => Code) | undefined
}

/** Locals of the function that is being written. */
export interface Scratch {
  pair(): number
  readonly offset: number
}

/** What a state may be wrong by at this size. */
export function toleranceCode(layout: KernelLayout, element: Element, size: Code): Code {
  const { at } = controlCode(layout)
  const absolute = w.add(w.mul(at('absolutePart'), element.load(layout.largest)), at('least'))
  return w.add(absolute, w.mul(at('relativeTolerance'), size))
}

const g = w.get

/** What the code goes by besides the method. */
export interface AdaptiveParts {
  readonly layout: KernelLayout
  readonly states: number
  readonly watched: number
  /** Numbers of functions: rates with what is watched, what is observed, and the first of these ones. */
  readonly functions: { readonly rates: number; readonly observe: number; readonly first: number }
}

/**
 * - `advance()`: steps until a lane's step goes over its next row, comes to where it has to stop, or crosses something; or
 *   until a lane fails or wants another method. The last step is left open: it is tried but not yet taken.
 * - `finish()`: makes the dense output of the step that was left open.
 * - `sample()`: observes both lanes at their next rows.
 * - `take()`: takes the step that was left open.
 */
export function adaptiveCode(method: AdaptiveMethod, parts: AdaptiveParts): readonly WasmFunction[] {
  const { layout, functions, states: n } = parts
  const { at, put } = controlCode(layout)
  const { approach, rejectedSize, acceptedSize, inUse, failed } = stepSizeCode(layout, method.beta)
  const { states, ending, largest, stage, firstRates, lastRates } = layout
  const [attemptAt, takeAt] = [functions.first, functions.first + 1]
  return [attempt(), take(), advance(), finish(), sample()]

  function begin(name: string) {
    const { local, end } = createFunction(name, [])
    const scratch: Scratch = { pair: () => local(), offset: local(i32) }
    return { local: () => local(), end, scratch, offset: scratch.offset }
  }

  /** Tries the step: sets `size`, `after`, `accepted`, `next`, `failed`; leaves the step's end in a vector. */
  function attempt(): WasmFunction {
    const { local, end, scratch, offset } = begin('attempt')
    const [t, h, left, lands, error, power, finite, accepted] = [0, 1, 2, 3, 4, 5, 6, 7].map(local) as [
      ...(readonly [number, number, number, number, number, number, number, number]),
    ]
    const crossed = local()
    const rates = (time: Code, from: number, into: number) => [
      w.call(functions.rates, time, w.i32Const(from), w.i32Const(into)),
      watch(crossed, into, offset),
    ]
    const tried = method.attempt({ t, h, rates }, scratch)
    const size = [
      w.set(crossed, w.both(0)),
      w.set(t, at('time')),
      w.set(left, w.sub(at('stop'), g(t))),
      w.set(h, w.lesser(at('next'), at('longest'))),
      parts.watched === 0 ? [] : w.set(h, w.lesser(g(h), approach(t))),
      // A step that would leave a crumb is stretched, or shared with the next.
      w.set(lands, w.not(w.lt(g(h), w.mul(g(left), w.both(1 - 1e-9))))),
      w.set(h, w.select(w.lt(w.mul(g(left), w.both(0.5)), g(h)), w.mul(g(left), w.both(0.5)), g(h))),
      w.set(h, w.select(g(lands), g(left), g(h))),
    ]
    const measure = [
      w.set(error, w.both(0)),
      each(n, offset, (e) => {
        const most = w.greater(w.abs(e.load(states)), w.abs(e.load(ending)))
        const part = w.div(w.abs(tried.error(e)), toleranceCode(layout, e, most))
        return w.set(error, w.max(g(error), part))
      }),
    ]
    const control = [
      w.set(accepted, w.le(g(error), w.both(1))),
      w.set(finite, w.lt(g(error), w.both(Number.POSITIVE_INFINITY))),
      w.set(power, w.select(g(finite), w.greater(g(error), w.both(1e-30)), w.both(1))),
      put('size', g(h)),
      put('after', w.select(g(lands), at('stop'), w.add(g(t), g(h)))),
      put('accepted', g(accepted)),
      put('error', g(error)),
      put('steps', w.add(at('steps'), w.and(g(accepted), w.both(1)))),
      put('rejected', w.add(at('rejected'), w.and(w.not(g(accepted)), w.both(1)))),
      w.set(t, rejectedSize(h, power, finite, accepted)),
      w.set(left, acceptedSize(h, power, lands)),
      put('next', w.select(g(accepted), g(left), g(t))),
      method.beta === 0
        ? []
        : w.ifElse(
            w.anyTrue(g(accepted)),
            put(
              'lastErrorPower',
              w.select(
                g(accepted),
                pairCall('power', w.greater(g(power), w.both(1e-4)), w.both(method.beta)),
                at('lastErrorPower'),
              ),
            ),
          ),
      put('failed', failed(accepted, t)),
      put('crossed', w.and(g(accepted), g(crossed))),
      method.vote ? method.vote(h, accepted, scratch) : [],
    ]
    return end([size, tried.code, measure, control])
  }

  /** Adds the lanes to `crossed` in which something has not the sign, by these rates, that it has at the step's start. */
  function watch(crossed: number, rates: number, offset: number): Code {
    const zero = w.both(0)
    const behind = 16 * n
    return each(parts.watched, offset, (e) => {
      const before = e.load(firstRates + behind)
      const now = e.load(rates + behind)
      const falls = w.and(w.lt(zero, before), w.le(now, zero))
      const rises = w.and(w.lt(before, zero), w.le(zero, now))
      return w.set(crossed, w.or(g(crossed), w.or(falls, rises)))
    })
  }

  /** Takes the step in lanes that accepted it. */
  function take(): WasmFunction {
    const { local, end, offset } = begin('take')
    const [accepted, most, sizeNow] = [local(), local(), local()]
    return end([
      w.set(accepted, at('accepted')),
      w.set(most, w.both(0)),
      each(n, offset, (e) => [
        e.store(states, w.select(g(accepted), e.load(ending), e.load(states))),
        w.set(sizeNow, w.greater(w.abs(e.load(states)), e.load(largest))),
        e.store(largest, g(sizeNow)),
        w.set(most, w.greater(g(sizeNow), g(most))),
      ]),
      each(n + parts.watched, offset, (e) =>
        e.store(firstRates, w.select(g(accepted), e.load(lastRates), e.load(firstRates))),
      ),
      put(
        'least',
        w.select(
          w.lt(w.both(0), at('absolutePart')),
          w.select(w.lt(w.both(0), g(most)), w.mul(g(most), w.both(1e-20)), w.both(1e-20)),
          at('least'),
        ),
      ),
      put('time', w.select(g(accepted), at('after'), at('time'))),
      put('stale', w.or(at('stale'), g(accepted))),
    ])
  }

  function advance(): WasmFunction {
    const { end } = createFunction('advance', [])
    const due = w.and(at('accepted'), w.or(w.le(at('row'), at('after')), w.le(at('stop'), at('after'))))
    const ask = [at('failed'), at('change'), at('crossed'), w.and(due, inUse())].reduce((a, b) => w.or(a, b))
    return end([w.loop(w.call(attemptAt), w.ifElse(w.anyTrue(ask), w.leave, [w.call(takeAt), w.branch(1)]))])
  }

  function finish(): WasmFunction {
    const { local, end, scratch, offset } = begin('finish')
    const h = local()
    const { before, of } = method.dense(h, scratch)
    return end([
      w.set(h, at('size')),
      before,
      each(n, offset, (e) => {
        const [own, ...coefficients] = of(e)
        return [
          e.store(layout.dense, e.load(states)),
          e.store(layout.dense + 16 * n, w.sub(e.load(ending), e.load(states))),
          own,
          coefficients.map((value, i) => e.store(layout.dense + 16 * n * (2 + i), value)),
        ]
      }),
    ])
  }

  /** The form of `interpolate` of `integrate/step.ts`. */
  function sample(): WasmFunction {
    const { local, end, offset } = begin('sample')
    const [theta, rest] = [local(), local()]
    return end([
      w.set(theta, w.div(w.sub(at('row'), at('time')), at('size'))),
      w.set(rest, w.sub(w.both(1), g(theta))),
      each(n, offset, (e) => {
        const c = (i: number) => e.load(layout.dense + 16 * n * i)
        const inner = w.add(c(3), w.mul(g(rest), c(4)))
        const middle = w.add(c(1), w.mul(g(rest), w.add(c(2), w.mul(g(theta), inner))))
        return e.store(stage, w.add(c(0), w.mul(g(theta), middle)))
      }),
      w.call(functions.observe, at('row'), w.i32Const(stage), w.i32Const(layout.observed)),
    ])
  }
}
