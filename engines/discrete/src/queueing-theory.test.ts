import { describe, expect, it } from 'vitest'
import type { Duration, Pathway } from './pathway.ts'
import { compilePathway } from './program.ts'
import { exponential, singleQueue } from './queue.test-data.ts'
import { Run } from './run.ts'
import { type FlowStatistics, statisticsOf } from './statistics.ts'

/**
 * Independent replications after a warm-up, and how many standard errors the mean of each quantity lies from theory.
 * Runs are short, so the warm-up is generous: its bias must be small beside the error. |z| < 4 for every quantity keeps a
 * sound engine's chance of failing at one in 16,000 for each, and the seeds are fixed.
 */
function scores(
  pathway: Pathway,
  { warmUp, until, replications }: { warmUp: number; until: number; replications: number },
  expected: readonly (readonly [(s: FlowStatistics) => number, number])[],
): { readonly z: number[]; readonly relative: number[] } {
  const run = new Run(compilePathway(pathway), { seed: 11 })
  const values = expected.map(() => [] as number[])
  for (let replication = 0; replication < replications; replication++) {
    run.begin(replication)
    run.advance({ until: warmUp })
    run.resetStatistics()
    run.advance({ until })
    const statistics = statisticsOf(run)
    for (const [i, [read]] of expected.entries()) values[i]!.push(read(statistics))
  }
  const z: number[] = []
  const relative: number[] = []
  for (const [i, [, truth]] of expected.entries()) {
    const mean = values[i]!.reduce((a, b) => a + b, 0) / replications
    const variance = values[i]!.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (replications - 1)
    z.push((mean - truth) / Math.sqrt(variance / replications))
    relative.push(mean / truth - 1)
  }
  return { z, relative }
}

function expectNear(result: { readonly z: number[]; readonly relative: number[] }): void {
  for (const z of result.z) expect(Math.abs(z)).toBeLessThan(4)
  // A wide error must not hide a wrong engine.
  for (const relative of result.relative) expect(Math.abs(relative)).toBeLessThan(0.06)
}

const wait = (s: FlowStatistics) => s.lines.service!.all.mean
const waitOf = (i: number) => (s: FlowStatistics) => s.lines.service!.byClass[`class ${i}`]!.mean
const stayOf = (i: number) => (s: FlowStatistics) => s.stays[`class ${i}`]!.mean

describe('queueing theory', () => {
  it.each([
    [1.6, 1, 2, 1.777778],
    [0.25, 3, 1, 9],
    [1 / 6, 4, 2, 0.5],
    [1 / 5.5, 5, 3, 0.171715],
    [1 / 8, 4, 1, 4],
  ])('M/M/c: arrivals %f, service %f, %i servers', (rate, service, servers, truth) => {
    const time = 300 * service * 10
    const pathway = singleQueue([rate], exponential(service), servers)
    expectNear(scores(pathway, { warmUp: time / 4, until: 2 * time, replications: 100 }, [[wait, truth]]))
  })

  it.each<[Duration, number, number]>([
    [{ kind: 'log-normal', mean: 5, standardDeviation: Math.SQRT2 }, 0.16, 10.8],
    [{ kind: 'constant', value: 1 }, 0.8, 2],
    [{ kind: 'gamma', shape: 0.25, scale: 4 }, 0.5, 2.5],
  ])('M/G/1, Pollaczek and Khinchine: %j', (service, rate, truth) => {
    const pathway = singleQueue([rate], service, 1)
    const count = service.kind === 'gamma' ? 1500 : 4000
    expectNear(scores(pathway, { warmUp: 400 / rate, until: count / rate, replications: 100 }, [[wait, truth]]))
  })

  it('two priorities without interruption', () => {
    const pathway = singleQueue([0.2, 0.6], exponential(1), 1)
    const size = { warmUp: 500, until: 6000, replications: 100 }
    expectNear(
      scores(pathway, size, [
        [waitOf(0), 1],
        [waitOf(1), 5],
        [stayOf(0), 2],
        [stayOf(1), 6],
      ]),
    )
  })

  it('five triage categories before six clinicians', () => {
    const perHour = [0.3, 0.9, 2.4, 1.2, 0.3]
    const pathway = singleQueue(
      perHour.map((rate) => rate / 60),
      exponential(60),
      6,
    )
    const truth = [6.5689, 8.2112, 19.5016, 78.0063, 208.0167]
    const size = { warmUp: 6000, until: 60_000, replications: 40 }
    const { z } = scores(
      pathway,
      size,
      truth.map((value, i) => [waitOf(i), value]),
    )
    for (const one of z) expect(Math.abs(one)).toBeLessThan(4)
  })

  it('two priorities with interruption, resumed', () => {
    const pathway = singleQueue([0.2, 0.6], exponential(1), 1, { preemption: true })
    expectNear(
      scores(pathway, { warmUp: 500, until: 6000, replications: 100 }, [
        [stayOf(0), 1.25],
        [stayOf(1), 6.25],
      ]),
    )
  })

  it('accumulating priority at equal rates is first come, first served; at unequal ones it follows Kleinrock', () => {
    const size = { warmUp: 500, until: 6000, replications: 60 }
    const equal = singleQueue([0.2, 0.6], exponential(1), 1, { discipline: { accumulating: [1, 1] } })
    expectNear(
      scores(equal, size, [
        [waitOf(0), 4],
        [waitOf(1), 4],
      ]),
    )
    // Kleinrock 1964: W2 = W0 / (1 − ρ1 (1 − b2/b1)) / (1 − ρ) with ρ1 of the faster class; W1 by conservation.
    const w2 = 0.8 / ((1 - 0.8) * (1 - 0.2 * (1 - 0.5)))
    const w1 = (0.8 * 4 - 0.6 * w2) / 0.2
    const unequal = singleQueue([0.2, 0.6], exponential(1), 1, { discipline: { accumulating: [1, 0.5] } })
    expectNear(
      scores(unequal, size, [
        [waitOf(0), w1],
        [waitOf(1), w2],
      ]),
    )
  })

  it('a beginning far above what can be gathered is strict priority; below it ranks by time of coming, shifted', () => {
    const size = { warmUp: 500, until: 6000, replications: 60 }
    const strict = singleQueue([0.2, 0.6], exponential(1), 1, {
      discipline: { accumulating: [1, 1], from: [1e9, 0] },
    })
    expectNear(
      scores(strict, size, [
        [waitOf(0), 1],
        [waitOf(1), 5],
      ]),
    )
    // Three come at 0, 1 and 2 while one is served to 10: a head start of 1.5 passes one place, not two.
    const pathway: Pathway = {
      name: 'head start',
      classes: [
        { name: 'a', priority: 0 },
        { name: 'b', priority: 1 },
      ],
      sources: [
        { name: 'first', class: 'b', arrivals: { kind: 'times', times: [0, 1, 1.2] } },
        { name: 'then', class: 'a', arrivals: { kind: 'times', times: [2.6] } },
      ],
      resources: [{ name: 'server', capacity: 1, discipline: { accumulating: [1, 1], from: [1.5, 0] } }],
      steps: [{ kind: 'activity', name: 'service', needs: { server: 1 }, duration: { kind: 'constant', value: 10 } }],
    }
    const run = new Run(compilePathway(pathway), { records: true })
    run.advance({})
    const order = Array.from({ length: run.records!.length }, (_, i) => run.records!.at(i)).map((stay) => stay.queued)
    expect(order).toEqual([0, 1, 2.6, 1.2])
  })

  it.each([
    [6, 1, 5, 0.5, 0.226387, 2.716639, 0.928336],
    [10, 1, 10, 0.25, 0.08377, 3.350793, 0.91623],
  ])(
    'Erlang-A: arrivals %f, rate of service %f, %i servers, of leaving %f',
    (rate, mu, servers, theta, p, length, use) => {
      const pathway = singleQueue([rate], exponential(1 / mu), servers, {}, { patience: exponential(1 / theta) })
      const left = (s: FlowStatistics) => {
        const { count, leftWaiting } = s.lines.service!.all
        return leftWaiting / (count + leftWaiting)
      }
      const size = { warmUp: 30, until: 300, replications: 100 }
      const { z } = scores(pathway, size, [
        [left, p],
        [(s) => s.lines.service!.meanLength, length],
        [(s) => s.resources.staff!.utilisation, use],
      ])
      for (const one of z) expect(Math.abs(one)).toBeLessThan(4)
    },
  )

  it('a Jackson network of three nodes with return', () => {
    const node = (i: number, mean: number, options: readonly [number, string][]) =>
      [
        { kind: 'activity', name: `node ${i}`, needs: { [`server ${i}`]: 1 }, duration: exponential(mean) },
        { kind: 'branch', name: `after ${i}`, options: options.map(([probability, to]) => ({ probability, to })) },
      ] as const
    const pathway: Pathway = {
      name: 'Jackson',
      classes: [{ name: 'any' }],
      sources: [{ name: 'outside', class: 'any', arrivals: { kind: 'rates', every: 1, rates: [10], repeat: true } }],
      resources: [1, 4, 2].map((capacity, i) => ({ name: `server ${i}`, capacity })),
      steps: [
        ...node(0, 1 / 15, [
          [0.9, 'node 1'],
          [0.1, 'node 2'],
        ]),
        ...node(1, 1 / 4, [
          [0.6, 'node 2'],
          [0.4, 'leave'],
        ]),
        ...node(2, 1 / 5, [
          [0.15, 'node 1'],
          [0.85, 'leave'],
        ]),
      ],
    }
    const waitAt = (i: number) => (s: FlowStatistics) => s.lines[`node ${i}`]!.all.mean
    expectNear(
      scores(pathway, { warmUp: 20, until: 300, replications: 60 }, [
        [waitAt(0), 0.133333],
        [waitAt(1), 0.054583],
        [waitAt(2), 0.195747],
        [(s) => s.meanPresent, 7.845843],
        [(s) => s.stays.any!.mean, 0.784584],
      ]),
    )
  })

  it('arrivals by the hour before five servers follow the Kolmogorov equations', () => {
    const rates = [
      2.36667, 2.8, 8.83333, 10.43333, 14.8, 26.26667, 31.4, 18.06667, 16.46667, 12.03333, 11.6, 28.86667, 18.03333,
      11.5, 5.3, 4.06667, 2.2, 2.1,
    ]
    const base = singleQueue([1], exponential(0.2), 5)
    const pathway: Pathway = {
      ...base,
      sources: [{ name: 'door', class: 'class 0', arrivals: { kind: 'rates', every: 1, rates } }],
    }
    const run = new Run(compilePathway(pathway), { seed: 3 })
    // Hours after 06:00 with E[N] and E[Q] at their end; solved from the equations with tolerance 1e-10.
    const truth = [
      [6, 8.55376, 3.99885],
      [7, 15.93217, 11.02567],
      [13, 6.7918, 2.80489],
    ] as const
    const n = 6000
    const sums = truth.map(() => [0, 0, 0, 0])
    for (let replication = 0; replication < n; replication++) {
      run.begin(replication)
      for (const [i, [hour]] of truth.entries()) {
        run.advance({ until: hour })
        const queue = run.state.waiting[0]!
        const sum = sums[i]!
        sum[0]! += run.present
        sum[1]! += run.present ** 2
        sum[2]! += queue
        sum[3]! += queue ** 2
      }
    }
    for (const [i, [, present, queue]] of truth.entries()) {
      const [a, aa, q, qq] = sums[i]! as [number, number, number, number]
      expect(Math.abs(a / n - present) / Math.sqrt((aa / n - (a / n) ** 2) / n)).toBeLessThan(4)
      expect(Math.abs(q / n - queue) / Math.sqrt((qq / n - (q / n) ** 2) / n)).toBeLessThan(4)
    }
  })
})
