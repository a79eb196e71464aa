import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventsOf, hl7, now, observationsOf, openWard, pid, type Ward } from '../test-support.ts'
import { fhirHandler } from './endpoint.ts'
import { deepest, parseJson } from './json.ts'

let ward: Ward
let handle: (request: Request) => Promise<Response>

beforeEach(async () => {
  ward = await openWard()
  handle = fhirHandler({ intake: ward.intake, thread: ward.thread, clock: () => now, basePath: '/fhir' })
})
afterEach(() => ward.close())

const json = 'application/fhir+json'
type Answer = { status: number; body: Record<string, unknown>; location: string | null }

async function ask(method: string, path: string, body?: unknown, contentType = json): Promise<Answer> {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const request = new Request(`http://127.0.0.1/fhir${path}`, {
    method,
    ...(text !== undefined && { body: text, headers: { 'content-type': contentType } }),
  })
  const response = await handle(request)
  return {
    status: response.status,
    body: (await response.json()) as Answer['body'],
    location: response.headers.get('location'),
  }
}

const issueOf = ({ status, body }: Answer) => {
  const [issue] = body.issue as { code: string; details?: { text: string }; expression?: string[] }[]
  return [status, issue?.details?.text, issue?.expression?.[0]]
}

const patient = {
  resourceType: 'Patient',
  id: 'p1',
  meta: { lastUpdated: '2024-03-15T08:00:00Z' },
  identifier: [
    {
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
      system: 'urn:oid:1.2.3',
      value: '4711',
    },
  ],
  name: [{ use: 'official', family: 'Larsen', given: ['Ida', 'Marie'] }],
  gender: 'female',
  birthDate: '1961-06-15',
}
const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] })
const quantity = (value: number, code: string) => ({ value, unit: code, system: 'http://unitsofmeasure.org', code })
const heartRate = (more: object = {}) => ({
  resourceType: 'Observation',
  id: 'hr1',
  status: 'final',
  code: loinc('8867-4'),
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: '2024-03-15T11:58:00Z',
  valueQuantity: quantity(80, '/min'),
  ...more,
})
const pressure = {
  ...heartRate({ id: 'bp1', code: loinc('85354-9'), valueQuantity: undefined }),
  component: [
    { code: loinc('8480-6'), valueQuantity: quantity(120, 'mm[Hg]') },
    { code: loinc('8462-4'), valueQuantity: quantity(10.666, 'kPa') },
    { code: loinc('8478-0'), dataAbsentReason: { coding: [{ code: 'not-performed', display: 'Not performed' }] } },
  ],
}
const bundle = (type: string, ...resources: readonly object[]) => ({
  resourceType: 'Bundle',
  type,
  entry: resources.map((resource) => ({
    resource,
    request: { method: 'POST', url: (resource as { resourceType: string }).resourceType },
  })),
})

describe('a FHIR resource', () => {
  test('is taken in and read back', async () => {
    const created = await ask('POST', '/Patient', patient)
    expect(created.status).toBe(201)
    expect(await ask('PUT', '/Observation/hr1', heartRate())).toMatchObject({ status: 200 })
    const read = await ask('GET', new URL(created.location!).pathname.slice('/fhir'.length))
    expect(read).toMatchObject({
      status: 200,
      body: { resourceType: 'Patient', birthDate: '1961-06-15', gender: 'female' },
    })
    expect((await ask('GET', '/Patient/p1')).body.id).toBe(read.body.id)
    const found = await ask('GET', '/Observation?patient=p1&code=http://loinc.org|8867-4')
    expect(found.body).toMatchObject({
      resourceType: 'Bundle',
      type: 'searchset',
      total: 1,
      entry: [
        { resource: { resourceType: 'Observation', status: 'final', valueQuantity: { value: 80, code: '/min' } } },
      ],
    })
    expect((await ask('GET', '/Observation?patient=p1&code=8310-5')).body.total).toBe(0)
    expect((await ask('GET', '/Observation?patient=p1&date=ge2024-03-16')).body.total).toBe(0)
    expect((await ask('GET', '/Observation?patient=p1&date=2024-03-15')).body.total).toBe(1)
  })

  test('of a blood pressure becomes one observation for each component, in the channel’s unit', async () => {
    await ask('POST', '/Patient', patient)
    await ask('POST', '/Observation', pressure)
    expect(
      (await observationsOf(ward.thread)).map(({ channel, value, unit, text }) => [channel, value, unit, text]),
    ).toEqual([
      ['systolic-pressure', 120, 'mm[Hg]', undefined],
      ['diastolic-pressure', expect.closeTo(80, 1), 'mm[Hg]', undefined],
      ['http://loinc.org|8478-0', null, '', 'Not performed'],
    ])
  })

  test('that is amended or entered in error is a new version of the same fact', async () => {
    await ask('POST', '/Patient', patient)
    for (const more of [
      { status: 'preliminary' },
      {},
      { status: 'amended', valueQuantity: quantity(82, '/min') },
      { status: 'entered-in-error' },
    ])
      expect((await ask('PUT', '/Observation/hr1', heartRate(more))).status).toBe(200)
    const versions = await observationsOf(ward.thread)
    expect(new Set(versions.map(({ id }) => id)).size).toBe(1)
    expect(versions.map(({ status, version }) => [status, version - versions[0]!.version])).toEqual([
      ['preliminary', 0],
      ['final', 1],
      ['corrected', 2],
      ['retracted', 3],
    ])
    expect((await ask('GET', '/Observation?patient=p1')).body.total).toBe(0)
  })

  test('that says when it was issued has that as its version', async () => {
    await ask('POST', '/Patient', patient)
    await ask('PUT', '/Observation/hr1', heartRate({ issued: '2024-03-15T11:59:00.5+00:00' }))
    expect((await observationsOf(ward.thread))[0]?.version).toBe(Date.UTC(2024, 2, 15, 11, 59, 0, 500))
  })

  test('of an infusion is a treatment, in the intervention’s unit; one that no twin knows is only kept', async () => {
    await ask('POST', '/Patient', patient)
    const infusion = (more: object = {}) => ({
      resourceType: 'MedicationAdministration',
      id: 'm1',
      status: 'in-progress',
      medicationCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '387404004' }] },
      subject: { reference: 'Patient/p1' },
      effectivePeriod: { start: '2024-03-15T10:00:00Z' },
      dosage: { rateQuantity: quantity(3, 'mg/h') },
      ...more,
    })
    await ask('PUT', '/MedicationAdministration/m1', infusion())
    await ask(
      'PUT',
      '/MedicationAdministration/m1',
      infusion({
        status: 'completed',
        effectivePeriod: { start: '2024-03-15T10:00:00Z', end: '2024-03-15T11:00:00Z' },
      }),
    )
    const [started, stopped] = (await eventsOf(ward.thread, 'treatment.reported')).map(
      ({ payload }) => payload!.treatment,
    )
    expect(started).toMatchObject({ intervention: 'vasodilator', dose: 50, from: Date.UTC(2024, 2, 15, 10) })
    expect(stopped).toMatchObject({ id: (started as { id: string }).id, until: Date.UTC(2024, 2, 15, 11) })
    expect((stopped as { version: number }).version).toBeGreaterThan((started as { version: number }).version)
    expect(issueOf(await ask('PUT', '/MedicationAdministration/m1', infusion({ dosage: undefined })))).toEqual([
      422,
      'invalid',
      'MedicationAdministration.dosage',
    ])
    expect(
      issueOf(await ask('PUT', '/MedicationAdministration/m1', infusion({ dosage: { dose: quantity(1, 'm') } }))),
    ).toEqual([422, 'unit-dimension', 'MedicationAdministration'])
    const other = infusion({
      id: 'm2',
      medicationCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '1' }] },
    })
    expect((await ask('PUT', '/MedicationAdministration/m2', other)).status).toBe(200)
    expect(await eventsOf(ward.thread, 'treatment.reported')).toHaveLength(2)
  })

  test('meets HL7 v2: the stay and the person are the same ones', async () => {
    await ask('POST', '/Patient', patient)
    const stay = {
      resourceType: 'Encounter',
      id: 'e1',
      identifier: [{ system: 'urn:oid:1.2.3.9', value: 'V100' }],
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: { reference: 'Patient/p1' },
      period: { start: '2024-03-15T08:00:00Z' },
    }
    await ask('PUT', '/Encounter/e1', stay)
    const pv1 = `PV1|1|I|ICU^1${'|'.repeat(16)}V100^^^N&1.2.3.9&ISO`
    await ward.intake.receiveHl7(hl7('ADT^A03', '1', [pid, pv1]), { system: 'x' })
    const { body } = await ask('GET', '/Encounter?patient=p1')
    expect(body).toMatchObject({ total: 1, entry: [{ resource: { status: 'finished', class: { code: 'IMP' } } }] })
    expect(await ask('GET', '/Observation?patient=p1')).toMatchObject({ status: 200, body: { total: 0 } })
  })

  test('whose last change lies in the future is refused: it would outlast every correction', async () => {
    const ahead = { ...patient, meta: { lastUpdated: '2099-01-01T00:00:00Z' } }
    expect(issueOf(await ask('POST', '/Patient', ahead))).toEqual([422, 'in-the-future', 'Patient.identifier'])
  })

  test('that is a device of the patient is described', async () => {
    await ask('POST', '/Patient', patient)
    await ask('PUT', '/Device/d1', {
      resourceType: 'Device',
      id: 'd1',
      status: 'active',
      manufacturer: 'Acme',
      modelNumber: 'P7',
      type: { text: 'ECG patch' },
      patient: { reference: 'Patient/p1' },
    })
    expect((await eventsOf(ward.thread, 'device.described'))[0]?.payload).toMatchObject({
      deviceId: 'd1',
      manufacturer: 'Acme',
      model: 'P7',
      type: 'ECG patch',
      status: 'active',
    })
  })

  test.each([
    ['an unknown element', { ...patient, nickname: 'Idy' }, 'Patient'],
    ['a date that is none', { ...patient, birthDate: '1961-02-30' }, 'Patient.birthDate'],
    ['a code outside its value set', { ...patient, gender: 'F' }, 'Patient.gender'],
    ['an object for an array', { ...patient, name: { family: 'Larsen' } }, 'Patient.name'],
    ['an empty array', { ...patient, name: [] }, 'Patient.name'],
    ['an empty string', { ...patient, name: [{ family: '' }] }, 'Patient.name[0].family'],
    ['null', { ...patient, name: null }, 'Patient.name'],
    ['an id that is none', { ...patient, id: 'a b' }, 'Patient.id'],
    ['two types of one choice', { ...patient, deceasedBoolean: true, deceasedDateTime: '2024' }, 'Patient'],
    [
      'a script in its narrative',
      { ...patient, text: { status: 'generated', div: '<div><script>x</script></div>' } },
      'Patient.text.div',
    ],
  ])('with %s is refused', async (_what, resource, location) => {
    expect(issueOf(await ask('POST', '/Patient', resource))).toEqual([422, 'invalid', location])
    expect((await eventsOf(ward.thread)).map(({ type }) => type)).toEqual(['quarantine.added'])
  })

  test.each([
    ['no code', { code: undefined }, [422, 'invalid', 'Observation.code']],
    ['a value as text', { valueQuantity: { value: '80' } }, [422, 'invalid', 'Observation.valueQuantity.value']],
    [
      'a time without zone',
      { effectiveDateTime: '2024-03-15T11:58:00' },
      [422, 'invalid', 'Observation.effectiveDateTime'],
    ],
    [
      'an end before its start',
      { effectiveDateTime: undefined, effectivePeriod: { start: '2024-03-15', end: '2024-03-14' } },
      [422, 'invalid', 'Observation.effectivePeriod'],
    ],
    ['a wrong unit', { valueQuantity: quantity(80, 'kg') }, [422, 'unit-dimension', 'Observation']],
    ['an impossible value', { valueQuantity: quantity(8000, '/min') }, [422, 'implausible', 'Observation']],
    ['a time to come', { effectiveDateTime: '2024-03-15T12:03:00Z' }, [422, 'in-the-future', 'Observation']],
    ['an issue to come', { issued: '2025-03-15T12:03:00Z' }, [422, 'in-the-future', 'Observation']],
    ['someone unknown', { subject: { reference: 'Patient/p2' } }, [422, 'unknown-subject', 'Observation.subject']],
    ['a group', { subject: { reference: 'Group/g' } }, [422, 'identity-missing', 'Observation.subject']],
    ['no one', { subject: undefined }, [422, 'identity-missing', 'Observation.subject']],
  ])('that measures with %s is refused', async (_what, more, expected) => {
    await ask('POST', '/Patient', patient)
    expect(issueOf(await ask('POST', '/Observation', heartRate(more)))).toEqual(expected)
    expect(await observationsOf(ward.thread)).toEqual([])
  })
})

describe('a Bundle', () => {
  const fullUrl = 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0'
  const refers = heartRate({ subject: { reference: fullUrl } })
  const transaction = (...more: readonly object[]) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { resource: refers, request: { method: 'POST', url: 'Observation' } },
      { fullUrl, resource: { ...patient, id: undefined }, request: { method: 'POST', url: 'Patient' } },
      ...more.map((resource) => ({ resource })),
    ],
  })

  test('as a transaction brings its Patient and what refers to it, in any order, as one message', async () => {
    const answer = await ask('POST', '', transaction({ resourceType: 'Condition', subject: { reference: fullUrl } }))
    expect(answer).toMatchObject({
      status: 200,
      body: {
        type: 'transaction-response',
        entry: [{ response: { status: '201 Created' } }, {}, { response: { status: '202 Accepted' } }],
      },
    })
    expect((await eventsOf(ward.thread)).map(({ type }) => type).sort()).toEqual([
      'message.received',
      'observation.recorded',
      'subject.identified',
    ])
    expect(
      (await ask('POST', '', transaction({ resourceType: 'Condition', subject: { reference: fullUrl } }))).body.entry,
    ).toMatchObject([{ response: { status: '200 OK' } }, {}, {}])
    expect(await observationsOf(ward.thread)).toHaveLength(1)
  })

  test('as a transaction is taken whole or not at all', async () => {
    const answer = await ask(
      'POST',
      '',
      transaction(heartRate({ id: 'bad', valueQuantity: quantity(1, 'kg') }), heartRate()),
    )
    expect(issueOf(answer)).toEqual([422, 'unknown-subject', 'Bundle.entry[2].resource.subject'])
    const known = { ...refers, id: 'bad', valueQuantity: quantity(1, 'kg') }
    expect(issueOf(await ask('POST', '', transaction(known)))).toEqual([
      422,
      'unit-dimension',
      'Bundle.entry[2].resource',
    ])
    expect((await eventsOf(ward.thread)).every(({ stream }) => stream === 'quarantine')).toBe(true)
  })

  test('as a batch is taken entry by entry', async () => {
    const { status, body } = await ask(
      'POST',
      '',
      bundle('batch', patient, heartRate({ valueQuantity: quantity(1, 'kg') }), pressure),
    )
    expect(status).toBe(200)
    expect((body.entry as { response: { status: string } }[]).map(({ response }) => response.status)).toEqual([
      '201 Created',
      '422',
      '201 Created',
    ])
    expect(await observationsOf(ward.thread)).toHaveLength(3)
  })

  test('with two people leaves nothing of the one under the other', async () => {
    const other = {
      ...patient,
      id: 'p2',
      identifier: [{ system: 'urn:oid:1.2.3', value: '4712' }],
      name: [{ family: 'Hemmelig' }],
    }
    const both = bundle(
      'collection',
      patient,
      other,
      heartRate(),
      heartRate({ id: 'hr2', subject: { reference: 'Patient/p2' } }),
    )
    expect((await ask('POST', '', both)).status).toBe(200)
    const messages = await eventsOf(ward.thread, 'message.received')
    expect(messages).toHaveLength(2)
    const texts = messages.map(({ payload }) => String(payload?.text))
    expect(texts.map((text) => [text.includes('Larsen'), text.includes('Hemmelig')]).sort()).toEqual([
      [false, true],
      [true, false],
    ])
    expect((await ask('POST', '', both)).status).toBe(200)
    expect(await eventsOf(ward.thread, 'message.received')).toHaveLength(2)
  })

  test.each([
    ['of another type', { resourceType: 'Bundle', type: 'searchset' }, [422, 'not-supported', 'Bundle.type']],
    [
      'that deletes',
      { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'DELETE', url: 'Patient/1' } }] },
      [422, 'not-supported', 'Bundle.entry[0].request.method'],
    ],
    [
      'without anything that is taken',
      bundle('collection', { resourceType: 'Condition' }),
      [422, 'not-supported', 'Bundle.entry'],
    ],
    [
      'with a fact said in two ways',
      bundle('collection', patient, heartRate(), heartRate({ valueQuantity: quantity(81, '/min') })),
      [422, 'invalid', expect.stringContaining('observation/')],
    ],
  ])('%s is refused', async (_what, bad, expected) => {
    expect(issueOf(await ask('POST', '', bad))).toEqual(expected)
  })
})

describe('the endpoint', () => {
  test('says what it can do', async () => {
    const { body } = await ask('GET', '/metadata')
    expect(body).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', kind: 'instance' })
  })

  test.each([
    ['GET', '/Patient/none', undefined, [404, 'not-found', undefined]],
    ['GET', '/Condition/1', undefined, [404, 'not-supported', undefined]],
    ['GET', '/Observation', undefined, [400, 'invalid', 'patient']],
    ['GET', '/Observation?patient=p1&date=soon', undefined, [422, 'invalid', 'date']],
    ['GET', '/a/b/c/d', undefined, [404, 'not-found', undefined]],
    ['DELETE', '/Patient/p1', undefined, [405, 'not-supported', undefined]],
    ['POST', '/Condition', { resourceType: 'Condition' }, [422, 'not-supported', 'resourceType']],
    ['POST', '/Patient', { resourceType: 'Observation' }, [422, 'invalid', 'resourceType']],
    ['PUT', '/Patient/p2', { resourceType: 'Patient', id: 'p1' }, [422, 'invalid', 'Patient.id']],
    ['POST', '', '[]', [400, 'malformed', 'resourceType']],
    ['POST', '', 'null', [400, 'malformed', 'resourceType']],
    ['POST', '', '', [400, 'malformed', undefined]],
    ['POST', '', '{"resourceType":"Patient",}', [400, 'malformed', undefined]],
    ['POST', '', '{"resourceType":"Patient","id":"a","id":"b"}', [400, 'malformed', 'line 1']],
    ['POST', '', '{"resourceType":"Patient" /* no */}', [400, 'malformed', undefined]],
  ])('answers %s %s %j with an OperationOutcome', async (method, path, body, expected) => {
    await ask('POST', '/Patient', patient)
    expect(issueOf(await ask(method, path, body))).toEqual(expected)
  })

  test('takes JSON only', async () => {
    expect(issueOf(await ask('POST', '', '<Patient/>', 'application/fhir+xml'))).toEqual([
      415,
      'not-supported',
      undefined,
    ])
  })

  test('reads no more of a body of 100 MB than it may', async () => {
    let sent = 0
    const chunk = new Uint8Array(64 * 1024).fill(0x20)
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent >= 100 * 1024 * 1024) return controller.close()
        sent += chunk.length
        controller.enqueue(chunk)
      },
    })
    const started = performance.now()
    const request = new Request('http://127.0.0.1/fhir', {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': json },
    } as RequestInit)
    const response = await handle(request)
    expect(response.status).toBe(413)
    expect(sent).toBeLessThan(11 * 1024 * 1024)
    expect(performance.now() - started).toBeLessThan(1000)
    expect(ward.intake.quarantined()[0]).toMatchObject({ code: 'too-large', state: 'open' })
  })

  test.each([
    ['arrays', '['.repeat(100_000)],
    ['objects', '{"a":'.repeat(100_000)],
    ['a resource', `{"resourceType":"Patient","extension":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['half a million values', `{"resourceType":"Patient","name":[${'{},'.repeat(500_000)}{}]}`],
    [
      'five million blanks in a narrative',
      JSON.stringify({ ...patient, text: { status: 'generated', div: `<${' '.repeat(5_000_000)}` } }),
    ],
    ['five million digits', `{"resourceType":"Patient","id":"${'1'.repeat(5_000_000)}"}`],
  ])('refuses %s, nested or long beyond measure, at once', async (_what, text) => {
    const started = performance.now()
    const { status } = await ask('POST', '', text)
    expect(performance.now() - started).toBeLessThan(1000)
    expect([400, 413, 422, 201, 200]).toContain(status)
    expect((await ask('GET', '/metadata')).status).toBe(200)
  })

  test('survives objects nested deeper than any stack', async () => {
    let deep: unknown = 'x'
    for (let i = 0; i < 100_000; i++) deep = { deep }
    const receipt = await ward.intake.receiveFhir(deep, { system: 'x' })
    expect(receipt).toMatchObject({ outcome: 'refused', code: 'too-large' })
  })
})

test('JSON is read as JSON.parse reads it, and refused where that refuses', () => {
  const text = fc.oneof(
    fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.stringify(value)),
    fc.string({ unit: fc.constantFrom(...'{}[]":,\\ 1etrufalsn/*') }),
  )
  fc.assert(
    fc.property(text, (input) => {
      let expected: unknown
      try {
        expected = JSON.parse(input)
      } catch {
        expect(() => parseJson(input)).toThrow(expect.objectContaining({ code: 'malformed' }))
        return
      }
      try {
        expect(parseJson(input)).toEqual(expected)
      } catch (error) {
        expect(error).toMatchObject({ code: 'malformed', message: expect.stringContaining('twice') })
      }
    }),
    { numRuns: 500 },
  )
  expect(() => parseJson('['.repeat(deepest + 1))).toThrow(expect.objectContaining({ code: 'too-large' }))
  expect(parseJson('['.repeat(deepest) + ']'.repeat(deepest))).toBeDefined()
})
