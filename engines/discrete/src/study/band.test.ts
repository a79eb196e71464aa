import { quantiles } from '@counterpart/numerics'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bandOf } from './band.ts'

test('counted quantiles are those of the sorted sample; NaN is left out', () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(Number.NaN))
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), fc.constantFrom(0, 0.25, 5000), (list, shift) => {
      const sample = Float64Array.from(list, (each) => each + shift)
      const seen = sample.filter((each) => !Number.isNaN(each))
      const band = bandOf(sample, 1, sample.length)
      const got = [band.q05[0], band.q50[0], band.q95[0]]
      if (seen.length === 0) expect([band.mean[0], ...got]).toEqual(Array(4).fill(Number.NaN))
      else {
        const expected = quantiles(seen, [0.05, 0.5, 0.95])
        for (const [i, each] of got.entries()) expect(each).toBeCloseTo(expected[i]!, 9)
        expect(band.mean[0]).toBeCloseTo(seen.reduce((a, b) => a + b) / seen.length, 9)
      }
    }),
  )
})

test('moments are summarised each by itself', () => {
  const { mean, q50 } = bandOf(Float64Array.of(1, 2, 3, 10, 20, 30), 2, 3)
  expect([...mean]).toEqual([2, 20])
  expect([...q50]).toEqual([2, 20])
})
