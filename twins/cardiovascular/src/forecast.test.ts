import { carryOn, hour, minute, type Scenario } from '@counterpart/kernel'
import { mean, quantiles } from '@counterpart/numerics'
import { describe, expect, test } from 'vitest'
import { advise } from './advise.ts'
import { CardiovascularError } from './errors.ts'
import { contextWith, followed, observed, subject } from './twin.test-data.ts'
import { cardiovascular } from './twin.ts'

const vitals = { rate: 75, systolic: 120, diastolic: 75 }
const echo = { endDiastolic: 125, endSystolic: 55 }

function start(intervention: string, dose: number, from: number): Scenario {
  return { id: `${intervention}-${dose}`, name: intervention, interventions: [{ intervention, dose, from }] }
}

describe('a forecast', () => {
  const belief = followed(vitals, echo)
  const times = [15 * minute, hour, 8 * hour].map((ahead) => belief.asOf + ahead)
  const forecast = (scenario: Scenario) => cardiovascular.forecast(belief, scenario, times, contextWith())
  const at = (scenario: Scenario, quantity: string, t: number) => {
    const { quantities, size } = forecast(scenario)
    return quantities[quantity]!.members.subarray(t * size, (t + 1) * size)
  }

  test('is centred near what was last read and widens with time', () => {
    const spread = (t: number) => {
      const [low, high] = quantiles(at(carryOn, 'systolic-blood-pressure', t), [0.05, 0.95]) as unknown as [
        number,
        number,
      ]
      return high - low
    }
    expect(mean(at(carryOn, 'heart-rate', 0))).toBeCloseTo(75, -1)
    expect(Math.abs(mean(at(carryOn, 'systolic-blood-pressure', 0)) - 120)).toBeLessThan(6)
    expect(spread(2)).toBeGreaterThan(1.15 * spread(0))
  })

  test('has every quantity of the definition, and they agree with each other', () => {
    const { quantities, size } = forecast(carryOn)
    expect(Object.keys(quantities).sort()).toEqual(cardiovascular.quantities.map((q) => q.name).sort())
    const of = (name: string) => quantities[name]!.members
    for (let m = 0; m < size; m++) {
      expect(of('systolic-blood-pressure')[m]).toBeGreaterThan(of('mean-blood-pressure')[m]!)
      expect(of('mean-blood-pressure')[m]).toBeGreaterThan(of('diastolic-blood-pressure')[m]!)
      const strokeVolume =
        of('left-ventricular-end-diastolic-volume')[m]! - of('left-ventricular-end-systolic-volume')[m]!
      // Each quantity carries its own share of the emulator's error, some tenths of a per cent.
      expect(strokeVolume / of('stroke-volume')[m]!).toBeCloseTo(1, 0)
    }
  })

  test('under a vasodilator every member has a lower pressure than the same member without', () => {
    const without = at(carryOn, 'mean-blood-pressure', 1)
    const withIt = at(start('vasodilator', 2, belief.asOf), 'mean-blood-pressure', 1)
    for (let m = 0; m < without.length; m++) expect(withIt[m]).toBeLessThan(without[m]!)
  })

  test('before a planned start nothing differs', () => {
    const later = start('inotrope', 5, belief.asOf + 2 * hour)
    expect(at(later, 'cardiac-output', 1)).toEqual(at(carryOn, 'cardiac-output', 1))
    expect(mean(at(later, 'cardiac-output', 2))).toBeGreaterThan(mean(at(carryOn, 'cardiac-output', 2)))
  })

  test('refuses an unknown intervention and a dose out of bounds', () => {
    expect(() => forecast(start('leeches', 3, 0))).toThrow(CardiovascularError)
    expect(() => forecast(start('inotrope', 500, 0))).toThrow(/expected 1 to 15/)
  })
})

describe('advice', () => {
  const objective = cardiovascular.objectives[0]!

  test('is silent about a patient within the target', () => {
    expect(advise(followed(vitals, echo), objective, contextWith())).toEqual([])
  })

  test('is silent about a patient whose pressure nobody has read', () => {
    const belief = cardiovascular.assimilate(
      cardiovascular.begin(subject, 0, {}, contextWith()),
      0,
      [observed('heart-rate', 130, 0)],
      contextWith(),
    )
    expect(advise(belief, objective, contextWith())).toEqual([])
  })

  test('in hypertension ranks a vasodilator first, never an inotrope, and says what it expects', () => {
    const belief = followed({ rate: 80, systolic: 175, diastolic: 105 }, { endDiastolic: 125, endSystolic: 50 })
    const [recommendation] = advise(belief, objective, contextWith())
    const options = recommendation!.options
    expect(options[0]!.scenario.interventions[0]!.intervention).toBe('vasodilator')
    expect(options.some((o) => o.scenario.interventions[0]?.intervention === 'inotrope')).toBe(false)
    expect(options.some((o) => o.scenario.id === carryOn.id)).toBe(true)
    expect(options.map((o) => o.rank)).toEqual(options.map((_, i) => i + 1))
    expect(options[0]!.probabilityBetter).toBeGreaterThan(0.9)
    expect(options[0]!.reason).toMatch(/mean pressure \d+ mmHg \(−\d+\)/)
    expect(recommendation!.finding).toMatch(/above 100/)
    expect(recommendation!.expires).toBeGreaterThan(recommendation!.madeAt)
  })

  test('for a dry, fast, hypotensive patient considers fluid and no beta-blocker', () => {
    const belief = followed({ rate: 120, systolic: 74, diastolic: 45 }, { endDiastolic: 80, endSystolic: 36 })
    const [recommendation] = advise(belief, objective, contextWith())
    const tried = recommendation!.options.map((o) => o.scenario.interventions[0]?.intervention)
    expect(tried[0]).toBe('fluid-bolus')
    expect(tried).not.toContain('beta-blocker')
  })

  test('for a failing heart with a low output considers an inotrope and expects more output of it', () => {
    const before = followed({ rate: 100, systolic: 95, diastolic: 68 }, { endDiastolic: 165, endSystolic: 132 })
    const belief = cardiovascular.assimilate(
      before,
      before.asOf,
      [observed('cardiac-output', 2.8, before.asOf)],
      contextWith(),
    )
    const [recommendation] = advise(belief, objective, contextWith())
    const best = recommendation!.options[0]!
    expect(best.scenario.interventions[0]!.intervention).toBe('inotrope')
    expect(best.effects.find((e) => e.quantity === 'cardiac-output')!.difference.p05).toBeGreaterThan(0)
  })
})

describe('the picture', () => {
  test('shows closed loops whose width is the stroke volume', () => {
    const belief = followed(vitals, echo)
    const picture = cardiovascular.picture!(belief, carryOn, contextWith())
    if (picture.kind !== 'curves') throw new Error('loops are curves')
    const { members, central, description } = picture
    expect(members).toHaveLength(24)
    expect(central.x[0]).toBe(central.x.at(-1))
    const strokeVolume = Math.max(...central.x) - Math.min(...central.x)
    expect(Math.abs(strokeVolume - 70)).toBeLessThan(20)
    expect(description).toMatch(/fills to \d+ mL/)
  })
})

test('the model card says that this is not a medical device and what fails', () => {
  expect(cardiovascular.modelCard).toMatch(/Not a medical device/)
  expect(cardiovascular.modelCard).toMatch(/Known failures/)
  expect(cardiovascular.modelCard).not.toMatch(/undefined|NaN/)
})
