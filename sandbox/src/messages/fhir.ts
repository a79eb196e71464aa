import type { Coding, Instant, Json, JsonObject } from '@counterpart/kernel'
import { loincSystem } from '@counterpart/kernel'
import { authority, type MeasureCode, measures, orderSystem, type Reading, ucumSystem, visitSystem } from '../codes.ts'
import type { Person } from '../person.ts'
import { isoTime } from '../time.ts'
import type { Visit } from './hl7v2.ts'

/** A device as it is described to the platform. */
export interface DeviceDescription {
  readonly id: string
  readonly type: string
  readonly model: string
}

/** Whom a resource is about: by the hospital's own resource id and by record number, so that either is enough. */
export interface PatientKey {
  readonly patientId: string
  readonly person: Person
}

/** The FHIR id of a patient of the ward. */
export function patientIdOf(person: Person): string {
  return person.recordNumber.toLowerCase()
}

/** A transaction Bundle of resources with ids of the sender's own: every entry a PUT, so that a repeat changes nothing. */
export function transaction(resources: readonly JsonObject[], sent: Instant, zone: number): JsonObject {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    timestamp: isoTime(sent, zone),
    entry: resources.map((resource) => ({
      fullUrl: `urn:counterpart:sandbox:${String(resource.resourceType)}/${String(resource.id)}`,
      resource,
      request: { method: 'PUT', url: `${String(resource.resourceType)}/${String(resource.id)}` },
    })),
  }
}

/** Who has come, where they lie, and what is attached to them. */
export function admission(
  key: PatientKey,
  visit: Visit,
  devices: readonly DeviceDescription[],
  at: Instant,
  zone: number,
): JsonObject[] {
  const { person } = key
  return [
    {
      resourceType: 'Patient',
      id: key.patientId,
      meta: { lastUpdated: isoTime(at, zone) },
      identifier: [recordIdentifier(person)],
      active: true,
      name: [
        { use: 'official', family: person.family, given: [person.given], text: `${person.given} ${person.family}` },
      ],
      gender: person.sex,
      birthDate: person.birthDate,
    },
    {
      resourceType: 'Encounter',
      id: `visit-${visit.visitNumber.toLowerCase()}`,
      meta: { lastUpdated: isoTime(at, zone) },
      identifier: [{ system: visitSystem, value: visit.visitNumber }],
      status: visit.discharged === undefined ? 'in-progress' : 'finished',
      class: {
        system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
        code: 'IMP',
        display: 'inpatient encounter',
      },
      subject: subjectOf(key),
      period: {
        start: isoTime(visit.admitted, zone),
        ...(visit.discharged === undefined ? {} : { end: isoTime(visit.discharged, zone) }),
      },
      location: [{ location: { display: `${visit.pointOfCare}, ${visit.room}, bed ${visit.bed}` } }],
    },
    ...devices.map(({ id, type, model }) => ({
      resourceType: 'Device',
      id,
      meta: { lastUpdated: isoTime(at, zone) },
      identifier: [{ system: `${authority.system}.3`, value: id }],
      status: 'active',
      manufacturer: 'Counterpart sandbox',
      deviceName: [{ name: model, type: 'model-name' }],
      type: { text: type },
      patient: subjectOf(key),
    })),
  ]
}

/** Observations of one instant: blood pressure as one panel (profile `bp`) with components, all else one by one. */
export function observations(
  key: PatientKey,
  readings: readonly Reading[],
  about: {
    /** Unique per instant and device; observations get it as the stem of their ids. */
    readonly id: string
    readonly taken: Instant
    readonly issued: Instant
    readonly device: string
    readonly category: 'vital-signs' | 'imaging'
  },
  zone: number,
): JsonObject[] {
  const shared = (id: string, category: string): Record<string, Json> => ({
    resourceType: 'Observation',
    id,
    meta: { lastUpdated: isoTime(about.issued, zone) },
    identifier: [{ system: `${authority.system}.4`, value: id }],
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category }] }],
    subject: subjectOf(key),
    effectiveDateTime: isoTime(about.taken, zone),
    issued: isoTime(about.issued, zone),
    device: { reference: `Device/${about.device}` },
  })
  const pressures = readings.filter(({ measure }) => measures[measure].unit === 'mm[Hg]')
  const others = readings.filter((reading) => !pressures.includes(reading))
  const result: JsonObject[] = others.map((reading) => ({
    ...shared(`${about.id}-${measures[reading.measure].code.code}`, about.category),
    code: concept(reading),
    valueQuantity: quantity(reading),
  }))
  if (pressures.length > 0)
    result.push({
      ...shared(`${about.id}-bp`, 'vital-signs'),
      code: {
        coding: [{ system: loincSystem, code: '85354-9', display: 'Blood pressure panel with all children optional' }],
      },
      component: pressures.map((reading) => ({ code: concept(reading), valueQuantity: quantity(reading) })),
    })
  return result
}

/** What a nurse charts of a treatment: begun, ended, stopped early, or entered in error. */
export function medicationAdministration(
  key: PatientKey,
  given: {
    readonly id: string
    readonly orderId: string
    readonly orderType: string
    readonly code: Coding
    readonly dose: { readonly value: number; readonly unit: string }
    readonly status: 'in-progress' | 'completed' | 'stopped'
    readonly start: Instant
    readonly end?: Instant
    readonly charted: Instant
  },
  zone: number,
): JsonObject {
  const dose = { value: given.dose.value, unit: given.dose.unit, system: ucumSystem, code: given.dose.unit }
  const isRate = /\/(min|h)$/.test(given.dose.unit)
  const order = {
    reference: `${given.orderType}/${given.orderId}`,
    identifier: { system: orderSystem, value: given.orderId },
  }
  return {
    resourceType: 'MedicationAdministration',
    id: given.id,
    meta: { lastUpdated: isoTime(given.charted, zone) },
    identifier: [{ system: orderSystem, value: given.orderId }],
    status: given.status,
    medicationCodeableConcept: { coding: [codingJson(given.code)] },
    subject: subjectOf(key),
    effectivePeriod: {
      start: isoTime(given.start, zone),
      ...(given.end === undefined ? {} : { end: isoTime(given.end, zone) }),
    },
    ...(given.orderType === 'MedicationRequest' ? { request: order } : { supportingInformation: [order] }),
    dosage: {
      dose,
      ...(isRate ? { rateQuantity: dose } : {}),
      route: {
        coding: [{ system: 'http://snomed.info/sct', code: '47625008', display: 'Intravenous route' }],
      },
    },
  }
}

function subjectOf({ patientId, person }: PatientKey): JsonObject {
  return { reference: `Patient/${patientId}`, identifier: recordIdentifier(person) }
}

function recordIdentifier(person: Person): JsonObject {
  return {
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
    system: authority.system,
    value: person.recordNumber,
  }
}

function concept({ measure }: Reading): JsonObject {
  const { code, alternate }: MeasureCode = measures[measure]
  return { coding: alternate ? [codingJson(code), codingJson(alternate)] : [codingJson(code)] }
}

function quantity({ measure, value }: Reading): JsonObject {
  const { unit } = measures[measure]
  return { value, unit, system: ucumSystem, code: unit }
}

function codingJson(code: Coding): JsonObject {
  return { system: code.system, code: code.code, ...(code.display === undefined ? {} : { display: code.display }) }
}
