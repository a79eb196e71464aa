import { describe, expect, it } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { compile } from '../compile/compile.ts'
import { simulate } from '../integrate/simulate.ts'
import { buildSystem } from '../system/build-system.ts'
import { ensemblePlan } from './options.ts'
import { createMemberRunner } from './run-members.ts'
import { simulateEnsemble } from './simulate-ensemble.ts'

const problems = {
  // Robertson 1966.
  Robertson: {
    text: "a' = -k*a + 1e4*b*c; b' = k*a - 1e4*b*c - 3e7*b^2; c' = 3e7*b^2; a = 1; b = 0; c = 0; k = 0.04",
    varied: 'k',
    end: 4e4,
  },
  // The relaxation oscillation of the Test Set for IVP Solvers.
  'Van der Pol': { text: "x' = v; v' = m*(1 - x^2)*v - x; x = 2; v = 0; m = 1000", varied: 'm', end: 500 },
  // Schäfer 1975, Test Set for IVP Solvers.
  HIRES: {
    text: `y1' = -1.71*y1 + 0.43*y2 + 8.32*y3 + 0.0007; y2' = 1.71*y1 - 8.75*y2
      y3' = -10.03*y3 + 0.43*y4 + 0.035*y5; y4' = 8.32*y2 + 1.71*y3 - 1.12*y4
      y5' = -1.745*y5 + 0.43*y6 + 0.43*y7; y6' = -k*y6*y8 + 0.69*y4 + 1.71*y5 - 0.43*y6 + 0.69*y7
      y7' = k*y6*y8 - 1.81*y7; y8' = -k*y6*y8 + 1.81*y7
      y1 = 1; y2 = 0; y3 = 0; y4 = 0; y5 = 0; y6 = 0; y7 = 0; y8 = 0.0057; k = 280`,
    varied: 'k',
    end: 320,
  },
  // Rates that depend on the time: a solution that runs after a cosine.
  'Prothero and Robinson': { text: "x' = -m*(x - cos(time)) - sin(time); x = 0.5; m = 1e5", varied: 'm', end: 10 },
} as const
const names = Object.keys(problems) as (keyof typeof problems)[]
const members = 5
const relativeTolerance = 1e-7

function prepare(name: keyof typeof problems) {
  const { text, varied, end } = problems[name]
  const system = buildSystem(readAntimony(text))
  const own = Number(system.parameters.find(({ symbol }) => symbol === varied)!.initial)
  const given = { [varied]: Float64Array.from({ length: members }, (_, i) => own * (1 + i / 10)) }
  const observed = system.states.map(({ symbol }) => symbol)
  return { system, varied, given, observed, run: { end, steps: 13, relativeTolerance } }
}

describe.each(['rodas', 'auto'] as const)('stiff ensembles by %s', (method) => {
  it.each(names)('follow %s as each member does alone', (name) => {
    const { system, varied, given, observed, run } = prepare(name)
    const { values, failures } = simulateEnsemble(system, { ...run, members, given, observed, method })
    expect(failures).toEqual([])
    const machine = compile(system, observed)
    for (let member = 0; member < members; member++) {
      const own = { ...run, given: { [varied]: given[varied]![member]! } }
      const exact = simulate(machine, { ...own, method: 'rodas', relativeTolerance: 1e-11 })
      const alone = simulate(machine, { ...own, method })
      for (let column = 0; column < observed.length; column++) {
        const at = (of: Float64Array, row: number) => of[row * observed.length + column]!
        const size = Math.max(...Array.from({ length: 14 }, (_, row) => Math.abs(at(exact.values, row))))
        for (let row = 0; row <= 13; row++) {
          const ours = values[(member * 14 + row) * observed.length + column]!
          expect(Math.abs(ours - at(exact.values, row))).toBeLessThan(1e-4 * size)
          // The same steps but for rounding.
          expect(Math.abs(ours - at(alone.values, row))).toBeLessThan(1e-7 * size)
        }
      }
    }
  })

  it.each(names)('give each member of %s the same bits whichever others run with it', (name) => {
    const { system, given, observed, run } = prepare(name)
    const options = { ...run, members, given, observed, method }
    const whole = simulateEnsemble(system, options)
    const runMembers = createMemberRunner(system, ensemblePlan(system, options))
    for (const cuts of [
      [0, 1, 2, 3, 4, 5],
      [0, 4, 5],
    ]) {
      const values = new Float64Array(whole.values.length)
      for (const [i, from] of cuts.slice(0, -1).entries()) runMembers(from, cuts[i + 1]!, given, values)
      expect(values).toEqual(whole.values)
    }
  })

  it('run a member by itself whose Jacobian is not a number', () => {
    // The slope of the root at 0 is infinite.
    const system = buildSystem(readAntimony("x' = 1 + sqrt(x) - k*x; x = 0; k = 1000"))
    const x = Float64Array.of(0, 0.5, 0)
    const run = { end: 1, steps: 2, method, relativeTolerance: 1e-8 }
    const { values, failures } = simulateEnsemble(system, { ...run, members: 3, given: { x }, observed: ['x'] })
    expect(failures).toEqual([])
    const alone = simulate(compile(system, ['x']), run).values
    expect(values.slice(0, 3)).toEqual(values.slice(6))
    for (const [i, value] of alone.entries()) expect(values[i]).toBeCloseTo(value, 12)
  })
})

describe('auto', () => {
  it('takes as few steps of a stiff problem as a single trajectory would', () => {
    const { system, given, observed, run } = prepare('Van der Pol')
    const machine = compile(system, observed)
    const { statistics } = simulate(machine, { ...run, method: 'auto' })
    expect(statistics.methodChanges).toBeGreaterThan(0)
    const few = { ...run, members, given, observed, maximumSteps: 5 * (statistics.steps + statistics.rejected) }
    expect(simulateEnsemble(system, { ...few, method: 'auto' }).failures).toEqual([])
    expect(simulateEnsemble(system, { ...few, method: 'dormand-prince' }).failures).toHaveLength(members)
  })
})
