import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Caller, sendHl7, startTestServer, type TestServer, vitalSigns } from '../test-support/test-server.ts'
import type {
  Recommendations,
  RecommendationThread,
  Scores,
  SubjectList,
  Trace,
  TwinState,
  WhatIf,
} from './contract/index.ts'
import { replayTwin } from './replay-twin.ts'

const minute = 60_000
const begin = Date.UTC(2026, 4, 1, 8)
let now = begin
let house: TestServer
let clinician: Caller
let engineer: Caller
/** The hospital's side: takes every order. */
let orders: Server
const received: { readonly resource: string; readonly status: string }[] = []
let control = 0

/** A patient with a mean pressure far above the target: 190/110 at 80 beats a minute. */
async function measure(systolic: number, diastolic: number, heartRate = 80): Promise<void> {
  const [answer] = await sendHl7(house.server.ports.mllp, [
    vitalSigns({
      control: `C${control++}`,
      record: 'MRN-1',
      at: now,
      values: {
        '8867-4': [heartRate, '/min'],
        '8480-6': [systolic, 'mm[Hg]'],
        '8462-4': [diastolic, 'mm[Hg]'],
      },
    }),
  ])
  expect(answer).toContain('\rMSA|AA|')
  await house.server.platform.host.settled()
}

beforeAll(async () => {
  orders = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk))
    request.on('end', () => {
      const { resourceType, status } = JSON.parse(body) as { resourceType: string; status: string }
      received.push({ resource: resourceType, status })
      response.writeHead(201, { 'content-type': 'application/fhir+json' }).end(body)
    })
  })
  await new Promise<void>((resolve) => orders.listen(0, '127.0.0.1', resolve))
  const ordersUrl = `http://127.0.0.1:${(orders.address() as AddressInfo).port}/fhir`
  house = await startTestServer({ clock: () => now, environment: { ORDERS_URL: ordersUrl } })
  clinician = await house.as('clinician')
  engineer = await house.as('engineer')
})
afterAll(async () => {
  await house?.close()
  await new Promise((resolve) => orders.close(resolve))
})

test('one loop closes: measured, believed, recommended, approved, sent, happened, scored, reversed', async () => {
  for (let i = 0; i < 10; i++) {
    await measure(190 + (i % 3), 110 - (i % 2))
    now += 3 * minute
  }

  const list = (await clinician.get('/api/subjects')).body as SubjectList
  expect(list.subjects).toHaveLength(1)
  const [patient] = list.subjects
  expect(patient!.name).toContain('MRN-1')
  const twin = patient!.twins[0]!.id
  const path = `/api/twins/${encodeURIComponent(twin)}`

  const state = (await clinician.get(path)).body as TwinState
  const resistance = state.variables.find((each) => each.name === 'resistance')!
  // Nobody measured it, yet pressure says something: the belief is narrower than the prior and above it.
  expect(resistance.belief.p95 - resistance.belief.p05).toBeLessThan(resistance.prior.p95 - resistance.prior.p05)

  const { recommendations } = (await clinician.get(`${path}/recommendations`)).body as Recommendations
  const open = recommendations.find((each) => each.state === 'open')!
  expect(open.options[0]!.scenario.interventions[0]!.intervention).toBe('vasodilator')
  expect(open.options.some((option) => option.scenario.interventions.length === 0)).toBe(true)
  expect(open.options[0]!.gain.p05).toBeLessThan(open.options[0]!.gain.p95)

  const whatIf = await clinician.post(`${path}/what-if`, { interventions: [{ intervention: 'vasodilator', dose: 1 }] })
  expect(whatIf.status).toBe(200)
  const pressure = (whatIf.body as WhatIf).difference['mean-blood-pressure']!
  expect(pressure.p50.at(-1)).toBeLessThan(0)

  const request = {
    twin,
    verb: 'accept',
    scenarioId: open.options[0]!.scenario.id,
    reason: { code: 'agrees-with-assessment' },
  }
  const refused = await engineer.post(`/api/recommendations/${encodeURIComponent(open.id)}/decisions`, request)
  expect(refused.status).toBe(403)
  const accepted = await clinician.post(`/api/recommendations/${encodeURIComponent(open.id)}/decisions`, request)
  expect(accepted.status).toBe(200)
  const again = await clinician.post(`/api/recommendations/${encodeURIComponent(open.id)}/decisions`, request)
  expect(again.status).toBe(409)

  const current = async () =>
    ((await clinician.get(`${path}/recommendations`)).body as Recommendations).recommendations.find(
      (each) => each.id === open.id,
    ) as RecommendationThread
  await expect.poll(async () => (await current()).actions[0]?.delivery, { timeout: 10_000 }).toBe('acknowledged')
  expect(received).toEqual([{ resource: 'MedicationRequest', status: 'active' }])

  // What happens next is measured: the pressure falls.
  for (let i = 0; i < 12; i++) {
    now += 3 * minute
    await measure(150, 88)
  }
  const decided = await current()
  expect(decided.outcomes.length).toBeGreaterThan(0)
  const outcome = decided.outcomes.find((each) => each.quantity === 'systolic-blood-pressure')!
  expect(outcome.observed).toBeGreaterThan(0)
  expect(outcome.predicted.p50).toBeLessThan(outcome.predictedCarryingOn.p50)

  const scores = ((await clinician.get(`${path}/scores`)).body as Scores).scores
  expect(scores.some((each) => each.count > 0 && each.skill !== null)).toBe(true)

  // Any number can be traced to the message it came from.
  const trace = (await clinician.get(`/api/trace?event=${encodeURIComponent(outcome.event)}`)).body as Trace
  const raw = trace.nodes.find((node) => node.type === 'message.received')!
  expect(raw.payload?.text).toContain('ORU^R01')

  const reversed = await clinician.post(`/api/recommendations/${encodeURIComponent(open.id)}/decisions`, {
    twin,
    verb: 'reverse',
    reverses: decided.decisions[0]!.id,
    reason: { code: 'condition-changed' },
  })
  expect(reversed.status).toBe(200)
  await expect.poll(() => received.at(-1)?.status, { timeout: 10_000 }).toMatch(/stopped|cancelled/)
  expect((await current()).state).toBe('reversed')

  // Replayed from nothing but the thread, the belief is the same to the bit.
  const beliefs = (await engineer.get('/api/engineering/beliefs')).body as { beliefs: { twin: string; hash: string }[] }
  expect((await replayTwin(house.server.platform.thread, twin)).hash).toBe(beliefs.beliefs[0]!.hash)
})

test('after a restart everything is as it was', async () => {
  const before = (await engineer.get('/api/engineering/beliefs')).body
  await house.restart()
  clinician = await house.as('clinician')
  engineer = await house.as('engineer')
  expect((await engineer.get('/api/engineering/beliefs')).body).toEqual(before)
  const list = (await clinician.get('/api/subjects')).body as SubjectList
  const twin = list.subjects[0]!.twins[0]!.id
  const { recommendations } = (await clinician.get(`/api/twins/${encodeURIComponent(twin)}/recommendations`))
    .body as Recommendations
  expect(recommendations.some((each) => each.state === 'reversed' && each.outcomes.length > 0)).toBe(true)
})

test('what was believed then can be asked for: both times', async () => {
  const { thread } = house.server.platform
  const list = (await clinician.get('/api/subjects')).body as SubjectList
  const twin = list.subjects[0]!.twins[0]!.id
  const knownAt = begin + 10 * minute
  const then = await replayTwin(thread, twin, { knownAt })
  expect(then.asOf).toBeLessThanOrEqual(knownAt)
  // A late measurement changes what is now believed of that time, not what was believed then.
  const [answer] = await sendHl7(house.server.ports.mllp, [
    vitalSigns({ control: 'late', record: 'MRN-1', at: begin + 7 * minute, values: { '8867-4': [120, '/min'] } }),
  ])
  expect(answer).toContain('\rMSA|AA|')
  expect((await replayTwin(thread, twin, { knownAt })).hash).toBe(then.hash)
  expect((await replayTwin(thread, twin, { validAt: knownAt })).hash).not.toBe(then.hash)
})
