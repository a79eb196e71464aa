import type { Belief, JsonObject, Variable } from '@counterpart/kernel'
import { buildComponents, buildVariables } from './build.ts'
import type { Device } from './channels.ts'
import { CardiovascularError } from './errors.ts'
import { effectModels, type TreatmentLoad } from './interventions.ts'
import {
  lineBias,
  type PriorVariable,
  physiology,
  pressureBias,
  pressureSwing,
  pulseBias,
  pulseSwing,
  responseVariable,
  returnTime,
} from './physiology.ts'

const nuisance = [pressureBias, pulseBias, lineBias, pressureSwing, pulseSwing]

/** Everything the belief is over: the patient's physiology, the bias of pressure readings, the pressure's passing swing, the responses to drugs. */
export const priorVariables: readonly PriorVariable[] = [
  ...physiology,
  ...nuisance,
  ...effectModels.map(({ intervention }) => responseVariable(intervention.name, intervention.label)),
  ...buildVariables,
]

const auxiliary: ReadonlySet<PriorVariable> = new Set([...nuisance, ...buildVariables])

export const variables: readonly Variable[] = priorVariables.map((variable) => {
  const { name, label, unit, meaning } = variable
  return { name, label, unit, meaning, ...(auxiliary.has(variable) ? { auxiliary: true } : {}) }
})

const physiologyCount = physiology.length
const responseRow = physiologyCount + nuisance.length
const buildRow = responseRow + effectModels.length
export const ensembleSize = 128

/** Where a variable's distribution is centred and how wide it is when nothing is known of this patient. */
export interface Centre {
  /** On the inner scale: the logarithm for `log` variables. */
  readonly middle: number
  readonly spread: number
}

/**
 * The prior of each variable, with what is known of this patient in particular: `prior.variables` may give another
 * `median` (in the variable's unit) and `standardDeviation` (of the logarithm for log variables) by name.
 * Throws {@link CardiovascularError} `prior-invalid`.
 */
export function centresOf(prior: JsonObject): readonly Centre[] {
  const given = (prior.variables ?? {}) as Readonly<Record<string, { median?: number; standardDeviation?: number }>>
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new CardiovascularError(
      'prior-invalid',
      'prior.variables must be an object of {median?, standardDeviation?} by name',
    )
  for (const name of Object.keys(given))
    if (!priorVariables.some((v) => v.name === name))
      throw new CardiovascularError(
        'prior-invalid',
        `prior.variables.${name} is not a variable; expected one of ${priorVariables.map((v) => v.name).join(', ')}`,
      )
  return priorVariables.map((variable) => {
    const { median = variable.median, standardDeviation = variable.standardDeviation } = given[variable.name] ?? {}
    if (!Number.isFinite(median) || (variable.scale === 'log' && median <= 0) || !(standardDeviation > 0))
      throw new CardiovascularError(
        'prior-invalid',
        `prior.variables.${variable.name}: median ${median}, standardDeviation ${standardDeviation}; expected finite, positive figures`,
      )
    return { middle: variable.scale === 'log' ? Math.log(median) : median, spread: standardDeviation }
  })
}

export const returnTimes = priorVariables.map(returnTime)

/**
 * What is added to the settled cycle's pressures: the swing to the patient's own, with the bias to what a device shows.
 * `share` is the share of the pulse pressure's part, ±½ or 0.
 */
export function pressureBeside(inner: Float64Array, size: number, share: number, device?: Device): Float64Array {
  const [bias, pulseBias, line, swing, pulseSwing] = nuisance.map((_, i) => {
    const row = (physiologyCount + i) * size
    return inner.subarray(row, row + size)
  }) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
  const cuff = device === 'cuff' ? 1 : 0
  const invasive = device === 'arterial-line' ? 1 : 0
  return swing.map(
    (value, m) => value + share * pulseSwing[m]! + cuff * (bias[m]! + share * pulseBias[m]!) + invasive * line[m]!,
  )
}

/** The ensemble's values on the inner scale, where priors are normal. */
export function toInner(belief: Belief): Float64Array {
  const { values, size } = belief.ensemble
  if (values.length !== priorVariables.length * size || belief.ensemble.variables.length !== priorVariables.length)
    throw new CardiovascularError(
      'belief-invalid',
      `the belief has ${belief.ensemble.variables.length} variables; version 0.3.0 of this twin has ${priorVariables.length}`,
    )
  return transform(values, size, Math.log)
}

export function toOuter(inner: Float64Array, size: number): Float64Array {
  return transform(inner, size, Math.exp)
}

function transform(values: Float64Array, size: number, log: (x: number) => number): Float64Array {
  const out = Float64Array.from(values)
  for (const [v, { scale }] of priorVariables.entries())
    if (scale === 'log') for (let i = v * size; i < (v + 1) * size; i++) out[i] = log(values[i]!)
  return out
}

/**
 * Logarithms of the members' parameters with the treatments at work, each member responding in its own way, and its
 * build in further rows.
 */
export function underTreatment(inner: Float64Array, size: number, load: TreatmentLoad): Float64Array {
  const logs = new Float64Array((physiologyCount + buildComponents) * size)
  logs.set(inner.subarray(0, physiologyCount * size))
  logs.set(inner.subarray(buildRow * size, (buildRow + buildComponents) * size), physiologyCount * size)
  if (load.none) return logs
  const volumeRow = physiology.findIndex((v) => v.name === 'blood-volume') * size
  for (let i = 0; i < effectModels.length; i++) {
    const responses = (responseRow + i) * size
    const added = load.volume[i]!
    for (let p = 0; p < physiologyCount; p++) {
      const shift = load.log[i * physiologyCount + p]!
      if (shift !== 0)
        for (let m = 0; m < size; m++)
          logs[p * size + m] = logs[p * size + m]! + shift * Math.exp(inner[responses + m]!)
    }
    if (added !== 0)
      for (let m = 0; m < size; m++) {
        const volume = Math.exp(logs[volumeRow + m]!)
        logs[volumeRow + m] = Math.log(volume + added * Math.exp(inner[responses + m]!))
      }
  }
  return logs
}
