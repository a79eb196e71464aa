import type { Instant, JsonObject } from '@counterpart/kernel'
import { patientResource } from '../emergency/department-fhir.ts'
import { isoTime } from '../time.ts'
import type { ExamOnRecord } from './hl7.ts'

const protocolSystem = 'urn:counterpart:sandbox:protocol'
const stepSystem = 'urn:counterpart:imaging-step'

/** A moment in the department's system, on its clocks. */
export interface Moment {
  readonly at: Instant
  /** Minutes east of UTC. */
  readonly zone: number
}

/** The patient is there: as an appointment of that moment when there was none. */
export function arrivalOf(exam: ExamOnRecord, machine: string, { at, zone }: Moment): JsonObject {
  const { at: start, minutes } = exam.appointment ?? { at, minutes: 0 }
  return {
    ...named('Appointment', `${exam.order.number}-appointment`, { at, zone }),
    basedOn: [basedOn(exam)],
    status: 'arrived',
    start: isoTime(start, zone),
    ...(minutes > 0 ? { minutesDuration: minutes, end: isoTime(start + minutes * 60_000, zone) } : {}),
    participant: [
      { actor: subject(exam), status: 'accepted' },
      { actor: { reference: `Location/${machine}` }, status: 'accepted' },
    ],
  }
}

/** The exam itself, under way or with its end. */
export function procedureOf(
  exam: ExamOnRecord,
  started: { readonly machine: string; readonly at: Instant },
  end: Instant | undefined,
  { at, zone }: Moment,
): JsonObject {
  return {
    ...named('Procedure', `${exam.order.number}-exam`, { at, zone }),
    basedOn: [basedOn(exam)],
    status: end === undefined ? 'in-progress' : 'completed',
    code: { coding: [{ system: protocolSystem, code: exam.protocol.code, display: exam.protocol.label }] },
    subject: subject(exam),
    performedPeriod: {
      start: isoTime(started.at, zone),
      ...(end === undefined ? {} : { end: isoTime(end, zone) }),
    },
    location: { reference: `Location/${started.machine}` },
  }
}

/** A step of an exam that FHIR has no resource for. */
export function stepOf(
  exam: ExamOnRecord,
  machine: string,
  step: 'prepared' | 'sequence-done',
  sequence: number | undefined,
  { at, zone }: Moment,
): JsonObject {
  return {
    ...named('Task', `${exam.order.number}-${step}${sequence ?? ''}`, { at, zone }),
    status: 'completed',
    intent: 'order',
    code: { coding: [{ system: stepSystem, code: step }] },
    focus: basedOn(exam),
    for: subject(exam),
    location: { reference: `Location/${machine}` },
    lastModified: isoTime(at, zone),
    executionPeriod: { end: isoTime(at, zone) },
    ...(sequence === undefined ? {} : { input: [{ type: { text: 'sequence' }, valueInteger: sequence }] }),
  }
}

/** A machine that stopped, or runs again. */
export function machineOf(code: string, state: 'up' | 'down' | 'maintenance', moment: Moment): JsonObject {
  return {
    ...named('Location', code, moment),
    id: code,
    identifier: [{ system: 'urn:counterpart:sandbox:accession:machine', value: code }],
    status: state === 'down' ? 'suspended' : 'active',
    operationalStatus: {
      system: 'http://terminology.hl7.org/CodeSystem/v2-0116',
      code: state === 'maintenance' ? 'H' : 'U',
    },
  }
}

/** Each message introduces the patient: it may be the first that is heard of them. */
export function withPatient(exam: ExamOnRecord, since: Instant, resource: JsonObject, zone: number): JsonObject[] {
  return [patientResource(exam.person, since, zone), resource]
}

function named(resourceType: string, id: string, { at, zone }: Moment) {
  return { resourceType, id: id.toLowerCase(), meta: { lastUpdated: isoTime(at, zone) } }
}

function basedOn({ order }: ExamOnRecord): JsonObject {
  return { identifier: { system: order.system, value: order.number } }
}

function subject({ person }: ExamOnRecord): JsonObject {
  return { reference: `Patient/${person.recordNumber.toLowerCase()}` }
}
