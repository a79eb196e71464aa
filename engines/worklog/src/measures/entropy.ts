import { actionCount } from '../log/cell.ts'

/** How unsure the next action is once the one before is known, in bits; NaN without any pair. */
function conditionalEntropy(counts: ArrayLike<number>): number {
  let [sum, bits] = [0, 0]
  for (let from = 0; from < actionCount; from++) {
    let row = 0
    for (let to = 0; to < actionCount; to++) row += counts[from * actionCount + to]!
    if (row === 0) continue
    sum += row
    for (let to = 0; to < actionCount; to++) {
      const count = counts[from * actionCount + to]!
      if (count > 0) bits -= count * Math.log2(count / row)
    }
  }
  return sum > 0 ? bits / sum : Number.NaN
}

/** Entropy of all days together, and the variance of one day's part in it (jackknife). */
export function entropyOfDays(days: readonly Int32Array[]): { readonly entropy: number; readonly variance: number } {
  const all = new Float64Array(actionCount * actionCount)
  for (const day of days) for (let i = 0; i < all.length; i++) all[i]! += day[i]!
  const entropy = conditionalEntropy(all)
  const n = days.length
  if (n < 2) return { entropy, variance: Number.NaN }
  const rest = new Float64Array(all.length)
  const parts = days.map((day) => {
    for (let i = 0; i < all.length; i++) rest[i] = all[i]! - day[i]!
    return n * entropy - (n - 1) * conditionalEntropy(rest)
  })
  const mean = parts.reduce((a, b) => a + b, 0) / n
  return { entropy, variance: parts.reduce((sum, part) => sum + (part - mean) ** 2, 0) / (n - 1) }
}
