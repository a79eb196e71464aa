import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { departments } from './department/department.test-data.ts'
import { observationsFrom, patientFrom } from './fhir/write.ts'
import { adtTriggers } from './hl7v2/adt-events.ts'
import { decodeBytes } from './hl7v2/charset.ts'
import { parseMessage, valueAt } from './hl7v2/message.ts'
import type { Receipt } from './receipt.ts'
import { dataFolder, eventsOf, openWard, type Ward } from './test-support.ts'

// Messages and resources that others made. Nothing of them is kept in this repository.

const clock = () => Date.UTC(2026, 10, 22)
const peer = { system: 'real-data' }
let ward: Ward
beforeEach(async () => {
  ward = await openWard({ clock })
})
afterEach(() => ward.close())

const usCore = dataFolder('fhir-us-core')
describe.skipIf(!usCore)(usCore ? 'a synthetic patient’s whole record' : 'skipped: no fhir-us-core data', () => {
  test('gives its patient, its encounters and its observations', async () => {
    const text = readFileSync(join(usCore!, 'bundle_patient_85.json'), 'utf8')
    const receipt = await ward.intake.receiveFhir(text, peer)
    expect(receipt.outcome).toBe('accepted')
    if (receipt.outcome === 'refused') return
    expect(receipt.subjects).toHaveLength(1)
    const [subject] = receipt.subjects
    expect(await patientFrom(ward.thread, subject!)).toMatchObject({
      name: [{ family: expect.any(String) }],
      gender: 'male',
    })
    const bundle = JSON.parse(text) as { entry: { resource: { resourceType: string } & Record<string, unknown> }[] }
    const of = (type: string) =>
      bundle.entry.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === type)
    expect(await eventsOf(ward.thread, 'encounter.changed')).toHaveLength(of('Encounter').length)
    const measured = of('Observation').filter((resource) =>
      Object.keys(resource).some((key) => /^value|^dataAbsent|^component/.test(key)),
    )
    const withoutValue = of('Observation').length - measured.length
    const observations = await observationsFrom(ward.thread, subject!)
    expect(observations.length).toBeGreaterThanOrEqual(measured.length)
    // The two that are missing are panels: they only name their members.
    expect(receipt.notes.filter((note) => note.includes('no value')).length).toBeLessThanOrEqual(withoutValue)
    expect(observations.filter(({ channel }) => channel === 'oxygen-saturation').map(({ unit }) => unit)).toContain('%')
    expect((await ward.intake.receiveFhir(text, peer)).outcome).toBe('duplicate')
  })
})

const hl7 = dataFolder('hl7v2/samples')
describe.skipIf(!hl7)(hl7 ? 'the HL7 v2 messages of a converter’s test suite' : 'skipped: no hl7v2 data', () => {
  test('are taken in, or refused with a reason, never anything else', async () => {
    const taken = new RegExp(`^(ADT_(${adtTriggers.join('|')})|ORU_R01)$`)
    const counts: Record<string, number> = {}
    for (const file of readdirSync(hl7!)) {
      const bytes = readFileSync(join(hl7!, file))
      const msh = parseMessage(decodeBytes(bytes)).segments[0]
      const type = `${valueAt(msh, 9)}_${valueAt(msh, 9, 2)}`
      const receipt = await ward.intake.receiveHl7(bytes, peer)
      const what = receipt.outcome === 'refused' ? `refused: ${receipt.code}` : receipt.outcome
      counts[what] = (counts[what] ?? 0) + 1
      if (receipt.outcome !== 'refused') expect(type, file).toMatch(taken)
      else {
        expect(
          [receipt.message, receipt.location, receipt.mend].every((part) => part !== ''),
          file,
        ).toBe(true)
        // Of the types that are taken, only messages that reuse another one's identifier are refused, one that has
        // 12.5 grams of haemoglobin in a millilitre, and one about a person with the numbers of two.
        if (receipt.code === 'implausible') expect([file.slice(0, 3), receipt.location]).toEqual(['LRI', 'OBX[2]'])
        else if (receipt.code === 'identity-conflict') expect(file).toBe('ADT01-28.hl7')
        // It moves a visit, and does not say whose it was.
        else if (receipt.code === 'identity-missing')
          expect([file, receipt.location]).toEqual(['ADT-A45-01.hl7', 'MRG-1'])
        else if (taken.test(type)) expect(receipt.code, file).toBe('control-id-conflict')
        else expect(receipt.code, file).toBe('not-supported')
      }
    }
    console.log(`HL7 v2 samples: ${describeCounts(counts)}`)
    expect(counts.accepted).toBeGreaterThanOrEqual(25)
  })

  test('orders and appointments too, in a house that follows departments', async () => {
    const house = await openWard({ clock, departments })
    const counts: Record<string, number> = {}
    for (const file of readdirSync(hl7!)) {
      const bytes = readFileSync(join(hl7!, file))
      const msh = parseMessage(decodeBytes(bytes)).segments[0]
      const type = `${valueAt(msh, 9)}^${valueAt(msh, 9, 2)}`
      if (!/^(ORM|OMG|OMI|SIU)/.test(type)) continue
      const receipt = await house.intake.receiveHl7(bytes, peer)
      const what = receipt.outcome === 'refused' ? `refused: ${receipt.code} at ${receipt.location}` : receipt.outcome
      counts[`${type} ${what}`] = (counts[`${type} ${what}`] ?? 0) + 1
      if (receipt.outcome === 'refused') expect(receipt.mend, file).not.toBe('')
    }
    console.log(`HL7 v2 samples of orders and appointments: ${describeCounts(counts)}`)
    expect(Object.keys(counts).some((what) => what.endsWith('accepted'))).toBe(true)
    await house.close()
  })
})

const cases = dataFolder('fhir-test-cases')
describe.skipIf(!cases)(cases ? 'the FHIR validator’s test cases' : 'skipped: no fhir-test-cases data', () => {
  const structural = [
    'ai3.json',
    'ai4.json',
    'bad-json-close-2.json',
    'bad-json-close-3.json',
    'bundle-sig-2.json',
    'json-comma-bad-1.json',
    'json-comments-1.json',
    'json-comments-2.json',
    'json-comments.json',
    'json-no-quotes-1.json',
    'json-no-quotes-2.json',
    'Observation-ex-pain.json',
    'pat-security-bad-xhtml.json',
    'patient-id-bad-2.json',
    'xml-bad-entities.json',
  ]
  test.each(structural)('%s is refused: its structure is wrong', async (file) => {
    const receipt = await ward.intake.receiveFhir(readFileSync(join(cases!, file), 'utf8'), peer)
    expect(receipt).toMatchObject({ outcome: 'refused', code: expect.stringMatching(/^(malformed|invalid)$/) })
  })

  test.each(['ai1.json', 'ai2.json', 'pat-security-good3.json'])(
    '%s is taken in: nothing is wrong with it',
    async (file) => {
      const receipt = await ward.intake.receiveFhir(readFileSync(join(cases!, file), 'utf8'), peer)
      expect(receipt.outcome).toBe('accepted')
    },
  )
})

const examples = dataFolder('fhir-r4-examples')
describe.skipIf(!examples)(examples ? 'HL7’s own R4 examples' : 'skipped: no fhir-r4-examples data', () => {
  test('of the types that are taken have nothing wrong with them but that they leave out whom they are about', async () => {
    const counts: Record<string, number> = {}
    const count = (file: string, receipt: Receipt) => {
      const what = receipt.outcome === 'refused' ? `refused: ${receipt.code}` : receipt.outcome
      counts[what] = (counts[what] ?? 0) + 1
      if (receipt.outcome === 'refused') expect(['unknown-subject', 'identity-missing'], file).toContain(receipt.code)
    }
    const files = readdirSync(examples!).filter((file) =>
      /^(Patient|Observation|Encounter|Device|MedicationAdministration|Procedure|ServiceRequest|Task|Appointment|DiagnosticReport|Location)-/.test(
        file,
      ),
    )
    // A house with departments takes more.
    const house = await openWard({ departments })
    for (const file of files.sort((a, b) => Number(b.startsWith('Patient')) - Number(a.startsWith('Patient'))))
      count(file, await house.intake.receiveFhir(readFileSync(join(examples!, file), 'utf8'), peer))
    await house.close()
    console.log(`FHIR R4 examples: ${describeCounts(counts)}`)
    expect(counts.accepted).toBeGreaterThan(130)
  })
})

function describeCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')
}
