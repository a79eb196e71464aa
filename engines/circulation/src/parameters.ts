import { CirculationError } from './errors.ts'

/**
 * The parameters of the closed loop, by the names they have in Regazzoni et al. 2020 (arXiv:2011.15040), with the
 * chamber or the bed in front: `LV.EA` is the active elastance of the left ventricle.
 */
export interface ParameterInfo {
  readonly name: ParameterName
  /** Value of the published set. */
  readonly value: number
  /** UCUM */
  readonly unit: string
  readonly meaning: string
}

const chambers = { LA: 'left atrium', LV: 'left ventricle', RA: 'right atrium', RV: 'right ventricle' } as const
type ChamberName = keyof typeof chambers

const published = {
  heartRate: 1.25,
  'LA.EA': 0.07,
  'LA.EB': 0.18,
  'LA.TC': 0.17,
  'LA.TR': 0.17,
  'LA.tC': 0.9,
  'LA.V0': 4,
  'LV.EA': 4.482,
  'LV.EB': 0.17,
  'LV.TC': 0.25,
  'LV.TR': 0.4,
  'LV.tC': 0.1,
  'LV.V0': 42,
  'RA.EA': 0.06,
  'RA.EB': 0.07,
  'RA.TC': 0.17,
  'RA.TR': 0.17,
  'RA.tC': 0.9,
  'RA.V0': 4,
  'RV.EA': 0.2,
  'RV.EB': 0.029,
  'RV.TC': 0.25,
  'RV.TR': 0.4,
  'RV.tC': 0.1,
  'RV.V0': 16,
  'valves.Rmin': 0.0075,
  'valves.Rmax': 75006.2,
  'systemic.R_AR': 0.733,
  'systemic.C_AR': 1.372,
  'systemic.L_AR': 0.005,
  'systemic.R_VEN': 0.32,
  'systemic.C_VEN': 11.363,
  'systemic.L_VEN': 0.0005,
  'pulmonary.R_AR': 0.046,
  'pulmonary.C_AR': 20,
  'pulmonary.L_AR': 0.0005,
  'pulmonary.R_VEN': 0.0015,
  'pulmonary.C_VEN': 16,
  'pulmonary.L_VEN': 0.0005,
} as const

export type ParameterName = keyof typeof published

/** One value per parameter, in the units of {@link parameterInfo}. */
export type CirculationParameters = { readonly [name in ParameterName]: number }

export const parameterNames = Object.keys(published) as readonly ParameterName[]

/**
 * The published adult parameter set. The atrial onset of 0.9 s taken modulo the cycle of 0.8 s is 0.1 s: with these
 * values, as in the reference solution, atria and ventricles start to contract together.
 */
export const regazzoni2020: CirculationParameters = Object.freeze({ ...published })

/** What every parameter stands for, its unit, and its value in the published set. */
export const parameterInfo: readonly ParameterInfo[] = parameterNames.map((name) => ({
  name,
  value: published[name],
  ...describe(name),
}))

function describe(name: ParameterName): { unit: string; meaning: string } {
  if (name === 'heartRate') return { unit: 'Hz', meaning: 'beats per second' }
  const [place, symbol] = name.split('.') as [string, string]
  if (place in chambers) {
    const where = chambers[place as ChamberName]
    const about: Record<string, [unit: string, meaning: string]> = {
      EA: ['mm[Hg]/mL', `active elastance of the ${where}: what contraction adds at its height`],
      EB: ['mm[Hg]/mL', `passive elastance (stiffness) of the ${where}`],
      TC: ['s', `duration of contraction of the ${where}, at the set's heart rate`],
      TR: ['s', `duration of relaxation of the ${where}, at the set's heart rate`],
      tC: ['s', `onset of contraction of the ${where}, modulo the cycle`],
      V0: ['mL', `volume of the ${where} at zero pressure`],
    }
    const [unit, meaning] = about[symbol]!
    return { unit, meaning }
  }
  if (place === 'valves')
    return {
      unit: 'mm[Hg].s/mL',
      meaning: symbol === 'Rmin' ? 'resistance of an open valve' : 'resistance of a closed valve',
    }
  const vessels = `${place} ${symbol.endsWith('AR') ? 'arteries' : 'veins'}`
  const kind = symbol[0]
  if (kind === 'R') return { unit: 'mm[Hg].s/mL', meaning: `resistance of the ${vessels}` }
  if (kind === 'C') return { unit: 'mL/mm[Hg]', meaning: `compliance of the ${vessels}` }
  return { unit: 'mm[Hg].s2/mL', meaning: `inertance of the ${vessels}` }
}

/** State variables, in the order they have in every array of this room. */
export const stateNames = [
  'V_LA',
  'V_LV',
  'V_RA',
  'V_RV',
  'p_AR_SYS',
  'p_VEN_SYS',
  'p_AR_PUL',
  'p_VEN_PUL',
  'Q_AR_SYS',
  'Q_VEN_SYS',
  'Q_AR_PUL',
  'Q_VEN_PUL',
] as const
export type StateName = (typeof stateNames)[number]
export const stateSize = stateNames.length

/** Volumes in mL, pressures in mmHg, flows in mL/s; one value per state variable. */
export type CirculationState = { readonly [name in StateName]: number }

/** The published initial state; it sets the total blood volume to 1617.876 mL with the published compliances. */
export const regazzoni2020Initial: CirculationState = Object.freeze({
  V_LA: 87.183,
  V_LV: 118.52,
  V_RA: 86.833,
  V_RV: 166.177,
  p_AR_SYS: 87.675,
  p_VEN_SYS: 35.898,
  p_AR_PUL: 19.545,
  p_VEN_PUL: 15.004,
  Q_AR_SYS: 71.104,
  Q_VEN_SYS: 94.039,
  Q_AR_PUL: 94.084,
  Q_VEN_PUL: 473.279,
})

/**
 * The same heart at another rate (Hz). Onsets and durations of contraction and relaxation keep their *share of the
 * cycle*: all times are multiplied by the ratio of the cycle lengths, after the onset is reduced modulo the old cycle.
 * This keeps systole inside the cycle at every rate; it shortens diastole somewhat less, and systole somewhat more,
 * than real hearts do (Weissler et al., Circulation 1968;37:149, where ejection time falls by 1.7 ms per beat/min).
 * Throws {@link CirculationError} `parameter-invalid` when the rate is not positive.
 */
export function atHeartRate(parameters: CirculationParameters, heartRate: number): CirculationParameters {
  if (!(heartRate > 0 && Number.isFinite(heartRate)))
    throw new CirculationError('parameter-invalid', `heart rate is ${heartRate}; expected Hz above 0 (75/min is 1.25)`)
  const scaled: Record<string, number> = { ...parameters, heartRate }
  const cycle = 1 / parameters.heartRate
  const ratio = parameters.heartRate / heartRate
  for (const chamber of Object.keys(chambers)) {
    scaled[`${chamber}.TC`]! *= ratio
    scaled[`${chamber}.TR`]! *= ratio
    scaled[`${chamber}.tC`] = (scaled[`${chamber}.tC`]! % cycle) * ratio
  }
  return scaled as unknown as CirculationParameters
}

/** Throws {@link CirculationError} `parameter-invalid` for a value that is missing, not finite, or out of its range. */
export function checkParameters(parameters: CirculationParameters): void {
  for (const name of parameterNames) {
    const value: unknown = parameters[name]
    const mayBeZero = name.endsWith('.tC') || name.endsWith('.V0') || name.endsWith('.EA')
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || (value === 0 && !mayBeZero))
      throw new CirculationError(
        'parameter-invalid',
        `parameter "${name}" is ${String(value)}; expected a finite number ${mayBeZero ? 'not below' : 'above'} 0 (published value ${published[name]})`,
      )
  }
  if (parameters['valves.Rmin'] < 1e-100 || parameters['valves.Rmax'] > 1e100)
    throw new CirculationError('parameter-invalid', 'valve resistances must lie between 1e-100 and 1e100 mmHg·s/mL')
  if (parameters['valves.Rmin'] >= parameters['valves.Rmax'])
    throw new CirculationError('parameter-invalid', 'parameter "valves.Rmin" must be below "valves.Rmax"')
  const cycle = 1 / parameters.heartRate
  for (const chamber of Object.keys(chambers) as ChamberName[]) {
    const active = parameters[`${chamber}.TC`] + parameters[`${chamber}.TR`]
    if (active > cycle * (1 + 1e-12))
      throw new CirculationError(
        'parameter-invalid',
        `contraction and relaxation of the ${chambers[chamber]} last ${active.toFixed(3)} s, longer than the cycle of ${cycle.toFixed(3)} s; shorten ${chamber}.TC or ${chamber}.TR, or change the rate with atHeartRate, which scales them`,
      )
  }
}

/** Blood in the whole loop, mL: the chambers and what the compliant vessels hold above zero pressure. */
export function totalVolume(parameters: CirculationParameters, state: CirculationState | Float64Array): number {
  const y = state instanceof Float64Array ? state : packState(state)
  return (
    y[0]! +
    y[1]! +
    y[2]! +
    y[3]! +
    parameters['systemic.C_AR'] * y[4]! +
    parameters['systemic.C_VEN'] * y[5]! +
    parameters['pulmonary.C_AR'] * y[6]! +
    parameters['pulmonary.C_VEN'] * y[7]!
  )
}

/**
 * A state to start from that holds `bloodVolume` mL in all: the published one, with every volume and pressure scaled.
 * Throws {@link CirculationError} `parameter-invalid` when the volume is not positive.
 */
export function initialWithVolume(parameters: CirculationParameters, bloodVolume: number): CirculationState {
  if (!(bloodVolume > 0 && Number.isFinite(bloodVolume)))
    throw new CirculationError(
      'parameter-invalid',
      `bloodVolume is ${bloodVolume}; expected mL above 0 (published: 1617.876)`,
    )
  const packed = packState(regazzoni2020Initial)
  const factor = bloodVolume / totalVolume(parameters, packed)
  return unpackState(packed.map((value) => value * factor))
}

/** The state as an array. Throws {@link CirculationError} `state-invalid` when a value is missing or not finite. */
export function packState(state: CirculationState): Float64Array {
  const packed = new Float64Array(stateSize)
  for (const [i, name] of stateNames.entries()) {
    const value: unknown = state[name]
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new CirculationError('state-invalid', `initial ${name} is ${String(value)}; expected a finite number`)
    packed[i] = value
  }
  return packed
}

export function unpackState(packed: Float64Array): CirculationState {
  return Object.fromEntries(stateNames.map((name, i) => [name, packed[i]!])) as CirculationState
}
