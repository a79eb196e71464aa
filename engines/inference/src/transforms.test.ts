import { matrix } from '@counterpart/numerics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InferenceError, type Transform, toBounded, toUnbounded } from './index.ts'

const transforms: readonly Transform[] = [
  { kind: 'identity' },
  { kind: 'log' },
  { kind: 'log', lower: -2 },
  { kind: 'logit', lower: 20, upper: 220 },
]

describe('a transform to the whole line', () => {
  it('is undone by its inverse', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.double({ min: -1.999, max: 1e6, noNaN: true }),
        fc.double({ min: 20.001, max: 219.999, noNaN: true }),
        (a, b, c, d) => {
          const ensemble = matrix(4, 1, [a, b, c, d])
          const back = toBounded(toUnbounded(ensemble, transforms), transforms)
          for (let v = 0; v < 4; v++)
            expect(Math.abs(back.values[v]! - ensemble.values[v]!)).toBeLessThan(
              1e-11 * (1 + Math.abs(ensemble.values[v]!)),
            )
        },
      ),
    )
  })

  it('never leads outside the bounds, however far an update goes', () => {
    for (const y of [-1e4, -800, -40, 40, 700]) {
      const { values } = toBounded(matrix(4, 1, [y, y, y, y]), transforms)
      expect(values[1]).toBeGreaterThan(0)
      expect(values[2]).toBeGreaterThan(-2)
      expect(values[3]).toBeGreaterThan(20)
      expect(values[3]).toBeLessThan(220)
    }
  })

  it('refuses members on or outside their bounds and impossible bounds', () => {
    expect(() => toUnbounded(matrix(4, 1, [0, 1, 1, 220]), transforms)).toThrow(/between 20 and 220/)
    expect(() => toUnbounded(matrix(4, 1, [0, 0, 1, 100]), transforms)).toThrow(InferenceError)
    expect(() => toBounded(matrix(1, 1), [{ kind: 'logit', lower: 1, upper: 1 }])).toThrow(/below the upper one/)
    expect(() => toBounded(matrix(2, 1), transforms)).toThrow(/4 transforms for 2 variables/)
  })
})
