import type { RandomStream } from '@counterpart/numerics'

/**
 * What the hidden heart is made of: factors on the published parameters of the closed loop (1 = as published), heart
 * rate in beats per minute. With the atria beating before the ventricles (see heart.ts) the published set is overfilled;
 * a normal heart, with a filling pressure near 9 mmHg and an ejection fraction near 0.56, is the `post-operative` one.
 */
export interface Physiology {
  /** On the active elastance of the left ventricle. */
  readonly contractility: number
  /** On the passive elastance of the left ventricle. */
  readonly stiffness: number
  /** On systemic arterial resistance. */
  readonly resistance: number
  /** On systemic arterial compliance. */
  readonly compliance: number
  /** On the blood volume that fills the loop. */
  readonly volume: number
  /** 1/min */
  readonly heartRate: number
}
export type PhysiologyName = keyof Physiology
export const physiologyNames = [
  'contractility',
  'stiffness',
  'resistance',
  'compliance',
  'volume',
  'heartRate',
] as const satisfies readonly PhysiologyName[]

/** A kind of patient: where the hidden parameters lie, how they move on by themselves, and why these figures. */
export interface Phenotype {
  readonly name: string
  readonly label: string
  readonly median: Physiology
  /** Slow course of its own: relative change per hour, until the factor named by `limit` is reached. */
  readonly course: readonly { readonly of: PhysiologyName; readonly perHour: number; readonly limit: number }[]
  /** Strength of the baroreflex, 1 = healthy. */
  readonly reflex: number
  /** Share of these patients who have an arterial line. */
  readonly arterialLine: number
  readonly ages: readonly [from: number, to: number]
  readonly source: string
}

/** The six kinds of patient of the ward. */
export const phenotypes: readonly Phenotype[] = [
  {
    name: 'hypertensive',
    label: 'Hypertensive urgency',
    median: { contractility: 2.05, stiffness: 0.75, resistance: 1.6, compliance: 0.66, volume: 0.86, heartRate: 78 },
    course: [{ of: 'resistance', perHour: 0.02, limit: 1.08 }],
    reflex: 0.7,
    arterialLine: 0.6,
    ages: [48, 79],
    source:
      'Raised systemic resistance at a normal output, stiffer arteries (Lund-Johansen, Eur Heart J 1983;4 Suppl G:11; O’Rourke & Hashimoto, J Am Coll Cardiol 2007;50:1); concentric remodelling',
  },
  {
    name: 'heart-failure',
    label: 'Heart failure with reduced ejection fraction',
    median: { contractility: 0.26, stiffness: 0.55, resistance: 1.1, compliance: 0.92, volume: 0.96, heartRate: 88 },
    course: [{ of: 'contractility', perHour: -0.02, limit: 0.88 }],
    reflex: 0.5,
    arterialLine: 0.5,
    ages: [55, 86],
    source:
      'End-systolic elastance about half of normal or less, dilated chamber, raised resistance (Asanoi et al., Circ Res 1989;65:483; Chantler et al., J Appl Physiol 2008;105:1342); blunted baroreflex (Mortara et al., Circulation 1997;96:3450)',
  },
  {
    name: 'hypovolaemic',
    label: 'Hypovolaemia after gastrointestinal bleeding',
    median: { contractility: 1.45, stiffness: 0.58, resistance: 1.0, compliance: 1, volume: 0.53, heartRate: 102 },
    course: [{ of: 'volume', perHour: -0.015, limit: 0.93 }],
    reflex: 1,
    arterialLine: 0.4,
    ages: [30, 80],
    source:
      'Loss of 15-30 % of blood volume: tachycardia, narrowed pulse pressure, raised resistance (Advanced Trauma Life Support class II; Convertino et al., J Appl Physiol 2013;115:1198)',
  },
  {
    name: 'septic',
    label: 'Vasodilated sepsis',
    median: { contractility: 1.25, stiffness: 0.58, resistance: 0.43, compliance: 1.1, volume: 0.75, heartRate: 106 },
    course: [{ of: 'resistance', perHour: -0.02, limit: 0.9 }],
    reflex: 0.6,
    arterialLine: 0.8,
    ages: [35, 85],
    source:
      'Systemic resistance near half of normal with raised rate and output, mildly depressed contractility (Parker et al., Ann Intern Med 1984;100:483; Vieillard-Baron et al., Crit Care Med 2008;36:1701)',
  },
  {
    name: 'post-operative',
    label: 'Uneventful course after surgery',
    median: { contractility: 1.45, stiffness: 0.55, resistance: 0.95, compliance: 0.95, volume: 0.77, heartRate: 74 },
    course: [],
    reflex: 1,
    arterialLine: 0.25,
    ages: [25, 75],
    source:
      'Chosen for the middle of normal: pressure 120/76 mmHg, end-diastolic volume near 130 mL, ejection fraction above 0.52, output 5 to 6 L/min, left atrial pressure 6 to 12 mmHg (Lang et al., J Am Soc Echocardiogr 2015;28:1)',
  },
  {
    name: 'stiff-heart',
    label: 'Heart failure with preserved ejection fraction',
    median: { contractility: 2.1, stiffness: 1.35, resistance: 1.25, compliance: 0.6, volume: 0.99, heartRate: 74 },
    course: [{ of: 'volume', perHour: 0.01, limit: 1.05 }],
    reflex: 0.6,
    arterialLine: 0.3,
    ages: [62, 90],
    source:
      'Raised passive stiffness with raised end-systolic and arterial elastance (Zile et al., N Engl J Med 2004;350:1953; Kawaguchi et al., Circulation 2003;107:714)',
  },
]

/** Between-patient spread of each factor: standard deviation of its logarithm within a phenotype. */
export const betweenPatients: Physiology = {
  contractility: 0.12,
  stiffness: 0.15,
  resistance: 0.1,
  compliance: 0.15,
  volume: 0.03,
  heartRate: 0.08,
}

/**
 * Within-patient drift: an Ornstein-Uhlenbeck process on each logarithm, with this stationary standard deviation.
 * Of the size of the within-person variability of haemodynamics over hours (Parati et al., Nat Rev Cardiol 2013;10:143).
 */
export const withinPatient: Physiology = {
  contractility: 0.04,
  stiffness: 0.03,
  resistance: 0.05,
  compliance: 0.03,
  volume: 0.012,
  heartRate: 0.04,
}
/** Correlation time of the drift, h. */
export const driftHours = 2

/**
 * The phenotypes of a ward: blocks that hold each kind once, in random order, so that even a small ward shows all. The
 * first patient is hypertensive: a demonstration has something to do at once.
 */
export function phenotypeOf(index: number, block: RandomStream): Phenotype {
  const order = phenotypes.map((_, i) => i)
  for (let i = order.length - 1; i > 0; i--) {
    const j = block.integer(i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  if (index < order.length) {
    const first = order.indexOf(0)
    ;[order[0], order[first]] = [order[first]!, order[0]!]
  }
  return phenotypes[order[index % order.length]!]!
}
