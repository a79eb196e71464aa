import { describe, expect, it } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { buildSystem } from '../system/build-system.ts'
import { interpret } from '../system/interpret.ts'
import { type SimulateOptions, simulate } from './simulate.ts'

const run = (text: string, options: Partial<SimulateOptions> = {}) =>
  simulate(interpret(buildSystem(readAntimony(text)), ['x']), { end: 6, steps: 60, ...options })

/** Of x' = −x(t − 1), x = 1 before 0: by the method of steps. */
const exact = (t: number) => {
  let sum = 1
  let factorial = 1
  for (let k = 1; k <= Math.floor(t) + 1; k++) {
    factorial *= k
    sum += ((-1) ** k * (t - k + 1) ** k) / factorial
  }
  return sum
}

describe('delays', () => {
  it.each(['auto', 'dormand-prince', 'rodas'] as const)(
    '%s follows a solution known by the method of steps',
    (method) => {
      const { times, values } = run("x = 1; x' = -delay(x, 1)", { method })
      for (const [i, t] of times.entries()) expect(values[i]).toBeCloseTo(exact(t), 7)
    },
  )

  it('of order 4 with the classical Runge–Kutta method', () => {
    const error = (step: number) =>
      Math.abs(run("x = 1; x' = -delay(x, 1)", { method: 'runge-kutta-4', step }).values.at(-1)! - exact(6))
    expect(error(0.05)).toBeLessThan(1e-7)
  })

  it('of nothing are no delays', () =>
    expect(run("x = 1; x' = -delay(x, 0)", { end: 1 }).values.at(-1)).toBeCloseTo(Math.exp(-1), 8))

  it('beyond the start give what was at the start', () =>
    expect(run("x = 1; x' = -delay(x, 100)", { end: 1 }).values.at(-1)).toBeCloseTo(0, 12))

  it('much shorter than a step', () => {
    // x = exp(λ t) asymptotically, λ = −exp(−λ/1000); from a constant past it is that up to the square of the lag.
    let rate = -1
    for (let i = 0; i < 50; i++) rate = -Math.exp(-rate / 1000)
    expect(run("x = 1; x' = -delay(x, 0.001)", { end: 1 }).values.at(-1)).toBeCloseTo(Math.exp(rate), 5)
  })

  it('that depend on the state: Hairer, Nørsett and Wanner I, (II.17)', () => {
    // x' = 1 / t · x(ln x) for t ≥ 1 with x = 1 before 1: x = ln t + 1 as far as t = e, since ln x ≤ 1 there; the lag is t − ln x.
    const { times, values } = run("x = 1; x' = delay(x, time - ln(x)) / time", { start: 1, end: Math.E, steps: 10 })
    for (const [i, t] of times.entries()) expect(values[i]).toBeCloseTo(Math.log(t) + 1, 7)
  })

  it('that are negative are refused', () => expect(() => run("x = 1; x' = -delay(x, -1)")).toThrow(/delay is negative/))

  it('that are far too short for the run are refused at once', () => {
    const begun = performance.now()
    for (const method of ['auto', 'dormand-prince', 'rodas'] as const)
      expect(() => run("x = 1; x' = -delay(x, 1e-9)", { method })).toThrow(
        /a delay of about 1e-9 allows no longer steps/,
      )
    expect(performance.now() - begun).toBeLessThan(1000)
  })

  it('that begin short and grow are followed', () => {
    const text = "x = 1; x' = -delay(x, 1e-9 + time / 2)"
    // The lag hardly matters at the start: x' = −x(t/2), whose series has the terms (−1)ᵏ tᵏ / (k! 2^(k(k−1)/2)).
    const series = 1 - 1 + 1 / 4 - 1 / 48 + 1 / 1536 - 1 / 122880 + 1 / (720 * 2 ** 15)
    expect(run(text, { end: 1, steps: 1 }).values[1]).toBeCloseTo(series, 6)
  })

  it('of what events change', () => {
    const { values } = run('x := delay(p, 2); p = 1; at time >= 1: p = 5', { end: 6, steps: 6 })
    expect([...values]).toEqual([1, 1, 1, 5, 5, 5, 5])
  })
})
