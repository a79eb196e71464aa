import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { departments } from './department/department.test-data.ts'
import { acknowledgementOf } from './hl7v2/acknowledge.ts'
import { hl7, now, openWard, oru, pid, type Ward } from './test-support.ts'

// Whatever is sent, the answer is a receipt with a reason in the sender's own terms: never an exception, and never one
// of this program's own failures dressed up as a refusal.

let ward: Ward
const peer = { system: 'hostile' }
beforeAll(async () => {
  ward = await openWard({ departments })
  await ward.intake.receiveFhir({ resourceType: 'Patient', id: 'p1', identifier: [{ system: 's', value: 'v' }] }, peer)
})
afterAll(() => ward.close())

const mine = /could not read it/

describe('a damaged message', () => {
  const good = [
    oru(
      '1',
      'NM|8867-4^HR^LN||80|/min|||||F|||20240315115800+0000||||PUMP',
      'SN|2345-7^G^LN||>^5^-^7|mmol/L|||||C',
      'CWE|882-1^ABO^LN||A^Group A^L||||||X',
    ),
    hl7('ADT^A01^ADT_A01', '2', [
      'EVN|A01|20240315115800|||^DR|20240315115700',
      pid,
      'PV1|1|I|ICU^1^A^MAIN||||||||||||||||V1^^^N&1.2&ISO',
    ]),
    hl7('OMI^O23^OMI_O23', '3', [
      pid,
      'PV1|1|E|ED-MAJ^^1^NORTH||||||||||||||||V1^^^N&1.2&ISO',
      'ORC|NW|P1^EHR^1.2.5^ISO|||IP||^^^20240315115000^^S||20240315115000+0000',
      'TQ1|1||||||20240315113000+0000|20240315114500+0000|S',
      'OBR|1|P1^EHR^1.2.5^ISO||CT-HEAD^Head^L|||20240315113500+0000',
      'IPC|A1|R1|1.2|S1|CT|CT-HEAD|CT1',
    ]),
    hl7('SIU^S12^SIU_S12', '4', [
      'SCH|A1||||||||15|min|^^M15^20240315113000^20240315114500||||||||||||||Booked|P1^EHR^1.2.5^ISO',
      pid,
      'AIS|1|A|CT-HEAD^Head^L|20240315113000+0000|||15|min',
      'AIG|1|A|CT1',
      'AIL|1|A|CT1^1^A',
    ]),
    ...['A40', 'A45'].map((trigger) =>
      hl7(`ADT^${trigger}`, trigger, [
        pid,
        'MRG|4712^^^NORTH&1.2.3&ISO^MR||||V2^^^N&1.2&ISO',
        'PV1|1|I|ICU^1^A^MAIN||||||||||||||||V1^^^N&1.2&ISO',
      ]),
    ),
    hl7('ADT^A17', '5', [
      pid,
      'PV1|1|E|ED-MAJ^^1^NORTH||||||||||||||||V1^^^N&1.2&ISO',
      'PID|2||4713^^^NORTH&1.2.3&ISO^MR||Berg^Per',
      'PV1|2|E|ED-MAJ^^2^NORTH||||||||||||||||V3^^^N&1.2&ISO',
    ]),
  ]
  const damage = fc.record({
    text: fc.constantFrom(...good),
    cuts: fc.array(
      fc.record({
        at: fc.nat(600),
        remove: fc.nat(30),
        insert: fc.string({ unit: fc.constantFrom(...'|^~\\&\r\n0Z9-+.OBXPIDMSH \u0000\ud800é'), maxLength: 12 }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })

  test('by HL7 v2 is taken in or refused, and acknowledged', async () => {
    await fc.assert(
      fc.asyncProperty(damage, async ({ text, cuts }) => {
        let damaged = text
        for (const { at, remove, insert } of cuts) {
          const from = at % (damaged.length + 1)
          damaged = damaged.slice(0, from) + insert + damaged.slice(from + remove)
        }
        const receipt = await ward.intake.receiveHl7(damaged, peer)
        if (receipt.outcome === 'refused') {
          expect(receipt.message).not.toMatch(mine)
          expect(receipt.code).not.toBe('store-failed')
          expect(receipt.quarantineId).toBeDefined()
        }
        const answer = acknowledgementOf(damaged, receipt, now)
        if (answer !== undefined) expect(answer).toMatch(/\rMSA.[AC][AER]/)
      }),
      { numRuns: 250 },
    )
  })

  const observation = {
    resourceType: 'Observation',
    id: 'o',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
    subject: { reference: 'Patient/p1' },
    effectiveDateTime: '2024-03-15T11:58:00Z',
    valueQuantity: { value: 80, code: '/min' },
    component: [{ code: { text: 'x' }, valueQuantity: { value: 1e300, comparator: '<' } }],
  }
  const paths = [
    'id',
    'status',
    'code',
    'subject',
    'effectiveDateTime',
    'valueQuantity',
    'component',
    'resourceType',
    'meta',
    'identifier',
    'device',
    'contained',
  ]

  test('by FHIR is taken in or refused', async () => {
    const change = fc.record({
      where: fc.constantFrom(...paths),
      what: fc.oneof(
        fc.jsonValue({ maxDepth: 3 }),
        fc.constantFrom(
          '2024',
          '0000-01-01',
          '9999-12-31',
          'Patient/p1',
          { reference: '#x' },
          { coding: [{}] },
          { value: -0 },
          [{ id: 'x' }],
        ),
      ),
    })
    const bundled = fc.constantFrom('none', 'batch', 'transaction', 'collection')
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), bundled, async (changes, type) => {
        const damaged: Record<string, unknown> = { ...observation }
        for (const { where, what } of changes) damaged[where] = what
        const resource = type === 'none' ? damaged : { resourceType: 'Bundle', type, entry: [{ resource: damaged }] }
        const receipt = await ward.intake.receiveFhir(resource, peer)
        if (receipt.outcome !== 'refused') return
        expect(receipt.message).not.toMatch(mine)
        expect(receipt.code).not.toBe('store-failed')
      }),
      { numRuns: 200 },
    )
  })

  test('by readings is taken in or refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue({ maxDepth: 4 }),
        fc.constantFrom('readings', 'protocol', 'text', 'sentAt', 'controlId'),
        async (value, where) => {
          const message = {
            protocol: 'mqtt',
            readings: [
              { subject: { system: 's', value: 'v' }, what: { channel: 'heart-rate' }, value: 70, effective: now },
            ],
            text: 'x',
            contentType: 'y',
            [where]: value,
          }
          const receipt = await ward.intake.receiveReading(message as never, peer)
          if (receipt.outcome === 'refused') expect(receipt.message).not.toMatch(mine)
        },
      ),
      { numRuns: 100 },
    )
  })
})
