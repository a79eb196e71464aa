import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { twins } from '../test-support/headcount-twin.ts'
import { type Caller, sendHl7, startTestServer, type TestServer } from '../test-support/test-server.ts'
import type {
  AuditList,
  ForecastBands,
  Recommendations,
  RecommendationThread,
  Scores,
  Session,
  SubjectList,
  Trace,
  TwinState,
  WhatIf,
} from './contract/index.ts'
import { replayTwin } from './replay-twin.ts'

// A small department, joined by the real protocols: its people by MLLP, what it did by FHIR, its roster by HTTP.

const minute = 60_000
const begin = Date.UTC(2026, 4, 1, 8)
const twin = 'headcount:department/north-ed'
const path = `/api/twins/${encodeURIComponent(twin)}`
const folder = mkdtempSync(join(tmpdir(), 'departments-'))
const file = join(folder, 'departments.json')
const settings = {
  departments: [
    {
      id: 'north-ed',
      name: 'North, emergency',
      since: new Date(begin - 60 * minute).toISOString(),
      utcOffsetMinutes: 0,
      areas: [{ code: 'ED', label: 'Department', role: 'majors', spaces: ['1', '2', '3', '4'] }],
    },
    {
      id: 'north-imaging',
      name: 'North, imaging',
      kind: 'imaging',
      utcOffsetMinutes: 0,
      machines: [{ code: 'MR1', label: 'MR 1', modality: 'MR', sessions: [] }],
      protocols: [],
    },
  ],
}

let now = begin
let house: TestServer
let manager: Caller
let clinician: Caller
let engineer: Caller
/** The hospital's side: takes every order. */
let hospital: Server
const orders: Record<string, unknown>[] = []
let control = 0

const dtm = (at: number) => `${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)}+0000`

/** An ADT message about one visit of somebody. */
function adt(trigger: string, visit: string, at: number, pv1: Readonly<Record<number, string>> = {}): string {
  const fields: Readonly<Record<number, string>> = { 2: 'E', 3: 'ED^^1', 19: `${visit}^^^HOUSE&2.999.8&ISO`, ...pv1 }
  const last = Math.max(...Object.keys(fields).map(Number))
  return [
    `MSH|^~\\&|ADT|HOUSE|COUNTERPART|HOUSE|${dtm(at)}||ADT^${trigger}|D${control++}|P|2.5.1`,
    `EVN||${dtm(at)}`,
    `PID|1||P-${visit}^^^HOUSE&2.999.7&ISO^MR||Example^${visit}||19600101|F`,
    ['PV1', '1', ...Array.from({ length: last - 1 }, (_, i) => fields[i + 2] ?? '')].join('|'),
  ].join('\r')
}

async function hear(...messages: readonly string[]): Promise<void> {
  const answers = await sendHl7(house.server.ports.mllp, messages)
  for (const answer of answers) expect(answer).toContain('\rMSA|AA|')
  await house.server.platform.host.settled()
}

async function pass(minutes: number): Promise<void> {
  now += minutes * minute
  house.server.platform.host.tick()
  await house.server.platform.host.settled()
}

async function send(method: string, to: string, caller: Caller, contentType: string, body: string) {
  const response = await fetch(`${house.server.url}${to}`, {
    method,
    headers: { authorization: `Bearer ${caller.token}`, 'content-type': contentType },
    body,
  })
  return { status: response.status, text: await response.text() }
}

async function estimateOf(quantity: string): Promise<number> {
  const { quantities } = (await manager.get(path)).body as TwinState
  return quantities.find(({ name }) => name === quantity)!.estimate.p50
}

async function thread(id: string): Promise<RecommendationThread> {
  const { recommendations } = (await manager.get(`${path}/recommendations`)).body as Recommendations
  return recommendations.find((each) => each.id === id)!
}

beforeAll(async () => {
  writeFileSync(file, JSON.stringify(settings))
  hospital = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk))
    request.on('end', () => {
      orders.push(JSON.parse(body))
      response.writeHead(201, { 'content-type': 'application/fhir+json' }).end(body)
    })
  })
  await new Promise<void>((resolve) => hospital.listen(0, '127.0.0.1', resolve))
  house = await startTestServer({
    clock: () => now,
    departments: file,
    registry: new URL('../test-support/headcount-twin.ts', import.meta.url),
    environment: { ORDERS_URL: `http://127.0.0.1:${(hospital.address() as AddressInfo).port}/fhir` },
  })
  ;[manager, clinician, engineer] = await Promise.all([
    house.as('manager'),
    house.as('clinician'),
    house.as('engineer'),
  ])
})
afterAll(async () => {
  await house?.close()
  await new Promise((resolve) => hospital.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

test('departments are there from the start, each with the twins of its kind, for those who run them', async () => {
  for (const who of [manager, clinician]) {
    const { subjects } = (await who.get('/api/subjects?kind=department')).body as SubjectList
    expect(subjects.map(({ id, name, twins }) => [id, name, twins.map((each) => each.id)])).toEqual([
      ['department/north-ed', 'North, emergency', [twin]],
      ['department/north-imaging', 'North, imaging', []],
    ])
    expect((await who.get('/api/subjects/department/north-ed')).status).toBe(200)
  }
  expect((await engineer.get('/api/subjects/department/north-ed')).status).toBe(403)
  expect((await manager.get(`/api/twins/${encodeURIComponent('headcount:department/north-imaging')}`)).status).toBe(404)
  // Who runs a department sees who looked at it; those who only work there do not.
  const trail = `/api/audit?subject=${encodeURIComponent('department/north-ed')}`
  const { entries } = (await manager.get(trail)).body as AuditList
  expect(entries.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['allowed', 'denied']))
  expect(new Set(entries.map(({ subject }) => subject))).toEqual(new Set(['department/north-ed']))
  expect((await clinician.get(trail)).status).toBe(403)
  expect(((await manager.get('/api/session')).body as Session).mayOnDepartments).toContain('view-audit')
  expect(((await clinician.get('/api/session')).body as Session).mayOnDepartments).not.toContain('view-audit')
})

test('a roster comes from managers and engineers, as CSV or JSON, and is refused with the place of the mistake', async () => {
  const to = '/api/departments/north-ed/roster'
  const csv = `role,from,until,count\nnurse,${new Date(begin).toISOString()},${new Date(begin + 480 * minute).toISOString()},6`
  expect((await send('PUT', to, manager, 'text/csv', csv)).status).toBe(200)
  now += 1000
  const json = JSON.stringify({ spans: [{ role: 'nurse', from: begin, until: begin + 480 * minute, count: 5 }] })
  expect((await send('PUT', to, engineer, 'application/json; charset=utf-8', json)).status).toBe(200)
  expect((await send('PUT', to, clinician, 'text/csv', csv)).status).toBe(403)
  expect((await send('PUT', '/api/departments/south-ed/roster', manager, 'text/csv', csv)).status).toBe(404)
  const wrong = await send('PUT', to, manager, 'text/csv', `${csv}.5`)
  expect(wrong.status).toBe(422)
  expect(wrong.text).toContain('line 2, count: must be a whole number')
  expect((await send('PUT', to, manager, 'application/json', '{')).status).toBe(400)
  expect((await send('PUT', to, manager, 'text/plain', 'six nurses')).status).toBe(415)
})

test('messages move the belief, in whatever order they come and however often', async () => {
  const [first, second, third] = ['V1', 'V2', 'V3'].map((visit, i) => adt('A04', visit, begin + (i + 1) * minute))
  const gone = adt('A03', 'V1', begin + 5 * minute, { 36: '01' })
  now = begin + 6 * minute
  await hear(gone, second!, third!)
  expect(await estimateOf('present')).toBe(2)
  await hear(first!, second!, gone)
  expect(await estimateOf('present')).toBe(2)
  await hear(adt('A13', 'V1', begin + 6 * minute))
  expect(await estimateOf('present')).toBe(3)

  const beliefs = (await engineer.get('/api/engineering/beliefs')).body as { beliefs: { twin: string; hash: string }[] }
  const { hash } = beliefs.beliefs.find((each) => each.twin === twin)!
  expect((await replayTwin(house.server.platform.thread, twin, {}, twins)).hash).toBe(hash)
})

test('what cannot be is refused by name or taken in with a doubt, and the department goes on', async () => {
  now = begin + 7 * minute
  const [answer] = await sendHl7(house.server.ports.mllp, [adt('A04', 'V8', now + 60 * minute)])
  expect(answer).toContain('|AE|')
  await hear(adt('A04', 'V9', now, { 3: 'NOWHERE^^1' }), adt('A11', 'V9', now))
  const { latest } = (await clinician.get('/api/subjects/department/north-ed')).body as {
    latest: { channel: string; text: string }[]
  }
  expect(latest.find(({ channel }) => channel === 'visit-doubt')?.text).toContain(
    'the location NOWHERE is not in the layout',
  )
  expect(latest.some(({ text }) => /Example|P-V/.test(text))).toBe(false)
  expect(await estimateOf('present')).toBe(3)
})

test('nothing is heard for a while: the twin goes on with the clock, and forecasts from now', async () => {
  await pass(20)
  expect(await estimateOf('quiet')).toBe(20)
  const forecast = (await manager.get(`${path}/forecast`)).body as ForecastBands
  expect([forecast.madeAt, forecast.times]).toEqual([now, [now + 10 * minute, now + 30 * minute]])
  const whatIf = (
    await manager.post(`${path}/what-if`, { interventions: [{ intervention: 'call-in-clinician', dose: 2 }] })
  ).body as WhatIf
  expect(whatIf.carryOn.times[0]).toBe(now)
  expect(whatIf.difference.present!.p50).toEqual([0, -2, -2])
  expect(whatIf.beside).toBeNull()
  // Two plans beside each other share their luck: even at the edge of all futures they differ by the one more called in.
  const two = (
    await manager.post(`${path}/what-if`, {
      interventions: [{ intervention: 'call-in-clinician', dose: 2 }],
      beside: [{ intervention: 'call-in-clinician', dose: 1 }],
    })
  ).body as WhatIf
  expect(two.difference.present!.p50).toEqual([0, -2, -2])
  expect(two.beside!.difference.present!.p50).toEqual([0, -1, -1])
  expect([two.beside!.between.present!.p05, two.beside!.between.present!.p50]).toEqual([
    [0, -1, -1],
    [0, -1, -1],
  ])
  const wrong = { interventions: [], beside: [{ intervention: 'call-in-clinician', dose: 9 }] }
  expect((await manager.post(`${path}/what-if`, wrong)).status).toBe(422)
  // What is looked at is not what is kept: the belief in the thread is of the last fact.
  expect((await replayTwin(house.server.platform.thread, twin, {}, twins)).asOf).toBe(begin + 7 * minute)
})

test('forecasts are scored by what is counted when the belief has passed, a late message included', async () => {
  const made = now
  const scoresOf = async () => {
    const { scores } = (await manager.get(`${path}/scores`)).body as Scores
    return scores.find(({ quantity, lead }) => quantity === 'present' && lead === 10 * minute)
  }
  now = made + 11 * minute
  await hear(adt('A04', 'V4', made + 10 * minute + 30_000))
  // It may yet be told what happened in the tenth minute.
  const before = (await scoresOf())?.count ?? 0
  now = made + 13 * minute
  await hear(adt('A04', 'V5', made + 9 * minute))
  await hear(adt('A04', 'V6', made + 13 * minute))
  expect((await scoresOf())!.count).toBe(before + 1)
  const { scored } = (await manager.get(`${path}/forecasts?quantity=present&lead=${10 * minute}`)).body as {
    scored: { at: number; observed: number; crps: number; persistenceCrps: number; event: string }[]
  }
  // Three who were there, and V5, who had come by then; not V4.
  expect(scored[0]).toMatchObject({ at: made + 10 * minute, observed: 4, persistenceCrps: 1 })
  const trace = (await clinician.get(`/api/trace?event=${encodeURIComponent(scored[0]!.event)}`)).body as Trace
  expect(trace.nodes.map(({ type }) => type)).toEqual(expect.arrayContaining(['forecast.issued', 'belief.updated']))
})

test('what a manager approves goes out as a Task, is reported back, judged, and taken back', async () => {
  const { recommendations } = (await manager.get(`${path}/recommendations`)).body as Recommendations
  const open = recommendations.find(({ state }) => state === 'open')!
  const decide = (who: Caller, more: object) =>
    who.post(`/api/recommendations/${encodeURIComponent(open.id)}/decisions`, { twin, ...more })
  const accept = { verb: 'accept', scenarioId: 'call', reason: { code: 'agrees-with-assessment' } }
  expect((await decide(clinician, accept)).status).toBe(403)
  expect((await decide(manager, accept)).status).toBe(200)
  await expect.poll(async () => (await thread(open.id)).actions[0]?.delivery, { timeout: 10_000 }).toBe('acknowledged')
  expect(orders).toHaveLength(1)
  const order = orders[0]!
  expect(order).toMatchObject({
    resourceType: 'Task',
    status: 'requested',
    code: { coding: [{ system: 'urn:counterpart:department-action', code: 'call-in-clinician' }] },
    for: { type: 'Location', identifier: { system: 'urn:counterpart:subject', value: 'department/north-ed' } },
    input: [{ valueQuantity: { value: 1 } }],
    restriction: { period: { start: expect.any(String), end: expect.any(String) } },
  })

  // The hospital takes it up under its own id, and says so.
  const { id: _, basedOn: __, ...asked } = order
  const report = (status: string, period: object) =>
    send(
      'PUT',
      '/fhir/Task/own-17',
      engineer,
      'application/fhir+json',
      JSON.stringify({
        ...asked,
        id: 'own-17',
        status,
        executionPeriod: period,
        lastModified: new Date(now).toISOString(),
      }),
    )
  const start = new Date(now).toISOString()
  expect(await report('in-progress', { start })).toMatchObject({ status: 200 })
  await house.server.platform.host.settled()
  const treatments = async () =>
    ((await manager.get(path)).body as TwinState).treatments.map(({ intervention, dose, until }) => [
      intervention,
      dose,
      until,
    ])
  expect(await treatments()).toEqual([['call-in-clinician', 1, null]])

  // Somebody leaves within ten minutes; the outcome is counted beside what was predicted.
  const decidedAt = now
  now = decidedAt + 8 * minute
  await hear(adt('A03', 'V2', now, { 36: '01' }))
  now = decidedAt + 13 * minute
  await hear(adt('A08', 'V3', now))
  const decided = await thread(open.id)
  expect(decided.outcomes).toMatchObject([{ quantity: 'present', at: decidedAt + 10 * minute, observed: 5 }])
  expect(decided.outcomes[0]!.predicted.p50).toBeLessThan(decided.outcomes[0]!.predictedCarryingOn.p50 + 1)

  expect(
    (
      await decide(manager, {
        verb: 'reverse',
        reverses: decided.decisions[0]!.id,
        reason: { code: 'condition-changed' },
      })
    ).status,
  ).toBe(200)
  await expect.poll(() => orders.at(-1)?.status, { timeout: 10_000 }).toBe('cancelled')
  expect(orders.at(-1)!.id).toBe(order.id)
  expect(await report('completed', { start, end: new Date(now).toISOString() })).toMatchObject({ status: 200 })
  await house.server.platform.host.settled()
  expect(await treatments()).toEqual([['call-in-clinician', 1, now]])
})

test('when much is told late, the forecast is made anew', async () => {
  const madeAt = async () => ((await manager.get(`${path}/forecast`)).body as ForecastBands).madeAt
  await pass(10)
  expect(await madeAt()).toBe(now)
  const before = now
  await pass(1)
  expect(await madeAt()).toBe(before)
  const outdated = async () => ((await manager.get(`${path}/forecast`)).body as ForecastBands).outdated
  expect(await outdated()).toBe(false)
  await hear(...Array.from({ length: 10 }, (_, i) => adt('A04', `L${i}`, before - (i + 1) * minute)))
  expect(await outdated()).toBe(true)
  await pass(1)
  expect(await madeAt()).toBe(now)
  expect(await outdated()).toBe(false)
  expect(await estimateOf('present')).toBeGreaterThanOrEqual(10)
  await hear(...Array.from({ length: 10 }, (_, i) => adt('A03', `L${i}`, now, { 36: '01' })))
})

test('after a restart everything is as it was, and the layout is not said again', async () => {
  const before = (await engineer.get('/api/engineering/beliefs')).body
  const events = async () => {
    let count = 0
    for await (const _ of house.server.platform.thread.read('department/north-ed')) count++
    return count
  }
  const counted = await events()
  now += minute
  await house.restart()
  engineer = await house.as('engineer')
  manager = await house.as('manager')
  expect((await engineer.get('/api/engineering/beliefs')).body).toEqual(before)
  expect(await events()).toBe(counted)
  await pass(10)
  const forecast = (await manager.get(`${path}/forecast`)).body as ForecastBands
  expect(forecast.madeAt).toBe(now)
})

test('a file of departments that cannot be right stops the start, saying where', async () => {
  const bad = join(folder, 'bad.json')
  writeFileSync(bad, JSON.stringify({ departments: [{ ...settings.departments[0], areas: [] }] }))
  await expect(startTestServer({ departments: bad })).rejects.toThrow('departments[0].areas')
  await expect(startTestServer({ departments: join(folder, 'none.json') })).rejects.toThrow('check --departments')
})
