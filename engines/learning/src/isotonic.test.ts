import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isotonicRegression } from './index.ts'

it('pools neighbours that fall, by weight', () => {
  expect([...isotonicRegression([1, 3, 2], [1, 1, 1])]).toEqual([1, 2.5, 2.5])
  expect([...isotonicRegression([4, 1, 2, 6], [1, 3, 1, 1])]).toEqual([1.75, 1.75, 2, 6])
})

it('rises, keeps the weighted mean, and is no farther from the values than any constant', () => {
  const values = fc.array(fc.tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.integer({ min: 1, max: 5 })), {
    minLength: 1,
  })
  fc.assert(
    fc.property(values, (pairs) => {
      const fitted = isotonicRegression(
        pairs.map(([v]) => v),
        pairs.map(([, w]) => w),
      )
      for (let i = 1; i < fitted.length; i++) expect(fitted[i]!).toBeGreaterThanOrEqual(fitted[i - 1]!)
      const moved = pairs.reduce((sum, [v, w], i) => sum + w * (fitted[i]! - v), 0)
      expect(Math.abs(moved)).toBeLessThan(1e-9 * pairs.length)
      const total = pairs.reduce((sum, [, w]) => sum + w, 0)
      const mean = pairs.reduce((sum, [v, w]) => sum + w * v, 0) / total
      const loss = (of: (i: number) => number) => pairs.reduce((sum, [v, w], i) => sum + w * (v - of(i)) ** 2, 0)
      expect(loss((i) => fitted[i]!)).toBeLessThanOrEqual(loss(() => mean) + 1e-9)
    }),
  )
})
