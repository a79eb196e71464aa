import { randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { calibrateIntervals, calibrateSets, conformalQuantile, weightedConformalQuantile } from '../index.ts'
import { probabilityOf } from '../logistic.ts'

const α = 0.1
/** Five standard deviations of the share covered, from new cases and from calibration cases together. */
const tolerance = (cases: number, calibration: number) => 5 * Math.sqrt(α * (1 - α) * (1 / cases + 1 / calibration))

/** Outcomes around 2x whose spread grows with x; x uniform on (0, 1), or leaning to 1 when shifted (density 2x). */
function spreading(rows: number, name: string, shifted = false) {
  const stream = randomStream('conformal', name)
  const x = Float64Array.from({ length: rows }, () => (shifted ? Math.sqrt(stream.uniform()) : stream.uniform()))
  return { x, y: x.map((value) => 2 * value + (0.1 + value) * stream.normal()) }
}

const past = spreading(5000, 'past')
const later = spreading(5000, 'later')
const middle = past.x.map((x) => 2 * x)

describe('a conformal quantile', () => {
  it('is the ⌈(n + 1)(1 − α)⌉-th smallest score', () => {
    const scores = [9, 1, 8, 2, 7, 3, 6, 4, 5]
    expect(conformalQuantile(scores, 0.1)).toBe(9)
    expect(conformalQuantile(scores, 0.2)).toBe(8)
    expect(conformalQuantile(scores, 0.5)).toBe(5)
    expect(conformalQuantile(scores, 0.05)).toBe(Number.POSITIVE_INFINITY)
    expect(conformalQuantile([], 0.5)).toBe(Number.POSITIVE_INFINITY)
  })

  it('is the plain one when all weights are equal, and follows them when they are not', () => {
    const scores = [9, 1, 8, 2, 7, 3, 6, 4, 5]
    for (const miscoverage of [0.05, 0.1, 0.2, 0.5])
      expect(weightedConformalQuantile(scores, new Array(9).fill(3), miscoverage)(3)).toBe(
        conformalQuantile(scores, miscoverage),
      )
    expect(weightedConformalQuantile([1, 2, 3], [8, 1, 0], 0.2)(1)).toBe(1)
    expect(weightedConformalQuantile([1, 2, 3], [8, 1, 0], 0.15)(1)).toBe(2)
  })
})

describe('intervals', () => {
  const covered = (sample: typeof past, of: (x: number) => { low: number; high: number }, from = 0) => {
    let hits = 0
    let cases = 0
    sample.x.forEach((x, i) => {
      if (x < from) return
      const { low, high } = of(x)
      cases++
      if (low <= sample.y[i]! && sample.y[i]! <= high) hits++
    })
    return hits / cases
  }

  it('cover as they say around a point prediction', () => {
    const widen = calibrateIntervals({ outcomes: past.y, low: middle, high: middle }, α)
    const share = covered(later, (x) => widen({ low: 2 * x, high: 2 * x }))
    expect(Math.abs(share - 0.9)).toBeLessThan(tolerance(5000, 5000))
  })

  it('mend quantile predictions that are too narrow or too wide, also where the spread is large', () => {
    for (const factor of [0.8, 3]) {
      const half = past.x.map((x) => factor * (0.1 + x))
      const low = middle.map((m, i) => m - half[i]!)
      const widen = calibrateIntervals({ outcomes: past.y, low, high: middle.map((m, i) => m + half[i]!) }, α)
      const interval = (x: number) => widen({ low: 2 * x - factor * (0.1 + x), high: 2 * x + factor * (0.1 + x) })
      expect(Math.abs(covered(later, interval) - 0.9)).toBeLessThan(tolerance(5000, 5000))
    }
    const widen = calibrateIntervals(
      { outcomes: past.y, low: middle, high: middle, scale: past.x.map((x) => 0.1 + x) },
      α,
    )
    const scaled = covered(later, (x) => widen({ low: 2 * x, high: 2 * x, scale: 0.1 + x }), 0.8)
    expect(Math.abs(scaled - 0.9)).toBeLessThan(tolerance(1000, 5000))
  })

  it('hold under covariate shift with weights, and fall short without', () => {
    const shifted = spreading(1500, 'shifted', true)
    const plain = calibrateIntervals({ outcomes: past.y, low: middle, high: middle }, α)
    const weighted = calibrateIntervals(
      { outcomes: past.y, low: middle, high: middle, weights: past.x.map((x) => 2 * x) },
      α,
    )
    const without = covered(shifted, (x) => plain({ low: 2 * x, high: 2 * x }))
    const withWeights = covered(shifted, (x) => weighted({ low: 2 * x, high: 2 * x, weight: 2 * x }))
    expect(without).toBeLessThan(0.86)
    // Weights (mean square 4/3) leave three quarters of the calibration cases.
    expect(Math.abs(withWeights - 0.9)).toBeLessThan(tolerance(1500, 3750))
  })

  it('are unbounded with too few cases, and refuse what does not fit', () => {
    expect(calibrateIntervals({ outcomes: [1], low: [1], high: [1] }, α)({ low: 0, high: 0 })).toEqual({
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    })
    expect(() => calibrateIntervals({ outcomes: [1], low: [], high: [1] }, α)).toThrow(/low has 0 values/)
    expect(() => calibrateIntervals({ outcomes: [1], low: [1], high: [1] }, 1)).toThrow(/miscoverage is 1/)
  })
})

describe('sets', () => {
  it('hold the true class as often as they say, in the rare class and in each group by itself', () => {
    const draw = (rows: number, name: string) => {
      const stream = randomStream('sets', name)
      const groups = Array.from({ length: rows }, () => (stream.uniform() < 0.3 ? 'child' : 'adult'))
      const logit = Float64Array.from({ length: rows }, () => 1.5 * stream.normal() - 1.5)
      const sick = logit.map((x, i) => (stream.uniform() < probabilityOf(groups[i] === 'child' ? -x - 1 : x) ? 1 : 0))
      const p = logit.map(probabilityOf)
      return { groups, classes: Array.from(sick, (s) => (s ? 'sick' : 'well')), p }
    }
    const old = draw(8000, 'old')
    const fresh = draw(8000, 'fresh')
    const predict = calibrateSets(
      { classes: old.classes, groups: old.groups, probabilities: { sick: old.p, well: old.p.map((p) => 1 - p) } },
      α,
    )
    const cells = new Map<string, { hits: number; cases: number }>()
    fresh.classes.forEach((name, i) => {
      const set = predict({ sick: fresh.p[i]!, well: 1 - fresh.p[i]! }, { group: fresh.groups[i]! })
      const key = `${name} ${fresh.groups[i]}`
      const cell = cells.get(key) ?? { hits: 0, cases: 0 }
      cells.set(key, { hits: cell.hits + (set.includes(name) ? 1 : 0), cases: cell.cases + 1 })
    })
    expect(cells.size).toBe(4)
    for (const { hits, cases } of cells.values())
      expect(Math.abs(hits / cases - 0.9)).toBeLessThan(tolerance(cases, cases))
    expect(predict({ sick: 0.5, well: 0.5 }, { group: 'never seen' })).toEqual(['sick', 'well'])
  })

  it('refuse classes without probabilities', () => {
    expect(() => calibrateSets({ classes: ['a'], probabilities: { b: [0.5] } }, α)).toThrow(/class "a"/)
  })
})
