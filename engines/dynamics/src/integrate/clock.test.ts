import { describe, expect, it } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { buildSystem } from '../system/build-system.ts'
import { interpret } from '../system/interpret.ts'
import { createClock } from './clock.ts'
import { type SimulateOptions, simulate } from './simulate.ts'

const system = (text: string) => buildSystem(readAntimony(text))
const last = (text: string, options: Partial<SimulateOptions> = {}) =>
  simulate(interpret(system(text), ['x']), { end: 10_000, steps: 1, ...options }).values.at(-1)!
const turns = (text: string, count: number) => {
  const made = system(text)
  const clock = createClock(made)
  const parameters = new Float64Array(made.parameters.length).fill(Number.NaN)
  interpret(made, []).initialise(0, parameters, new Float64Array(made.states.length).fill(Number.NaN))
  const found: number[] = []
  for (let t = 0; found.length < count && Number.isFinite(t); ) {
    const next = clock.next(t, parameters)
    // Two formulas of one turn may differ by rounding.
    if (!(next - t < 1e-9)) found.push(next)
    t = next
  }
  return { found, others: clock.others.length }
}
const pulses = "x = 0; T = 1000; x' = piecewise(1, time - floor(time / T) * T < 0.01, 0)"

describe('the clock', () => {
  it('knows when comparisons of time turn', () => {
    const { found, others } = turns("x = 0; x' = piecewise(1, time > 3 && 2 * time <= 14, 0)", 3)
    expect(found).toEqual([3, 7, Number.POSITIVE_INFINITY])
    expect(others).toBe(0)
  })

  it('knows periodic pulses, with both their edges', () => {
    const { found } = turns(pulses, 4)
    for (const [i, turn] of [0.01, 1000, 1000.01, 2000].entries()) expect(found[i]).toBeCloseTo(turn, 9)
  })

  it('leaves to the solution what depends on it, and curves', () => {
    expect(turns("x = 0; x' = piecewise(1, x < time, 0)", 1).others).toBe(1)
    expect(turns("x = 0; x' = piecewise(1, exp(time) < 5, 0)", 1).others).toBe(1)
  })

  it.each(['auto', 'dormand-prince', 'rodas'] as const)('%s steps over no pulse, however short and rare', (method) => {
    // Ten pulses of 0.01 in 10,000, between which nothing happens.
    expect(last(pulses, { method })).toBeCloseTo(0.1, 9)
  })

  it('is set anew by events', () => {
    expect(last("x = 0; at_ = 5; x' = piecewise(1, time > at_, 0); at time > 3: at_ = 8", { end: 10 })).toBeCloseTo(
      2,
      9,
    )
  })
})
