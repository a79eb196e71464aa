import { describe, expect, it } from 'vitest'
import type { Pathway, Step } from './pathway.ts'
import { compilePathway } from './program.ts'
import { constant, exponential, staysOf } from './queue.test-data.ts'
import { Run } from './run.ts'
import { statisticsOf } from './statistics.ts'

const minibus = (times: readonly number[], batch: Partial<Extract<Step, { kind: 'batch' }>>, size = 3): Pathway => ({
  name: 'minibus',
  classes: [{ name: 'any' }],
  sources: [{ name: 'door', class: 'any', arrivals: { kind: 'times', times } }],
  resources: [{ name: 'porter', capacity: 1 }],
  steps: [
    { kind: 'batch', name: 'stop', size, ...batch },
    { kind: 'activity', name: 'ride', needs: { porter: 1 }, duration: constant(10) },
    { kind: 'separate', name: 'arrive' },
    { kind: 'delay', name: 'after', duration: constant(5) },
  ],
})

describe('batches', () => {
  it('wait for enough people and then go as one, with one porter, and part again', () => {
    const run = new Run(compilePathway(minibus([0, 1, 2, 3], {})), { records: true })
    expect(run.advance({ until: 100 })).toBe('idle')
    expect(staysOf(run).map((s) => [s.number, s.step, s.begun, s.ended])).toEqual([
      [0, 1, 2, 12],
      [0, 3, 12, 17],
      [1, 3, 12, 17],
      [2, 3, 12, 17],
    ])
    expect(run.present).toBe(1)
  })

  it('go with fewer when the first has waited long enough; the next batch waits on its own clock', () => {
    const run = new Run(compilePathway(minibus([0, 6, 9, 30], { atMost: constant(8) })), { records: true })
    run.advance({})
    const rides = staysOf(run).filter((s) => s.step === 1)
    expect(rides.map((s) => [s.number, s.queued, s.begun, s.ended])).toEqual([
      [0, 8, 8, 18],
      [2, 17, 18, 28],
      [3, 38, 38, 48],
    ])
    expect(run.present).toBe(0)
  })

  it('leave together when nobody separates them, and all are counted', () => {
    const pathway = minibus([0, 1, 2, 3, 4, 5], {})
    const run = new Run(compilePathway({ ...pathway, steps: pathway.steps.slice(0, 2) }))
    run.advance({})
    expect(run.present).toBe(0)
    const { count, mean } = statisticsOf(run).stays.any!
    expect(count).toBe(6)
    // The first three leave at 12, the others, who wait for the porter, at 22.
    expect(mean).toBe((12 + 11 + 10 + 19 + 18 + 17) / 6)
  })

  it('may hold batches that were gathered before', () => {
    const pathway = minibus([0, 1, 2, 3], {}, 2)
    const steps: Step[] = [{ kind: 'batch', name: 'pair', size: 2 }, ...pathway.steps]
    const run = new Run(compilePathway({ ...pathway, steps }), { records: true })
    run.advance({})
    expect(run.present).toBe(0)
    expect(
      staysOf(run)
        .filter((s) => s.step === 4)
        .map((s) => [s.number, s.begun]),
    ).toEqual([
      [0, 13],
      [1, 13],
      [2, 13],
      [3, 13],
    ])
  })

  it('of Poisson arrivals gather for (n − 1) / 2 intervals on average', () => {
    const pathway: Pathway = {
      ...minibus([], {}, 4),
      sources: [
        { name: 'door', class: 'any', limit: 40_000, arrivals: { kind: 'intervals', between: exponential(2) } },
      ],
      steps: [{ kind: 'batch', name: 'stop', size: 4 }],
    }
    const run = new Run(compilePathway(pathway), { seed: 2 })
    run.advance({})
    // Per batch the sum is 3g₁ + 2g₂ + g₃, of variance 14 · 2².
    const { mean } = statisticsOf(run).stays.any!
    expect(Math.abs(mean - 3) / (Math.sqrt((14 * 4) / 16) / Math.sqrt(10_000))).toBeLessThan(4)
  })

  it('can be full of people already when a run begins, who wait on from when they came', () => {
    const run = new Run(compilePathway(minibus([5], { atMost: constant(8) })), { records: true })
    run.admit({ class: 'any', step: 'stop', arrived: -6, since: -6, waiting: true })
    const live = run.capture()
    for (const replication of [0, 1]) {
      run.restore(live, replication)
      run.redraw()
      run.advance({ until: 3 })
      expect(run.state.busy[0]).toBe(1)
    }
    expect(staysOf(run)).toEqual([])
    run.advance({})
    expect(staysOf(run)[0]).toMatchObject({ queued: 2, begun: 2, ended: 12 })
  })
})

describe('cohorts', () => {
  it('only patients of one cohort are in at a time', () => {
    const pathway: Pathway = {
      name: 'bay',
      classes: [{ name: 'flu' }, { name: 'well' }, { name: 'cold' }],
      sources: [
        { name: 'flu', class: 'flu', arrivals: { kind: 'times', times: [0, 3] } },
        { name: 'well', class: 'well', arrivals: { kind: 'times', times: [1, 2] } },
        { name: 'cold', class: 'cold', arrivals: { kind: 'times', times: [4] } },
      ],
      resources: [{ name: 'bay', capacity: 3, cohorts: { flu: 'respiratory', cold: 'respiratory' } }],
      steps: [{ kind: 'activity', name: 'stay', needs: { bay: 1 }, duration: constant(10) }],
    }
    const run = new Run(compilePathway(pathway), { records: true })
    run.advance({})
    const begun = (kind: number) =>
      staysOf(run)
        .filter((s) => s.class === kind)
        .map((s) => s.begun)
    expect([begun(0), begun(1), begun(2)]).toEqual([[0, 3], [14, 14], [4]])
  })
})
