import { randomStream } from '@counterpart/numerics'
import { describe, expect, it } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { buildSystem } from '../system/build-system.ts'
import { interpret } from '../system/interpret.ts'
import { calibrate } from './calibrate.ts'

const system = (text: string) => buildSystem(readAntimony(text))
const times = Array.from({ length: 21 }, (_, i) => i / 2)
const bateman = "a = 10; b = 0; k1 = 1; k2 = 0.3; a' = -k1 * a; b' = k1 * a - k2 * b"
/** b for a(0) = 10, k1 = 0.8, k2 = 0.25. */
const exact = times.map((t) => ((10 * 0.8) / (0.8 - 0.25)) * (Math.exp(-0.25 * t) - Math.exp(-0.8 * t)))

describe('calibration', () => {
  it('finds what exact data were made with, initial values among it', () => {
    const found = calibrate(system(bateman), [{ symbol: 'b', times, values: exact }], {
      estimate: [{ symbol: 'k1' }, { symbol: 'k2' }, { symbol: 'a', initial: 5 }],
    })
    expect(found.converged).toBe(true)
    const [k1, k2, a] = found.estimates.map(({ value }) => value)
    expect(k1).toBeCloseTo(0.8, 5)
    expect(k2).toBeCloseTo(0.25, 5)
    expect(a).toBeCloseTo(10, 4)
    expect(found.singular).toEqual([])
  })

  it('tells errors that are as large as estimates scatter', () => {
    const errors: number[] = []
    for (let sample = 0; sample < 60; sample++) {
      const noise = randomStream('calibrate', sample)
      const { estimates } = calibrate(
        system(bateman),
        [{ symbol: 'b', times, values: exact.map((value) => value + 0.2 * noise.normal()), deviations: 0.2 }],
        { estimate: [{ symbol: 'k1' }, { symbol: 'k2' }], machine: interpret, relativeTolerance: 1e-7 },
      )
      errors.push((estimates[1]!.value - 0.25) / estimates[1]!.standardError)
    }
    const spread = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length)
    // A standard deviation of 1 from 60 draws is within 1 ± 0.28 at three standard errors.
    expect(spread).toBeGreaterThan(0.72)
    expect(spread).toBeLessThan(1.28)
  })

  it('names what the data cannot tell apart', () => {
    const found = calibrate(
      system("x = 10; p = 0.5; q = 0.5; r = 3; x' = -p * q * x"),
      [{ symbol: 'x', times, values: times.map((t) => 10 * Math.exp(-0.4 * t)) }],
      { estimate: [{ symbol: 'p' }, { symbol: 'q' }, { symbol: 'r' }] },
    )
    const value = (symbol: string) => found.estimates.find((one) => one.symbol === symbol)!.value
    expect(value('p') * value('q')).toBeCloseTo(0.4, 5)
    expect(found.estimates.map(({ standardError }) => standardError)).toEqual([Infinity, Infinity, Infinity])
    const named = found.singular.map(({ parts }) => parts.map(({ symbol }) => symbol).join())
    expect(named.toSorted()).toEqual(['p,q', 'r'])
    const together = found.singular.find(({ parts }) => parts.length === 2)!.parts
    expect(together[0]!.weight).toBeCloseTo(-together[1]!.weight, 4)
  })

  it('stays within bounds and says so', () => {
    const { estimates } = calibrate(system(bateman), [{ symbol: 'b', times, values: exact }], {
      estimate: [{ symbol: 'k1', initial: 0.5, upper: 0.6 }, { symbol: 'k2' }],
    })
    expect(estimates[0]).toMatchObject({ value: expect.closeTo(0.6, 12), atBound: true })
    expect(estimates[1]!.atBound).toBe(false)
  })

  it('refuses what it cannot use', () => {
    const of = (symbol: string, estimate: { symbol: string }[]) => () =>
      calibrate(system(bateman), [{ symbol, times: [1], values: [1] }], { estimate })
    expect(of('nothing', [{ symbol: 'k1' }])).toThrow(/nothing/)
    expect(of('b', [{ symbol: 'nobody' }])).toThrow(/nobody/)
    expect(of('b', [])).toThrow(/estimate/)
  })
})
