import { exponentialTable, freeMemory, intervals, stepHead, stepTail, writeTables } from './wasm/tables.ts'

// 2^(j/128) and their relative errors of rounding; whole powers of two from 2^-1100 to 2^1023.
const powers = new Float64Array(intervals)
const errors = new Float64Array(intervals)
const twos = Float64Array.from({ length: 2124 }, (_, i) => 2 ** (i - 1100))
{
  const view = new DataView(new ArrayBuffer(freeMemory))
  writeTables(view.buffer)
  for (let j = 0; j < intervals; j++) {
    errors[j] = view.getFloat64(exponentialTable + 16 * j, true)
    const bits = view.getBigInt64(exponentialTable + 16 * j + 8, true) + (BigInt(j) << 45n)
    view.setBigInt64(0 + exponentialTable + 16 * j + 8, bits, true)
    powers[j] = view.getFloat64(exponentialTable + 16 * j + 8, true)
  }
}

const perStep = 1 / (stepHead + stepTail)

/**
 * e^x within 0.6 units in the last place, and sooner than `Math.exp` is: the way of the WebAssembly kernels (Tang 1989,
 * doi:10.1145/63522.214928) for one number.
 */
export function exponential(x: number): number {
  if (!(x > -708 && x < 708)) return Math.exp(x)
  const whole = x * perStep + 6755399441055744 - 6755399441055744
  const k = whole | 0
  const j = k & 127
  const r = x - whole * stepHead - whole * stepTail
  const square = r * r
  const scale = powers[j]! * twos[(k >> 7) + 1100]!
  return scale + scale * (errors[j]! + r + square * (0.5 + r * (1 / 6)) + square * square * (1 / 24 + r * (1 / 120)))
}
