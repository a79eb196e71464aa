import { readClinics } from '@counterpart/intake'
import { day, type SubjectId } from '@counterpart/kernel'
import { AuditLog, auditLogHeader, clinicEntry, rotaCsv, simulateClinic } from '@counterpart/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Caller, startTestServer, type TestServer } from '../test-support/test-server.ts'
import type { GroupsPicture, LoadPicture, PictureData, Recommendations } from './contract/index.ts'

/** A Monday; the clinic is looked at for two weeks from there. */
const from = Date.parse('2026-04-13T00:00:00+01:00')
const now = from + 16 * day + 11 * 3_600_000
const clinic: SubjectId = 'clinic/small'
const twin = encodeURIComponent(`provider-workload:${clinic}`)
const about = { seed: 'privacy', size: 13, pods: 3, timeZone: 'Europe/London' }
const simulated = simulateClinic({ ...about, from })
let house: TestServer
let manager: Caller
let self: Caller
let tooSmall: readonly string[] = []
const people: { readonly code: string; readonly label: string; readonly pod: string }[] = []

beforeAll(async () => {
  const events = simulated.advance(now)
  const { layout } = simulated
  people.push(...layout.providers.map(({ provider: code, label, pod }) => ({ code, label, pod })))
  tooSmall = layout.pods
    .map(({ code }) => code)
    .filter((pod) => people.filter((each) => each.pod === pod).length < layout.minimumCell)
  house = await startTestServer({
    clock: () => now,
    clinics: readClinics(
      JSON.stringify({ clinics: [{ ...clinicEntry(clinic, about), since: new Date(from).toISOString() }] }),
    ),
    registry: new URL('../test-support/provider-workload-twin.ts', import.meta.url),
  })
  manager = await house.as('manager')
  const engineer = await house.as('engineer')
  const rota = events.flatMap((event) => (event.kind === 'rota' ? [event.rota] : []))
  const said = `?said=${encodeURIComponent(new Date(from).toISOString())}`
  const log = new AuditLog(simulated.truth, { every: 25 })
  const sent = [
    await engineer.send('PUT', `/api/clinics/small/rota${said}`, rotaCsv(rota, layout.timeZone), 'text/csv'),
    await engineer.send('POST', '/api/clinics/small/work-events', auditLogHeader + log.write(events, now), 'text/csv'),
  ]
  expect(sent.map(({ status, text }) => [status, status === 200 ? '' : text])).toEqual([
    [200, ''],
    [200, ''],
  ])
  await house.server.platform.host.settled()
  await house.server.platform.accounts.create({
    username: 'somebody',
    displayName: people[0]!.label,
    roles: ['clinician'],
    subject: `provider/small.${people[0]!.code}`,
    password: 'violet harbour lantern',
  })
  self = await house.asAccount('somebody')
}, 120_000)
afterAll(() => house?.close())

const read = async <T>(caller: Caller, path: string): Promise<T> => {
  const { status, text } = await caller.send('GET', path)
  expect([path, status, status === 200 ? '' : text]).toEqual([path, 200, ''])
  return JSON.parse(text) as T
}

/** People whose code or name a text holds. */
const named = (text: string) =>
  people
    .filter(({ code, label }) => new RegExp(`\\b${code}\\b`).test(text) || text.includes(label))
    .map(({ code }) => code)

describe('what the provider-workload twin shows to others', () => {
  test('the clinic has people in pods that are too small to be told of', () => {
    expect(people).toHaveLength(13)
    expect(tooSmall.length).toBeGreaterThan(0)
  })

  test('its pictures, forecasts and advice name nobody and say nothing of a pod that is too small', async () => {
    const kinds = await read<{ kinds: { pictures: { name: string; audience?: string }[] }[] }>(
      manager,
      '/api/twin-kinds',
    )
    const offers = kinds.kinds[0]!.pictures
    const shown: PictureData[] = []
    for (const { name, audience } of offers) {
      const path = `/api/twins/${twin}/pictures/${name}`
      if (audience === 'member') {
        expect((await manager.send('GET', path)).status).toBe(404)
        continue
      }
      const { status, text } = await manager.send('GET', path)
      expect([name, status, status === 200 ? '' : text]).toEqual([name, 200, ''])
      expect([name, named(text)]).toEqual([name, []])
      shown.push(JSON.parse(text) as PictureData)
    }
    const loads = shown.filter((each): each is LoadPicture => each.kind === 'load')
    for (const { rows } of loads)
      for (const row of rows.filter(({ name }) => tooSmall.includes(name)))
        expect(row.cells.every(({ suppressed, work }) => suppressed !== undefined && work.mean === 0)).toBe(true)
    const groups = shown.filter((each): each is GroupsPicture => each.kind === 'groups')
    for (const each of groups.flatMap((picture) => picture.groups).filter(({ name }) => tooSmall.includes(name)))
      expect(Object.values(each.values).every(({ estimate }) => estimate === null)).toBe(true)
    expect(loads.length).toBeGreaterThan(0)
    expect(groups.length).toBeGreaterThan(0)
    for (const path of [`/api/twins/${twin}`, `/api/twins/${twin}/history?from=0`, `/api/twins/${twin}/forecast`]) {
      const { text } = await manager.send('GET', path)
      expect([path, named(text)]).toEqual([path, []])
    }
    const { recommendations } = await read<Recommendations>(manager, `/api/twins/${twin}/recommendations`)
    expect(named(JSON.stringify(recommendations))).toEqual([])
    expect(named((await manager.send('GET', '/api/clinics/small/measures.csv')).text)).toEqual([])
  }, 120_000)

  test('one who asks again does not see what one person has done in between', async () => {
    const seen = async () => {
      const { rows } = await read<LoadPicture>(manager, `/api/twins/${twin}/pictures/week`)
      return rows.map(({ name, cells }) => ({ name, cells: cells.map(({ work, outside }) => ({ work, outside })) }))
    }
    const before = await seen()
    const engineer = await house.as('engineer')
    const at = (seconds: number) => new Date(now - 1_800_000 + 1_000 * seconds).toISOString()
    const login = `u-${people[0]!.code}`
    const log = `${auditLogHeader}${at(0)},${login},inbox.open,1,m1,patient\n${at(9)},${login},inbox.done,1,m1,patient\n`
    const { status, text } = await engineer.send('POST', '/api/clinics/small/work-events', log, 'text/csv')
    expect([status, (JSON.parse(text) as { log: { fresh: number } }).log.fresh]).toEqual([200, 2])
    await house.server.platform.host.settled()
    expect(await seen()).toEqual(before)
    for (const { work } of before.flatMap(({ cells }) => cells)) expect(work.mean).toBe(Math.round(work.mean))
  }, 60_000)

  test('people see their own weeks and measures, and nobody else’s', async () => {
    const weeks = await read<LoadPicture>(self, '/api/me/pictures/my-weeks')
    expect(weeks.rows[0]!.cells.filter(({ known }) => known !== 'forecast').some(({ work }) => work.mean > 5)).toBe(
      true,
    )
    const measures = await read<GroupsPicture>(self, '/api/me/pictures/my-measures')
    expect(Object.values(measures.groups[0]!.values).some(({ estimate }) => estimate !== null)).toBe(true)
    const others = people.slice(1).map(({ code }) => code)
    expect(named(JSON.stringify([weeks, measures])).filter((code) => others.includes(code))).toEqual([])
  }, 60_000)
})
