import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Caller, startTestServer, type TestServer } from '../../test-support/test-server.ts'
import { type DrawingProgress, picture, type Session, type TwinKind, type WhatIf } from '../contract/index.ts'

const path = `/api/twins/${encodeURIComponent('drawing:department/north-ed')}`
const folder = mkdtempSync(join(tmpdir(), 'pictures-'))
let house: TestServer
let manager: Caller

beforeAll(async () => {
  const file = join(folder, 'departments.json')
  const areas = [{ code: 'ED', label: 'Department', role: 'majors', spaces: ['1'] }]
  const since = new Date(Date.now() - 60_000).toISOString()
  const department = { id: 'north-ed', name: 'North', since, utcOffsetMinutes: 0, areas }
  writeFileSync(file, JSON.stringify({ departments: [department] }))
  house = await startTestServer({
    departments: file,
    registry: new URL('../../test-support/drawing-twin.ts', import.meta.url),
  })
  manager = await house.as('manager')
  await house.server.platform.host.settled()
})
afterAll(async () => {
  await house?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a kind of twin tells what it can draw, and each is drawn by its name', async () => {
  const { kinds } = (await manager.get('/api/twin-kinds')).body as { kinds: TwinKind[] }
  const offers = kinds.find(({ kind }) => kind === 'drawing')!.pictures
  expect(offers.map(({ name, kind, live }) => [name, kind, live])).toEqual([
    ['floor', 'floor', true],
    ['stress', 'stress', false],
    ['slow', 'stress', false],
  ])
  for (const { name, kind } of offers.slice(0, 2)) {
    const { status, body } = await manager.get(`${path}/pictures/${name}`)
    expect(status).toBe(200)
    expect(picture.parse(body)).toMatchObject({ kind, title: `${name} under 0 changes` })
  }
})

test('what is not drawn is not found', async () => {
  expect((await manager.get(`${path}/pictures/heart`)).status).toBe(404)
  expect((await manager.get('/api/twins/drawing%3Adepartment%2Fsouth-ed/pictures/floor')).status).toBe(404)
})

test('a picture is for those who may see the department', async () => {
  expect((await (await house.as('patient')).get(`${path}/pictures/floor`)).status).toBe(403)
  expect((await (await house.as('engineer')).get(`${path}/pictures/stress`)).status).toBe(403)
})

test('long work tells how far it is, and ends when whoever asked hangs up', async () => {
  const progress = async () =>
    ((await manager.get(`${path}/pictures/slow/progress`)).body as { drawing: DrawingProgress['drawing'] }).drawing
  expect(await progress()).toBeNull()
  const gone = new AbortController()
  const headers = { authorization: `Bearer ${manager.token}` }
  const asked = fetch(`${house.server.url}${path}/pictures/slow`, { headers, signal: gone.signal })
  await expect.poll(async () => (await progress())?.done ?? 0, { timeout: 8_000 }).toBeGreaterThan(0)
  expect(await progress()).toMatchObject({ of: 200, usual: null })
  const left = performance.now()
  gone.abort()
  await expect(asked).rejects.toThrow()
  await expect.poll(progress, { timeout: 4_000 }).toBeNull()
  // The worker is free again long before it would have been done.
  expect((await manager.get(`${path}/pictures/stress`)).status).toBe(200)
  expect(performance.now() - left).toBeLessThan(8_000)
})

test('a what-if draws the picture it is asked for, under its plan and beside carrying on', async () => {
  const interventions = [{ intervention: 'open-overflow', dose: 4 }]
  const ask = async (wanted: unknown) => {
    const { status, body } = await manager.post(`${path}/what-if`, { interventions, picture: wanted })
    return { status, picture: (body as Partial<WhatIf>).picture }
  }
  expect((await ask('stress')).picture).toMatchObject({
    carryOn: { kind: 'stress', title: 'stress under 0 changes' },
    scenario: { kind: 'stress', title: 'stress under 1 changes' },
  })
  expect((await ask(true)).picture).toMatchObject({ scenario: { title: 'floor under 1 changes' } })
  expect((await ask(false)).picture).toBeNull()
  expect((await ask('heart')).status).toBe(404)
})

test('a session tells what one may do of departments beside what one may do of patients', async () => {
  const { may, mayOnDepartments } = (await manager.get('/api/session')).body as Session
  expect(may).not.toContain('run-what-if')
  expect(mayOnDepartments).toEqual(expect.arrayContaining(['view-subject', 'run-what-if', 'take-decision']))
})
