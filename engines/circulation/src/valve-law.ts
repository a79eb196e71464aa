/**
 * The valve law of Regazzoni et al. 2020 in the form in which the inner loop wants it: four valves in six stages of
 * every step make its arctangent and exponential half of all the time, and calls of `Math.atan` and `Math.exp` are not
 * inlined by the engine. Both are written out here, to a relative error below 1e-14 (the test checks it).
 */
const steepness = 100 * Math.PI
const bits = new Float64Array(1)
const words = new Int32Array(bits.buffer)
bits[0] = 1
const HIGH = words[1] === 0x3ff00000 ? 1 : 0
bits[0] = 0

/** ln 2 in two parts: the first has its 21 lowest bits zero, so its product with an exponent is exact. */
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/**
 * Flow through a valve, mL/s, for the pressure drop along it, mmHg: the drop times exp(offset + slope atan(100 pi drop)),
 * which is the drop over R = 10^(log10 Rmin + log10(Rmax/Rmin) (1/2 - atan(100 pi drop)/pi)).
 */
export function valveFlow(drop: number, offset: number, slope: number): number {
  const x = steepness * drop
  let angle: number
  if (x > 16 || x < -16) {
    // atan x = ±pi/2 - atan(1/x); the series of atan(1/x) needs seven terms here, more than 0.05 mmHg from balance.
    const u = 1 / x
    const q = u * u
    angle =
      (x > 0 ? Math.PI / 2 : -Math.PI / 2) -
      u * (1 - q * (1 / 3 - q * (1 / 5 - q * (1 / 7 - q * (1 / 9 - q * (1 / 11 - q * (1 / 13)))))))
  } else angle = Math.atan(x)
  return drop * exponential(offset + slope * angle)
}

/** e^x for |x| < 700 by 2^k e^r, |r| <= ln 2 / 2, and the Taylor polynomial of degree 12 summed in pairs. */
function exponential(x: number): number {
  const k = Math.round(x * Math.LOG2E)
  const r = x - k * LN2_HIGH - k * LN2_LOW
  const r2 = r * r
  const r4 = r2 * r2
  const low = 1 + r + r2 * (1 / 2 + r * (1 / 6))
  const middle = 1 / 24 + r * (1 / 120) + r2 * (1 / 720 + r * (1 / 5040))
  const high = 1 / 40320 + r * (1 / 362880) + r2 * (1 / 3628800 + r * (1 / 39916800)) + r4 * (1 / 479001600)
  words[HIGH] = (1023 + k) << 20
  return (low + r4 * (middle + r4 * high)) * bits[0]!
}
