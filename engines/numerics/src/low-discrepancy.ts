import { NumericsError } from './errors.ts'
import { type Matrix, matrix } from './matrix.ts'
import type { RandomStream } from './random-stream.ts'

/** The most dimensions that `sobolPoints` knows direction numbers for. */
export const SOBOL_DIMENSIONS = 31

/**
 * The first `count` points of a Sobol' sequence in the unit cube: one row per dimension, one column per point, so that
 * the result lies as an ensemble does. Points come in Gray-code order; any first 2^k of them are a balanced net.
 *
 * With a `stream` the net is scrambled: each dimension's generator matrix is multiplied by a random lower-triangular
 * binary matrix and its digits are shifted at random, which keeps the balance, makes every point uniform in the open
 * cube, and removes the flaws of single projections. Without one the sequence begins at the origin.
 *
 * `count` from 0 to 2³², `dimensions` from 1 to 31. Throws `NumericsError` (`argument-out-of-range`).
 *
 * Sources: I. M. Sobol', USSR Comput. Math. Math. Phys. 7 (1967) 86–112; order by I. A. Antonov, V. M. Saleev, ibid. 19
 * (1979) 252–256; direction numbers of S. Joe, F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional
 * projections", SIAM J. Sci. Comput. 30 (2008) 2635–2654, set D(6); scrambling of J. Matoušek, "On the L2-discrepancy
 * for anchored boxes", J. Complexity 14 (1998) 527–556, after A. B. Owen (1995).
 */
export function sobolPoints(count: number, dimensions: number, stream?: RandomStream): Matrix {
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > SOBOL_DIMENSIONS)
    throw new NumericsError(
      'argument-out-of-range',
      `sobolPoints: ${dimensions} dimensions; expected an integer from 1 to ${SOBOL_DIMENSIONS}`,
    )
  requireCount('sobolPoints', count, 2 ** 32)
  const points = matrix(dimensions, count)
  for (let d = 0; d < dimensions; d++) {
    const directions = directionNumbers(d)
    let shift = 0
    if (stream !== undefined) {
      scramble(directions, stream)
      shift = stream.uint32()
    }
    // A scrambled point is one of 2³² equal cells; its middle keeps it off the faces of the cube.
    const offset = stream === undefined ? 0 : 0.5
    let x = shift
    for (let i = 0; i < count; i++) {
      points.values[d * count + i] = ((x >>> 0) + offset) * 2 ** -32
      // The lowest zero bit of i is where the Gray codes of i and i + 1 differ.
      x ^= directions[Math.min(31, 31 - Math.clz32(~i & (i + 1)))]!
    }
  }
  return points
}

/**
 * A Latin hypercube: one row per dimension, one column per point; in every dimension exactly one point falls into each
 * of `count` equal cells, at a random place in it.
 *
 * Source: M. D. McKay, R. J. Beckman, W. J. Conover, "A comparison of three methods for selecting values of input
 * variables in the analysis of output from a computer code", Technometrics 21 (1979) 239–245.
 */
export function latinHypercube(count: number, dimensions: number, stream: RandomStream): Matrix {
  requireCount('latinHypercube', count, 2 ** 32)
  if (!Number.isInteger(dimensions) || dimensions < 1)
    throw new NumericsError('argument-out-of-range', `latinHypercube: ${dimensions} dimensions; expected 1 or more`)
  const points = matrix(dimensions, count)
  for (let d = 0; d < dimensions; d++) {
    const row = points.values.subarray(d * count, (d + 1) * count)
    for (let i = 0; i < count; i++) row[i] = i
    shuffle(row, stream)
    for (let i = 0; i < count; i++) row[i] = (row[i]! + stream.uniform()) / count
  }
  return points
}

/** Puts the values into a random order in place, every order equally likely (Fisher–Yates). */
export function shuffle(values: Float64Array | Uint32Array | Int32Array, stream: RandomStream): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = stream.integer(i + 1)
    const kept = values[i]!
    values[i] = values[j]!
    values[j] = kept
  }
}

/**
 * Joe and Kuo's set D(6) for dimensions 2 to 31: the degree of the primitive polynomial, its inner coefficients as bits,
 * and the first direction numbers m₁ … m_s.
 */
const JOE_KUO: readonly (readonly number[])[] = [
  [1, 0, 1],
  [2, 1, 1, 3],
  [3, 1, 1, 3, 1],
  [3, 2, 1, 1, 1],
  [4, 1, 1, 1, 3, 3],
  [4, 4, 1, 3, 5, 13],
  [5, 2, 1, 1, 5, 5, 17],
  [5, 4, 1, 1, 5, 5, 5],
  [5, 7, 1, 1, 7, 11, 19],
  [5, 11, 1, 1, 5, 1, 1],
  [5, 13, 1, 1, 1, 3, 11],
  [5, 14, 1, 3, 5, 5, 31],
  [6, 1, 1, 3, 3, 9, 7, 49],
  [6, 13, 1, 1, 1, 15, 21, 21],
  [6, 16, 1, 3, 1, 13, 27, 49],
  [6, 19, 1, 1, 1, 15, 7, 5],
  [6, 22, 1, 3, 1, 15, 13, 25],
  [6, 25, 1, 1, 5, 5, 19, 61],
  [7, 1, 1, 3, 7, 11, 23, 15, 103],
  [7, 4, 1, 3, 7, 13, 13, 15, 69],
  [7, 7, 1, 1, 3, 13, 7, 35, 63],
  [7, 8, 1, 3, 5, 9, 1, 25, 53],
  [7, 14, 1, 3, 1, 13, 9, 35, 107],
  [7, 19, 1, 3, 1, 5, 27, 61, 31],
  [7, 21, 1, 1, 5, 11, 19, 41, 61],
  [7, 28, 1, 3, 5, 3, 3, 13, 69],
  [7, 31, 1, 1, 7, 13, 1, 19, 1],
  [7, 32, 1, 3, 7, 5, 13, 19, 59],
  [7, 37, 1, 1, 3, 9, 25, 29, 41],
  [7, 41, 1, 3, 5, 13, 23, 1, 55],
]

function directionNumbers(dimension: number): Uint32Array {
  const v = new Uint32Array(32)
  if (dimension === 0) {
    for (let i = 0; i < 32; i++) v[i] = 1 << (31 - i)
    return v
  }
  const [degree, coefficients, ...initial] = JOE_KUO[dimension - 1] as readonly [number, number, ...number[]]
  for (let i = 0; i < 32; i++) {
    if (i < degree) {
      v[i] = initial[i]! << (31 - i)
      continue
    }
    let x = v[i - degree]! ^ (v[i - degree]! >>> degree)
    for (let k = 1; k < degree; k++) if ((coefficients >>> (degree - 1 - k)) & 1) x ^= v[i - k]!
    v[i] = x
  }
  return v
}

/** Multiplies the generator matrix by a random lower-triangular one with ones on its diagonal, over the two-element field. */
function scramble(directions: Uint32Array, stream: RandomStream): void {
  const columns = new Uint32Array(32)
  for (let bit = 0; bit < 32; bit++) {
    const diagonal = (1 << (31 - bit)) >>> 0
    // Digits below the diagonal are free; digit 1 is the highest bit.
    columns[bit] = (diagonal | (stream.uint32() & (diagonal - 1))) >>> 0
  }
  for (let i = 0; i < 32; i++) {
    let x = 0
    for (let bit = 0; bit < 32; bit++) if ((directions[i]! >>> (31 - bit)) & 1) x ^= columns[bit]!
    directions[i] = x
  }
}

function requireCount(what: string, count: number, most: number): void {
  if (!Number.isInteger(count) || count < 0 || count > most)
    throw new NumericsError('argument-out-of-range', `${what}: ${count} points; expected an integer from 0 to ${most}`)
}
