import { randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { adviseReplications, batchMeans, replicationIntervals, warmUpLength } from '../index.ts'

// The waiting times and intervals of twenty replications of an M/M/s model, published with pydesrap_mms (MIT).
const observed = [
  9.842379990825465, 10.060423560536304, 9.925089673744292, 9.938503720153147, 10.016611116790997, 9.883800932020227,
  10.040555259165185, 10.086612424440187, 10.202806309000646, 10.093238146039786, 10.082693576415949, 9.895606898184578,
  9.808885513355504, 9.932816012126937, 10.165898811805276, 9.97527206509048, 9.80931192832356, 9.988073964553942,
  9.801716381189982, 9.92338975169577,
]

describe('replications to a target half-width', () => {
  it('reproduces the published intervals', () => {
    const intervals = replicationIntervals(observed)
    const expected = [
      [3, 9.942631075035354, 0.11007508865543447, 9.669189396185518, 0.02750194357873877],
      [9, 9.999642554075162, 0.1128839371604415, 9.91287227877846, 0.00867733769757002],
      [20, 9.973684301772911, 0.11818464860447063, 9.918372183608344, 0.0055458059921482256],
    ] as const
    for (const [n, mean, sd, low, deviation] of expected) {
      const row = intervals[n - 1]!
      expect(row.n).toBe(n)
      expect(Math.abs(row.mean / mean - 1)).toBeLessThan(1e-12)
      expect(Math.abs(row.standardDeviation / sd - 1)).toBeLessThan(1e-12)
      expect(Math.abs((row.mean - row.halfWidth) / low - 1)).toBeLessThan(1e-12)
      // Absolutely: the published t quantiles are themselves some 1e-11 off at two degrees of freedom.
      expect(Math.abs(row.relativeHalfWidth - deviation)).toBeLessThan(1e-12)
    }
    expect(intervals[0]!.halfWidth).toBeNaN()
  })

  it('finds the first count that keeps to the precision', () => {
    // The published deviations fall below 0.0075 at eight, rise above it at nine, and stay below it from eleven.
    expect(adviseReplications(observed, { precision: 0.0075 })).toEqual({ kind: 'enough', replications: 11 })
    expect(adviseReplications(observed, { precision: 0.1 })).toEqual({ kind: 'enough', replications: 3 })
    expect(adviseReplications(observed.slice(0, 13), { precision: 0.0075 })).toEqual({ kind: 'more', replications: 16 })
    expect(adviseReplications(observed, { precision: 0.001 })).toEqual({ kind: 'more', replications: 21 })
    expect(adviseReplications(observed, { precision: 0.001, budget: 20 })).toEqual({
      kind: 'budget-spent',
      replications: 20,
    })
  })

  it('looks ahead in proportion beyond a hundred', () => {
    const stream = randomStream('look-ahead')
    const values = Array.from({ length: 2000 }, () => 10 + 5 * stream.normal())
    const rule = { precision: 0.05, budget: 2000 }
    const { kind, replications } = adviseReplications(values, rule)
    expect(kind).toBe('enough')
    expect(replications).toBeGreaterThan(200)
    const shortest = replications + Math.floor(0.05 * replications)
    expect(adviseReplications(values.slice(0, shortest), rule)).toEqual({ kind: 'enough', replications })
    expect(adviseReplications(values.slice(0, shortest - 1), rule)).toEqual({ kind: 'more', replications: shortest })
  })
})

/** A first-order autoregression around 10, begun at `start`: half of a deviation is left after a step. */
function series(length: number, start: number, name: number): Float64Array {
  const stream = randomStream('series', name)
  let x = start - 10
  return Float64Array.from({ length }, () => {
    x = 0.9 * x + stream.normal()
    return 10 + x
  })
}

describe('one long run', () => {
  it('the intervals of batch means hold the truth nineteen times in twenty', () => {
    const runs = 400
    let held = 0
    for (let run = 0; run < runs; run++) {
      const { mean, halfWidth } = batchMeans(series(4000, 10, run))
      if (Math.abs(mean - 10) <= halfWidth) held++
    }
    // Batches of 200 against a correlation time of 19 steps leave some correlation: one point less is allowed for it.
    expect(held / runs).toBeGreaterThan(0.94 - 3 * Math.sqrt((0.05 * 0.95) / runs))
    expect(held / runs).toBeLessThan(0.95 + 3 * Math.sqrt((0.05 * 0.95) / runs))
  })

  it('is exact for a small series', () => {
    // Batches 1,2 | 3,4 | 5,6 have means 1.5, 3.5, 5.5: mean 3.5, error √(4/3), t(2) = 4.302652729749464.
    const { mean, halfWidth, left } = batchMeans(Float64Array.of(99, 1, 2, 3, 4, 5, 6), { batches: 3 })
    expect(mean).toBe(3.5)
    expect(left).toBe(1)
    expect(Math.abs(halfWidth / (4.302652729749464 * Math.sqrt(4 / 3)) - 1)).toBeLessThan(1e-12)
    expect(() => batchMeans(Float64Array.of(1, 2, 3), { batches: 2 })).toThrow(/expected two per batch/)
  })

  it('MSER-5 agrees with its definition and cuts a start far from equilibrium off', () => {
    for (let run = 0; run < 20; run++) {
      const values = series(1000, 60, 1000 + run)
      const { length, found } = warmUpLength(values)
      expect(length).toBe(slowWarmUp(values))
      expect(found).toBe(true)
      // 50·0.9ⁿ falls below half of the stationary standard deviation 2.3 after 36 steps.
      expect(length).toBeGreaterThanOrEqual(20)
      expect(Math.abs(batchMeans(values, { from: length }).mean - 10)).toBeLessThan(3)
    }
  })

  it('says so when no stationary part was seen', () => {
    expect(warmUpLength(Float64Array.from({ length: 200 }, (_, i) => i)).found).toBe(false)
    expect(() => warmUpLength(new Float64Array(19))).toThrow(/expected four batches/)
  })
})

function slowWarmUp(values: Float64Array): number {
  const means = Array.from({ length: Math.floor(values.length / 5) }, (_, b) =>
    values.subarray(5 * b, 5 * b + 5).reduce((s, x) => s + x / 5, 0),
  )
  const criterion = (d: number) => {
    const rest = means.slice(d)
    const m = rest.reduce((s, x) => s + x, 0) / rest.length
    return rest.reduce((s, x) => s + (x - m) ** 2, 0) / rest.length ** 2
  }
  let best = 0
  for (let d = 1; d <= means.length / 2; d++) if (criterion(d) < criterion(best)) best = d
  return 5 * best
}
