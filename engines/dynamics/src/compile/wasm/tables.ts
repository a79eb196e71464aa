/**
 * Tables and split constants for the elementary functions, computed to 160 bits behind the point with whole numbers when
 * first needed, so that nothing has to be taken on trust.
 */

const bits = 160n
const one = 1n << bits
const unit = 2 ** -160

/** `128` intervals for both tables: their index is the top seven bits of a fraction. */
export const intervals = 128

const ln2 = logarithm(2n * one)

/** `kept` leading bits of a value, and the rest, both as numbers. */
function parts(value: bigint, kept = 53): readonly [head: number, tail: number] {
  const head = rounded(value, kept)
  return [head, Number(value - BigInt(head / unit)) * unit]
}

function rounded(value: bigint, kept: number): number {
  const length = BigInt((value < 0n ? -value : value).toString(2).length - kept)
  if (length <= 0n) return Number(value) * unit
  const half = 1n << (length - 1n)
  return Number(((value + half) >> length) << length) * unit
}

/** e^x by its series, for small x. */
function exponential(x: bigint): bigint {
  let term = one
  let sum = one
  for (let n = 1n; term !== 0n; n++) {
    term = (term * x) / (n << bits)
    sum += term
  }
  return sum
}

/** ln x = 2 artanh((x − 1)/(x + 1)) by its series (Abramowitz & Stegun 4.1.27), for x near 1. */
function logarithm(x: bigint): bigint {
  const s = ((x - one) << bits) / (x + one)
  const square = (s * s) >> bits
  let power = s
  let sum = 0n
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n
    power = (power * square) / one
  }
  return 2n * sum
}

/** ln 2 / 128 with 34 bits in its first part: its product with a whole number below 2¹⁹ is exact. */
export const [stepHead, stepTail] = parts(ln2 / BigInt(intervals), 34)

/** Last place kept in the first parts of ln 2 and of the logarithms in the table: any sum of theirs is exact. */
const lastPlace = 42n
const toLastPlace = (value: bigint) => {
  const cut = bits - lastPlace
  const head = ((value + (1n << (cut - 1n))) >> cut) << cut
  return [Number(head) * unit, Number(value - head) * unit] as const
}
export const [ln2Head, ln2Tail] = toLastPlace(ln2)

/** π/2 in three parts of 33, 33 and 53 bits (Cody & Waite 1980). */
export const halfPiParts: readonly [number, number, number] = (() => {
  const halfPi = 8n * arctangentOfInverse(5n) - 2n * arctangentOfInverse(239n) // Machin 1706
  const first = rounded(halfPi, 33)
  const rest = halfPi - BigInt(first / unit)
  const second = rounded(rest, 33)
  return [first, second, Number(rest - BigInt(second / unit)) * unit]
})()

function arctangentOfInverse(n: bigint): bigint {
  let power = one / n
  let sum = 0n
  for (let k = 0n; power !== 0n; k++) {
    sum += (k % 2n === 0n ? power : -power) / (2n * k + 1n)
    power /= n * n
  }
  return sum
}

/** Bits of 1 less 76½ intervals: where the logarithm's table begins, so that 1 lies in the middle of an interval. */
export const logarithmStart = 0x3ff0000000000000n - 76n * (1n << 45n) - (1n << 44n)

/** Byte addresses of the tables in a kernel's memory, and where its own data may begin. */
export const exponentialTable = 0
export const logarithmTable = 2048
export const freeMemory = 2048 + 4096

/**
 * Fills the first bytes of a kernel's memory.
 *
 * - exponentials: for each j the relative error of 2^(j/128) as rounded, and its bits less j · 2⁴⁵.
 * - logarithms: for each interval 1/c as a number of ten bits, near its middle; −ln(1/c) in two parts; 0.
 */
export function writeTables(memory: ArrayBufferLike): void {
  const view = new DataView(memory)
  for (let j = 0; j < intervals; j++) {
    const value = exponential((ln2 * BigInt(j)) / BigInt(intervals))
    const [head, tail] = parts(value)
    view.setFloat64(exponentialTable + 16 * j, tail / head, true)
    view.setFloat64(exponentialTable + 16 * j + 8, head, true)
    const word = view.getBigInt64(exponentialTable + 16 * j + 8, true)
    view.setBigInt64(exponentialTable + 16 * j + 8, word - (BigInt(j) << 45n), true)
  }
  const number = new DataView(new ArrayBuffer(8))
  const numberOf = (word: bigint) => {
    number.setBigInt64(0, word)
    return number.getFloat64(0)
  }
  for (let i = 0; i < intervals; i++) {
    const from = numberOf(logarithmStart + (BigInt(i) << 45n))
    const to = numberOf(logarithmStart + (BigInt(i + 1) << 45n))
    const inverse = from < 1 && to > 1 ? 1 : Math.round(1024 / ((from + to) / 2)) / 1024
    const [head, tail] = toLastPlace(-logarithm(BigInt(inverse * 1024) * (one / 1024n)))
    view.setFloat64(logarithmTable + 32 * i, inverse, true)
    view.setFloat64(logarithmTable + 32 * i + 8, head, true)
    view.setFloat64(logarithmTable + 32 * i + 16, tail, true)
    view.setFloat64(logarithmTable + 32 * i + 24, 0, true)
  }
}
