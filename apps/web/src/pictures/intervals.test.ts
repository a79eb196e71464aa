import { describe, expect, it } from 'vitest'
import { cellsOf, intervalsPerCell } from './intervals.ts'

const times = [0, 10, 20, 30, 40]
const row = {
  name: 'bays',
  label: 'Bays',
  use: { p05: [0.1, 0.2, 0.3, 0.4, 0.5], p50: [0.5, 0.9, 0.6, 0.7, 0.8], p95: [0.7, 1, 0.8, 0.9, 1] },
  waiting: { p05: [0, 1, 2, 3, 4], p50: [1, 2, 3, 4, 5], p95: [2, 3, 4, 5, 6] },
  holdsUp: [0, 0.1, 0.6, 0, 0.2],
}

describe('a timeline of what holds people up', () => {
  it('takes as many intervals into a cell as the width asks for', () => {
    expect(intervalsPerCell(times, 12)).toBe(1)
    expect(intervalsPerCell(times, 3)).toBe(2)
    expect(intervalsPerCell(times, 0)).toBe(5)
  })

  it('lets the worst of a stretch speak for it, with the figures of that interval', () => {
    const cells = cellsOf({ times }, row, 2)
    expect(cells.map((cell) => [cell.from, cell.until, cell.use, cell.holdsUp])).toEqual([
      [0, 20, 0.9, 0.1],
      [20, 40, 0.7, 0.6],
      [40, 50, 0.8, 0.2],
    ])
    expect(cells[0]).toMatchObject({ useLow: 0.2, useHigh: 1, waiting: 2, waitingLow: 1, waitingHigh: 3 })
  })

  it('ends at the last time where times bound the intervals', () => {
    expect(cellsOf({ times: [...times, 60] }, row, 1).at(-1)).toMatchObject({ from: 40, until: 60 })
  })
})
