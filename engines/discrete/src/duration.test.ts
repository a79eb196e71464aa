import { describe, expect, it } from 'vitest'
import { durationAt, durationBeyond, prepareDuration, survivalOf } from './duration.ts'
import { DiscreteError } from './errors.ts'
import type { Duration } from './pathway.ts'

const continuous: readonly Duration[] = [
  { kind: 'exponential', mean: 3 },
  { kind: 'uniform', lower: 1, upper: 4 },
  { kind: 'triangular', lower: 1, mode: 2, upper: 6 },
  { kind: 'normal', mean: 16, standardDeviation: Math.sqrt(3), atLeast: 0.5 },
  { kind: 'log-normal', mean: 13.3, standardDeviation: Math.sqrt(2) },
  { kind: 'gamma', shape: 2.5, scale: 3 },
  { kind: 'weibull', shape: 1.7, scale: 5 },
]

describe('durations', () => {
  it.each(continuous)('$kind: drawing is the inverse of survival, far into the tail', (d) => {
    const ready = prepareDuration(d, 'test')
    for (const tail of [0.999, 0.75, 0.5, 0.1, 1e-3, 1e-6])
      expect(survivalOf(ready, durationAt(ready, tail)) / tail).toBeCloseTo(1, 8)
  })

  it.each(continuous)('$kind: given the time elapsed, what is drawn has the conditional survival', (d) => {
    const ready = prepareDuration(d, 'test')
    const elapsed = durationAt(ready, 0.3)
    for (const u of [0.9, 0.5, 0.01]) {
      const total = durationBeyond(ready, elapsed, u)
      expect(total).toBeGreaterThan(elapsed)
      expect(survivalOf(ready, total) / survivalOf(ready, elapsed)).toBeCloseTo(u, 8)
    }
  })

  it('of urgent care have the means and variances that were asked for', () => {
    const moments = (d: Duration) => {
      const ready = prepareDuration(d, 'test')
      const n = 200_000
      let sum = 0
      let squares = 0
      for (let i = 0; i < n; i++) {
        const x = durationAt(ready, (i + 0.5) / n)
        sum += x
        squares += x * x
      }
      return [sum / n, squares / n - (sum / n) ** 2]
    }
    for (const d of [continuous[4]!, { kind: 'log-normal', mean: 5, standardDeviation: Math.SQRT2 } as const]) {
      const [mean, variance] = moments(d)
      expect(mean).toBeCloseTo(d.kind === 'log-normal' ? d.mean : Number.NaN, 3)
      expect(variance).toBeCloseTo(2, 2)
    }
  })

  it('that cannot have lasted so long end now', () => {
    const ready = prepareDuration({ kind: 'uniform', lower: 1, upper: 4 }, 'test')
    expect(durationBeyond(ready, 5, 0.5)).toBe(5)
  })

  it.each([
    { kind: 'exponential', mean: 0 },
    { kind: 'uniform', lower: 2, upper: 2 },
    { kind: 'log-normal', mean: 1, standardDeviation: Number.NaN },
    { kind: 'list', values: [] },
    { kind: 'constant', value: -1 },
    { kind: 'bogus' } as never,
  ] satisfies Duration[])('refuse %j, naming the element', (d) => {
    expect(() => prepareDuration(d, 'step "x"')).toThrow(DiscreteError)
    expect(() => prepareDuration(d, 'step "x"')).toThrow(/step "x"/)
  })
})
