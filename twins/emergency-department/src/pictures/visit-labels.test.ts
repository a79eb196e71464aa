import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { visitLabels } from './visit-labels.ts'

const visits = fc.uniqueArray(
  fc.record({ id: fc.string({ minLength: 1, maxLength: 32 }), arrived: fc.integer({ min: 0, max: 1_000_000 }) }),
  { selector: ({ id }) => id, maxLength: 300 },
)

describe('labels of people on the floor', () => {
  test('are one for each, of three characters or a little more', () => {
    fc.assert(
      fc.property(visits, (all) => {
        const labels = visitLabels(all)
        expect(new Set(labels.values()).size).toBe(all.length)
        expect(Math.max(3, ...[...labels.values()].map(({ length }) => length))).toBeLessThanOrEqual(5)
      }),
    )
  })

  test('do not get longer when somebody comes later', () => {
    fc.assert(
      fc.property(visits, fc.string({ minLength: 1 }), (all, id) => {
        fc.pre(all.every((visit) => visit.id !== id))
        const [before, after] = [visitLabels(all), visitLabels([...all, { id, arrived: 2_000_000 }])]
        for (const [visit, label] of before) expect(after.get(visit)).toBe(label)
      }),
    )
  })

  test('with as many people as a full department has, hardly any needs a fourth character', () => {
    const all = Array.from({ length: 80 }, (_, i) => ({ id: (0x9e3779b9 * (i + 1)).toString(16), arrived: i }))
    expect([...visitLabels(all).values()].filter(({ length }) => length > 3).length).toBeLessThan(4)
  })
})
