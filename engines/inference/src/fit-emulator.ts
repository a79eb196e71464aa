import { cholesky, choleskySolve, type Matrix, matrix, NumericsError, qrFactor, qrSolve } from '@counterpart/numerics'
import { InferenceError } from './errors.ts'
import { basisAtLanes, basisTerms, LANES, legendre, planBasis } from './polynomial-basis.ts'
import type { EmulatorInput, EmulatorOutput, PolynomialEmulator } from './polynomial-emulator.ts'

/** What an emulator is fitted to. */
export interface EmulatorDesign {
  readonly inputs: readonly EmulatorInput[]
  readonly outputs: readonly string[]
  /** One row per input, one column per design point; inside the box of `inputs`. A Sobol' sequence fills it evenly. */
  readonly points: Matrix
  /** One row per output, one column per design point: what the model gave there. */
  readonly values: Matrix
  /** Total degree of the polynomial, 1 or more. */
  readonly degree: number
  /** The most inputs that may appear in one term (default: `degree`, that is all terms of the total degree). */
  readonly maximumInteraction?: number
}

/**
 * Fits a total-degree polynomial in Legendre form by least squares, with its leave-one-out errors.
 *
 * The normal equations are used while they are well conditioned, as they are for a design that fills its box, and a
 * Householder QR otherwise. The errors at points left out follow from one fit: eᵢ/(1 − hᵢ), hᵢ being the leverage
 * (D. M. Allen, "The relationship between variable selection and data augmentation and a method for prediction",
 * Technometrics 16 (1974) 125–127). Cost: about 2·n·p² operations for n points and p terms.
 *
 * Throws `InferenceError`: `shape-mismatch`; `argument-out-of-range` for a point outside the box; `prediction-invalid`
 * for a model value that is not finite; `design-insufficient` when there are not more points than terms, or the points
 * do not tell the terms apart.
 */
export function fitEmulator(design: EmulatorDesign): PolynomialEmulator {
  const { inputs, outputs, points, values, degree } = design
  const maximumInteraction = design.maximumInteraction ?? degree
  requireDesign(design, maximumInteraction)
  const size = points.columns
  const terms = basisTerms(inputs.length, degree, maximumInteraction)
  const count = terms.length
  if (size <= count)
    throw new InferenceError(
      'design-insufficient',
      `${size} design points for ${count} terms; expected more points than terms, better twice as many (or lower the degree)`,
    )
  const rows = designRows(terms, inputs, points)
  const { factor, coefficients } = solve(rows, values, size, count)
  const leverage = leverages(rows, factor, size, count)

  const fitted: EmulatorOutput[] = outputs.map((name, o) => {
    const c = coefficients[o]!
    let mean = 0
    for (let i = 0; i < size; i++) mean += values.values[o * size + i]! / size
    let residualSum = 0
    let press = 0
    let total = 0
    let largest = 0
    for (let i = 0; i < size; i++) {
      let prediction = 0
      for (let t = 0; t < count; t++) prediction += rows[i * count + t]! * c[t]!
      const residual = values.values[o * size + i]! - prediction
      const left = residual / Math.max(1 - leverage[i]!, 1e-12)
      residualSum += residual * residual
      press += left * left
      total += (values.values[o * size + i]! - mean) ** 2
      largest = Math.max(largest, Math.abs(left))
    }
    return {
      name,
      coefficients: [...c],
      residualVariance: residualSum / (size - count),
      leaveOneOutMeanSquare: press / size,
      leaveOneOutExplained: total > 0 ? 1 - press / total : 1,
      leaveOneOutLargest: largest,
    }
  })
  return { kind: 'polynomial-emulator', version: 1, inputs, outputs: fitted, terms, designSize: size }
}

/** The terms at every design point: `rows[i * terms + t]`. */
function designRows(
  terms: readonly (readonly number[])[],
  inputs: readonly EmulatorInput[],
  points: Matrix,
): Float64Array {
  const plan = planBasis(terms)
  const size = points.columns
  const rows = new Float64Array(size * plan.count)
  const stride = plan.degree + 1
  const factors = new Float64Array(inputs.length * stride * LANES)
  const basis = new Float64Array(plan.count * LANES)
  for (let start = 0; start < size; start += LANES) {
    const lanes = Math.min(LANES, size - start)
    for (let lane = 0; lane < lanes; lane++)
      for (let d = 0; d < inputs.length; d++) {
        const { lower, upper } = inputs[d]!
        const t = (2 * (points.values[d * size + start + lane]! - (lower + upper) / 2)) / (upper - lower)
        legendre(t, plan.degree, factors, d * stride * LANES + lane, LANES)
      }
    basisAtLanes(plan, factors, basis)
    for (let lane = 0; lane < lanes; lane++)
      for (let t = 0; t < plan.count; t++) rows[(start + lane) * plan.count + t] = basis[t * LANES + lane]!
  }
  return rows
}

/** A lower-triangular factor of XᵀX, and the coefficients of every output. */
function solve(rows: Float64Array, values: Matrix, size: number, count: number) {
  const factor = gram(rows, size, count)
  try {
    cholesky(factor, factor)
    let smallest = Number.POSITIVE_INFINITY
    let largest = 0
    for (let t = 0; t < count; t++) {
      smallest = Math.min(smallest, factor.values[t * count + t]!)
      largest = Math.max(largest, factor.values[t * count + t]!)
    }
    // Pivots within three decades: XᵀX loses at most about six digits of sixteen.
    if (largest < 1e3 * smallest) {
      const coefficients = Array.from({ length: values.rows }, (_, o) => {
        const right = new Float64Array(count)
        for (let i = 0; i < size; i++) {
          const y = values.values[o * size + i]!
          for (let t = 0; t < count; t++) right[t]! += y * rows[i * count + t]!
        }
        return choleskySolve(factor, right, right)
      })
      return { factor, coefficients }
    }
  } catch (error) {
    if (!(error instanceof NumericsError && error.code === 'not-positive-definite')) throw error
  }
  return solveByQr(rows, values, size, count)
}

function solveByQr(rows: Float64Array, values: Matrix, size: number, count: number) {
  try {
    const qr = qrFactor(matrix(size, count, rows))
    const factor = matrix(count, count)
    for (let j = 0; j < count; j++) for (let i = 0; i <= j; i++) factor.values[j * count + i] = qr.values[j * size + i]!
    const coefficients = Array.from(
      { length: values.rows },
      (_, o) => qrSolve(qr, values.values.slice(o * size, (o + 1) * size)).coefficients,
    )
    return { factor, coefficients }
  } catch (error) {
    if (!(error instanceof NumericsError && error.code === 'rank-deficient')) throw error
    throw new InferenceError(
      'design-insufficient',
      'the design points do not tell the terms apart; spread them over the whole box or lower the degree',
      { cause: error },
    )
  }
}

/** The lower triangle of XᵀX, four rows of X at a time. */
function gram(rows: Float64Array, size: number, count: number): Matrix {
  const result = matrix(count, count)
  const g = result.values
  const whole = size - (size % 4)
  for (let start = 0; start < whole; start += 4) {
    const r0 = start * count
    const r1 = r0 + count
    const r2 = r1 + count
    const r3 = r2 + count
    for (let i = 0; i < count; i++) {
      const x0 = rows[r0 + i]!
      const x1 = rows[r1 + i]!
      const x2 = rows[r2 + i]!
      const x3 = rows[r3 + i]!
      const to = i * count
      for (let j = 0; j <= i; j++)
        g[to + j]! += x0 * rows[r0 + j]! + x1 * rows[r1 + j]! + x2 * rows[r2 + j]! + x3 * rows[r3 + j]!
    }
  }
  for (let r = whole; r < size; r++)
    for (let i = 0; i < count; i++)
      for (let j = 0; j <= i; j++) g[i * count + j]! += rows[r * count + i]! * rows[r * count + j]!
  return result
}

/** hᵢ = |L⁻¹xᵢ|², four points at a time by forward substitution. */
function leverages(rows: Float64Array, factor: Matrix, size: number, count: number): Float64Array {
  const l = factor.values
  const result = new Float64Array(size)
  const z = new Float64Array(count * 4)
  for (let start = 0; start < size; start += 4) {
    const r0 = start * count
    const r1 = Math.min(start + 1, size - 1) * count
    const r2 = Math.min(start + 2, size - 1) * count
    const r3 = Math.min(start + 3, size - 1) * count
    let h0 = 0
    let h1 = 0
    let h2 = 0
    let h3 = 0
    for (let i = 0; i < count; i++) {
      let s0 = rows[r0 + i]!
      let s1 = rows[r1 + i]!
      let s2 = rows[r2 + i]!
      let s3 = rows[r3 + i]!
      const row = i * count
      for (let k = 0; k < i; k++) {
        const value = l[row + k]!
        s0 -= value * z[4 * k]!
        s1 -= value * z[4 * k + 1]!
        s2 -= value * z[4 * k + 2]!
        s3 -= value * z[4 * k + 3]!
      }
      const pivot = 1 / l[row + i]!
      s0 *= pivot
      s1 *= pivot
      s2 *= pivot
      s3 *= pivot
      z[4 * i] = s0
      z[4 * i + 1] = s1
      z[4 * i + 2] = s2
      z[4 * i + 3] = s3
      h0 += s0 * s0
      h1 += s1 * s1
      h2 += s2 * s2
      h3 += s3 * s3
    }
    result[start] = h0
    if (start + 1 < size) result[start + 1] = h1
    if (start + 2 < size) result[start + 2] = h2
    if (start + 3 < size) result[start + 3] = h3
  }
  return result
}

function requireDesign(design: EmulatorDesign, maximumInteraction: number): void {
  const { inputs, outputs, points, values, degree } = design
  if (!Number.isInteger(degree) || degree < 1 || !Number.isInteger(maximumInteraction) || maximumInteraction < 1)
    throw new InferenceError(
      'argument-out-of-range',
      `degree ${degree} with at most ${maximumInteraction} inputs per term; expected integers of 1 or more`,
    )
  if (inputs.length === 0 || points.rows !== inputs.length)
    throw new InferenceError(
      'shape-mismatch',
      `${points.rows} rows of points for ${inputs.length} inputs; expected one each`,
    )
  if (values.rows !== outputs.length || values.columns !== points.columns)
    throw new InferenceError(
      'shape-mismatch',
      `values are ${values.rows} × ${values.columns}; expected ${outputs.length} outputs × ${points.columns} points`,
    )
  inputs.forEach(({ name, lower, upper }, d) => {
    if (!(lower < upper))
      throw new InferenceError(
        'argument-out-of-range',
        `input ${name}: range ${lower} to ${upper}; expected lower < upper`,
      )
    for (let i = 0; i < points.columns; i++) {
      const x = points.values[d * points.columns + i]!
      if (!(x >= lower && x <= upper))
        throw new InferenceError(
          'argument-out-of-range',
          `input ${name} of design point ${i} is ${x}; expected one from ${lower} to ${upper}`,
        )
    }
  })
  const bad = values.values.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0)
    throw new InferenceError(
      'prediction-invalid',
      `output ${outputs[Math.floor(bad / values.columns)]} at design point ${bad % values.columns} is ${values.values[bad]}; leave such points out`,
    )
}
