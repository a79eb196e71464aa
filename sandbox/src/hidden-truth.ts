import { type Coding, hour, type Instant, type Milliseconds, minute, second } from '@counterpart/kernel'
import { measures, type Reading } from './codes.ts'
import { SandboxError } from './errors.ts'
import { HiddenPatient, type HiddenPatientOptions, type HiddenTruth } from './patient.ts'
import { drugs } from './pharmacology.ts'
import { Sensors } from './sensors.ts'

export interface ObservationPlan extends HiddenPatientOptions {
  /** How long to watch. */
  readonly duration: Milliseconds
  /** Monitor, and arterial line where there is one. Default 1 min. */
  readonly vitalSignsEvery?: Milliseconds
  /** Cuff. Default 10 min. */
  readonly cuffEvery?: Milliseconds
  /** Echo, the first at the start. Default 6 h. */
  readonly echoEvery?: Milliseconds
  /** Scales sensor failures. Default 1; 0: sensors only err, none fails. */
  readonly faults?: number
  /** Step of the hidden physiology. Default 1 s. */
  readonly step?: Milliseconds
  /** What is done to the patient. */
  readonly treatments?: readonly {
    /** A name in `drugs`. */
    readonly drug: string
    /** In the drug's unit. */
    readonly dose: number
    readonly from: Instant
    readonly until?: Instant
  }[]
}

/** What the sensors gave at one instant, and what was true then. */
export interface ObservedInstant {
  readonly at: Instant
  readonly readings: readonly ObservedReading[]
  readonly truth: HiddenTruth
}

export interface ObservedReading {
  readonly sensor: 'monitor' | 'arterial-line' | 'cuff' | 'echo'
  readonly code: Coding
  readonly value: number
  /** UCUM */
  readonly unit: string
}

/**
 * One hidden patient watched over time, without any network: for validating what a twin believes. Instants at which
 * no sensor gave anything are left out.
 */
export function* observeHiddenPatient(plan: ObservationPlan): Generator<ObservedInstant, HiddenPatient, undefined> {
  const patient = new HiddenPatient(plan)
  const sensors = new Sensors(plan.seed, patient, plan.start, plan.faults ?? 1)
  const { vitalSignsEvery = minute, cuffEvery = 10 * minute, echoEvery = 6 * hour, step = second } = plan
  const treatments = (plan.treatments ?? []).map((treatment, i) => {
    const drug = drugs.find(({ name }) => name === treatment.drug)
    if (!drug)
      throw new SandboxError(
        'options-invalid',
        `drug "${treatment.drug}" is not known; expected one of ${drugs.map(({ name }) => name).join(', ')}`,
      )
    return { ...treatment, drug, id: `treatment-${i}`, begun: false, ended: false }
  })
  const tick = Math.min(vitalSignsEvery, cuffEvery, echoEvery)
  const due = (every: Milliseconds, passed: Milliseconds) =>
    Math.floor(passed / every) > Math.floor((passed - tick) / every)
  for (let passed = 0; passed <= plan.duration; passed += tick) {
    const at = plan.start + passed
    for (const treatment of treatments) {
      if (!treatment.begun && treatment.from <= at) {
        patient.advance(Math.max(treatment.from, patient.now), step)
        patient.begin(treatment.id, treatment.drug, treatment.dose, treatment.from)
        treatment.begun = true
      }
      if (treatment.begun && !treatment.ended && treatment.until !== undefined && treatment.until <= at) {
        patient.advance(Math.max(treatment.until, patient.now), step)
        patient.end(treatment.id, treatment.until)
        treatment.ended = true
      }
    }
    patient.advance(at, step)
    const readings: ObservedReading[] = []
    const take = (sensor: ObservedReading['sensor'], list: readonly Reading[] | undefined) => {
      for (const { measure, value } of list ?? [])
        readings.push({ sensor, code: measures[measure].code, value, unit: measures[measure].unit })
    }
    if (due(vitalSignsEvery, passed)) {
      take('monitor', sensors.monitor(at))
      if (patient.hasArterialLine) take('arterial-line', sensors.arterialLine(at))
    }
    if (due(cuffEvery, passed)) take('cuff', sensors.cuff(at))
    if (due(echoEvery, passed)) take('echo', sensors.echo())
    if (readings.length > 0) yield { at, readings, truth: patient.truth() }
  }
  return patient
}

/** Many hidden patients under one plan, index 0, 1, 2 …: each with what was observed of it. */
export function* observeHiddenPatients(
  count: number,
  plan: Omit<ObservationPlan, 'index'>,
): Generator<{ readonly index: number; readonly instants: readonly ObservedInstant[] }, void, undefined> {
  for (let index = 0; index < count; index++) yield { index, instants: [...observeHiddenPatient({ ...plan, index })] }
}
