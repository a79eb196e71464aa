import { matrix, mean, RunningMoments, randomStream, variance } from '@counterpart/numerics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  effectiveSampleSize,
  gaussianLogDensity,
  InferenceError,
  reweight,
  selectMembers,
  squareRootAnalysis,
  systematicResample,
} from './index.ts'

const weightsOf = fc
  .array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 40 })
  .filter((list) => list.some((w) => w > 1e-3))
  .map((list) => Float64Array.from(list))

describe('the effective sample size', () => {
  it('runs from one to the number of members', () => {
    expect(effectiveSampleSize(Float64Array.of(1, 1, 1, 1))).toBe(4)
    expect(effectiveSampleSize(Float64Array.of(0, 5, 0))).toBe(1)
    fc.assert(
      fc.property(weightsOf, (w) => {
        expect(effectiveSampleSize(w)).toBeGreaterThanOrEqual(1 - 1e-12)
        expect(effectiveSampleSize(w)).toBeLessThanOrEqual(w.length + 1e-9)
      }),
    )
    expect(() => effectiveSampleSize(Float64Array.of(0, 0))).toThrow(InferenceError)
  })
})

describe('systematic resampling', () => {
  it('takes every member its expected number of times, rounded up or down', () => {
    fc.assert(
      fc.property(weightsOf, fc.integer({ min: 1, max: 100 }), fc.integer(), (w, count, seed) => {
        const drawn = systematicResample(w, count, randomStream(seed))
        const total = w.reduce((sum, x) => sum + x, 0)
        const counts = new Array<number>(w.length).fill(0)
        for (const m of drawn) counts[m]! += 1
        w.forEach((x, m) => {
          const expected = (count * x) / total
          expect(counts[m]!).toBeGreaterThanOrEqual(Math.floor(expected - 1e-9))
          expect(counts[m]!).toBeLessThanOrEqual(Math.ceil(expected + 1e-9))
          if (x === 0) expect(counts[m]).toBe(0)
        })
      }),
    )
  })

  it('is unbiased', () => {
    const w = Float64Array.of(0.07, 0.41, 0.2, 0.32)
    const taken = w.reduce<RunningMoments[]>((list) => [...list, new RunningMoments()], [])
    for (let seed = 0; seed < 4000; seed++) {
      const drawn = systematicResample(w, 5, randomStream('unbiased', seed))
      taken.forEach((moments, m) => {
        moments.add(drawn.filter((x) => x === m).length)
      })
    }
    taken.forEach((moments, m) => {
      expect(Math.abs(moments.mean - 5 * w[m]!)).toBeLessThan(5 * Math.sqrt(moments.variance / 4000) + 1e-9)
    })
  })

  it('carries whole members over', () => {
    const ensemble = matrix(2, 3, [1, 2, 3, 10, 20, 30])
    expect([...selectMembers(ensemble, [2, 2, 0]).values]).toEqual([3, 3, 1, 30, 30, 10])
    expect(() => selectMembers(ensemble, [3])).toThrow(/expected one from 0 to 2/)
  })
})

describe('reweighting', () => {
  const size = 4000
  const prior = matrix(1, size)
  randomStream('reweight').fillNormal(prior.values)
  const equal = new Float64Array(size).fill(1 / size)

  it('by a Gaussian likelihood gives the posterior and the evidence of the textbook', () => {
    // Prior N(0, 1), observation 1 of variance 1: posterior N(½, ½), evidence density N(1; 0, 2).
    const likelihood = prior.values.map((x) => -0.5 * Math.log(2 * Math.PI) - 0.5 * (1 - x) ** 2)
    const { weights, logEvidence, exponent } = reweight(equal, likelihood)
    expect(exponent).toBe(1)
    expect(mean(prior.values, weights)).toBeCloseTo(0.5, 1)
    expect(variance(prior.values, weights)).toBeCloseTo(0.5, 1)
    expect(logEvidence).toBeCloseTo(-0.5 * Math.log(4 * Math.PI) - 0.25, 1)
  })

  it('stops at the power that leaves enough effective members', () => {
    const sharp = prior.values.map((x) => -0.5 * ((2 - x) / 0.05) ** 2)
    const tempered = reweight(equal, sharp, { minimumEffectiveSize: size / 2 })
    expect(tempered.exponent).toBeLessThan(0.01)
    expect(tempered.effectiveSampleSize / (size / 2)).toBeCloseTo(1, 6)
  })

  it('in two tempered steps ends with the weights and the evidence of one', () => {
    const likelihood = prior.values.map((x) => -3 - 0.5 * ((2 - x) / 0.2) ** 2)
    const first = reweight(equal, likelihood, { minimumEffectiveSize: size / 3 })
    const second = reweight(
      first.weights,
      likelihood.map((l) => (1 - first.exponent) * l),
    )
    const whole = reweight(equal, likelihood)
    expect(first.exponent).toBeLessThan(0.5)
    expect(first.logEvidence + second.logEvidence).toBeCloseTo(whole.logEvidence, 10)
    for (let m = 0; m < size; m += 97) expect(second.weights[m]).toBeCloseTo(whole.weights[m]!, 13)
  })

  it('leaves the weights alone when nothing was learnt, and excludes the impossible', () => {
    const w = Float64Array.of(0.1, 0.6, 0.3)
    expect([...reweight(w, new Float64Array(3)).weights].map((x) => +x.toFixed(14))).toEqual([0.1, 0.6, 0.3])
    const { weights } = reweight(w, Float64Array.of(0, Number.NEGATIVE_INFINITY, 0))
    expect(weights[1]).toBe(0)
    expect(() => reweight(w, new Float64Array(3).fill(Number.NEGATIVE_INFINITY))).toThrow(/does not cover/)
    expect(() => reweight(w, Float64Array.of(0, Number.NaN, 0))).toThrow(InferenceError)
  })

  it('corrects a Kalman analysis of a curved observation towards the true posterior', () => {
    // x ~ N(0, 1) observed as x³ + 2x = 3 with error variance ½: the Gaussian update is biased, the correction is not.
    const h = (x: number) => x ** 3 + 2 * x
    const predicted = matrix(1, size, prior.values.map(h))
    const measured = { values: Float64Array.of(3), variances: Float64Array.of(0.5) }
    const { posterior } = squareRootAnalysis(prior, predicted, measured)
    const widened = matrix(
      1,
      size,
      posterior.values.map((x) => mean(posterior.values) + 1.5 * (x - mean(posterior.values))),
    )
    // The proposal is the Gaussian with the moments of the widened analysis; its draws are corrected by their density.
    const draws = matrix(1, size)
    const stream = randomStream('proposal')
    const centre = mean(widened.values)
    const sd = Math.sqrt(variance(widened.values))
    for (let m = 0; m < size; m++) draws.values[m] = centre + sd * stream.normal()
    const q = gaussianLogDensity(draws, widened)
    const target = draws.values.map((x, m) => -0.5 * x * x - (3 - h(x)) ** 2 - q[m]!)
    const { weights } = reweight(equal, target)
    let total = 0
    let first = 0
    for (let x = -4; x < 4; x += 0.001) {
      const w = Math.exp(-0.5 * x * x - (3 - h(x)) ** 2)
      total += w
      first += w * x
    }
    expect(mean(draws.values, weights)).toBeCloseTo(first / total, 1)
    expect(Math.abs(mean(posterior.values) - first / total)).toBeGreaterThan(0.1)
  })
})

describe('the Gaussian log density', () => {
  it('is the textbook one at the moments of the sample', () => {
    // Sample of mean 2 and variance 4 in one variable; density at 4: N(4; 2, 4).
    const sample = matrix(1, 2, [2 - Math.SQRT2, 2 + Math.SQRT2])
    const [value] = gaussianLogDensity(matrix(1, 1, [4]), sample)
    expect(value).toBeCloseTo(-0.5 * Math.log(2 * Math.PI * 4) - 0.5, 12)
  })

  it('integrates to one', () => {
    const sample = matrix(2, 50)
    randomStream('density').fillNormal(sample.values)
    const n = 120
    const grid = matrix(2, n * n)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        grid.values[i * n + j] = -7 + (14 * i) / n
        grid.values[n * n + i * n + j] = -7 + (14 * j) / n
      }
    const sum = gaussianLogDensity(grid, sample).reduce((total, x) => total + Math.exp(x), 0)
    expect(sum * (14 / n) ** 2).toBeCloseTo(1, 6)
  })
})
