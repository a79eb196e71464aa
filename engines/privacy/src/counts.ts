/** A count that was told: of the people of these atoms together, so many have the attribute. */
export interface ToldCount {
  readonly atoms: readonly number[]
  readonly count: number
}

/** More steps than this are not taken; then it is held to be certain of somebody. */
const stepsAtMost = 50_000

/**
 * Whether told counts leave it open of everybody whether they have the attribute: for each person there is a world that fits
 * all counts in which they have it, and one in which they have not. A cell in which all have it (or none) is the plain case
 * where they do not; others follow from several cells together. Exact: goes through whole numbers, not a relaxation.
 *
 * @param sizes people in each atom
 * @example leavesEverybodyOpen([5, 5], [{ atoms: [0, 1], count: 7 }, { atoms: [0], count: 2 }]) // false: 5 of 5 of the other
 */
export function leavesEverybodyOpen(sizes: readonly number[], told: readonly ToldCount[]): boolean {
  const concerned = new Set(told.flatMap(({ atoms }) => atoms))
  for (const atom of concerned) {
    const high = [...sizes]
    high[atom] = sizes[atom]! - 1
    const low = sizes.map(() => 0)
    if (high[atom]! < 0 || !fits(low, high, told)) return false
    const some = sizes.map((_, each) => (each === atom ? 1 : 0))
    if (!fits(some, [...sizes], told)) return false
  }
  return true
}

/** Whether whole numbers between the bounds exist that have all the told sums. */
function fits(low: readonly number[], high: readonly number[], told: readonly ToldCount[]): boolean {
  let steps = 0
  const search = (from: readonly number[], to: readonly number[]): boolean => {
    if (++steps > stepsAtMost) return false
    const bounds = narrowed([...from], [...to], told)
    if (!bounds) return false
    let widest = -1
    for (let a = 0; a < bounds.low.length; a++) {
      const room = bounds.high[a]! - bounds.low[a]!
      if (room > 0 && (widest < 0 || room < bounds.high[widest]! - bounds.low[widest]!)) widest = a
    }
    if (widest < 0) return true
    for (let value = bounds.low[widest]!; value <= bounds.high[widest]!; value++) {
      const fixedLow = [...bounds.low]
      const fixedHigh = [...bounds.high]
      fixedLow[widest] = value
      fixedHigh[widest] = value
      if (search(fixedLow, fixedHigh)) return true
    }
    return false
  }
  return search(low, high)
}

/** Bounds made as narrow as each count by itself makes them; `undefined`: nothing fits. */
function narrowed(
  low: number[],
  high: number[],
  told: readonly ToldCount[],
): { readonly low: number[]; readonly high: number[] } | undefined {
  for (let changed = true; changed; ) {
    changed = false
    for (const { atoms, count } of told) {
      const least = atoms.reduce((sum, a) => sum + low[a]!, 0)
      const most = atoms.reduce((sum, a) => sum + high[a]!, 0)
      if (count < least || count > most) return undefined
      for (const a of atoms) {
        const upper = count - (least - low[a]!)
        const lower = count - (most - high[a]!)
        if (upper < high[a]!) {
          high[a] = upper
          changed = true
        }
        if (lower > low[a]!) {
          low[a] = lower
          changed = true
        }
        if (low[a]! > high[a]!) return undefined
      }
      if (changed) break
    }
  }
  return { low, high }
}
