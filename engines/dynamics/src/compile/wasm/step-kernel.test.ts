import { describe, expect, it } from 'vitest'
import { readAntimony } from '../../antimony/read-antimony.ts'
import { simulateEnsemble } from '../../ensemble/simulate-ensemble.ts'
import { type SimulateOptions, simulate } from '../../integrate/simulate.ts'
import { buildSystem } from '../../system/build-system.ts'
import { compile } from '../compile.ts'

/** A chain that decays to and fro: as many states as one likes. */
const chain = (n: number) =>
  Array.from(
    { length: n },
    (_, i) => `x${i}' = ${i ? `x${i - 1}` : 'sin(time)'}*k - x${i}^2/(1 + x${i}^2); x${i} = ${i % 3};`,
  )
    .concat('k = 0.7')
    .join('\n')
const models = {
  'one state': chain(1),
  'an odd number of states': chain(7),
  'more states than are written out': chain(101),
  'gates and powers': `
    V' = I - 36*n^4*(V + 12) - 0.3*(V - 10.6); n' = (1 - n)/(1 + exp(-V/10)) - n*exp(-V/80)*p^h
    V = 1; n = 0.32; I = 10; p = 0.9; h = 2`,
  'a step whose error is too large': `x' = -50*(x - tanh(20*(time - 3))); x = 0; y' = x; y = 0`,
  'a stiff problem': `x' = y; y' = 500*(1 - x^2)*y - x; x = 2; y = 0`,
  'rates that jump': `x' = piecewise(2, x < 1, 1.2) - 0.1*y; y' = x - y; x = 0; y = 0`,
  events: `x' = -x; y' = x*k; x = 1; y = 0; k = 1; at (x < 0.3): x = 2, k = k*1.5`,
} as const
const names = Object.keys(models) as (keyof typeof models)[]

describe('steps of a kernel', () => {
  const variants: readonly Partial<SimulateOptions>[] = [
    {},
    { method: 'dormand-prince', relativeTolerance: 1e-5 },
    { absoluteTolerance: 1e-7, relativeTolerance: 1e-6 },
    { step: 0.05 },
  ]
  it.each(names)('are those of the machine without one: %s', (name) => {
    const system = buildSystem(readAntimony(models[name]))
    const observed = system.states.map(({ symbol }) => symbol)
    const machine = compile(system, observed)
    for (const variant of variants) {
      const options = { end: 8, steps: 37, ...variant }
      const quick = simulate(machine, options)
      const plain = simulate({ ...machine, borrowStepKernel: undefined }, options)
      // Rounding may add a step or take one away.
      const { steps, rejected } = plain.statistics
      expect(Math.abs(quick.statistics.steps - steps)).toBeLessThan(5 + steps / 20)
      expect(Math.abs(quick.statistics.rejected - rejected)).toBeLessThan(5 + steps / 20)
      expect({ ...quick.statistics, steps, rejected }).toEqual(plain.statistics)
      const tolerance = name === 'a stiff problem' ? 1e-4 : 1e-8
      for (const [i, value] of plain.values.entries())
        expect(Math.abs(quick.values[i]! - value)).toBeLessThan(tolerance * (1 + Math.abs(value)))
    }
  })

  it('end after as many as are allowed', () => {
    const machine = compile(buildSystem(readAntimony(models['an odd number of states'])), ['x0'])
    const { steps, rejected } = simulate(machine, { end: 8, steps: 1 }).statistics
    const all = steps + rejected
    expect(simulate(machine, { end: 8, steps: 1, maximumSteps: all }).statistics.steps).toBe(steps)
    expect(() => simulate(machine, { end: 8, steps: 1, maximumSteps: all - 1 })).toThrow(
      `${all - 1} steps were not enough`,
    )
  })

  it('refuse a rate that is no number, naming where that begins', () => {
    const machine = compile(buildSystem(readAntimony(`x' = -1; x = 1; r := sqrt(x); y' = r; y = 0`)), ['y'])
    for (const options of [{}, { method: 'runge-kutta-4', step: 0.01 }, { method: 'rush-larsen', step: 0.01 }] as const)
      expect(() => simulate(machine, { end: 2, steps: 4, ...options })).toThrow(
        /rate of y is NaN at time 1(\.0\d*)?, because r is NaN/,
      )
  })

  it('are lent to one at a time and begin afresh', () => {
    const machine = compile(buildSystem(readAntimony(models['an odd number of states'])), ['x1'])
    const first = simulate(machine, { end: 8, steps: 5 })
    const borrowed = machine.borrowStepKernel!()
    expect(borrowed).toBeDefined()
    expect(machine.borrowStepKernel!()).toBeUndefined()
    expect(simulate(machine, { end: 8, steps: 5 }).values[5]).toBeCloseTo(first.values[5]!, 9)
    borrowed!.giveBack()
    expect(simulate(machine, { end: 8, steps: 5 })).toEqual(first)
  })
})

it.each(['runge-kutta-4', 'rush-larsen', 'rush-larsen-2'] as const)(
  'one trajectory with a fixed step has the bits that it has in an ensemble: %s',
  (method) => {
    for (const name of ['one state', 'an odd number of states', 'gates and powers'] as const) {
      const system = buildSystem(readAntimony(models[name]))
      const observed = system.states.map(({ symbol }) => symbol)
      const options = { end: 3, steps: 6, method, step: 0.01 } as const
      const { values } = simulateEnsemble(system, { ...options, members: 1, observed })
      expect(simulate(compile(system, observed), options).values).toEqual(values)
    }
  },
)
