/**
 * The rising sequence nearest to `values` in weighted least squares, by pooling neighbours that fall.
 *
 * Takes values and positive weights of one length; returns a new array. Source: M. Ayer et al., "An empirical
 * distribution function for sampling with incomplete information", Ann. Math. Stat. 26 (1955) 641–647.
 *
 * @example
 * ```ts
 * isotonicRegression([1, 3, 2], [1, 1, 1]) // [1, 2.5, 2.5]
 * ```
 */
export function isotonicRegression(values: ArrayLike<number>, weights: ArrayLike<number>): Float64Array {
  const n = values.length
  const level = new Float64Array(n)
  const mass = new Float64Array(n)
  const end = new Int32Array(n)
  let blocks = 0
  for (let i = 0; i < n; i++) {
    let v = values[i]!
    let w = weights[i]!
    while (blocks > 0 && level[blocks - 1]! > v) {
      blocks--
      const total = mass[blocks]! + w
      // A pool without weight takes the middle, so that it stays defined.
      v = total > 0 ? (level[blocks]! * mass[blocks]! + v * w) / total : (level[blocks]! + v) / 2
      w = total
    }
    level[blocks] = v
    mass[blocks] = w
    end[blocks++] = i + 1
  }
  const fitted = new Float64Array(n)
  for (let b = 0, i = 0; b < blocks; b++) while (i < end[b]!) fitted[i++] = level[b]!
  return fitted
}
