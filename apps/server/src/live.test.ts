import { type IncomingMessage, request } from 'node:http'
import type { SubjectId, TwinId } from '@counterpart/kernel'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type HeardEvent, listenLive, sendRawMllp } from '../test-support/doors.ts'
import { type Caller, sendHl7, startTestServer, type TestServer, vitalSigns } from '../test-support/test-server.ts'
import type { QuarantineList, SubjectList, Trace } from './contract/index.ts'

let now = Date.UTC(2026, 4, 1, 8)
let house: TestServer
let clinician: Caller
let one: SubjectId
let other: SubjectId
let control = 0

function message(record: string, systolic: number): string {
  now += 1_000
  return vitalSigns({
    control: `L${control++}`,
    record,
    at: now,
    values: { '8480-6': [systolic, 'mm[Hg]'], '8462-4': [100, 'mm[Hg]'], '8867-4': [70 + (control % 20), '/min'] },
  })
}

async function measure(record: string, count = 1): Promise<void> {
  const answers = await sendHl7(
    house.server.ports.mllp,
    Array.from({ length: count }, (_, i) => message(record, 170 + (i % 10))),
  )
  for (const answer of answers) expect(answer).toContain('\rMSA|AA|')
}

async function subjectOf(record: string): Promise<SubjectId> {
  const { subjects } = (await clinician.get('/api/subjects')).body as SubjectList
  return subjects.find(({ name }) => name?.includes(record))!.id as SubjectId
}

/** Positions of what the stream of a subject tells of, as the thread has it. */
async function told(subject: SubjectId, after: number): Promise<number[]> {
  await house.server.platform.host.settled()
  const silent = ['message.received', 'belief.updated', 'device.described', 'subject.erased']
  const positions: number[] = []
  for await (const event of house.server.platform.thread.readAll(after))
    if (event.subject === subject && event.stream !== 'audit' && !silent.includes(event.type))
      positions.push(event.position)
  return positions
}
/** A belief is told at once, before it is in the thread. */
const ids = (heard: readonly HeardEvent[]) =>
  heard.filter(({ name }) => name !== 'belief' && name !== 'hello').map(({ id }) => id)

beforeAll(async () => {
  house = await startTestServer({ clock: () => now })
  clinician = await house.as('clinician')
  await measure('MRN-1')
  await measure('MRN-2')
  one = await subjectOf('MRN-1')
  other = await subjectOf('MRN-2')
  await house.server.platform.host.settled()
})
afterAll(() => house?.close())

describe('someone who listens to one subject', () => {
  test('hears all that happens to it, in order, and nothing of others', async () => {
    const begun = await house.server.platform.thread.lastPosition()
    const live = await listenLive(house.server.url, clinician.token, { subject: one })
    await Promise.all([measure('MRN-1', 20), measure('MRN-2', 20)])
    const expected = await told(one, begun)
    expect(expected.length).toBeGreaterThanOrEqual(60)
    await expect.poll(() => ids(live.heard).length).toBe(expected.length)
    expect(ids(live.heard)).toEqual(expected)
    expect(live.heard.some(({ name }) => name === 'belief')).toBe(true)
    expect(new Set(live.heard.slice(1).map(({ data }) => data.subject))).toEqual(new Set([one]))
    await live.leave()
    await expect.poll(() => house.server.platform.live.listeners).toBe(0)
  })

  test('and comes back gets what was missed, gap-free and in order, while more keeps coming', async () => {
    const begun = await house.server.platform.thread.lastPosition()
    const heard: HeardEvent[] = []
    let last = begun
    for (let visit = 0; visit < 5; visit++) {
      // Something happens while nobody listens, and goes on while the missed is told.
      await measure('MRN-1', 10)
      const sending = Promise.all([measure('MRN-1', 10), measure('MRN-2', 10)])
      const live = await listenLive(house.server.url, clinician.token, { subject: one, lastEventId: last })
      expect(live.heard[0]).toMatchObject({ name: 'hello', id: last, data: { data: { resync: false } } })
      await expect.poll(() => ids(live.heard).length).toBeGreaterThan(10)
      await live.leave()
      await sending
      heard.push(...live.heard)
      last = live.heard.at(-1)!.id
    }
    const live = await listenLive(house.server.url, clinician.token, { subject: one, lastEventId: last })
    const expected = await told(one, begun)
    await expect.poll(() => ids([...heard, ...live.heard]).length).toBeGreaterThanOrEqual(expected.length)
    expect(ids([...heard, ...live.heard])).toEqual(expected)
    await live.leave()
  })

  test('and was away for very long is told to read the pages anew', async () => {
    const position = await house.server.platform.thread.lastPosition()
    const live = await listenLive(house.server.url, clinician.token, { subject: one, lastEventId: position + 1_000 })
    expect(live.heard[0]).toMatchObject({ name: 'hello', data: { data: { resync: true } } })
    await live.leave()
  })

  test('is not let in without permission', async () => {
    const engineer = await house.as('engineer')
    await expect(listenLive(house.server.url, engineer.token, { subject: one })).rejects.toThrow('403')
  })
})

test('someone who listens to all hears of admissions and advice, but not each measurement', async () => {
  const live = await listenLive(house.server.url, clinician.token)
  await measure('MRN-3')
  await expect.poll(() => live.heard.some(({ name }) => name === 'encounter')).toBe(true)
  await house.server.platform.host.settled()
  expect(new Set(live.heard.map(({ name }) => name))).not.toContain('observation')
  await live.leave()
})

test('a listener who takes nothing in is let go, and the others hear on', async () => {
  const good = await listenLive(house.server.url, clinician.token, { subject: one })
  const listeners = house.server.platform.live.listeners
  const slow = await new Promise<IncomingMessage>((resolve) => {
    request(`${house.server.url}/api/live?subject=${encodeURIComponent(one)}`, {
      headers: { authorization: `Bearer ${clinician.token}` },
    })
      .on('response', (response) => resolve(response.pause()))
      .end()
  })
  await expect.poll(() => house.server.platform.live.listeners).toBe(listeners + 1)
  const long = Object.fromEntries(
    Array.from({ length: 600 }, (_, i) => [`q${i}`, { mean: 1, p05: 1, p25: 1, p50: 1, p75: 1, p95: 1 }]),
  )
  const twin = `cardiovascular:${one}` as TwinId
  let sent = 0
  await expect
    .poll(
      () => {
        for (let i = 0; i < 10; i++)
          house.server.platform.live.noticeBelief({
            twin,
            subject: one,
            asOf: ++sent,
            quantities: long,
            variables: {},
            forecastOutdated: false,
          })
        return house.server.platform.live.listeners
      },
      { timeout: 20_000, interval: 10 },
    )
    .toBe(listeners)
  // When it looks up again, the connection is gone.
  slow.on('error', () => undefined)
  const closed = new Promise((resolve) => slow.on('close', resolve))
  slow.resume()
  await closed
  // The other one has missed nothing.
  await expect.poll(() => good.heard.filter(({ name }) => name === 'belief').length).toBe(sent)
  await good.leave()
})

test('of a subject whose data are erased the API shows nothing any more, at once and after a restart', async () => {
  const { thread } = house.server.platform
  const steward = await house.as('steward')
  const twin = `cardiovascular:${other}`
  // Advice, a scored forecast, a message in the quarantine: all there is to show.
  for (let i = 0; i < 8; i++, now += 2 * 60_000) await measure('MRN-2')
  await house.server.platform.host.settled()
  const bad = message('MRN-2', 170).replace('|170|', '|17000|')
  expect((await sendRawMllp(house.server.ports.mllp, [`\x0b${bad}\x1c\r`])).text).toContain('\rMSA|AE|')
  const quarantine = async (by: Caller) => (await by.get('/api/quarantine')).body as QuarantineList
  const [refused] = (await quarantine(steward)).entries
  const state = (await clinician.get(`/api/twins/${encodeURIComponent(twin)}`)).body as { beliefEvent: string }
  const event = state.beliefEvent
  expect(
    ((await clinician.get(`/api/trace?event=${encodeURIComponent(event)}`)).body as Trace).nodes.length,
  ).toBeGreaterThan(3)
  const live = await listenLive(house.server.url, clinician.token, { subject: other })
  const before = await thread.lastPosition()

  const request = { reason: 'asked for by the patient' }
  expect((await clinician.post(`/api/subjects/${other}/erase`, request)).status).toBe(403)
  expect((await steward.post(`/api/subjects/${other}/erase`, request)).status).toBe(204)

  const nothingIsShown = async () => {
    const about = [
      `/api/subjects/${other}`,
      `/api/subjects/${other}/series?channel=heart-rate`,
      `/api/subjects/${other}/waveform`,
      `/api/twins/${encodeURIComponent(twin)}`,
      ...['history', 'forecast', 'forecasts?quantity=heart-rate', 'scores', 'recommendations'].map(
        (page) => `/api/twins/${encodeURIComponent(twin)}/${page}`,
      ),
      `/api/trace?event=${encodeURIComponent(event)}`,
    ]
    for (const path of about) expect((await clinician.get(path)).status, path).toBe(404)
    const { subjects, total } = (await clinician.get('/api/subjects')).body as SubjectList
    expect(subjects.map(({ id }) => id)).not.toContain(other)
    expect(total).toBe(subjects.length)
    expect((await clinician.get('/api/subjects?search=MRN-2')).body).toMatchObject({ subjects: [], total: 0 })
    for (const page of ['what-if']) {
      const asked = await clinician.post(`/api/twins/${encodeURIComponent(twin)}/${page}`, { interventions: [] })
      expect(asked.status).toBe(404)
    }
    const fhir = await fetch(`${house.server.url}/fhir/${other.replace('patient', 'Patient')}`, {
      headers: { authorization: `Bearer ${clinician.token}` },
    })
    expect(fhir.status).toBe(404)
    expect((await quarantine(steward)).entries.map(({ id }) => id)).not.toContain(refused!.id)
    expect((await steward.get(`/api/quarantine/${refused!.id}`)).status).toBe(404)
    expect((await steward.get('/api/engineering/beliefs')).body).not.toMatchObject({
      beliefs: expect.arrayContaining([expect.objectContaining({ twin })]),
    })
  }
  await nothingIsShown()
  // What was said of it before is not said again to someone who comes back.
  const again = await listenLive(house.server.url, clinician.token, { subject: other, lastEventId: before - 50 })
  expect(again.heard.map(({ name }) => name)).toEqual(['hello'])
  // Nor does a message that comes afterwards bring anything back.
  const [late] = await sendHl7(house.server.ports.mllp, [message('MRN-2', 171)])
  expect(late).toContain('\rMSA|AR|')
  await house.server.platform.host.settled()
  await nothingIsShown()
  expect(again.heard.map(({ name }) => name)).toEqual(['hello'])
  await Promise.all([again.leave(), live.leave()])

  await house.restart()
  clinician = await house.as('clinician')
  await nothingIsShown()
  expect((await house.server.platform.thread.verify()).broken).toEqual([])
}, 30_000)

test('a stream ends soon after its listener has signed out', async () => {
  const { accounts, sessions, live } = house.server.platform
  const { token } = await sessions.begin(await accounts.principal('clinician'))
  vi.useFakeTimers({ toFake: ['setInterval'] })
  try {
    const listening = await listenLive(house.server.url, token)
    vi.advanceTimersByTime(15_000)
    const staying = await listenLive(house.server.url, clinician.token)
    expect(live.listeners).toBe(2)
    await sessions.end(token)
    vi.advanceTimersByTime(15_000)
    await expect.poll(() => listening.ended).toBe(true)
    expect([live.listeners, staying.ended]).toEqual([1, false])
    await staying.leave()
  } finally {
    vi.useRealTimers()
  }
})
