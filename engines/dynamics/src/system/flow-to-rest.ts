import type { Equations } from './newton.ts'
import { solveLinear } from './solve-linear.ts'

const mostSteps = 500
/** How far off a step's linear forecast of the rates may be, relative to the rates. */
const tolerance = 0.5
/** Steps that change the unknowns by less, relative to them, have come to rest. */
const rest = 1e-9

/**
 * Follows `d unknowns / dτ = residuals` from where `unknowns` are to near where that comes to rest: of several solutions,
 * the one that a first guess flows into. Linearly implicit Euler with steps that grow as rates decline (pseudo-transient
 * continuation: Kelley & Keyes, SIAM J. Numer. Anal. 35, 508, 1998).
 *
 * Stops near enough for Newton's method to end it, or where it gets no further: at rounding, or far from any rest.
 */
export function createFlowToRest(equations: Equations): (unknowns: Float64Array) => void {
  const n = equations.size
  const rates = new Float64Array(n)
  const jacobian = new Float64Array(n * n)
  const matrix = new Float64Array(n * n)
  const step = new Float64Array(n)
  const trial = new Float64Array(n)
  const after = new Float64Array(n)

  /** Takes a step of a length into `trial` and gives how far off the forecast was; NaN: there is no such step. */
  const errorOfStep = (unknowns: Float64Array, length: number): number => {
    for (let i = 0; i < n * n; i++) matrix[i] = -jacobian[i]!
    for (let i = 0; i < n; i++) {
      matrix[i * n + i]! += 1 / length
      step[i] = rates[i]!
    }
    if (!solveLinear(n, matrix, step)) return Number.NaN
    // Longer than the time in which an instability grows, a step would lead back to where the flow comes from.
    let along = 0
    for (let i = 0; i < n; i++) {
      along += step[i]! * rates[i]!
      trial[i] = unknowns[i]! + step[i]!
    }
    if (!(along > 0)) return Number.NaN
    equations.evaluate(trial, after, undefined)
    let most = 0
    for (let i = 0; i < n; i++) {
      let forecast = rates[i]!
      for (let j = 0; j < n; j++) forecast += jacobian[i * n + j]! * step[j]!
      const off = Math.abs(after[i]! - forecast)
      if (!(off <= most)) most = off
    }
    return most
  }

  return (unknowns) => {
    let length = 0
    for (let count = 0; count < mostSteps; count++) {
      equations.evaluate(unknowns, rates, jacobian)
      const speed = largest(rates)
      if (!(speed < Number.POSITIVE_INFINITY)) return
      if (speed === 0) return
      const stiffness = largest(jacobian)
      // At first a step in which rates change little.
      if (length === 0) length = stiffness > 0 ? 1e-3 / stiffness : 1 / speed
      let error = errorOfStep(unknowns, length)
      while (!(error <= tolerance * speed)) {
        length /= 4
        if (!(length > Number.MIN_VALUE && length < Number.MAX_VALUE)) return
        error = errorOfStep(unknowns, length)
      }
      unknowns.set(trial)
      if (length * stiffness > 1 && largest(step) <= rest * largest(unknowns)) return
      length *= error <= tolerance * 0.2 * speed ? 10 : 1.5
    }
  }
}

const largest = (of: Float64Array): number => of.reduce((most, one) => Math.max(most, Math.abs(one)), 0)
