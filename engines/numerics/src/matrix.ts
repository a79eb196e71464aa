import { NumericsError } from './errors.ts'

/**
 * A dense matrix, stored row by row: `values[row * columns + column]`.
 *
 * An ensemble's `values` (variable-major, see the kernel's `Ensemble`) is such a matrix with one row per variable and
 * one column per member.
 */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly values: Float64Array
}

/**
 * A matrix over the given values (not copied), or of zeros when none are given.
 * Throws `NumericsError` (`shape-mismatch`) when `values` does not have `rows * columns` entries.
 */
export function matrix(rows: number, columns: number, values?: Float64Array | readonly number[]): Matrix {
  const array =
    values === undefined
      ? new Float64Array(rows * columns)
      : values instanceof Float64Array
        ? values
        : Float64Array.from(values)
  if (array.length !== rows * columns)
    throw new NumericsError(
      'shape-mismatch',
      `matrix: ${array.length} values given for ${rows} × ${columns}; expected ${rows * columns}`,
    )
  return { rows, columns, values: array }
}

/** The identity matrix of the given order. */
export function identityMatrix(order: number): Matrix {
  const result = matrix(order, order)
  for (let i = 0; i < order; i++) result.values[i * order + i] = 1
  return result
}

/** `Aᵀ`, into `out` when given (which must not share memory with `a`). */
export function transpose(a: Matrix, out: Matrix = matrix(a.columns, a.rows)): Matrix {
  requireShape('transpose: out', out, a.columns, a.rows)
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < a.columns; j++) out.values[j * a.rows + i] = a.values[i * a.columns + j]!
  return out
}

/** `A·B`, into `out` when given (which must not share memory with `a` or `b`). */
export function multiply(a: Matrix, b: Matrix, out: Matrix = matrix(a.rows, b.columns)): Matrix {
  requireInner('multiply', a.columns, b.rows)
  requireShape('multiply: out', out, a.rows, b.columns)
  const inner = a.columns
  const columns = b.columns
  const target = out.values
  target.fill(0)
  for (let i = 0; i < a.rows; i++) {
    const start = i * columns
    for (let k = 0; k < inner; k++) {
      const factor = a.values[i * inner + k]!
      if (factor === 0) continue
      const from = k * columns
      for (let j = 0; j < columns; j++) target[start + j]! += factor * b.values[from + j]!
    }
  }
  return out
}

/** `A·Bᵀ`, into `out` when given; with `a` = `b` the matrix of inner products of the rows. */
export function multiplyTransposed(a: Matrix, b: Matrix, out: Matrix = matrix(a.rows, b.rows)): Matrix {
  requireInner('multiplyTransposed', a.columns, b.columns)
  requireShape('multiplyTransposed: out', out, a.rows, b.rows)
  const inner = a.columns
  const left = a.values
  const right = b.values
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < b.rows; j++) {
      let sum = 0
      for (let k = 0; k < inner; k++) sum += left[i * inner + k]! * right[j * inner + k]!
      out.values[i * b.rows + j] = sum
    }
  return out
}

/** `Aᵀ·B`, into `out` when given; with `a` = `b` the normal-equations matrix. */
export function transposeMultiply(a: Matrix, b: Matrix, out: Matrix = matrix(a.columns, b.columns)): Matrix {
  requireInner('transposeMultiply', a.rows, b.rows)
  requireShape('transposeMultiply: out', out, a.columns, b.columns)
  const columns = b.columns
  const target = out.values
  target.fill(0)
  for (let k = 0; k < a.rows; k++)
    for (let i = 0; i < a.columns; i++) {
      const factor = a.values[k * a.columns + i]!
      if (factor === 0) continue
      const start = i * columns
      const from = k * columns
      for (let j = 0; j < columns; j++) target[start + j]! += factor * b.values[from + j]!
    }
  return out
}

/** `A·x`, into `out` when given (which must not share memory with `x`). */
export function multiplyVector(a: Matrix, x: Float64Array, out: Float64Array = new Float64Array(a.rows)): Float64Array {
  requireInner('multiplyVector', a.columns, x.length)
  requireLength('multiplyVector: out', out, a.rows)
  for (let i = 0; i < a.rows; i++) {
    let sum = 0
    const start = i * a.columns
    for (let k = 0; k < a.columns; k++) sum += a.values[start + k]! * x[k]!
    out[i] = sum
  }
  return out
}

/** Throws `shape-mismatch` unless `m` is `rows` × `columns`. */
export function requireShape(what: string, m: Matrix, rows: number, columns: number): void {
  if (m.rows !== rows || m.columns !== columns || m.values.length !== rows * columns)
    throw new NumericsError(
      'shape-mismatch',
      `${what} is ${m.rows} × ${m.columns} over ${m.values.length} values; expected ${rows} × ${columns}`,
    )
}

/** Throws `shape-mismatch` unless the array has this length. */
export function requireLength(what: string, array: ArrayLike<number>, length: number): void {
  if (array.length !== length)
    throw new NumericsError('shape-mismatch', `${what} has ${array.length} entries; expected ${length}`)
}

function requireInner(what: string, left: number, right: number): void {
  if (left !== right)
    throw new NumericsError('shape-mismatch', `${what}: inner sizes are ${left} and ${right}; expected them equal`)
}
