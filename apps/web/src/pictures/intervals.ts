import type { PressurePicture } from '@counterpart/server/contract'

type Row = PressurePicture['rows'][number]

/** One stretch of time of one resource, of as many of the picture's intervals as fit into a cell. */
export interface Cell {
  readonly from: number
  readonly until: number
  /** Part of capacity, median: the greatest of the stretch. */
  readonly use: number
  readonly useLow: number
  readonly useHigh: number
  readonly waiting: number
  readonly waitingLow: number
  readonly waitingHigh: number
  /** Probability of holding people up: the greatest of the stretch. */
  readonly holdsUp: number
}

/** How many intervals go into a cell so that there are no more than `cells`. */
export function intervalsPerCell(times: readonly number[], cells: number): number {
  return Math.max(1, Math.ceil(times.length / Math.max(1, cells)))
}

/**
 * A row of the picture as cells. What is worst in a stretch speaks for it, so that a short hold-up is not averaged away.
 * Times are the starts of intervals; the last is taken as long as the one before.
 */
export function cellsOf(picture: Pick<PressurePicture, 'times'>, row: Row, perCell: number): readonly Cell[] {
  const { times } = picture
  const count = Math.min(times.length, row.holdsUp.length)
  const last = times[count - 1] ?? 0
  const end = times[count] ?? last + (count > 1 ? last - times[count - 2]! : 0)
  const cells: Cell[] = []
  for (let start = 0; start < count; start += perCell) {
    const stop = Math.min(count, start + perCell)
    let worst = start
    for (let at = start; at < stop; at += 1) if (row.use.p50[at]! > row.use.p50[worst]!) worst = at
    cells.push({
      from: times[start]!,
      until: times[stop] ?? end,
      use: row.use.p50[worst]!,
      useLow: row.use.p05[worst]!,
      useHigh: row.use.p95[worst]!,
      waiting: row.waiting.p50[worst]!,
      waitingLow: row.waiting.p05[worst]!,
      waitingHigh: row.waiting.p95[worst]!,
      holdsUp: Math.max(...row.holdsUp.slice(start, stop)),
    })
  }
  return cells
}
