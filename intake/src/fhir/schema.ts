import { z } from 'zod'
import {
  anyObject,
  anyObjects,
  code,
  codeableConcept,
  coding,
  date,
  dateTime,
  element,
  humanName,
  id,
  identifier,
  instant,
  integer,
  list,
  meta,
  period,
  quantity,
  reference,
  resource,
  text,
  uri,
} from './data-types.ts'
import {
  appointment,
  diagnosticReport,
  type FhirAppointment,
  type FhirDiagnosticReport,
  type FhirLocation,
  type FhirSchedule,
  type FhirServiceRequest,
  type FhirSlot,
  type FhirTask,
  location,
  schedule,
  serviceRequest,
  slot,
  task,
} from './workflow-schema.ts'

// The R4 resources that are taken (https://hl7.org/fhir/R4/resourcelist.html). All their elements are named, so that an
// element which R4 does not have is refused; what is not read is checked for its JSON shape only.

const values = {
  valueQuantity: quantity.optional(),
  valueCodeableConcept: codeableConcept.optional(),
  valueString: text.optional(),
  valueBoolean: z.boolean().optional(),
  valueInteger: integer.optional(),
  valueRange: anyObject.optional(),
  valueRatio: anyObject.optional(),
  valueSampledData: anyObject.optional(),
  valueTime: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?$/, 'must be hh:mm:ss')
    .optional(),
  valueDateTime: dateTime.optional(),
  valuePeriod: period.optional(),
}

const patient = resource('Patient', {
  identifier: list(identifier).optional(),
  active: z.boolean().optional(),
  name: list(humanName).optional(),
  telecom: anyObjects.optional(),
  gender: z.enum(['male', 'female', 'other', 'unknown']).optional(),
  birthDate: date.optional(),
  deceasedBoolean: z.boolean().optional(),
  deceasedDateTime: dateTime.optional(),
  address: anyObjects.optional(),
  maritalStatus: codeableConcept.optional(),
  multipleBirthBoolean: z.boolean().optional(),
  multipleBirthInteger: integer.optional(),
  photo: anyObjects.optional(),
  contact: anyObjects.optional(),
  communication: anyObjects.optional(),
  generalPractitioner: list(reference).optional(),
  managingOrganization: reference.optional(),
  link: anyObjects.optional(),
}).refine(atMostOne('deceased'), 'deceased[x] must have one type only')
export type FhirPatient = z.infer<typeof patient>

const observation = resource('Observation', {
  identifier: list(identifier).optional(),
  basedOn: list(reference).optional(),
  partOf: list(reference).optional(),
  status: z.enum([
    'registered',
    'preliminary',
    'final',
    'amended',
    'corrected',
    'cancelled',
    'entered-in-error',
    'unknown',
  ]),
  category: list(codeableConcept).optional(),
  code: codeableConcept,
  subject: reference.optional(),
  focus: list(reference).optional(),
  encounter: reference.optional(),
  effectiveDateTime: dateTime.optional(),
  effectivePeriod: period.optional(),
  effectiveTiming: anyObject.optional(),
  effectiveInstant: instant.optional(),
  issued: instant.optional(),
  performer: list(reference).optional(),
  ...values,
  dataAbsentReason: codeableConcept.optional(),
  interpretation: list(codeableConcept).optional(),
  note: anyObjects.optional(),
  bodySite: codeableConcept.optional(),
  method: codeableConcept.optional(),
  specimen: reference.optional(),
  device: reference.optional(),
  referenceRange: anyObjects.optional(),
  hasMember: list(reference).optional(),
  derivedFrom: list(reference).optional(),
  component: list(
    element({
      modifierExtension: anyObjects.optional(),
      code: codeableConcept,
      ...values,
      dataAbsentReason: codeableConcept.optional(),
      interpretation: list(codeableConcept).optional(),
      referenceRange: anyObjects.optional(),
    }).refine(atMostOne('value'), 'value[x] must have one type only'),
  ).optional(),
})
  .refine(atMostOne('value'), 'value[x] must have one type only')
  .refine(atMostOne('effective'), 'effective[x] must have one type only')
export type FhirObservation = z.infer<typeof observation>

const encounter = resource('Encounter', {
  identifier: list(identifier).optional(),
  status: z.enum([
    'planned',
    'arrived',
    'triaged',
    'in-progress',
    'onleave',
    'finished',
    'cancelled',
    'entered-in-error',
    'unknown',
  ]),
  statusHistory: anyObjects.optional(),
  class: coding,
  classHistory: anyObjects.optional(),
  type: list(codeableConcept).optional(),
  serviceType: codeableConcept.optional(),
  priority: codeableConcept.optional(),
  subject: reference.optional(),
  episodeOfCare: list(reference).optional(),
  basedOn: list(reference).optional(),
  participant: anyObjects.optional(),
  appointment: list(reference).optional(),
  period: period.optional(),
  length: quantity.optional(),
  reasonCode: list(codeableConcept).optional(),
  reasonReference: list(reference).optional(),
  diagnosis: anyObjects.optional(),
  account: list(reference).optional(),
  hospitalization: anyObject.optional(),
  location: list(
    element({
      modifierExtension: anyObjects.optional(),
      location: reference,
      status: code.optional(),
      physicalType: codeableConcept.optional(),
      period: period.optional(),
    }),
  ).optional(),
  serviceProvider: reference.optional(),
  partOf: reference.optional(),
})
export type FhirEncounter = z.infer<typeof encounter>

const device = resource('Device', {
  identifier: list(identifier).optional(),
  definition: reference.optional(),
  udiCarrier: anyObjects.optional(),
  status: z.enum(['active', 'inactive', 'entered-in-error', 'unknown']).optional(),
  statusReason: list(codeableConcept).optional(),
  distinctIdentifier: text.optional(),
  manufacturer: text.optional(),
  manufactureDate: dateTime.optional(),
  expirationDate: dateTime.optional(),
  lotNumber: text.optional(),
  serialNumber: text.optional(),
  deviceName: list(element({ modifierExtension: anyObjects.optional(), name: text, type: code })).optional(),
  modelNumber: text.optional(),
  partNumber: text.optional(),
  type: codeableConcept.optional(),
  specialization: anyObjects.optional(),
  version: anyObjects.optional(),
  property: anyObjects.optional(),
  patient: reference.optional(),
  owner: reference.optional(),
  contact: anyObjects.optional(),
  location: reference.optional(),
  url: uri.optional(),
  note: anyObjects.optional(),
  safety: list(codeableConcept).optional(),
  parent: reference.optional(),
})
export type FhirDevice = z.infer<typeof device>

const medicationAdministration = resource('MedicationAdministration', {
  identifier: list(identifier).optional(),
  instantiates: list(uri).optional(),
  partOf: list(reference).optional(),
  status: z.enum(['in-progress', 'not-done', 'on-hold', 'completed', 'entered-in-error', 'stopped', 'unknown']),
  statusReason: list(codeableConcept).optional(),
  category: codeableConcept.optional(),
  medicationCodeableConcept: codeableConcept.optional(),
  medicationReference: reference.optional(),
  subject: reference,
  context: reference.optional(),
  supportingInformation: list(reference).optional(),
  effectiveDateTime: dateTime.optional(),
  effectivePeriod: period.optional(),
  performer: anyObjects.optional(),
  reasonCode: list(codeableConcept).optional(),
  reasonReference: list(reference).optional(),
  request: reference.optional(),
  device: list(reference).optional(),
  note: anyObjects.optional(),
  dosage: element({
    modifierExtension: anyObjects.optional(),
    text: text.optional(),
    site: codeableConcept.optional(),
    route: codeableConcept.optional(),
    method: codeableConcept.optional(),
    dose: quantity.optional(),
    rateRatio: element({ numerator: quantity.optional(), denominator: quantity.optional() }).optional(),
    rateQuantity: quantity.optional(),
  }).optional(),
  eventHistory: list(reference).optional(),
})
  .refine(exactlyOne('medication'), 'medication[x] must be there, in one type')
  .refine(exactlyOne('effective'), 'effective[x] must be there, in one type')
export type FhirMedicationAdministration = z.infer<typeof medicationAdministration>

const procedure = resource('Procedure', {
  identifier: list(identifier).optional(),
  instantiatesCanonical: list(uri).optional(),
  instantiatesUri: list(uri).optional(),
  basedOn: list(reference).optional(),
  partOf: list(reference).optional(),
  status: z.enum([
    'preparation',
    'in-progress',
    'not-done',
    'on-hold',
    'stopped',
    'completed',
    'entered-in-error',
    'unknown',
  ]),
  statusReason: codeableConcept.optional(),
  category: codeableConcept.optional(),
  code: codeableConcept.optional(),
  subject: reference,
  encounter: reference.optional(),
  performedDateTime: dateTime.optional(),
  performedPeriod: period.optional(),
  performedString: text.optional(),
  performedAge: anyObject.optional(),
  performedRange: anyObject.optional(),
  recorder: reference.optional(),
  asserter: reference.optional(),
  performer: anyObjects.optional(),
  location: reference.optional(),
  reasonCode: list(codeableConcept).optional(),
  reasonReference: list(reference).optional(),
  bodySite: list(codeableConcept).optional(),
  outcome: codeableConcept.optional(),
  report: list(reference).optional(),
  complication: list(codeableConcept).optional(),
  complicationDetail: list(reference).optional(),
  followUp: list(codeableConcept).optional(),
  note: anyObjects.optional(),
  focalDevice: anyObjects.optional(),
  usedReference: list(reference).optional(),
  usedCode: list(codeableConcept).optional(),
}).refine(atMostOne('performed'), 'performed[x] must have one type only')
export type FhirProcedure = z.infer<typeof procedure>

/** The schema of each resource that is taken. */
export const schemas = {
  Patient: patient,
  Observation: observation,
  Encounter: encounter,
  Device: device,
  MedicationAdministration: medicationAdministration,
  Procedure: procedure,
  ServiceRequest: serviceRequest,
  Task: task,
  Appointment: appointment,
  DiagnosticReport: diagnosticReport,
  Location: location,
  Schedule: schedule,
  Slot: slot,
} as const
export type TakenResource =
  | FhirPatient
  | FhirObservation
  | FhirEncounter
  | FhirDevice
  | FhirMedicationAdministration
  | FhirProcedure
  | FhirServiceRequest
  | FhirTask
  | FhirAppointment
  | FhirDiagnosticReport
  | FhirLocation
  | FhirSchedule
  | FhirSlot
export type TakenType = keyof typeof schemas

/** A Bundle before its entries are looked at; those are validated by their own type. */
export const bundle = z.strictObject({
  resourceType: z.literal('Bundle'),
  id: id.optional(),
  _id: z.unknown().optional(),
  meta: meta.optional(),
  implicitRules: uri.optional(),
  language: code.optional(),
  identifier: identifier.optional(),
  type: code,
  _type: z.unknown().optional(),
  timestamp: instant.optional(),
  total: z.int().min(0).optional(),
  link: anyObjects.optional(),
  entry: list(
    element({
      modifierExtension: anyObjects.optional(),
      link: anyObjects.optional(),
      fullUrl: uri.optional(),
      resource: z.looseObject({ resourceType: text, id: id.optional() }).optional(),
      search: anyObject.optional(),
      request: z.looseObject({ method: code.optional(), url: uri.optional() }).optional(),
      response: anyObject.optional(),
    }),
  ).optional(),
  signature: anyObject.optional(),
})
export type FhirBundle = z.infer<typeof bundle>

function choices(value: object, name: string): number {
  return Object.keys(value).filter((key) => key.startsWith(name) && /[A-Z]/.test(key[name.length] ?? '')).length
}

function atMostOne(name: string): (value: object) => boolean {
  return (value) => choices(value, name) <= 1
}

function exactlyOne(name: string): (value: object) => boolean {
  return (value) => choices(value, name) === 1
}
