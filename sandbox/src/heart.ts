import {
  atHeartRate,
  CirculationError,
  type CirculationParameters,
  type CirculationState,
  initialWithVolume,
  type LimitCycle,
  limitCycle,
  type ParameterName,
  regazzoni2020,
  regazzoni2020Initial,
  totalVolume,
} from '@counterpart/circulation'
import type { RandomStream } from '@counterpart/numerics'
import type { Physiology } from './phenotypes.ts'

/** What the circulation does over one beat: mmHg, mL, 1/min, L/min. */
export interface Haemodynamics {
  readonly heartRate: number
  readonly systolic: number
  readonly diastolic: number
  readonly mean: number
  readonly endDiastolicVolume: number
  readonly endSystolicVolume: number
  /** Fraction, 0 to 1. */
  readonly ejectionFraction: number
  readonly cardiacOutput: number
  readonly leftAtrialPressure: number
  readonly rightAtrialPressure: number
}

/** Blood in the loop with the published parameters, mL. */
export const publishedVolume = totalVolume(regazzoni2020, Float64Array.from(Object.values(regazzoni2020Initial)))

/**
 * The published set has an atrial onset of 0.9 s in a cycle of 0.8 s, which makes atria and ventricles contract together.
 * Here the atria begin at 0.72 s, 0.18 s before the ventricles: a normal PR interval.
 */
const body: CirculationParameters = { ...regazzoni2020, 'LA.tC': 0.72, 'RA.tC': 0.72 }

/** How this body differs from the published one where no sensor looks: factors on parameters that twins take as given. */
export type Build = Partial<Record<ParameterName, number>>

const unseen = [
  'LV.V0',
  'RV.EA',
  'RV.EB',
  'LA.EB',
  'RA.EB',
  'systemic.R_VEN',
  'systemic.C_VEN',
  'pulmonary.R_AR',
  'pulmonary.C_AR',
] as const satisfies readonly ParameterName[]

/** Draws a build; `mismatch` scales its spread (1: standard deviation 6 % of each factor; 0: the published body). */
export function drawBuild(random: RandomStream, mismatch: number): Build {
  return Object.fromEntries(unseen.map((name) => [name, Math.exp(0.06 * mismatch * random.normal())]))
}

/**
 * The closed loop's parameters for a physiology and a build. `inotropy` is the part of contractility that acts on both
 * ventricles: drugs, reflex and activity, not the disease of the left one.
 */
export function parametersOf(physiology: Physiology, build: Build, inotropy: number): CirculationParameters {
  const parameters: Record<ParameterName, number> = { ...body }
  for (const [name, factor] of Object.entries(build)) parameters[name as ParameterName] *= factor
  parameters['LV.EA'] *= physiology.contractility
  parameters['RV.EA'] *= inotropy
  parameters['LV.EB'] *= physiology.stiffness
  parameters['systemic.R_AR'] *= physiology.resistance
  parameters['systemic.C_AR'] *= physiology.compliance
  return atHeartRate(parameters, physiology.heartRate / 60)
}

/** A solved heart: the parameters, what they give, and the state to go on from. */
export interface SolvedHeart {
  readonly parameters: CirculationParameters
  readonly volume: number
  readonly haemodynamics: Haemodynamics
  readonly state: CirculationState
}

/**
 * The limit cycle for these parameters, found from a nearby one in three or four beats (about 0.7 ms). The circulation
 * settles within seconds, faster than anything that moves its parameters here except the reflex, so its transient is
 * left out. The accuracy asked for (0.3 % of each state from beat to beat) is well below what any sensor resolves.
 */
export function solveHeart(parameters: CirculationParameters, volume: number, from?: SolvedHeart): SolvedHeart {
  const options = { tolerance: 1e-5, closeness: 3e-3 }
  let cycle: LimitCycle
  try {
    cycle = limitCycle(parameters, { ...options, initial: startingState(parameters, volume, from) })
  } catch (error) {
    // A start from afar may overshoot; from the published state, scaled, the iteration is robust.
    if (!(error instanceof CirculationError) || !from) throw error
    cycle = limitCycle(parameters, { ...options, initial: initialWithVolume(parameters, volume), maximumBeats: 400 })
  }
  return {
    parameters,
    volume,
    state: cycle.state,
    haemodynamics: {
      heartRate: cycle.heartRate,
      systolic: cycle.systemicArtery.systolic,
      diastolic: cycle.systemicArtery.diastolic,
      mean: cycle.systemicArtery.mean,
      endDiastolicVolume: cycle.leftVentricle.endDiastolicVolume,
      endSystolicVolume: cycle.leftVentricle.endSystolicVolume,
      ejectionFraction: cycle.leftVentricle.ejectionFraction,
      cardiacOutput: cycle.cardiacOutput,
      leftAtrialPressure: cycle.leftAtrium.meanPressure,
      rightAtrialPressure: cycle.rightAtrium.meanPressure,
    },
  }
}

/** The last state with the venous pressure moved so that the loop holds exactly `volume`. */
function startingState(parameters: CirculationParameters, volume: number, from?: SolvedHeart): CirculationState {
  if (!from) return initialWithVolume(parameters, volume)
  const missing = volume - totalVolume(parameters, from.state)
  const p_VEN_SYS = from.state.p_VEN_SYS + missing / parameters['systemic.C_VEN']
  return p_VEN_SYS > 1 ? { ...from.state, p_VEN_SYS } : initialWithVolume(parameters, volume)
}
