import { solveLinear } from './solve-linear.ts'

/** A system of equations for Newton's method: `evaluate` gives residuals, and the Jacobian row by row when asked. */
export interface Equations {
  readonly size: number
  /** How large the terms are that unknowns are differences of, if more than these. */
  readonly scale?: () => number
  evaluate(unknowns: Float64Array, residuals: Float64Array, jacobian: Float64Array | undefined): void
}

const mostIterations = 100
const smallestStep = 2 ** -30
/** Relative to each unknown; what is smaller than rounding allows stops by not getting better. */
const tolerance = 1e-13
const acceptable = 1e-9
/** Of the terms. */
const nextToNothing = 2 ** -46
/** Of a step, in which little is curved. */
const smallPart = 2 ** -10

/**
 * Newton's method with step halving: `unknowns` is the first guess and becomes the solution. Returns whether it has
 * found one. A step that leads to what is not a number, or to larger residuals, is halved.
 */
export function createNewton(equations: Equations): (unknowns: Float64Array) => boolean {
  const n = equations.size
  const residuals = new Float64Array(n)
  const trial = new Float64Array(n)
  const trialResiduals = new Float64Array(n)
  const jacobian = new Float64Array(n * n)
  const weights = new Float64Array(n)
  const step = new Float64Array(n)

  /** Residuals weighed by the Jacobian's rows: how far each equation is off in terms of the unknowns. */
  const norm = (of: Float64Array) => {
    let most = 0
    for (let i = 0; i < n; i++) {
      const off = Math.abs(of[i]!) * weights[i]!
      if (!(off <= most)) most = off
    }
    return most
  }

  /** Residuals that stay zero whatever the unknowns determine nothing; a root at which the Jacobian vanishes is one. */
  const isIsolated = (unknowns: Float64Array) => {
    for (let i = 0; i < n; i++) step[i] = 0
    if (solveLinear(n, jacobian, step)) return true
    for (let i = 0; i < n; i++) trial[i] = unknowns[i]! + (1 + Math.abs(unknowns[i]!)) * 1e-3 * (i + 1)
    equations.evaluate(trial, trialResiduals, undefined)
    return trialResiduals.every((residual) => residual !== 0)
  }

  /**
   * Whether the residuals are nothing but rounding, as of a small difference of large terms: to either side along a
   * small part of the step they then do not differ as they would had they a slope, and the step is next to nothing.
   */
  const isRounding = (unknowns: Float64Array) => {
    let largest = equations.scale?.() ?? 0
    for (const unknown of unknowns) largest = Math.max(largest, Math.abs(unknown))
    if (!step.every((one) => Math.abs(one) <= nextToNothing * largest)) return false
    equations.evaluate(unknowns, residuals, undefined)
    for (let i = 0; i < n; i++) trial[i] = unknowns[i]! + smallPart * step[i]!
    equations.evaluate(trial, trialResiduals, undefined)
    const off = trialResiduals.slice()
    for (let i = 0; i < n; i++) trial[i] = unknowns[i]! - smallPart * step[i]!
    equations.evaluate(trial, trialResiduals, undefined)
    for (let i = 0; i < n; i++) off[i] = (off[i]! - trialResiduals[i]!) / 2 - smallPart * residuals[i]!
    return norm(off) >= (smallPart / 2) * norm(residuals)
  }

  return (unknowns) => {
    let last = Number.POSITIVE_INFINITY
    for (let iteration = 0; iteration < mostIterations; iteration++) {
      equations.evaluate(unknowns, residuals, jacobian)
      let exact = true
      for (let i = 0; i < n; i++) {
        if (residuals[i] !== 0) exact = false
        let row = 0
        for (let j = 0; j < n; j++) row += Math.abs(jacobian[i * n + j]!)
        weights[i] = row > 0 ? 1 / row : 1
        step[i] = residuals[i]!
      }
      if (exact) return isIsolated(unknowns)
      if (!solveLinear(n, jacobian, step)) return false
      let size = 0
      let scale = Number.MIN_VALUE
      for (let i = 0; i < n; i++) scale = Math.max(scale, Math.abs(unknowns[i]!))
      for (let i = 0; i < n; i++) {
        const own = Math.abs(step[i]!) / Math.max(Math.abs(unknowns[i]!), scale * 1e-6, Number.MIN_VALUE)
        if (!(own <= size)) size = own
      }
      if (Number.isNaN(size)) return false
      if (size <= acceptable && size >= last / 2) return true
      const before = norm(residuals)
      let fraction = 1
      for (;;) {
        for (let i = 0; i < n; i++) trial[i] = unknowns[i]! - fraction * step[i]!
        if (size <= acceptable) break
        equations.evaluate(trial, trialResiduals, undefined)
        if (norm(trialResiduals) <= before * (1 - fraction / 4)) break
        fraction /= 2
        if (fraction < smallestStep) return isRounding(unknowns)
      }
      unknowns.set(trial)
      if (size <= tolerance) return true
      last = fraction === 1 ? size : Number.POSITIVE_INFINITY
    }
    return isRounding(unknowns)
  }
}
