import { NumericsError } from './errors.ts'
import { type Matrix, matrix, requireLength, requireShape } from './matrix.ts'

/** A Householder QR factorisation of a tall matrix, in compact form. Pass it to the functions of this file. */
export interface QrFactors {
  readonly rows: number
  readonly columns: number
  /** Column-major: `values[j * rows + i]`; R on and above the diagonal, the reflectors below it. */
  readonly values: Float64Array
  /** The scale of each reflector: `H_j = I − scales[j]·v·vᵀ` with `v[j] = 1`. */
  readonly scales: Float64Array
}

/** Coefficients and the residual of a least-squares fit. */
export interface LeastSquaresFit {
  /** One entry per column of the design matrix. */
  readonly coefficients: Float64Array
  /** Sum of squared residuals of the observations (a ridge penalty not included). */
  readonly residualSumOfSquares: number
}

/**
 * Householder QR of `a` (rows ≥ columns).
 *
 * Throws `NumericsError`: `shape-mismatch` for a wide matrix, `rank-deficient` when a column depends on those before it
 * to within rounding.
 *
 * Source: G. H. Golub, C. F. Van Loan, "Matrix computations", 4th ed., algorithms 5.1.1 and 5.2.1.
 */
export function qrFactor(a: Matrix): QrFactors {
  const { rows, columns } = a
  requireShape('qrFactor: the matrix', a, rows, columns)
  if (rows < columns)
    throw new NumericsError(
      'shape-mismatch',
      `qrFactor: the matrix is ${rows} × ${columns}; expected at least as many rows as columns (give more data or fewer terms)`,
    )
  const values = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) values[j * rows + i] = a.values[i * columns + j]!
  const scales = new Float64Array(columns)
  for (let j = 0; j < columns; j++) {
    const start = j * rows
    let original = 0
    for (let i = 0; i < rows; i++) original += values[start + i]! * values[start + i]!
    let tail = 0
    for (let i = j + 1; i < rows; i++) tail += values[start + i]! * values[start + i]!
    const x = values[start + j]!
    const norm = Math.sqrt(x * x + tail)
    // Reflections keep lengths, so `original` is still the squared length of column j of A.
    if (!(norm > 2.220446049250313e-16 * rows * Math.sqrt(original)))
      throw new NumericsError(
        'rank-deficient',
        `qrFactor: column ${j} of ${columns} depends on the columns before it; leave it out or add a ridge penalty`,
      )
    const diagonal = x > 0 ? -norm : norm
    const v0 = x - diagonal
    scales[j] = -v0 / diagonal
    for (let i = j + 1; i < rows; i++) values[start + i]! /= v0
    values[start + j] = diagonal
    for (let k = j + 1; k < columns; k++) reflect(values, start, rows, j, scales[j]!, values, k * rows)
  }
  return { rows, columns, values, scales }
}

/** Replaces `b` by `Qᵀ·b`: its first `columns` entries belong to R, the rest are the residual in rotated axes. */
export function applyQTransposed(qr: QrFactors, b: Float64Array): Float64Array {
  requireLength('applyQTransposed: b', b, qr.rows)
  for (let j = 0; j < qr.columns; j++) reflect(qr.values, j * qr.rows, qr.rows, j, qr.scales[j]!, b, 0)
  return b
}

/** Replaces `b` by `Q·b`. */
export function applyQ(qr: QrFactors, b: Float64Array): Float64Array {
  requireLength('applyQ: b', b, qr.rows)
  for (let j = qr.columns - 1; j >= 0; j--) reflect(qr.values, j * qr.rows, qr.rows, j, qr.scales[j]!, b, 0)
  return b
}

/** The least-squares solution of `A·x ≈ b` from the factors of A; `b` is left as it is. */
export function qrSolve(qr: QrFactors, b: Float64Array): LeastSquaresFit {
  const rotated = applyQTransposed(qr, b.slice())
  const { rows, columns, values } = qr
  const coefficients = new Float64Array(columns)
  for (let j = columns - 1; j >= 0; j--) {
    const x = rotated[j]! / values[j * rows + j]!
    coefficients[j] = x
    for (let i = 0; i < j; i++) rotated[i]! -= values[j * rows + i]! * x
  }
  let residualSumOfSquares = 0
  for (let i = columns; i < rows; i++) residualSumOfSquares += rotated[i]! * rotated[i]!
  return { coefficients, residualSumOfSquares }
}

/**
 * The `x` that minimises `|A·x − b|² + ridge·|x|²`, by Householder QR of A, or of A with `√ridge·I` beneath it.
 *
 * `weights` (≥ 0, one per row) multiply the squared residuals; the residual sum is then the weighted one. `unpenalised`
 * lists columns, such as an intercept, that the ridge leaves free. Throws as `qrFactor` does.
 */
export function leastSquares(
  a: Matrix,
  b: Float64Array,
  options: {
    readonly ridge?: number
    readonly weights?: Float64Array
    readonly unpenalised?: readonly number[]
  } = {},
): LeastSquaresFit {
  const { ridge = 0, weights, unpenalised = [] } = options
  requireLength('leastSquares: b', b, a.rows)
  if (!(ridge >= 0))
    throw new NumericsError('argument-out-of-range', `leastSquares: ridge is ${ridge}; expected zero or more`)
  if (weights !== undefined) requireLength('leastSquares: weights', weights, a.rows)
  const extra = ridge > 0 ? a.columns : 0
  const design = matrix(a.rows + extra, a.columns)
  design.values.set(a.values)
  const target = new Float64Array(a.rows + extra)
  target.set(b)
  if (weights !== undefined)
    for (let i = 0; i < a.rows; i++) {
      const root = Math.sqrt(weights[i]!)
      target[i]! *= root
      for (let j = 0; j < a.columns; j++) design.values[i * a.columns + j]! *= root
    }
  const penalty = Math.sqrt(ridge)
  for (let j = 0; j < extra; j++) if (!unpenalised.includes(j)) design.values[(a.rows + j) * a.columns + j] = penalty
  const fit = qrSolve(qrFactor(design), target)
  let penaltySum = 0
  for (let j = 0; j < extra; j++) if (!unpenalised.includes(j)) penaltySum += ridge * fit.coefficients[j]! ** 2
  return {
    coefficients: fit.coefficients,
    residualSumOfSquares: Math.max(0, fit.residualSumOfSquares - penaltySum),
  }
}

/** Applies reflector j (stored in `from` at `start`) to the column of `to` that begins at `offset`. */
function reflect(
  from: Float64Array,
  start: number,
  rows: number,
  j: number,
  scale: number,
  to: Float64Array,
  offset: number,
): void {
  let dot = to[offset + j]!
  for (let i = j + 1; i < rows; i++) dot += from[start + i]! * to[offset + i]!
  dot *= scale
  to[offset + j]! -= dot
  for (let i = j + 1; i < rows; i++) to[offset + i]! -= dot * from[start + i]!
}
