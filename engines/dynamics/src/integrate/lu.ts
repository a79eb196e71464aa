/**
 * Solves with a square matrix: `factor` replaces `a` (row by row) by its LU factors with partial pivoting (Golub, Van
 * Loan, Matrix Computations, 4th ed., 3.4), and `solve` the right side by the solution. Zeros are stepped over, of
 * which Jacobians of reaction networks mostly consist.
 */
export interface Lu {
  /** False for a matrix that is singular or not finite. */
  factor(a: Float64Array): boolean
  solve(a: Float64Array, b: Float64Array): void
}

export function createLu(n: number): Lu {
  const pivots = new Int32Array(n)
  // Columns right of the diagonal that are not zero in the pivot's row.
  const columns = new Int32Array(n)

  function factor(a: Float64Array): boolean {
    for (let k = 0; k < n; k++) {
      let pivot = k
      let largest = Math.abs(a[k * n + k]!)
      for (let i = k + 1; i < n; i++) {
        const size = Math.abs(a[i * n + k]!)
        if (size > largest) {
          largest = size
          pivot = i
        }
      }
      pivots[k] = pivot
      if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return false
      const row = k * n
      if (pivot !== k)
        for (let j = 0; j < n; j++) {
          const other = a[pivot * n + j]!
          a[pivot * n + j] = a[row + j]!
          a[row + j] = other
        }
      let count = 0
      for (let j = k + 1; j < n; j++) if (a[row + j] !== 0) columns[count++] = j
      const inverse = 1 / a[row + k]!
      for (let i = k + 1; i < n; i++) {
        const target = i * n
        if (a[target + k] === 0) continue
        const multiplier = a[target + k]! * inverse
        a[target + k] = multiplier
        for (let c = 0; c < count; c++) {
          const j = columns[c]!
          a[target + j]! -= multiplier * a[row + j]!
        }
      }
    }
    return true
  }

  function solve(a: Float64Array, b: Float64Array): void {
    // Whole rows were swapped, the multipliers with them, so all swaps come first.
    for (let k = 0; k < n; k++) {
      const pivot = pivots[k]!
      if (pivot === k) continue
      const other = b[pivot]!
      b[pivot] = b[k]!
      b[k] = other
    }
    for (let i = 1; i < n; i++) {
      const row = i * n
      let sum = b[i]!
      for (let j = 0; j < i; j++) sum -= a[row + j]! * b[j]!
      b[i] = sum
    }
    for (let i = n - 1; i >= 0; i--) {
      const row = i * n
      let sum = b[i]!
      for (let j = i + 1; j < n; j++) sum -= a[row + j]! * b[j]!
      b[i] = sum / a[row + i]!
    }
  }

  return { factor, solve }
}
