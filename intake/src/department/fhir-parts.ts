import type { TreatmentFact } from '../facts.ts'
import type { Reading } from '../fhir/read.ts'
import type { TakenResource } from '../fhir/schema.ts'
import {
  examsOfAppointment,
  examsOfReport,
  examsOfRequest,
  examsOfTask,
  isImagingStep,
  machineOf,
} from './from-imaging.ts'
import { departmentMeant, treatmentOfTask, visitsOfRequest, visitsOfTask } from './from-workflow.ts'
import type { DepartmentStatement } from './statement.ts'
import type { VisitFact } from './visit-fact.ts'

const types = ['ServiceRequest', 'Task', 'Appointment', 'DiagnosticReport', 'Location'] as const

/** A resource that is read for what it says of departments, and of nothing else. */
export type DepartmentResource = Extract<TakenResource, { resourceType: (typeof types)[number] }>

/** Whether resources of this type are read for departments only: a house without any passes them over. */
export function isForDepartments(type: string): boolean {
  return (types as readonly string[]).includes(type)
}

/** The department that a resource is about, when it is about one rather than about a person. */
export function departmentIn(resource: TakenResource, reading: Reading): string | undefined {
  if (resource.resourceType === 'Task') return departmentMeant(resource.for, reading)
  return resource.resourceType === 'Location' ? machineOf(resource, reading)?.department : undefined
}

/** What such a resource says. */
export interface DepartmentPart {
  readonly visits: readonly VisitFact[]
  readonly treatments: readonly TreatmentFact[]
  readonly statements: readonly DepartmentStatement[]
}

const nothing: DepartmentPart = { visits: [], treatments: [], statements: [] }

/** Reads a resource for what it says of departments; of what it is silent about, a note tells why. */
export function departmentPart(resource: DepartmentResource, location: string, reading: Reading): DepartmentPart {
  const exams = (visits: readonly VisitFact[]): DepartmentPart => {
    if (visits.length === 0) reading.notes.push(`${location}: nothing of a department that is followed`)
    return { ...nothing, visits }
  }
  switch (resource.resourceType) {
    case 'ServiceRequest': {
      const ordered = examsOfRequest(resource, location, reading)
      // An exam is also a test of whoever waits for it in another department; then it need not be.
      const tests = visitsOfRequest(resource, location, ordered.length > 0 ? { ...reading, notes: [] } : reading)
      return { ...nothing, visits: [...ordered, ...tests] }
    }
    case 'Task':
      if (departmentMeant(resource.for, reading) !== undefined)
        return { ...nothing, treatments: treatmentOfTask(resource, location, reading) }
      if (isImagingStep(resource)) return exams(examsOfTask(resource, location, reading))
      return { ...nothing, visits: visitsOfTask(resource, location, reading) }
    case 'Appointment':
      return exams(examsOfAppointment(resource, location, reading))
    case 'DiagnosticReport':
      return exams(examsOfReport(resource, location, reading))
    case 'Location': {
      const machine = machineOf(resource, reading)
      return machine ? { ...nothing, statements: [machine.statement] } : nothing
    }
  }
}
