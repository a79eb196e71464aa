import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectDevice, type DoorAnswer, postStream, sendRawMllp, type TestDevice } from '../test-support/doors.ts'
import { type Caller, sendHl7, startTestServer, type TestServer, vitalSigns } from '../test-support/test-server.ts'
import type {
  Problem,
  QuarantineEntry,
  QuarantineList,
  Recommendations,
  ResubmitResult,
  SubjectList,
} from './contract/index.ts'
import { createApp } from './http/app.ts'
import { staticFiles } from './http/static-files.ts'

const begin = Date.UTC(2026, 4, 1, 8)
const minute = 60_000
const authority = 'urn:oid:2.999.7'
let now = begin
let house: TestServer
let clinician: Caller
let engineer: Caller
let steward: Caller
let device: TestDevice

beforeAll(async () => {
  house = await startTestServer({ clock: () => now })
  clinician = await house.as('clinician')
  engineer = await house.as('engineer')
  steward = await house.as('steward')
  // Somebody high enough in pressure to be advised on, so that there is something that bad input could spoil.
  for (let i = 0; i < 3; i++, now += 3 * minute)
    await sendHl7(house.server.ports.mllp, [pressure(`intro-${i}`, 190 + i)])
  await house.server.platform.host.settled()
  device = await connectDevice(house.server.ports.mqtt!, 'watch-1', engineer.token)
})
afterAll(async () => {
  device?.close()
  await house?.close()
})

function pressure(control: string, systolic: number | string, unit = 'mm[Hg]', at = now): string {
  return vitalSigns({
    control,
    record: 'MRN-1',
    at,
    values: { '8480-6': [systolic as number, unit], '8462-4': [108, 'mm[Hg]'], '8867-4': [82, '/min'] },
  })
}

function observation(id: string, value: unknown, unit = '/min', at = now): string {
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000001',
        resource: { resourceType: 'Patient', identifier: [{ system: authority, value: 'MRN-1' }] },
        request: { method: 'POST', url: 'Patient' },
      },
      {
        fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000002',
        resource: {
          resourceType: 'Observation',
          id,
          status: 'final',
          code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
          subject: { reference: 'urn:uuid:00000000-0000-4000-8000-000000000001' },
          effectiveDateTime: new Date(at).toISOString(),
          valueQuantity: { value, system: 'http://unitsofmeasure.org', code: unit },
        },
        request: { method: 'PUT', url: `Observation/${id}` },
      },
    ],
  })
}

function readings(sequence: number, value: unknown, unit = '/min', at = now): string {
  return JSON.stringify({
    device: 'watch-1',
    subject: { system: authority, value: 'MRN-1' },
    sequence,
    readings: [{ code: { system: 'http://loinc.org', code: '8867-4' }, value, unit, time: new Date(at).toISOString() }],
  })
}

const mllp = (message: string) => sendRawMllp(house.server.ports.mllp, [`\x0b${message}\x1c\r`])
const post = async (body: string): Promise<DoorAnswer> => {
  const started = performance.now()
  const response = await fetch(`${house.server.url}/fhir`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json', authorization: `Bearer ${engineer.token}` },
    body,
  })
  return { text: await response.text(), status: response.status, milliseconds: performance.now() - started }
}
const publish = async (payload: string): Promise<DoorAnswer> => {
  const answer = await device.readings(payload)
  if (answer.text === 'disconnected') device = await connectDevice(house.server.ports.mqtt!, 'watch-1', engineer.token)
  return answer
}

/** Everything known of patients, as far as events tell. */
async function known(): Promise<unknown> {
  await house.server.platform.host.settled()
  const { thread } = house.server.platform
  return [...(await thread.streams('patient/')), ...(await thread.streams('cardiovascular:'))]
}

async function waiting(): Promise<readonly QuarantineEntry[]> {
  const list = (await steward.get('/api/quarantine?limit=500')).body as QuarantineList
  expect(list.total).toBe(list.entries.length)
  return list.entries
}

/** Sends something bad and expects: an answer within a second, one more message to look at, nothing else changed. */
async function refused(send: () => Promise<DoorAnswer>, code: string): Promise<{ answer: DoorAnswer; id: string }> {
  const before = await known()
  const earlier = new Set((await waiting()).map(({ id }) => id))
  const answer = await send()
  expect(answer.milliseconds).toBeLessThan(1_000)
  // MQTT 3.1.1 has no negative acknowledgement, and a packet that is too large is refused before it is there.
  await expect.poll(async () => (await waiting()).length, { timeout: 5_000 }).toBe(earlier.size + 1)
  const added = (await waiting()).filter(({ id }) => !earlier.has(id))
  expect(added.map((entry) => entry.code)).toEqual([code])
  expect(added[0]).toMatchObject({ state: 'waiting', message: expect.stringMatching(/\w/), peer: expect.any(String) })
  expect(await known()).toEqual(before)
  return { answer, id: added[0]!.id }
}

const anHourAhead = () => now + 60 * minute
const fourTimesTooLarge = 'x'.repeat(1 << 20)
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

describe('over MLLP, what cannot be taken in gets AE or AR with an ERR segment, and waits in the quarantine', () => {
  test.each([
    ['cut off', () => pressure('bad-1', 188).slice(0, -60), 'invalid', 'AE'],
    ['of the wrong type', () => pressure('bad-2', 'eighty'), 'invalid', 'AE'],
    ['in a wrong unit', () => pressure('bad-3', 188, 'kg'), 'unit-dimension', 'AE'],
    ['in no known unit', () => pressure('bad-4', 188, 'furlong'), 'unit-invalid', 'AE'],
    ['out of range', () => pressure('bad-5', 18_800), 'implausible', 'AE'],
    ['from the future', () => pressure('bad-6', 188, 'mm[Hg]', anHourAhead()), 'in-the-future', 'AE'],
    ['with the identifier of another', () => pressure('intro-0', 155, 'mm[Hg]', begin), 'control-id-conflict', 'AE'],
    [
      'of a type that is not taken',
      () => pressure('bad-7', 188).replace('ORU^R01^ORU_R01', 'MDM^T02'),
      'not-supported',
      'AR',
    ],
    ['no HL7 at all', () => 'GET / HTTP/1.1', 'malformed', 'AE'],
    ['a hundred thousand repetitions', () => pressure('bad-8', 'x~'.repeat(1e5)), 'invalid', 'AE'],
  ])('%s', async (_, message, code, acknowledged) => {
    const { answer } = await refused(() => mllp(message()), code)
    expect(answer.text).toContain(`\rMSA|${acknowledged}|`)
    expect(answer.text).toMatch(/\rERR\|/)
  })

  test('a frame that never ends is broken off', async () => {
    const endless = function* () {
      yield `\x0b${pressure('endless', 188)}`
      for (let i = 0; i < 1_000; i++) yield fourTimesTooLarge.slice(0, 65_536)
    }
    const { answer } = await refused(() => sendRawMllp(house.server.ports.mllp, endless()), 'too-large')
    expect(answer.text).toContain('\rMSA|AR|endless')
    expect(answer.text).toMatch(/\rERR\|/)
  })

  test('a frame whose sender hangs up in the middle', async () => {
    const half = `\x0b${pressure('half', 188).slice(0, 150)}`
    const { answer } = await refused(() => sendRawMllp(house.server.ports.mllp, [half], { hangUp: true }), 'malformed')
    expect(answer.text).toContain('\rMSA|AE|half')
  })

  test('the same again is acknowledged and adds nothing', async () => {
    const before = await known()
    const answer = await mllp(pressure('intro-0', 190, 'mm[Hg]', begin))
    expect(answer.text).toContain('\rMSA|AA|intro-0')
    expect(await known()).toEqual(before)
  })
})

describe('over HTTP, what cannot be taken in gets an OperationOutcome, and waits in the quarantine', () => {
  const outcome = (answer: DoorAnswer) =>
    JSON.parse(answer.text) as { resourceType: string; issue: { severity: string; diagnostics: string }[] }

  test.each([
    ['cut off', () => observation('bad-1', 80).slice(0, -40), 'malformed', 400],
    ['of the wrong type', () => observation('bad-2', 'eighty'), 'invalid', 422],
    ['in a wrong unit', () => observation('bad-3', 80, 'kg'), 'unit-dimension', 422],
    ['out of range', () => observation('bad-4', 8_000), 'implausible', 422],
    ['from the future', () => observation('bad-5', 80, '/min', anHourAhead()), 'in-the-future', 422],
    ['of nobody', () => observation('bad-6', 80).replace('urn:oid:2.999.7', ''), 'invalid', 422],
    ['nested a hundred thousand deep', () => `{"resourceType":"Bundle","entry":${deep(1e5)}}`, 'too-large', 413],
    ['with ten megabytes in one text', () => observation('x'.repeat(10 << 20), 80), 'too-large', 413],
  ])('%s', async (_, body, code, status) => {
    const { answer } = await refused(() => post(body()), code)
    expect(answer.status).toBe(status)
    expect(outcome(answer)).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', diagnostics: expect.stringMatching(/quarantine/) }],
    })
  })

  test('a body of 100 MB that is streamed is broken off after the first ten', async () => {
    const pieces = function* () {
      yield Buffer.from('{"resourceType":"Bundle","type":"transaction","entry":[')
      for (let i = 0; i < 100; i++) yield Buffer.alloc(1 << 20, 0x20)
    }
    const memory = process.memoryUsage.rss()
    let sent = 0
    const { answer } = await refused(async () => {
      const posted = await postStream(
        `${house.server.url}/fhir`,
        { 'content-type': 'application/fhir+json', authorization: `Bearer ${engineer.token}` },
        pieces(),
      )
      sent = posted.bytesSent
      return posted
    }, 'too-large')
    expect(answer.status).toBe(413)
    expect(outcome(answer).resourceType).toBe('OperationOutcome')
    expect(sent).toBeLessThan(60 << 20)
    expect(process.memoryUsage.rss() - memory).toBeLessThan(200 << 20)
  })

  test('the same again is taken as said before', async () => {
    const body = observation('twice', 83)
    expect((await post(body)).status).toBe(200)
    const before = await known()
    expect((await post(body)).status).toBe(200)
    expect(await known()).toEqual(before)
  })
})

describe('over MQTT, which knows no refusal, what cannot be taken in is acknowledged once it is in the quarantine', () => {
  test.each([
    ['cut off', () => readings(1, 80).slice(0, -20), 'malformed'],
    ['of the wrong type', () => readings(2, 'eighty'), 'invalid'],
    ['in a wrong unit', () => readings(3, 80, 'kg'), 'unit-dimension'],
    ['out of range', () => readings(4, 8_000), 'implausible'],
    ['from the future', () => readings(5, 80, '/min', anHourAhead()), 'in-the-future'],
    ['nested a hundred thousand deep', () => deep(1e5), 'too-large'],
    ['of somebody whom nobody introduced', () => readings(6, 80).replace('MRN-1', 'MRN-9'), 'unknown-subject'],
  ])('%s', async (_, payload, code) => {
    const { answer } = await refused(() => publish(payload()), code)
    expect(answer.text).toBe('acknowledged')
  })

  test('a number of the sequence that was used for something else', async () => {
    expect((await publish(readings(7, 84))).text).toBe('acknowledged')
    const { answer } = await refused(() => publish(readings(7, 85)), 'control-id-conflict')
    expect(answer.text).toBe('acknowledged')
    const before = await known()
    expect((await publish(readings(7, 84))).text).toBe('acknowledged')
    expect(await known()).toEqual(before)
  })

  test('a packet over the limit ends the connection', async () => {
    const { answer } = await refused(() => publish(' '.repeat(300_000)), 'too-large')
    expect(answer.text).toBe('disconnected')
  })
})

describe('a steward', () => {
  const find = async (part: string) => {
    for (const { id } of await waiting()) {
      const entry = (await steward.get(`/api/quarantine/${id}`)).body as QuarantineEntry
      if (entry.body?.includes(part)) return entry
    }
    throw new Error(`nothing in the quarantine has ${part}`)
  }
  const measured = async (value: number) => {
    const { thread } = house.server.platform
    let count = 0
    for (const { stream } of await thread.streams('patient/'))
      for await (const { payload } of thread.read(stream, { types: ['observation.recorded'] }))
        if ((payload as { observation: { value: number } }).observation.value === value) count++
    return count
  }
  const resubmit = async (id: string, body?: string) =>
    steward.post(`/api/quarantine/${id}/resubmit`, body === undefined ? {} : { body })

  test.each([
    ['HL7 v2', '|bad-2|', 'eighty', '177', 177, (text: string) => mllp(text)],
    ['FHIR', 'Observation/bad-2', '"eighty"', '77', 77, (text: string) => post(text)],
    ['MQTT', '"sequence":2,', '"eighty"', '78', 78, (text: string) => publish(text)],
  ])(
    'looks at a refused message (%s), mends it and sends it again: it is in the thread once',
    async (_, part, wrong, right, value, again) => {
      const { id, body } = await find(part)
      const mended = body!.replace(wrong, right)
      const before = await measured(value)
      expect(before).toBe(0)
      // Not mended well enough: it stays.
      const still = await resubmit(id)
      expect((still.body as ResubmitResult).outcome).toBe('refused')
      expect((await resubmit(id, mended)).body).toMatchObject({ outcome: 'accepted' })
      expect(await measured(value)).toBe(1)
      expect((await steward.get(`/api/quarantine/${id}`)).body).toMatchObject({ state: 'resubmitted' })
      expect(await resubmit(id, mended)).toMatchObject({ status: 409, body: { code: 'not-open' } })
      // The source mends it, too, and sends it itself.
      await again(mended)
      expect(await measured(value)).toBe(1)
    },
  )

  test('discards a message with a reason, and then it is closed', async () => {
    const before = await known()
    const { id } = await find('|bad-3|')
    expect(await steward.post(`/api/quarantine/${id}/discard`, {})).toMatchObject({ status: 400 })
    const discarded = await steward.post(`/api/quarantine/${id}/discard`, { reason: 'test of the sender' })
    expect(discarded).toMatchObject({ status: 200, body: { state: 'discarded' } })
    expect((await waiting()).map((entry) => entry.id)).not.toContain(id)
    expect(await resubmit(id, 'anything')).toMatchObject({ status: 409, body: { code: 'not-open' } })
    expect(await known()).toEqual(before)
  })

  test('is told that what was too long to keep must come from its source', async () => {
    const entry = (await waiting()).find(({ code, protocol }) => code === 'too-large' && protocol === 'hl7v2')!
    expect(await resubmit(entry.id)).toMatchObject({ status: 422, body: { code: 'not-supported' } })
    expect(await resubmit('quarantine-of-nobody')).toMatchObject({ status: 404 })
  })
})

describe('the API answers bad requests with problem details (RFC 9457), never with a failure of its own', () => {
  let twin: string
  let recommendation: string
  beforeAll(async () => {
    const { subjects } = (await clinician.get('/api/subjects')).body as SubjectList
    twin = subjects[0]!.twins[0]!.id
    const { recommendations } = (await clinician.get(`/api/twins/${encodeURIComponent(twin)}/recommendations`))
      .body as Recommendations
    recommendation = recommendations[0]!.id
  })
  const problem = async (ask: Promise<{ status: number; body: never }>, status: number, code: string) => {
    const answer = await ask
    const { detail, type, title, reference, ...said } = answer.body as Problem
    expect([answer.status, said, detail]).toEqual([status, { status, code }, expect.stringMatching(/\w{3}.* \w/)])
    expect([type, title, reference]).toEqual(['about:blank', expect.any(String), expect.any(String)])
  }
  const path = () => `/api/twins/${encodeURIComponent(twin)}`
  const whatIf = (body: unknown) => clinician.post(`${path()}/what-if`, body)
  const dose = (amount: unknown, more: object = {}) => ({
    interventions: [{ intervention: 'vasodilator', dose: amount, ...more }],
  })

  test.each([
    ['a twin of an unknown kind', '/api/twins/renal%3Apatient%2Fx', 404, 'not-found'],
    ['a twin of a subject of another kind', '/api/twins/cardiovascular%3Adepartment%2Fx', 404, 'not-found'],
    ['a twin of nobody', '/api/twins/cardiovascular%3Apatient%2Fnobody', 404, 'not-found'],
    ['no twin id at all', '/api/twins/%00%ff', 404, 'not-found'],
    ['a subject of nobody', '/api/subjects/patient/nobody', 404, 'not-found'],
    ['a subject of no kind', '/api/subjects/planet/mars', 404, 'not-found'],
    ['an event that there is not', '/api/trace?event=patient/nobody@1', 404, 'not-found'],
    ['no event id at all', '/api/trace?event=%00@%00', 404, 'not-found'],
    ['an event number beyond all numbers', '/api/trace?event=quarantine@99999999999999999999', 404, 'not-found'],
    ['an unknown route', '/api/nothing-here', 404, 'not-found'],
    ['a page that is no number', '/api/subjects?limit=many', 400, 'invalid'],
    ['a page below zero', '/api/subjects?offset=-1', 400, 'invalid'],
    ['a position that is no number', '/api/live?after=abc', 400, 'invalid'],
  ])('%s', async (_, url, status, code) => {
    await problem(clinician.get(url), status, code)
  })

  test('times beyond all calendars', async () => {
    for (const at of ['9000000000000000', '-9000000000000000', '1e300']) {
      const answers = await Promise.all([
        clinician.get(`${path()}/history?from=${at}&to=${at}`),
        clinician.get(`${path()}/forecasts?quantity=x&from=${at}&lead=${at}`),
        clinician.get(`${subjectPath()}/series?channel=heart-rate&from=${at}&to=${at}&knownAt=${at}`),
        clinician.get(`${subjectPath()}/waveform?from=${at}&to=${at}`),
        clinician.get(`${subjectPath()}/series?channel=%00`),
        whatIf(dose(1, { from: Number(at) })),
        whatIf(dose(1, { until: Number(at) })),
      ])
      expect(answers.map(({ status }) => status).filter((status) => ![200, 400, 422].includes(status))).toEqual([])
    }
  })
  const subjectPath = () => `/api/subjects/${twin.slice(twin.indexOf(':') + 1)}`

  test('a body that is no JSON, or of other types', async () => {
    await problem(whatIf('{"interventions": ['), 400, 'malformed')
    await problem(whatIf('null'), 400, 'invalid')
    await problem(whatIf({ interventions: 'vasodilator' }), 400, 'invalid')
    await problem(whatIf(dose('much')), 400, 'invalid')
    await problem(whatIf({ ...dose(1), horizon: -1 }), 400, 'invalid')
    await problem(whatIf({ interventions: Array.from({ length: 9 }, () => dose(1).interventions[0]) }), 400, 'invalid')
    await problem(whatIf(`{"interventions": ${deep(1e5)}}`), 400, 'invalid')
  })

  test('a dose out of bounds, an intervention that there is not, times the wrong way round', async () => {
    await problem(whatIf(dose(1_000)), 422, 'intervention-invalid')
    await problem(whatIf(dose(-1)), 422, 'intervention-invalid')
    await problem(whatIf({ interventions: [{ intervention: 'leeches', dose: 1 }] }), 422, 'intervention-invalid')
    await problem(whatIf(dose(1, { from: now + 10, until: now })), 422, 'intervention-invalid')
    expect((await whatIf({ ...dose(1), horizon: 0.5 })).status).toBeLessThan(500)
  })

  test('a decision on nothing, for no reason, by nobody', async () => {
    const decide = (id: string, body: object, by = clinician) =>
      by.post(`/api/recommendations/${encodeURIComponent(id)}/decisions`, {
        twin,
        verb: 'reject',
        scenarioId: 'carry-on',
        reason: { code: 'data-not-trusted' },
        ...body,
      })
    await problem(decide('nobody/recommendation', {}), 404, 'not-found')
    await problem(decide(recommendation, { twin: 'renal:patient/x' }), 404, 'not-found')
    await problem(decide(recommendation, { verb: 'ignore' }), 400, 'invalid')
    await problem(decide(recommendation, {}, engineer), 403, 'not-permitted')
    for (const body of [
      { reason: { code: 'because' } },
      { verb: 'accept', scenarioId: 'no-such-option' },
      { verb: 'reverse', reverses: 'no-such-decision' },
      { verb: 'modify', scenarioId: 'no-such-option', interventions: [{ intervention: 'vasodilator', dose: 1e9 }] },
    ])
      expect([403, 404, 409, 422]).toContain((await decide(recommendation, body)).status)
  })

  test('writes from another site’s page, which have the cookie but not our header', async () => {
    const { accounts } = house.server.platform
    const password = await accounts.resetPassword('clinician')
    const signIn = await fetch(`${house.server.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-counterpart-request': '1' },
      body: JSON.stringify({ username: 'clinician', password }),
    })
    expect(signIn.status).toBe(200)
    const cookie = signIn.headers.getSetCookie()[0]!.split(';')[0]!
    clinician = await house.as('clinician')
    const write = async (url: string, headers: Record<string, string> = {}) => {
      const response = await fetch(`${house.server.url}${url}`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(dose(1)),
      })
      return { status: response.status, body: (await response.json()) as never }
    }
    await problem(write(`${path()}/what-if`), 403, 'foreign-request')
    await problem(write('/api/quarantine/x/discard'), 403, 'foreign-request')
    await problem(write('/api/session'), 403, 'foreign-request')
    expect((await write(`${path()}/what-if`, { 'x-counterpart-request': '1' })).status).toBe(200)
  })

  test('a body that is streamed without end', async () => {
    const pieces = function* () {
      yield Buffer.from('{"interventions":[')
      for (let i = 0; i < 100; i++) yield Buffer.alloc(1 << 20, 0x20)
    }
    const answer = await postStream(
      `${house.server.url}${path()}/what-if`,
      { 'content-type': 'application/json', authorization: `Bearer ${clinician.token}` },
      pieces(),
    )
    expect(answer).toMatchObject({ status: 413 })
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'too-large' })
    expect(answer.bytesSent).toBeLessThan(60 << 20)
  })

  test('paths that lead out of the web app’s folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'counterpart-web-'))
    mkdirSync(join(folder, 'web'))
    writeFileSync(join(folder, 'secret.txt'), 'secret')
    writeFileSync(join(folder, 'web', 'index.html'), '<title>the app</title>')
    const app = createApp({
      platform: house.server.platform,
      fhir: () => Promise.reject(new Error('not asked here')),
      files: staticFiles(join(folder, 'web')),
    })
    const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
      const started = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => resolve(started))
    })
    try {
      // By hand, since fetch would tidy the paths first.
      const get = async (path: string) =>
        new Promise<string>((resolve, reject) => {
          const { port } = server.address() as AddressInfo
          request({ host: '127.0.0.1', port, path }, (response) => {
            let text = ''
            response.on('data', (chunk: Buffer) => (text += chunk))
            response.on('end', () => resolve(`${response.statusCode} ${text}`))
          })
            .on('error', reject)
            .end()
        })
      expect(await get('/any/page')).toBe('200 <title>the app</title>')
      for (const path of [
        '/../secret.txt',
        '/%2e%2e/secret.txt',
        '/..%2fsecret.txt',
        '/..\\secret.txt',
        '/assets/../../secret.txt',
        '//secret.txt',
        `/${join(folder, 'secret.txt')}`,
        '/%00',
        '/index.html%00.txt',
        '/%ff%fe.txt',
      ])
        expect(await get(path), path).toMatch(/^(404|400) (?!secret)|^200 <title>the app/)
    } finally {
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('nobody', async () => {
    for (const url of ['/api/subjects', `${path()}`, '/api/live', '/api/audit', '/fhir/Patient/x'])
      expect((await fetch(`${house.server.url}${url}`)).status, url).toBe(401)
  })

  test('after all this every door still works, and the chain of every stream is whole', async () => {
    expect((await mllp(pressure('good', 181))).text).toContain('\rMSA|AA|good')
    expect((await post(observation('good', 81))).status).toBe(200)
    expect((await publish(readings(100, 82))).text).toBe('acknowledged')
    await house.server.platform.host.settled()
    expect((await clinician.get(path())).status).toBe(200)
    expect((await house.server.platform.thread.verify()).broken).toEqual([])
  })
})
