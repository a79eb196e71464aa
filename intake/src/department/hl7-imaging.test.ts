import { once } from 'node:events'
import { connect } from 'node:net'
import type { Thread } from '@counterpart/thread'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { framed, frameReader } from '../hl7v2/mllp-frames.ts'
import { startMllpListener } from '../hl7v2/mllp-listener.ts'
import type { Intake } from '../intake.ts'
import { hl7, now, openWard, verdict, type Ward } from '../test-support.ts'
import { accepted, at, departmentObservations, departments, heard, peer } from './department.test-data.ts'

let ward: Ward
let intake: Intake
let thread: Thread
beforeEach(async () => {
  ward = await openWard({ departments })
  ;({ intake, thread } = ward)
})
afterEach(() => ward.close())

const dtm = (clock: string) => `20240315${clock.replace(':', '')}00+0000`
const pid = 'PID|1||4711^^^NORTH&1.2.3&ISO^MR||Larsen^Ida||19610615|F'
const visit = (patientClass: string, place = '') =>
  `PV1|1|${patientClass}|${place}||||||||||||||||V1^^^NORTH&1.2.4&ISO^VN`
const head = 'CT-HEAD^CT of the head^L'
const placer = 'P1^EHR^1.2.5^ISO'
let control = 0
const message = (type: string, sent: string, ...segments: readonly string[]) =>
  hl7(type, `I${++control}`, [pid, ...segments], dtm(sent))

const order = (
  what: string,
  sent: string,
  more: { pv1?: string; priority?: string; code?: string; ipc?: string } = {},
) =>
  message(
    more.ipc === undefined ? 'ORM^O01^ORM_O01' : 'OMI^O23^OMI_O23',
    sent,
    more.pv1 ?? visit('O'),
    `ORC|${what}|${placer}|||||||${dtm(sent)}`,
    ...(more.priority === undefined ? [] : [`TQ1|1||||||${dtm('09:30')}||${more.priority}`]),
    `OBR|1|${placer}||${more.code ?? head}`,
    ...(more.ipc === undefined ? [] : [more.ipc]),
  )
const appointment = (trigger: string, sent: string, more: { start?: string; machine?: string; status?: string } = {}) =>
  message(
    `SIU^${trigger}^SIU_S12`,
    sent,
    `SCH|A1|A1|||||||15|min|||||||||||||||${more.status ?? 'Booked'}|${placer}`,
    visit('O'),
    'RGS|1|A',
    `AIS|1|A|${head}|${more.start === '' ? '' : dtm(more.start ?? '09:30')}`,
    `AIG|1|A|${more.machine ?? 'CT1'}`,
  )
const report = (status: string, sent: string, pv1 = visit('O')) =>
  message(
    'ORU^R01^ORU_R01',
    sent,
    pv1,
    `OBR|1|${placer}||${head}|||${dtm('09:35')}|||||||||||||||${dtm(sent)}|||${status}`,
    'OBX|1|TX|18748-4^Report^LN||Nothing out of the ordinary||||||F',
  )
const hear = async (...messages: readonly string[]) => {
  for (const each of messages) accepted(await intake.receiveHl7(each, peer))
  return heard(thread, 'north-imaging')
}

describe('an exam by HL7 v2', () => {
  const story = [
    order('NW', '08:40', { priority: 'R' }),
    appointment('S12', '08:45'),
    appointment('S13', '08:50', { start: '09:40' }),
    appointment('S14', '09:20', { status: 'Arrived' }),
    report('F', '10:20'),
  ]
  const told = [
    '08:40 ordered CT-HEAD outpatient routine',
    `08:45 booked CT1 15 ${at('09:30')}`,
    `08:50 booked CT1 15 ${at('09:40')}`,
    '09:20 arrived',
    '10:20 reported',
  ]

  test('is told of in whatever order the messages come, however often', { timeout: 20_000 }, async () => {
    expect(await hear(...story)).toEqual(told)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...story, ...story], { minLength: 2 * story.length }), async (messages) => {
        const house = await openWard({ departments })
        for (const each of messages) accepted(await house.intake.receiveHl7(each, peer))
        const lines = await heard(house.thread, 'north-imaging')
        await house.close()
        expect(lines).toEqual(told)
      }),
      { numRuns: 5 },
    )
  })

  test('goes under the same name as in FHIR, and bears no number', async () => {
    await hear(...story)
    const procedure = {
      resourceType: 'Procedure',
      id: 'x1',
      status: 'in-progress',
      code: { coding: [{ code: 'CT-HEAD' }] },
      subject: { identifier: { system: 'urn:oid:1.2.3', value: '4711' } },
      basedOn: [{ identifier: { system: 'urn:oid:1.2.5', value: 'P1' } }],
      location: { reference: 'Location/CT1' },
      performedPeriod: { start: '2024-03-15T09:35:00Z' },
    }
    accepted(await intake.receiveFhir(procedure, peer))
    const facts = await departmentObservations(thread, 'north-imaging')
    expect(new Set(facts.map(({ detail }) => detail!.exam)).size).toBe(1)
    expect(facts.some(({ detail }) => detail!.what === 'started')).toBe(true)
    for (const { detail, text } of facts) expect(JSON.stringify([detail, text])).not.toMatch(/Larsen|"P1"|4711/)
  })

  test.each([
    ['cancelled by the ward', [order('CA', '09:00')], '09:00 cancelled'],
    ['discontinued', [order('DC', '09:00')], '09:00 cancelled'],
    ['ordered otherwise', [order('XO', '09:00', { priority: 'S' })], '09:00 ordered CT-HEAD outpatient stat'],
    ['an appointment called off', [appointment('S15', '09:00')], '09:00 cancelled'],
    ['an appointment deleted', [appointment('S17', '09:00')], '09:00 cancelled'],
    ['an appointment not kept', [appointment('S26', '10:00')], '10:00 no-show'],
    ['not kept, told as a change', [appointment('S14', '10:00', { status: 'Noshow' })], '10:00 no-show'],
    ['a change of nothing that is followed', [appointment('S14', '10:00', { start: '' })], undefined],
    [
      'begun on a machine',
      [
        order('SC', '09:35', { ipc: 'IPC|ACC1|R1|1.2|S1|CT|CT-HEAD|CT1' }).replace(
          'P1^EHR^1.2.5^ISO|||',
          `${placer}|||IP`,
        ),
      ],
      '09:35 started CT1',
    ],
    ['a preliminary report', [report('P', '10:10')], '10:10 reported'],
    ['no report yet', [report('I', '10:10')], undefined],
  ])('%s', async (_what, messages, expected) => {
    expect(await hear(...messages)).toEqual(expected === undefined ? [] : [expected])
  })

  test('OMI may order and book at once', async () => {
    const both = order('NW', '08:40', { priority: 'A', ipc: 'IPC|ACC1|R1|1.2|S1|CT|CT-HEAD|CT1' })
    expect(await hear(both)).toEqual([`08:40 booked CT1 15 ${at('09:30')}`, '08:40 ordered CT-HEAD outpatient urgent'])
  })

  test('of two statements about one minute the one that was sent later is the higher version', async () => {
    const first = order('NW', '08:40')
    const mended = order('NW', '08:40', { priority: 'S' }).replace(`|${dtm('08:40')}||ORM`, `|${dtm('08:41')}||ORM`)
    await hear(mended, first)
    const facts = [...(await departmentObservations(thread, 'north-imaging'))].sort((a, b) => a.version - b.version)
    expect(facts.map(({ effective, detail }) => [effective, detail!.urgency])).toEqual([
      [at('08:40'), 'routine'],
      [at('08:40'), 'stat'],
    ])
  })
})

describe('an exam that somebody in the emergency department waits for', () => {
  const pv1 = visit('E', 'ED-MAJ^^1^NORTH')

  test('is an emergency there, and a test here, done when it is reported', async () => {
    const lines = await hear(
      order('NW', '08:40', { pv1, priority: 'S' }),
      report('P', '09:50', pv1),
      report('F', '10:20', pv1),
    )
    expect(lines).toEqual(['08:40 ordered CT-HEAD emergency stat', '09:50 reported', '10:20 reported'])
    expect(await heard(thread)).toEqual(['08:40 test-ordered CT of the head', '10:20 test-done'])
    const facts = await departmentObservations(thread, 'north-ed')
    expect(new Set(facts.map(({ detail }) => detail!.order)).size).toBe(1)
  })

  test('a laboratory order is a test here and nothing there', async () => {
    expect(await hear(order('NW', '08:40', { pv1, code: 'FBC^Blood count^L' }))).toEqual([])
    expect(await heard(thread)).toEqual(['08:40 test-ordered Blood count'])
  })

  test('and that is called off, is awaited no more', async () => {
    expect(await hear(order('NW', '08:40', { pv1 }), order('CA', '08:50', { pv1 }))).toEqual([
      '08:40 ordered CT-HEAD emergency routine',
      '08:50 cancelled',
    ])
    expect(await heard(thread)).toEqual(['08:40 test-ordered CT of the head', '08:50 test-done'])
  })

  test('by HL7 v2 and FHIR is one test', async () => {
    await hear(order('NW', '08:40', { pv1, priority: 'S' }))
    accepted(
      await intake.receiveFhir(
        {
          resourceType: 'ServiceRequest',
          id: 's1',
          identifier: [{ system: 'urn:oid:1.2.5', value: 'P1' }],
          status: 'active',
          intent: 'order',
          priority: 'stat',
          code: { coding: [{ code: 'CT-HEAD', display: 'CT of the head' }] },
          subject: { identifier: { system: 'urn:oid:1.2.3', value: '4711' } },
          encounter: { identifier: { system: 'urn:oid:1.2.4', value: 'V1' } },
          authoredOn: '2024-03-15T08:40:00Z',
          locationReference: [{ reference: 'Location/ED-MAJ-1' }],
        },
        peer,
      ),
    )
    expect(await heard(thread, 'north-imaging')).toEqual(['08:40 ordered CT-HEAD emergency stat'])
    expect(await heard(thread)).toEqual(['08:40 test-ordered CT of the head'])
  })
})

describe('what cannot be', () => {
  test('a machine that is not in the layout: booked somewhere, with a doubt', async () => {
    expect(await hear(appointment('S12', '08:45', { machine: 'CT9' }))).toEqual([
      `08:45 booked ? 15 ${at('09:30')}`,
      '08:45 doubt: the machine CT9 is not in the layout',
    ])
    const [booked, doubt] = await departmentObservations(thread, 'north-imaging')
    expect(doubt!.detail!.visit).toBe(booked!.detail!.exam)
  })

  test('an order that was given after its message', async () => {
    const early = order('NW', '08:40').replace(`|||||||${dtm('08:40')}`, `|||||||${dtm('11:00')}`)
    expect(await hear(early)).toEqual([
      '08:40 doubt: ORC-9 lies after the message',
      '08:40 ordered CT-HEAD outpatient routine',
    ])
  })

  test.each([
    ['an order without a control code', order('', '08:40'), 'invalid at ORC[1]-1'],
    ['an order without an order', message('ORM^O01', '08:40', visit('O')), 'invalid at ORC'],
    [
      'an order of another event',
      order('NW', '08:40').replace('ORM^O01^ORM_O01', 'ORM^O02'),
      'not-supported at MSH-9.2',
    ],
    ['an order about two people', order('NW', '08:40').replace('PV1|', `${pid}\rPV1|`), 'not-supported at PID'],
    ['a schedule of another event', appointment('S18', '08:45'), 'not-supported at MSH-9.2'],
    ['an appointment without one', message('SIU^S12', '08:45', 'RGS|1'), 'invalid at SCH'],
    [
      'an appointment for no order',
      appointment('S12', '08:45').replace(`|${placer}`, ''),
      'identity-missing at SCH-26',
    ],
    ['an appointment at no time', appointment('S12', '08:45', { start: '' }), 'invalid at AIS-4'],
    ['an appointment nowhere', appointment('S12', '08:45').replace('|CT1', '|'), 'invalid at AIG-3'],
    ['a time that is none', appointment('S12', '08:45').replace(dtm('09:30'), 'half past'), 'invalid at AIS-4'],
  ])('%s', async (_what, bad, expected) => {
    expect(verdict(await intake.receiveHl7(bad, peer))).toBe(expected)
    expect(await heard(thread, 'north-imaging')).toEqual([])
    expect(intake.quarantined({ state: 'open' })).toHaveLength(1)
  })

  test.each([
    ['an order for what is not done here', order('NW', '08:40', { code: 'CT-TOE^Toe^L' })],
    ['an order that is put on hold', order('HD', '08:40')],
    ['an appointment elsewhere', appointment('S12', '08:45', { machine: 'ROOM5' }).replace(head, 'EEG^EEG^L')],
    ['a report of something else', report('F', '10:00').replace(head, 'EEG^EEG^L')],
  ])('%s is kept in the raw message, with a note', async (_what, each) => {
    const receipt = await intake.receiveHl7(each, peer)
    expect(receipt.outcome).toBe('accepted')
    expect(await heard(thread, 'north-imaging')).toEqual([])
  })

  test('a house without departments takes none of these', async () => {
    const house = await openWard()
    for (const each of [order('NW', '08:40'), appointment('S12', '08:45')])
      expect(verdict(await house.intake.receiveHl7(each, peer))).toBe('not-supported at MSH-9.1')
    await house.close()
  })
})

test('over MLLP each is answered for, in order', async () => {
  const listener = await startMllpListener({ port: 0, intake, clock: () => now })
  const socket = connect(listener.port, '127.0.0.1')
  await once(socket, 'connect')
  const reader = frameReader(1e6)
  const answers: string[] = []
  socket.on('data', (chunk) => {
    for (const frame of reader.push(chunk)) answers.push(Buffer.from(frame.bytes).toString('utf8'))
  })
  const sent = [order('NW', '08:40'), appointment('S12', '08:45'), appointment('S18', '08:46'), order('', '08:47')]
  socket.write(Buffer.concat(sent.map((each) => framed(each))))
  await vi.waitFor(() => expect(answers).toHaveLength(4), { timeout: 5000, interval: 5 })
  expect(answers.map((text) => /ACK\^(\w+)\^ACK/.exec(text)![1])).toEqual(['O01', 'S12', 'S18', 'O01'])
  expect(answers.map((text) => /MSA\|(\w+)/.exec(text)![1])).toEqual(['AA', 'AA', 'AR', 'AE'])
  expect(answers[3]).toMatch(/ERR\|\|ORC\^1\^1\^1\|101\^|ERR\|\|ORC\^1\^1\^1\|102\^/)
  socket.destroy()
  await listener.close()
})
