import { describe, expect, it } from 'vitest'
import type { Arrivals, Pathway, Source } from './pathway.ts'
import { compilePathway } from './program.ts'
import { constant } from './queue.test-data.ts'
import { Run } from './run.ts'

const door = (arrivals: Arrivals, more: Partial<Source> = {}, startsAt = 0): Pathway => ({
  name: 'door',
  startsAt,
  classes: [{ name: 'any' }],
  sources: [{ name: 'door', class: 'any', arrivals, ...more }],
  resources: [],
  steps: [{ kind: 'delay', name: 'stay', duration: constant(1e9) }],
})

/** Mean number who came by each time, and its standard error. */
function counts(pathway: Pathway, times: readonly number[], n = 20_000) {
  const run = new Run(compilePathway(pathway), { seed: 4 })
  const sums = times.map(() => [0, 0])
  for (let replication = 0; replication < n; replication++) {
    run.begin(replication)
    for (const [i, time] of times.entries()) {
      run.advance({ until: time })
      sums[i]![0]! += run.present
      sums[i]![1]! += run.present ** 2
    }
  }
  return sums.map(([sum, squares]) => {
    const mean = sum! / n
    return [mean, Math.sqrt((squares! / n - mean ** 2) / n)] as const
  })
}

describe('arrivals', () => {
  const rates = [2, 12, 0, 5]

  it('begin within the profile when the run does, and end when the source does', () => {
    const repeated = door(
      { kind: 'rates', every: 10, rates: rates.map((r) => r / 10), repeat: true },
      { until: 65 },
      14,
    )
    const truth = [
      [20, 0.6 * 12],
      [40, 0.6 * 12 + 5],
      [50, 0.6 * 12 + 5 + 2],
      [90, 0.6 * 12 + 5 + 2 + 12 + 0],
    ] as const
    const seen = counts(
      repeated,
      truth.map(([t]) => t),
    )
    for (const [i, [mean, error]] of seen.entries()) expect(Math.abs(mean - truth[i]![1]) / error).toBeLessThan(4)
  })

  it('on a list begin with the first that is not over', () => {
    const run = new Run(compilePathway(door({ kind: 'times', times: [1, 5, 5, 9] }, {}, 5)))
    run.advance({ until: 5 })
    expect(run.present).toBe(2)
    expect(run.advance({ until: 9 })).toBe('until')
    expect(run.present).toBe(3)
  })

  it('by legacy thinning keep the rate of the arrival before, exactly', () => {
    // Rates a in [0, 1), b after: with one rate drawn per arrival, N(1 + t) given the state at 1 is found by hand for the
    // probability that nobody comes at all, which is exp(−a t) for every t instead of exp(−a − b (t − 1)).
    const legacy = door({ kind: 'rates', every: 1, rates: [1, 4], legacyThinning: true })
    const run = new Run(compilePathway(legacy), { seed: 9 })
    const n = 20_000
    let nobody = 0
    for (let replication = 0; replication < n; replication++) {
      run.begin(replication)
      run.advance({ until: 1.5 })
      if (run.present === 0) nobody++
    }
    const p = Math.exp(-1.5)
    expect(Math.abs(nobody / n - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n))
    const right = door({ kind: 'rates', every: 1, rates: [1, 4] })
    const [[mean, error]] = counts(right, [1.5]) as [readonly [number, number]]
    expect(Math.abs(mean - 3) / error).toBeLessThan(4)
  })

  it('by legacy thinning of the urgent-care day are as many as SimPy draws', () => {
    // Sheet of 4000 SimPy replications of treat-sim 2.2.0: 226.82 ± 0.49 arrivals in 1140 minutes, the profile of 18
    // hours wrapping; thinned correctly, and wrapping too, they are the integral of the rates.
    const hourly = [
      2.36667, 2.8, 8.83333, 10.43333, 14.8, 26.26667, 31.4, 18.06667, 16.46667, 12.03333, 11.6, 28.86667, 18.03333,
      11.5, 5.3, 4.06667, 2.2, 2.1,
    ]
    const day = { kind: 'rates', every: 60, rates: hourly.map((r) => r / 60), repeat: true } as const
    const [[mean, error]] = counts(door({ ...day, legacyThinning: true }), [1140], 4000) as [readonly [number, number]]
    expect(Math.abs(mean - 226.82)).toBeLessThan(4 * Math.hypot(error, 0.49 / 1.96))
    const [[exact, its]] = counts(door(day), [1140], 4000) as [readonly [number, number]]
    expect(Math.abs(exact - hourly.reduce((a, b) => a + b, 0) - hourly[0]!) / its).toBeLessThan(4)
  })
})
