import { describe, expect, it } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { compile } from '../compile/compile.ts'
import type { MethodName } from '../integrate/options.ts'
import { simulate } from '../integrate/simulate.ts'
import { buildSystem } from '../system/build-system.ts'
import type { EnsembleOptions } from './options.ts'
import { ensemblePlan } from './options.ts'
import { createMemberRunner } from './run-members.ts'
import { simulateEnsemble } from './simulate-ensemble.ts'

const oscillator = buildSystem(readAntimony(`x' = y; y' = mu*(1 - x^2)*y - x; x = 2; y = 0; mu = 3`))
const members = 7
const mu = Float64Array.from({ length: members }, (_, i) => 0.5 + i)
const x = Float64Array.from({ length: members }, (_, i) => 2 - i / 10)
const options: EnsembleOptions = { members, given: { mu, x }, end: 10, steps: 20, observed: ['x', 'y'] }
const methods: readonly MethodName[] = [
  'runge-kutta-4',
  'dormand-prince',
  'rush-larsen',
  'rush-larsen-2',
  'rodas',
  'auto',
]
const withStep = (method: MethodName) =>
  /runge|rush/.test(method) ? { method, step: 0.01 } : { method, relativeTolerance: 1e-9 }

describe('an ensemble', () => {
  it.each(methods)('is what its members are alone: %s', (method) => {
    const { values, failures, times, symbols } = simulateEnsemble(oscillator, { ...options, ...withStep(method) })
    expect(failures).toEqual([])
    expect(symbols).toEqual(['x', 'y'])
    const machine = compile(oscillator, ['x', 'y'])
    for (let member = 0; member < members; member++) {
      const alone = simulate(machine, {
        ...withStep(method),
        end: 10,
        steps: 20,
        given: { mu: mu[member]!, x: x[member]! },
      })
      expect(times).toEqual(alone.times)
      // The methods and their steps are the same; what rounding makes different grows in a relaxation oscillation.
      for (const [i, value] of alone.values.entries())
        expect(Math.abs(values[member * 42 + i]! - value)).toBeLessThan(method === 'auto' ? 1e-12 : 2e-7)
    }
  })

  it.each(methods)('gives each member the same bits whichever others run with it: %s', (method) => {
    const whole = simulateEnsemble(oscillator, { ...options, ...withStep(method) })
    const plan = ensemblePlan(oscillator, { ...options, ...withStep(method) })
    for (const cuts of [
      [0, 1, 2, 3, 4, 5, 6, 7],
      [0, 3, 7],
      [0, 6, 7],
    ]) {
      const values = new Float64Array(whole.values.length)
      const run = createMemberRunner(oscillator, plan)
      for (const [i, from] of cuts.slice(0, -1).entries()) run(from, cuts[i + 1]!, { mu, x }, values)
      expect(values).toEqual(whole.values)
    }
  })

  it.each(['dormand-prince', 'runge-kutta-4', 'auto'] as const)('goes on without a member that fails: %s', (method) => {
    // With a > 0 the solution runs to infinity at time 1/a.
    const system = buildSystem(readAntimony(`x' = a*x^2; x = 1; a = -1`))
    const a = Float64Array.of(-1, 0.5, -2, -3, 2, -4)
    const run = { members: 6, given: { a }, end: 4, steps: 4, observed: ['x'], ...withStep(method) }
    const { values, failures } = simulateEnsemble(system, run)
    expect(failures.map(({ member }) => member)).toEqual([1, 4])
    for (const { error } of failures) expect(['not-finite', 'no-convergence']).toContain(error.code)
    expect(values[5 * 1 + 4]).toBeNaN()
    for (const member of [0, 2, 3, 5])
      for (const row of [0, 1, 2, 3, 4])
        expect(values[member * 5 + row]).toBeCloseTo(1 / (1 - a[member]! * row), method === 'runge-kutta-4' ? 6 : 8)
  })

  it.each(methods)('that ends when it starts is at its initial values: %s', (method) => {
    const { values } = simulateEnsemble(oscillator, { ...options, end: 0, steps: 2, ...withStep(method) })
    expect(values).toEqual(Float64Array.from({ length: members * 6 }, (_, i) => (i % 2 ? 0 : x[Math.floor(i / 6)]!)))
  })

  it('keeps the last row only if that is all that is wanted', () => {
    const all = simulateEnsemble(oscillator, { ...options, ...withStep('dormand-prince') })
    const last = simulateEnsemble(oscillator, { ...options, ...withStep('dormand-prince'), rows: 'last' })
    expect(last.times).toEqual(Float64Array.of(10))
    for (let member = 0; member < members; member++)
      expect(last.values.slice(member * 2, member * 2 + 2)).toEqual(
        all.values.slice(member * 42 + 40, member * 42 + 42),
      )
  })

  it('runs models with events, delays and equations to be solved one by one', () => {
    for (const text of [
      `x' = -x; x = 1; k = 1; at (x < 0.5): x = k`,
      `x' = -delay(x, k); x = 1; k = 1`,
      `x' = -z; x = 1; k = 1; var z; z = 1; 0 = z + k*z^3 - x`,
    ]) {
      const system = buildSystem(readAntimony(text))
      const k = Float64Array.of(0.9, 1.1)
      const run = { end: 3, steps: 3, method: 'dormand-prince' } as const
      const { values, failures } = simulateEnsemble(system, { ...run, members: 2, given: { k }, observed: ['x'] })
      expect(failures).toEqual([])
      expect(values.slice(4)).toEqual(simulate(compile(system, ['x']), { ...run, given: { k: 1.1 } }).values)
    }
  })

  it('stops when it is told to', () => {
    const controller = new AbortController()
    const onProgress = () => controller.abort(new Error('enough'))
    const many = { ...options, members: 1000, given: {}, method: 'dormand-prince', signal: controller.signal } as const
    expect(() => simulateEnsemble(oscillator, { ...many, onProgress })).toThrow('enough')
  })

  it('refuses what does not fit', () => {
    const refused = (change: Partial<EnsembleOptions>) => () => simulateEnsemble(oscillator, { ...options, ...change })
    expect(refused({ members: 0 })).toThrow('members is 0')
    expect(refused({ steps: 1.5 })).toThrow('steps is 1.5')
    expect(refused({ end: -1 })).toThrow('from 0 to -1')
    expect(refused({ observed: ['z'] })).toThrow('z')
    expect(refused({ given: { z: mu } })).toThrow('z is neither')
    expect(refused({ given: { mu: mu.slice(1) } })).toThrow('given 6 values')
    expect(refused({ method: 'rush-larsen' })).toThrow('needs a step')
  })
})
