import { hermite, type Method, type Step } from './step.ts'

/** The classical method of order 4 (Kutta 1901) with a fixed step; between steps by a cubic. */
export function rungeKutta4(stateCount: number): Method {
  const n = stateCount
  const y = new Float64Array(n)
  const k2 = new Float64Array(n)
  const k3 = new Float64Array(n)
  const k4 = new Float64Array(n)

  function attempt(step: Step): number {
    const { machine, parameters: p, from: t, size: h, start: y0, startRates: k1, end: y1 } = step
    const half = h / 2
    for (let i = 0; i < n; i++) y[i] = y0[i]! + half * k1[i]!
    machine.rates(t + half, y, p, k2)
    for (let i = 0; i < n; i++) y[i] = y0[i]! + half * k2[i]!
    machine.rates(t + half, y, p, k3)
    for (let i = 0; i < n; i++) y[i] = y0[i]! + h * k3[i]!
    machine.rates(t + h, y, p, k4)
    const sixth = h / 6
    for (let i = 0; i < n; i++) y1[i] = y0[i]! + sixth * (k1[i]! + 2 * (k2[i]! + k3[i]!) + k4[i]!)
    machine.rates(t + h, y1, p, step.endRates)
    return 0
  }

  return {
    name: 'runge-kutta-4',
    order: 4,
    beta: 0,
    adaptive: false,
    attempt,
    finish: hermite,
    restart() {},
    stiffness: () => 0,
  }
}
