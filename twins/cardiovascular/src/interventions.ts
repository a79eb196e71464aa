import {
  hour,
  type Instant,
  type Intervention,
  type Milliseconds,
  minute,
  type PlannedIntervention,
  type Treatment,
} from '@counterpart/kernel'
import { CardiovascularError } from './errors.ts'
import { type PhysiologyName, physiologyNames } from './physiology.ts'

/** What a treatment does to the circulation, for a patient who responds in the typical way. */
export interface EffectModel {
  readonly intervention: Intervention
  /** Change of the logarithm of a parameter at unlimited dose, and the dose for half of it (Emax model). */
  readonly effects: readonly {
    readonly parameter: PhysiologyName
    readonly largest: number
    readonly halfDose: number
  }[]
  /** Share of the dose, mL, that stays in the vessels: only for fluids. */
  readonly addsVolume?: boolean
  /** How much of the dose is at work at a time after its start, and after its end if it has one. */
  readonly course: (sinceStart: Milliseconds, given: Milliseconds | undefined) => number
}

const atc = 'http://www.whocc.no/atc'

/** An infusion: builds up with one time constant, and goes with another when it is stopped. */
function infusion(on: Milliseconds, off: Milliseconds): EffectModel['course'] {
  return (since, given) =>
    given === undefined || since <= given
      ? 1 - Math.exp(-since / on)
      : (1 - Math.exp(-given / on)) * Math.exp(-(since - given) / off)
}

/** A single dose: comes on and wears off. Scaled so that its height is 1. */
function singleDose(on: Milliseconds, off: Milliseconds): EffectModel['course'] {
  const peak = (Math.log(off / on) * on * off) / (off - on)
  const height = Math.exp(-peak / off) - Math.exp(-peak / on)
  return (since) => (Math.exp(-since / off) - Math.exp(-since / on)) / height
}

const bolusOver = 15 * minute
/**
 * A crystalloid over 15 minutes: how much of it adds to the stressed volume. Half leaves the vessels or is taken up by
 * veins that give way while it runs in; of the other half most leaves with a time constant of 25 minutes, and 15 % of
 * the dose stays. The shape follows volume kinetics (Hahn et al., Shock 2020, doi:10.1097/SHK.0000000000001422), the shares are assumptions.
 */
const fluidCourse: EffectModel['course'] = (since) => {
  const given = Math.min(since, bolusOver) / bolusOver
  const tau = 25 * minute
  const staying = (time: Milliseconds) => (tau / bolusOver) * (1 - Math.exp(-time / tau))
  const leaving = since <= bolusOver ? staying(since) : staying(bolusOver) * Math.exp(-(since - bolusOver) / tau)
  return 0.15 * given + 0.35 * leaving
}

/**
 * The four what-ifs. Largest effects and half doses are fitted by hand so that the loop of a failing heart reproduces
 * the cited group means; where no figure is cited they are assumptions. All are *net* effects with reflexes included,
 * for the loop itself has no baroreflex.
 */
export const effectModels: readonly EffectModel[] = [
  {
    intervention: {
      name: 'vasodilator',
      label: 'Vasodilator (nitroprusside)',
      unit: 'ug/kg/min',
      dose: { low: 0.25, high: 5, step: 0.25, usual: 1 },
      reversibility: 'Effect gone within minutes of stopping',
      mayApprove: ['clinician'],
      riskClass: 'high',
      cost: 'Continuous infusion with pressure watched throughout: one nurse, a monitored bed',
      order: {
        resource: 'MedicationRequest',
        code: { system: atc, code: 'C02DD01', display: 'nitroprusside' },
      },
      undo: 'Stop the infusion',
      evidence:
        'Dilates arteries and veins; resistance and filling pressure fall, output rises in the failing heart and only where resistance is high (Lukes et al., Br Heart J 1979;41:187). Onset within a minute, gone in minutes. Size of the effect: assumption (largest: resistance ×0.50, stressed volume ×0.82; half at 2.5 ug/kg/min).',
    },
    effects: [
      { parameter: 'resistance', largest: -0.7, halfDose: 2.5 },
      { parameter: 'blood-volume', largest: -0.2, halfDose: 2.5 },
      { parameter: 'own-heart-rate', largest: 0.12, halfDose: 2.5 },
    ],
    course: infusion(2 * minute, 3 * minute),
  },
  {
    intervention: {
      name: 'inotrope',
      label: 'Inotrope (dobutamine)',
      unit: 'ug/kg/min',
      dose: { low: 1, high: 15, step: 1, usual: 5 },
      reversibility: 'Effect gone within ten minutes of stopping',
      mayApprove: ['clinician'],
      riskClass: 'high',
      cost: 'Continuous infusion with ECG and pressure watched: one nurse, a monitored bed',
      order: { resource: 'MedicationRequest', code: { system: atc, code: 'C01CA07', display: 'dobutamine' } },
      undo: 'Stop the infusion',
      evidence:
        'In 15 patients with severe heart failure 10 ug/kg/min took output from 3.1 to 5.6 L/min, mean pressure from 93 to 98 mmHg, rate from 98.5 to 105 /min and wedge pressure from 27 to 21 mmHg (Akhtar et al., Am J Cardiol 1975;36:202). Onset 1 to 2 minutes, plateau by ten. Split between contractility, resistance and volume: assumption.',
    },
    effects: [
      { parameter: 'contractility', largest: 1.5, halfDose: 6 },
      { parameter: 'resistance', largest: -0.85, halfDose: 6 },
      { parameter: 'blood-volume', largest: 0.08, halfDose: 6 },
      { parameter: 'own-heart-rate', largest: 0.25, halfDose: 15 },
    ],
    course: infusion(3 * minute, 3 * minute),
  },
  {
    intervention: {
      name: 'beta-blocker',
      label: 'Beta-blocker (metoprolol, intravenous)',
      unit: 'mg',
      dose: { low: 2.5, high: 15, step: 2.5, usual: 5 },
      reversibility: 'Cannot be taken back; wears off over 5 to 8 hours',
      mayApprove: ['clinician'],
      riskClass: 'high',
      cost: 'Slow injection with ECG and pressure watched for half an hour',
      order: { resource: 'MedicationRequest', code: { system: atc, code: 'C07AB02', display: 'metoprolol' } },
      undo: 'None: give no further dose, treat effects as they come',
      evidence:
        'After 15 mg intravenously heart rate, cardiac index and stroke work fell by 10 to 20 %, wedge pressure did not change (Held et al., Eur Heart J 1986;7:937). Full effect about 20 minutes after the injection. Half dose and split of the effect: assumption.',
    },
    effects: [
      { parameter: 'own-heart-rate', largest: -0.3, halfDose: 8 },
      { parameter: 'contractility', largest: -0.3, halfDose: 8 },
      { parameter: 'resistance', largest: 0.08, halfDose: 8 },
    ],
    course: singleDose(7 * minute, 5 * hour),
  },
  {
    intervention: {
      name: 'fluid-bolus',
      label: 'Fluid bolus (balanced crystalloid over 15 min)',
      unit: 'mL',
      dose: { low: 100, high: 1000, step: 50, usual: 250 },
      reversibility: 'Cannot be taken back; most has left the vessels after an hour',
      mayApprove: ['clinician'],
      riskClass: 'moderate',
      cost: 'A bag of crystalloid and a quarter of an hour of nursing',
      order: {
        resource: 'MedicationRequest',
        code: { system: atc, code: 'B05BB01', display: 'electrolytes' },
      },
      undo: 'None: stop what has not yet run in',
      evidence:
        'Adds to the stressed volume while it stays in the vessels: half of the dose at first, most of that gone within an hour, 15 % lasting. The shape follows volume kinetics (Hahn et al., Shock 2020, doi:10.1097/SHK.0000000000001422), the shares are assumptions.',
    },
    effects: [],
    addsVolume: true,
    course: fluidCourse,
  },
]

export const interventions: readonly Intervention[] = effectModels.map((model) => model.intervention)

/** The typical effect of everything given, at one time: what each member's own response multiplies. */
export interface TreatmentLoad {
  /** Change of the logarithm of a parameter: `log[i * 6 + p]` for intervention `i` and parameter `p`. */
  readonly log: Float64Array
  /** mL added to the stressed volume by intervention `i`. */
  readonly volume: Float64Array
  readonly none: boolean
}

/** Loads at `at`; unknown interventions are other twins' business and count for nothing. */
export function treatmentLoad(treatments: readonly PlannedIntervention[], at: Instant): TreatmentLoad {
  const count = physiologyNames.length
  const log = new Float64Array(effectModels.length * count)
  const volume = new Float64Array(effectModels.length)
  let none = true
  for (const [i, model] of effectModels.entries()) {
    let active = 0
    for (const treatment of inForce(treatments)) {
      if (treatment.intervention !== model.intervention.name || treatment.from > at) continue
      const given = treatment.until === undefined ? undefined : Math.max(0, treatment.until - treatment.from)
      active += treatment.dose * model.course(at - treatment.from, given)
    }
    if (!(active > 0)) continue
    none = false
    for (const { parameter, largest, halfDose } of model.effects) {
      const p = physiologyNames.indexOf(parameter)
      log[i * count + p] = (largest * active) / (active + halfDose)
    }
    if (model.addsVolume) volume[i] = active
  }
  return { log, volume, none }
}

/** Versions of one treatment share an id: the highest holds, and a retracted one never was. */
function inForce(treatments: readonly PlannedIntervention[]): readonly PlannedIntervention[] {
  const held = new Map<string, Treatment>()
  const others: PlannedIntervention[] = []
  for (const treatment of treatments as readonly (PlannedIntervention & Partial<Treatment>)[]) {
    if (treatment.id === undefined || treatment.version === undefined) {
      others.push(treatment)
      continue
    }
    const known = held.get(treatment.id)
    if (!known || treatment.version > known.version) held.set(treatment.id, treatment as Treatment)
  }
  return [...[...held.values()].filter((treatment) => !treatment.retracted), ...others]
}

/** What treatments do to each parameter: multiply by `factor`, then add `added` (mL, only for the blood volume). */
export type TreatmentEffects = {
  readonly [name in PhysiologyName]: { readonly factor: number; readonly added: number }
}

/**
 * The effect of treatments on the parameters of a patient, for a simulator that holds its own truth.
 *
 * @param responses multiple of the typical effect per intervention name; 1 where left out
 */
export function effectsOfTreatments(
  treatments: readonly PlannedIntervention[],
  at: Instant,
  responses: Readonly<Record<string, number>> = {},
): TreatmentEffects {
  const load = treatmentLoad(treatments, at)
  const count = physiologyNames.length
  return Object.fromEntries(
    physiologyNames.map((name, p) => {
      let log = 0
      let added = 0
      for (const [i, { intervention }] of effectModels.entries()) {
        const response = responses[intervention.name] ?? 1
        log += response * load.log[i * count + p]!
        if (name === 'blood-volume') added += response * load.volume[i]!
      }
      return [name, { factor: Math.exp(log), added }]
    }),
  ) as unknown as TreatmentEffects
}

/** Throws {@link CardiovascularError} `scenario-invalid` for an unknown intervention or a dose out of bounds. */
export function checkPlanned(planned: readonly PlannedIntervention[]): void {
  for (const { intervention, dose, from, until } of planned) {
    const known = interventions.find((i) => i.name === intervention)
    if (!known)
      throw new CardiovascularError(
        'scenario-invalid',
        `unknown intervention "${intervention}"; this twin knows ${interventions.map((i) => i.name).join(', ')}`,
      )
    if (!(dose >= known.dose.low && dose <= known.dose.high))
      throw new CardiovascularError(
        'scenario-invalid',
        `dose ${dose} of ${intervention}; expected ${known.dose.low} to ${known.dose.high} ${known.unit}`,
      )
    if (!Number.isFinite(from) || (until !== undefined && !(until > from)))
      throw new CardiovascularError('scenario-invalid', `${intervention} must have a start, and an end after it if any`)
  }
}
