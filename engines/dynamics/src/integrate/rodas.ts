import { finiteJacobian } from './finite-jacobian.ts'
import { createLu } from './lu.ts'
import {
  A21,
  A31,
  A32,
  A41,
  A42,
  A43,
  A51,
  A52,
  A53,
  A54,
  A61,
  A62,
  A63,
  A64,
  A65,
  C2,
  C3,
  C4,
  C5,
  D2,
  D3,
  D4,
  D5,
  G21,
  G31,
  G32,
  G41,
  G42,
  G43,
  G51,
  G52,
  G53,
  G54,
  G61,
  G62,
  G63,
  G64,
  G65,
  G71,
  G72,
  G73,
  G74,
  G75,
  G76,
  G81,
  G82,
  G83,
  G84,
  G85,
  G86,
  G87,
  GAMMA,
  H2,
  H3,
  H4,
} from './rodas-coefficients.ts'
import type { Method, Step } from './step.ts'

/**
 * Rodas5P (Steinebach, BIT Numer Math 2023;63:27): a Rosenbrock method of order 5 with eight stages, stiffly accurate
 * and L-stable, error estimate of order 4, dense output of order 4. Its coefficients are given in the form that needs
 * no product with the Jacobian (Hairer, Wanner, Solving Ordinary Differential Equations II, IV.7, (7.25)).
 *
 * No iteration that could fail, and each stage is a solve with the same factors: what suits the stiff systems of some
 * tens to hundreds of states that models of physiology are. `timeDerivative` gives ∂ rate / ∂ time.
 */
export function rodas(stateCount: number, timeDerivative: (step: Step, into: Float64Array) => void): Method {
  const n = stateCount
  const lu = createLu(n)
  const resting = new Uint8Array(n)
  const jacobian = new Float64Array(n * n)
  const matrix = new Float64Array(n * n)
  const byTime = new Float64Array(n)
  const y = new Float64Array(n)
  const rates = new Float64Array(n)
  const stages = Array.from({ length: 8 }, () => new Float64Array(n))
  const [u1, u2, u3, u4, u5, u6, u7, u8] = stages as [F, F, F, F, F, F, F, F]
  /** Follows the eigenvector of the largest eigenvalue, one product a step. */
  const direction = new Float64Array(n).fill(1)
  const image = new Float64Array(n)
  /** Where the Jacobian was taken. */
  let takenAt = Number.NaN

  function attempt(step: Step): number {
    const { machine, parameters: p, from: t, size: h, start: y0, end: y1 } = step
    if (takenAt !== t) {
      finiteJacobian(machine, t, y0, p, step.startRates, jacobian)
      timeDerivative(step, byTime)
      findResting(step, jacobian, byTime, resting)
      takenAt = t
    }
    const diagonal = 1 / (h * GAMMA)
    for (let i = 0; i < n * n; i++) matrix[i] = -jacobian[i]!
    for (let i = 0; i < n; i++) matrix[i * n + i]! += diagonal
    if (!lu.factor(matrix, resting)) return Number.NaN

    for (let i = 0; i < n; i++) u1[i] = step.startRates[i]! + h * GAMMA * byTime[i]!
    lu.solve(u1)

    for (let i = 0; i < n; i++) y[i] = y0[i]! + A21 * u1[i]!
    machine.rates(t + C2 * h, y, p, rates)
    for (let i = 0; i < n; i++) u2[i] = rates[i]! + (G21 / h) * u1[i]! + h * D2 * byTime[i]!
    lu.solve(u2)

    for (let i = 0; i < n; i++) y[i] = y0[i]! + (A31 * u1[i]! + A32 * u2[i]!)
    machine.rates(t + C3 * h, y, p, rates)
    for (let i = 0; i < n; i++) u3[i] = rates[i]! + (G31 * u1[i]! + G32 * u2[i]!) / h + h * D3 * byTime[i]!
    lu.solve(u3)

    for (let i = 0; i < n; i++) y[i] = y0[i]! + (A41 * u1[i]! + A42 * u2[i]! + A43 * u3[i]!)
    machine.rates(t + C4 * h, y, p, rates)
    for (let i = 0; i < n; i++)
      u4[i] = rates[i]! + (G41 * u1[i]! + G42 * u2[i]! + G43 * u3[i]!) / h + h * D4 * byTime[i]!
    lu.solve(u4)

    for (let i = 0; i < n; i++) y[i] = y0[i]! + (A51 * u1[i]! + A52 * u2[i]! + A53 * u3[i]! + A54 * u4[i]!)
    machine.rates(t + C5 * h, y, p, rates)
    for (let i = 0; i < n; i++)
      u5[i] = rates[i]! + (G51 * u1[i]! + G52 * u2[i]! + G53 * u3[i]! + G54 * u4[i]!) / h + h * D5 * byTime[i]!
    lu.solve(u5)

    for (let i = 0; i < n; i++)
      y[i] = y0[i]! + (A61 * u1[i]! + A62 * u2[i]! + A63 * u3[i]! + A64 * u4[i]! + A65 * u5[i]!)
    machine.rates(t + h, y, p, rates)
    for (let i = 0; i < n; i++)
      u6[i] = rates[i]! + (G61 * u1[i]! + G62 * u2[i]! + G63 * u3[i]! + G64 * u4[i]! + G65 * u5[i]!) / h
    lu.solve(u6)

    for (let i = 0; i < n; i++) y[i]! += u6[i]!
    machine.rates(t + h, y, p, rates)
    for (let i = 0; i < n; i++)
      u7[i] = rates[i]! + (G71 * u1[i]! + G72 * u2[i]! + G73 * u3[i]! + G74 * u4[i]! + G75 * u5[i]! + G76 * u6[i]!) / h
    lu.solve(u7)

    for (let i = 0; i < n; i++) y[i]! += u7[i]!
    machine.rates(t + h, y, p, rates)
    for (let i = 0; i < n; i++)
      u8[i] =
        rates[i]! +
        (G81 * u1[i]! + G82 * u2[i]! + G83 * u3[i]! + G84 * u4[i]! + G85 * u5[i]! + G86 * u6[i]! + G87 * u7[i]!) / h
    lu.solve(u8)

    const { absoluteTolerance, relativeTolerance } = step
    let largest = 0
    for (let i = 0; i < n; i++) {
      y1[i] = y[i]! + u8[i]!
      const error = Math.abs(u8[i]!)
      if (error === 0) continue
      const before = Math.abs(y0[i]!)
      const after = Math.abs(y1[i]!)
      const ratio = error / (absoluteTolerance[i]! + relativeTolerance * Math.max(before, after))
      if (!(ratio <= largest)) largest = ratio
      if (Number.isNaN(ratio)) return Number.NaN
    }
    machine.rates(t + h, y1, p, step.endRates)
    return largest
  }

  function finish(step: Step): void {
    const { start: y0, end: y1, dense } = step
    for (let i = 0; i < n; i++) {
      let second = 0
      let third = 0
      let fourth = 0
      for (let j = 0; j < 8; j++) {
        const u = stages[j]![i]!
        second += H2[j]! * u
        third += H3[j]! * u
        fourth += H4[j]! * u
      }
      dense[i] = y0[i]!
      dense[n + i] = y1[i]! - y0[i]!
      dense[2 * n + i] = second
      dense[3 * n + i] = third + fourth
      dense[4 * n + i] = -fourth
    }
  }

  function stiffness(step: Step): number {
    let before = 0
    let after = 0
    for (let i = 0; i < n; i++) {
      let sum = 0
      for (let j = 0; j < n; j++) sum += jacobian[i * n + j]! * direction[j]!
      image[i] = sum
      const weight = step.absoluteTolerance[i]! + step.relativeTolerance * Math.abs(step.end[i]!)
      if (!(weight > 0)) continue
      before += (direction[i]! / weight) ** 2
      after += (sum / weight) ** 2
    }
    const growth = before > 0 ? Math.sqrt(after / before) : 0
    if (!(growth > 0 && growth < Number.POSITIVE_INFINITY)) {
      direction.fill(1)
      return 0
    }
    for (let i = 0; i < n; i++) direction[i] = image[i]! / growth
    return Math.abs(step.size) * growth
  }

  return {
    name: 'rodas',
    order: 5,
    beta: 0,
    adaptive: true,
    attempt,
    finish,
    restart() {},
    stiffness,
  }
}

type F = Float64Array

/**
 * States that are zero and stay so: nothing that is not makes them. Such a state may be an unstable equilibrium, as of an
 * autocatalyst of which there is none, where the rounding of others would grow into a solution that is none.
 */
function findResting(
  { start, startRates }: Step,
  jacobian: Float64Array,
  byTime: Float64Array,
  into: Uint8Array,
): void {
  const n = start.length
  let found = false
  for (let i = 0; i < n; i++) {
    into[i] = start[i] === 0 && startRates[i] === 0 && byTime[i] === 0 ? 1 : 0
    if (into[i] === 1) found = true
  }
  while (found) {
    found = false
    for (let i = 0; i < n; i++) {
      if (into[i] === 0) continue
      for (let j = 0; j < n; j++) {
        if (into[j] === 1 || jacobian[i * n + j] === 0) continue
        into[i] = 0
        found = true
        break
      }
    }
  }
}
