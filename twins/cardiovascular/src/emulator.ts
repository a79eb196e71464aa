import { type PolynomialEmulator, prepareEmulator } from '@counterpart/inference'
import { matrix } from '@counterpart/numerics'
import generated from './emulator.generated.json' with { type: 'json' }
import { physiologyNames } from './physiology.ts'

/** What the emulator gives for a set of parameters. Pressures mmHg, volumes mL, the ejection fraction from 0 to 1. */
export const emulatedNames = [
  'systolic',
  'diastolic',
  'mean',
  'end-diastolic-volume',
  'ejection-fraction',
  'end-diastolic-pressure',
  'left-atrial-pressure',
] as const
export type EmulatedName = (typeof emulatedNames)[number]

/** Relative errors against the integrated loop at points that the fit has not seen. */
interface HeldOutError {
  readonly rms: number
  readonly p95: number
  readonly largest: number
}

/**
 * The limit cycle without integrating it: a polynomial in the logarithms of the parameters for the logarithm of each
 * quantity (the log-odds of the ejection fraction). Made by `build-emulator.ts`.
 */
export interface EmulatorFile {
  readonly model: string
  /** SHA-256 over the loop's parameters and the box: another model needs another emulator. */
  readonly hash: string
  readonly design: { readonly points: number; readonly held: number; readonly seed: string }
  readonly emulator: PolynomialEmulator
  /**
   * What a build does, one list per component in the order of the names: shift of the logarithm (of the log-odds of the
   * ejection fraction) per standard deviation of the component; `explained` is the share of the variance that they hold.
   */
  readonly structure: { readonly loadings: readonly (readonly number[])[]; readonly explained: number }
  /** Per quantity, over the box and over the prior's population. */
  readonly error: { readonly box: readonly HeldOutError[]; readonly prior: readonly HeldOutError[] }
}

export const emulatorFile = generated as EmulatorFile

const pressureNames = ['systolic', 'diastolic'] as const satisfies readonly EmulatedName[]
const evaluator = prepareEmulator(emulatorFile.emulator)
const pressureEvaluator = prepareEmulator({
  ...emulatorFile.emulator,
  outputs: pressureNames.map((name) => emulatorFile.emulator.outputs[emulatedNames.indexOf(name)]!),
})
const box = emulatorFile.emulator.inputs

/** Relative error of an emulated quantity over the prior's population, as a standard deviation. */
export function emulatorError(name: EmulatedName): number {
  return emulatorFile.error.prior[emulatedNames.indexOf(name)]!.rms
}

/**
 * Every quantity of `size` members from the logarithms of their parameters, `logs[p * size + m]`, and, in further rows if
 * there are any, the components of their build. A member outside the box is taken at its nearest face, so the polynomial never runs away.
 */
export function emulate(logs: Float64Array, size: number): Readonly<Record<EmulatedName, Float64Array>> {
  return evaluated(evaluator, emulatedNames, logs, size)
}

/** Systolic and diastolic pressure as {@link emulate} gives them, at a third of the cost. */
export function emulatePressures(logs: Float64Array, size: number) {
  return evaluated(pressureEvaluator, pressureNames, logs, size)
}

function evaluated<Name extends EmulatedName>(
  { evaluate }: ReturnType<typeof prepareEmulator>,
  names: readonly Name[],
  logs: Float64Array,
  size: number,
): Readonly<Record<Name, Float64Array>> {
  const points = matrix(physiologyNames.length, size)
  for (const [p, { lower, upper }] of box.entries())
    for (let i = p * size; i < (p + 1) * size; i++) points.values[i] = Math.min(upper, Math.max(lower, logs[i]!))
  const result = matrix(names.length, size)
  evaluate(points, result)
  const { values } = result
  for (let c = 0; c < logs.length / size - physiologyNames.length; c++)
    for (const [o, name] of names.entries()) {
      const loading = emulatorFile.structure.loadings[c]![emulatedNames.indexOf(name)]!
      for (let m = 0; m < size; m++)
        values[o * size + m] = values[o * size + m]! + loading * logs[(physiologyNames.length + c) * size + m]!
    }
  return Object.fromEntries(
    names.map((name, o) => {
      const row = values.subarray(o * size, (o + 1) * size)
      for (let m = 0; m < size; m++)
        row[m] = name === 'ejection-fraction' ? 1 / (1 + Math.exp(-row[m]!)) : Math.exp(row[m]!)
      return [name, row]
    }),
  ) as Record<Name, Float64Array>
}
