import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  beta,
  binomial,
  chiSquare,
  cumulative,
  type Distribution,
  density,
  exponential,
  fillSample,
  gamma,
  logNormal,
  logNormalFromMedian,
  mean,
  meanOf,
  NumericsError,
  normal,
  poisson,
  quantileOf,
  randomStream,
  sample,
  studentT,
  survival,
  uniform,
  variance,
  varianceOf,
} from './index.ts'

const continuous: readonly Distribution[] = [
  normal(3, 2),
  logNormal(0.2, 0.5),
  uniform(-1, 4),
  exponential(0.4),
  gamma(0.3, 2),
  gamma(3, 1.5),
  gamma(150, 0.1),
  beta(0.5, 0.7),
  beta(3, 8),
  beta(120, 40),
  studentT(3, 1, 2),
  studentT(30),
  chiSquare(1),
  chiSquare(12),
]
const counts: readonly Distribution[] = [
  binomial(1, 0.3),
  binomial(20, 0.15),
  binomial(60, 0.5),
  binomial(5000, 0.01),
  poisson(0.2),
  poisson(4),
  poisson(250),
]
const label = (d: Distribution) => JSON.stringify(d)

describe.each(continuous.map((d) => [label(d), d] as const))('%s', (_, d) => {
  it('has a quantile function that undoes its distribution function', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (p) => {
        const x = quantileOf(d, p)
        expect(Math.abs(cumulative(d, x) - p)).toBeLessThan(1e-12)
        expect(cumulative(d, x) + survival(d, x)).toBeCloseTo(1, 14)
      }),
    )
  })

  it('has a density that is the slope of its distribution function', () => {
    for (const p of [0.02, 0.2, 0.5, 0.77, 0.98]) {
      const x = quantileOf(d, p)
      const h = 1e-5 * (quantileOf(d, Math.min(p + 0.01, 0.99)) - quantileOf(d, Math.max(p - 0.01, 0.001)))
      const slope = (cumulative(d, x + h) - cumulative(d, x - h)) / (2 * h)
      // Rounding of probabilities near 1 over a difference of some 4e-7 in probability.
      expect(Math.abs(slope / density(d, x) - 1)).toBeLessThan(1e-8)
    }
  })

  it('is sampled faithfully (Kolmogorov–Smirnov)', () => {
    const n = 4000
    const draws = new Float64Array(n)
    fillSample(d, randomStream('sample', label(d)), draws)
    draws.sort()
    let distance = 0
    draws.forEach((x, i) => {
      const p = cumulative(d, x)
      distance = Math.max(distance, Math.abs(p - i / n), Math.abs(p - (i + 1) / n))
    })
    // Exceeded with probability 2·exp(−2·2.4²) = 2e-5.
    expect(distance * Math.sqrt(n)).toBeLessThan(2.4)
  })

  it('has the mean and variance that its quantiles integrate to', () => {
    if (!Number.isFinite(varianceOf(d)) || (d.kind === 'student-t' && d.degreesOfFreedom < 5)) return
    const n = 4000
    const q = Float64Array.from({ length: n }, (_, i) => quantileOf(d, (i + 0.5) / n))
    // The midpoint rule cuts the tails beyond 1/(2n).
    expect(Math.abs(mean(q) - meanOf(d))).toBeLessThan(2e-3 * Math.sqrt(varianceOf(d)))
    expect(Math.abs(variance(q) / varianceOf(d) - 1)).toBeLessThan(0.02)
  })
})

describe.each(counts.map((d) => [label(d), d] as const))('%s', (_, d) => {
  const last = quantileOf(d, 1 - 1e-12)

  it('has probabilities that add to its distribution function, mean and variance', () => {
    let total = 0
    let m = 0
    let s = 0
    for (let k = 0; k <= last; k++) {
      total += density(d, k)
      m += k * density(d, k)
      s += k * k * density(d, k)
      expect(Math.abs(cumulative(d, k) - total)).toBeLessThan(1e-12)
    }
    expect(m / meanOf(d)).toBeCloseTo(1, 9)
    expect((s - m * m) / varianceOf(d)).toBeCloseTo(1, 7)
    expect(density(d, 0.5)).toBe(0)
    expect(cumulative(d, -1)).toBe(0)
  })

  it('has as quantile the least count whose cumulative probability is reached', () => {
    for (let k = 0; k <= last; k += Math.max(1, Math.floor(last / 40))) {
      const p = cumulative(d, k)
      if (p >= 1 - 1e-12 || p < 1e-12) continue
      expect(quantileOf(d, p)).toBe(k)
      expect(quantileOf(d, Math.min(p + density(d, k + 1) / 2, 1))).toBe(k + 1)
    }
  })

  it('is sampled faithfully (mean, variance and chi-square of the counts)', () => {
    const n = 20_000
    const draws = new Float64Array(n)
    fillSample(d, randomStream('counts', label(d)), draws)
    expect(Math.abs(mean(draws) - meanOf(d))).toBeLessThan(5 * Math.sqrt(varianceOf(d) / n))
    expect(Math.abs(variance(draws) / varianceOf(d) - 1)).toBeLessThan(0.12)
    const cells = [0.1, 0.3, 0.5, 0.7, 0.9].map((p) => quantileOf(d, p))
    for (const cell of cells) {
      const share = draws.filter((x) => x <= cell).length / n
      const p = cumulative(d, cell)
      expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / n) + 1e-9)
    }
  })
})

describe('published and exact values', () => {
  it('of Student’s t and chi-square, from the tables of every statistics book', () => {
    expect(quantileOf(studentT(1), 0.75)).toBeCloseTo(1, 13)
    expect(quantileOf(studentT(10), 0.975)).toBeCloseTo(2.228138852, 9)
    expect(quantileOf(studentT(4), 0.95)).toBeCloseTo(2.131846786, 9)
    expect(quantileOf(chiSquare(5), 0.95)).toBeCloseTo(11.07049769, 8)
    expect(quantileOf(chiSquare(2), 0.5)).toBeCloseTo(2 * Math.LN2, 13)
  })

  it('of the Cauchy distribution, which is Student’s t with one degree of freedom', () => {
    for (const x of [-1e6, -3, -0.2, 0.2, 3, 1e6]) {
      expect(density(studentT(1), x) * Math.PI * (1 + x * x)).toBeCloseTo(1, 13)
      expect(cumulative(studentT(1), x)).toBeCloseTo(0.5 + Math.atan(x) / Math.PI, 14)
    }
    expect(survival(studentT(1), 1e12) * Math.PI * 1e12).toBeCloseTo(1, 12)
  })

  it.each([
    [binomial(10, 0.25), 3, 0.25028228759765625],
    [binomial(100, 0.5), 40, 0.010843866711637987],
    [binomial(400, 0.0078125), 0, 0.04340107865380335],
    [binomial(1000, 0.875), 900, 0.0020110061765993923],
    [binomial(100_000, 6.103515625e-5), 7, 0.13993301381041673],
    [poisson(0.5), 0, 0.6065306597126334],
    [poisson(2.5), 3, 0.21376301724973645],
    [poisson(25), 40, 0.0014079694484448917],
    [poisson(1000), 1000, 0.012614611348721499],
    [poisson(1000), 1200, 7.992642848843571e-11],
  ] as const)('of %j at %d, computed with mpmath at 60 digits', (d, k, reference) => {
    expect(Math.abs(density(d, k) / reference - 1)).toBeLessThan(2e-14)
  })

  it('of a log-normal given by its median and coefficient of variation', () => {
    const d = logNormalFromMedian(80, 0.25)
    expect(quantileOf(d, 0.5)).toBeCloseTo(80, 11)
    expect(Math.sqrt(varianceOf(d)) / meanOf(d)).toBeCloseTo(0.25, 13)
  })

  it('keep accuracy where probabilities are tiny', () => {
    expect(survival(normal(0, 1), 30) / 4.906713927148187e-198).toBeCloseTo(1, 13)
    expect(survival(exponential(2), 100) / Math.exp(-200)).toBeCloseTo(1, 12)
    expect(quantileOf(gamma(3, 1), 1e-30) / 6e-30 ** (1 / 3)).toBeCloseTo(1, 9)
  })
})

describe('a distribution', () => {
  it('is plain data', () => {
    const d = gamma(2, 3)
    const restored = JSON.parse(JSON.stringify(d)) as Distribution
    expect(sample(restored, randomStream('json'))).toBe(sample(d, randomStream('json')))
  })

  it('refuses parameters outside its range', () => {
    for (const make of [
      () => normal(0, 0),
      () => gamma(-1, 1),
      () => beta(1, Number.NaN),
      () => uniform(2, 2),
      () => binomial(2.5, 0.5),
      () => binomial(2, 1.5),
      () => poisson(Number.POSITIVE_INFINITY),
      () => quantileOf(normal(0, 1), 1.5),
    ])
      expect(make).toThrow(NumericsError)
  })
})
