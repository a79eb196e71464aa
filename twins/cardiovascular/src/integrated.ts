import { limitCycle } from '@counterpart/circulation'
import { type Build, buildComponents, unmodelled, unmodelledSpread } from './build.ts'
import type { EmulatedName } from './emulator.ts'
import { circulationOf, type Physiology, physiology, physiologyNames } from './physiology.ts'

/** The true map that the emulator stands for: the limit cycle of the patient's loop, by integration. */
export function integrated(p: Physiology, build: Build = {}): Readonly<Record<EmulatedName, number>> {
  const { parameters, initial } = circulationOf(p, build)
  const { leftVentricle, leftAtrium, systemicArtery } = limitCycle(parameters, { initial, method: 'fast' })
  return {
    systolic: systemicArtery.systolic,
    diastolic: systemicArtery.diastolic,
    mean: systemicArtery.mean,
    'end-diastolic-volume': leftVentricle.endDiastolicVolume,
    'ejection-fraction': leftVentricle.ejectionFraction,
    'end-diastolic-pressure': leftVentricle.endDiastolicPressure,
    'left-atrial-pressure': leftAtrium.meanPressure,
  }
}

/** What the emulator depends on, as text to be hashed: the loop at the prior's medians, and the box. */
export function emulatorBasis(low: readonly number[], high: readonly number[]): string {
  const medians = Object.fromEntries(physiology.map((v) => [v.name, v.median])) as unknown as Physiology
  return JSON.stringify({
    ...circulationOf(medians),
    names: physiologyNames,
    low,
    high,
    unmodelled,
    unmodelledSpread,
    buildComponents,
  })
}
