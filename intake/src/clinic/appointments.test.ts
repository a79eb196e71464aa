import type { DaySheetDetail } from '@counterpart/kernel'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventsOf, hl7, verdict, type Ward } from '../test-support.ts'
import { AppointmentBook } from './appointment-book.ts'
import { clinicFacts, clinicId, clinics, latestDetails, openClinic, peer } from './clinic.test-data.ts'
import { clinicsOf } from './clinics.ts'

let ward: Ward
beforeEach(async () => {
  ward = await openClinic()
})
afterEach(() => ward.close())

/** `DD HH:MM` of March 2026, as HL7 v2 and FHIR write it. */
const dtm = (time: string) => `202603${time.slice(0, 2)}${time.slice(3, 5)}${time.slice(6)}00+0000`
const iso = (time: string) => `2026-03-${time.slice(0, 2)}T${time.slice(3)}:00Z`

let control = 0
const siu = (
  trigger: string,
  said: string,
  more: { at?: string; status?: string; who?: string; kind?: string; number?: string },
) =>
  hl7(
    `SIU^${trigger}^SIU_S12`,
    `C${++control}`,
    [
      `SCH||${more.number ?? 'F1'}^PM^2.999.4^ISO||||||${more.kind ?? 'FOLLOWUP'}^^L|||||||||||||||||${more.status ?? ''}`,
      'PID|1||8812^^^NORTH&1.2.3&ISO^MR||Larsen^Ida||19610615|F',
      'RGS|1|A',
      `AIP|1|A|${more.who ?? 'GP-101'}^Adeyemi|||${more.at ? dtm(more.at) : ''}|||${more.at ? '20|min' : ''}`,
    ],
    dtm(said),
  )
const fhir = (said: string, change: object) => ({
  resourceType: 'Appointment',
  identifier: [{ system: 'urn:oid:2.999.4', value: 'F1' }],
  meta: { lastUpdated: iso(said) },
  status: 'booked',
  appointmentType: { coding: [{ code: 'FOLLOWUP' }] },
  start: iso('12 09:00'),
  minutesDuration: 20,
  participant: [
    { actor: { reference: 'Patient/77' }, status: 'accepted' },
    { actor: { identifier: { system: 'http://north.example/practitioner', value: '101' } }, status: 'accepted' },
  ],
  ...change,
})
const sheets = (thread = ward.thread) =>
  latestDetails<DaySheetDetail>(thread, 'day-sheet', ({ provider, day }) => `${provider} ${day}`)
const inWords = (sheet: DaySheetDetail | undefined) =>
  sheet?.visits.map(
    ({ at, minutes, kind, state }) => `${new Date(at).toISOString().slice(11, 16)} ${minutes} ${kind} ${state}`,
  )
const send = (message: string | object, to = ward) =>
  typeof message === 'string' ? to.intake.receiveHl7(message, peer) : to.intake.receiveFhir(message, peer)

describe('an appointment', () => {
  test('by HL7 v2, told of to the end', async () => {
    const steps = [
      [siu('S12', '02 08:00', { at: '10 09:00' }), '09:00 20 visit booked'],
      [siu('S13', '03 08:00', { at: '10 09:40' }), '09:40 20 visit booked'],
      [siu('S14', '10 09:35', { status: 'Arrived' }), '09:40 20 visit arrived'],
      [siu('S14', '10 10:05', { status: 'Complete' }), '09:40 20 visit fulfilled'],
    ] as const
    for (const [message, wanted] of steps) {
      expect(verdict(await send(message))).toBe('accepted')
      expect(inWords((await sheets()).get('p001 2026-03-10'))).toEqual([wanted])
    }
  })

  test('by FHIR and by HL7 v2 is one and the same', async () => {
    await send(siu('S12', '02 08:00', { at: '12 09:00' }))
    expect(verdict(await send(fhir('02 09:00', { status: 'noshow' })))).toBe('accepted')
    expect(inWords((await sheets()).get('p001 2026-03-12'))).toEqual(['09:00 20 visit no-show'])
  })

  test('that moves to another day and another provider changes both sheets', async () => {
    await send(siu('S12', '02 08:00', { at: '10 09:00' }))
    await send(siu('S13', '03 08:00', { at: '11 10:00', who: 'GP-102' }))
    const told = await sheets()
    expect(inWords(told.get('p001 2026-03-10'))).toEqual([])
    expect(inWords(told.get('p002 2026-03-11'))).toEqual(['10:00 20 visit booked'])
  })

  test('leaves nothing of the patient with the clinic', async () => {
    await send(siu('S12', '02 08:00', { at: '10 09:00' }))
    await send(fhir('02 08:00', {}))
    const kept = (await eventsOf(ward.thread)).filter(({ stream }) => stream === `clinic/${clinicId}`)
    expect(kept.length).toBeGreaterThan(4)
    expect(JSON.stringify(kept)).not.toMatch(/8812|Larsen|Patient\/77/)
  })

  test('that was deleted never was', async () => {
    await send(siu('S12', '02 08:00', { at: '10 09:00' }))
    await send(siu('S17', '02 08:10', {}))
    expect(inWords((await sheets()).get('p001 2026-03-10'))).toEqual([])
  })
})

test('sheets are the same in whatever order messages come, however often, and after a restart', {
  timeout: 30_000,
}, async () => {
  const story = [
    siu('S12', '02 08:00', { at: '10 09:00' }),
    siu('S12', '02 08:00', { at: '10 09:20', number: 'F2', kind: 'ANNUAL' }),
    siu('S13', '03 08:00', { at: '11 10:00', who: 'GP-102' }),
    siu('S14', '03 09:00', { status: 'Arrived' }),
    siu('S13', '04 08:00', { at: '10 11:00' }),
    siu('S15', '05 08:00', { number: 'F2' }),
    siu('S26', '10 09:30', {}),
    fhir('06 08:00', { identifier: [{ system: 'urn:oid:2.999.4', value: 'F3' }], start: iso('10 08:00') }),
  ]
  const toldBy = async (messages: readonly (string | object)[], restart = -1) => {
    let house = await openClinic()
    for (const [i, message] of messages.entries()) {
      await send(message, house)
      if (i === restart) {
        house.intake.close()
        const { thread } = house
        house = { ...(await openClinic({ thread })), close: house.close }
      }
    }
    const facts = (await clinicFacts(house.thread, 'day-sheet')).map(({ id, version, effective, detail }) => ({
      id,
      version,
      effective,
      detail,
    }))
    await house.close()
    return facts
  }
  const told = await toldBy(story)
  expect(told.length).toBeGreaterThan(7)
  expect(
    inWords(told.map(({ detail }) => detail as never as DaySheetDetail).findLast(({ day }) => day === '2026-03-10')),
  ).toEqual(['08:00 20 visit booked', '09:20 20 annual cancelled', '11:00 20 visit no-show'])
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...story, ...story], { minLength: 2 * story.length }),
      fc.integer({ min: 0, max: 10 }),
      async (messages, restart) => {
        expect(await toldBy(messages, restart)).toEqual(told)
      },
    ),
    { numRuns: 6 },
  )
})

test('a long read is kept in short, and what came after it is read too', async () => {
  const { thread } = ward
  const stream = `clinic/${clinicId}` as const
  const statement = (i: number) => ({
    stream,
    subject: stream,
    type: 'appointment.stated',
    effective: i,
    idempotencyKey: `${i}`,
    payload: {
      appointment: `${i}`,
      said: i,
      rank: 0,
      place: { provider: 'p001', at: Date.UTC(2026, 2, 12 + (i % 400), 9), minutes: 20, kind: 'visit' },
      state: 'booked',
    },
  })
  await thread.append(Array.from({ length: 10_000 }, (_, i) => statement(i)))
  const known = clinicsOf(clinics)
  const next = { ...statement(0).payload, clinic: clinicId, appointment: 'x', said: 20_000, state: 'booked' } as const
  const whole = (await AppointmentBook.load(thread, known)).sheetsAfter([next])
  expect((whole[0]!.detail as unknown as DaySheetDetail).visits).toHaveLength(26)
  const [checkpoint] = await thread.checkpoints(stream, 'appointments')
  expect(checkpoint).toMatchObject({ subject: stream, effective: 9_999 })
  expect((await AppointmentBook.load(thread, known)).sheetsAfter([next])).toEqual(whole)
  await thread.append([{ ...statement(15_000), payload: { ...statement(15_200).payload, appointment: 'late' } }])
  const more = (await AppointmentBook.load(thread, known)).sheetsAfter([next])
  expect((more[0]!.detail as unknown as DaySheetDetail).visits).toHaveLength(27)
})

test('a transaction brings a day with what can still be booked', async () => {
  const receipt = await send({
    resourceType: 'Bundle',
    type: 'transaction',
    timestamp: iso('11 08:00'),
    entry: [
      fhir('11 07:00', {}),
      fhir('11 07:00', {
        id: 'x2',
        identifier: undefined,
        start: iso('12 09:20'),
        appointmentType: { coding: [{ code: 'WEIRD' }] },
        minutesDuration: 35,
      }),
      { resourceType: 'Schedule', id: 's9', actor: [{ reference: 'Practitioner/101' }] },
      {
        resourceType: 'Slot',
        id: 'slot1',
        schedule: { reference: 'Schedule/s1' },
        status: 'free',
        start: iso('12 10:00'),
        end: iso('12 10:20'),
      },
    ].map((resource) => ({ resource, request: { method: 'POST', url: resource.resourceType } })),
  })
  expect(verdict(receipt)).toBe('accepted')
  const sheet = (await sheets()).get('p001 2026-03-12')
  expect(inWords(sheet)).toEqual(['09:00 20 visit booked', '09:20 35 annual booked'])
  expect(sheet?.open).toEqual([{ from: Date.UTC(2026, 2, 12, 10), until: Date.UTC(2026, 2, 12, 10, 20) }])
  expect((await clinicFacts(ward.thread, 'clinic-doubt')).map(({ text }) => text)).toEqual([
    'appointments: "WEIRD" is no kind of visit; assumed: the kind whose planned length is nearest',
  ])
})

test('a visit just after midnight in summer is on the sheet of its own day', async () => {
  const summer = { status: 'booked', start: '2026-06-01T23:30:00Z' }
  await send(fhir('02 08:00', summer))
  expect([...(await sheets()).keys()]).toEqual(['p001 2026-06-02'])
})

test.each([
  [
    'an appointment with nobody who is followed',
    fhir('02 08:00', { participant: [{ actor: { reference: 'Practitioner/9' }, status: 'accepted' }] }),
    'identity-missing at Appointment.participant',
  ],
  [
    'one that does not say when it was said',
    fhir('02 08:00', { meta: undefined }),
    'invalid at Appointment.meta.lastUpdated',
  ],
  ['one said tomorrow', fhir('12 08:00', {}), 'in-the-future at the appointment'],
  ['one without a start', fhir('02 08:00', { start: undefined }), 'invalid at Appointment.start'],
  ['one without a number', fhir('02 08:00', { identifier: undefined }), 'identity-missing at Appointment.identifier'],
  ['a booking without a time', siu('S12', '02 08:00', {}), 'invalid at AIP-6'],
  [
    'a slot that ends before it begins',
    {
      resourceType: 'Slot',
      id: 's',
      meta: { lastUpdated: iso('02 08:00') },
      schedule: { reference: 'Schedule/s1' },
      status: 'free',
      start: iso('12 10:00'),
      end: iso('12 09:00'),
    },
    'invalid at Slot.end',
  ],
])('%s is refused, and nothing changes', async (_, message, wanted) => {
  expect(verdict(await send(message))).toBe(wanted)
  expect((await eventsOf(ward.thread)).map(({ type }) => type)).toEqual(['quarantine.added'])
})
