import { hour, minute } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import { observeHiddenPatient, observeHiddenPatients } from './hidden-truth.ts'

const start = Date.UTC(2026, 0, 5, 9)
const plan = { seed: 'truth', start, duration: hour, faults: 0, step: 10_000 }

describe('hidden patients for validation', () => {
  it('give every instant with what was measured and what was true', () => {
    const instants = [...observeHiddenPatient({ ...plan, index: 0 })]
    expect(instants).toHaveLength(61)
    expect(instants[0]!.readings.map(({ sensor }) => sensor)).toContain('echo')
    const errors = instants.flatMap(({ readings, truth }) =>
      readings.filter(({ sensor }) => sensor === 'monitor').map(({ value }) => value - truth.haemodynamics.heartRate),
    )
    expect(errors).toHaveLength(61)
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(12)
    expect(new Set(errors).size).toBeGreaterThan(20)
  })

  it('are the same when drawn again, and differ from one another', () => {
    const draw = () => [...observeHiddenPatients(3, { ...plan, duration: 10 * minute })]
    expect(draw()).toEqual(draw())
    const [a, b] = draw()
    expect(a!.instants[0]!.truth.parameters).not.toEqual(b!.instants[0]!.truth.parameters)
  })

  it('with no mismatch have the published body wherever no sensor looks', () => {
    const [first] = observeHiddenPatient({ ...plan, index: 1, mismatch: 0, duration: 0 })
    expect(first!.truth.parameters['LV.V0']).toBe(42)
    const [other] = observeHiddenPatient({ ...plan, index: 1, duration: 0 })
    expect(other!.truth.parameters['LV.V0']).not.toBe(42)
  })

  it('answer to a planned treatment', () => {
    const end = (treatments: NonNullable<Parameters<typeof observeHiddenPatient>[0]['treatments']>) =>
      [...observeHiddenPatient({ ...plan, index: 0, treatments })].at(-1)!.truth
    const from = start + 20 * minute
    const treated = end([{ drug: 'nitroprusside', dose: 2, from }])
    expect(treated.haemodynamics.mean).toBeLessThan(end([]).haemodynamics.mean - 5)
    const stopped = end([{ drug: 'nitroprusside', dose: 2, from, until: from + 10 * minute }])
    expect(stopped.physiology.resistance).toBeGreaterThan(treated.physiology.resistance)
    expect(() => end([{ drug: 'aspirin', dose: 1, from }])).toThrow(/aspirin/)
  })
})
