import {
  atHeartRate,
  type CirculationParameters,
  type CirculationState,
  initialWithVolume,
  regazzoni2020,
} from '@counterpart/circulation'
import { day, hour, type Milliseconds, type Variable } from '@counterpart/kernel'
import { type Build, withBuild } from './build.ts'

/** A variable of the belief with its prior and how it moves. */
export interface PriorVariable extends Variable {
  readonly median: number
  /** Of the logarithm for `log` variables, else in the variable's unit. */
  readonly standardDeviation: number
  readonly scale: 'log' | 'linear'
  /**
   * How fast it wanders when nothing is known: standard deviation (of the logarithm, or in the unit) after one hour.
   * Over long times it returns to the prior's spread, so a twin that hears nothing ends at its prior, not beyond it.
   */
  readonly perRootHour: number
}

/**
 * The patient's own circulation: what the closed loop is personalised by. Everything else in the loop keeps its
 * published value (arXiv:2011.15040) but the atrial onset, see {@link baseline}.
 *
 * Prior: the adults of a hospital ward, septic, bleeding, overloaded and failing ones among them. Medians give
 * 108/69 mmHg, 4.9 L/min, ejection fraction 0.51 and a mean left atrial pressure of 11 mmHg; nine in ten have an output
 * of 2.7 to 8.2 L/min, a mean pressure of 44 to 154 mmHg, an ejection fraction of 0.32 to 0.64 and a left atrial pressure
 * of 6 to 18 mmHg. Reasons for the spreads: output and filling pressure of the failing heart (Forrester et al., N Engl J
 * Med 1976;295:1356), resistance down to a third in septic shock (Parrillo, N Engl J Med 1993;328:1471), passive
 * stiffness three times the normal in diastolic failure (Zile et al., N Engl J Med 2004;350:1953), stressed volume 25 to
 * 30 % of all blood and so halved or half as large again by what is lost or given on a ward (Magder, Crit Care
 * 2016;20:271). The median of the stiffness lies between the published 0.17 and the 0.11 that gives a healthy filling
 * pressure. The spreads themselves and the rates are assumptions of this twin.
 */
export const physiology = [
  {
    name: 'contractility',
    label: 'Left-ventricular contractility',
    unit: 'mm[Hg]/mL',
    meaning: 'active elastance E_A of the left ventricle',
    median: 4.8,
    standardDeviation: 0.65,
    scale: 'log',
    perRootHour: 0.03,
  },
  {
    name: 'stiffness',
    label: 'Left-ventricular passive stiffness',
    unit: 'mm[Hg]/mL',
    meaning: 'passive elastance E_B of the left ventricle',
    median: 0.13,
    standardDeviation: 0.5,
    scale: 'log',
    perRootHour: 0.02,
  },
  {
    name: 'resistance',
    label: 'Systemic arterial resistance',
    unit: 'mm[Hg].s/mL',
    meaning: 'R_AR of the systemic arteries',
    median: 0.72,
    standardDeviation: 0.4,
    scale: 'log',
    perRootHour: 0.035,
  },
  {
    name: 'compliance',
    label: 'Systemic arterial compliance',
    unit: 'mL/mm[Hg]',
    meaning: 'C_AR of the systemic arteries',
    median: 1.3,
    standardDeviation: 0.3,
    scale: 'log',
    perRootHour: 0.015,
  },
  {
    name: 'blood-volume',
    label: 'Stressed blood volume',
    unit: 'mL',
    meaning: 'blood that fills the loop above zero pressure; falls with venodilation as with bleeding',
    median: 1250,
    standardDeviation: 0.22,
    scale: 'log',
    perRootHour: 0.02,
  },
  {
    name: 'own-heart-rate',
    label: 'Heart rate without drugs',
    unit: '/min',
    meaning: 'heart rate before the effect of known treatments',
    median: 74,
    standardDeviation: 0.25,
    scale: 'log',
    perRootHour: 0.045,
  },
] as const satisfies readonly PriorVariable[]

export type PhysiologyName = (typeof physiology)[number]['name']
export const physiologyNames = physiology.map((v) => v.name) as readonly PhysiologyName[]
/** A value per physiological parameter. */
export type Physiology = { readonly [name in PhysiologyName]: number }

/** Systematic error of the patient's cuff: the standard for cuffs allows a mean error of 5 mmHg. */
export const pressureBias: PriorVariable = {
  name: 'pressure-bias',
  label: "Systematic error of the cuff's pressure",
  unit: 'mm[Hg]',
  meaning: 'what the cuff shows above the true arterial pressure (ISO 81060-2 allows a mean error of 5 mmHg)',
  median: 0,
  standardDeviation: 3,
  scale: 'linear',
  perRootHour: 0.1,
}

/** The same for the pulse pressure: systolic and diastolic readings need not err alike. */
export const pulseBias: PriorVariable = {
  name: 'pulse-pressure-bias',
  label: "Systematic error of the cuff's pulse pressure",
  unit: 'mm[Hg]',
  meaning:
    'what the cuff shows above the true pulse pressure: half of it too much at systole, half too little at diastole',
  median: 0,
  standardDeviation: 4,
  scale: 'linear',
  perRootHour: 0.13,
}

/** Systematic error of an arterial line: its zero and the height of its transducer; 1 mmHg is 14 mm. An assumption. */
export const lineBias: PriorVariable = {
  name: 'line-bias',
  label: 'Systematic error of the arterial line',
  unit: 'mm[Hg]',
  meaning: 'what an arterial line shows above the true arterial pressure',
  median: 0,
  standardDeviation: 1,
  scale: 'linear',
  perRootHour: 0.1,
}

/**
 * What takes the pressure away from the settled cycle for some minutes: reflexes, breathing, posture, pain. It is part of
 * the patient's pressure and of its readings, not of the loop (an error of representation; Janjić et al., Q J R Meteorol
 * Soc 2018;144:1257), and fades over 15 minutes: an arterial line read each minute is not 60 independent readings an
 * hour, and the next minutes begin at what was just read. Size and time are assumptions.
 */
export const pressureSwing: PriorVariable = {
  name: 'pressure-swing',
  label: 'Passing swing of the pressure',
  unit: 'mm[Hg]',
  meaning: 'what reflexes, breathing, posture and pain add to the mean pressure for some minutes',
  median: 0,
  standardDeviation: 2,
  scale: 'linear',
  perRootHour: 5.66,
}

/** The same for the pulse pressure. */
export const pulseSwing: PriorVariable = {
  name: 'pulse-pressure-swing',
  label: 'Passing swing of the pulse pressure',
  unit: 'mm[Hg]',
  meaning: 'what they add to the pulse pressure: half of it at systole, half of it taken away at diastole',
  median: 0,
  standardDeviation: 2,
  scale: 'linear',
  perRootHour: 5.66,
}

/** How strongly this patient responds to a drug, as a multiple of the typical log-effect. */
export function responseVariable(intervention: string, label: string): PriorVariable {
  return {
    name: `response-${intervention}`,
    label: `Response to ${label.toLowerCase()}`,
    unit: '1',
    meaning: 'multiple of the typical effect; spread between patients is an assumption',
    median: 1,
    standardDeviation: 0.35,
    scale: 'log',
    perRootHour: 0.005,
  }
}

/** Time over which a variable returns to its prior: the walk's rate and its long-run spread fix it. */
export function returnTime(variable: PriorVariable): Milliseconds {
  return Math.min((2 * variable.standardDeviation ** 2 * hour) / variable.perRootHour ** 2, 3650 * day)
}

/**
 * The closed loop's parameters for a patient. The published atrial onset (0.9 s, modulo 0.8 s) makes the atria contract
 * together with the ventricles; this twin lets them contract at 0.9 of the cycle, before the ventricles, as hearts do.
 */
const baseline: CirculationParameters = { ...regazzoni2020, 'LA.tC': 0.72, 'RA.tC': 0.72 }

export function circulationOf(
  p: Physiology,
  build: Build = {},
): { parameters: CirculationParameters; initial: CirculationState } {
  const parameters = atHeartRate(
    {
      ...withBuild(baseline, build),
      'LV.EA': p.contractility,
      'LV.EB': p.stiffness,
      'systemic.R_AR': p.resistance,
      'systemic.C_AR': p.compliance,
    },
    p['own-heart-rate'] / 60,
  )
  return { parameters, initial: initialWithVolume(parameters, p['blood-volume']) }
}
