import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { simulate } from '../integrate/simulate.ts'
import type { Machine } from '../machine.ts'
import { buildSystem } from '../system/build-system.ts'
import { interpret } from '../system/interpret.ts'
import { compile, printCompiled } from './compile.ts'

const models = {
  'an oscillator': `x' = y; y' = mu*(1 - x^2)*y - x + sin(time); x = 2; y = 0; mu = 3`,
  'an axon': `
    V' = I - 120*m^3*h*(V - 115) - 36*n^4*(V + 12) - 0.3*(V - 10.6)
    m' = piecewise(0.1*(25 - V)/(exp((25 - V)/10) - 1), abs(V - 25) > 1e-9, 1)*(1 - m) - 4*exp(-V/18)*m
    h' = 0.07*exp(-V/20)*(1 - h) - h/(exp((30 - V)/10) + 1)
    n' = 0.1*(1 - n) - 0.125*exp(-V/80)*n
    V = 1; m = 0.05; h = 0.6; n = 0.32; I = 10`,
  'an algebraic loop': `
    x' = -x + z; x = 1; k = 2
    var z; z = 0.5; 0 = z^3 + k*z - x
    `,
  events: `
    x' = -x; x = 1; count = 0; half := x/2
    E1: at (x < 0.5), priority = 2: x = 1 + count/10, count = count + 1
    E2: at 0.2 after (x < 0.6): k = k + half; k = 0`,
  'a delay': `x' = -delay(x, 0.5 + d)*2; x = 1; d = 0.1`,
} as const

const near = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length)
  for (let i = 0; i < a.length; i++)
    if (!Object.is(a[i], b[i])) expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(1e-11 * (1 + Math.abs(b[i]!)))
}

describe('a compiled machine', () => {
  for (const [name, text] of Object.entries(models))
    it(`does what the interpreter does: ${name}`, () => {
      const system = buildSystem(readAntimony(text))
      const observed = [...system.quantities.keys()]
      const both = [compile(system, observed), interpret(system, observed)] as const
      const [n, e] = [system.states.length, system.events.length]
      const number = fc.double({ min: 0.1, max: 3, noNaN: true })
      const inputs = fc.record({
        t: number,
        y: fc.array(number, { minLength: n, maxLength: n }),
        change: fc.array(number, { minLength: system.parameters.length, maxLength: system.parameters.length }),
      })
      fc.assert(
        fc.property(inputs, ({ t, y, change }) => {
          const [compiled, interpreted] = both.map((machine) => all(machine, t, y, change))
          for (const [i, values] of compiled!.entries()) near(values, interpreted![i]!)
        }),
        { numRuns: 25 },
      )

      function all(machine: Machine, t: number, y: readonly number[], change: readonly number[]) {
        machine.history = (time, states) => states.set(states.map((_, i) => Math.cos(time + i)))
        const parameters = new Float64Array(machine.parameterCount).fill(Number.NaN)
        const states = new Float64Array(n).fill(Number.NaN)
        machine.initialise(t, parameters, states)
        const initial = [states.slice(), parameters.slice()]
        states.set(y)
        parameters.set(parameters.map((value, i) => value * change[i]!))
        const into = (size: number, fill: (array: Float64Array) => void) => {
          const array = new Float64Array(size)
          fill(array)
          return array
        }
        const bits = (size: number, fill: (array: Uint8Array) => void) => {
          const array = new Uint8Array(size)
          fill(array)
          return array
        }
        const linear = new Float64Array(n)
        const constant = into(n, (array) => machine.gates(t, states, parameters, linear, array))
        const assigned = system.events.map(({ assignments }, event) => {
          const values = into(assignments.length, (array) => machine.assigned(event, t, states, parameters, array))
          const own = [states.slice(), parameters.slice()] as const
          machine.assign(event, t, ...own, values)
          return [...values, ...own.flatMap((array) => [...array])]
        })
        return [
          ...initial,
          into(n, (array) => machine.rates(t, states, parameters, array)),
          into(n * n, (array) => machine.jacobian(t, states, parameters, array)),
          into(n, (array) => machine.rateOfRates(t, states, parameters, array)),
          linear,
          constant,
          into(system.crossings.length, (array) => machine.crossings(t, states, parameters, array)),
          into(observed.length, (array) => machine.observe(t, states, parameters, array)),
          bits(e, (array) => machine.triggers(t, states, parameters, array)),
          bits(system.constraints.length, (array) => machine.constraints(t, states, parameters, array)),
          ...assigned,
          system.events.map((event, at) => (event.delay ? machine.delay(at, t, states, parameters) : 0)),
          system.events.map((event, at) => (event.priority ? machine.priority(at, t, states, parameters) : 0)),
        ]
      }
    })

  it('runs to where the interpreter runs', () => {
    for (const text of Object.values(models)) {
      const system = buildSystem(readAntimony(text))
      const observed = system.states.map(({ symbol }) => symbol)
      const [compiled, interpreted] = [compile, interpret].map((make) =>
        simulate(make(system, observed), { end: 3, steps: 10, relativeTolerance: 1e-9 }),
      )
      for (const [i, value] of interpreted!.values.entries())
        expect(Math.abs(compiled!.values[i]! - value)).toBeLessThan(1e-5 * (1 + Math.abs(value)))
    }
  })

  it('refuses to observe what is not there', () => {
    const system = buildSystem(readAntimony(models['an oscillator']))
    expect(() => compile(system, ['nothing'])).toThrow('nothing')
  })
})

describe('the printed code', () => {
  it('reads like the model', () => {
    const system = buildSystem(readAntimony(`S -> P; k*S*f; k = 2; f := 1 + S/10; S = 5; P = 0; compartment c = 1`))
    const text = printCompiled(system, ['f'])
    expect(text).toContain('//   0 S')
    expect(text).toContain('function rates(t, y, p, u, l, into) {')
    expect(text).toContain('const k = p[')
    expect(text).toContain('function observe(')
  })
})
