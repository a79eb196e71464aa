import fc from 'fast-check'
import { expect, test } from 'vitest'
import { valveFlow } from './valve-law.ts'

test('the written-out valve law is the published one to 1e-13 for every pressure drop', () => {
  const logRange = Math.log(75006.2 / 0.0075)
  const offset = -Math.log(0.0075) - logRange / 2
  const published = (drop: number) =>
    drop /
    10 ** (Math.log10(0.0075) + Math.log10(75006.2 / 0.0075) * (Math.atan(-100 * Math.PI * drop) / Math.PI + 0.5))
  fc.assert(
    fc.property(
      fc.oneof(
        fc.double({ min: -300, max: 300, noNaN: true }),
        fc.double({ min: -0.1, max: 0.1, noNaN: true }),
        fc.constantFrom(16 / (100 * Math.PI), -16 / (100 * Math.PI), 1e-300, -1e-12),
      ),
      (drop) => {
        const flow = valveFlow(drop, offset, logRange / Math.PI)
        if (Math.abs(drop) < 1e-300) expect(Math.abs(flow)).toBeLessThan(1e-300)
        else expect(Math.abs(flow / published(drop) - 1)).toBeLessThan(1e-13)
      },
    ),
    { numRuns: 2000, seed: 7 },
  )
})

test('no flow without a drop, and a number that is not one stays visible', () => {
  expect(valveFlow(0, -3, 5)).toBe(0)
  expect(valveFlow(Number.NaN, -3, 5)).toBeNaN()
})
