import { portableLog } from './portable-math.ts'

const HALF_LOG_TWO_PI = 0.9189385332046728

/**
 * The natural logarithm of Γ(x), for x > 0; NaN otherwise. Absolute error below 1e-14, relative error below 1e-14 away
 * from the zeros at 1 and 2.
 *
 * Stirling's series (Abramowitz & Stegun 6.1.41) above 12, and the recurrence Γ(x + 1) = x·Γ(x) up to there.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  if (x === 1 || x === 2) return 0
  let shifted = x
  let product = 1
  while (shifted < 12) {
    product *= shifted
    shifted += 1
  }
  const z = 1 / (shifted * shifted)
  const series =
    (1 / 12 -
      z *
        (1 / 360 -
          z *
            (1 / 1260 - z * (1 / 1680 - z * (1 / 1188 - z * (691 / 360360 - z * (1 / 156 - (z * 3617) / 122400))))))) /
    shifted
  return (shifted - 0.5) * portableLog(shifted) - shifted + HALF_LOG_TWO_PI + series - portableLog(product)
}
