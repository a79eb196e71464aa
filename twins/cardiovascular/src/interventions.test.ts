import { limitCycle } from '@counterpart/circulation'
import { hour, minute } from '@counterpart/kernel'
import { describe, expect, test } from 'vitest'
import { effectsOfTreatments, interventions } from './interventions.ts'
import { circulationOf, type Physiology, physiologyNames } from './physiology.ts'

function settled(p: Physiology, intervention?: string, dose = 0, after = 30 * minute) {
  const effects = effectsOfTreatments(intervention ? [{ intervention, dose, from: 0 }] : [], after)
  const now = Object.fromEntries(
    physiologyNames.map((name) => [name, p[name] * effects[name].factor + effects[name].added]),
  ) as unknown as Physiology
  const { parameters, initial } = circulationOf(now)
  const cycle = limitCycle(parameters, { initial, method: 'fast' })
  return {
    output: cycle.cardiacOutput,
    pressure: cycle.systemicArtery.mean,
    filling: cycle.leftAtrium.meanPressure,
    rate: cycle.heartRate,
  }
}

/** A weak, stiff, congested heart about as in the patients of Akhtar et al. 1975. */
const failing: Physiology = {
  contractility: 0.85,
  stiffness: 0.2,
  resistance: 1.25,
  compliance: 1.2,
  'blood-volume': 1450,
  'own-heart-rate': 98.5,
}
const healthy: Physiology = {
  contractility: 5.5,
  stiffness: 0.11,
  resistance: 0.72,
  compliance: 1.3,
  'blood-volume': 1250,
  'own-heart-rate': 74,
}

describe('treatments in the loop', () => {
  test('dobutamine at 10 ug/kg/min raises the output of a failing heart by half to double and lowers its filling pressure', () => {
    // Akhtar et al., Am J Cardiol 1975;36:202: output ×1.81, rate ×1.07, wedge pressure ×0.77, mean pressure ×1.05.
    const before = settled(failing)
    const after = settled(failing, 'inotrope', 10)
    expect(after.output / before.output).toBeGreaterThan(1.5)
    expect(after.output / before.output).toBeLessThan(2)
    expect(after.rate / before.rate).toBeLessThan(1.15)
    expect(after.filling / before.filling).toBeLessThan(0.9)
  })

  test('metoprolol 15 mg lowers rate and output by 10 to 25 %, filling pressure hardly changes', () => {
    // Held et al., Eur Heart J 1986;7:937: 10 to 20 %, wedge pressure unchanged.
    const before = settled(healthy)
    const after = settled(healthy, 'beta-blocker', 15)
    expect(after.rate / before.rate).toBeGreaterThan(0.75)
    expect(after.rate / before.rate).toBeLessThan(0.9)
    expect(after.output / before.output).toBeLessThan(0.95)
    expect(after.filling - before.filling).toBeLessThan(2)
  })

  test('nitroprusside lowers pressure and filling pressure, and only the failing heart gains output', () => {
    expect(settled(failing, 'vasodilator', 2).output).toBeGreaterThan(settled(failing).output)
    expect(settled(healthy, 'vasodilator', 2).output).toBeLessThan(settled(healthy).output)
    for (const p of [failing, healthy]) {
      expect(settled(p, 'vasodilator', 2).pressure).toBeLessThan(0.9 * settled(p).pressure)
      expect(settled(p, 'vasodilator', 2).filling).toBeLessThan(settled(p).filling)
    }
  })

  test('fluid fills the healthy heart more than it helps the failing one', () => {
    const gain = (p: Physiology) => settled(p, 'fluid-bolus', 500).output - settled(p).output
    expect(gain(healthy)).toBeGreaterThan(gain(failing))
    expect(settled(failing, 'fluid-bolus', 500).filling).toBeGreaterThan(settled(failing).filling + 1)
  })
})

describe('time courses', () => {
  const factor = (intervention: string, dose: number, at: number, until?: number) =>
    effectsOfTreatments([{ intervention, dose, from: 0, until }], at)

  test('an infusion is at full effect within minutes and gone within an hour of its end', () => {
    expect(factor('vasodilator', 1, 0).resistance.factor).toBe(1)
    const plateau = factor('vasodilator', 1, 20 * minute).resistance.factor
    expect(factor('vasodilator', 1, 4 * hour).resistance.factor).toBeCloseTo(plateau, 3)
    expect(factor('vasodilator', 1, 2 * hour, hour).resistance.factor).toBeCloseTo(1, 3)
  })

  test('an injection comes on and wears off', () => {
    const at = (time: number) => factor('beta-blocker', 5, time)['own-heart-rate'].factor
    expect(at(30 * minute)).toBeLessThan(at(5 * minute))
    expect(at(10 * hour)).toBeGreaterThan(at(30 * minute))
    expect(at(60 * hour)).toBeCloseTo(1, 2)
  })

  test('fluid runs in and most of it leaves the vessels', () => {
    const added = (time: number) => factor('fluid-bolus', 500, time)['blood-volume'].added
    expect(added(15 * minute)).toBeGreaterThan(added(5 * minute))
    expect(added(15 * minute)).toBeLessThan(250)
    expect(added(3 * hour)).toBeCloseTo(75, 0)
  })

  test('a patient who does not respond does not change', () => {
    const effects = effectsOfTreatments([{ intervention: 'inotrope', dose: 10, from: 0 }], hour, { inotrope: 0 })
    for (const name of physiologyNames) expect(effects[name]).toEqual({ factor: 1, added: 0 })
  })
})

test('every intervention says what it rests on and how to undo it', () => {
  for (const { evidence, undo, order } of interventions) {
    expect(evidence).toMatch(/assumption/i)
    expect(undo.length).toBeGreaterThan(0)
    expect(order.code.code).toMatch(/^[A-Z]\d\d[A-Z]{2}\d\d$/)
  }
})
