import { InferenceError } from './errors.ts'

/**
 * Products of Legendre polynomials over the cube [−1, 1]^d, each scaled to mean square 1 there, so that on an evenly
 * filled cube the terms are orthonormal. Source: NIST Digital Library of Mathematical Functions, 18.3 and 18.9.
 */

/** Members are worked on this many at a time, side by side, so that the inner loops run in registers. */
export const LANES = 4

/**
 * The exponents of every term of total degree up to `degree`, with at most `maximumInteraction` inputs in one term; one
 * list of degrees per term, lower total degrees first, the constant before all.
 */
export function basisTerms(dimensions: number, degree: number, maximumInteraction: number): number[][] {
  const terms: number[][] = []
  const current = new Array<number>(dimensions).fill(0)
  const place = (dimension: number, left: number, interactions: number): void => {
    if (left === 0) {
      terms.push(current.slice())
      return
    }
    if (dimension === dimensions) return
    for (let k = interactions > 0 ? left : 0; k >= 0; k--) {
      current[dimension] = k
      place(dimension + 1, left - k, k > 0 ? interactions - 1 : interactions)
    }
    current[dimension] = 0
  }
  for (let total = 0; total <= degree; total++) place(0, total, maximumInteraction)
  return terms
}

/**
 * Each term as an earlier term times one factor: term `t` is term `parents[t]` times the Legendre polynomial of degree
 * `degrees[t]` in input `inputs[t]`.
 */
export interface BasisPlan {
  readonly dimensions: number
  readonly degree: number
  readonly count: number
  readonly parents: Int32Array
  readonly inputs: Int32Array
  readonly degrees: Int32Array
}

export function planBasis(terms: readonly (readonly number[])[]): BasisPlan {
  const index = new Map(terms.map((term, t) => [term.join(), t]))
  const parents = new Int32Array(terms.length)
  const inputs = new Int32Array(terms.length)
  const degrees = new Int32Array(terms.length)
  terms.forEach((term, t) => {
    const last = term.findLastIndex((k) => k > 0)
    if (last < 0) return
    const parent = term.slice()
    parent[last] = 0
    const at = index.get(parent.join())
    if (at === undefined || at >= t)
      throw new InferenceError(
        'argument-out-of-range',
        `not a usable emulator: term ${t} (degrees ${term.join(', ')}) comes before the term that it extends. Fit it again`,
      )
    parents[t] = at
    inputs[t] = last
    degrees[t] = term[last]!
  })
  const degree = Math.max(0, ...terms.flat())
  return { dimensions: terms[0]!.length, degree, count: terms.length, parents, inputs, degrees }
}

/**
 * Writes the scaled Legendre polynomials of degrees 0 … `degree` at `t` to `out[offset + k · stride]`.
 */
export function legendre(t: number, degree: number, out: Float64Array, offset: number, stride: number): void {
  let before = 1
  let value = t
  out[offset] = 1
  for (let k = 1; k <= degree; k++) {
    out[offset + k * stride] = Math.sqrt(2 * k + 1) * value
    const next = ((2 * k + 1) * t * value - k * before) / (k + 1)
    before = value
    value = next
  }
}

/** Writes the derivatives of the scaled Legendre polynomials of degrees 0 … `degree` at `t` to `out[offset + k]`. */
export function legendreDerivative(t: number, degree: number, out: Float64Array, offset: number): void {
  // P′_{k+1} = P′_{k−1} + (2k + 1)·P_k (DLMF 18.9.E19 for Legendre).
  let before = 1
  let value = t
  let slopeBefore = 0
  let slope = 1
  out[offset] = 0
  for (let k = 1; k <= degree; k++) {
    out[offset + k] = Math.sqrt(2 * k + 1) * slope
    const nextSlope = slopeBefore + (2 * k + 1) * value
    const next = ((2 * k + 1) * t * value - k * before) / (k + 1)
    slopeBefore = slope
    slope = nextSlope
    before = value
    value = next
  }
}

/**
 * Writes every term at LANES points side by side: `out[t * LANES + lane]`, from the one-dimensional polynomials
 * `factors[(input * (degree + 1) + k) * LANES + lane]`.
 */
export function basisAtLanes(plan: BasisPlan, factors: Float64Array, out: Float64Array): void {
  const { count, degree, parents, inputs, degrees } = plan
  out[0] = 1
  out[1] = 1
  out[2] = 1
  out[3] = 1
  for (let t = 1; t < count; t++) {
    const to = t * LANES
    const parent = parents[t]! * LANES
    const factor = (inputs[t]! * (degree + 1) + degrees[t]!) * LANES
    out[to] = out[parent]! * factors[factor]!
    out[to + 1] = out[parent + 1]! * factors[factor + 1]!
    out[to + 2] = out[parent + 2]! * factors[factor + 2]!
    out[to + 3] = out[parent + 3]! * factors[factor + 3]!
  }
}
