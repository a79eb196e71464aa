import { describe, expect, test } from 'vitest'
import { createFlowToRest } from './flow-to-rest.ts'
import { createNewton, type Equations } from './newton.ts'

const one = (residual: (x: number) => number, slope: (x: number) => number): Equations => ({
  size: 1,
  evaluate([x], residuals, jacobian) {
    residuals[0] = residual(x!)
    if (jacobian) jacobian[0] = slope(x!)
  },
})

describe('Newton’s method', () => {
  test('a solution that is next to nothing beside the terms of its equation', () => {
    const unknowns = Float64Array.of(1)
    // Rounding of 100.1 is as large as the solution.
    const equations = {
      ...one(
        (x) => 7.3 * (100.1 - x) - (730.73 - 1e-14 + 3.1 * x),
        () => -10.4,
      ),
      scale: () => 100.1,
    }
    expect(createNewton(equations)(unknowns)).toBe(true)
    expect(Math.abs(unknowns[0]!)).toBeLessThan(1e-13)
  })

  test('what has no solution is found to have none', () => {
    for (const guess of [1, 1e-3, 1e3])
      expect(
        createNewton(
          one(
            (x) => x * x + 1e-3,
            (x) => 2 * x,
          ),
        )(Float64Array.of(guess)),
      ).toBe(false)
  })
})

describe('a flow to rest', () => {
  // Rests at −1 (unstable), 0.5 and 2 (unstable): from between them it goes to 0.5, from elsewhere away.
  const cubic = one(
    (x) => (x + 1) * (x - 0.5) * (x - 2),
    (x) => (x - 0.5) * (x - 2) + (x + 1) * (x - 2) + (x + 1) * (x - 0.5),
  )
  test.each([-0.9999, -0.5, 0, 0.5, 1, 1.9999])('from %d', (guess) => {
    const unknowns = Float64Array.of(guess)
    createFlowToRest(cubic)(unknowns)
    expect(unknowns[0]).toBeCloseTo(0.5, 6)
  })

  test('what goes on for ever comes to no rest', () => {
    const unknowns = Float64Array.of(3)
    createFlowToRest(cubic)(unknowns)
    expect(unknowns[0]).toBeGreaterThan(3)
  })
})
