import fc from 'fast-check'
import { expect, test } from 'vitest'
import { poolBeatScores, scoreBeats } from './score-beats.ts'

const options = { samplesPerSecond: 1000, tolerance: 150 }

test('a beat within the tolerance counts once, and what is left over counts against', () => {
  const score = scoreBeats([1000, 2000, 3000, 4000], [1010, 1090, 2150, 3151, 4000], options)
  expect(score).toMatchObject({ truePositive: 3, falseNegative: 1, falsePositive: 2, reference: 4, detected: 5 })
  expect(score.sensitivity).toBe(0.75)
  expect(score.positivePredictivity).toBe(0.6)
  expect(score.f1).toBeCloseTo(2 / 3)
  expect(score.timingBias).toBeCloseTo(160 / 3)
})

test('the learning time is left out of both lists', () => {
  const score = scoreBeats([1000, 301_000], [2000, 301_000], { ...options, skip: 300 })
  expect(score).toMatchObject({ truePositive: 1, falseNegative: 0, falsePositive: 0 })
})

test('no beats at all give no ratios', () => {
  expect(scoreBeats([], [], options)).toMatchObject({ sensitivity: null, positivePredictivity: null, f1: null })
})

test('pooling weighs beats, not records', () => {
  const good = scoreBeats([1000, 2000, 3000], [1000, 2010, 3000], options)
  const bad = scoreBeats([1000], [], options)
  expect(poolBeatScores([good, bad])).toMatchObject({ truePositive: 3, falseNegative: 1, sensitivity: 0.75 })
  expect(poolBeatScores([good, bad]).timingBias).toBeCloseTo(10 / 3)
})

test('as many pairs are made as can be made', () => {
  const times = fc
    .uniqueArray(fc.integer({ min: 0, max: 1200 }), { maxLength: 7 })
    .map((list) => list.toSorted((a, b) => a - b))
  const best = (reference: readonly number[], detected: readonly number[]): number => {
    const [first, ...rest] = reference
    if (first === undefined) return 0
    let most = best(rest, detected)
    for (let i = 0; i < detected.length; i++)
      if (Math.abs(detected[i]! - first) <= 150) most = Math.max(most, 1 + best(rest, detected.toSpliced(i, 1)))
    return most
  }
  fc.assert(
    fc.property(times, times, (reference, detected) => {
      expect(scoreBeats(reference, detected, options).truePositive).toBe(best(reference, detected))
    }),
    { numRuns: 150 },
  )
})
