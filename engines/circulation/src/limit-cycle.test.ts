import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  atHeartRate,
  type CirculationParameters,
  initialWithVolume,
  limitCycle,
  regazzoni2020,
  runBeats,
  totalVolume,
} from './index.ts'

/** An independent LSODA solution at relative tolerances 1e-10 and 1e-11, to the digits on which both agree. */
const reference = {
  leftVentricle: {
    endDiastolicVolume: 136.7442,
    endSystolicVolume: 66.9636,
    strokeVolume: 69.7806,
    maximumPressure: 119.6816,
  },
  rightVentricle: { endDiastolicVolume: 181.5574, endSystolicVolume: 111.7775, maximumPressure: 25.0549 },
  systemicArtery: { diastolic: 79.8253, systolic: 118.7149 },
  pulmonaryArtery: { diastolic: 18.5079, systolic: 21.3852 },
  leftAtrium: { smallestVolume: 60.0731, largestVolume: 105.1857 },
} as const

function worstError(cycle: ReturnType<typeof limitCycle>): number {
  let worst = 0
  for (const [part, values] of Object.entries(reference))
    for (const [name, expected] of Object.entries(values)) {
      const ours = (cycle[part as keyof typeof reference] as unknown as Record<string, number>)[name]!
      worst = Math.max(worst, Math.abs(ours / expected - 1))
    }
  return worst
}

describe('the limit cycle of the published parameters', () => {
  test('meets the reference to 0.01 % on every volume and pressure', () => {
    const cycle = limitCycle(regazzoni2020)
    expect(worstError(cycle)).toBeLessThan(1e-4)
    expect(cycle.leftVentricle.ejectionFraction).toBeCloseTo(0.5103, 4)
    expect(cycle.cardiacOutput).toBeCloseTo(5.2335, 3)
    expect(cycle.totalVolume).toBeCloseTo(1617.876, 3)
  })

  test('is the same when reached by plain beats, without acceleration', () => {
    const settled = runBeats(regazzoni2020, { beats: 40, samplesPerBeat: 400 })
    const volume = settled.states.V_LV.slice(-400)
    expect(Math.max(...volume)).toBeCloseTo(limitCycle(regazzoni2020).leftVentricle.endDiastolicVolume, 2)
  })

  test('is met by the fast method to the 0.03 % that its documentation states', () => {
    expect(worstError(limitCycle(regazzoni2020, { method: 'fast' }))).toBeLessThan(3e-4)
  })

  test('draws a closed pressure–volume loop whose area is the stroke work', () => {
    const { leftVentricle } = limitCycle(regazzoni2020, { samples: 2000 })
    const { volume, pressure } = leftVentricle.loop
    let work = 0
    for (let i = 0; i < volume.length; i++) {
      const j = (i + 1) % volume.length
      work -= ((pressure[i]! + pressure[j]!) / 2) * (volume[j]! - volume[i]!)
    }
    // Between stroke volume times the least and the greatest pressure difference that the loop has.
    expect(work).toBeGreaterThan(leftVentricle.strokeVolume * 70)
    expect(work).toBeLessThan(leftVentricle.strokeVolume * leftVentricle.maximumPressure)
  })
})

describe('what physiology demands of any limit cycle', () => {
  const plausible = fc.record({
    contractility: fc.double({ min: 0.4, max: 2, noNaN: true }),
    resistance: fc.double({ min: 0.5, max: 2, noNaN: true }),
    rate: fc.double({ min: 45, max: 140, noNaN: true }),
    volume: fc.double({ min: 1100, max: 2000, noNaN: true }),
  })
  const personal = (p: { contractility: number; resistance: number; rate: number }): CirculationParameters =>
    atHeartRate(
      {
        ...regazzoni2020,
        'LV.EA': regazzoni2020['LV.EA'] * p.contractility,
        'systemic.R_AR': regazzoni2020['systemic.R_AR'] * p.resistance,
      },
      p.rate / 60,
    )

  test('both ventricles pump the same, volume is kept, and pressure falls from artery to vein', () => {
    fc.assert(
      fc.property(plausible, (p) => {
        const parameters = personal(p)
        const cycle = limitCycle(parameters, { method: 'fast', initial: initialWithVolume(parameters, p.volume) })
        expect(cycle.rightVentricle.strokeVolume / cycle.leftVentricle.strokeVolume).toBeCloseTo(1, 3)
        expect(cycle.totalVolume / p.volume).toBeCloseTo(1, 9)
        expect(cycle.systemicArtery.mean).toBeGreaterThan(cycle.systemicVeins.mean)
        const drop = cycle.systemicArtery.mean - cycle.systemicVeins.mean
        const flow = cycle.cardiacOutput * (1000 / 60)
        // Ohm's law over the systemic bed: means are exact in the periodic state.
        expect(drop / (flow * parameters['systemic.R_AR'])).toBeCloseTo(1, 2)
      }),
      { numRuns: 25, seed: 20 },
    )
  })

  test('a stronger ventricle empties further', () => {
    const weak = limitCycle(personal({ contractility: 0.5, resistance: 1, rate: 75 }), { method: 'fast' })
    const strong = limitCycle(personal({ contractility: 1.5, resistance: 1, rate: 75 }), { method: 'fast' })
    expect(strong.leftVentricle.ejectionFraction).toBeGreaterThan(weak.leftVentricle.ejectionFraction + 0.05)
  })
})

describe('total blood volume', () => {
  test('drifts by less than 1e-9 of itself over 100 beats, by either method', () => {
    for (const method of ['accurate', 'fast'] as const)
      expect(Math.abs(runBeats(regazzoni2020, { beats: 100, samplesPerBeat: 1, method }).volumeDrift)).toBeLessThan(
        1e-9,
      )
  })

  test('is what was asked for', () => {
    expect(totalVolume(regazzoni2020, initialWithVolume(regazzoni2020, 1400))).toBeCloseTo(1400, 9)
  })
})
