import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type {
  ForecastBands,
  Recommendations,
  RecommendationThread,
  Scores,
  SubjectList,
  Trace,
  TwinKind,
  TwinState,
  WhatIf,
} from '../apps/server/src/contract/index.ts'
import { replayTwin } from '../apps/server/src/index.ts'
import {
  type Caller,
  sendHl7,
  startTestServer,
  type TestServer,
  vitalSigns,
} from '../apps/server/test-support/test-server.ts'
import { randomStream } from '../engines/numerics/src/index.ts'
import { testChromium } from '../scripts/test-services.ts'
import { fencesOf } from './test-support/fences.ts'
import { publishReading } from './test-support/publish-reading.ts'

// docs/write-a-twin.md: its code, as it stands there, run end to end.

const folder = join(import.meta.dirname, '../.tmp/docs/write-a-twin')
const registry = readFileSync(join(import.meta.dirname, '../apps/server/src/registry.ts'), 'utf8')
const listing = /^export const twins: readonly TwinDefinition\[\] = \[([^\]]*)\]$/m

function fence(info: string): string {
  const found = fencesOf(join(import.meta.dirname, 'write-a-twin.md')).find((each) => each.info === info)
  if (!found) throw new Error(`docs/write-a-twin.md has no \`\`\`${info}`)
  return found.text
}

/** Puts the page's files where they belong relative to each other; returns the registry that names the twin. */
function writeTwin(): URL {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'body-weight/src'), { recursive: true })
  writeFileSync(join(folder, 'body-weight/package.json'), fence('json package'))
  writeFileSync(join(folder, 'body-weight/src/index.ts'), fence('ts twin'))
  // What `npm install` does for a folder of twins/.
  mkdirSync(join(folder, 'node_modules/@counterpart'), { recursive: true })
  symlinkSync(join(folder, 'body-weight'), join(folder, 'node_modules/@counterpart/body-weight'), 'dir')
  writeFileSync(
    join(folder, 'registry.ts'),
    registry.replace(listing, () => fence('ts registry').trim()),
  )
  return pathToFileURL(join(folder, 'registry.ts'))
}

const day = 86_400_000
const begin = Date.UTC(2026, 4, 1, 7)
const record = { system: 'urn:oid:2.999.7', value: 'MRN-7' }
let now = begin
let house: TestServer
let clinician: Caller
let engineer: Caller
let browserPath: string | undefined
const received: { readonly resourceType: string; readonly status: string; readonly code?: unknown }[] = []
const orders = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk))
  request.on('end', () => {
    received.push(JSON.parse(body))
    response.writeHead(201, { 'content-type': 'application/fhir+json' }).end(body)
  })
})

beforeAll(async () => {
  const found = await testChromium()
  if ('skipped' in found) console.log(`without the first screen: ${found.skipped}`)
  else browserPath = found.path
  await new Promise<void>((resolve) => orders.listen(0, '127.0.0.1', resolve))
  house = await startTestServer({
    registry: writeTwin(),
    clock: () => now,
    environment: {
      ORDERS_URL: `http://127.0.0.1:${(orders.address() as AddressInfo).port}/fhir`,
      // The same pseudonym, so the same random numbers, at every run.
      COUNTERPART_PSEUDONYM_KEY: Buffer.alloc(32, 7).toString('base64'),
    },
    webApp: browserPath !== undefined,
  })
  await signIn()
})
afterAll(async () => {
  await house?.close()
  await new Promise((resolve) => orders.close(resolve))
})

/** A token holds for a day, and here weeks go by. */
async function signIn(): Promise<void> {
  clinician = await house.as('clinician')
  engineer = await house.as('engineer')
}

/** Day after day on the scale; the message comes by another protocol each time. */
async function weigh(kilograms: number): Promise<void> {
  await signIn()
  const daysSince = Math.round((now - begin) / day)
  await [weighByHl7, weighByFhir, weighByMqtt][daysSince % 3]!(kilograms)
  await taken()
}

/** A message is acknowledged when it is durable; the twin takes it in a moment later. */
async function taken(): Promise<void> {
  const asOf = async () => {
    const { subjects } = (await clinician.get('/api/subjects')).body as SubjectList
    return subjects[0]?.twins.some(({ kind }) => kind === 'body-weight') ? (await twinState()).asOf : undefined
  }
  await expect.poll(asOf, { interval: 5, timeout: 10_000 }).toBe(now)
  await house.server.platform.host.settled()
}

async function twinState(): Promise<TwinState> {
  return (await clinician.get((await found()).path)).body as TwinState
}

async function weighByHl7(kilograms: number): Promise<void> {
  const message = vitalSigns({
    control: `W${now}`,
    record: record.value,
    at: now,
    values: { '29463-7': [kilograms, 'kg'] },
  })
  const [answer] = await sendHl7(house.server.ports.mllp, [message])
  expect(answer).toContain('\rMSA|AA|')
}

async function weighByFhir(kilograms: number): Promise<void> {
  await postFhir({
    resourceType: 'Observation',
    id: `weight-${now}`,
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
    subject: { identifier: record },
    effectiveDateTime: new Date(now).toISOString(),
    valueQuantity: { value: kilograms, system: 'http://unitsofmeasure.org', code: 'kg', unit: 'kg' },
  })
}

async function weighByMqtt(kilograms: number): Promise<void> {
  const code = { system: 'http://loinc.org', code: '29463-7' }
  const reading = { code, value: kilograms, unit: 'kg', time: new Date(now).toISOString() }
  await publishReading({
    port: house.server.ports.mqtt!,
    device: 'scale-1',
    password: engineer.token,
    message: { device: 'scale-1', subject: record, sequence: now, readings: [reading] },
  })
}

async function postFhir(resource: object): Promise<void> {
  const response = await fetch(`${house.server.url}/fhir/${'resourceType' in resource ? resource.resourceType : ''}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${engineer.token}`, 'content-type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  })
  expect(response.status, await response.text()).toBeLessThan(300)
}

/** The scale's error of a day, the same at every run. */
const error = (dayNumber: number) => 0.4 * randomStream('scale', dayNumber).normal()

test('the page keeps its promise: under a hundred lines, and one that registers it', () => {
  const lines = fence('ts twin')
    .split('\n')
    .filter((line) => line.trim() !== '')
  expect(lines.length).toBeLessThan(100)
  const named = (text: string) =>
    listing
      .exec(text)![1]!
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
  expect(named(fence('ts registry'))).toEqual([...named(registry), 'bodyWeight'])
})

test('forty days of weighings by three protocols become one belief, scored forecasts and advice', async () => {
  for (let i = 0; i < 40; i++) {
    await weigh(Number((82 + 0.08 * i + error(i)).toFixed(2)))
    now += day
  }
  now -= day
  const { twin, path } = await found()

  const state = await twinState()
  expect(state.asOf).toBe(now)
  const weight = state.quantities.find(({ name }) => name === 'weight')!.estimate
  expect(Math.abs(weight.p50 - (82 + 0.08 * 39))).toBeLessThan(0.4)
  expect(weight.p95 - weight.p05).toBeLessThan(2)
  // Nobody measures a trend. It is found all the same, and better known than before.
  const trend = state.variables.find(({ name }) => name === 'trend')!
  expect(trend.belief.p05).toBeLessThan(0.08)
  expect(trend.belief.p95).toBeGreaterThan(0.08)
  expect(trend.belief.p50).toBeGreaterThan(0.04)
  expect(trend.belief.p95 - trend.belief.p05).toBeLessThan(trend.prior.p95 - trend.prior.p05)

  const forecast = (await clinician.get(`${path}/forecast`)).body as ForecastBands
  const band = forecast.quantities.weight!
  expect(band.p05.at(-1)).toBeLessThan(82 + 0.08 * 67)
  expect(band.p95.at(-1)).toBeGreaterThan(82 + 0.08 * 67)
  const { scores } = (await clinician.get(`${path}/scores`)).body as Scores
  const all = scores.find(({ quantity, lead }) => quantity === 'weight' && lead === null)!
  expect(all.count).toBeGreaterThan(30)
  expect(all.skill).toBeGreaterThan(0)

  // Replayed from nothing but the thread, the belief is the same to the bit.
  const { twins } = await import(pathToFileURL(join(folder, 'registry.ts')).href)
  expect((await replayTwin(house.server.platform.thread, twin, {}, twins)).hash).toBe(state.beliefHash)
})

test('a weighing that comes late is put where it belongs', async () => {
  const before = await twinState()
  const today = now
  now = begin + 10 * day + day / 2
  const late = { control: 'late', record: record.value, at: now, values: { '29463-7': [82.9, 'kg'] } } as const
  const message = vitalSigns(late)
  now = today
  expect((await sendHl7(house.server.ports.mllp, [message]))[0]).toContain('\rMSA|AA|')
  await expect.poll(async () => (await twinState()).variables, { timeout: 10_000 }).not.toEqual(before.variables)
  expect((await twinState()).asOf).toBe(before.asOf)
})

test('what if, advice, approval by a clinician, the order, the outcome, the undo', async () => {
  const { twin, path } = await found()
  const whatIf = (await clinician.post(`${path}/what-if`, { interventions: [{ intervention: 'diet', dose: 500 }] }))
    .body as WhatIf
  // 500 kcal a day for 28 days, 70 % of it kept: 1.3 kg.
  expect(whatIf.difference.weight!.p50.at(-1)).toBeLessThan(-1)
  expect(whatIf.difference.weight!.p50.at(-1)).toBeGreaterThan(-1.6)

  const recommendations = async () =>
    ((await clinician.get(`${path}/recommendations`)).body as Recommendations).recommendations
  const open = (await recommendations()).find(({ state }) => state === 'open')!
  expect(open.finding).toMatch(/Weight is set to rise by \d\.\d kg in four weeks/)
  expect(open.options.map(({ scenario }) => scenario.id)).toEqual(['diet-500', 'diet-300', 'carry-on'])
  const decide = (caller: Caller, request: object) =>
    caller.post(`/api/recommendations/${encodeURIComponent(open.id)}/decisions`, { twin, ...request })
  const accept = { verb: 'accept', scenarioId: 'diet-500', reason: { code: 'agrees-with-assessment' } }
  expect((await decide(engineer, accept)).status).toBe(403)
  expect(await decide(clinician, accept)).toMatchObject({ status: 200 })
  const current = async () => (await recommendations()).find(({ id }) => id === open.id) as RecommendationThread
  await expect.poll(async () => (await current()).actions[0]?.delivery, { timeout: 10_000 }).toBe('acknowledged')
  expect(received).toMatchObject([{ resourceType: 'ServiceRequest', status: 'active' }])

  // The hospital says that the diet has begun, and the patient loses weight.
  await postFhir({
    resourceType: 'Procedure',
    id: 'diet',
    status: 'in-progress',
    code: { coding: [{ system: 'http://snomed.info/sct', code: '182922004' }] },
    subject: { identifier: record },
    performedPeriod: { start: new Date(now).toISOString() },
  })
  for (let i = 40; i < 62; i++) {
    now += day
    await weigh(Number((82 + 0.08 * 39 + (0.08 - (0.9 * 500) / 7_700) * (i - 39) + error(i)).toFixed(2)))
  }
  const state = await twinState()
  expect(state.treatments).toMatchObject([{ intervention: 'diet', dose: 500 }])

  const decided = await current()
  expect(decided.outcomes.length).toBeGreaterThan(0)
  const [outcome] = decided.outcomes
  expect(outcome!.predicted.p50).toBeLessThan(outcome!.predictedCarryingOn.p50)
  // Any number can be traced to the message it came from.
  const trace = (await clinician.get(`/api/trace?event=${encodeURIComponent(outcome!.event)}`)).body as Trace
  expect(trace.nodes.some(({ type, payload }) => type === 'message.received' && payload?.text)).toBe(true)

  const reverse = { verb: 'reverse', reverses: decided.decisions[0]!.id, reason: { code: 'condition-changed' } }
  expect(await decide(clinician, reverse)).toMatchObject({ status: 200 })
  await expect.poll(() => received.at(-1)?.status, { timeout: 10_000 }).toBe('revoked')
  expect((await current()).state).toBe('reversed')
})

test('a program learns from the API what the twin is', async () => {
  const { kinds } = (await clinician.get('/api/twin-kinds')).body as { kinds: TwinKind[] }
  expect(kinds.map(({ kind }) => kind)).toContain('body-weight')
  const kind = kinds.find((each) => each.kind === 'body-weight')!
  expect(kind).toMatchObject({
    label: 'Body weight',
    quantities: [{ name: 'weight', unit: 'kg', channel: 'body-weight' }],
    interventions: [{ name: 'diet', mayApprove: ['clinician'], riskClass: 'low' }],
  })
})

test('it has a first screen', { timeout: 60_000 }, async ({ skip }) => {
  if (browserPath === undefined) skip('no Chromium')
  const { account, twin, subject } = { ...(await found()), account: clinicianAccount() }
  const browser = await chromium.launch({ executablePath: browserPath!, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const screen = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' })
    await screen.goto(`${house.server.url}/subjects/${subject}/now?twin=${encodeURIComponent(twin)}`)
    await screen.getByLabel('User name').fill(account.username)
    await screen.getByLabel('Password').fill(account.password)
    await screen.getByRole('button', { name: 'Sign in', exact: true }).click()
    const figures = screen.getByTestId('vital-few')
    await figures.getByText('Weight').first().waitFor()
    expect(await figures.textContent()).toMatch(/8\d(\.\d)?.*kg/)
    for (const text of ['Body weight', 'Trend', 'Diet kept'])
      await screen.getByText(text).locator('visible=true').first().waitFor()
  } finally {
    await browser.close()
  }
})

async function found(): Promise<{ readonly subject: string; readonly twin: string; readonly path: string }> {
  const { subjects } = (await clinician.get('/api/subjects')).body as SubjectList
  expect(subjects).toHaveLength(1)
  const twin = subjects[0]!.twins.find(({ kind }) => kind === 'body-weight')!.id
  return { subject: subjects[0]!.id, twin, path: `/api/twins/${encodeURIComponent(twin)}` }
}

function clinicianAccount() {
  return house.server.firstAccounts.find(({ role }) => role === 'clinician')!
}
