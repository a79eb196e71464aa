import { NumericsError } from './errors.ts'
import { type Matrix, matrix, requireLength, requireShape } from './matrix.ts'
import { portableLog } from './portable-math.ts'

/**
 * The lower-triangular `L` with `A = L·Lᵀ`, for a symmetric positive definite `A` of which only the lower triangle is
 * read. Written into `out` when given; `out` may be `a` itself. The strict upper triangle of the result is zero.
 *
 * Throws `NumericsError` (`not-positive-definite`) that names the pivot that failed.
 *
 * Source: G. H. Golub, C. F. Van Loan, "Matrix computations", 4th ed., section 4.2.5 (row-oriented form).
 */
export function cholesky(a: Matrix, out: Matrix = matrix(a.rows, a.rows)): Matrix {
  const n = a.rows
  requireShape('cholesky: the matrix', a, n, n)
  requireShape('cholesky: out', out, n, n)
  const from = a.values
  const l = out.values
  for (let i = 0; i < n; i++) {
    const row = i * n
    for (let j = 0; j <= i; j++) {
      const other = j * n
      let sum = from[row + j]!
      for (let k = 0; k < j; k++) sum -= l[row + k]! * l[other + k]!
      if (i !== j) l[row + j] = sum / l[other + j]!
      else {
        // A pivot that is only rounding error of the diagonal entry it came from is zero in truth.
        if (!(sum > 2.220446049250313e-16 * Math.abs(from[row + i]!)))
          throw new NumericsError(
            'not-positive-definite',
            `cholesky: pivot ${i} of ${n} is ${sum}; expected a positive number. ` +
              'The matrix is not positive definite: check that it is symmetric and that no row depends on the others, or add a small multiple of the identity',
          )
        l[row + i] = Math.sqrt(sum)
      }
    }
    for (let j = i + 1; j < n; j++) if (l !== from) l[row + j] = 0
  }
  if (l === from) for (let i = 0; i < n; i++) l.fill(0, i * n + i + 1, (i + 1) * n)
  return out
}

/** Solves `L·x = b` for a lower-triangular `L`; `out` may be `b`. */
export function solveLower(l: Matrix, b: Float64Array, out: Float64Array = new Float64Array(l.rows)): Float64Array {
  const n = l.rows
  requireLength('solveLower: b', b, n)
  requireLength('solveLower: out', out, n)
  for (let i = 0; i < n; i++) {
    let sum = b[i]!
    for (let k = 0; k < i; k++) sum -= l.values[i * n + k]! * out[k]!
    out[i] = sum / l.values[i * n + i]!
  }
  return out
}

/** Solves `Lᵀ·x = b` for a lower-triangular `L`; `out` may be `b`. */
export function solveLowerTransposed(
  l: Matrix,
  b: Float64Array,
  out: Float64Array = new Float64Array(l.rows),
): Float64Array {
  const n = l.rows
  requireLength('solveLowerTransposed: b', b, n)
  requireLength('solveLowerTransposed: out', out, n)
  if (out !== b) out.set(b)
  for (let i = n - 1; i >= 0; i--) {
    const x = out[i]! / l.values[i * n + i]!
    out[i] = x
    for (let k = 0; k < i; k++) out[k]! -= l.values[i * n + k]! * x
  }
  return out
}

/** Solves `A·x = b` given `l = cholesky(A)`; `out` may be `b`. */
export function choleskySolve(l: Matrix, b: Float64Array, out: Float64Array = new Float64Array(l.rows)): Float64Array {
  solveLower(l, b, out)
  return solveLowerTransposed(l, out, out)
}

/** The natural logarithm of det A given `l = cholesky(A)`. */
export function choleskyLogDeterminant(l: Matrix): number {
  let sum = 0
  for (let i = 0; i < l.rows; i++) sum += portableLog(l.values[i * l.columns + i]!)
  return 2 * sum
}
