import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readAntimony } from '../antimony/read-antimony.ts'
import { readCellml } from '../cellml/read-cellml.ts'
import { compile } from '../compile/compile.ts'
import { simulate } from '../integrate/simulate.ts'
import { buildSystem } from '../system/build-system.ts'
import type { System } from '../system.ts'
import { ensemblePlan } from './options.ts'
import { createMemberRunner } from './run-members.ts'
import { simulateEnsemble } from './simulate-ensemble.ts'

const methods = ['dormand-prince', 'rodas', 'auto'] as const

/** Trajectories of an ensemble that differs in one symbol, and how far they are from those alone by the same method. */
function compare(
  system: System,
  observed: string,
  varied: string,
  given: Float64Array,
  options: { readonly end: number; readonly steps: number; readonly method: (typeof methods)[number] },
) {
  const members = given.length
  const whole = { ...options, members, given: { [varied]: given }, observed: [observed], relativeTolerance: 1e-8 }
  const { values, failures } = simulateEnsemble(system, whole)
  expect(failures).toEqual([])
  const machine = compile(system, [observed])
  const rows = options.steps + 1
  let apart = 0
  for (const [member, value] of given.entries()) {
    const alone = simulate(machine, { ...options, given: { [varied]: value }, relativeTolerance: 1e-8 })
    for (const [row, exact] of alone.values.entries())
      apart = Math.max(apart, Math.abs(values[member * rows + row]! - exact))
  }
  const runMembers = createMemberRunner(system, ensemblePlan(system, whole))
  const cut = new Float64Array(values.length)
  for (const [from, to] of [
    [0, 1],
    [1, members],
  ] as const)
    runMembers(from, to, { [varied]: given }, cut)
  expect(cut).toEqual(values)
  return { values, apart, rows }
}

describe.each(methods)('jumps in ensembles by %s', (method) => {
  it('are landed on', () => {
    // Rises by a until it meets 1, falls by 2 until time 4, and stays.
    const system = buildSystem(
      readAntimony("x' = piecewise(0, time >= 4, a, y < 1, -2); y' = piecewise(a, y < 1, 0.1); x = 0; y = 0; a = 1"),
    )
    const a = Float64Array.of(0.7, 1, 3, 10)
    const { values, rows } = compare(system, 'x', 'a', a, { end: 6, steps: 12, method })
    for (const [member, slope] of a.entries())
      for (let row = 0; row < rows; row++) {
        const time = Math.min(row / 2, 4)
        expect(values[member * rows + row]).toBeCloseTo(time < 1 / slope ? slope * time : 1 - 2 * (time - 1 / slope), 8)
      }
  })

  it('of short pulses are never stepped over', () => {
    const system = buildSystem(
      readAntimony("x = 0; T = 100; x' = piecewise(1, time - floor(time / T) * T < 0.01, 0) - 1e-9*x"),
    )
    const period = Float64Array.of(100, 90, 333)
    const { values, rows } = compare(system, 'x', 'T', period, { end: 1000, steps: 1, method })
    for (const [member, own] of period.entries())
      expect(values[member * rows + 1]).toBeCloseTo(0.01 * (1 + Math.floor((1000 - 1e-9) / own)), 6)
  })

  it('that repeat without end end the member, not the ensemble', () => {
    const system = buildSystem(readAntimony("x' = piecewise(-1, x > 0, a); x = 1; a = 1"))
    const a = Float64Array.of(-0.5, 1, -2)
    const run = { end: 3, steps: 3, members: 3, given: { a }, observed: ['x'], method, relativeTolerance: 1e-6 }
    const { values, failures } = simulateEnsemble(system, run)
    expect(failures.map(({ member, error }) => [member, error.code])).toEqual([[1, 'no-convergence']])
    expect(values[3]).toBeCloseTo(-1, 8)
    expect(values[11]).toBeCloseTo(-4, 8)
  })
})

const folder = resolve(import.meta.dirname, '../../../..', process.env.COUNTERPART_DATA ?? '../shared/data')
const cell = resolve(folder, 'chaste/cellml/ten_tusscher_model_2006_epi.cellml')

describe.skipIf(!existsSync(cell))('ensembles of a cell model (skipped without the shared data)', () => {
  it.each(methods.slice(1))('have the action potentials of single cells: %s', (method) => {
    const system = buildSystem(readCellml(readFileSync(cell, 'utf8')))
    const g = 'L_type_Ca_current__g_CaL'
    const own = Number(system.parameters.find(({ symbol }) => symbol === g)!.initial)
    const given = Float64Array.from([1, 1.1, 0.8], (part) => part * own)
    const { apart, values, rows } = compare(system, 'membrane__V', g, given, { end: 400, steps: 800, method })
    for (let member = 0; member < 3; member++)
      expect(Math.max(...values.subarray(member * rows, (member + 1) * rows))).toBeGreaterThan(10)
    expect(apart).toBeLessThan(1e-4)
  })
})
