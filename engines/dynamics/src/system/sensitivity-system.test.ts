import { describe, expect, it } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { simulate } from '../integrate/simulate.ts'
import { buildSystem } from './build-system.ts'
import { interpret } from './interpret.ts'
import { sensitivitySymbol, sensitivitySystem } from './sensitivity-system.ts'

/** Sensitivities at the end against central differences of runs, relative to the largest of each, or to 0.1 where that is nearly 0. */
function worstDeviation(text: string, by: readonly string[], observed: readonly string[], end: number): number {
  const system = buildSystem(readAntimony(text))
  const run = (given: Record<string, number>) =>
    simulate(interpret(system, observed), { end, steps: 20, given, relativeTolerance: 1e-11 }).values
  const columns = observed.flatMap((of) => by.map((symbol) => sensitivitySymbol(of, symbol)))
  const machine = interpret(sensitivitySystem(system, by), columns)
  const derived = simulate(machine, { end, steps: 20, relativeTolerance: 1e-11 }).values
  const start = simulate(interpret(system, by), { end, steps: 1 }).values
  let worst = 0
  for (const [j, symbol] of by.entries()) {
    const h = 1e-5 * Math.max(1, Math.abs(start[j]!))
    const up = run({ [symbol]: start[j]! + h })
    const down = run({ [symbol]: start[j]! - h })
    for (const i of observed.keys()) {
      const rows = Array.from({ length: 21 }, (_, row) => row)
      const difference = rows.map(
        (row) => (up[row * observed.length + i]! - down[row * observed.length + i]!) / (2 * h),
      )
      const largest = Math.max(0.1, ...difference.map(Math.abs))
      for (const row of rows) {
        const value = derived[row * columns.length + i * by.length + j]!
        worst = Math.max(worst, Math.abs(value - difference[row]!) / largest)
      }
    }
  }
  return worst
}

describe('forward sensitivities', () => {
  it('agree with finite differences for rates, sizes and initial values', () => {
    const text = `compartment c = 2; species A in c, B in c; A = 3; B = 1;
      J1: A -> 2 B; c * v * A / (K + A); J2: B -> ; c * k * B^2; v = 2; K = 0.5; k = 0.3; x := A * B / c`
    expect(worstDeviation(text, ['v', 'K', 'k', 'c', 'A'], ['A', 'B', 'amount:B', 'x', 'J1'], 3)).toBeLessThan(1e-6)
  })

  it('go through initial formulas, algebraic rules and events at fixed times', () => {
    const text = `p = 2; q = p^2 + 1; y = q * 3; y' = -k * y + z; k = 0.4; var z = 1; 0 = z^3 + z - p * y;
      dose = 5; at (time > 1): y = y + dose * p;`
    expect(worstDeviation(text, ['p', 'k', 'dose'], ['y', 'z'], 3)).toBeLessThan(1e-6)
  })

  it('refuse symbols that events wait for', () => {
    const system = buildSystem(readAntimony("x = 0; x' = k; k = 1; limit = 2; at (x > limit): x = 0"))
    expect(() => sensitivitySystem(system, ['limit'])).toThrow(/event .* depends on “limit”/)
    expect(() => sensitivitySystem(system, ['k'])).toThrow(/depends on “k”/)
    expect(() => sensitivitySystem(system, ['nothing'])).toThrow(/neither a parameter nor a state/)
  })
})
