import type { WorkHourDetail } from '@counterpart/kernel'
import type { ThreadEvent } from '@counterpart/thread'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Receipt } from '../receipt.ts'
import { eventsOf, verdict, type Ward } from '../test-support.ts'
import { clinicFacts, clinicId, openClinic, peer, present } from './clinic.test-data.ts'
import type { WorkReceipt } from './work-door.ts'

let ward: Ward
beforeEach(async () => {
  ward = await openClinic()
})
afterEach(() => ward.close())

const header = 'time,user,action,patient,object,detail'
const csv = (...lines: readonly string[]) => [header, ...lines].join('\n')
const send = (text: string, to = ward, type = 'text/csv') => to.intake.receiveWorkEvents(clinicId, text, type, peer)
const sendFile = (text: string, to = ward, chunk = 50) =>
  to.intake.receiveWorkFile(
    clinicId,
    {
      name: 'log.csv',
      async *open() {
        const bytes = Buffer.from(text)
        for (let i = 0; i < bytes.length; i += chunk) yield bytes.subarray(i, i + chunk)
      },
    },
    'text/csv',
    peer,
  )
const hours = async (to = ward) =>
  (await clinicFacts(to.thread, 'work-hour')).map(({ detail }) => detail as unknown as WorkHourDetail)
const inWords = ({ provider, hour, seconds, actions, covered }: WorkHourDetail) =>
  [
    provider,
    new Date(hour).toISOString().slice(8, 13),
    ...Object.entries(seconds).map(([activity, quarters]) => `${activity} ${quarters.join('/')}`),
    `${actions} actions`,
    ...(covered < 1 ? [`covered ${covered}`] : []),
  ].join(' ')
const told = async (to = ward) => (await hours(to)).map(inWords)
const log = (receipt: Receipt | WorkReceipt) => {
  if (receipt.outcome === 'refused') throw new Error(`${receipt.code}: ${receipt.message}`)
  return (receipt as Extract<WorkReceipt, { outcome: 'accepted' | 'duplicate' }>).log
}

test('a batch becomes hours of work', async () => {
  const receipt = await send(
    csv(
      '2026-03-10T08:00:00Z,adeyemi,chart.view,n1,,',
      '2026-03-10T08:00:40Z,adeyemi,note.edit,n1,d1,',
      '2026-03-10T08:01:00Z,adeyemi,note.sign,n1,d1,',
      '2026-03-10T08:20:00Z,adeyemi,message.received,n2,m1,patient',
      '2026-03-10T08:30:00Z,adeyemi,inbox.done,n2,m1,PAT-MSG',
      '2026-03-10T08:30:10Z,adeyemi,rx.sign,n2,r1,team',
    ),
  )
  expect(log(receipt)).toMatchObject({ lines: 6, taken: 6, fresh: 6, hours: 1, refused: [] })
  expect(await hours()).toEqual([
    {
      provider: 'p001',
      hour: Date.UTC(2026, 2, 10, 8),
      seconds: { 'chart-review': [40, 0, 0, 0], note: [25, 0, 0, 0], inbox: [0, 0, 10, 0], prescription: [0, 0, 5, 0] },
      received: { patient: 1 },
      done: { patient: 1 },
      orders: { signed: 1, team: 1 },
      notesSigned: 1,
      actions: 5,
      switches: 2,
      covered: 1,
    },
  ])
})

test('two logins of one person are one person', async () => {
  await send(csv('2026-03-10T08:00:00Z,adeyemi,chart.view,n1,,', '2026-03-10T08:00:30Z,ADEYEMI-HOME,note.edit,n1,,'))
  expect(await told()).toEqual(['p001 10T08 chart-review 30/0/0/0 note 5/0/0/0 2 actions'])
})

test('work that goes over the hour is in both', async () => {
  await send(csv('2026-03-10T08:59:50Z,brandt,note.edit,n1,,', '2026-03-10T09:00:30Z,brandt,note.sign,n1,,'))
  expect(await told()).toEqual(['p002 10T08 note 0/0/0/10 1 actions', 'p002 10T09 note 35/0/0/0 1 actions'])
})

test('of the hour that comes twice in autumn, times with their offset are told apart', async () => {
  ward = await openClinic({ clock: () => Date.UTC(2026, 10, 1) })
  await send(csv('2026-10-25T01:30:00+01:00,brandt,note.edit,n1,,', '2026-10-25T01:30:00+00:00,brandt,note.edit,n1,,'))
  expect((await told()).map((line) => line.slice(0, 11))).toEqual(
    ['p002 25T00 ', 'p002 25T01 '].map((line) => line.trim().padEnd(11)),
  )
  const receipt = await send(
    csv('2026-10-25 01:45:00,brandt,chart.view,n1,,', '2026-03-29 01:30:00,brandt,chart.view,n1,,'),
  )
  expect(receipt.outcome !== 'refused' && receipt.notes.join()).toMatch(/time never \(line 3\).*time twice \(line 2\)/)
  expect((await told()).some((line) => line.startsWith('p002 25T00 chart-review'))).toBe(true)
})

const users = ['adeyemi', 'adeyemi-home', 'brandt', 'chowdhury']
const actionWords = [
  'chart.view',
  'note.edit',
  'inbox.open',
  'inbox.done',
  'login',
  'logout',
  'message.received',
  'order.sign',
]
/** Busy days with an hour of silence in each, some of it at one instant. */
const lines = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 7 }),
    fc.integer({ min: 0, max: 30 }),
    fc.integer({ min: 0, max: 480 }),
  ),
  { minLength: 5, maxLength: 40 },
)

test('any order, split or repetition of the same events gives the same facts, in batches or files', {
  timeout: 40_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(lines, fc.integer(), fc.integer({ min: 1, max: 5 }), async (drawn, seed, parts) => {
      const text = drawn.map(([user, action, minutes, seconds]) => {
        const at = Date.UTC(2026, 2, 9, 9) + Math.floor(minutes / 10) * 7_200_000 + seconds * 7_500
        return `${new Date(at).toISOString()},${users[user]},${actionWords[action]},n${seconds % 3},,${action === 3 ? 'result' : ''}`
      })
      const [one, other] = [await openClinic(), await openClinic()]
      const whole = await send(csv(...text), one)
      const shuffled = [...text, ...text].sort((a, b) => rank(a, seed) - rank(b, seed))
      let house = other
      for (let i = 0; i < parts; i++) {
        const part = shuffled.filter((_, j) => j % parts === i)
        const receipt = await (i % 2 === 0 ? send : sendFile)(csv(...part), house)
        expect(verdict(receipt)).not.toMatch(/store|conflict/)
        house.intake.close()
        house = { ...(await openClinic({ thread: other.thread })), close: other.close }
      }
      if (whole.outcome !== 'refused')
        expect((await hours(house)).filter(saysSomething)).toEqual((await hours(one)).filter(saysSomething))
      await one.close()
      await house.close()
    }),
    { numRuns: 12 },
  )
})

/** A whole hour in which nothing was done says the same as no fact. */
const saysSomething = ({ actions, received, covered, seconds }: WorkHourDetail) =>
  actions > 0 || covered < 1 || Object.keys(received).length > 0 || Object.keys(seconds).length > 0
const rank = (line: string, seed: number) => {
  let hash = seed
  for (let i = 0; i < line.length; i++) hash = Math.imul(hash ^ line.charCodeAt(i), 16777619)
  return hash
}

test('the same file again adds nothing', async () => {
  const text = csv('2026-03-10T08:00:00Z,adeyemi,chart.view,n1,,', '2026-03-10T08:00:30Z,brandt,note.edit,n1,,')
  const first = await sendFile(text)
  expect(log(first)).toMatchObject({ taken: 2, fresh: 2 })
  const before = await ward.thread.lastPosition()
  const again = await sendFile(text, ward, 7)
  expect(again.outcome).toBe('duplicate')
  expect(log(again)).toMatchObject({ taken: 2, fresh: 0, hours: 0 })
  expect(await ward.thread.lastPosition()).toBe(before)
  expect((await send(text)).outcome).toBe('duplicate')
  const elsewhere = { system: 'another' }
  expect((await ward.intake.receiveWorkEvents(clinicId, text, 'text/csv', elsewhere)).outcome).toBe('duplicate')
})

test('a file is known by its hash and counts, every figure by the file', async () => {
  await sendFile(csv('2026-03-10T08:00:00Z,adeyemi,chart.view,n1,,'))
  const [root] = await eventsOf(ward.thread, 'message.received')
  const [end] = await eventsOf(ward.thread, 'work.imported')
  expect(end!.payload).toMatchObject({ name: 'log.csv', lines: 1, events: 1, sha256: root!.payload!.sha256 })
  for (const event of await eventsOf(ward.thread, 'observation.recorded')) expect(event.derivedFrom).toEqual([root!.id])
})

test('nothing says which patient it was', async () => {
  await send(csv('2026-03-10T08:00:00Z,adeyemi,inbox.done,NHS-4711,DOC-99,Mrs Larsen called'))
  await sendFile(csv('2026-03-10T09:00:00Z,adeyemi,chart.view,NHS-4711,DOC-99,'))
  const kept: readonly ThreadEvent[] = await eventsOf(ward.thread)
  expect(kept.length).toBeGreaterThan(5)
  expect(JSON.stringify(kept)).not.toMatch(/4711|DOC-99|Larsen/)
})

test('what cannot be taken in is said with its line, the rest is taken in', async () => {
  const receipt = await send(
    csv(
      '2026-03-10T08:00:00Z,adeyemi,chart.view,n1,,',
      'yesterday,adeyemi,chart.view,n1,,',
      '2026-03-12T08:00:00Z,adeyemi,chart.view,n1,,',
      '2026-03-10T08:00:00Z,receptionist,chart.view,n1,,',
      '2026-03-10T08:00:30Z,adeyemi,dance,n1,,',
    ),
  )
  expect(log(receipt)).toMatchObject({ lines: 5, taken: 2 })
  expect(log(receipt).refused).toEqual(
    expect.arrayContaining([
      { what: 'malformed line', count: 1, lines: [3] },
      { what: 'time in the future, or over ten years ago', count: 1, lines: [4] },
      { what: 'unknown login "receptionist"', count: 1, lines: [5] },
      { what: 'unknown action "dance"', count: 1, lines: [6] },
    ]),
  )
  expect(await told()).toEqual(['p001 10T08 chart-review 30/0/0/0 other 5/0/0/0 2 actions'])
  expect((await clinicFacts(ward.thread, 'clinic-doubt')).map(({ text }) => text).sort()).toEqual([
    'audit log: malformed line; assumed: the line is left out',
    'audit log: time in the future, or over ten years ago; assumed: it is left out; the clock of the log is wrong',
    'audit log: unknown action "dance"; assumed: time after it counts as "other"; put it into the map',
  ])
})

test.each([
  ['another table', 'a,b\n1,2\n', 'malformed at line 1'],
  ['nothing', '', 'invalid at '],
  ['bytes', '\u0000\u0001\u0002\n\u0003', 'malformed at line 1'],
  ['strangers only', csv('2026-03-10T08:00:00Z,nobody,chart.view,n1,,'), 'invalid at line 2'],
  ['no time at all', csv('x,adeyemi,chart.view,n1,,'), 'invalid at line 2'],
  ['one endless line', `${header}\n${'x'.repeat(100_000)}`, 'malformed at '],
])('%s is refused whole, by either door, and nothing changes', async (_, text, wanted) => {
  expect(verdict(await send(text))).toBe(wanted)
  expect(verdict(await sendFile(text, ward, 10_000))).toBe(wanted)
  expect((await eventsOf(ward.thread)).every(({ type }) => type === 'quarantine.added')).toBe(true)
})

test('a clinic that is not followed, a type that is not taken', async () => {
  expect(verdict(await ward.intake.receiveWorkEvents('south', '', 'text/csv', peer))).toBe('unknown-subject at clinic')
  expect(verdict(await send(csv('2026-03-10T08:00:00Z,adeyemi,chart.view,n1,,'), ward, 'text/html'))).toBe(
    'not-supported at Content-Type',
  )
})

test('an hour in which the whole clinic falls silent is missing for everybody, until it is heard of after all', async () => {
  const busy = (hour: string) => `2026-03-10T${hour}:05:00Z,adeyemi,chart.view,n1,,`
  await send(csv(busy('09'), busy('12')))
  const missing = ['10', '11'].flatMap((hour) =>
    ['p001', 'p002', 'p003'].map((who) => `${who} 10T${hour} 0 actions covered 0`),
  )
  expect((await told()).filter((line) => line.includes('covered')).sort()).toEqual(missing.sort())
  await send(csv('2026-03-10T10:30:00Z,brandt,note.edit,n1,,'))
  expect((await told()).filter((line) => line.includes('10T10')).sort()).toEqual([
    'p001 10T10 0 actions',
    'p002 10T10 note 0/0/5/0 1 actions',
    'p003 10T10 0 actions',
  ])
  expect((await told()).filter((line) => line.includes('covered'))).toHaveLength(3)
})

test('silence at night, on Sundays and before the log began is no gap', async () => {
  // From Saturday noon to Monday at eight in the morning.
  await send(csv('2026-03-07T12:00:00Z,adeyemi,chart.view,n1,,', '2026-03-09T08:30:00Z,adeyemi,chart.view,n1,,'))
  expect((await told()).some((line) => line.includes('covered'))).toBe(false)
})

test('a declared outage takes its share of the hour, and can be taken back', async () => {
  await send(csv('2026-03-10T09:05:00Z,adeyemi,chart.view,n1,,', '2026-03-10T10:50:00Z,adeyemi,chart.view,n1,,'))
  const outage = { from: '2026-03-10T10:00:00Z', until: '2026-03-10T10:30:00Z' }
  expect(verdict(await ward.intake.receiveOutage(clinicId, JSON.stringify(outage), peer))).toBe('accepted')
  expect((await told()).filter((line) => line.includes('10T10')).sort()).toEqual([
    'p001 10T10 chart-review 0/0/0/5 1 actions covered 0.5',
    'p002 10T10 0 actions covered 0.5',
    'p003 10T10 0 actions covered 0.5',
  ])
  ward = { ...(await openClinic({ thread: ward.thread, clock: () => present + 1 })), close: ward.close }
  await ward.intake.receiveOutage(clinicId, JSON.stringify({ ...outage, cancelled: true }), peer)
  expect((await told()).some((line) => line.includes('covered'))).toBe(false)
  expect(
    verdict(
      await ward.intake.receiveOutage(clinicId, '{"from":"2026-03-10T10:00:00Z","until":"2026-03-09T10:00:00Z"}', peer),
    ),
  ).toBe('invalid at until')
})

test('somebody who is added to the settings is found in a file that is sent again', async () => {
  const text = csv('2026-03-10T08:00:00Z,adeyemi,chart.view,n1,,', '2026-03-10T08:00:00Z,newcomer,note.edit,n1,,')
  await sendFile(text)
  const { clinics } = await import('./clinic.test-data.ts')
  const [clinic] = clinics
  const more = [
    {
      ...clinic!,
      providers: clinic!.providers.map((each) =>
        each.code === 'p002' ? { ...each, users: ['brandt', 'newcomer'] } : each,
      ),
    },
  ]
  ward = { ...(await openClinic({ thread: ward.thread, clinics: more })), close: ward.close }
  expect(log(await sendFile(text))).toMatchObject({ taken: 2, fresh: 1, hours: 1 })
  expect(await told()).toContain('p002 10T08 note 5/0/0/0 1 actions')
})

test('FHIR AuditEvents, messages and tasks say the same as the CSV', async () => {
  const audit = (time: string, change: object) => ({
    resourceType: 'AuditEvent',
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' },
    action: 'R',
    recorded: `2026-03-10T08:${time}Z`,
    agent: [{ altId: 'Adeyemi', requestor: true }],
    source: { observer: { display: 'EHR' } },
    entity: [{ what: { reference: 'Patient/4711' } }],
    ...change,
  })
  const entries = [
    audit('00:00', {}),
    audit('00:10', {
      entity: [{ what: { reference: 'Patient/4711' } }, { what: { reference: 'DiagnosticReport/1' } }],
    }),
    audit('00:20', { action: 'U', entity: [{ what: { reference: 'DocumentReference/5' } }] }),
    audit('00:30', { subtype: [{ system: 'urn:counterpart:work-action', code: 'note.sign' }] }),
    audit('00:40', { subtype: [{ code: 'VENDOR-77' }] }),
    audit('00:50', { subtype: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110123' }] }),
    audit('00:00', { agent: [{ who: { reference: 'Practitioner/102' } }] }),
    {
      resourceType: 'Communication',
      id: 'm1',
      status: 'completed',
      category: [{ coding: [{ code: 'RX-REQ' }] }],
      sent: '2026-03-10T08:10:00Z',
      recipient: [{ reference: 'Practitioner/102' }],
    },
    {
      resourceType: 'Task',
      id: 't1',
      status: 'completed',
      code: { coding: [{ code: 'result' }] },
      authoredOn: '2026-03-10T08:15:00Z',
      owner: { identifier: { value: 'GP-102' } },
      executionPeriod: { end: '2026-03-10T08:40:00Z' },
    },
    { resourceType: 'AuditEvent', recorded: 'never' },
  ]
  const wanted = [
    expect.objectContaining({
      provider: 'p001',
      seconds: { 'chart-review': [20, 0, 0, 0], note: [30, 0, 0, 0] },
      notesSigned: 1,
    }),
    expect.objectContaining({
      provider: 'p002',
      received: { refill: 1, result: 1 },
      done: { result: 1 },
      seconds: { 'chart-review': [5, 0, 0, 0], inbox: [0, 0, 5, 0] },
    }),
  ]
  const receipt = await send(
    JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: entries.map((resource) => ({ resource })) }),
    ward,
    'application/fhir+json',
  )
  expect(log(receipt)).toMatchObject({ lines: 10, taken: 10 })
  expect(log(receipt).refused[0]).toMatchObject({ count: 1, lines: [10] })
  const sorted = async (to: Ward) => (await hours(to)).sort((a, b) => (a.provider < b.provider ? -1 : 1))
  expect(await sorted(ward)).toEqual(wanted)
  const other = await openClinic()
  await send(entries.map((each) => JSON.stringify(each)).join('\n'), other, 'application/fhir+ndjson')
  expect(await sorted(other)).toEqual(await sorted(ward))
  await other.close()
})

test('a file in several parts, one person after the other, is one log: nobody was silent meanwhile', async () => {
  const rows: string[] = [header]
  for (const user of ['adeyemi', 'brandt', 'chowdhury'])
    for (let i = 0; i < 54_000; i++)
      rows.push(`${new Date(Date.UTC(2026, 1, 2, 8) + i * 9_000).toISOString()},${user},note.edit,n1,,`)
  const receipt = await sendFile(rows.join('\n'), ward, 65_536)
  // 135 hours of three people, and the one after, into which their last event may reach.
  expect(log(receipt)).toMatchObject({ lines: 162_000, taken: 162_000, fresh: 162_000 })
  const facts = await hours()
  expect(facts).toHaveLength(3 * 136)
  expect(facts.every(({ covered }) => covered === 1)).toBe(true)
  expect(facts.reduce((sum, { actions }) => sum + actions, 0)).toBe(162_000)
  expect((await eventsOf(ward.thread, 'observation.recorded')).length).toBeLessThan(3 * 136 + 3)
})
