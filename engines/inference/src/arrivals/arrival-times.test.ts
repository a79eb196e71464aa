import { poisson, randomStream, sample } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import {
  arrivalTimes,
  countDispersion,
  InferenceError,
  prepareRates,
  type RateProfile,
  thinnedArrivalTimes,
} from '../index.ts'

const stepped: RateProfile = { kind: 'constant', times: [0, 8, 9, 20, 24], rates: [0.5, 0, 6, 2] }
const sloped: RateProfile = { kind: 'linear', times: [0, 6, 10, 12, 24], rates: [1, 0, 8, 8, 0] }

describe('rate profiles', () => {
  it('integrates and inverts exactly', () => {
    const rates = prepareRates(stepped)
    expect(rates.expectedBy(8.5)).toBe(4)
    expect(rates.expectedBy(24)).toBe(4 + 66 + 8)
    expect(rates.timeOf(4)).toBe(8)
    expect(rates.timeOf(4 + 6)).toBe(10)
    expect(rates.timeOf(78.1)).toBe(Number.POSITIVE_INFINITY)
    const linear = prepareRates(sloped)
    expect(linear.expectedBy(6)).toBe(3)
    expect(linear.expectedBy(8)).toBe(3 + 4)
    expect(linear.timeOf(7)).toBeCloseTo(8, 14)
    expect(linear.rateAt(8)).toBe(4)
    expect(linear.highest).toBe(8)
  })

  it('the inverse undoes the integral, in periodic profiles too', () => {
    for (const profile of [stepped, sloped])
      for (const periodic of [false, true]) {
        const rates = prepareRates({ ...profile, periodic })
        const stream = randomStream('inverse', profile.kind)
        for (let i = 0; i < 500; i++) {
          const time = periodic ? 200 * stream.uniform() - 100 : 24 * stream.uniform()
          const expected = rates.expectedBy(time)
          expect(Math.abs(rates.expectedBy(rates.timeOf(expected)) - expected)).toBeLessThan(1e-10)
          // Where the rate is above zero the time itself comes back.
          if (rates.rateAt(time) > 0.01) expect(Math.abs(rates.timeOf(expected) - time)).toBeLessThan(1e-9)
        }
      }
  })

  it('names what is wrong', () => {
    expect(() => prepareRates({ kind: 'constant', times: [0, 1], rates: [1, 2] })).toThrow(/one rate fewer/)
    expect(() => prepareRates({ kind: 'linear', times: [0, 0], rates: [1, 2] })).toThrow(/time 1 is 0/)
    expect(() => prepareRates({ kind: 'constant', times: [0, 1], rates: [-1] })).toThrow(/rate 0 is -1/)
    const rates = prepareRates(stepped)
    expect(() => arrivalTimes({ rates, from: 2, to: 1, stream: randomStream('x') })).toThrow(InferenceError)
    expect(() => thinnedArrivalTimes({ rates, from: 0, to: 1e9, stream: randomStream('x') })).toThrow(/unit of time/)
  })
})

describe.each([
  ['inversion', arrivalTimes],
  ['thinning', thinnedArrivalTimes],
] as const)('arrival times by %s', (name, generate) => {
  it.each([
    ['stepped', stepped],
    ['sloped', sloped],
  ] as const)('%s: counts in each half-hour are independent Poisson counts of the expected size', (shape, profile) => {
    const rates = prepareRates(profile)
    const days = 4000
    const cells = 48
    const counts = new Float64Array(cells)
    const totals = new Float64Array(days)
    for (let day = 0; day < days; day++) {
      const times = generate({ rates, from: 0, to: 24, stream: randomStream('day', name, shape, day) })
      totals[day] = times.length
      times.forEach((t, i) => {
        counts[Math.floor(2 * t)]! += 1
        if (i > 0 && !(times[i - 1]! <= t)) expect(times[i - 1]).toBeLessThanOrEqual(t)
      })
    }
    const expected = Float64Array.from(
      { length: cells },
      (_, i) => days * (rates.expectedBy((i + 1) / 2) - rates.expectedBy(i / 2)),
    )
    const fit = countDispersion(counts, expected)
    // One in a thousand on each side; the streams are fixed. Taking the rate at the arrival before would shift some
    // 10 % of the arrivals after each jump: with thousands per cell, far beyond this.
    expect(fit.probability).toBeGreaterThan(0.001)
    expect(fit.probability).toBeLessThan(0.999)
    const daily = countDispersion(totals, new Float64Array(days).fill(rates.expectedBy(24)))
    expect(daily.probability).toBeGreaterThan(0.001)
    expect(daily.probability).toBeLessThan(0.999)
  })

  it('is seeded, and stays inside the window', () => {
    const rates = prepareRates({ ...stepped, periodic: true })
    const draw = () => generate({ rates, from: 30.25, to: 47.5, stream: randomStream('window', name) })
    const times = draw()
    expect(draw()).toEqual(times)
    expect(times.length).toBeGreaterThan(20)
    expect(times.every((t) => t >= 30.25 && t < 47.5 && !(t % 24 >= 8 && t % 24 < 9))).toBe(true)
  })
})

describe('the test itself', () => {
  it('would catch thinning with the rate at the arrival before', () => {
    const rates = prepareRates(stepped)
    const cells = 48
    const counts = new Float64Array(cells)
    const days = 4000
    for (let day = 0; day < days; day++) {
      const stream = randomStream('wrong', day)
      let previous = 0
      for (let t = stream.exponential() / 6; t < 24; t += stream.exponential() / 6)
        if (stream.uniform() * 6 < Math.max(0.2, rates.rateAt(previous))) {
          counts[Math.floor(2 * t)]! += 1
          previous = t
        }
    }
    const inDay = countDispersion(
      counts.subarray(20, 40),
      Float64Array.from({ length: 20 }, () => days * 3),
    )
    expect(inDay.probability).toBeLessThan(1e-6)
  })
})

describe('the index of dispersion', () => {
  it('is exact for a small case', () => {
    // (1 − 2)²/2 + (5 − 3)²/3 + 0 = 0.5 + 4/3.
    const { index, degreesOfFreedom, probability } = countDispersion([1, 5, 4, 0], [2, 3, 4, 0], 1)
    expect(degreesOfFreedom).toBe(2)
    expect(index).toBeCloseTo((0.5 + 4 / 3) / 2, 14)
    expect(probability).toBeCloseTo(Math.exp(-(0.5 + 4 / 3) / 2), 12)
    expect(() => countDispersion([1], [0])).toThrow(/cell 0 has 1 where 0/)
  })

  it('sees doubled scatter', () => {
    const stream = randomStream('dispersion')
    const expected = new Float64Array(500).fill(10)
    const fair = expected.map((m) => sample(poisson(m), stream))
    const bunched = expected.map((m) => 2 * sample(poisson(m / 2), stream))
    expect(countDispersion(fair, expected).probability).toBeGreaterThan(0.001)
    expect(countDispersion(bunched, expected).probability).toBeLessThan(1e-9)
    expect(countDispersion(bunched, expected).index).toBeCloseTo(2, 0)
  })
})
