import type { Thread } from '@counterpart/thread'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Intake } from '../intake.ts'
import { openWard, verdict, type Ward } from '../test-support.ts'
import { accepted, at, departmentObservations, departments, heard, peer } from './department.test-data.ts'

let ward: Ward
let intake: Intake
let thread: Thread
beforeEach(async () => {
  ward = await openWard({ departments })
  ;({ intake, thread } = ward)
  accepted(await intake.receiveFhir(patient, peer))
})
afterEach(() => ward.close())

const patient = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'urn:oid:1.2.3', value: '4711' }],
  name: [{ family: 'Larsen', given: ['Ida'] }],
}
const time = (clock: string) => new Date(at(clock)).toISOString()
const order = { system: 'urn:example:orders', value: 'R-1' }
const head = { coding: [{ system: 'urn:example:protocols', code: 'CT-HEAD', display: 'CT of the head' }] }
const request = {
  resourceType: 'ServiceRequest',
  id: 's1',
  identifier: [order],
  status: 'active',
  intent: 'order',
  priority: 'stat',
  code: head,
  subject: { reference: 'Patient/p1' },
  authoredOn: time('08:40'),
}
const appointment = {
  resourceType: 'Appointment',
  id: 'a1',
  meta: { lastUpdated: time('08:45') },
  status: 'booked',
  start: time('09:30'),
  end: time('09:45'),
  basedOn: [{ identifier: order }],
  participant: [
    { actor: { reference: 'Patient/p1' }, status: 'accepted' },
    { actor: { reference: 'Location/CT1' }, status: 'accepted' },
  ],
}
const procedure = {
  resourceType: 'Procedure',
  id: 'x1',
  status: 'completed',
  code: head,
  subject: { reference: 'Patient/p1' },
  basedOn: [{ identifier: order }],
  location: { reference: 'Location/CT1' },
  performedPeriod: { start: time('09:35'), end: time('09:52') },
}
const report = {
  resourceType: 'DiagnosticReport',
  id: 'r1',
  status: 'final',
  code: head,
  subject: { reference: 'Patient/p1' },
  basedOn: [{ identifier: order }],
  issued: time('10:20'),
}
const step = (id: string, code: string, end: string, input?: object) => ({
  resourceType: 'Task',
  id,
  status: 'completed',
  intent: 'order',
  code: { coding: [{ system: 'urn:counterpart:imaging-step', code }] },
  for: { reference: 'Patient/p1' },
  focus: { identifier: order },
  location: { reference: 'Location/CT1' },
  executionPeriod: { end: time(end) },
  ...input,
})
const hear = async (...resources: readonly object[]) => {
  for (const resource of resources) accepted(await intake.receiveFhir(resource, peer))
  return heard(thread, 'north-imaging')
}

describe('an exam', () => {
  const told = [
    '08:40 ordered CT-HEAD outpatient stat',
    `08:45 booked CT1 15 ${at('09:30')}`,
    '09:20 arrived',
    '09:31 prepared',
    '09:35 started CT1',
    '09:42 sequence-done 1',
    '09:52 finished',
    '10:20 reported',
  ]
  const arrived = { ...appointment, status: 'arrived', meta: { lastUpdated: time('09:20') } }
  const sequence = step('t2', 'sequence-done', '09:42', { input: [{ type: { text: 'sequence' }, valueInteger: 1 }] })
  const all = [request, appointment, arrived, step('t1', 'prepared', '09:31'), procedure, sequence, report]

  test('is followed from the order to the report, under one name, in whatever order the messages come', async () => {
    expect(await hear(...all.toReversed(), ...all)).toEqual(told)
    const exams = (await departmentObservations(thread, 'north-imaging')).map(({ detail }) => detail!.exam)
    expect(new Set(exams).size).toBe(1)
    expect(String(exams[0])).toMatch(/^[0-9a-f]{32}$/)
    expect(intake.quarantined()).toEqual([])
  })

  test('that somebody in the emergency department waits for is a test there too', async () => {
    const visit = { system: 'urn:oid:1.2.4', value: 'V1' }
    await hear({
      ...request,
      encounter: { identifier: visit },
      locationReference: [{ reference: 'Location/ED-MAJ-1' }],
    })
    expect(await heard(thread, 'north-imaging')).toEqual(['08:40 ordered CT-HEAD emergency stat'])
    expect(await heard(thread)).toEqual(['08:40 test-ordered CT of the head'])
  })

  test('is called off, not kept, or given up', async () => {
    expect(await hear({ ...request, status: 'revoked', meta: { lastUpdated: time('09:00') } })).toEqual([
      '09:00 cancelled',
    ])
    expect(await hear({ ...appointment, status: 'noshow', meta: { lastUpdated: time('09:50') } })).toContain(
      '09:50 no-show',
    )
  })

  test.each([
    ['an order for what is not done here', { ...request, code: { coding: [{ code: 'CT-TOE' }] } }],
    ['a report of something else', { ...report, code: { text: 'Blood count' } }],
    ['an appointment for nothing that was ordered', { ...appointment, basedOn: undefined }],
  ])('%s is kept in the raw message only', async (_what, resource) => {
    expect(await hear(JSON.parse(JSON.stringify(resource)))).toEqual([])
  })
})

test('a machine that stops, and runs again', async () => {
  const machine = (status: string, lastUpdated: string, more = {}) => ({
    resourceType: 'Location',
    id: 'CT1',
    status,
    meta: { lastUpdated: time(lastUpdated) },
    ...more,
  })
  const cleaned = { operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: 'H' } }
  const lines = await hear(
    machine('suspended', '09:00'),
    machine('active', '10:00', cleaned),
    machine('active', '10:30'),
  )
  expect(lines).toEqual(['09:00 CT1 down', '10:00 CT1 maintenance', '10:30 CT1 up'])
  expect(verdict(await intake.receiveFhir({ resourceType: 'Location', id: 'CT9', status: 'active' }, peer))).toBe(
    'identity-missing at Location.id',
  )
})

test('a house without departments takes none of these', async () => {
  const house = await openWard()
  expect(verdict(await house.intake.receiveFhir(appointment, peer))).toBe('not-supported at resourceType')
  await house.close()
})
