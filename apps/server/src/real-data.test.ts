import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { sendRawMllp } from '../test-support/doors.ts'
import { type Caller, startTestServer, type TestServer } from '../test-support/test-server.ts'
import type { QuarantineEntry, QuarantineList, SubjectDetail, SubjectList, Waveform } from './contract/index.ts'

// Messages, resources and recordings that others made. Nothing of them is kept in this repository.
const root = resolve(import.meta.dirname, '../../..', process.env.COUNTERPART_DATA ?? '../shared/data')
const at = (path: string) => (existsSync(join(root, path)) ? join(root, path) : undefined)

let house: TestServer
let clinician: Caller
let engineer: Caller
let steward: Caller
const open = async (options: Parameters<typeof startTestServer>[0]) => {
  house = await startTestServer(options)
  clinician = await house.as('clinician')
  engineer = await house.as('engineer')
  steward = await house.as('steward')
}
afterEach(() => house?.close())

/** How many events of each type patients' streams hold. */
async function counted(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for await (const { stream, type } of house.server.platform.thread.readAll(0))
    if (stream.startsWith('patient/')) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

const bundle = at('fhir-us-core/bundle_patient_85.json')
test.skipIf(!bundle)(
  bundle ? 'a synthetic patient’s whole record comes in as one transaction' : 'skipped: no fhir-us-core data',
  async () => {
    await open({ clock: () => Date.UTC(2026, 10, 22) })
    const text = readFileSync(bundle!, 'utf8')
    const post = () =>
      fetch(`${house.server.url}/fhir`, {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json', authorization: `Bearer ${engineer.token}` },
        body: text,
      })
    const response = await post()
    expect(response.status).toBe(200)
    const answer = (await response.json()) as { type: string; entry: { response: { status: string } }[] }
    const sent = (JSON.parse(text) as { entry: { resource: { resourceType: string } }[] }).entry
    const taken = ['Patient', 'Observation', 'Encounter', 'Device', 'MedicationAdministration', 'Procedure']
    expect(answer.entry.map((entry) => entry.response.status)).toEqual(
      sent.map(({ resource }) => (taken.includes(resource.resourceType) ? '201 Created' : '202 Accepted')),
    )
    const counts = await counted()
    // 59 with a value, 5 components beside them, and 2 that say why there is none.
    expect(counts).toEqual({
      'message.received': 1,
      'subject.identified': 1,
      'encounter.changed': sent.filter(({ resource }) => resource.resourceType === 'Encounter').length,
      'observation.recorded': 66,
    })
    expect(counts['encounter.changed']).toBe(60)
    const { subjects, total } = (await clinician.get('/api/subjects')).body as SubjectList
    expect(total).toBe(1)
    expect(subjects[0]).toMatchObject({ sex: 'male', name: expect.stringMatching(/\w/) })
    const detail = (await clinician.get(`/api/subjects/${subjects[0]!.id}`)).body as SubjectDetail
    expect(detail.latest.length).toBeGreaterThan(10)
    expect((await post()).status).toBe(200)
    expect(await counted()).toEqual(counts)
    expect((await steward.get('/api/quarantine')).body).toMatchObject({ total: 0 })
  },
)

const hl7 = at('hl7v2/samples')
test.skipIf(!hl7)(
  hl7
    ? 'the HL7 v2 messages of a converter’s test suite come in, or wait in the quarantine with a reason'
    : 'skipped: no hl7v2 data',
  async () => {
    await open({ clock: () => Date.UTC(2026, 10, 22) })
    const tally: Record<string, number> = {}
    for (const file of readdirSync(hl7!).sort()) {
      const frame = Buffer.concat([Buffer.of(0x0b), readFileSync(join(hl7!, file)), Buffer.of(0x1c, 0x0d)])
      const { text } = await sendRawMllp(house.server.ports.mllp, [frame], { hangUp: true })
      const verdict = /\rMSA\|([A-Z]{2})\|/.exec(text)?.[1] ?? 'none'
      tally[verdict] = (tally[verdict] ?? 0) + 1
    }
    const counts = await counted()
    const { entries, total } = (await steward.get('/api/quarantine?limit=500')).body as QuarantineList
    const codes: Record<string, number> = {}
    for (const { code } of entries) codes[code] = (codes[code] ?? 0) + 1
    const patients = (await clinician.get('/api/subjects?limit=500')).body as SubjectList
    // One is a merge (A40) whose sender asks for no answer.
    expect(tally).toEqual({ AA: 27, CA: 2, AE: 4, AR: 44, CR: 5, none: 1 })
    // One number stands for another person in a message before it.
    expect([total, codes]).toEqual([
      53,
      { 'not-supported': 49, 'control-id-conflict': 2, 'identity-conflict': 1, 'identity-missing': 1 },
    ])
    expect(counts).toEqual({
      'message.received': 30,
      'subject.identified': 28,
      'subject.merged': 2,
      'encounter.changed': 21,
      'observation.recorded': 48,
    })
    expect(patients.total).toBe(10)
    for (const { id } of entries) {
      const entry = (await steward.get(`/api/quarantine/${id}`)).body as QuarantineEntry
      expect([entry.message, entry.mend, entry.body].every((part) => part !== null && part !== '')).toBe(true)
    }
  },
)

const record = at('mitdb/100.hea')
describe.skipIf(!record)(record ? 'a recorded ECG, replayed as a patch on a chest' : 'skipped: no mitdb data', () => {
  test('streams: segments of the waveform, and heart rates near 75 a minute', async () => {
    await open({ replay: [record!] })
    const { thread } = house.server.platform
    await expect
      .poll(async () => (await counted())['waveform.recorded'] ?? 0, { timeout: 25_000, interval: 250 })
      .toBeGreaterThanOrEqual(2)
    const { subjects } = (await clinician.get('/api/subjects')).body as SubjectList
    const [patient] = subjects
    expect(patient!.name).toContain('100')
    const waveform = (await clinician.get(`/api/subjects/${patient!.id}/waveform`)).body as Waveform
    expect(waveform).toMatchObject({ unit: 'mV', pieces: [{ samplesPerSecond: 360 }] })
    // The last ten seconds, in millivolts as a heart makes them.
    const values = waveform.pieces.flatMap((piece) => piece.values)
    expect(values.length).toBeGreaterThan(3_000)
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(1)
    expect(Math.max(...values.map(Math.abs))).toBeLessThan(5)
    const rates: number[] = []
    for await (const { payload } of thread.read(patient!.id, { types: ['observation.recorded'] })) {
      const { observation } = payload as unknown as { observation: { channel: string; value: number } }
      if (observation.channel === 'heart-rate') rates.push(observation.value)
    }
    expect(rates.length).toBeGreaterThan(0)
    for (const rate of rates) expect(Math.abs(rate - 75)).toBeLessThan(5)
    await expect
      .poll(async () => (await clinician.get(`/api/twins/${encodeURIComponent(`cardiovascular:${patient!.id}`)}`)).body)
      .toMatchObject({ asOf: expect.any(Number) })
  })
})
