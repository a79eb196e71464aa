import { compareObservations, hour, minute } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Intake } from './intake.ts'
import { decodeMqttReadings } from './mqtt/payload.ts'
import type { Reading } from './reading.ts'
import type { AcceptedReceipt, Receipt } from './receipt.ts'
import { eventsOf, hl7, now, observationsOf, openWard, oru, pid, verdict, type Ward } from './test-support.ts'

let ward: Ward
let intake: Intake
let thread: Thread
const peer = { system: 'fhir-client', address: '127.0.0.1:1' }
const heartRate = 'NM|8867-4^Heart rate^LN||80|/min^^UCUM|||||F|||20240315115800+0000'

beforeEach(async () => {
  ward = await openWard()
  intake = ward.intake
  thread = ward.thread
})
afterEach(() => ward.close())

const accepted = (receipt: Receipt): AcceptedReceipt => {
  expect(verdict(receipt)).toBe('accepted')
  return receipt as AcceptedReceipt
}
const fhirPatient = (more: object = {}) => ({
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'urn:oid:1.2.3', value: '4711' }],
  name: [{ family: 'Larsen', given: ['Ida'] }],
  ...more,
})
const fhirHeartRate = (value: number, more: object = {}) => ({
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: '2024-03-15T11:58:00Z',
  valueQuantity: { value, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  ...more,
})

describe('a result by HL7 v2', () => {
  test('becomes the raw message, the person and an observation that derive from it', async () => {
    const text = oru('1', heartRate)
    const receipt = accepted(await intake.receiveHl7(text, peer))
    const events = await eventsOf(thread)
    expect(events.map(({ type }) => type)).toEqual(['message.received', 'subject.identified', 'observation.recorded'])
    expect(receipt.events).toEqual(events.map(({ id }) => id))
    const [message, person, observation] = events
    expect(message?.payload).toMatchObject({ protocol: 'hl7v2', system: 'MON|WARD', controlId: '1', text })
    expect(person?.payload).toMatchObject({
      identifiers: [{ system: 'urn:oid:1.2.3', value: '4711', type: 'MR' }],
      name: { family: 'Larsen', given: ['Ida', 'Marie'] },
      birthDate: '1961-06-15',
      sex: 'female',
    })
    expect(person?.derivedFrom).toEqual([message?.id])
    expect(observation?.derivedFrom).toEqual([message?.id])
    expect(observation?.effective).toBe(Date.UTC(2024, 2, 15, 11, 58))
    expect(observation?.payload?.observation).toMatchObject({
      channel: 'heart-rate',
      value: 80,
      unit: '/min',
      status: 'final',
      subject: receipt.subjects[0],
      source: { protocol: 'hl7v2', system: 'MON|WARD', sentValue: '80', sentUnit: '/min' },
      quality: { score: 1, flags: [] },
    })
  })

  test('never shows the record number in the subject’s name, and gives the same subject everywhere', async () => {
    const receipt = accepted(await intake.receiveHl7(oru('1', heartRate), peer))
    expect(receipt.subjects[0]).toMatch(/^patient\/[0-9a-f]{32}$/)
    const other = await openWard()
    expect(accepted(await other.intake.receiveHl7(oru('9', heartRate), peer)).subjects).toEqual(receipt.subjects)
    await other.close()
    const secret = await openWard({ pseudonymKey: new Uint8Array([1, 2, 3]) })
    expect(accepted(await secret.intake.receiveHl7(oru('9', heartRate), peer)).subjects).not.toEqual(receipt.subjects)
    await secret.close()
  })

  test('is converted, and says so; without a unit the channel’s is assumed where that is safe', async () => {
    await intake.receiveHl7(
      oru(
        '1',
        'NM|8310-5^Temperature^LN||98.6|[degF]|||||F',
        'NM|8867-4^HR^LN||70||||||F',
        'NM|2345-7^Glucose^LN||5|mmol/L|||||P',
        'SN|2708-6^SpO2^LN||^97|%|||||F',
        'ST|8480-6^Systolic^LN||120|mmHg|||||F',
      ),
      peer,
    )
    const found = Object.fromEntries((await observationsOf(thread)).map((o) => [o.channel, o]))
    expect(found.temperature).toMatchObject({ value: 37, unit: 'Cel', quality: { flags: ['unit-converted'] } })
    expect(found['heart-rate']).toMatchObject({ value: 70, quality: { flags: ['unit-assumed'] } })
    expect(found.glucose).toMatchObject({ unit: 'mg/dL', status: 'preliminary' })
    expect(found.glucose?.value).toBeCloseTo(90.08, 1)
    expect(found['oxygen-saturation']).toMatchObject({ value: 97 })
    expect(found['systolic-pressure']).toMatchObject({ value: 120, unit: 'mm[Hg]' })
  })

  test('that is no number keeps its text, and one of an unknown code is kept as it was sent', async () => {
    await intake.receiveHl7(
      oru(
        '1',
        'CWE|882-1^ABO group^LN||278149003^Group A^SCT||||||F',
        'NM|X12^Zinc^L||7|mg/furlong|||||F',
        'SN|2345-7^Glucose^LN||<^5|mg/dL|||||F',
      ),
      peer,
    )
    expect(
      (await observationsOf(thread)).map(({ channel, value, unit, text }) => [channel, value, unit, text]),
    ).toEqual([
      ['http://loinc.org|882-1', null, '', 'Group A'],
      ['urn:hl7v2:sender:MON%7CWARD:L|X12', 7, 'mg/furlong', undefined],
      ['glucose', null, '', '<5 mg/dL'],
    ])
  })

  test('that is corrected or taken back is a new version of the same fact', async () => {
    const version = (id: string, value: string, status: string, sent: string) =>
      hl7(
        'ORU^R01',
        id,
        [
          pid,
          'OBR|1||V1|29274-8^Vitals^LN|||20240315115800+0000',
          `OBX|1|NM|8867-4^HR^LN||${value}|/min|||||${status}`,
        ],
        sent,
      )
    await intake.receiveHl7(version('1', '80', 'P', '20240315115900+0000'), peer)
    await intake.receiveHl7(version('2', '82', 'F', '20240315115900+0000'), peer)
    await intake.receiveHl7(version('3', '83', 'C', '20240315115930+0000'), peer)
    await intake.receiveHl7(version('4', '83', 'W', '20240315115931+0000'), peer)
    const versions = [...(await observationsOf(thread))].sort(compareObservations)
    expect(new Set(versions.map(({ id }) => id)).size).toBe(1)
    expect(versions.map(({ status, value }) => [status, value])).toEqual([
      ['preliminary', 80],
      ['final', 82],
      ['corrected', 83],
      ['retracted', null],
    ])
    const types = (await eventsOf(thread)).map(({ type }) => type).filter((type) => type.startsWith('observation'))
    expect(types).toEqual([
      'observation.recorded',
      'observation.recorded',
      'observation.corrected',
      'observation.retracted',
    ])
  })

  test.each([
    ['a value that is no number', 'NM|8867-4^HR^LN||eighty|/min|||||F', 'invalid at OBX[2]-5'],
    ['a unit of another kind', 'NM|8867-4^HR^LN||80|mg|||||F', 'unit-dimension at OBX[2]'],
    ['a unit that is none', 'NM|8867-4^HR^LN||80|zorkmid|||||F', 'unit-invalid at OBX[2]'],
    ['a temperature without unit', 'NM|8310-5^T^LN||37||||||F', 'unit-ambiguous at OBX[2]'],
    ['a heart rate of 4000', 'NM|8867-4^HR^LN||4000|/min|||||F', 'implausible at OBX[2]'],
    ['a time three minutes ahead', 'NM|8867-4^HR^LN||80|/min|||||F|||20240315120301+0000', 'in-the-future at OBX[2]'],
    ['a time that is none', 'NM|8867-4^HR^LN||80|/min|||||F|||20241399', 'invalid at OBX[2]-14'],
    ['a status that is none', 'NM|8867-4^HR^LN||80|/min|||||Q', 'invalid at OBX[2]-11'],
    ['its end cut off', 'NM|8867-4^HR^LN||8', 'invalid at OBX[2]-11'],
    ['no code', 'NM|||80|/min|||||F', 'invalid at OBX[2]-3.1'],
  ])('with %s is refused whole, and only the quarantine knows of it', async (_what, result, expected) => {
    const receipt = await intake.receiveHl7(oru('1', heartRate, result), peer)
    expect(verdict(receipt).replace('OBX[2]-3 ', '')).toBe(expected.replace('-3.1', '-3'))
    expect((await eventsOf(thread)).map(({ stream, type }) => [stream, type])).toEqual([
      ['quarantine', 'quarantine.added'],
    ])
    expect(intake.quarantined({ state: 'open' })).toHaveLength(1)
    // What was wrong does not stand in the way of what is right.
    accepted(await intake.receiveHl7(oru('1', heartRate), peer))
  })

  test.each([
    ['no identifier', hl7('ORU^R01', '1', ['PID|1||', 'OBR|1', `OBX|1|${heartRate}`]), 'identity-missing at PID-3'],
    [
      'only an account number',
      hl7('ORU^R01', '1', ['PID|1||77^^^N^AN', 'OBR|1', `OBX|1|${heartRate}`]),
      'identity-missing at PID-3',
    ],
    ['no PID', hl7('ORU^R01', '1', ['OBR|1', `OBX|1|${heartRate}`]), 'invalid at PID'],
    ['no OBX', hl7('ORU^R01', '1', [pid, 'OBR|1']), 'invalid at OBX'],
    ['no control identifier', hl7('ORU^R01', '', [pid]), 'invalid at MSH-10'],
    ['another type', hl7('SIU^S12', '1', [pid]), 'not-supported at MSH-9.1'],
    ['another event', hl7('ADT^A20', '1', [pid]), 'not-supported at MSH-9.2'],
    ['a merging with nobody', hl7('ADT^A40', '1', [pid]), 'invalid at MRG'],
    ['a clock that is an hour ahead', hl7('ADT^A08', '1', [pid], '20240315130000+0000'), 'in-the-future at MSH-7'],
    ['its beginning cut off', 'D|1||4711\rOBX|1|NM', 'malformed at MSH'],
    ['nothing in it', '', 'malformed at MSH'],
  ])('with %s is refused', async (_what, text, expected) => {
    expect(verdict(await intake.receiveHl7(text, peer))).toBe(expected)
  })

  test('may be years old: it is late, not wrong', async () => {
    await intake.receiveHl7(oru('1', 'NM|8867-4^HR^LN||80|/min|||||F|||20100101'), peer)
    expect((await observationsOf(thread))[0]?.quality.flags).toEqual(['late-arrival'])
  })
})

describe('a stay', () => {
  const adt = (trigger: string, id: string, pv1: string, sent: string) =>
    hl7(`ADT^${trigger}^ADT_A01`, id, [`EVN|${trigger}|${sent}`, pid, pv1], sent)

  test('is followed from admission to discharge', async () => {
    const pv1 = (fields: Readonly<Record<number, string>>) =>
      ['PV1', ...Array.from({ length: 45 }, (_, i) => fields[i + 1] ?? '')].join('|')
    const visit = { 2: 'I', 19: 'V100^^^NORTH&1.2.3.9&ISO' }
    const steps = [
      adt('A01', '1', pv1({ ...visit, 3: 'ICU^1^A^MAIN', 44: '20240315080000' }), '20240315080100+0000'),
      adt('A02', '2', pv1({ ...visit, 3: 'WARD^7^B' }), '20240315090000+0000'),
      adt('A03', '3', pv1({ ...visit, 3: 'WARD^7^B', 45: '20240315113000' }), '20240315113000+0000'),
    ]
    for (const step of steps) accepted(await intake.receiveHl7(step, peer))
    const stays = (await eventsOf(thread, 'encounter.changed')).map(({ payload }) => payload!)
    expect(new Set(stays.map(({ encounterId }) => encounterId)).size).toBe(1)
    expect(stays.map(({ trigger, status, location }) => [trigger, status, location])).toEqual([
      ['A01', 'in-progress', { facility: 'MAIN', pointOfCare: 'ICU', room: '1', bed: 'A' }],
      ['A02', 'in-progress', { pointOfCare: 'WARD', room: '7', bed: 'B' }],
      ['A03', 'finished', { pointOfCare: 'WARD', room: '7', bed: 'B' }],
    ])
    expect(stays[0]?.admitted).toBe(Date.UTC(2024, 2, 15, 8))
    expect(stays[2]?.discharged).toBe(Date.UTC(2024, 2, 15, 11, 30))
    expect(stays.map(({ version }) => version)).toEqual([...stays.map(({ version }) => version)].sort())
  })
})

describe('a message that is sent again', () => {
  test('adds nothing, at once, at the same time, or after a restart', async () => {
    const text = oru('1', heartRate)
    const first = accepted(await intake.receiveHl7(text, peer))
    expect(await intake.receiveHl7(text, peer)).toEqual({ ...first, outcome: 'duplicate' })
    const [a, b] = await Promise.all([
      intake.receiveHl7(oru('2', heartRate), peer),
      intake.receiveHl7(oru('2', heartRate), peer),
    ])
    expect([a?.outcome, b?.outcome].sort()).toEqual(['accepted', 'duplicate'])
    const before = (await eventsOf(thread)).length
    const restarted = await openWard({ thread })
    expect((await restarted.intake.receiveHl7(text, peer)).outcome).toBe('duplicate')
    restarted.intake.close()
    expect(await eventsOf(thread)).toHaveLength(before)
  })

  test('with other content under the same identifier is refused, also after a restart', async () => {
    await intake.receiveHl7(oru('1', heartRate), peer)
    const other = oru('1', heartRate.replace('80', '81'))
    expect(verdict(await intake.receiveHl7(other, peer))).toBe('control-id-conflict at MSH-10')
    const restarted = await openWard({ thread })
    expect(verdict(await restarted.intake.receiveHl7(other, peer))).toBe('control-id-conflict at MSH-10')
    restarted.intake.close()
    expect((await observationsOf(thread)).map(({ value }) => value)).toEqual([80])
  })
})

describe('a person', () => {
  test('is one subject by HL7 v2 and by FHIR, whichever comes first, also after a restart', async () => {
    const byHl7 = accepted(await intake.receiveHl7(oru('1', heartRate), peer))
    const byFhir = accepted(await intake.receiveFhir(fhirPatient(), peer))
    expect(byFhir.subjects).toEqual(byHl7.subjects)
    const restarted = await openWard({ thread })
    const later = accepted(await restarted.intake.receiveFhir(fhirHeartRate(81), peer))
    expect(later.subjects).toEqual(byHl7.subjects)
    restarted.intake.close()
  })

  test('known by a local authority’s name meets its URI when the installation says so', async () => {
    const named = await openWard({ identifierSystems: { NORTH: 'http://north.example/mrn' } })
    await named.intake.receiveHl7(hl7('ADT^A08', '1', ['PID|1||4711^^^NORTH^MR']), peer)
    expect(named.intake.subjectOf({ system: 'http://north.example/mrn', value: '4711' })).toBeDefined()
    await named.close()
  })

  test('who has not been introduced is refused by reference; two systems’ ids are not confused', async () => {
    expect(verdict(await intake.receiveFhir(fhirHeartRate(80), peer))).toBe('unknown-subject at Observation.subject')
    accepted(await intake.receiveFhir(fhirPatient(), peer))
    expect(verdict(await intake.receiveFhir(fhirHeartRate(80), { system: 'elsewhere' }))).toBe(
      'unknown-subject at Observation.subject',
    )
    accepted(await intake.receiveFhir(fhirHeartRate(80), peer))
  })

  test('is not made of two: identifiers of different people in one message are refused', async () => {
    await intake.receiveFhir(fhirPatient(), peer)
    await intake.receiveFhir(fhirPatient({ id: 'p2', identifier: [{ system: 'urn:oid:1.2.3', value: '4712' }] }), peer)
    const both = fhirPatient({
      id: 'p3',
      identifier: ['4711', '4712'].map((value) => ({ system: 'urn:oid:1.2.3', value })),
    })
    expect(verdict(await intake.receiveFhir(both, peer))).toBe('identity-conflict at Patient.identifier')
  })

  test('introduced twice at the same time, by different numbers first, becomes one subject', async () => {
    const one = hl7('ADT^A08', '1', ['PID|1||55^^^NORTH&1.2.3&ISO^PI'])
    const two = hl7('ADT^A08', '2', ['PID|1||66^^^NORTH&1.2.3&ISO^MR~55^^^NORTH&1.2.3&ISO^PI'])
    const receipts = await Promise.all([intake.receiveHl7(one, peer), intake.receiveHl7(two, peer)])
    expect(new Set(receipts.flatMap((receipt) => accepted(receipt).subjects)).size).toBe(1)
  })

  test('whose data were erased stays erased: later messages are refused, and not even the quarantine keeps them', async () => {
    const { subjects } = accepted(await intake.receiveHl7(oru('1', heartRate), peer))
    await thread.eraseSubject(subjects[0]!, { by: 'test' })
    const receipt = await intake.receiveHl7(oru('2', heartRate), peer)
    expect(verdict(receipt)).toBe('subject-erased at PID-3')
    const [entry] = intake.quarantined()
    expect((await intake.quarantinedMessage(entry!.id)).body).toBe('')
    const restarted = await openWard({ thread })
    expect(verdict(await restarted.intake.receiveHl7(oru('3', heartRate), peer))).toBe('subject-erased at PID-3')
    restarted.intake.close()
  })
})

describe('readings', () => {
  const reading = (subject: Reading['subject'], value: number, more: Partial<Reading> = {}): Reading => ({
    subject,
    what: { channel: 'heart-rate' },
    value,
    effective: now - minute,
    ...more,
  })
  const message = (...readings: readonly Reading[]) => ({
    protocol: 'mqtt' as const,
    readings,
    text: JSON.stringify(readings),
    contentType: 'application/json',
  })

  test('of someone known are taken in, in the units that they come in', async () => {
    const { subjects } = accepted(await intake.receiveFhir(fhirPatient(), peer))
    const id = subjects[0]!
    accepted(
      await intake.receiveReading(
        message(
          reading({ id }, 1.2, { unit: 'Hz', device: 'watch', flags: ['noisy-signal'] }),
          reading({ system: 'urn:oid:1.2.3', value: '4711' }, 71, {
            what: { code: { system: 'http://loinc.org', code: '8867-4' } },
            device: 'patch',
          }),
        ),
        { system: 'watch-1' },
      ),
    )
    const observations = await observationsOf(thread)
    expect(observations.map(({ value, source }) => [value, source.device])).toEqual([
      [72, 'watch'],
      [71, 'patch'],
    ])
    expect(observations[0]?.quality.flags).toEqual(['noisy-signal', 'unit-converted'])
  })

  test.each([
    ['someone unknown', message(reading({ id: 'patient/nobody' }, 70)), 'unknown-subject at readings[0].subject'],
    [
      'no channel',
      message(reading({ id: 'patient/nobody' }, 70, { what: { channel: 'mood' } })),
      'invalid at readings[0].what.channel',
    ],
    [
      'a value that is no number',
      message(reading({ id: 'patient/nobody' }, 'x' as unknown as number)),
      'invalid at readings.0.value',
    ],
    ['nothing', message(), 'invalid at readings'],
  ])('of %s are refused', async (_what, bad, expected) => {
    expect(verdict(await intake.receiveReading(bad, { system: 'watch-1' }))).toBe(expected)
    expect(intake.quarantined()).toHaveLength(1)
  })
})

describe('the quarantine', () => {
  const bad = oru('1', 'NM|8867-4^HR^LN||4000|/min|||||F')
  const by = { user: 'nurse' }

  test('shows what was refused and why, once however often it is sent, and still after a restart', async () => {
    const receipts = [await intake.receiveHl7(bad, peer), await intake.receiveHl7(bad, peer)]
    expect(new Set(receipts.map((receipt) => receipt.outcome === 'refused' && receipt.quarantineId)).size).toBe(1)
    for (const door of [intake, (await openWard({ thread })).intake]) {
      const [entry, ...more] = door.quarantined()
      expect(more).toEqual([])
      expect(entry).toMatchObject({
        state: 'open',
        code: 'implausible',
        location: 'OBX[1]',
        system: 'MON|WARD',
        protocol: 'hl7v2',
      })
      expect(await door.quarantinedMessage(entry!.id)).toMatchObject({
        body: bad,
        bodyEncoding: 'utf-8',
        truncated: false,
      })
    }
  })

  test('lets a message be mended and sent again through the same door, and links the two', async () => {
    await intake.receiveHl7(bad, peer)
    const [entry] = intake.quarantined()
    const again = await intake.resubmit(entry!.id, { by })
    expect(verdict(again)).toBe('implausible at OBX[1]')
    expect(intake.quarantined({ state: 'open' })).toHaveLength(1)
    const mended = accepted(await intake.resubmit(entry!.id, { body: bad.replace('4000', '40'), by }))
    expect((await thread.get(mended.events[0]!))?.derivedFrom).toEqual([entry!.event])
    expect((await observationsOf(thread)).map(({ value }) => value)).toEqual([40])
    expect(intake.quarantined()[0]).toMatchObject({
      state: 'resubmitted',
      closed: { by, edited: true, outcome: 'accepted' },
    })
    await expect(intake.resubmit(entry!.id, { by })).rejects.toMatchObject({ code: 'not-open' })
  })

  test('takes a mended message of a wearable again', async () => {
    await intake.receiveFhir(fhirPatient(), peer)
    const text = JSON.stringify({
      device: 'watch',
      subject: { system: 'urn:oid:1.2.3', value: '4711' },
      sequence: 1,
      readings: [
        {
          code: { system: 'http://loinc.org', code: '8867-4' },
          value: 7000,
          unit: '/min',
          time: '2024-03-15T11:59:00Z',
        },
      ],
    })
    const door = { system: 'mqtt:watch' }
    await intake.receiveReading(decodeMqttReadings('watch', Buffer.from(text)), door)
    const [entry] = intake.quarantined()
    expect(entry).toMatchObject({ protocol: 'mqtt', code: 'implausible' })
    accepted(await intake.resubmit(entry!.id, { body: text.replace('7000', '70'), by }))
    expect((await observationsOf(thread)).map(({ value }) => value)).toEqual([70])
  })

  test('lets a message be thrown away with a reason', async () => {
    await intake.receiveHl7(bad, peer)
    const [entry] = intake.quarantined()
    await intake.discard(entry!.id, { reason: 'sensor was off', by })
    expect(intake.quarantined({ state: 'open' })).toEqual([])
    expect(intake.quarantined()[0]).toMatchObject({ state: 'discarded', closed: { reason: 'sensor was off' } })
    await expect(intake.discard('no-such', { reason: '', by })).rejects.toMatchObject({ code: 'not-found' })
    // The same message refused anew is a new matter.
    await intake.receiveHl7(bad, peer)
    expect(intake.quarantined({ state: 'open' })).toHaveLength(1)
  })

  test('keeps bytes that are no text, and of long messages the beginning', async () => {
    await intake.receiveHl7(Uint8Array.of(0xff, 0xfe, 0x00), peer)
    const [bytes] = intake.quarantined()
    expect(await intake.quarantinedMessage(bytes!.id)).toMatchObject({ body: '//4A', bodyEncoding: 'base64' })
    await intake.receiveFhir('x'.repeat(1_000_000), peer)
    const [long] = intake.quarantined()
    const kept = await intake.quarantinedMessage(long!.id)
    expect(kept).toMatchObject({ bodyBytes: 1_000_000, truncated: true })
    expect(kept.body.length).toBeLessThan(1_000_000)
    await expect(intake.resubmit(long!.id, { by })).rejects.toMatchObject({ code: 'not-supported' })
  })
})

test('when the thread cannot keep a message, it is refused and may be sent again', async () => {
  let broken = true
  const flaky = new Proxy(thread, {
    get(target, name) {
      if (name === 'append' && broken) return () => Promise.reject(new Error('disk full'))
      const member = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  const door = (await openWard({ thread: flaky })).intake
  expect(verdict(await door.receiveHl7(oru('1', heartRate), peer))).toBe('store-failed at ')
  broken = false
  accepted(await door.receiveHl7(oru('1', heartRate), peer))
})

test('the same messages in any order and any number give the same observations', async () => {
  const sent = (minutes: number) =>
    new Date(now - hour + minutes * minute).toISOString().replace(/[-:T]/g, '').slice(0, 14)
  const messages = [
    hl7('ADT^A01', 'a1', [pid, 'PV1|1|I|ICU'], `${sent(0)}+0000`),
    ...[1, 2, 3, 4].map((i) =>
      hl7(
        'ORU^R01',
        `r${i}`,
        [
          pid,
          `OBR|1||M|29274-8^Vitals^LN|||${sent(i)}+0000`,
          `OBX|1|NM|8867-4^HR^LN||${60 + i}|/min|||||F`,
          `OBX|2|NM|8310-5^T^LN||${98 + i}|[degF]|||||P`,
        ],
        `${sent(i)}+0000`,
      ),
    ),
    hl7(
      'ORU^R01',
      'c1',
      [pid, `OBR|1||M|29274-8^Vitals^LN|||${sent(1)}+0000`, 'OBX|1|NM|8867-4^HR^LN||65|/min|||||C'],
      `${sent(9)}+0000`,
    ),
    hl7(
      'ORU^R01',
      'w1',
      [pid, `OBR|1||M|29274-8^Vitals^LN|||${sent(2)}+0000`, 'OBX|1|NM|8867-4^HR^LN|||/min|||||W'],
      `${sent(9)}+0000`,
    ),
    hl7('ADT^A08', 'a2', [pid], `${sent(10)}+0000`),
  ]
  const outcome = async (order: readonly string[], atOnce: boolean) => {
    const own = await openWard()
    if (atOnce) await Promise.all(order.map((text) => own.intake.receiveHl7(text, peer)))
    else for (const text of order) await own.intake.receiveHl7(text, peer)
    const observations = [...(await observationsOf(own.thread))].sort(compareObservations)
    await own.close()
    return observations
  }
  const expected = await outcome(messages, false)
  expect(expected).toHaveLength(10)
  const orders = fc.tuple(
    fc.shuffledSubarray(messages, { minLength: messages.length }),
    fc.array(fc.constantFrom(...messages), { maxLength: 6 }),
    fc.boolean(),
  )
  await fc.assert(
    fc.asyncProperty(orders, async ([order, repeats, atOnce]) => {
      expect(await outcome([...order, ...repeats], atOnce)).toEqual(expected)
    }),
    { numRuns: 12 },
  )
})
