import { describe, expect, it } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { compile } from '../compile/compile.ts'
import { buildSystem } from '../system/build-system.ts'
import { forced, hires, hodgkinHuxley, oregonator, robertson, vanDerPol } from './problems.test-data.ts'
import { type SimulateOptions, simulate } from './simulate.ts'

const lastRow = ({ values, symbols }: ReturnType<typeof simulate>) => values.slice(-symbols.length)

describe('order of convergence', () => {
  // Errors at t = 2 with a step and with half of it: their ratio is 2 to the order.
  const error = (options: Pick<SimulateOptions, 'method' | 'step'>) => {
    const end = lastRow(simulate(forced(), { end: 2, steps: 1, ...options }))
    return Math.hypot(end[0]! - Math.sin(2), end[1]! - Math.cos(2), end[2]! - 2 * Math.cos(2))
  }
  const order = (method: 'runge-kutta-4' | 'rush-larsen' | 'rush-larsen-2', step: number) =>
    Math.log2(error({ method, step }) / error({ method, step: step / 2 }))

  it('is 4 for the classical Runge–Kutta method', () => expect(order('runge-kutta-4', 0.05)).toBeCloseTo(4, 0))
  it('is 1 for Rush–Larsen without gates, that is Euler', () => expect(order('rush-larsen', 0.001)).toBeCloseTo(1, 1))
  it('is 2 for Rush–Larsen by the midpoint', () => expect(order('rush-larsen-2', 0.01)).toBeCloseTo(2, 1))

  const withGates = (method: 'rush-larsen' | 'rush-larsen-2', step: number) => {
    const exact = lastRow(simulate(hodgkinHuxley(), { end: 3, steps: 1, relativeTolerance: 1e-12 }))
    return Math.abs(lastRow(simulate(hodgkinHuxley(), { end: 3, steps: 1, method, step }))[0]! - exact[0]!)
  }
  it('is 1 for Rush–Larsen with gates', () =>
    expect(Math.log2(withGates('rush-larsen', 0.001) / withGates('rush-larsen', 0.0005))).toBeCloseTo(1, 1))
  it('is 2 for Rush–Larsen by the midpoint with gates', () =>
    expect(Math.log2(withGates('rush-larsen-2', 0.004) / withGates('rush-larsen-2', 0.002))).toBeCloseTo(2, 1))

  it.each(['dormand-prince', 'rodas'] as const)('%s and its dense output follow the tolerance', (method) => {
    for (const relativeTolerance of [1e-5, 1e-8, 1e-11]) {
      const { times, values } = simulate(forced(), {
        end: 10,
        steps: 333,
        method,
        relativeTolerance,
        absoluteTolerance: relativeTolerance,
      })
      let largest = 0
      for (const [i, t] of times.entries())
        largest = Math.max(
          largest,
          Math.abs(values[3 * i]! - Math.sin(t)),
          Math.abs(values[3 * i + 2]! - t * Math.cos(t)),
        )
      expect(largest).toBeLessThan(100 * relativeTolerance)
      expect(largest).toBeGreaterThan(relativeTolerance / 1000)
    }
  })
})

describe('stiff problems of the literature', () => {
  it.each(['rodas', 'auto'] as const)('%s follows HIRES to t = 321.8122', (method) => {
    // Test Set for IVP Solvers, computed by RADAU5 in quadruple precision.
    const exact = [
      0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2, 0.2386356198831331e-2,
      0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2,
    ]
    const end = lastRow(simulate(hires(), { end: 321.8122, steps: 10, method }))
    for (const [i, value] of exact.entries()) expect(end[i]! / value).toBeCloseTo(1, 6)
  })

  it.each(['rodas', 'auto'] as const)('%s follows Robertson to t = 1e11', (method) => {
    // Test Set for IVP Solvers.
    const end = lastRow(simulate(robertson(), { end: 1e11, steps: 10, method, absoluteTolerance: 1e-18 }))
    expect(end[0]! / 0.2083340149701255e-7).toBeCloseTo(1, 5)
    expect(end[1]! / 0.8333360770334713e-13).toBeCloseTo(1, 5)
    expect(end[2]!).toBeCloseTo(0.999999979166505, 12)
  })

  it('follows Robertson to t = 40 with the default tolerances', () => {
    // To the seven figures that textbooks print of it.
    const end = lastRow(simulate(robertson(), { end: 40, steps: 1 }))
    expect(end[0]!).toBeCloseTo(0.7158271, 7)
    expect(end[1]! / 9.185535e-6).toBeCloseTo(1, 6)
  })

  it.each(['rodas', 'auto'] as const)('%s follows Van der Pol with μ = 1000 to t = 2000', (method) => {
    const end = lastRow(simulate(vanDerPol(), { end: 2000, steps: 10, method }))
    expect(end[0]!).toBeCloseTo(0.1706167732170469e1, 6)
    expect(end[1]!).toBeCloseTo(-0.8928097010248125e-3, 9)
  })

  it.each(['rodas', 'auto'] as const)('%s follows the Oregonator to t = 360', (method) => {
    const end = lastRow(simulate(oregonator(), { end: 360, steps: 10, method }))
    for (const [i, value] of [0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3].entries())
      expect(end[i]! / value).toBeCloseTo(1, 5)
  })

  it('auto gives every row right where it changes its method', () => {
    // Slow and fast by turns; between rows the solution is that of whichever method took the step.
    const options = { end: 2000, steps: 20_000 }
    const exact = simulate(vanDerPol(), { ...options, method: 'rodas', relativeTolerance: 1e-11 })
    const auto = simulate(vanDerPol(), { ...options, method: 'auto' })
    expect(auto.statistics.methodChanges).toBeGreaterThan(2)
    // Off the jumps, whose time no relative error of 1e-8 can give to better than this.
    const errors = exact.values.map((value, i) => Math.abs(value - auto.values[i]!)).filter((_, i) => i % 2 === 0)
    expect(errors.toSorted()[Math.floor(0.995 * errors.length)]).toBeLessThan(1e-6)
    expect(Math.max(...errors)).toBeLessThan(1e-2)
  })
})

it.each(['runge-kutta-4', 'rush-larsen', 'rush-larsen-2'] as const)(
  'a compiled model goes by %s the same with and without a limit of its steps',
  (method) => {
    const machine = compile(buildSystem(readAntimony("x = 1; x' = -x; y = 0; y' = x - y")), ['x', 'y'])
    const options = { end: 2, steps: 4, method, step: 0.01 }
    const { values } = simulate(machine, options)
    expect(values.at(-2)).toBeCloseTo(Math.exp(-2), 2)
    const limited = simulate(machine, { ...options, maximumSteps: 1000 })
    for (const [i, value] of limited.values.entries()) expect(value).toBeCloseTo(values[i]!, 12)
  },
)
