import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Block, eventWidth, settle } from './blocks.ts'

const blockOf = (rows: readonly (readonly number[])[]): Block => ({
  provider: 0,
  day: 0,
  rows: Int32Array.from(rows.flat()),
  count: rows.length,
  touched: 0,
})
const contentOf = ({ count, rows }: Block) =>
  Array.from({ length: count }, (_, i) => [...rows.subarray(i * eventWidth, (i + 1) * eventWidth)])
const inOrder = (rows: readonly (readonly number[])[]) => {
  const once = new Map(rows.map((row) => [row.join(), [...row]]))
  return [...once.values()].sort((a, b) => a.reduce((found, value, k) => found || value - b[k]!, 0))
}

describe('the events of a day', () => {
  it('are put in order, each once, whatever they are', () => {
    // From days in order, with a few late, to all at one instant.
    const row = fc.tuple(
      fc.oneof(fc.integer({ min: -5e7, max: 13e7 }), fc.integer({ min: 0, max: 3 })),
      fc.integer({ min: 0, max: 4 }),
      fc.integer(),
      fc.constantFrom(-1, 0, 1),
    )
    fc.assert(
      fc.property(fc.array(row, { maxLength: 300 }), fc.boolean(), (rows, sorted) => {
        const given = sorted ? inOrder(rows) : [...rows, ...rows.slice(0, 5)]
        const block = blockOf(given)
        const wanted = inOrder(given)
        expect(settle(block)).toBe(given.length - wanted.length)
        expect(contentOf(block)).toEqual(wanted)
      }),
    )
  })

  it('may be many, in no order', () => {
    for (const instants of [100_000, 3]) {
      const rows = Array.from({ length: 5000 }, (_, i) => [((i * 7919) % 5003) % instants, (i * 31) % 17, i, 1 - i])
      const block = blockOf(rows)
      expect(settle(block)).toBe(0)
      expect(contentOf(block)).toEqual(inOrder(rows))
    }
  })
})
