import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyQ,
  cholesky,
  choleskyLogDeterminant,
  choleskySolve,
  identityMatrix,
  leastSquares,
  type Matrix,
  matrix,
  multiply,
  multiplyTransposed,
  multiplyVector,
  NumericsError,
  qrFactor,
  qrSolve,
  randomStream,
  solveLower,
  solveLowerTransposed,
  symmetricEigen,
  transpose,
  transposeMultiply,
} from './index.ts'

const order = fc.integer({ min: 1, max: 12 })
const seed = fc.integer()

function gaussian(rows: number, columns: number, ...names: (string | number)[]): Matrix {
  const m = matrix(rows, columns)
  randomStream('test', ...names).fillNormal(m.values)
  return m
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!))
  return largest
}

describe('products', () => {
  it('agree with one another through the transpose', () => {
    fc.assert(
      fc.property(order, order, order, seed, (m, n, k, s) => {
        const a = gaussian(m, k, s, 'a')
        const b = gaussian(k, n, s, 'b')
        const ab = multiply(a, b)
        expect(largestDifference(multiplyTransposed(a, transpose(b)).values, ab.values)).toBeLessThan(1e-13)
        expect(largestDifference(transposeMultiply(transpose(a), b).values, ab.values)).toBeLessThan(1e-13)
        const column = Float64Array.from({ length: k }, (_, i) => b.values[i * n]!)
        const first = Float64Array.from({ length: m }, (_, i) => ab.values[i * n]!)
        expect(largestDifference(multiplyVector(a, column), first)).toBeLessThan(1e-13)
      }),
    )
  })

  it('have the entries of the textbook', () => {
    const product = multiply(matrix(2, 3, [1, 2, 3, 4, 5, 6]), matrix(3, 2, [7, 8, 9, 10, 11, 12]))
    expect([...product.values]).toEqual([58, 64, 139, 154])
  })

  it('refuse shapes that do not fit', () => {
    expect(() => multiply(matrix(2, 3), matrix(2, 3))).toThrow(/inner sizes are 3 and 2/)
    expect(() => matrix(2, 2, [1, 2, 3])).toThrow(NumericsError)
  })
})

describe('Cholesky', () => {
  it('reproduces the matrix, solves with it and gives its determinant', () => {
    fc.assert(
      fc.property(order, seed, (n, s) => {
        const g = gaussian(n, n + 3, s)
        const a = multiplyTransposed(g, g)
        const l = cholesky(a)
        const scale = Math.max(...a.values)
        expect(largestDifference(multiplyTransposed(l, l).values, a.values)).toBeLessThan(1e-14 * n * scale)
        const x = gaussian(n, 1, s, 'x').values
        const b = multiplyVector(a, x)
        const { values } = symmetricEigen(a)
        const condition = values[n - 1]! / values[0]!
        expect(largestDifference(choleskySolve(l, b), x)).toBeLessThan(1e-13 * condition)
        expect(largestDifference(solveLower(l, multiplyVector(l, x)), x)).toBeLessThan(1e-13 * condition)
        expect(largestDifference(solveLowerTransposed(l, multiplyVector(transpose(l), x)), x)).toBeLessThan(
          1e-13 * condition,
        )
        const logDeterminant = values.reduce((sum, value) => sum + Math.log(value), 0)
        expect(Math.abs(choleskyLogDeterminant(l) - logDeterminant)).toBeLessThan(1e-14 * n * condition)
      }),
    )
  })

  it('may overwrite its own matrix', () => {
    const a = matrix(3, 3, [4, 12, -16, 12, 37, -43, -16, -43, 98])
    expect([...cholesky(a, a).values]).toEqual([2, 0, 0, 6, 1, 0, -8, 5, 3])
  })

  it('says which pivot fails when the matrix is not positive definite', () => {
    expect(() => cholesky(matrix(2, 2, [1, 2, 2, 1]))).toThrow(/pivot 1 of 2 is -3/)
    expect(() => cholesky(matrix(2, 2, [1, 1, 1, 1]))).toThrow(NumericsError)
    expect(() => cholesky(matrix(1, 1, [Number.NaN]))).toThrow(NumericsError)
  })
})

describe('least squares', () => {
  it('leaves a residual at right angles to every column', () => {
    fc.assert(
      fc.property(order, fc.integer({ min: 0, max: 20 }), seed, (columns, extra, s) => {
        const a = gaussian(columns + extra, columns, s)
        const b = gaussian(columns + extra, 1, s, 'b').values
        const fit = leastSquares(a, b)
        const residual = multiplyVector(a, fit.coefficients).map((value, i) => b[i]! - value)
        const { values } = symmetricEigen(transposeMultiply(a, a))
        const condition = Math.sqrt(values[columns - 1]! / values[0]!)
        for (const dot of multiplyVector(transpose(a), residual)) expect(Math.abs(dot)).toBeLessThan(1e-12 * condition)
        const sum = residual.reduce((total, r) => total + r * r, 0)
        expect(Math.abs(fit.residualSumOfSquares - sum)).toBeLessThan(1e-11 * condition)
      }),
    )
  })

  it('fits the straight line y = 3 + 2x exactly', () => {
    const fit = leastSquares(matrix(4, 2, [1, 0, 1, 1, 1, 2, 1, 3]), Float64Array.of(3, 5, 7, 9))
    expect(fit.coefficients[0]).toBeCloseTo(3, 13)
    expect(fit.coefficients[1]).toBeCloseTo(2, 13)
    expect(fit.residualSumOfSquares).toBeLessThan(1e-26)
  })

  it('with a ridge solves (AᵀA + λI)x = Aᵀb, and leaves unpenalised columns free', () => {
    const a = gaussian(30, 5, 'ridge')
    const b = gaussian(30, 1, 'ridge b').values
    const normal = transposeMultiply(a, a)
    for (let i = 1; i < 5; i++) normal.values[i * 5 + i]! += 2.5
    const expected = choleskySolve(cholesky(normal), multiplyVector(transpose(a), b))
    const fit = leastSquares(a, b, { ridge: 2.5, unpenalised: [0] })
    expect(largestDifference(fit.coefficients, expected)).toBeLessThan(1e-12)
    const residual = multiplyVector(a, fit.coefficients).reduce((sum, value, i) => sum + (b[i]! - value) ** 2, 0)
    expect(Math.abs(fit.residualSumOfSquares - residual)).toBeLessThan(1e-10)
  })

  it('counts a row of weight 3 as three rows', () => {
    const a = matrix(3, 2, [1, 0, 1, 1, 1, 4])
    const b = Float64Array.of(1, 3, 2)
    const tripled = matrix(5, 2, [1, 0, 1, 1, 1, 4, 1, 4, 1, 4])
    const weighted = leastSquares(a, b, { weights: Float64Array.of(1, 1, 3) })
    const repeated = leastSquares(tripled, Float64Array.of(1, 3, 2, 2, 2))
    expect(largestDifference(weighted.coefficients, repeated.coefficients)).toBeLessThan(1e-13)
    expect(Math.abs(weighted.residualSumOfSquares - repeated.residualSumOfSquares)).toBeLessThan(1e-13)
  })

  it('has an orthogonal Q: its columns beyond R carry the residual', () => {
    const a = gaussian(9, 4, 'q')
    const qr = qrFactor(a)
    const b = gaussian(9, 1, 'q b').values
    const fit = qrSolve(qr, b)
    const unit = new Float64Array(9)
    unit[7] = 1
    const direction = applyQ(qr, unit)
    for (const dot of multiplyVector(transpose(a), direction)) expect(Math.abs(dot)).toBeLessThan(1e-13)
    expect(fit.coefficients).toHaveLength(4)
  })

  it('refuses dependent columns and wide matrices', () => {
    expect(() => leastSquares(matrix(3, 2, [1, 2, 2, 4, 3, 6]), Float64Array.of(1, 2, 3))).toThrow(
      /column 1 of 2 depends/,
    )
    expect(() => leastSquares(matrix(1, 2, [1, 2]), Float64Array.of(1))).toThrow(/at least as many rows/)
  })
})

describe('the symmetric eigenproblem', () => {
  it('gives orthonormal vectors that diagonalise the matrix, smallest value first', () => {
    fc.assert(
      fc.property(order, seed, (n, s) => {
        const g = gaussian(n, n, s)
        const a = matrix(n, n)
        for (let i = 0; i < n * n; i++) a.values[i] = g.values[i]! + transpose(g).values[i]!
        const { values, vectors } = symmetricEigen(a)
        const scale = Math.max(...a.values.map(Math.abs))
        expect(largestDifference(transposeMultiply(vectors, vectors).values, identityMatrix(n).values)).toBeLessThan(
          1e-14 * n,
        )
        const rotated = transposeMultiply(vectors, multiply(a, vectors))
        for (let i = 0; i < n; i++) {
          if (i > 0) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1]!)
          for (let j = 0; j < n; j++)
            expect(Math.abs(rotated.values[i * n + j]! - (i === j ? values[i]! : 0))).toBeLessThan(1e-13 * n * scale)
        }
      }),
    )
  })

  it('gives the known values of the second-difference matrix, 2 − 2cos(kπ/(n+1))', () => {
    const n = 40
    const a = matrix(n, n)
    for (let i = 0; i < n; i++) {
      a.values[i * n + i] = 2
      if (i > 0) a.values[i * n + i - 1] = -1
      if (i > 0) a.values[(i - 1) * n + i] = -1
    }
    const { values } = symmetricEigen(a)
    for (let k = 1; k <= n; k++)
      expect(Math.abs(values[k - 1]! - (2 - 2 * Math.cos((k * Math.PI) / (n + 1))))).toBeLessThan(1e-14)
  })

  it('survives zero and rank-one matrices', () => {
    expect([...symmetricEigen(matrix(3, 3)).values]).toEqual([0, 0, 0])
    const { values } = symmetricEigen(matrix(3, 3, [1, 1, 1, 1, 1, 1, 1, 1, 1]))
    expect(values[2]).toBeCloseTo(3, 14)
    expect(Math.abs(values[0]!)).toBeLessThan(1e-15)
  })
})
