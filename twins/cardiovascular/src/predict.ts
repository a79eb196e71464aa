import { type EmulatedName, emulate, emulatorError } from './emulator.ts'
import { physiology } from './physiology.ts'

export type PredictedName = EmulatedName | 'heart-rate' | 'end-systolic-volume' | 'stroke-volume' | 'cardiac-output'

/** Quantities of every member from the logarithms of its parameters (treatments included); each computed once. */
export interface Predictor {
  /** In the unit of the quantity; ejection fraction in %, cardiac output in L/min. */
  of(name: PredictedName): Float64Array
}

const heartRateRow = physiology.findIndex((v) => v.name === 'own-heart-rate')

export function predictor(logs: Float64Array, size: number): Predictor {
  let emulated: ReturnType<typeof emulate> | undefined
  const known = new Map<PredictedName, Float64Array>()
  const of = (name: PredictedName): Float64Array => {
    let values = known.get(name)
    if (!values) {
      values = compute(name)
      known.set(name, values)
    }
    return values
  }
  const compute = (name: PredictedName): Float64Array => {
    if (name === 'heart-rate')
      return logs.subarray(heartRateRow * size, (heartRateRow + 1) * size).map((x) => Math.exp(x))
    if (name === 'end-systolic-volume') {
      const fraction = of('ejection-fraction')
      return of('end-diastolic-volume').map((volume, m) => volume * (1 - fraction[m]! / 100))
    }
    if (name === 'stroke-volume') {
      const fraction = of('ejection-fraction')
      return of('end-diastolic-volume').map((volume, m) => (volume * fraction[m]!) / 100)
    }
    if (name === 'cardiac-output') {
      const rate = of('heart-rate')
      return of('stroke-volume').map((volume, m) => (volume * rate[m]!) / 1000)
    }
    emulated ??= emulate(logs, size)
    return name === 'ejection-fraction' ? emulated[name].map((x) => 100 * x) : emulated[name]
  }
  return { of }
}

/** Relative error of a prediction against the integrated loop, as a standard deviation. */
export function predictionError(name: PredictedName): number {
  const both = Math.hypot(emulatorError('end-diastolic-volume'), emulatorError('ejection-fraction'))
  if (name === 'heart-rate') return 0
  if (name === 'end-systolic-volume' || name === 'stroke-volume' || name === 'cardiac-output') return both
  return emulatorError(name)
}
