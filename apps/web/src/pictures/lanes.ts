/**
 * Gives spans that overlap lanes of their own, so that none hides another: each goes into the first lane that is free
 * when it begins. Returns the lane of each span, in their order, and how many lanes there are (at least one).
 */
export function lanesOf(spans: readonly { readonly from: number; readonly until: number }[]): {
  readonly lanes: readonly number[]
  readonly count: number
} {
  const lanes = new Array<number>(spans.length).fill(0)
  const freeFrom: number[] = []
  const order = spans.map((_, index) => index).sort((a, b) => spans[a]!.from - spans[b]!.from || a - b)
  for (const index of order) {
    const { from, until } = spans[index]!
    const free = freeFrom.findIndex((end) => end <= from)
    const lane = free < 0 ? freeFrom.length : free
    freeFrom[lane] = until
    lanes[index] = lane
  }
  return { lanes, count: Math.max(1, freeFrom.length) }
}
