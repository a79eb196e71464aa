import { randomStream } from '@counterpart/numerics'
import { describe, expect, test } from 'vitest'
import { drawLevel, levelOf, personGiven } from './hierarchy.ts'

const prior = { mean: 0, unsure: 2, between: 0.5 }

describe('how people differ', () => {
  test('is found again: mean and spread of people of whom each is known with an error', () => {
    const random = randomStream('hierarchy test')
    let inside = 0
    const runs = 60
    for (let run = 0; run < runs; run++) {
      const mean = 1 + 0.3 * random.normal()
      const people = Array.from({ length: 40 }, () => {
        const variance = 0.04 * (1 + 3 * random.uniform())
        return { value: mean + 0.3 * random.normal() + Math.sqrt(variance) * random.normal(), variance }
      })
      const level = levelOf(people, prior)
      const drawn = Array.from({ length: 100 }, () => drawLevel(level, random))
      const means = drawn.map((each) => each.mean).sort((a, b) => a - b)
      if (mean > means[5]! && mean < means[94]!) inside++
      const spread = drawn.reduce((sum, each) => sum + each.spread, 0) / 100
      expect(spread).toBeGreaterThan(0.12)
      expect(spread).toBeLessThan(0.6)
    }
    // 90 % of 60, within three standard errors.
    expect(inside).toBeGreaterThan(46)
  })

  test('is the prior where nobody is known', () => {
    const level = levelOf([null, null], prior)
    expect(level.means.every((mean) => mean === 0)).toBe(true)
    expect(level.errors.every((error) => Math.abs(error - 2) < 1e-9)).toBe(true)
  })
})

test('one person lies between their own data and the others, nearer to what is surer', () => {
  const others = { mean: 0, spread: 0.5 }
  expect(personGiven(others, null)).toEqual({ mean: 0, error: 0.5 })
  expect(personGiven(others, { value: 1, variance: 0.25 }).mean).toBeCloseTo(0.5, 9)
  expect(personGiven(others, { value: 1, variance: 0.0001 }).mean).toBeGreaterThan(0.99)
  expect(personGiven(others, { value: 1, variance: 100 }).error).toBeLessThan(0.5)
})
