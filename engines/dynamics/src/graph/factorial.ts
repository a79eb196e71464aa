import { logGamma } from '@counterpart/numerics'

const exact = (() => {
  const table = new Float64Array(171)
  table[0] = 1
  for (let n = 1; n < table.length; n++) table[n] = table[n - 1]! * n
  return table
})()

/**
 * x! for x > −1: of whole numbers the product, of others Γ(x + 1); infinite above 170, and not a number at or below −1.
 *
 * @example factorial(4) // 24
 */
export function factorial(x: number): number {
  if (Number.isInteger(x) && x >= 0) return x < exact.length ? exact[x]! : Number.POSITIVE_INFINITY
  return x > -1 ? Math.exp(logGamma(x + 1)) : Number.NaN
}
