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

/** 2^(1023 − i): multiplying by it is exact, and quicker than writing an exponent into the bits of a number. */
const SCALES = new Float64Array(2048)
SCALES[1023] = 1
for (let i = 1024; i < 2048; i++) SCALES[i] = SCALES[i - 1]! / 2
for (let i = 1022; i >= 0; i--) SCALES[i] = SCALES[i + 1]! * 2

// Of the series of ln m beyond its first term, in turn: even and odd multiples of z = s².
const [E1, E2, E3] = [0.3999999999989924, 0.2222221111514416, 0.1533167403016786] as const
const [O1, O2, O3, O4] = [0.666666666666667, 0.2857142862609589, 0.18182890556695602, 0.1461703754879165] as const
/** Added to the upper half of a number's bits, carries into the exponent where m would be √2 or more. */
const CARRY = 0x95f64

/** What {@link portableLog} is made of, for the same function in WebAssembly. */
export const logarithm = { LN2_HIGH, LN2_LOW, CARRY, even: [E1, E2, E3], odd: [O1, O2, O3, O4] } as const

/**
 * Natural logarithm, the same bits on every platform.
 *
 * `x = 2^k·m` with `m` in [√½, √2); then `ln m = 2·artanh(s)`, `s = (m−1)/(m+1)` (Abramowitz & Stegun 4.1.27), its series
 * beyond the first term as a polynomial in s² through seven Chebyshev points: relative error below 2⁻⁵⁷. Returns −∞ at 0,
 * NaN below it.
 */
export function portableLog(x: number): number {
  if (!(x >= 2.2250738585072014e-308 && x < Number.POSITIVE_INFINITY)) return unusualLog(x)
  bits[0] = x
  const biased = (words[HIGH]! + CARRY) >>> 20
  const exponent = biased - 1023
  const f = x * SCALES[biased]! - 1
  const s = f / (f + 2)
  const z = s * s
  const w = z * z
  // Two chains, which a processor works out side by side.
  const even = w * (E1 + w * (E2 + w * E3))
  const odd = z * (O1 + w * (O2 + w * (O3 + w * O4)))
  // ln m = f − f²/2 + s·(f²/2 + R): the leading term stays out of the sum's rounding.
  const half = 0.5 * f * f
  return exponent * LN2_HIGH - (half - (s * (half + (even + odd)) + exponent * LN2_LOW) - f)
}

/** Of zero, what is below it, subnormal numbers, infinity and NaN. */
function unusualLog(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY
  if (!(x > 0)) return Number.NaN
  return x === Number.POSITIVE_INFINITY ? x : portableLog(x * 18014398509481984) - 54 * Math.LN2
}

/** Parts of a doubling. */
const STEPS = 32
/** 2^(j/32) as a number, and what it lacks. */
const POWERS = new Float64Array(STEPS)
const RESTS = new Float64Array(STEPS)
{
  // Whole numbers know no rounding: five square roots of 2^j · 2^(32·120).
  const root = (n: bigint): bigint => {
    let x = 1n << BigInt((n.toString(2).length + 1) >> 1)
    for (;;) {
      const next = (x + n / x) >> 1n
      if (next >= x) return x
      x = next
    }
  }
  for (let j = 0; j < STEPS; j++) {
    let power = 1n << BigInt(j + STEPS * 120)
    for (let i = 1; i < STEPS; i *= 2) power = root(power)
    POWERS[j] = Number(power) / 2 ** 120
    RESTS[j] = Number(power - BigInt(POWERS[j]! * 2 ** 120)) / 2 ** 120
  }
}
const STEP_HIGH = LN2_HIGH / STEPS
const STEP_LOW = LN2_LOW / STEPS

/**
 * Exponential, the same bits on every platform: `x = (32·m + j)·ln 2/32 + r`, |r| ≤ ln 2/64, so that
 * `e^x = 2^m·2^(j/32)·e^r`, with Taylor's series of `e^r` (the way of P. T. P. Tang, ACM Trans. Math. Softw. 15 (1989)
 * 144–157). Overflows to ∞ above 709.78 and underflows gradually to 0 below −745.13.
 */
export function portableExp(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY
  if (x < -745.1332191019412) return 0
  const k = Math.round(x * (STEPS * Math.LOG2E)) | 0
  const high = x - k * STEP_HIGH
  const low = k * STEP_LOW
  const r = high - low
  const square = r * r
  // What the rounding of r lost is put back.
  const series = square * (0.5 + r * (1 / 6) + square * (1 / 24 + r * (1 / 120) + square * (1 / 720)))
  const beyond = r + (series + (high - r - low))
  const power = POWERS[k & (STEPS - 1)]!
  const value = power + (RESTS[k & (STEPS - 1)]! + power * beyond)
  const m = k >> 5
  if (m > 1023) return value * 2 * SCALES[1024 - m]!
  if (m < -1022) return value * SCALES[959 - m]! * 5.421010862427522e-20
  return value * SCALES[1023 - m]!
}
