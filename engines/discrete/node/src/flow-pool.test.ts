import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DiscreteError } from '../../src/errors.ts'
import type { Pathway } from '../../src/pathway.ts'
import { compilePathway } from '../../src/program.ts'
import { exponential, singleQueue } from '../../src/queue.test-data.ts'
import { Run } from '../../src/run.ts'
import { runForecast } from '../../src/study/run-forecast.ts'
import { runReplications } from '../../src/study/run-replications.ts'
import { createFlowPool, type FlowPool } from './index.ts'

const clinic = singleQueue([0.5, 1], exponential(1), 2, {}, { patience: exponential(5) })
const options = { replications: 101, seed: 7, until: 60, warmUp: 10 } as const

describe('a pool of threads', () => {
  let one: FlowPool
  let three: FlowPool
  beforeAll(() => {
    one = createFlowPool(1)
    three = createFlowPool(3)
  })
  afterAll(() => Promise.all([one.close(), three.close()]))

  it('gives the same bits for any number of threads', async () => {
    const alone = runReplications(compilePathway(clinic), options)
    expect(new Set(alone.values.arrivals).size).toBeGreaterThan(10)
    for (const pool of [one, three]) expect(await pool.replicate(clinic, options)).toEqual(alone)
  })

  it('goes on from a first replication, with metrics that need records', async () => {
    const metrics = { fast: { kind: 'share-within', time: 2 } } as const
    const whole = await one.replicate(clinic, { ...options, metrics })
    const rest = await three.replicate(clinic, { ...options, metrics, first: 60, replications: 41 })
    expect(rest.values.fast).toEqual(whole.values.fast!.slice(60))
  })

  it('forecasts with the same bits from people and from a captured state', async () => {
    const program = compilePathway(clinic)
    const asked = { replications: 150, horizon: 30, every: 10, seed: 7 }
    const people = [0, 1, 2].map((i) => ({
      class: 'class 1',
      step: 'service',
      arrived: -5,
      since: -4,
      waiting: i === 2,
    }))
    const run = new Run(program, { seed: 1 })
    run.advance({ until: 100 })
    for (const from of [people, run.capture()]) {
      const alone = runForecast(program, from, asked)
      expect(alone.quantities.present!.q95[2]).toBeGreaterThan(alone.quantities.present!.q05[2]!)
      for (const pool of [one, three]) expect(await pool.forecast(clinic, from, asked)).toEqual(alone)
    }
    await expect(three.forecast(clinic, people, { ...asked, events: 10 })).rejects.toThrow('replication 1 had used up')
  })

  it('tells the error of the first replication that fails, whoever runs it, and goes on with the next study', async () => {
    const program = compilePathway(clinic)
    const free = { ...options, warmUp: 0 }
    const events = Array.from(
      { length: 101 },
      (_, k) => runReplications(program, { ...free, first: k, replications: 1 }).events,
    )
    // The five longest do not fit.
    const tight = { ...free, events: events.toSorted((a, b) => b - a)[4]! - 1 }
    const messageOf = (run: () => unknown) => {
      try {
        run()
      } catch (error) {
        return (error as Error).message
      }
      return undefined
    }
    const expected = messageOf(() => runReplications(program, tight))
    expect(expected).toMatch(/replication \d+ had used up its budget/)
    for (const pool of [one, three]) {
      const failing = pool.replicate(clinic, tight)
      await expect(failing).rejects.toThrow(DiscreteError)
      await expect(failing).rejects.toThrow(expected)
    }
    expect((await three.replicate(clinic, options)).replications).toBe(101)
  })

  it('refuses what it is not able to run: a pathway, a metric, an option', async () => {
    const nobody: Pathway = { ...clinic, resources: [] }
    await expect(three.replicate(nobody, options)).rejects.toThrow('"staff"')
    const metrics = { wait: { kind: 'mean-wait', step: 'nowhere' } } as const
    await expect(three.replicate(clinic, { ...options, metrics })).rejects.toThrow('"nowhere"')
    await expect(three.replicate(clinic, { ...options, until: 0 })).rejects.toThrow('until')
    await expect(three.replicate(clinic, { ...options, replications: 0.5 })).rejects.toThrow('replications')
  })

  it('stops when it is told to, and tells how far it is', async () => {
    const controller = new AbortController()
    const told: number[] = []
    const study = three.replicate(clinic, {
      ...options,
      replications: 100_000,
      signal: controller.signal,
      onProgress: (done, of) => {
        told.push(done / of)
        controller.abort()
      },
    })
    await expect(study).rejects.toThrow('aborted')
    expect(told[0]).toBeLessThan(0.5)
    expect((await three.replicate(clinic, options)).replications).toBe(101)
  })
})
