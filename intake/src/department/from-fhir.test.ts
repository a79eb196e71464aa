import { catalogueOf, defineTwin } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Intake } from '../intake.ts'
import { eventsOf, openWard, verdict, type Ward } from '../test-support.ts'
import { accepted, adt, at, departmentObservations, departments, heard, peer } from './department.test-data.ts'

let ward: Ward
let intake: Intake
let thread: Thread
beforeEach(async () => {
  ward = await openWard({ departments, catalogue })
  ;({ intake, thread } = ward)
  accepted(await intake.receiveFhir(patient, peer))
})
afterEach(() => ward.close())

const catalogue = catalogueOf([
  defineTwin({
    kind: 'test-department',
    version: '1.0.0',
    label: 'Test',
    subjectKind: 'department',
    intendedUse: { user: '', decision: '', validFor: '', notFor: '', riskClass: 'low' },
    channels: [],
    variables: [],
    quantities: [],
    interventions: [
      {
        name: 'call-in-nurse',
        label: 'Call in nurses',
        unit: '1',
        dose: { low: 1, high: 3, step: 1, usual: 1 },
        reversibility: '',
        mayApprove: ['manager'],
        riskClass: 'low',
        cost: '',
        order: {
          resource: 'Task',
          code: { system: 'urn:counterpart:department-action', code: 'call-in-nurse', display: 'Call in nurses' },
        },
        undo: '',
        evidence: '',
      },
    ],
    objectives: [{ name: 'none', statement: '', unit: '1' }],
    modelCard: '',
    cadence: { forecastSteps: [60_000], forecastEvery: 60_000 },
    begin: () => {
      throw new Error('not asked')
    },
    assimilate: (belief) => belief,
    forecast: () => {
      throw new Error('not asked')
    },
    advise: () => [],
  }),
])

const patient = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'urn:oid:1.2.3', value: '4711' }],
  name: [{ family: 'Larsen', given: ['Ida'] }],
}
const time = (clock: string) => new Date(at(clock)).toISOString()
const period = (start: string, end?: string) => ({ start: time(start), ...(end && { end: time(end) }) })
const number = { system: 'urn:oid:1.2.4', value: 'V1' }
const place = (id: string, start: string, end?: string) => ({
  location: { reference: `Location/${id}` },
  period: period(start, end),
})
const encounter = (more: object) => ({
  resourceType: 'Encounter',
  id: 'e1',
  identifier: [number],
  status: 'in-progress',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'EMER' },
  subject: { reference: 'Patient/p1' },
  ...more,
})
const arrived = {
  meta: { lastUpdated: time('08:10') },
  status: 'arrived',
  period: period('08:00'),
  statusHistory: [{ status: 'arrived', period: period('08:00') }],
  reasonCode: [{ coding: [{ system: 'http://snomed.info/sct', code: '29857009', display: 'Chest pain' }] }],
  extension: [
    {
      url: 'http://hl7.org/fhir/StructureDefinition/encounter-modeOfArrival',
      valueCoding: { system: 'http://terminology.hl7.org/CodeSystem/v2-0430', code: 'A' },
    },
  ],
  location: [place('ED-WAIT', '08:05')],
}
const cared = {
  ...arrived,
  meta: { lastUpdated: time('08:40') },
  status: 'in-progress',
  priority: { coding: [{ system: 'urn:example:triage', code: '2' }] },
  statusHistory: [
    { status: 'arrived', period: period('08:00', '08:09') },
    { status: 'triaged', period: period('08:09', '08:31') },
    { status: 'in-progress', period: period('08:31') },
  ],
  location: [place('ED-WAIT', '08:05', '08:20'), place('ED-MAJ-1', '08:20')],
}
const gone = {
  ...cared,
  meta: { lastUpdated: time('11:05') },
  class: { code: 'IMP' },
  classHistory: [
    { class: { code: 'EMER' }, period: period('08:00', '09:50') },
    { class: { code: 'IMP' }, period: period('09:50') },
  ],
  location: [...cared.location.slice(0, 1), place('ED-MAJ-1', '08:20', '11:00'), place('WARD-7', '11:00')],
}
const told = [
  '08:00 arrived ambulance Chest pain',
  '08:05 placed ED-WAIT',
  '08:09 triaged 2',
  '08:20 placed ED-MAJ 1',
  '08:31 seen',
  '09:50 admission-requested',
  '11:00 left admitted',
]
const hear = async (...resources: readonly object[]) => {
  for (const resource of resources) accepted(await intake.receiveFhir(resource, peer))
  return heard(thread)
}

describe('an Encounter', () => {
  test('tells its history, each version what has come since', async () => {
    expect(await hear(encounter(arrived))).toEqual(told.slice(0, 2))
    expect(await hear(encounter(cared))).toEqual(told.slice(0, 5))
    expect(await hear(encounter(gone))).toEqual(told)
    expect(await hear(encounter(arrived), encounter(cared))).toEqual(told)
  })

  test('a bed asked for while the patient is still there', async () => {
    const { location } = cared
    const lines = await hear(encounter({ ...gone, location, meta: { lastUpdated: time('10:00') } }))
    expect(lines).toEqual(told.slice(0, 6))
    expect(await hear(encounter(gone))).toEqual(told)
  })

  test('is the same visit as in HL7 v2', async () => {
    await hear(encounter(cared))
    accepted(await intake.receiveHl7(adt('A03', { time: '10:00', pv1: { 3: 'ED-MAJ^^1^NORTH', 36: '01' } }), peer))
    const visits = (await departmentObservations(thread, 'north-ed')).map(({ detail }) => detail!.visit)
    expect(visits).toHaveLength(6)
    expect(new Set(visits).size).toBe(1)
  })

  test('places by identifier, by the resource in the Bundle and by what it is part of', async () => {
    const bundle = (location: object, ...more: readonly object[]) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [encounter({ ...arrived, location: [{ location, period: period('08:05') }] }), ...more].map(
        (resource) => ({ resource, request: { method: 'PUT', url: 'x' } }),
      ),
    })
    await hear(bundle({ identifier: { value: 'loc-17' } }))
    await hear(
      bundle(
        { reference: 'Location/x' },
        { resourceType: 'Location', id: 'x', partOf: { reference: 'Location/ED-MAJ' } },
      ),
    )
    expect(await heard(thread)).toEqual([
      '08:00 arrived ambulance Chest pain',
      '08:05 placed ED-MAJ',
      '08:05 placed ED-MAJ 3',
    ])
  })

  test('finished without an end, and at a place that nobody knows of: taken in, with doubts', async () => {
    const lines = await hear(
      encounter({ ...arrived, status: 'finished', period: period('08:00'), location: [place('loc-99', '08:05')] }),
    )
    expect(lines).toEqual([
      '08:00 arrived ambulance Chest pain',
      '08:05 doubt: the location loc-99 is not in the layout',
      '08:05 placed ?',
      '08:10 doubt: it does not say when the visit ended',
      '08:10 left unknown',
    ])
  })

  test('that was a mistake is cancelled; one that is only planned says nothing; an end before its start is refused', async () => {
    expect(await hear(encounter({ ...arrived, status: 'planned' }))).toEqual([])
    expect(await hear(encounter({ ...arrived, status: 'entered-in-error' }))).toContain('08:10 cancelled')
    const receipt = await intake.receiveFhir(
      encounter({ status: 'finished', period: { start: time('09:00'), end: time('08:00') } }),
      peer,
    )
    expect(verdict(receipt)).toBe('invalid at Encounter.period')
  })
})

describe('a test', () => {
  const request = {
    resourceType: 'ServiceRequest',
    id: 's1',
    identifier: [{ system: 'urn:example:orders', value: 'X-1' }],
    status: 'active',
    intent: 'order',
    code: { coding: [{ system: 'http://loinc.org', code: '58410-2', display: 'CBC panel' }] },
    subject: { reference: 'Patient/p1' },
    encounter: { identifier: number },
    authoredOn: time('08:40'),
    locationReference: [{ reference: 'Location/ED-MAJ-1' }],
  }
  const task = {
    resourceType: 'Task',
    id: 't1',
    status: 'completed',
    intent: 'order',
    focus: { identifier: { system: 'urn:example:orders', value: 'X-1' } },
    for: { reference: 'Patient/p1' },
    encounter: { identifier: number },
    executionPeriod: period('08:50', '09:25'),
    location: { reference: 'Location/ED-MAJ' },
  }

  test('is ordered by a ServiceRequest and done by a Task, in the visit that they name', async () => {
    await hear(encounter(cared), task, request)
    const tests = (await departmentObservations(thread, 'north-ed')).filter(({ detail }) =>
      String(detail!.what).startsWith('test'),
    )
    expect(tests).toMatchObject([
      { effective: at('08:40'), detail: { what: 'test-ordered', test: 'CBC panel' } },
      { effective: at('09:25'), detail: { what: 'test-done' } },
    ])
    expect(tests[0]!.detail!.order).toBe(tests[1]!.detail!.order)
    expect(tests[0]!.detail!.visit).toBe((await departmentObservations(thread, 'north-ed'))[0]!.detail!.visit)
  })

  test.each([
    ['one that was called off', { ...request, status: 'revoked' }],
    ['one of a ward', { ...request, locationReference: [{ reference: 'Location/WARD-7' }] }],
    ['one of no visit', { ...request, encounter: undefined }],
    ['a task that failed', { ...task, status: 'failed' }],
  ])('%s is kept in the raw message only', async (_what, resource) => {
    const receipt = await intake.receiveFhir(JSON.parse(JSON.stringify(resource)), peer)
    expect(receipt).toMatchObject({ outcome: 'accepted', notes: [expect.stringContaining('raw message only')] })
    expect(await heard(thread)).toEqual([])
  })
})

describe('what the hospital did about a department', () => {
  const report = (more: object) => ({
    resourceType: 'Task',
    id: 'a1',
    status: 'in-progress',
    intent: 'order',
    code: { coding: [{ system: 'urn:counterpart:department-action', code: 'call-in-nurse' }] },
    for: { type: 'Location', identifier: { system: 'urn:counterpart:subject', value: 'department/north-ed' } },
    input: [{ type: { text: 'dose' }, valueQuantity: { value: 2, system: 'http://unitsofmeasure.org', code: '1' } }],
    executionPeriod: period('09:00'),
    lastModified: time('09:01'),
    ...more,
  })
  const treatments = async () =>
    (await eventsOf(thread, 'treatment.reported')).map(({ stream, payload }) => {
      const { id: _, version: __, ...rest } = payload!.treatment as Record<string, unknown>
      return { stream, ...rest }
    })
  const base = { stream: 'department/north-ed', intervention: 'call-in-nurse', dose: 2, from: at('09:00') }

  test('begins, and ends', async () => {
    await hear(report({ status: 'accepted' }))
    expect(await treatments()).toEqual([])
    await hear(report({}))
    expect(await treatments()).toEqual([base])
    await hear(report({ status: 'completed', executionPeriod: period('09:00', '11:00'), lastModified: time('11:00') }))
    expect(await treatments()).toEqual([base, { ...base, until: at('11:00') }])
    const ids = (await eventsOf(thread, 'treatment.reported')).map(
      ({ payload }) => (payload!.treatment as { id: string }).id,
    )
    expect(new Set(ids).size).toBe(1)
  })

  test('is called off before or after it began, or never was', async () => {
    await hear(report({ id: 'a2', status: 'cancelled', executionPeriod: period('09:00', '09:30') }))
    await hear(report({ id: 'a3', status: 'rejected', executionPeriod: undefined }))
    expect(await treatments()).toMatchObject([{ until: at('09:30') }, { retracted: true }])
  })

  test('named by the Location of the department too; another department is refused', async () => {
    await hear(report({ for: { reference: 'Location/north-ed' } }))
    expect(await treatments()).toEqual([base])
    const receipt = await intake.receiveFhir(report({ id: 'a4', for: { reference: 'Location/south-ed' } }), peer)
    expect(verdict(receipt)).toBe('identity-missing at Task.for')
  })
})
