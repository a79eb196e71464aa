import type { Matrix } from '@counterpart/numerics'
import { InferenceError } from './errors.ts'
import { basisAtLanes, LANES, legendre, legendreDerivative, planBasis } from './polynomial-basis.ts'

/** One input of an emulator and the range it was trained on. */
export interface EmulatorInput {
  readonly name: string
  readonly lower: number
  readonly upper: number
}

/** One output of an emulator and how well it is reproduced, in the (squared) unit of the output. */
export interface EmulatorOutput {
  readonly name: string
  /** One per term. */
  readonly coefficients: readonly number[]
  /** Residual sum of squares over (design points − terms). */
  readonly residualVariance: number
  /** Mean squared error at design points left out of the fit one at a time (PRESS / n). */
  readonly leaveOneOutMeanSquare: number
  /** The share of the output's variance that is explained at points left out: 1 − PRESS / total sum of squares. */
  readonly leaveOneOutExplained: number
  /** Largest absolute error at a point left out. */
  readonly leaveOneOutLargest: number
}

/** A polynomial that stands in for a slower model inside a box of inputs. Plain JSON. */
export interface PolynomialEmulator {
  readonly kind: 'polynomial-emulator'
  readonly version: 1
  readonly inputs: readonly EmulatorInput[]
  readonly outputs: readonly EmulatorOutput[]
  /** Degrees of the Legendre polynomials of each input, one list per term; the constant first. */
  readonly terms: readonly (readonly number[])[]
  readonly designSize: number
}

/** An emulator made ready to be asked many times: its numbers in flat arrays, its working memory set aside. */
export interface EmulatorEvaluator {
  readonly emulator: PolynomialEmulator
  /**
   * Writes the outputs of many members. `points`: one row per input, one column per member; `values` (and `variances`,
   * when given): one row per output, one column per member. Nothing is allocated.
   *
   * The variance is that of the emulator's own error: residual variance · (1 + |φ(x)|²/n), with φ the terms at x and n
   * the design points. It is exact for a design that fills its box evenly, where the terms are orthonormal, and grows
   * quickly outside the box. Throws `InferenceError` (`shape-mismatch`).
   */
  evaluate(points: Matrix, values: Matrix, variances?: Matrix): void
  /** Writes ∂(output)/∂(input) at one point: one row per output, one column per input. Nothing is allocated. */
  gradient(point: Float64Array, derivatives: Matrix): void
}

/**
 * Makes an emulator ready for use. Keep the result: making it costs more than asking it.
 *
 * Throws `InferenceError` (`argument-out-of-range`) when the emulator is not a whole one of this version.
 *
 * @example
 * ```ts
 * const ready = prepareEmulator(JSON.parse(text))
 * ready.evaluate(members, outputs)
 * ```
 */
export function prepareEmulator(emulator: PolynomialEmulator): EmulatorEvaluator {
  requireWhole(emulator)
  const inputs = emulator.inputs.length
  const outputs = emulator.outputs.length
  const plan = planBasis(emulator.terms)
  const { count, degree } = plan
  const coefficients = new Float64Array(outputs * count)
  emulator.outputs.forEach((output, o) => {
    coefficients.set(output.coefficients, o * count)
  })
  const residual = Float64Array.from(emulator.outputs, (output) => output.residualVariance)
  const centre = Float64Array.from(emulator.inputs, ({ lower, upper }) => (lower + upper) / 2)
  const scale = Float64Array.from(emulator.inputs, ({ lower, upper }) => 2 / (upper - lower))
  const factors = new Float64Array(inputs * (degree + 1) * LANES)
  const basis = new Float64Array(count * LANES)
  const slopes = new Float64Array(inputs * (degree + 1))
  const exponents = Int32Array.from(emulator.terms.flat())

  const fillFactors = (points: Float64Array, stride: number, member: number, lane: number): void => {
    for (let d = 0; d < inputs; d++)
      legendre(
        (points[d * stride + member]! - centre[d]!) * scale[d]!,
        degree,
        factors,
        d * (degree + 1) * LANES + lane,
        LANES,
      )
  }

  const evaluate = (points: Matrix, values: Matrix, variances?: Matrix): void => {
    const size = points.columns
    requireRows('points', points, inputs, size)
    requireRows('values', values, outputs, size)
    if (variances !== undefined) requireRows('variances', variances, outputs, size)
    for (let start = 0; start < size; start += LANES) {
      // A last block that is not full repeats its last member; what it gives twice is written once.
      for (let lane = 0; lane < LANES; lane++) fillFactors(points.values, size, Math.min(start + lane, size - 1), lane)
      basisAtLanes(plan, factors, basis)
      const lanes = Math.min(LANES, size - start)
      let o = 0
      for (; o + 1 < outputs; o += 2)
        sumTwo(coefficients, o * count, count, basis, values.values, o * size + start, size, lanes)
      if (o < outputs) sumOne(coefficients, o * count, count, basis, values.values, o * size + start, lanes)
      if (variances !== undefined)
        for (let lane = 0; lane < lanes; lane++) {
          let square = 0
          for (let t = 0; t < count; t++) square += basis[t * LANES + lane]! * basis[t * LANES + lane]!
          const growth = 1 + square / emulator.designSize
          for (let k = 0; k < outputs; k++) variances.values[k * size + start + lane] = residual[k]! * growth
        }
    }
  }

  const gradient = (point: Float64Array, derivatives: Matrix): void => {
    if (point.length !== inputs)
      throw new InferenceError('shape-mismatch', `the point has ${point.length} inputs; expected ${inputs}`)
    requireRows('derivatives', derivatives, outputs, inputs)
    fillFactors(point, 1, 0, 0)
    for (let d = 0; d < inputs; d++)
      legendreDerivative((point[d]! - centre[d]!) * scale[d]!, degree, slopes, d * (degree + 1))
    derivatives.values.fill(0)
    for (let t = 0; t < count; t++)
      for (let d = 0; d < inputs; d++) {
        if (exponents[t * inputs + d] === 0) continue
        let product = scale[d]!
        for (let e = 0; e < inputs; e++) {
          const k = e * (degree + 1) + exponents[t * inputs + e]!
          product *= e === d ? slopes[k]! : factors[k * LANES]!
        }
        for (let o = 0; o < outputs; o++) derivatives.values[o * inputs + d]! += coefficients[o * count + t]! * product
      }
  }

  return { emulator, evaluate, gradient }
}

/** Two outputs times four members in eight running sums: each number read from memory is used at least twice. */
function sumTwo(
  coefficients: Float64Array,
  from: number,
  count: number,
  basis: Float64Array,
  out: Float64Array,
  at: number,
  size: number,
  lanes: number,
): void {
  let a0 = 0
  let a1 = 0
  let a2 = 0
  let a3 = 0
  let b0 = 0
  let b1 = 0
  let b2 = 0
  let b3 = 0
  for (let t = 0, i = 0; t < count; t++, i += LANES) {
    const a = coefficients[from + t]!
    const b = coefficients[from + count + t]!
    const p0 = basis[i]!
    const p1 = basis[i + 1]!
    const p2 = basis[i + 2]!
    const p3 = basis[i + 3]!
    a0 += a * p0
    a1 += a * p1
    a2 += a * p2
    a3 += a * p3
    b0 += b * p0
    b1 += b * p1
    b2 += b * p2
    b3 += b * p3
  }
  out[at] = a0
  out[at + size] = b0
  if (lanes > 1) {
    out[at + 1] = a1
    out[at + size + 1] = b1
  }
  if (lanes > 2) {
    out[at + 2] = a2
    out[at + size + 2] = b2
  }
  if (lanes > 3) {
    out[at + 3] = a3
    out[at + size + 3] = b3
  }
}

function sumOne(
  coefficients: Float64Array,
  from: number,
  count: number,
  basis: Float64Array,
  out: Float64Array,
  at: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes; lane++) {
    let sum = 0
    for (let t = 0; t < count; t++) sum += coefficients[from + t]! * basis[t * LANES + lane]!
    out[at + lane] = sum
  }
}

function requireRows(what: string, m: Matrix, rows: number, columns: number): void {
  if (m.rows !== rows || m.columns !== columns || m.values.length !== rows * columns)
    throw new InferenceError(
      'shape-mismatch',
      `${what}: ${m.rows} × ${m.columns} over ${m.values.length} values; expected ${rows} × ${columns}`,
    )
}

function requireWhole(emulator: PolynomialEmulator): void {
  const problem =
    emulator.kind !== 'polynomial-emulator' || emulator.version !== 1
      ? `its kind is ${emulator.kind} version ${emulator.version}; expected polynomial-emulator version 1`
      : emulator.terms.some((term) => term.length !== emulator.inputs.length)
        ? 'a term does not have one degree per input'
        : emulator.terms[0]?.some((k) => k !== 0)
          ? 'its first term is not the constant'
          : emulator.outputs.some((output) => output.coefficients.length !== emulator.terms.length)
            ? 'an output does not have one coefficient per term'
            : emulator.terms.length === 0
              ? 'it has no terms'
              : undefined
  if (problem !== undefined)
    throw new InferenceError('argument-out-of-range', `not a usable emulator: ${problem}. Fit it again`)
}
