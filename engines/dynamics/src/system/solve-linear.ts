/**
 * Solves `matrix · x = right` in place: `right` (n rows of `columns`) becomes x, `matrix` (n × n, row by row) is used
 * up. Gaussian elimination with scaled partial pivoting. Returns false when the matrix is singular or not finite.
 */
export function solveLinear(n: number, matrix: Float64Array, right: Float64Array, columns = 1): boolean {
  for (let i = 0; i < n; i++) {
    let most = 0
    for (let j = 0; j < n; j++) most = Math.max(most, Math.abs(matrix[i * n + j]!))
    if (!(most > 0) || most === Number.POSITIVE_INFINITY) return false
    // Exact: rows are scaled by powers of two.
    const scale = 2 ** -Math.floor(Math.log2(most))
    for (let j = 0; j < n; j++) matrix[i * n + j]! *= scale
    for (let j = 0; j < columns; j++) right[i * columns + j]! *= scale
  }
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(matrix[i * n + k]!) > Math.abs(matrix[pivot * n + k]!)) pivot = i
    }
    if (!(Math.abs(matrix[pivot * n + k]!) > 1e-300)) return false
    if (pivot !== k) {
      swapRows(matrix, n, k, pivot)
      swapRows(right, columns, k, pivot)
    }
    for (let i = k + 1; i < n; i++) {
      const factor = matrix[i * n + k]! / matrix[k * n + k]!
      if (factor === 0) continue
      for (let j = k + 1; j < n; j++) matrix[i * n + j]! -= factor * matrix[k * n + j]!
      for (let j = 0; j < columns; j++) right[i * columns + j]! -= factor * right[k * columns + j]!
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = 0; j < columns; j++) {
      let value = right[k * columns + j]!
      for (let i = k + 1; i < n; i++) value -= matrix[k * n + i]! * right[i * columns + j]!
      right[k * columns + j] = value / matrix[k * n + k]!
    }
  }
  return true
}

function swapRows(of: Float64Array, width: number, one: number, other: number): void {
  for (let j = 0; j < width; j++) {
    const kept = of[one * width + j]!
    of[one * width + j] = of[other * width + j]!
    of[other * width + j] = kept
  }
}
