import { describe, expect, it } from 'vitest'
import type { Breakdowns, Duration, Pathway } from './pathway.ts'
import { compilePathway } from './program.ts'
import { constant, exponential, list, staysOf } from './queue.test-data.ts'
import { Run } from './run.ts'
import { statisticsOf } from './statistics.ts'

const scanner = (
  between: Duration,
  duration: Duration,
  breakdowns: Breakdowns,
  { capacity = 1, ...more }: { capacity?: number; interrupted?: 'resume' | 'restart' | 'resample' } = {},
): Pathway => ({
  name: 'scanner',
  classes: [{ name: 'any' }],
  sources: [{ name: 'door', class: 'any', arrivals: { kind: 'intervals', between } }],
  resources: [{ name: 'scanner', capacity, breakdowns }],
  steps: [{ kind: 'activity', name: 'scan', needs: { scanner: 1 }, duration, ...more }],
})

describe('breakdowns', () => {
  const breakdowns: Breakdowns = { after: list(15, 100), repair: list(7, 1) }

  it.each([
    [
      'resume',
      'interrupt',
      [
        [10, 15],
        [22, 27],
      ],
    ],
    [
      'restart',
      'interrupt',
      [
        [10, 15],
        [22, 32],
      ],
    ],
    [
      'resume',
      'finish',
      [
        [10, 20],
        [22, 32],
      ],
    ],
  ] as const)('work under way: %s, %s', (interrupted, underWay, spans) => {
    const pathway = scanner(list(10, 5, 1e9), constant(10), { ...breakdowns, underWay }, { interrupted })
    const run = new Run(compilePathway(pathway), { records: true })
    run.advance({ until: 60 })
    expect(
      staysOf(run)
        .slice(0, 2)
        .map((s) => [s.begun, s.ended]),
    ).toEqual(spans)
  })

  it('another unit that is free takes the work over', () => {
    const pathway = scanner(list(10, 1e9), constant(10), breakdowns, { capacity: 2 })
    const run = new Run(compilePathway(pathway), { records: true })
    run.advance({ until: 60 })
    expect(staysOf(run).map((s) => [s.begun, s.ended])).toEqual([[10, 20]])
  })

  it('leave a unit up for the share of time after / (after + repair)', () => {
    const pathway = scanner(
      exponential(1e9),
      constant(1),
      { after: exponential(9), repair: { kind: 'uniform', lower: 0, upper: 2 } },
      { capacity: 4 },
    )
    const run = new Run(compilePathway(pathway), { seed: 3 })
    run.advance({ until: 100_000 })
    // Asymptotic variance of the share of up-time of one unit: (μ²σ_up² + ν²σ_down²) / (ν+μ)³ / t, with ν = 9, μ = 1.
    const sd = Math.sqrt((81 + 81 / 3) / 1000 / 100_000 / 4)
    const up = statisticsOf(run).resources.scanner!.capacity / 4
    expect(Math.abs(up - 0.9) / sd).toBeLessThan(4)
  })

  it('of the server of M/M/1, which resumes, give the mean number of the balance equations', () => {
    const [lambda, mu, a, b] = [0.4, 1, 0.2, 0.5]
    const exact = meanOfBalance(lambda, mu, a, b)
    const pathway = scanner(exponential(1 / lambda), exponential(1 / mu), {
      after: exponential(1 / a),
      repair: exponential(1 / b),
    })
    const run = new Run(compilePathway(pathway), { seed: 12 })
    const means: number[] = []
    for (let replication = 0; replication < 60; replication++) {
      run.begin(replication)
      run.advance({ until: 200 })
      run.resetStatistics()
      run.advance({ until: 3200 })
      means.push(statisticsOf(run).meanPresent)
    }
    const mean = means.reduce((x, y) => x + y) / 60
    const sd = Math.sqrt(means.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 59)
    expect(Math.abs(mean - exact) / (sd / Math.sqrt(60))).toBeLessThan(4)
    expect(Math.abs(mean / exact - 1)).toBeLessThan(0.06)
  })

  it('a forecast does not know when the scanner will fail or be repaired, only how long it has been down', () => {
    const pathway = scanner(exponential(1e9), constant(1), {
      after: exponential(10),
      repair: { kind: 'uniform', lower: 0, upper: 8 },
    })
    const run = new Run(compilePathway(pathway), { seed: 1 })
    while (run.state.capacity[0] === 1) run.advance({ events: 1 })
    run.advance({ until: run.now + 2 })
    while (run.state.capacity[0] === 1) run.advance({ until: run.now + 1 })
    const live = run.capture()
    const already = live.now - live.unitSince[0]!
    const n = 4000
    let sum = 0
    for (let replication = 1; replication <= n; replication++) {
      run.restore(live, replication)
      run.redraw()
      run.advance({ events: 1 })
      expect(run.state.capacity[0]).toBe(1)
      sum += run.now - live.now
    }
    const left = 8 - already
    expect(Math.abs(sum / n - left / 2)).toBeLessThan(4 * (left / Math.sqrt(12 * n)))
  })
})

/** Mean number present of M/M/1 whose server is up or down, by the balance equations of numbers to 4000. */
function meanOfBalance(lambda: number, mu: number, fail: number, repair: number): number {
  // Up and down with n present, from n = 0 on: the balance of (n, down) gives down from up, the cut between n and n + 1
  // gives the next up.
  let up = 1
  let down = (fail * up) / (lambda + repair)
  let total = up + down
  let weighted = 0
  for (let n = 1; n < 4000; n++) {
    const nextUp = (lambda * (up + down)) / mu
    const nextDown = (lambda * down + fail * nextUp) / (lambda + repair)
    up = nextUp
    down = nextDown
    total += up + down
    weighted += n * (up + down)
  }
  return weighted / total
}
