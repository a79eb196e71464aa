import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { compile } from '../compile/compile.ts'
import { simulateEnsemble } from '../ensemble/simulate-ensemble.ts'
import { readModel } from '../read-model.ts'
import { buildSystem } from '../system/build-system.ts'
import { interpret } from '../system/interpret.ts'
import type { System } from '../system.ts'
import { type SimulateOptions, simulate } from './simulate.ts'

type Run = Pick<SimulateOptions, 'end' | 'steps'> & Required<Pick<SimulateOptions, 'method' | 'step'>>

/** How the three ways to take fixed steps end: an error's message, or nothing. */
function outcomes(system: System, options: Run): (string | undefined)[] {
  const observed = [system.states[0]!.symbol]
  const told = (run: () => unknown) => {
    try {
      run()
      return undefined
    } catch (error) {
      return String(error)
    }
  }
  const { failures } = simulateEnsemble(system, { ...options, members: 3, observed })
  expect([0, 3]).toContain(failures.length)
  return [
    told(() => simulate(interpret(system, observed), options)),
    told(() => simulate(compile(system, observed), options)),
    failures[0] && String(failures[0].error),
  ]
}
const ofText = (text: string, options: Partial<Run>) =>
  outcomes(buildSystem(readAntimony(text)), { end: 50, steps: 10, method: 'runge-kutta-4', step: 0.1, ...options })

describe('a step that becomes too long', () => {
  // Stiffer and stiffer; the rate is bounded, so that nothing ever is no number.
  const stiffening = "x = 1; k = 0.1; k' = 1; x' = -tanh(k*(x - cos(time)))*20"
  it.each(['runge-kutta-4', 'rush-larsen', 'rush-larsen-2'] as const)('is refused, with the time: %s', (method) => {
    const found = ofText(stiffening, { method })
    for (const outcome of found) {
      expect(outcome).toMatch(/a step of 0\.1\d* is too long for method .*: from time .* one leads to x = /)
      const time = Number(/from time ([\d.]+)/.exec(outcome!)![1])
      expect(time).toBeGreaterThan(1)
    }
    expect(ofText(stiffening, { method, step: 5e-4 })).toEqual([undefined, undefined, undefined])
  })

  it('keeps the rows of an ensemble from before that', () => {
    const system = buildSystem(readAntimony(stiffening))
    const options = { end: 100, steps: 1000, method: 'runge-kutta-4', step: 0.1, members: 1, observed: ['x'] } as const
    const { values } = simulateEnsemble(system, options)
    expect(values[10]).toBeCloseTo(Math.cos(1), 0)
    expect(values.at(-1)).toBeNaN()
  })
})

describe('a step that is short enough is taken', () => {
  it.each([
    ['jumps', "x = 0; x' = piecewise(1, time > 33.333 && time < 34.777, 0)"],
    ['growth from nothing', "a = 1; a' = -a; b' = a; c' = b; d' = c; x' = d; b = 0; c = 0; d = 0; x = 0"],
    ['what comes to rest', "x = 1; x' = -x; y = 5; y' = x - 3*y"],
    ['what is at rest but for rounding', "x = 0.1; x' = 0.3 - 3*x; y = 1e-30; y' = 0.1 + 0.2 - 0.3"],
    ['oscillation', "x = 1; y = 0; x' = y; y' = -x"],
  ])('%s', (_, text) => expect(ofText(text, {})).toEqual([undefined, undefined, undefined]))
})

const file = join(
  process.env.COUNTERPART_DATA ?? join(import.meta.dirname, '../../../../../shared/data'),
  'chaste/cellml/difrancesco_noble_model_1985.cellml',
)
it.skipIf(!existsSync(file))('milliseconds for seconds in a cell model (skipped without the shared data)', () => {
  const system = buildSystem(readModel(readFileSync(file, 'utf8')))
  const [, long, longInEnsemble] = outcomes(system, { end: 5, steps: 20, method: 'rush-larsen', step: 0.01 })
  expect(long).toMatch(/a step of 0\.01\d* is too long/)
  expect(longInEnsemble).toBe(long)
  const short = outcomes(system, { end: 0.5, steps: 20, method: 'rush-larsen', step: 1e-4 })
  expect(short).toEqual([undefined, undefined, undefined])
})
