/**
 * Natural logarithm and exponential from additions, multiplications, divisions and bit patterns alone.
 *
 * ECMAScript leaves the last bits of `Math.log` and `Math.exp` to the engine (ECMA-262, section 21.3.2), so a random
 * draw made with them could differ between Node and a browser. These two give the same bytes everywhere; their error is
 * below 2 units in the last place, which the tests state and check.
 */
const bits = new Float64Array(1)
const words = new Uint32Array(bits.buffer)
bits[0] = 1
const HIGH = words[1] === 0x3ff00000 ? 1 : 0

/** ln 2 in two parts: the first has its 21 lowest bits zero, so its product with an exponent is exact. */
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const SQRT2 = Math.SQRT2

/**
 * Natural logarithm, the same bits on every platform.
 *
 * `x = 2^k·m` with `m` in [√½, √2); then `ln m = 2·artanh((m−1)/(m+1))` by its series (Abramowitz & Stegun 4.1.27).
 * Returns −∞ at 0, NaN below it.
 */
export function portableLog(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  let exponent = 0
  let value = x
  if (value < 2.2250738585072014e-308) {
    value *= 18014398509481984
    exponent = -54
  }
  bits[0] = value
  const high = words[HIGH]!
  exponent += (high >>> 20) - 1023
  words[HIGH] = (high & 0x000fffff) | 0x3ff00000
  let m = bits[0]!
  if (m > SQRT2) {
    m *= 0.5
    exponent += 1
  }
  const f = m - 1
  const s = f / (m + 1)
  const z = s * s
  const tail =
    z *
    (1 / 3 +
      z *
        (1 / 5 +
          z *
            (1 / 7 +
              z *
                (1 / 9 +
                  z *
                    (1 / 11 +
                      z * (1 / 13 + z * (1 / 15 + z * (1 / 17 + z * (1 / 19 + z * (1 / 21 + z * (1 / 23)))))))))))
  // 2s = f − s·f, which keeps the rounding of the leading term out of the sum.
  return exponent * LN2_HIGH + (f - (s * (f - 2 * tail) - exponent * LN2_LOW))
}

/**
 * Exponential, the same bits on every platform: `x = k·ln 2 + r`, |r| ≤ ½·ln 2, and the Taylor series of `e^r`.
 * Overflows to ∞ above 709.78 and underflows gradually to 0 below −745.13.
 */
export function portableExp(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY
  if (x < -745.1332191019412) return 0
  const k = Math.round(x * Math.LOG2E)
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  let sum = 1 / 87178291200
  sum = sum * r + 1 / 6227020800
  sum = sum * r + 1 / 479001600
  sum = sum * r + 1 / 39916800
  sum = sum * r + 1 / 3628800
  sum = sum * r + 1 / 362880
  sum = sum * r + 1 / 40320
  sum = sum * r + 1 / 5040
  sum = sum * r + 1 / 720
  sum = sum * r + 1 / 120
  sum = sum * r + 1 / 24
  sum = sum * r + 1 / 6
  sum = sum * r + 0.5
  // e^r = 1 + (r + r²·(½ + …)), with what the rounding of r lost put back.
  const value = 1 + (r + (r * r * sum + (high - r - low)))
  if (k > 1023) return value * 2 * powerOfTwo(k - 1)
  if (k < -1022) return value * powerOfTwo(k + 64) * 5.421010862427522e-20
  return value * powerOfTwo(k)
}

function powerOfTwo(k: number): number {
  words[HIGH] = (k + 1023) << 20
  words[1 - HIGH] = 0
  return bits[0]!
}
