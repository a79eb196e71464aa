import type { Coding, Instant, JsonObject } from '@counterpart/kernel'
import { authority } from './codes.ts'
import { SandboxError } from './errors.ts'
import { type Drug, drugOf, drugs } from './pharmacology.ts'

export const orderTypes = ['ServiceRequest', 'MedicationRequest', 'Task'] as const
export type OrderType = (typeof orderTypes)[number]

/** What an order asks of the ward, read from its FHIR resource. */
export interface Order {
  readonly id: string
  readonly type: OrderType
  readonly wants: 'start' | 'stop'
  /** Record number of the patient. */
  readonly recordNumber: string
  readonly code: Coding
  readonly drug: Drug
  /** As it was ordered. */
  readonly sentDose: { readonly value: number; readonly unit: string }
  readonly from?: Instant
  readonly until?: Instant
}

/**
 * Statuses on which the ward acts. A draft or a proposal is obeyed too: in the sandbox, a prescriber stands by who
 * signs what the platform's clinician has approved.
 */
const starting = new Set(['active', 'draft', 'requested', 'received', 'accepted', 'ready', 'in-progress'])
const stopping = new Set(['revoked', 'stopped', 'cancelled', 'entered-in-error', 'on-hold', 'rejected', 'failed'])

/** A patient as the ward knows them: record number, resource id, weight in kg. */
export interface KnownPatient {
  readonly recordNumber: string
  readonly patientId: string
  readonly weight: number
}

/**
 * Reads an order. Throws {@link SandboxError} `order-refused` with what is wrong and how to mend it: unknown patient,
 * code, unit or status, a dose outside what the ward gives.
 */
export function readOrder(type: OrderType, id: string, body: JsonObject, ward: readonly KnownPatient[]): Order {
  const refuse = (what: string): never => {
    throw new SandboxError('order-refused', `${type}/${id}: ${what}`)
  }
  if (body.resourceType !== type) refuse(`resourceType is ${JSON.stringify(body.resourceType)}; expected "${type}"`)
  if (body.id !== id) refuse(`id in the resource is ${JSON.stringify(body.id)}; it must be the id in the URL, "${id}"`)
  const status = typeof body.status === 'string' ? body.status : ''
  const wants = starting.has(status) ? 'start' : stopping.has(status) ? 'stop' : undefined
  if (!wants)
    refuse(
      `status ${JSON.stringify(body.status)} asks for nothing; expected ${[...starting].join(', ')} to start or ${[...stopping].join(', ')} to stop`,
    )
  const patient = patientOf(body, type, ward)
  if (!patient)
    return refuse(
      `nobody on this ward is ${JSON.stringify(body.subject ?? body.for)}; give the record number as identifier {"system": "${authority.system}", "value": …} or a reference Patient/{record number}`,
    )
  const codings = codingsOf(body, type)
  const found = codings.map((code) => ({ code, drug: drugOf(code) })).find(({ drug }) => drug)
  if (!found?.drug)
    return refuse(
      `the ward cannot give ${JSON.stringify(codings)}; it knows ${drugs.flatMap((d) => d.codes.map((c) => `${c.system}|${c.code} (${c.display})`)).join(', ')}`,
    )
  const { code, drug } = found
  const dose = doseOf(body, type)
  if (!dose)
    return refuse(`it has no dose; expected a quantity with a UCUM code such as {"value": 50, "code": "${drug.unit}"}`)
  const amount = inUnit(drug, dose.value, dose.unit, patient.weight)
  if (amount === undefined)
    return refuse(
      `unit ${JSON.stringify(dose.unit)} is not one for ${drug.label}; expected ${[drug.unit, ...Object.keys(drug.alsoIn)].join(', ')}`,
    )
  const [low, high] = drug.doses
  if (!(amount >= low && amount <= high))
    return refuse(`dose ${dose.value} ${dose.unit} of ${drug.label} is outside ${low} to ${high} ${drug.unit}`)
  const period = periodOf(body, type)
  return {
    id,
    type,
    wants: wants!,
    recordNumber: patient.recordNumber,
    code,
    drug,
    sentDose: dose,
    ...instantMember('from', period.start, refuse),
    ...instantMember('until', period.end, refuse),
  }
}

/** A dose in the drug's own unit; `undefined` for a unit that it is not given in. */
export function inUnit(drug: Drug, value: number, unit: string, weight: number): number | undefined {
  if (unit === drug.unit) return value
  const factor = Object.hasOwn(drug.alsoIn, unit) ? drug.alsoIn[unit] : undefined
  return factor ? value * factor(weight) : undefined
}

function patientOf(body: JsonObject, type: OrderType, ward: readonly KnownPatient[]): KnownPatient | undefined {
  const subject = object(type === 'Task' ? body.for : body.subject)
  const identifier = object(subject?.identifier)
  if (identifier?.system === authority.system) return ward.find(({ recordNumber }) => recordNumber === identifier.value)
  const reference = typeof subject?.reference === 'string' ? subject.reference.split('/').slice(-2) : []
  if (reference[0] !== 'Patient') return undefined
  return ward.find(({ recordNumber, patientId }) => reference[1] === recordNumber || reference[1] === patientId)
}

function codingsOf(body: JsonObject, type: OrderType): Coding[] {
  const concepts = [type === 'MedicationRequest' ? body.medicationCodeableConcept : body.code]
  if (type === 'Task') concepts.push(...list(body.input).map((input) => object(input)?.valueCodeableConcept))
  return concepts
    .flatMap((concept) => list(object(concept)?.coding))
    .flatMap((coding) => {
      const { system, code, display } = object(coding) ?? {}
      return typeof system === 'string' && typeof code === 'string'
        ? [{ system, code, ...(typeof display === 'string' ? { display } : {}) }]
        : []
    })
}

/** The first quantity where each resource keeps its dose. */
function doseOf(body: JsonObject, type: OrderType): { value: number; unit: string } | undefined {
  const places =
    type === 'MedicationRequest'
      ? list(body.dosageInstruction)
          .flatMap((instruction) => list(object(instruction)?.doseAndRate))
          .flatMap((dose) => [object(dose)?.rateQuantity, object(dose)?.doseQuantity])
      : type === 'ServiceRequest'
        ? [body.quantityQuantity]
        : list(body.input).map((input) => object(input)?.valueQuantity)
  for (const place of places) {
    const quantity = object(place)
    const unit = quantity?.code ?? quantity?.unit
    if (typeof quantity?.value === 'number' && Number.isFinite(quantity.value) && typeof unit === 'string')
      return { value: quantity.value, unit }
  }
  return undefined
}

function periodOf(body: JsonObject, type: OrderType): { start?: unknown; end?: unknown } {
  if (type === 'ServiceRequest')
    return (
      object(body.occurrencePeriod) ?? {
        start: typeof body.occurrenceDateTime === 'string' ? body.occurrenceDateTime : undefined,
      }
    )
  if (type === 'Task') return object(object(body.restriction)?.period) ?? object(body.executionPeriod) ?? {}
  const [instruction] = list(body.dosageInstruction)
  return object(object(object(object(instruction)?.timing)?.repeat)?.boundsPeriod) ?? {}
}

function instantMember(
  name: 'from' | 'until',
  value: unknown,
  refuse: (what: string) => never,
): { from?: Instant; until?: Instant } {
  if (value === undefined || value === null) return {}
  const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (!Number.isFinite(instant))
    refuse(`time ${JSON.stringify(value)} is not a FHIR dateTime such as 2026-01-05T09:00:00Z`)
  return { [name]: instant }
}

function object(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
