import type { Instant } from '@counterpart/kernel'
import type { TreatmentFact } from '../facts.ts'
import { codesOf, instantOfFhir, type Reading } from '../fhir/read.ts'
import type { FhirServiceRequest, FhirTask } from '../fhir/workflow-schema.ts'
import { nameOf } from '../hash.ts'
import {
  codedWords,
  type FhirReference,
  idIn,
  orderNumber,
  referredEncounter,
  referredOrder,
  updatedAt,
  whereOf,
} from './fhir-reading.ts'
import type { CareDepartment } from './settings.ts'
import type { VisitFact } from './visit-fact.ts'
import { visitStory } from './visit-story.ts'

/** The system in which departments are subjects; see `outboundSystems.subject`, under which orders go out. */
const subjectSystem = 'urn:counterpart:subject'

/** Which department a task is for; `undefined` when it is for none. */
export function departmentMeant(reference: FhirReference | undefined, { settings }: Reading): string | undefined {
  const { system, value } = reference?.identifier ?? {}
  const named = system === subjectSystem ? /^department\/(.+)$/.exec(value ?? '')?.[1] : undefined
  const id = named ?? idIn(reference?.reference, 'Location')
  return id !== undefined && settings.departments?.byId(id) ? id : undefined
}

/** Which clinic a task is for; `undefined` when it is for none that is followed. */
export function clinicMeant(reference: FhirReference | undefined, { settings }: Reading): string | undefined {
  const { system, value } = reference?.identifier ?? {}
  const id = system === subjectSystem ? /^clinic\/(.+)$/.exec(value ?? '')?.[1] : undefined
  return id !== undefined && settings.clinics?.byId(id) ? id : undefined
}

/** A test that was ordered for somebody in a department, and whether it is done. */
export function visitsOfRequest(request: FhirServiceRequest, location: string, reading: Reading): readonly VisitFact[] {
  const told = testOf(request, request.locationReference?.[0], location, reading)
  const order = orderNumber(request, reading)
  if (!told || order === undefined) return []
  const { story, department } = told
  const updated = updatedAt(request, reading)
  const ordered = at(request.authoredOn, reading) ?? at(request.occurrencePeriod?.start, reading) ?? updated
  const stands = ['active', 'on-hold', 'completed'].includes(request.status) && request.doNotPerform !== true
  if (ordered === undefined || !stands) return passedOver(location, reading)
  const test = codedWords(request.code) ?? 'test'
  story.happened(department, ordered, { what: 'test-ordered', test, order })
  const done = at(request.occurrencePeriod?.end, reading) ?? updated
  if (request.status === 'completed' && done !== undefined)
    story.happened(department, done, { what: 'test-done', order })
  return story.facts
}

/** A task for somebody in a department: the doing of a test that was ordered, or a test of its own. */
export function visitsOfTask(task: FhirTask, location: string, reading: Reading): readonly VisitFact[] {
  const told = testOf(task, task.location, location, reading)
  const focus = referredOrder(task.focus, reading)
  const order = focus ?? orderNumber(task, reading)
  if (!told || order === undefined) return []
  const { story, department } = told
  const ordered = at(task.authoredOn, reading)
  const hopeless = ['draft', 'rejected', 'cancelled', 'failed', 'entered-in-error'].includes(task.status)
  if (hopeless) return passedOver(location, reading)
  if (focus === undefined && ordered !== undefined)
    story.happened(department, ordered, { what: 'test-ordered', test: codedWords(task.code) ?? 'test', order })
  const done = at(task.executionPeriod?.end, reading) ?? updatedAt(task, reading)
  if (task.status === 'completed' && done !== undefined) story.happened(department, done, { what: 'test-done', order })
  return story.facts
}

/** What is reported to have been done about a department or clinic. Nothing while it is only asked for. */
export function treatmentOfTask(task: FhirTask, location: string, reading: Reading): readonly TreatmentFact[] {
  const { settings, notes } = reading
  const from = at(task.executionPeriod?.start, reading)
  const end = at(task.executionPeriod?.end, reading)
  const updated = updatedAt(task, reading)
  const begun = ['in-progress', 'on-hold', 'completed', 'cancelled'].includes(task.status) && from !== undefined
  const never = ['rejected', 'failed', 'entered-in-error', 'cancelled'].includes(task.status) && !begun
  if (!begun && !never) {
    notes.push(`${location}: nothing has been done yet; kept in the raw message only`)
    return []
  }
  const over = task.status === 'completed' || task.status === 'cancelled'
  const until = over ? (end ?? updated) : end
  const start = from ?? updated ?? at(task.authoredOn, reading)
  if (start === undefined || !task.code) {
    notes.push(`${location}: without a code and a time it is kept in the raw message only`)
    return []
  }
  // Pods or providers that it concerns, by their codes.
  const on = (task.input ?? []).flatMap(({ type, valueString }) =>
    type.text === 'on' && typeof valueString === 'string' ? [valueString] : [],
  )
  const key = orderNumber(task, reading) ?? nameOf(JSON.stringify([task.code, task.executionPeriod]))
  return [
    {
      id: nameOf('fhir', 'Task', key),
      version: updated ?? (until ?? start) + (over ? 1 : never ? 2 : 0),
      codes: codesOf(task.code, settings),
      doses: (task.input ?? []).flatMap(({ valueQuantity }) => {
        const unit = valueQuantity?.code ?? valueQuantity?.unit
        return valueQuantity?.value !== undefined && unit !== undefined ? [{ value: valueQuantity.value, unit }] : []
      }),
      usualDoseWhenMissing: true,
      ...(on.length > 0 && { on }),
      from: start,
      ...(until !== undefined && !never && { until: Math.max(until, start) }),
      retracted: never,
      location,
    },
  ]
}

/** Whose test it is, in which visit and department; `undefined`, with a note, when it does not say. */
function testOf(
  asked: { readonly encounter?: FhirReference },
  place: FhirReference | undefined,
  location: string,
  reading: Reading,
): { story: ReturnType<typeof visitStory>; department: CareDepartment } | undefined {
  const encounterId = referredEncounter(asked.encounter, reading)
  const department = departmentOf(asked.encounter, place, reading)
  if (encounterId !== undefined && department)
    return { story: visitStory(encounterId, undefined, location), department }
  passedOver(location, reading)
  return undefined
}

function departmentOf(
  encounter: FhirReference | undefined,
  place: FhirReference | undefined,
  reading: Reading,
): CareDepartment | undefined {
  const stated = whereOf(place, reading)
  if (stated.kind === 'within') return stated.department
  const inBundle = encounter?.reference === undefined ? undefined : reading.things(encounter.reference)
  const stay = (inBundle ?? {}) as { location?: readonly { location?: FhirReference }[]; class?: { code?: string } }
  const last = whereOf(Array.isArray(stay.location) ? stay.location.at(-1)?.location : undefined, reading)
  if (last.kind === 'within') return last.department
  return last.kind === 'elsewhere' ? undefined : reading.settings.departments?.taking(stay.class?.code, undefined)
}

function passedOver(location: string, { notes }: Reading): readonly VisitFact[] {
  notes.push(`${location}: no test in a department that is followed; kept in the raw message only`)
  return []
}

function at(text: string | undefined, { settings }: Reading): Instant | undefined {
  return text === undefined ? undefined : instantOfFhir(text, settings.zone)
}
