import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Envelope, writeAdt, writeOru } from './hl7v2.ts'

/** A reader of its own, written from the standard and not from the writer: segment → field → component → subcomponent. */
function parse(text: string): Map<string, string[][][][]> {
  const lines = text.split('\r').filter((line) => line !== '')
  const separators = lines[0]!.slice(3, 8)
  const [field, component, , , subcomponent] = separators as unknown as [string, string, string, string, string]
  const plainText = (part: string) =>
    part.replace(/\\([FSTRE]|X[0-9A-F]+)\\/g, (_, code: string) =>
      code[0] === 'X'
        ? Buffer.from(code.slice(1), 'hex').toString('latin1')
        : { F: '|', S: '^', T: '&', R: '~', E: '\\' }[code as 'F'],
    )
  const result = new Map<string, string[][][][]>()
  for (const line of lines) {
    const fields = line.split(field)
    const name = fields[0]!
    // In MSH the field separator itself is field 1.
    if (name === 'MSH') fields.splice(1, 0, field)
    const parsed = fields.map((f) => f.split(component).map((c) => c.split(subcomponent).map(plainText)))
    result.set(name, [...(result.get(name) ?? []), parsed])
  }
  return result
}

const envelope: Envelope = {
  controlId: 'T8DVO0.0.1',
  sent: Date.UTC(2026, 0, 5, 8, 0, 1, 250),
  zoneOffsetMinutes: 60,
  person: {
    recordNumber: 'SBX-1',
    family: 'Sandbox-Elm',
    given: 'Testa',
    sex: 'female',
    birthDate: '1961-01-01',
  },
  visit: {
    visitNumber: 'V1',
    admitted: Date.UTC(2026, 0, 5, 7, 30),
    pointOfCare: 'CARDIO',
    room: '101',
    bed: 'A',
  },
}

describe('an ADT message', () => {
  it('says who has come, where they lie and since when, with the zone of the ward', () => {
    const message = parse(writeAdt('A01', envelope, { occurred: envelope.visit.admitted }))
    const [msh] = message.get('MSH')!
    expect(msh![9]).toEqual([['ADT'], ['A01'], ['ADT_A01']])
    expect(msh![7]).toEqual([['20260105090001.250+0100']])
    expect(msh![10]).toEqual([['T8DVO0.0.1']])
    expect(msh![12]).toEqual([['2.5.1']])
    const [pid] = message.get('PID')!
    expect(pid![3]).toEqual([['SBX-1'], [''], [''], ['SANDBOX', '2.16.840.1.113883.19.5.4600', 'ISO'], ['MR']])
    expect(pid![5]!.slice(0, 2)).toEqual([['Sandbox-Elm'], ['Testa']])
    expect(pid![7]).toEqual([['19610101']])
    expect(pid![8]).toEqual([['F']])
    const [pv1] = message.get('PV1')!
    expect(pv1![2]).toEqual([['I']])
    expect(pv1![3]).toEqual([['CARDIO'], ['101'], ['A'], ['SANDBOX-HOSPITAL']])
    expect(pv1![19]![0]).toEqual(['V1'])
    expect(pv1![44]).toEqual([['20260105083000.000+0100']])
  })

  it('says in a transfer where the patient came from, and in a discharge when they left', () => {
    const moved = { ...envelope, visit: { ...envelope.visit, pointOfCare: 'STEPDOWN' } }
    const transfer = parse(writeAdt('A02', moved, { occurred: envelope.sent, priorLocation: envelope.visit }))
    expect(transfer.get('PV1')![0]![3]![0]).toEqual(['STEPDOWN'])
    expect(transfer.get('PV1')![0]![6]![0]).toEqual(['CARDIO'])
    const left = { ...envelope, visit: { ...envelope.visit, discharged: Date.UTC(2026, 0, 6, 9) } }
    const discharge = parse(writeAdt('A03', left, { occurred: envelope.sent }))
    expect(discharge.get('EVN')![0]![1]).toEqual([['A03']])
    expect(discharge.get('PV1')![0]![45]).toEqual([['20260106100000.000+0100']])
  })

  it('keeps every delimiter that a name holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '|', '^', '~', '&', '\\', '\r', '\n', 'é', ' '), minLength: 1 }),
        (family) => {
          const text = writeAdt('A08', { ...envelope, person: { ...envelope.person, family } }, { occurred: 0 })
          expect(parse(text).get('PID')![0]![5]![0]).toEqual([family])
        },
      ),
    )
  })
})

describe('an ORU message', () => {
  const text = writeOru(envelope, {
    filler: 'r1',
    service: { system: 'http://loinc.org', code: '8716-3', display: 'Vital signs' },
    taken: envelope.sent,
    groups: [
      { readings: [{ measure: 'heartRate', value: 72 }], taken: envelope.sent, device: 'monitor-1' },
      {
        readings: [
          { measure: 'lineSystolic', value: 118 },
          { measure: 'lineDiastolic', value: 76 },
        ],
        taken: envelope.sent - 2000,
        device: 'line-1',
      },
    ],
  })
  const results = parse(text).get('OBX')!

  it('has one numbered OBX per reading, with LOINC code, UCUM unit, time and device', () => {
    expect(results.map((obx) => obx[1]![0]![0])).toEqual(['1', '2', '3'])
    expect(results[0]![3]).toEqual([['8867-4'], ['Heart rate'], ['LN']])
    expect(results[0]![5]).toEqual([['72']])
    expect(results[0]![6]).toEqual([['/min'], ['/min'], ['UCUM']])
    expect(results[0]![11]).toEqual([['F']])
    expect(results[2]![14]).toEqual([['20260105085959.250+0100']])
    expect(results[2]![18]![0]).toEqual(['line-1'])
  })

  it('gives the general code first and the invasive one as the alternate', () => {
    expect(results[1]![3]!.map(([part]) => part)).toEqual([
      '8480-6',
      'Systolic blood pressure',
      'LN',
      '76215-3',
      'Invasive Systolic blood pressure',
      'LN',
    ])
  })
})
