import { describe, expect, it } from 'vitest'
import { handMade } from './hand-made.test-data.ts'
import { periodicSteadyState } from './periodic-steady-state.ts'
import { decay, hodgkinHuxley, lotkaVolterra } from './problems.test-data.ts'
import { steadyState } from './steady-state.ts'

const brusselator = (b: number) =>
  handMade({
    initial: { x: 1.5, y: 3 },
    rates: (_, s, _p, into) => {
      const [x, y] = s as unknown as [number, number]
      into.set([1 + x * x * y - (b + 1) * x, b * x - x * x * y])
    },
  })

describe('a steady state', () => {
  it('is found where a reaction network with a conserved total settles', () => {
    // a + b ⇌ c with k = 2, 1: a = b = x, c = 1 − x, 2 x² = 1 − x, so x = 1/2.
    const machine = handMade({
      initial: { a: 1, b: 1, c: 0 },
      rates: (_, y, _p, into) => {
        const rate = 2 * y[0]! * y[1]! - y[2]!
        into.set([-rate, -rate, rate])
      },
      jacobian: (_, y, _p, into) => {
        const [a, b] = [2 * y[1]!, 2 * y[0]!]
        into.set([-a, -b, 1, -a, -b, 1, a, b, -1])
      },
    })
    const found = steadyState(machine)
    for (const state of found.states) expect(state).toBeCloseTo(0.5, 9)
    expect(found.conserved).toBe(2)
    expect(found.residual).toBeLessThan(1e-10)
  })

  it('is found where everything decays', () => expect(steadyState(decay()).states[0]).toBeCloseTo(0, 12))

  it('is found for a stiff system, with its total kept', () => {
    // a ⇌ b at 1e6 each way, b → c → a at 0.01.
    const machine = handMade({
      initial: { a: 3, b: 0, c: 0 },
      rates: (_, y, _p, into) => {
        const fast = 1e6 * (y[0]! - y[1]!)
        into.set([0.01 * y[2]! - fast, fast - 0.01 * y[1]!, 0.01 * (y[1]! - y[2]!)])
      },
      jacobian: (_t, _y, _p, into) => into.set([-1e6, 1e6, 0.01, 1e6, -1e6 - 0.01, 0, 0, 0.01, -0.01]),
    })
    const { states, conserved } = steadyState(machine)
    for (const state of states) expect(state).toBeCloseTo(1, 6)
    expect(states.reduce((sum, state) => sum + state)).toBeCloseTo(3, 9)
    expect(conserved).toBe(1)
  })

  it('of the Brusselator is (1, b)', () => {
    const { states } = steadyState(brusselator(1.5))
    expect(states[0]).toBeCloseTo(1, 9)
    expect(states[1]).toBeCloseTo(1.5, 9)
  })

  it('of Hodgkin and Huxley’s membrane without a current is its rest', () =>
    expect(steadyState(hodgkinHuxley(0)).states[0]).toBeCloseTo(-65, 0))

  it('is refused where the model grows', () => {
    const machine = handMade({
      initial: { x: 1 },
      rates: (_t, _y, _p, into) => into.fill(1),
      jacobian: (_t, _y, _p, into) => into.fill(0),
    })
    expect(() => steadyState(machine)).toThrow(/steady state|bound/)
  })
})

describe('a periodic steady state', () => {
  /** A slow pool behind a fast driven one: 1/0.01 periods to settle. */
  const driven = () =>
    handMade({
      initial: { fast: 0, slow: 0 },
      rates: (t, y, _p, into) => into.set([1 + Math.sin(2 * Math.PI * t) - y[0]!, 0.01 * (y[0]! - y[1]!)]),
    })

  it('of a driven model is reached many times sooner with acceleration', () => {
    const quick = periodicSteadyState(driven(), { period: 1 })
    const slow = periodicSteadyState(driven(), { period: 1, accelerate: false, closeness: 1e-5, maximumPeriods: 5000 })
    expect(quick.periods).toBeLessThan(15)
    expect(slow.periods).toBeGreaterThan(400)
    // Of linear equations: fast = 1 + (sin − ω cos) / (1 + ω²), and slow follows it with its own 0.01.
    const w = 2 * Math.PI
    expect(quick.states[0]).toBeCloseTo(1 - w / (1 + w * w), 5)
    const [a, b] = [1 / (1 + w * w), -w / (1 + w * w)]
    const k = 0.01
    expect(quick.states[1]).toBeCloseTo(1 + (k * (k * b - w * a)) / (k * k + w * w), 5)
  })

  it('of a model that oscillates by itself is found with its period: the Brusselator, b = 3', () => {
    const found = periodicSteadyState(brusselator(3), { longestPeriod: 10 })
    // Its period at a = 1, b = 3 is 7.1569 (by plain simulation to 1e-10 over a hundred periods).
    expect(found.period).toBeCloseTo(7.157, 2)
    expect(found.residual).toBeLessThan(1e-6)
  })

  it('is refused for a model that settles down', () =>
    expect(() => periodicSteadyState(brusselator(1.5), { longestPeriod: 100 })).toThrow(/does not come back/))

  it('of a centre is the orbit it is on', () => {
    const { period } = periodicSteadyState(lotkaVolterra(), { longestPeriod: 10 })
    expect(period).toBeGreaterThan(2 * Math.PI)
  })
})
