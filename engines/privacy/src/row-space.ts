/**
 * What can be added up and taken away from known sums: the row space of a matrix of zeros and ones. Computed in the field of
 * the integers modulo a prime, where nothing is rounded. A rank there is that over the rationals unless the prime divides a
 * minor, and a product of two residues is still a safe integer.
 */
export interface RowSpace {
  /** Reduced row echelon form: independent rows, each with a 1 in its pivot column where all others have 0. */
  readonly rows: readonly (readonly number[])[]
  /** By row: its pivot column. */
  readonly pivots: readonly number[]
}

export const prime = 67_108_859

export function rowSpaceOf(matrix: readonly (readonly number[])[]): RowSpace {
  const rows: number[][] = []
  const pivots: number[] = []
  for (const given of matrix) {
    const row = given.map((value) => ((value % prime) + prime) % prime)
    for (const [r, known] of rows.entries()) subtract(row, known, row[pivots[r]!]!)
    const pivot = row.findIndex((value) => value !== 0)
    if (pivot < 0) continue
    const scale = inverse(row[pivot]!)
    for (let c = 0; c < row.length; c++) row[c] = (row[c]! * scale) % prime
    for (const known of rows) subtract(known, row, known[pivot]!)
    rows.push(row)
    pivots.push(pivot)
  }
  return { rows, pivots }
}

/** Whether the space holds a vector other than zero that is zero in every column outside of `support`. */
export function holdsVectorWithin({ rows, pivots }: RowSpace, support: ReadonlySet<number>): boolean {
  // A row with its pivot outside cannot take part: nothing else could cancel that 1.
  const taking = rows.filter((_, r) => support.has(pivots[r]!))
  if (taking.length === 0) return false
  return rowSpaceOf(taking.map((row) => row.filter((_, c) => !support.has(c)))).rows.length < taking.length
}

/** Takes `factor` times `other` from `row`, in place. */
function subtract(row: number[], other: readonly number[], factor: number): void {
  if (factor === 0) return
  for (let c = 0; c < row.length; c++)
    if (other[c] !== 0) row[c] = (((row[c]! - factor * other[c]!) % prime) + prime) % prime
}

/** By Fermat: value^(prime − 2). */
function inverse(value: number): number {
  let result = 1
  let base = value
  for (let exponent = prime - 2; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) result = (result * base) % prime
    base = (base * base) % prime
  }
  return result
}
