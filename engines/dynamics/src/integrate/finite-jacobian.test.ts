import { expect, it } from 'vitest'
import { finiteJacobian } from './finite-jacobian.ts'
import { handMade } from './hand-made.test-data.ts'
import { simulate } from './simulate.ts'

/** Saturated: at x = −89 the exponential is infinite, and its derivative ∞ / ∞. */
const saturated = () =>
  handMade({
    initial: { x: -89, y: 1 },
    rates: (_, y, _p, into) => into.set([-0.1 * y[0]! - 1 / (1 + Math.exp(-(y[0]! + 40) / 0.024)), -y[1]!]),
    jacobian: (_, y, _p, into) => {
      const e = Math.exp(-(y[0]! + 40) / 0.024)
      into.set([-0.1 - e / 0.024 / (1 + e) ** 2, 0, 0, -1])
    },
  })

it('has differences in the place of entries that are not numbers', () => {
  const machine = saturated()
  const states = Float64Array.of(-89, 1)
  const rates = new Float64Array(2)
  const jacobian = new Float64Array(4)
  machine.rates(0, states, new Float64Array(0), rates)
  machine.jacobian(0, states, new Float64Array(0), jacobian)
  expect(jacobian[0]).toBeNaN()
  finiteJacobian(machine, 0, states, new Float64Array(0), rates, jacobian)
  expect([...jacobian]).toEqual([expect.closeTo(-0.1, 6), 0, 0, -1])
})

it('lets the stiff method pass', () => {
  const { values } = simulate(saturated(), { end: 5, steps: 1, method: 'rodas' })
  expect(values.at(-2)!).toBeCloseTo(-89 * Math.exp(-0.5), 5)
})
