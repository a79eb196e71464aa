import { type AbsenceDetail, catalogueOf, type RotaWeekDetail } from '@counterpart/kernel'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventsOf, verdict, type Ward } from '../test-support.ts'
import { clinicFacts, clinicId, latestDetails, openClinic, peer, present } from './clinic.test-data.ts'

let ward: Ward
beforeEach(async () => {
  ward = await openClinic()
})
afterEach(() => ward.close())

const send = (text: string, type = 'text/csv', options = {}) =>
  ward.intake.receiveRota(clinicId, text, type, peer, options)
const csv = (...rows: readonly string[]) => ['provider,from,until,work', ...rows].join('\n')
const weeks = () =>
  latestDetails<RotaWeekDetail>(ward.thread, 'rota-week', ({ provider, week }) => `${provider} ${week}`)
const absences = async () => [
  ...(await latestDetails<AbsenceDetail>(ward.thread, 'absence', ({ absence }) => absence)).values(),
]
const inWords = (detail: RotaWeekDetail | undefined) =>
  detail?.spans.map(
    ({ from, until, work }) => `${new Date(from).toISOString().slice(5, 16)} ${(until - from) / 3_600_000} h ${work}`,
  )

test('a rota in local time becomes whole weeks of the clinic’s own calendar', async () => {
  const receipt = await send(
    csv(
      'p001,2026-03-23T08:00,2026-03-23T12:00,clinic',
      'p001,2026-03-30T08:00,2026-03-30T12:00,session a',
      'brandt,2026-03-24T09:00:00+01:00,2026-03-24T11:00:00+01:00,teaching',
    ),
  )
  expect(verdict(receipt)).toBe('accepted')
  const told = await weeks()
  expect([...told.keys()].sort()).toEqual(['p001 2026-03-23', 'p001 2026-03-30', 'p002 2026-03-23'])
  expect(inWords(told.get('p001 2026-03-23'))).toEqual(['03-23T08:00 4 h clinic'])
  expect(inWords(told.get('p001 2026-03-30'))).toEqual(['03-30T07:00 4 h clinic'])
  expect(inWords(told.get('p002 2026-03-23'))).toEqual(['03-24T08:00 2 h teaching'])
})

test('a night that begins in one week and ends in the next is in both', async () => {
  await send(csv('p001,2026-03-22T22:00,2026-03-23T06:00,on-call'))
  const told = await weeks()
  expect(inWords(told.get('p001 2026-03-16'))).toEqual(['03-22T22:00 2 h on-call'])
  expect(inWords(told.get('p001 2026-03-23'))).toEqual(['03-23T00:00 6 h on-call'])
})

test('protected time within a session holds over the session, and that is said', async () => {
  const receipt = await send(
    csv('p001,2026-03-23T08:00,2026-03-23T12:00,clinic', 'p001,2026-03-23T10:00,2026-03-23T10:30,inbox'),
  )
  expect(inWords((await weeks()).get('p001 2026-03-23'))).toEqual([
    '03-23T08:00 2 h clinic',
    '03-23T10:00 0.5 h inbox',
    '03-23T10:30 1.5 h clinic',
  ])
  expect(receipt.outcome !== 'refused' && receipt.notes.join()).toContain(
    'line 2: another span of the same person lies over it',
  )
})

test('a later rota holds, also one that says what an earlier one had said', async () => {
  const [early, late] = [
    csv('p001,2026-03-23T08:00,2026-03-23T12:00,clinic'),
    csv('p001,2026-03-23T13:00,2026-03-23T17:00,clinic'),
  ]
  for (const [i, text] of [early, late, early].entries()) await send(text, 'text/csv', { said: present - 1000 + i })
  expect(inWords((await weeks()).get('p001 2026-03-23'))).toEqual(['03-23T08:00 4 h clinic'])
  expect(await clinicFacts(ward.thread, 'rota-week')).toHaveLength(3)
})

test('leave is an absence whose reason nobody keeps; over the rota it is said, and can be cancelled', async () => {
  const receipt = await send(
    csv('p001,2026-03-23T08:00,2026-03-23T12:00,clinic', 'adeyemi,2026-03-23,2026-03-29,sick leave'),
  )
  expect(receipt.outcome !== 'refused' && receipt.notes.join()).toContain('on the rota and away at once')
  const [away] = await absences()
  // To the end of the Sunday on which clocks are put forward.
  expect(away).toMatchObject({ provider: 'p001', from: Date.UTC(2026, 2, 23), until: Date.UTC(2026, 2, 29, 23) })
  expect(inWords((await weeks()).get('p001 2026-03-23'))).toEqual(['03-23T08:00 4 h clinic'])
  expect(JSON.stringify(await eventsOf(ward.thread))).not.toContain('sick')
  await send(csv('p001,2026-03-23,2026-03-29,leave-cancelled'), 'text/csv', { said: present + 1 })
  expect(await absences()).toEqual([{ ...away, cancelled: true }])
})

test('a stranger is passed over with a doubt, the rest is taken in', async () => {
  const receipt = await send(
    csv('p001,2026-03-23T08:00,2026-03-23T12:00,clinic', 'zed,2026-03-23T08:00,2026-03-23T12:00,clinic'),
  )
  expect(verdict(receipt)).toBe('accepted')
  expect((await weeks()).size).toBe(1)
  expect((await clinicFacts(ward.thread, 'clinic-doubt')).map(({ text }) => text)).toEqual([
    'rota: "zed" is no provider of this clinic (1 line); assumed: they do not work here',
  ])
})

test('a calendar of one person: sessions, leave, and a leave that is called off', async () => {
  const calendar = (status: string) =>
    [
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'UID:s',
      'DTSTART;TZID=Europe/London:20260323T080000',
      'DTEND;TZID=Europe/London:20260323T120000',
      'RRULE:FREQ=WEEKLY;COUNT=2',
      'SUMMARY:Surgery',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:l',
      'DTSTART;VALUE=DATE:20260401',
      'CATEGORIES:HOLIDAY',
      `STATUS:${status}`,
      'SUMMARY:To my sister in Leeds',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n')
  expect(verdict(await send(calendar('CONFIRMED'), 'text/calendar', { provider: 'p002' }))).toBe('accepted')
  expect([...(await weeks()).keys()].sort()).toEqual(['p002 2026-03-23', 'p002 2026-03-30'])
  expect((await absences())[0]).toMatchObject({ provider: 'p002', from: Date.UTC(2026, 2, 31, 23) })
  await send(calendar('CANCELLED'), 'text/calendar', { provider: 'p002', said: present + 1 })
  expect((await absences()).map(({ cancelled }) => cancelled)).toEqual([true])
  expect(JSON.stringify(await eventsOf(ward.thread))).not.toContain('sister')
})

test.each([
  [
    'a time that does not exist',
    csv('p001,2026-03-23T08:00,2026-03-23T12:00,clinic', 'p001,2026-02-30T08:00,2026-03-23T12:00,clinic'),
    'invalid at line 3',
  ],
  ['work that is not known', csv('p001,2026-03-23T08:00,2026-03-23T12:00,gardening'), 'invalid at line 2'],
  ['an end before its beginning', csv('p001,2026-03-23T08:00,2026-03-23T07:00,clinic'), 'invalid at line 2'],
  ['a year by mistake', csv('p001,2026-03-23T08:00,2036-03-23T12:00,clinic'), 'invalid at line 2'],
  ['a cell too many', csv('p001,2026-03-23T08:00,2026-03-23T12:00,clinic,x'), 'malformed at line 2'],
  ['another table', 'a,b\n1,2', 'malformed at line 1'],
  ['strangers only', csv('zed,2026-03-23T08:00,2026-03-23T12:00,clinic'), 'invalid at provider'],
  [
    'two years that cannot both be',
    csv('p001,2026-03-23T08:00,2026-03-23T12:00,clinic', 'p001,2062-03-24T08:00,2062-03-24T12:00,clinic'),
    'invalid at line 2 and 1 more',
  ],
  [
    'spans without end',
    csv(...Array.from({ length: 3_001 }, () => 'p001,2026-03-23T08:00,2026-03-23T12:00,clinic')),
    'too-large at ',
  ],
  ['an open quote', csv('"p001,2026-03-23T08:00'), 'malformed at line 2'],
])('%s is refused whole, and said where', async (_, text, wanted) => {
  expect(verdict(await send(text))).toBe(wanted)
  expect(await eventsOf(ward.thread, 'observation.recorded')).toEqual([])
})

test('a clinic that is not followed is not told of', async () => {
  expect(verdict(await ward.intake.receiveRota('south', 'x', 'text/csv', peer))).toBe('unknown-subject at clinic')
})

test('what the clinic reports to have done is a treatment of the clinic, on the parts it concerns', async () => {
  const catalogue = catalogueOf([])
  const known = { ...catalogue, interventionOf: () => ({ name: 'scribe', label: 'Scribe', unit: '1' }) as never }
  const house = await openClinic({ catalogue: known })
  const task = {
    resourceType: 'Task',
    id: 't1',
    status: 'in-progress',
    intent: 'order',
    code: { coding: [{ system: 'urn:counterpart:clinic-action', code: 'scribe' }] },
    for: { identifier: { system: 'urn:counterpart:subject', value: `clinic/${clinicId}` } },
    executionPeriod: { start: '2026-03-10T08:00:00Z' },
    lastModified: '2026-03-10T08:01:00Z',
    input: [
      { type: { text: 'dose' }, valueQuantity: { value: 1, code: '1' } },
      { type: { text: 'on' }, valueString: 'p001' },
    ],
  }
  expect(verdict(await house.intake.receiveFhir(task, peer))).toBe('accepted')
  const [event] = await eventsOf(house.thread, 'treatment.reported')
  expect(event).toMatchObject({
    stream: `clinic/${clinicId}`,
    payload: { treatment: { intervention: 'scribe', dose: 1, on: ['p001'], from: Date.UTC(2026, 2, 10, 8) } },
  })
  await house.close()
})

test('layouts are written down once', async () => {
  await ward.intake.recordLayouts()
  await ward.intake.recordLayouts()
  const [layout, ...others] = await clinicFacts(ward.thread, 'clinic-layout')
  expect(others).toEqual([])
  expect(layout).toMatchObject({ effective: Date.UTC(2026, 0, 1), code: { system: 'urn:counterpart:clinic' } })
})
