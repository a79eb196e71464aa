import { pairCall } from '../compile/wasm/elementary.ts'
import { type Code, i32, v128, type WasmFunction } from '../compile/wasm/encode.ts'
import * as w from '../compile/wasm/instructions.ts'
import type { ControlName, KernelLayout } from './kernel-layout.ts'
import { combination, createFunction, each } from './stepper-code.ts'

// The pair of order 5(4) of Dormand and Prince (J Comput Appl Math 1980;6:19) with each lane's own step, controlled as
// `integrate/` controls one trajectory's (Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, II.4–6).

const nodes = [1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1]
const stages = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
]
const errors = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]
const denseLast = [
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
]

/** Vectors it needs: seven stages, a state between, the step's end, the largest sizes so far. */
export const dormandPrinceVectors = 10

/**
 * - `advance()`: steps until a lane's step goes over its next row, or a lane fails. The last step is left open: it is
 *   tried but not yet taken, for `sample`.
 * - `sample()`: observes both lanes at their next rows.
 * - `take()`: takes the step that was left open.
 */
export function dormandPrinceCode(
  functions: { readonly rates: number; readonly observe: number; readonly first: number },
  n: number,
  layout: KernelLayout,
): readonly WasmFunction[] {
  const at = (name: ControlName) => w.load(w.i32Const(0), layout.control[name])
  const put = (name: ControlName, value: Code) => w.store(w.i32Const(0), value, layout.control[name])
  const k = layout.vectors.slice(0, 7)
  const [stage, ending, largest] = layout.vectors.slice(7) as [number, number, number]
  const { states } = layout
  const [attemptAt, takeAt] = [functions.first, functions.first + 1]
  const g = w.get

  return [attempt(), take(), advance(), sample()]

  /** Terms of a combination of the stages, and the code that sets their coefficients, each times the step. */
  function terms(coefficients: readonly number[], locals: readonly number[], size: Code) {
    const used = coefficients.flatMap((c, i) => (c === 0 ? [] : [{ c, local: locals[i]!, vector: k[i]! }]))
    return {
      set: used.map(({ c, local }) => w.set(local, w.mul(size, w.both(c)))),
      of: used.map(({ local, vector }) => [local, vector] as const),
    }
  }

  /** Tries the step: sets `size`, `after`, `accepted`, `next`, `failed`; leaves the step's end in a vector. */
  function attempt(): WasmFunction {
    const { local, end } = createFunction('attempt', [])
    const [t, h, left, lands, error, power, finite, difference] = Array.from({ length: 8 }, () => local()) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const coefficients = Array.from({ length: 7 }, () => local())
    const offset = local(i32)
    const accepted = difference
    const size = [
      w.set(t, at('time')),
      w.set(left, w.sub(at('stop'), g(t))),
      w.set(h, w.lesser(at('next'), at('longest'))),
      // A step that would leave a crumb is stretched, or shared with the next.
      w.set(lands, w.not(w.lt(g(h), w.mul(g(left), w.both(1 - 1e-9))))),
      w.set(h, w.select(w.lt(w.mul(g(left), w.both(0.5)), g(h)), w.mul(g(left), w.both(0.5)), g(h))),
      w.set(h, w.select(g(lands), g(left), g(h))),
    ]
    const moves = stages.map((row, s) => {
      const { set, of } = terms(row, coefficients, g(h))
      const into = s === stages.length - 1 ? ending : stage
      return [
        set,
        each(n, offset, (e) => e.store(into, w.add(e.load(states), combination(e, of)))),
        w.call(functions.rates, w.add(g(t), w.mul(g(h), w.both(nodes[s]!))), w.i32Const(into), w.i32Const(k[s + 1]!)),
      ]
    })
    const { set, of } = terms(errors, coefficients, g(h))
    const measure = [
      set,
      w.set(error, w.both(0)),
      each(n, offset, (e) => [
        w.set(difference, w.abs(combination(e, of))),
        w.set(
          error,
          w.max(
            g(error),
            w.div(
              g(difference),
              w.add(
                absoluteTolerance(e.load(largest)),
                w.mul(at('relativeTolerance'), w.greater(w.abs(e.load(states)), w.abs(e.load(ending)))),
              ),
            ),
          ),
        ),
      ]),
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
      w.ifElse(
        w.anyTrue(g(accepted)),
        put(
          'lastErrorPower',
          w.select(
            g(accepted),
            pairCall('power', w.greater(g(power), w.both(1e-4)), w.both(0.04)),
            at('lastErrorPower'),
          ),
        ),
      ),
      put('failed', failed(accepted, t)),
    ]
    return end([size, moves, measure, control])
  }

  function absoluteTolerance(largestSize: Code): Code {
    return w.add(w.mul(at('absolutePart'), largestSize), at('least'))
  }

  function rejectedSize(h: number, error: number, finite: number, accepted: number): Code {
    const shrunk = w.greater(w.both(0.1), w.mul(w.both(0.9), pairCall('power', g(error), w.both(-1 / 5))))
    return w.ifElse(w.allTrue(g(accepted)), g(h), w.mul(g(h), w.select(g(finite), shrunk, w.both(0.1))), v128)
  }

  /** Control by the last two errors (Hairer, Wanner, Solving Ordinary Differential Equations II, IV.2). */
  function acceptedSize(h: number, error: number, lands: number): Code {
    const factor = w.mul(
      w.mul(w.both(0.9), pairCall('power', g(error), w.both(-(1 / 5 - 0.75 * 0.04)))),
      at('lastErrorPower'),
    )
    const wanted = w.mul(g(h), w.lesser(w.both(10), w.greater(w.both(0.2), factor)))
    // A step cut short by where it had to land says nothing against the step that error control wanted.
    const kept = w.lesser(at('next'), w.mul(g(h), w.both(10)))
    return w.select(g(lands), w.greater(wanted, kept), wanted)
  }

  /** Lanes that are in use and cannot go on: a step below the resolution of time, or too many of them. */
  function failed(accepted: number, next: number): Code {
    const least = w.greater(w.mul(w.abs(at('time')), w.both(16 * 2 ** -52)), w.both(1e-300))
    const tooSmall = w.andNot(w.lt(g(next), least), g(accepted))
    const tooMany = w.le(at('mostSteps'), w.add(at('steps'), at('rejected')))
    const unfinished = w.lt(at('after'), at('stop'))
    return w.and(
      w.lt(at('row'), w.both(Number.POSITIVE_INFINITY)),
      w.or(tooSmall, w.and(tooMany, w.or(unfinished, w.not(g(accepted))))),
    )
  }

  /** Takes the step in lanes that accepted it. */
  function take(): WasmFunction {
    const { local, end } = createFunction('take', [])
    const [accepted, most, sizeNow, offset] = [local(), local(), local(), local(i32)]
    const first = k[0]!
    const last = k[6]!
    return end([
      w.set(accepted, at('accepted')),
      w.set(most, w.both(0)),
      each(n, offset, (e) => [
        e.store(states, w.select(g(accepted), e.load(ending), e.load(states))),
        e.store(first, w.select(g(accepted), e.load(last), e.load(first))),
        w.set(sizeNow, w.greater(w.abs(e.load(states)), e.load(largest))),
        e.store(largest, g(sizeNow)),
        w.set(most, w.greater(g(sizeNow), g(most))),
      ]),
      put(
        'least',
        w.select(
          w.lt(w.both(0), at('absolutePart')),
          w.select(w.lt(w.both(0), g(most)), w.mul(g(most), w.both(1e-20)), w.both(1e-20)),
          at('least'),
        ),
      ),
      put('time', w.select(g(accepted), at('after'), at('time'))),
    ])
  }

  function advance(): WasmFunction {
    const { end } = createFunction('advance', [])
    return end([
      w.loop(
        w.call(attemptAt),
        w.ifElse(w.anyTrue(w.or(at('failed'), w.and(at('accepted'), w.le(at('row'), at('after'))))), w.leave, [
          w.call(takeAt),
          w.branch(1),
        ]),
      ),
    ])
  }

  /** The solution at `row` by the dense output of order 4, in the form of `interpolate` of `integrate/step.ts`. */
  function sample(): WasmFunction {
    const { local, end } = createFunction('sample', [])
    const [h, theta, rest, rise, bend] = Array.from({ length: 5 }, () => local()) as [
      number,
      number,
      number,
      number,
      number,
    ]
    const coefficients = Array.from({ length: 7 }, () => local())
    const offset = local(i32)
    const { set, of } = terms(denseLast, coefficients, g(h))
    return end([
      w.set(h, at('size')),
      w.set(theta, w.div(w.sub(at('row'), at('time')), g(h))),
      w.set(rest, w.sub(w.both(1), g(theta))),
      set,
      each(n, offset, (e) => {
        const third = w.sub(w.sub(g(rise), w.mul(g(h), e.load(k[6]!))), g(bend))
        const inner = w.add(third, w.mul(g(rest), combination(e, of)))
        const middle = w.add(g(rise), w.mul(g(rest), w.add(g(bend), w.mul(g(theta), inner))))
        return [
          w.set(rise, w.sub(e.load(ending), e.load(states))),
          w.set(bend, w.sub(w.mul(g(h), e.load(k[0]!)), g(rise))),
          e.store(stage, w.add(e.load(states), w.mul(g(theta), middle))),
        ]
      }),
      w.call(functions.observe, at('row'), w.i32Const(stage), w.i32Const(layout.observed)),
    ])
  }
}
