import { expect, test } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { compile } from '../compile/compile.ts'
import { buildSystem } from '../system/build-system.ts'
import { createLu } from './lu.ts'
import { simulate } from './simulate.ts'

test('an autocatalyst of which there is none does not come of rounding', () => {
  // x and k make each other, and nothing else makes them; what they use up, s and w, is not at rest.
  const system = buildSystem(
    readAntimony(`x = 0; k = 0; s = 0.3; w = 0.7
      x' = 1e5*s*k/(1e-3 + k) - x
      k' = 1e5*w*x/(1e-3 + x) - k
      s' = 1 - s - 3e5*s*k/(1e-3 + k)
      w' = 1 - w^2/3 - 3e5*w*x/(1e-3 + x)`),
  )
  for (const method of ['rodas', 'auto'] as const) {
    const { values } = simulate(compile(system, ['x', 'k', 's']), { end: 5, steps: 5, method })
    expect([...values.subarray(15, 17)]).toEqual([0, 0])
    expect(values[17]).toBeCloseTo(1 - 0.7 * Math.exp(-5), 7)
  }
})

test('unknowns that are solved for first are exactly zero where their right sides are', () => {
  const matrix = [1e-3, 2, 0, 0.5, 1, 0, 7, 1e3, 3]
  const right = Float64Array.of(0, 0, 1.1)
  const lu = createLu(3)
  expect(lu.factor(Float64Array.from(matrix), Uint8Array.of(1, 1, 0))).toBe(true)
  lu.solve(right)
  expect([...right]).toEqual([0, 0, 1.1 / 3])
})

test('a matrix in groups is solved as it is without them', () => {
  const matrix = [1e-3, 2, 0, 0.5, 1, 0, 7, 1e3, 3]
  const [whole, grouped] = [undefined, Uint8Array.of(1, 1, 0)].map((first) => {
    const lu = createLu(3)
    lu.factor(Float64Array.from(matrix), first)
    const right = Float64Array.of(3, -1, 2)
    lu.solve(right)
    return right
  })
  for (let i = 0; i < 3; i++) expect(grouped![i]).toBeCloseTo(whole![i]!, 10)
})
