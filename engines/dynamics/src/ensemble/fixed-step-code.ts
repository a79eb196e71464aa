import { i32, type WasmFunction, w } from '@counterpart/numerics/wasm'
import { pairCall } from '../compile/wasm/elementary.ts'
import type { KernelLayout } from './kernel-layout.ts'
import { createFunction, each, repeat, wholeSteps } from './stepper-code.ts'

type FixedStepLayout = Pick<KernelLayout, 'states' | 'stage' | 'own'>

/**
 * `step(t, h, count)`: that many steps of the classical method of order 4 (Kutta 1901) from `t`, each of length `h`, on
 * both lanes.
 */
export function rungeKutta4Code(rates: number, n: number, layout: FixedStepLayout): WasmFunction {
  const { states, stage } = layout
  const [k1, k2, k3, k4] = layout.own as [number, number, number, number]
  const { local, end } = createFunction('step', wholeSteps)
  const [from, length, count] = [0, 1, 2]
  const [t, h, half, sixth, offset] = [local(), local(), local(), local(), local(i32)]
  const g = w.get
  const rate = (at: Parameters<typeof w.call>[1], y: number, into: number) =>
    w.call(rates, at, w.i32Const(y), w.i32Const(into))
  const move = (by: number, k: number) =>
    each(n, offset, ({ load, store }) => store(stage, w.add(load(states), w.mul(g(by), load(k)))))
  return end([
    w.set(t, w.splat(g(from))),
    w.set(h, w.splat(g(length))),
    w.set(half, w.mul(g(h), w.both(1 / 2))),
    w.set(sixth, w.div(g(h), w.both(6))),
    repeat(count, [
      rate(g(t), states, k1),
      move(half, k1),
      rate(w.add(g(t), g(half)), stage, k2),
      move(half, k2),
      rate(w.add(g(t), g(half)), stage, k3),
      move(h, k3),
      w.set(t, w.add(g(t), g(h))),
      rate(g(t), stage, k4),
      each(n, offset, ({ load, store }) => {
        const middle = w.mul(w.both(2), w.add(load(k2), load(k3)))
        return store(states, w.add(load(states), w.mul(g(sixth), w.add(w.add(load(k1), middle), load(k4)))))
      }),
    ]),
  ])
}

/**
 * `step(t, h, count)`: that many steps of Rush and Larsen's method (IEEE Trans Biomed Eng 1978;BME-25:389): gates are
 * solved exactly with everything else held, the other states go by forward Euler. With `middle`, what is held is taken
 * from the middle of the step (order 2).
 *
 * @param gates a function that gives `linear` of all states and then `constant`; at the first own vector
 */
export function rushLarsenCode(
  gates: number,
  gated: readonly boolean[],
  middle: boolean,
  layout: FixedStepLayout,
): WasmFunction {
  const { states, stage } = layout
  const [linear, constant] = layout.own as [number, number]
  const { local, end } = createFunction('step', wholeSteps)
  const [from, length, count] = [0, 1, 2]
  const [t, h, half, rate] = [local(), local(), local(), local()]
  const g = w.get
  const held = (at: Parameters<typeof w.call>[1], y: number) => w.call(gates, at, w.i32Const(y), w.i32Const(linear))
  const at = (vector: number, i: number) => w.load(w.i32Const(0), vector + 16 * i)
  const move = (by: number, into: number) =>
    gated.map((gate, i) => {
      if (!gate) return w.store(w.i32Const(0), w.add(at(states, i), w.mul(g(by), at(constant, i))), into + 16 * i)
      const a = at(linear, i)
      const grown = w.select(w.eq(a, w.both(0)), g(by), w.div(pairCall('expm1', w.mul(a, g(by))), a))
      return [
        w.set(rate, w.add(w.mul(a, at(states, i)), at(constant, i))),
        w.store(w.i32Const(0), w.add(at(states, i), w.mul(grown, g(rate))), into + 16 * i),
      ]
    })
  return end([
    w.set(t, w.splat(g(from))),
    w.set(h, w.splat(g(length))),
    w.set(half, w.mul(g(h), w.both(1 / 2))),
    repeat(count, [
      held(g(t), states),
      middle ? [move(half, stage), held(w.add(g(t), g(half)), stage)] : [],
      move(h, states),
      w.set(t, w.add(g(t), g(h))),
    ]),
  ])
}
