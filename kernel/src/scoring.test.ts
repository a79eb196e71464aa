import { randomStream } from '@counterpart/numerics'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addScore,
  coverageLevels,
  crpsOfEnsemble,
  measuredMembers,
  mergeScores,
  noScores,
  probabilityIntegralTransform,
  scoreForecast,
  skill,
} from './scoring.ts'

const equal = (n: number) => new Float64Array(n).fill(1 / n)

describe('continuous ranked probability score', () => {
  test('of one member is the absolute error', () => {
    expect(crpsOfEnsemble([3], [1], 5)).toBe(2)
  })

  test('agrees with the double sum of its definition, whatever the weights', () => {
    const number = fc.double({ min: -100, max: 100, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, fc.double({ min: 0.01, max: 1, noNaN: true })), { minLength: 1, maxLength: 12 }),
        number,
        (pairs, y) => {
          const total = pairs.reduce((sum, [, w]) => sum + w, 0)
          let expected = 0
          for (const [x, w] of pairs) {
            expected += (w / total) * Math.abs(x - y)
            for (const [other, v] of pairs) expected -= ((w / total) * (v / total) * Math.abs(x - other)) / 2
          }
          expect(
            crpsOfEnsemble(
              pairs.map(([x]) => x),
              pairs.map(([, w]) => w),
              y,
            ),
          ).toBeCloseTo(expected, 9)
        },
      ),
    )
  })

  test('approaches the closed form of the normal distribution (Gneiting & Raftery 2007, eq. 21)', () => {
    const random = randomStream('crps', 'normal')
    const members = Float64Array.from({ length: 20_000 }, () => random.normal())
    const y = 0.7
    // Standard normal density and distribution at 0.7.
    const pdf = 0.312253933366761
    const cdf = 0.758036347776927
    const exact = y * (2 * cdf - 1) + 2 * pdf - 1 / Math.sqrt(Math.PI)
    // Monte-Carlo error of 20,000 members is below 0.006 in more than 999 of 1,000 draws.
    expect(Math.abs(crpsOfEnsemble(members, equal(members.length), y) - exact)).toBeLessThan(0.006)
  })
})

test('calibrated forecasts of a measured quantity cover as often as they say', () => {
  const random = randomStream('coverage')
  const error = { standardDeviation: 3, source: 'test' }
  let totals = noScores
  for (let i = 0; i < 4_000; i++) {
    const centre = 50 + 10 * random.normal()
    const truth = centre + 2 * random.normal()
    const members = measuredMembers(
      Float64Array.from({ length: 200 }, () => centre + 2 * random.normal()),
      error,
      random,
    )
    const observed = truth + 3 * random.normal()
    totals = addScore(totals, scoreForecast(members, equal(200), observed, 50 + 10 * random.normal()))
  }
  coverageLevels.forEach((level, i) => {
    // Four standard errors of a proportion over 4,000 forecasts, and 1/200 for the finite ensemble.
    expect(Math.abs(totals.covered[i]! / totals.count - level)).toBeLessThan(
      4 * Math.sqrt((level * (1 - level)) / 4_000) + 0.01,
    )
  })
  expect(skill(totals)).toBeGreaterThan(0.5)
  for (const n of totals.pit) expect(Math.abs(n / 400 - 1)).toBeLessThan(0.25)
  expect(mergeScores(totals, totals).count).toBe(8_000)
})

test('an ensemble that is too narrow is found out', () => {
  const random = randomStream('narrow')
  let totals = noScores
  for (let i = 0; i < 1_000; i++) {
    const members = Float64Array.from({ length: 100 }, () => random.normal() * 0.3)
    totals = addScore(totals, scoreForecast(members, equal(100), random.normal(), 0))
  }
  expect(totals.covered[2]! / totals.count).toBeLessThan(0.6)
})

test('a tie counts half', () => {
  expect(probabilityIntegralTransform([1, 2, 2, 3], equal(4), 2)).toBe(0.5)
})
