import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAntimony } from '../../src/antimony/read-antimony.ts'
import { simulateEnsemble } from '../../src/ensemble/simulate-ensemble.ts'
import { buildSystem } from '../../src/system/build-system.ts'
import { createEnsemblePool, type EnsemblePool } from './index.ts'

const model = readAntimony('S1 -> S2; k*S1/(1 + exp(-S2)); S2 -> ; d*S2; S1 = 10; S2 = 1; k = 1; d = 0.3')
const members = 301
const k = Float64Array.from({ length: members }, (_, i) => 0.5 + i / members)
const options = { members, given: { k }, end: 5, steps: 10, observed: ['S1', 'S2'] } as const

describe('a pool of threads', () => {
  let one: EnsemblePool
  let three: EnsemblePool
  beforeAll(() => {
    one = createEnsemblePool(1)
    three = createEnsemblePool(3)
  })
  afterAll(() => Promise.all([one.close(), three.close()]))

  it.each(['dormand-prince', 'auto'] as const)('gives the same bits for any number of threads: %s', async (method) => {
    const alone = simulateEnsemble(buildSystem(model), { ...options, method })
    for (const pool of [one, three]) {
      const { values, failures } = await pool.simulate(model, { ...options, method })
      expect(values).toEqual(alone.values)
      expect(failures).toEqual([])
    }
  })

  it('tells which member failed, and has the others', async () => {
    const bad = k.slice()
    bad[130] = Number.NaN
    const { values, failures } = await three.simulate(model, {
      ...options,
      given: { k: bad },
      method: 'dormand-prince',
    })
    expect(failures.map(({ member, error }) => [member, error.code, error.element])).toEqual([
      [130, 'invalid-option', 'k'],
    ])
    const row = (member: number) => values.slice(member * 22, member * 22 + 22)
    const whole = simulateEnsemble(buildSystem(model), { ...options, method: 'dormand-prince' })
    expect(row(130).every(Number.isNaN)).toBe(true)
    for (const member of [0, 129, 131, 300])
      expect(row(member)).toEqual(whole.values.slice(member * 22, member * 22 + 22))
  })

  it('refuses what it is not able to run, and goes on with the next', async () => {
    await expect(three.simulate(model, { ...options, observed: ['nothing'] })).rejects.toThrow('nothing')
    await expect(three.simulate(model, { ...options, given: { k: k.slice(1) } })).rejects.toThrow('one for each member')
    expect((await three.simulate(model, { ...options, rows: 'last' })).values.length).toBe(members * 2)
  })

  it('runs one model after another, and the same again', async () => {
    const other = readAntimony("S' = k; S = 0; k = 1")
    const few = {
      members: 2,
      given: { k: Float64Array.of(1, 2) },
      end: 1,
      steps: 1,
      observed: ['S'],
      rows: 'last',
    } as const
    for (let round = 0; round < 2; round++) {
      expect([...(await three.simulate(other, few)).values]).toEqual([1, 2].map((value) => expect.closeTo(value, 9)))
      await expect(three.simulate(other, { ...few, observed: ['nothing'] })).rejects.toThrow('nothing')
      expect((await three.simulate(other, few)).failures).toEqual([])
      expect((await three.simulate(model, { ...options, rows: 'last' })).values.length).toBe(members * 2)
    }
  })

  it('stops when it is told to, and tells how far it is', async () => {
    const controller = new AbortController()
    const told: number[] = []
    const run = three.simulate(model, {
      ...options,
      members: 20_000,
      given: {},
      method: 'auto',
      signal: controller.signal,
      onProgress: (fraction) => {
        told.push(fraction)
        controller.abort()
      },
    })
    await expect(run).rejects.toThrow('aborted')
    expect(told[0]).toBeLessThan(0.5)
    expect((await three.simulate(model, options)).failures).toEqual([])
  })
})
