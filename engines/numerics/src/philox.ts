/**
 * The Philox4x32-10 block function: 128 bits of counter and 64 bits of key in, 128 random bits out.
 *
 * Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11,
 * section 3.3 and table 2 (multipliers, Weyl increments, ten rounds).
 */
const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const W0 = 0x9e3779b9
const W1 = 0xbb67ae85
const TWO_POW_MINUS_32 = 2 ** -32

/**
 * Writes `philox(counter, key)` into `out[0..3]`; all words are unsigned 32-bit.
 *
 * The upper half of each 32×32-bit product comes from the rounded double product: its error is below 2¹², the exact
 * product less its exact lower half is a multiple of 2³², so rounding to the nearest multiple recovers it exactly.
 */
export function philox4x32(
  out: Uint32Array,
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
): void {
  let c0 = counter0 >>> 0
  let c1 = counter1 >>> 0
  let c2 = counter2 >>> 0
  let c3 = counter3 >>> 0
  let k0 = key0 | 0
  let k1 = key1 | 0
  for (let round = 0; round < 10; round++) {
    const low0 = Math.imul(c0, M0) >>> 0
    const low1 = Math.imul(c2, M1) >>> 0
    const high0 = ((c0 * M0 - low0) * TWO_POW_MINUS_32 + 0.5) >>> 0
    const high1 = ((c2 * M1 - low1) * TWO_POW_MINUS_32 + 0.5) >>> 0
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0
    k0 = (k0 + W0) | 0
    k1 = (k1 + W1) | 0
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
}
