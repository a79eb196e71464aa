/**
 * Solves with a square matrix: `factor` takes the matrix (row by row) apart into LU factors with partial pivoting (Golub,
 * Van Loan, Matrix Computations, 4th ed., 3.4), and `solve` replaces a right side by the solution. Zeros are stepped
 * over, of which Jacobians of reaction networks mostly consist.
 */
export interface Lu {
  /**
   * False for a matrix that is singular or not finite. Uses the matrix up.
   *
   * @param first 1 for unknowns whose equations have no other unknowns. They are solved for by themselves, so that no
   *   rounding of the others gets into them: where their right sides are zero so are they.
   */
  factor(a: Float64Array, first?: Uint8Array): boolean
  solve(b: Float64Array): void
}

export function createLu(n: number): Lu {
  /** Columns in the order of elimination. */
  const order = Int32Array.from({ length: n }, (_, i) => i)
  /** Rows in the order of elimination. */
  const rows = new Int32Array(n)
  /** Places in the order of elimination right of the diagonal that are not zero in the pivot's row. */
  const later = new Int32Array(n)
  /** In the order of elimination, row by row. */
  const factors = new Float64Array(n * n)
  const right = new Float64Array(n)

  function factor(a: Float64Array, first?: Uint8Array): boolean {
    let ofFirst = 0
    if (first) {
      for (let i = 0; i < n; i++) if (first[i] === 1) order[ofFirst++] = i
      let next = ofFirst
      for (let i = 0; i < n; i++) if (first[i] !== 1) order[next++] = i
    }
    rows.set(order)
    for (let k = 0; k < n; k++) {
      const column = order[k]!
      let pivot = k
      let largest = Math.abs(a[rows[k]! * n + column]!)
      for (let i = k + 1; i < (k < ofFirst ? ofFirst : n); i++) {
        const size = Math.abs(a[rows[i]! * n + column]!)
        if (size > largest) {
          largest = size
          pivot = i
        }
      }
      if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return false
      const chosen = rows[pivot]!
      rows[pivot] = rows[k]!
      rows[k] = chosen
      const row = chosen * n
      let count = 0
      for (let j = k + 1; j < n; j++) if (a[row + order[j]!] !== 0) later[count++] = order[j]!
      const inverse = 1 / a[row + column]!
      for (let i = k + 1; i < n; i++) {
        const target = rows[i]! * n
        if (a[target + column] === 0) continue
        const multiplier = a[target + column]! * inverse
        a[target + column] = multiplier
        for (let c = 0; c < count; c++) {
          const j = later[c]!
          a[target + j]! -= multiplier * a[row + j]!
        }
      }
    }
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) factors[k * n + j] = a[rows[k]! * n + order[j]!]!
    return true
  }

  function solve(b: Float64Array): void {
    for (let k = 0; k < n; k++) {
      const row = k * n
      let sum = b[rows[k]!]!
      for (let j = 0; j < k; j++) sum -= factors[row + j]! * right[j]!
      right[k] = sum
    }
    for (let k = n - 1; k >= 0; k--) {
      const row = k * n
      let sum = right[k]!
      for (let j = k + 1; j < n; j++) sum -= factors[row + j]! * right[j]!
      right[k] = sum / factors[row + k]!
    }
    for (let k = 0; k < n; k++) b[order[k]!] = right[k]!
  }

  return { factor, solve }
}
