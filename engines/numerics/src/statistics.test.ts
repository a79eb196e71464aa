import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  covariance,
  covarianceMatrix,
  matrix,
  mean,
  NumericsError,
  quantile,
  quantiles,
  RunningMoments,
  randomStream,
  standardDeviation,
  summarise,
  variance,
  wilsonInterval,
} from './index.ts'

const sample = fc
  .array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 60 })
  .map((list) => Float64Array.from(list))

describe('weighted moments', () => {
  it('with equal weights are the unweighted ones', () => {
    fc.assert(
      fc.property(sample, (x) => {
        const w = new Float64Array(x.length).fill(0.37)
        expect(mean(x, w)).toBeCloseTo(mean(x), 9)
        expect(variance(x, w)).toBeCloseTo(variance(x), 5)
        expect(standardDeviation(x) ** 2).toBeCloseTo(variance(x), 5)
      }),
    )
  })

  it('have the textbook values', () => {
    const x = Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9)
    expect(mean(x)).toBe(5)
    expect(variance(x)).toBeCloseTo(32 / 7, 14)
    expect(covariance(Float64Array.of(1, 2, 3), Float64Array.of(2, 4, 6))).toBe(2)
    expect([...covarianceMatrix(matrix(2, 3, [1, 2, 3, 3, 2, 1])).values]).toEqual([1, -1, -1, 1])
  })

  it('are unbiased for reliability weights, over many samples', () => {
    const w = Float64Array.of(0.5, 0.2, 0.2, 0.1)
    const stream = randomStream('weighted variance')
    const x = new Float64Array(4)
    const estimates = new RunningMoments()
    for (let i = 0; i < 20_000; i++) {
      stream.fillNormal(x)
      estimates.add(variance(x, w))
    }
    expect(Math.abs(estimates.mean - 1)).toBeLessThan(5 * Math.sqrt(estimates.variance / 20_000))
  })

  it('see no spread in a single member of weight', () => {
    expect(variance(Float64Array.of(1, 5), Float64Array.of(0, 1))).toBe(0)
  })

  it('refuse empty samples and weights that do not fit', () => {
    expect(() => mean(new Float64Array(0))).toThrow(NumericsError)
    expect(() => mean(Float64Array.of(1), Float64Array.of(1, 2))).toThrow(/weights has 2 entries/)
    expect(() => mean(Float64Array.of(1), Float64Array.of(0))).toThrow(/positive sum/)
  })
})

describe('quantiles', () => {
  it('with equal weights follow Hazen’s rule', () => {
    const x = Float64Array.of(40, 10, 20, 30)
    expect([...quantiles(x, [0, 0.125, 0.25, 0.5, 0.75, 0.875, 1])]).toEqual([10, 10, 15, 25, 35, 40, 40])
  })

  it('do not depend on the path taken: equal weights and nearly equal weights agree', () => {
    fc.assert(
      fc.property(sample, fc.double({ min: 0, max: 1, noNaN: true }), (x, p) => {
        const w = new Float64Array(x.length).fill(1)
        w[0] = 1 + 1e-13
        expect(Math.abs(quantile(x, p, w) - quantile(x, p))).toBeLessThan(1e-7)
      }),
    )
  })

  it('rise with the probability and stay inside the sample', () => {
    fc.assert(
      fc.property(sample, fc.integer(), (x, seed) => {
        const stream = randomStream(seed)
        const w = Float64Array.from(x, () => stream.exponential())
        const q = quantiles(x, [0, 0.1, 0.5, 0.9, 1], w)
        for (let i = 1; i < q.length; i++) expect(q[i]!).toBeGreaterThanOrEqual(q[i - 1]!)
        expect(q[0]).toBe(Math.min(...x))
        expect(q[4]).toBe(Math.max(...x))
      }),
    )
  })

  it('give a member of weight zero no say', () => {
    const x = Float64Array.of(-100, 1, 2, 3, 100)
    const w = Float64Array.of(0, 1, 1, 1, 0)
    for (const p of [0, 0.2, 0.5, 0.8, 1]) expect(quantile(x, p, w)).toBeCloseTo(quantile(x.slice(1, 4), p), 13)
  })

  it('place a heavy member at the middle of its weight', () => {
    expect(quantile(Float64Array.of(0, 1, 2), 0.5, Float64Array.of(0.1, 0.8, 0.1))).toBe(1)
    expect(quantile(Float64Array.of(0, 1), 0.65, Float64Array.of(0.6, 0.4))).toBeCloseTo(0.7, 14)
  })

  it('summarise a large normal sample by its known quantiles', () => {
    const x = new Float64Array(100_000)
    randomStream('summary').fillNormal(x)
    const s = summarise(x)
    // Five standard errors of a quantile estimate, √(p(1−p)/n)/φ(z): 0.034 at the 5th percentile, below 0.022 elsewhere.
    expect(Math.abs(s.p05 + 1.6448536269514722)).toBeLessThan(0.034)
    expect(Math.abs(s.p95 - 1.6448536269514722)).toBeLessThan(0.034)
    expect(Math.abs(s.p25 + 0.6744897501960817)).toBeLessThan(0.022)
    expect(Math.abs(s.p75 - 0.6744897501960817)).toBeLessThan(0.022)
    expect(Math.abs(s.p50)).toBeLessThan(0.02)
    expect(Math.abs(s.mean)).toBeLessThan(0.016)
  })

  it('refuse probabilities outside [0, 1]', () => {
    expect(() => quantile(Float64Array.of(1), 1.1)).toThrow(/probability 1.1/)
  })
})

describe('running moments', () => {
  it('agree with those of the whole sample, however it was cut', () => {
    fc.assert(
      fc.property(sample, fc.nat(), (x, where) => {
        const cut = where % (x.length + 1)
        const left = new RunningMoments()
        const right = new RunningMoments()
        for (let i = 0; i < x.length; i++) (i < cut ? left : right).add(x[i]!)
        left.merge(right)
        expect(left.count).toBe(x.length)
        expect(left.mean).toBeCloseTo(mean(x), 9)
        expect(left.variance).toBeCloseTo(variance(x), 5)
      }),
    )
  })
})

describe('Wilson’s interval', () => {
  it('has the values published by Newcombe (1998), table I', () => {
    // R. G. Newcombe, Statistics in Medicine 17 (1998) 857–872: method 3 for 81/263, 15/148, 0/20, 1/29.
    for (const [successes, trials, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const interval = wilsonInterval(successes, trials)
      expect(interval.low).toBeCloseTo(low, 4)
      expect(interval.high).toBeCloseTo(high, 4)
    }
  })

  it('contains its estimate and stays inside [0, 1]', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.nat(),
        fc.double({ min: 0.01, max: 0.999, noNaN: true }),
        (n, k, level) => {
          const { estimate, low, high } = wilsonInterval(k % (n + 1), n, level)
          expect(low).toBeGreaterThanOrEqual(0)
          expect(low).toBeLessThanOrEqual(estimate)
          expect(high).toBeGreaterThanOrEqual(estimate)
          expect(high).toBeLessThanOrEqual(1)
        },
      ),
    )
    expect(() => wilsonInterval(3, 2)).toThrow(NumericsError)
  })
})
