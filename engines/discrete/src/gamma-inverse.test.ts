import { gamma, quantileOf, survival } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { gammaAt, gammaInverse } from './gamma-inverse.ts'

describe('the inverse of gamma', () => {
  it.each([0.05, 0.3, 1, 2.5, 40, 900])('of shape %f agrees with root finding', (shape) => {
    const inverse = gammaInverse(shape, 3)
    const exact = gamma(shape, 3)
    for (let i = 1; i < 400; i++) {
      const tail = i / 400 + 1e-4
      expect(Math.abs(gammaAt(inverse, tail) / quantileOf(exact, 1 - tail) - 1)).toBeLessThan(1e-9)
    }
    // Far out, where 1 − tail has no digits left, the tail itself is the measure.
    for (const tail of [1e-4, 3e-9, 7e-16, 2e-30, 1e-200, 1e-300])
      expect(Math.abs(survival(exact, gammaAt(inverse, tail)) / tail - 1)).toBeLessThan(1e-7)
  })

  it('comes to an end at the least number there is', () => {
    expect(gammaAt(gammaInverse(2.5, 3), Number.MIN_VALUE)).toBeGreaterThan(2000)
  })

  it('gives the same whatever was asked before', () => {
    const asked = gammaInverse(2.5, 3)
    for (let i = 1; i < 100; i++) gammaAt(asked, i / 100)
    expect(gammaAt(asked, 0.123)).toBe(gammaAt(gammaInverse(2.5, 3), 0.123))
  })
})
