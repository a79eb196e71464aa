import { hermite, type Method, type Step } from './step.ts'

/**
 * Rush and Larsen (IEEE Trans Biomed Eng 1978;BME-25:389) with a fixed step: a gate, whose rate is linear in itself, is
 * solved exactly with everything else held; the other states by forward Euler (`order` 1), or both with what is held
 * taken from the middle of the step, reached by half a step of order 1 (`order` 2; the midpoint form of Sundnes et al.,
 * IEEE Trans Biomed Eng 2009;56:2546, for the gates that the model declares).
 */
export function rushLarsen(stateCount: number, order: 1 | 2): Method {
  const n = stateCount
  const linear = new Float64Array(n)
  const constant = new Float64Array(n)
  const middle = new Float64Array(n)

  function move(start: Float64Array, h: number, into: Float64Array): void {
    for (let i = 0; i < n; i++) {
      const a = linear[i]!
      const rate = a * start[i]! + constant[i]!
      into[i] = start[i]! + (a === 0 ? h * rate : (Math.expm1(a * h) / a) * rate)
    }
  }

  function attempt(step: Step): number {
    const { machine, parameters: p, from: t, size: h, start: y0, end: y1 } = step
    machine.gates(t, y0, p, linear, constant)
    if (order === 1) move(y0, h, y1)
    else {
      move(y0, h / 2, middle)
      machine.gates(t + h / 2, middle, p, linear, constant)
      move(y0, h, y1)
    }
    machine.rates(t + h, y1, p, step.endRates)
    return 0
  }

  return {
    name: order === 1 ? 'rush-larsen' : 'rush-larsen-2',
    order,
    beta: 0,
    adaptive: false,
    attempt,
    finish: hermite,
    restart() {},
    stiffness: () => 0,
  }
}
