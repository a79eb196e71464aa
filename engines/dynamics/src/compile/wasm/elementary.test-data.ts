// Elementary functions to 300 bits with whole numbers, as exact values to measure errors against.

const bits = 300n
const one = 1n << bits

const times = (a: bigint, b: bigint) => (a * b) / one
const over = (a: bigint, b: bigint) => (a << bits) / b

/** Exactly, for numbers that are not smaller than 2⁻²⁰⁰. */
export function exactly(x: number): bigint {
  return x === 0 ? 0n : Number.isInteger(x) ? BigInt(x) << bits : exactly(x * 2) / 2n
}

function artanhTwice(s: bigint): bigint {
  const square = times(s, s)
  let power = s
  let sum = 0n
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n
    power = times(power, square)
  }
  return 2n * sum
}

const ln2 = artanhTwice(one / 3n)
const halfPi = (() => {
  const arctan = (n: bigint) => {
    let power = one / n
    let sum = 0n
    for (let k = 0n; power !== 0n; k++) {
      sum += (k % 2n === 0n ? power : -power) / (2n * k + 1n)
      power /= n * n
    }
    return sum
  }
  return 8n * arctan(5n) - 2n * arctan(239n)
})()

/** A value as `mantissa · 2^exponent`, the mantissa in fixed point. */
export interface Exact {
  readonly mantissa: bigint
  readonly exponent: number
}

export function exactExp(x: bigint): Exact {
  const k = x / ln2
  const r = x - k * ln2
  let term = one
  let sum = 0n
  for (let n = 1n; term !== 0n; n++) {
    sum += term
    term = times(term, r) / n
  }
  return { mantissa: sum, exponent: Number(k) }
}

export function exactLn(x: number): bigint {
  let k = 0
  let z = x
  for (; z > 1.5; z /= 2) k++
  for (; z < 0.75; z *= 2) k--
  const exact = exactly(z)
  return BigInt(k) * ln2 + artanhTwice(over(exact - one, exact + one))
}

export function exactSin(x: bigint): bigint {
  const r = x % (4n * halfPi)
  let term = r
  let sum = 0n
  for (let n = 2n; term !== 0n; n += 2n) {
    sum += term
    term = -times(times(term, r), r) / (n * (n + 1n))
  }
  return sum
}

export const exactCos = (x: bigint): bigint => exactSin(x + halfPi)
export const exactPower = (x: number, y: number): Exact => exactExp(times(exactly(y), exactLn(x)))
export const fixed = (mantissa: bigint): Exact => ({ mantissa, exponent: 0 })

const whole = ({ mantissa, exponent }: Exact) =>
  exponent >= 0 ? mantissa << BigInt(exponent) : mantissa >> BigInt(-exponent)
export const exactExpm1 = (x: bigint): Exact => fixed(whole(exactExp(x)) - one)
export function exactTanh(x: bigint): Exact {
  const t = whole(exactExp(2n * x))
  return fixed(over(t - one, t + one))
}

/** How far `value` is off, in units in the last place of the exact value. */
export function unitsOff(value: number, { mantissa, exponent }: Exact): number {
  const size = mantissa < 0n ? -mantissa : mantissa
  const leading = size.toString(2).length - Number(bits) - 1 + exponent
  // Both sides scaled so that one unit in the last place is 2⁶⁰.
  const shift = 112 - leading
  const scaled = value * 2 ** (Math.trunc(shift / 2) - 60) * 2 ** (shift - Math.trunc(shift / 2))
  const exact = shift + exponent - Number(bits)
  const difference =
    BigInt(scaled) * (1n << 60n) - (exact >= 0 ? mantissa << BigInt(exact) : mantissa >> BigInt(-exact))
  return Math.abs(Number(difference)) / 2 ** 60
}
