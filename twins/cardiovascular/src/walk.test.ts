import { hour } from '@counterpart/kernel'
import { covarianceMatrix, matrix, mean, randomStream, standardDeviation } from '@counterpart/numerics'
import { describe, expect, test } from 'vitest'
import { priorVariables } from './variables.ts'
import { spreadOut, wander } from './walk.ts'

const size = 128
const centres = priorVariables.map((v) => ({
  middle: v.scale === 'log' ? Math.log(v.median) : v.median,
  spread: v.standardDeviation,
}))
const row = (values: Float64Array, v: number) => values.subarray(v * size, (v + 1) * size)

describe('the walk of the variables', () => {
  test('starts with exactly the means and spreads of the prior, uncorrelated', () => {
    const start = spreadOut(size, centres, randomStream('walk-test'))
    const { values, rows } = covarianceMatrix(matrix(centres.length, size, start))
    for (let i = 0; i < rows; i++) {
      expect(mean(row(start, i))).toBeCloseTo(centres[i]!.middle, 10)
      for (let j = 0; j < rows; j++) expect(values[i * rows + j]).toBeCloseTo(i === j ? centres[i]!.spread ** 2 : 0, 10)
    }
  })

  test('widens a known variable at the stated rate and leaves correlations to fade', () => {
    const known = spreadOut(
      size,
      centres.map((c) => ({ ...c, spread: c.spread / 100 })),
      randomStream('known'),
    )
    const after = wander(known, size, centres, hour, randomStream('an hour'))
    // What returns within the hour has forgotten its rate.
    for (const [v, { perRootHour, standardDeviation: prior }] of priorVariables.entries())
      if (perRootHour < prior)
        expect(standardDeviation(row(after, v)) / Math.hypot(perRootHour, prior / 100)).toBeCloseTo(1, 1)
  })

  test('is the same walk whether taken at once or in pieces, as far as means and spreads go', () => {
    const known = spreadOut(
      size,
      centres.map((c) => ({ middle: c.middle + c.spread, spread: c.spread / 3 })),
      randomStream('k'),
    )
    const once = wander(known, size, centres, 12 * hour, randomStream('once'))
    let often = known
    for (let i = 0; i < 12; i++) often = wander(often, size, centres, hour, randomStream('often', i))
    for (let v = 0; v < centres.length; v++) {
      expect(mean(row(often, v))).toBeCloseTo(mean(row(once, v)), 8)
      expect(standardDeviation(row(often, v))).toBeCloseTo(standardDeviation(row(once, v)), 8)
    }
  })

  test('ends at the prior when nothing is heard for years', () => {
    const known = spreadOut(
      size,
      centres.map((c) => ({ middle: c.middle + 1, spread: 0.01 })),
      randomStream('old'),
    )
    const after = wander(known, size, centres, 50 * 365 * 24 * hour, randomStream('years'))
    for (const [v, { middle, spread }] of centres.entries()) {
      expect(mean(row(after, v))).toBeCloseTo(middle, 1)
      expect(standardDeviation(row(after, v)) / spread).toBeCloseTo(1, 2)
    }
  })
})
