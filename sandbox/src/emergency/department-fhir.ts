import type { Instant, JsonObject, SubjectId } from '@counterpart/kernel'
import { authority, ucumSystem, visitSystem } from '../codes.ts'
import { isoTime } from '../time.ts'
import { type ActionStatus, type DepartmentAction, departmentActionSystem, departmentActions } from './actions.ts'
import type { PaperPerson } from './people.ts'

const subjectSystem = 'urn:counterpart:subject'
const testSystem = 'urn:counterpart:sandbox:test'

/** A test that was asked for in the department; completed when the result is there. */
export function testRequest(
  test: {
    readonly order: string
    readonly kind: string
    readonly visit: string
    readonly person: PaperPerson
    readonly area: string
    readonly ordered: Instant
    readonly done?: Instant
  },
  zone: number,
): JsonObject {
  const { person, done } = test
  return {
    resourceType: 'ServiceRequest',
    id: test.order.toLowerCase(),
    meta: { lastUpdated: isoTime(done ?? test.ordered, zone) },
    identifier: [{ system: `${visitSystem}.order`, value: test.order }],
    status: done === undefined ? 'active' : 'completed',
    intent: 'order',
    code: { text: test.kind, coding: [{ system: testSystem, code: test.kind, display: test.kind }] },
    subject: { reference: `Patient/${person.recordNumber.toLowerCase()}` },
    encounter: { type: 'Encounter', identifier: { system: visitSystem, value: test.visit } },
    authoredOn: isoTime(test.ordered, zone),
    ...(done === undefined
      ? {}
      : { occurrencePeriod: { start: isoTime(test.ordered, zone), end: isoTime(done, zone) } }),
    locationReference: [{ reference: `Location/${test.area}` }],
  }
}

/** Who somebody is, so that what follows in FHIR knows whom it is about. */
export function patientResource(person: PaperPerson, at: Instant, zone: number): JsonObject {
  return {
    resourceType: 'Patient',
    id: person.recordNumber.toLowerCase(),
    meta: { lastUpdated: isoTime(at, zone) },
    identifier: [
      {
        use: 'official',
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
        system: authority.system,
        value: person.recordNumber,
      },
    ],
    name: [{ use: 'official', family: person.family, given: [person.given] }],
    gender: person.sex,
    birthDate: person.birthDate,
  }
}

/** What the department says of something it was asked to do. */
export function actionTask(
  department: SubjectId,
  action: DepartmentAction,
  report: {
    readonly status: ActionStatus
    readonly at: Instant
    readonly begun?: Instant
    readonly ended?: Instant
    readonly reason?: string
  },
  zone: number,
): JsonObject {
  const { begun, ended } = report
  const unit = action.unit ?? (action.name === 'expedite-diagnostics' ? '%' : '1')
  return {
    resourceType: 'Task',
    id: action.id,
    identifier: [{ system: 'urn:counterpart:action', value: action.id }],
    meta: { lastUpdated: isoTime(report.at, zone) },
    status: report.status,
    ...(report.reason === undefined ? {} : { statusReason: { text: report.reason } }),
    intent: 'order',
    code: {
      coding: [{ system: departmentActionSystem, code: action.name, display: departmentActions[action.name].display }],
    },
    for: { type: 'Location', identifier: { system: subjectSystem, value: department } },
    ...(begun === undefined
      ? {}
      : {
          executionPeriod: {
            start: isoTime(begun, zone),
            ...(ended === undefined ? {} : { end: isoTime(ended, zone) }),
          },
        }),
    lastModified: isoTime(report.at, zone),
    input: [{ type: { text: 'dose' }, valueQuantity: { value: action.dose, unit, system: ucumSystem, code: unit } }],
  }
}
