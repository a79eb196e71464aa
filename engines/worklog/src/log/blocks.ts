// The events of one person on one day of the clinic, until they are all there: rows of four numbers.

export const eventWidth = 4

/** Events as rows of: milliseconds since {@link Block.base}, code, and two hashes of the whole line. */
export interface Block {
  readonly provider: number
  /** Day of the clinic's own calendar, in days since 1970. */
  readonly day: number
  rows: Int32Array<ArrayBuffer>
  count: number
  /** Rises with each event that any block took: the least is the one that has waited longest. */
  touched: number
}

/** Milliseconds that the rows of a day count from: times of that day are within 36 hours of it in all zones. */
export const baseOf = (day: number): number => day * 86_400_000

/** Puts the events of a block in order, and each once. Gives how many were there more than once. */
export function settle(block: Block): number {
  if (!insertionSort(block.rows, block.count)) {
    sortByTime(block)
    if (!insertionSort(block.rows, block.count)) sortRows(block)
  }
  const { count, rows } = block
  let kept = 0
  for (let i = 0; i < count; i++) {
    const from = i * eventWidth
    const last = (kept - 1) * eventWidth
    if (
      kept > 0 &&
      rows[from] === rows[last] &&
      rows[from + 1] === rows[last + 1] &&
      rows[from + 2] === rows[last + 2] &&
      rows[from + 3] === rows[last + 3]
    )
      continue
    const to = kept * eventWidth
    if (to !== from) {
      rows[to] = rows[from]!
      rows[to + 1] = rows[from + 1]!
      rows[to + 2] = rows[from + 2]!
      rows[to + 3] = rows[from + 3]!
    }
    kept++
  }
  block.count = kept
  return count - kept
}

/** Logs are nearly in order; false when this one is not, and sorting by insertion would take too long. */
function insertionSort(rows: Int32Array, count: number): boolean {
  let budget = 16 * count + 64
  for (let i = 1; i < count; i++) {
    const from = i * eventWidth
    if (!before(rows, from, from - eventWidth)) continue
    const [a, b, c, d] = [rows[from]!, rows[from + 1]!, rows[from + 2]!, rows[from + 3]!]
    let to = from
    do {
      rows[to] = rows[to - 4]!
      rows[to + 1] = rows[to - 3]!
      rows[to + 2] = rows[to - 2]!
      rows[to + 3] = rows[to - 1]!
      to -= eventWidth
      budget--
    } while (to > 0 && precedes(a, b, c, d, rows, to - eventWidth))
    rows[to] = a
    rows[to + 1] = b
    rows[to + 2] = c
    rows[to + 3] = d
    if (budget < 0) return false
  }
  return true
}

function before(rows: Int32Array, i: number, j: number): boolean {
  return precedes(rows[i]!, rows[i + 1]!, rows[i + 2]!, rows[i + 3]!, rows, j)
}

function precedes(a: number, b: number, c: number, d: number, rows: Int32Array, j: number): boolean {
  if (a !== rows[j]) return a < rows[j]!
  if (b !== rows[j + 1]) return b < rows[j + 1]!
  if (c !== rows[j + 2]) return c < rows[j + 2]!
  return d < rows[j + 3]!
}

/** By time alone, as numbers that a typed array sorts without asking. */
function sortByTime({ count, rows }: Block): void {
  // Times are of 28 bits, so that both fit into the 53 of a number.
  const places = 2 ** 24
  if (count > places) return
  const keys = Float64Array.from({ length: count }, (_, i) => rows[i * eventWidth]! * places + i)
  keys.sort()
  permute(rows, count, (i) => (keys[i]! - Math.floor(keys[i]! / places) * places) * eventWidth)
}

/** Whatever there is: a day with all its events at one instant too. */
function sortRows({ count, rows }: Block): void {
  const order = Uint32Array.from({ length: count }, (_, i) => i * eventWidth)
  order.sort((i, j) => (before(rows, i, j) ? -1 : before(rows, j, i) ? 1 : 0))
  permute(rows, count, (i) => order[i]!)
}

/** @param from where the row comes from that belongs at a place */
function permute(rows: Int32Array, count: number, from: (place: number) => number): void {
  const sorted = new Int32Array(count * eventWidth)
  for (let i = 0; i < count; i++) {
    const row = from(i)
    for (let k = 0; k < eventWidth; k++) sorted[i * eventWidth + k] = rows[row + k]!
  }
  rows.set(sorted)
}
