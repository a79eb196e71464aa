import type { ExamOrigin, Instant } from '@counterpart/kernel'
import { imagingChannels, minute } from '@counterpart/kernel'
import { instantOfFhir, type Reading } from '../fhir/read.ts'
import type { FhirEncounter, FhirProcedure } from '../fhir/schema.ts'
import type {
  FhirAppointment,
  FhirDiagnosticReport,
  FhirLocation,
  FhirServiceRequest,
  FhirTask,
} from '../fhir/workflow-schema.ts'
import { type FhirReference, idIn, orderNumber, referredOrder, updatedAt, whereOf } from './fhir-reading.ts'
import type { ImagingDepartment } from './settings.ts'
import type { DepartmentStatement } from './statement.ts'
import type { ExamHappening, VisitFact } from './visit-fact.ts'

/** Code system of the steps of an exam that FHIR has no resource for. */
const stepSystem = 'urn:counterpart:imaging-step'

type Concept = { readonly coding?: readonly { readonly system?: string; readonly code?: string }[] } | undefined

/** An order for an exam in an imaging department, or that it is not wanted any more. */
export function examsOfRequest(request: FhirServiceRequest, location: string, reading: Reading): readonly VisitFact[] {
  const department = imagingOf(request.locationReference ?? [], [request.code], reading)
  const order = orderNumber(request, reading)
  const protocol = department && codesIn(request.code).find((code) => hasProtocol(department, code))
  if (!department || order === undefined || request.doNotPerform) return []
  const updated = updatedAt(request, reading)
  if (request.status === 'revoked' || request.status === 'entered-in-error')
    return exam(department, order, updated, { what: 'cancelled' }, location)
  if (protocol === undefined || !['active', 'on-hold', 'completed'].includes(request.status)) return []
  const ordered = at(request.authoredOn, reading) ?? updated
  const { priority } = request
  const urgency = priority === 'stat' ? 'stat' : priority === 'urgent' || priority === 'asap' ? 'urgent' : 'routine'
  const origin = originOf(request, reading)
  return exam(department, order, ordered, { what: 'ordered', protocol, origin, urgency }, location)
}

/** An appointment on a machine: booked, kept or not. */
export function examsOfAppointment(
  appointment: FhirAppointment,
  location: string,
  reading: Reading,
): readonly VisitFact[] {
  const places = appointment.participant.flatMap(({ actor }) => (actor ? [actor] : []))
  const department = imagingOf(places, appointment.serviceType ?? [], reading)
  const order = referredOrder(appointment.basedOn?.[0], reading)
  if (!department || order === undefined) return []
  const told = updatedAt(appointment, reading) ?? at(appointment.created, reading)
  const start = at(appointment.start, reading)
  const of = (happening: ExamHappening, when = told ?? start) => exam(department, order, when, happening, location)
  switch (appointment.status) {
    case 'booked': {
      const end = at(appointment.end, reading)
      const machine = machineIn(department, places)
      const minutes = appointment.minutesDuration ?? (start && end && (end - start) / minute)
      return machine !== undefined && start !== undefined && minutes
        ? of({ what: 'booked', machine, at: start, minutes }, told)
        : []
    }
    case 'arrived':
    case 'checked-in':
      return of({ what: 'arrived' })
    case 'noshow':
      return of({ what: 'no-show' })
    case 'cancelled':
    case 'entered-in-error':
      return of({ what: 'cancelled' })
    default:
      return []
  }
}

/** The exam itself: from when to when the patient was in the machine's room. */
export function examsOfProcedure(procedure: FhirProcedure, location: string, reading: Reading): readonly VisitFact[] {
  const department = imagingOf(procedure.location ? [procedure.location] : [], [procedure.code], reading)
  const order = referredOrder(procedure.basedOn?.[0], reading)
  if (!department || order === undefined) return []
  const machine = machineIn(department, procedure.location ? [procedure.location] : [])
  const started = at(procedure.performedPeriod?.start, reading) ?? at(procedure.performedDateTime, reading)
  const finished = at(procedure.performedPeriod?.end, reading)
  const begun = ['in-progress', 'on-hold', 'stopped', 'completed'].includes(procedure.status)
  const over = procedure.status === 'completed' || procedure.status === 'stopped'
  return [
    ...(begun && machine !== undefined ? exam(department, order, started, { what: 'started', machine }, location) : []),
    ...(over ? exam(department, order, finished ?? updatedAt(procedure, reading), { what: 'finished' }, location) : []),
  ]
}

export function examsOfReport(report: FhirDiagnosticReport, location: string, reading: Reading): readonly VisitFact[] {
  const department = imagingOf([], [report.code], reading)
  const order = referredOrder(report.basedOn?.[0], reading)
  const told = ['preliminary', 'final', 'amended', 'corrected', 'appended'].includes(report.status)
  if (!department || order === undefined || !told) return []
  return exam(
    department,
    order,
    at(report.issued, reading) ?? updatedAt(report, reading),
    { what: 'reported' },
    location,
  )
}

/** A step that is told of by a Task: the patient is prepared, or a sequence is done. */
export function examsOfTask(task: FhirTask, location: string, reading: Reading): readonly VisitFact[] {
  const step = task.code?.coding?.find(({ system }) => system === stepSystem)?.code
  const order = referredOrder(task.focus, reading)
  const department = imagingOf(task.location ? [task.location] : [], [], reading)
  if (step === undefined || order === undefined || !department || task.status !== 'completed') return []
  const done = at(task.executionPeriod?.end, reading) ?? updatedAt(task, reading)
  if (step === 'prepared') return exam(department, order, done, { what: 'prepared' }, location)
  const sequence = task.input?.find(({ valueInteger }) => typeof valueInteger === 'number')?.valueInteger
  return step === 'sequence-done' && typeof sequence === 'number' && sequence >= 1
    ? exam(department, order, done, { what: 'sequence-done', sequence: Math.floor(sequence) }, location)
    : []
}

/** Whether this Task is a step of an exam, rather than a test of its own. */
export function isImagingStep(task: FhirTask): boolean {
  return task.code?.coding?.some(({ system }) => system === stepSystem) ?? false
}

/** A machine that stopped, or runs again, as its Location says; with the department that it belongs to. */
export function machineOf(
  resource: FhirLocation,
  reading: Reading,
): { readonly department: string; readonly statement: DepartmentStatement } | undefined {
  const names = [resource.id, ...(resource.identifier ?? []).map(({ value }) => value)]
  const told = updatedAt(resource, reading)
  for (const department of imagingIn(reading)) {
    const machine = department.machines.find(({ code }) => names.includes(code))?.code
    if (machine === undefined || told === undefined || resource.status === undefined) continue
    // HL7 table 0116: H housekeeping, K contaminated: it cannot be used for a while, and is not broken.
    const inService = ['H', 'K'].includes(resource.operationalStatus?.code ?? '')
    const state = resource.status !== 'active' ? 'down' : inService ? 'maintenance' : 'up'
    const statement = { channel: imagingChannels.machine, detail: { machine, state }, effective: told }
    return { department: department.id, statement: { ...statement, text: `${machine} is ${state}` } }
  }
  return undefined
}

function exam(
  department: ImagingDepartment,
  order: string,
  when: Instant | undefined,
  happening: ExamHappening,
  location: string,
): readonly VisitFact[] {
  if (when === undefined) return []
  return [
    {
      department: department.id,
      about: order,
      effective: when,
      version: when,
      says: { kind: 'exam', happening },
      location,
    },
  ]
}

function imagingIn({ settings }: Reading): readonly ImagingDepartment[] {
  return (settings.departments?.all ?? []).filter((each): each is ImagingDepartment => each.kind === 'imaging')
}

/** The imaging department of these places or, where they name none, the one that has a protocol of this code. */
function imagingOf(
  places: readonly FhirReference[],
  codes: readonly Concept[],
  reading: Reading,
): ImagingDepartment | undefined {
  const all = imagingIn(reading)
  const names = placeNames(places)
  return (
    all.find(({ id, machines }) => names.includes(id) || machines.some(({ code }) => names.includes(code))) ??
    all.find((department) => codes.flatMap(codesIn).some((code) => hasProtocol(department, code)))
  )
}

function machineIn({ machines }: ImagingDepartment, places: readonly FhirReference[]): string | undefined {
  const names = placeNames(places)
  return machines.find(({ code }) => names.includes(code))?.code
}

function placeNames(places: readonly FhirReference[]): readonly string[] {
  return places.flatMap(({ reference, identifier }) =>
    [idIn(reference, 'Location') ?? [], identifier?.value ?? []].flat(),
  )
}

function hasProtocol({ protocols }: ImagingDepartment, wanted: string): boolean {
  return protocols.some(({ code }) => code === wanted)
}

function codesIn(concept: Concept): readonly string[] {
  return (concept?.coding ?? []).flatMap(({ code }) => code ?? [])
}

/** Where the patient comes from: by the encounter in the same Bundle, else by the place that is named. */
function originOf(request: FhirServiceRequest, reading: Reading): ExamOrigin {
  const to = request.encounter?.reference
  const encounter = to === undefined ? undefined : (reading.things(to) as FhirEncounter | undefined)
  const encounterClass = encounter?.class?.code
  if (encounterClass === 'EMER') return 'emergency'
  if (encounterClass === 'IMP') return 'inpatient'
  if ((request.locationReference ?? []).some((place) => whereOf(place, reading).kind === 'within')) return 'emergency'
  return 'outpatient'
}

function at(text: string | undefined, { settings }: Reading): Instant | undefined {
  return text === undefined ? undefined : instantOfFhir(text, settings.zone)
}
