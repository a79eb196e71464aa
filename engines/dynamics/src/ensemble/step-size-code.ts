import { type Code, v128, w } from '@counterpart/numerics/wasm'
import { pairCall } from '../compile/wasm/elementary.ts'
import type { ControlName, KernelLayout } from './kernel-layout.ts'

export const controlCode = (layout: KernelLayout) => ({
  at: (name: ControlName) => w.load(w.i32Const(0), layout.control[name]),
  put: (name: ControlName, value: Code) => w.store(w.i32Const(0), value, layout.control[name]),
})

const g = w.get

/** How long steps are to be and when they come to nothing; operands are locals. */
export function stepSizeCode(layout: KernelLayout, beta: number) {
  const { at } = controlCode(layout)
  return { approach, rejectedSize, acceptedSize, inUse, failed }

  /** Close up to what was seen to spoil a longer step. */
  function approach(t: number): Code {
    const left = w.sub(at('approached'), g(t))
    return w.select(w.lt(w.both(0), left), w.mul(w.both(1.1), left), w.both(Number.POSITIVE_INFINITY))
  }

  function rejectedSize(h: number, error: number, finite: number, accepted: number): Code {
    const shrunk = w.greater(w.both(0.1), w.mul(w.both(0.9), pairCall('power', g(error), w.both(-1 / 5))))
    return w.ifElse(w.allTrue(g(accepted)), g(h), w.mul(g(h), w.select(g(finite), shrunk, w.both(0.1))), v128)
  }

  /** Control by the last two errors (Hairer, Wanner, Solving Ordinary Differential Equations II, IV.2). */
  function acceptedSize(h: number, error: number, lands: number): Code {
    const own = w.mul(w.both(0.9), pairCall('power', g(error), w.both(-(1 / 5 - 0.75 * beta))))
    const factor = beta === 0 ? own : w.mul(own, at('lastErrorPower'))
    const wanted = w.mul(g(h), w.lesser(w.both(10), w.greater(w.both(0.2), factor)))
    // A step cut short by where it had to land says nothing against the step that error control wanted.
    const kept = w.lesser(at('next'), w.mul(g(h), w.both(10)))
    return w.select(g(lands), w.greater(wanted, kept), wanted)
  }

  /** Lanes whose member has rows to come. */
  function inUse(): Code {
    return w.lt(at('row'), w.both(Number.POSITIVE_INFINITY))
  }

  /** Lanes that cannot go on: a step below the resolution of time, too many of them, a matrix not to be solved with. */
  function failed(accepted: number, next: number): Code {
    const least = w.greater(w.mul(w.abs(at('time')), w.both(16 * 2 ** -52)), w.both(1e-300))
    const tooSmall = w.andNot(w.lt(g(next), least), g(accepted))
    const tooMany = w.le(at('mostSteps'), w.add(at('steps'), at('rejected')))
    // Steps of no use: perhaps because of rounding, of which a single trajectory takes account.
    const inVain = w.lt(w.add(at('steps'), w.both(200)), at('rejected'))
    const unfinished = w.lt(at('after'), at('row'))
    const unsound = w.ne(at('sound'), w.both(1))
    return w.and(
      inUse(),
      w.or(w.or(unsound, inVain), w.or(tooSmall, w.and(tooMany, w.or(unfinished, w.not(g(accepted)))))),
    )
  }
}
