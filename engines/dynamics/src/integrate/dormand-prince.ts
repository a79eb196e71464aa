import type { StepKernel } from '../machine.ts'
import type { Method, Step } from './step.ts'

/**
 * The pair of order 5(4) of Dormand and Prince (J Comput Appl Math 1980;6:19), seven stages of which the last is the
 * next step's first; dense output of order 4 (Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I,
 * II.6, their DOPRI5).
 */
export function dormandPrince(stateCount: number, kernel?: StepKernel): Method {
  const n = stateCount
  const y = new Float64Array(n)
  const sixth = kernel?.sixth ?? new Float64Array(n)
  const stage = (i: number) => kernel?.rates[i] ?? new Float64Array(n)
  const [k2, k3, k4, k5, k6] = [stage(1), stage(2), stage(3), stage(4), stage(5)]

  function attempt(step: Step): number {
    const { machine, parameters: p, from: t, size: h, start: y0, startRates: k1, end: y1, endRates: k7 } = step
    const a21 = h * (1 / 5)
    for (let i = 0; i < n; i++) y[i] = y0[i]! + a21 * k1[i]!
    machine.rates(t + h * (1 / 5), y, p, k2)
    const a31 = h * (3 / 40)
    const a32 = h * (9 / 40)
    for (let i = 0; i < n; i++) y[i] = y0[i]! + (a31 * k1[i]! + a32 * k2[i]!)
    machine.rates(t + h * (3 / 10), y, p, k3)
    const a41 = h * (44 / 45)
    const a42 = h * (-56 / 15)
    const a43 = h * (32 / 9)
    for (let i = 0; i < n; i++) y[i] = y0[i]! + (a41 * k1[i]! + a42 * k2[i]! + a43 * k3[i]!)
    machine.rates(t + h * (4 / 5), y, p, k4)
    const a51 = h * (19372 / 6561)
    const a52 = h * (-25360 / 2187)
    const a53 = h * (64448 / 6561)
    const a54 = h * (-212 / 729)
    for (let i = 0; i < n; i++) y[i] = y0[i]! + (a51 * k1[i]! + a52 * k2[i]! + a53 * k3[i]! + a54 * k4[i]!)
    machine.rates(t + h * (8 / 9), y, p, k5)
    const a61 = h * (9017 / 3168)
    const a62 = h * (-355 / 33)
    const a63 = h * (46732 / 5247)
    const a64 = h * (49 / 176)
    const a65 = h * (-5103 / 18656)
    for (let i = 0; i < n; i++)
      sixth[i] = y0[i]! + (a61 * k1[i]! + a62 * k2[i]! + a63 * k3[i]! + a64 * k4[i]! + a65 * k5[i]!)
    machine.rates(t + h, sixth, p, k6)
    const b1 = h * (35 / 384)
    const b3 = h * (500 / 1113)
    const b4 = h * (125 / 192)
    const b5 = h * (-2187 / 6784)
    const b6 = h * (11 / 84)
    for (let i = 0; i < n; i++) y1[i] = y0[i]! + (b1 * k1[i]! + b3 * k3[i]! + b4 * k4[i]! + b5 * k5[i]! + b6 * k6[i]!)
    machine.rates(t + h, y1, p, k7)

    const { absoluteTolerance, relativeTolerance } = step
    const e1 = h * (71 / 57600)
    const e3 = h * (-71 / 16695)
    const e4 = h * (71 / 1920)
    const e5 = h * (-17253 / 339200)
    const e6 = h * (22 / 525)
    const e7 = h * (-1 / 40)
    let largest = 0
    for (let i = 0; i < n; i++) {
      const error = Math.abs(e1 * k1[i]! + e3 * k3[i]! + e4 * k4[i]! + e5 * k5[i]! + e6 * k6[i]! + e7 * k7[i]!)
      // A state that nothing changes has no error, whatever it is.
      if (error === 0) continue
      const before = Math.abs(y0[i]!)
      const after = Math.abs(y1[i]!)
      const ratio = error / (absoluteTolerance[i]! + relativeTolerance * Math.max(before, after))
      if (!(ratio <= largest)) largest = ratio
      if (Number.isNaN(ratio)) return Number.NaN
    }
    return largest
  }

  function finish(step: Step): void {
    const { size: h, start: y0, startRates: k1, end: y1, endRates: k7, dense } = step
    const d1 = h * (-12715105075 / 11282082432)
    const d3 = h * (87487479700 / 32700410799)
    const d4 = h * (-10690763975 / 1880347072)
    const d5 = h * (701980252875 / 199316789632)
    const d6 = h * (-1453857185 / 822651844)
    const d7 = h * (69997945 / 29380423)
    for (let i = 0; i < n; i++) {
      const rise = y1[i]! - y0[i]!
      const bend = h * k1[i]! - rise
      dense[i] = y0[i]!
      dense[n + i] = rise
      dense[2 * n + i] = bend
      dense[3 * n + i] = rise - h * k7[i]! - bend
      dense[4 * n + i] = d1 * k1[i]! + d3 * k3[i]! + d4 * k4[i]! + d5 * k5[i]! + d6 * k6[i]! + d7 * k7[i]!
    }
  }

  /** From the two stages at the step's end (Hairer, Wanner, Solving Ordinary Differential Equations II, IV.2, (2.26)). */
  function stiffness(step: Step): number {
    const { size: h, end: y1, endRates: k7 } = step
    let rates = 0
    let states = 0
    for (let i = 0; i < n; i++) {
      const weight = step.absoluteTolerance[i]! + step.relativeTolerance * Math.abs(y1[i]!)
      if (!(weight > 0)) continue
      const rate = (k7[i]! - k6[i]!) / weight
      const state = (y1[i]! - sixth[i]!) / weight
      rates += rate * rate
      states += state * state
    }
    return states > 0 ? Math.abs(h) * Math.sqrt(rates / states) : 0
  }

  return {
    name: 'dormand-prince',
    order: 5,
    beta: 0.04,
    adaptive: true,
    attempt: kernel ? ({ from, size, relativeTolerance }) => kernel.attempt(from, size, relativeTolerance) : attempt,
    finish: kernel ? ({ size }) => kernel.finish(size) : finish,
    restart() {},
    stiffness,
  }
}
