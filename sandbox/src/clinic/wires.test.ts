import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { day, hour, type JsonObject } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import { AuditLog, auditEntries, auditLogHeader, loginsOf } from './audit-log.ts'
import { auditEventResource, clinicTask, surveyResources } from './fhir.ts'
import { absencesCsv, rotaCsv, rotaIcs } from './files.ts'
import { clinicEntry, startClinic } from './live.ts'
import { readClinicTask } from './read-action.ts'
import { ClinicRecords } from './records.ts'
import { simulateClinic } from './simulation.ts'

const from = Date.UTC(2026, 2, 2)
const options = { seed: 'wires', size: 6, unseenWeeks: 3 }
const simulated = simulateClinic({ ...options, from })
const events = simulated.advance(from + 3 * day)

describe('the audit log', () => {
  const written = new AuditLog(simulated.truth).write(events, from + 3 * day)
  const entries = auditEntries(written)

  it('is in order of time, in the documented words, by the logins that are told', () => {
    const logins = new Set([...loginsOf(simulated.truth).values()].flat())
    let last = 0
    for (const { at, user, action } of entries) {
      expect(at).toBeGreaterThanOrEqual(last)
      last = at
      expect(logins).toContain(user)
      expect(action).toMatch(
        /^(chart\.view|result\.view|schedule\.view|note\.(edit|sign)|order\.(enter|sign)|rx\.(enter|sign)|inbox\.(open|read|reply|done)|login|logout|message\.received|other\..+)$/,
      )
    }
    expect(entries.length).toBeGreaterThan(5000)
  })

  it('is the same in whatever slices it is written, and tells nothing of later', () => {
    const log = new AuditLog(simulated.truth)
    let parts = ''
    for (let at = from; at <= from + 3 * day; at += 5 * hour) {
      const until = Math.min(at + 5 * hour, from + 3 * day)
      const part = log.write(
        events.filter((event) => event.at > at && event.at <= until),
        until,
      )
      for (const entry of auditEntries(part)) expect(entry.at).toBeLessThanOrEqual(until)
      parts += part
    }
    // Events of the very first instant lie in no slice.
    const later = (csv: string) => csv.split('\n').sort().join('\n')
    expect(later(parts)).toBe(later(written))
  })

  it('says of every message when it came and when it was dealt with', () => {
    const received = entries.filter(({ action }) => action === 'message.received')
    const told = events.filter(({ kind }) => kind === 'message')
    expect(received.length).toBe(told.length)
    const done = events.filter(
      ({ kind, ...event }) => kind === 'work' && 'work' in event && event.work.message && event.work.ends,
    )
    expect(entries.filter(({ action }) => action === 'inbox.done').length).toBe(done.length)
  })

  it('has the faults that are asked for', () => {
    const faulty = new AuditLog(simulated.truth, {
      faults: { doubled: 0.1, missing: [{ from: from + 9 * hour, until: from + 11 * hour }], clocks: { p001: 90 } },
    })
    const lines = auditEntries(faulty.write(events, from + 3 * day))
    const hole = lines.filter(
      ({ at, user }) => at >= from + 9 * hour && at < from + 11 * hour && !user.startsWith('u-p001'),
    )
    expect(hole).toEqual([])
    const lost = entries.filter(({ at }) => at >= from + 9 * hour && at < from + 11 * hour).length
    expect(lines.length / (entries.length - lost)).toBeGreaterThan(1.07)
    expect(lines.length / (entries.length - lost)).toBeLessThan(1.13)
  })

  it('is a FHIR AuditEvent line by line', () => {
    const entry = entries.find(({ action }) => action === 'inbox.done')!
    expect(auditEventResource(entry, 0)).toMatchObject({
      resourceType: 'AuditEvent',
      subtype: [{ system: 'urn:counterpart:work-action', code: 'inbox.done' }],
      agent: [{ altId: entry.user, requestor: true }],
    })
  })
})

describe('rota and leave', () => {
  const rotas = events.flatMap((event) => (event.kind === 'rota' ? [event.rota] : []))

  it('are CSV with local times and a calendar of the same spans', () => {
    const lines = rotaCsv(rotas, 'Europe/London').trim().split('\n')
    const spans = rotas.reduce((sum, { spans: list }) => sum + Math.max(1, list.length), 0)
    expect(lines.length).toBe(1 + spans)
    expect(lines[1]).toMatch(/^p\d{3},2026-\d\d-\d\dT08:00:00\+00:00,2026-\d\d-\d\dT12:00:00\+00:00,clinic$/)
    // After the clocks have changed the wall still shows eight.
    expect(lines.some((line) => /T08:00:00\+01:00/.test(line))).toBe(true)
    const calendar = rotaIcs(rotas.slice(0, 1), from)
    expect(calendar.match(/BEGIN:VEVENT/g)?.length).toBe(rotas[0]!.spans.length)
    expect(calendar).toMatch(/DTSTART:20260302T080000Z\r\n/)
  })

  it('name leave and its end', () => {
    const csv = absencesCsv([{ absence: 'a', provider: 'p001', from, until: from + day }], 'Europe/London')
    expect(csv).toBe('provider,from,until,work\np001,2026-03-02T00:00:00+00:00,2026-03-03T00:00:00+00:00,leave\n')
  })
})

describe('orders', () => {
  const action = { id: 'order-1', name: 'team-inbox', dose: 40, on: ['pod-a'] } as const
  const task = (change: JsonObject = {}): JsonObject => ({
    ...clinicTask('clinic/north', action, { status: 'in-progress', at: from }, 0),
    ...change,
  })
  const parts = new Set(['pod-a', 'p001'])

  it('are read as they are written', () => {
    expect(readClinicTask('order-1', task(), 'clinic/north', parts)).toEqual({ wants: 'start', action })
    expect(readClinicTask('order-1', task({ status: 'cancelled' }), 'clinic/north', parts).wants).toBe('stop')
  })

  it.each([
    [task(), 'clinic/south', /expected the identifier/],
    [task({ status: 'odd' }), 'clinic/north', /asks for nothing/],
    [task({ input: [{ valueQuantity: { value: 90 } }] }), 'clinic/north', /from 10 to 60 %/],
    [
      task({ input: [{ valueQuantity: { value: 20 } }, { valueString: 'pod-z' }] }),
      'clinic/north',
      /"pod-z" is no pod/,
    ],
  ] as const)('are refused with what is wrong (%#)', (body, clinic, message) => {
    expect(() => readClinicTask('order-1', body, clinic, parts)).toThrow(message)
  })
})

it('writes appointments by SIU as they happen, or together as they stood, and each survey once its person agrees', () => {
  const records = (own: boolean) =>
    new ClinicRecords({ clinic: 'clinic/north', timeZone: 'Europe/London', truth: simulated.truth, own: () => own })
  const live = records(false).write(events, from + 3 * day, false)
  const siu = live.flatMap((message) => (message.door === 'hl7v2' ? [message] : []))
  const appointments = events.filter(({ kind }) => kind === 'appointment')
  expect(siu.length).toBe(appointments.length)
  expect(new Set(siu.map(({ controlId }) => controlId)).size).toBe(siu.length)
  for (const { controlId, text } of siu) {
    expect(controlId.length).toBeLessThanOrEqual(20)
    expect(text).toMatch(/^MSH\|.*SIU\^S(12|14|15|26)\^SIU_S12.*\rSCH\|.*\rPID\|.*\rAIP\|1\|A\|p\d{3}/s)
  }
  const together = records(false).write(events, from + 3 * day, true)
  const standing = together.flatMap((message) => (message.door === 'fhir' ? (message.bundle.entry as unknown[]) : []))
  expect(standing.length).toBeLessThan(appointments.length)
  expect(live.filter(({ door }) => door === 'work-events')).toEqual(
    together.filter(({ door }) => door === 'work-events'),
  )
  const answered = events.flatMap((event) => (event.kind === 'survey' ? [event] : []))
  const surveys = records(true)
    .write(answered, from + 3 * day, false)
    .filter(({ door }) => door === 'fhir')
  expect(surveys.length).toBe(3 * answered.length)
  expect(answered.length).toBeGreaterThan(0)
  for (const { at, survey } of answered) {
    const [, pfi] = surveyResources(survey, at, 'provider/north.p001', 0)
    const items = (pfi!.item as { linkId: string; answer: { valueInteger: number }[] }[]).filter(({ linkId }) =>
      linkId.startsWith('exhaustion'),
    )
    const mean = items.reduce((sum, { answer }) => sum + answer[0]!.valueInteger, 0) / items.length
    expect(Math.abs(mean - survey.exhaustion)).toBeLessThanOrEqual(0.125 + 1e-9)
  }
})

it('lives by the clock: tells its past by the doors, then what happens, and does what it is asked for', async () => {
  const got: { method: string; url: string; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      got.push({ method: request.method!, url: request.url!, body })
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  let now = Date.UTC(2026, 2, 4, 11)
  const clinic = startClinic({
    clinic: 'clinic/north',
    seed: 'wires',
    size: 4,
    clock: () => now,
    timer: (delay, work) => {
      // Waits are cut short, deadlines are not.
      const handle = setTimeout(work, delay > 60_000 ? delay : Math.min(delay, 5))
      return () => clearTimeout(handle)
    },
    url: `http://127.0.0.1:${port}`,
    token: 'secret',
    history: 2 * day,
  })
  await clinic.live
  const bodies = (part: string) => got.filter(({ url }) => url.startsWith(part)).map(({ body }) => body)
  const past = bodies('/api/clinics/north/work-events')
  expect(past.every((csv) => csv.startsWith(auditLogHeader))).toBe(true)
  const lines = past.flatMap((csv) => auditEntries(csv.slice(auditLogHeader.length)))
  expect(lines.length).toBeGreaterThan(500)
  expect(Math.max(...lines.map(({ at }) => at))).toBeLessThanOrEqual(now)
  expect(bodies('/api/clinics/north/rota?said=')[0]).toMatch(/^provider,from,until,work\n/)
  expect(bodies('/fhir').length).toBeGreaterThan(0)

  clinic.request({ wants: 'start', action: { id: 'order-9', name: 'cross-cover', dose: 1 } })
  now += 2 * day
  const deadline = Date.now() + 4000
  while (Date.now() < deadline && !bodies('/fhir').some((body) => body.includes('order-9')))
    await new Promise((resolve) => setTimeout(resolve, 20))
  // What is on its way as it stops is given up.
  expect(clinic.statistics.refused).toBe(0)
  expect(clinic.statistics.accepted).toBeGreaterThan(5)
  await clinic.stop()
  await new Promise((resolve) => server.close(resolve))
  expect(bodies('/fhir').find((body) => body.includes('order-9'))).toContain('in-progress')
  const after = bodies('/api/clinics/north/work-events').slice(past.length).join('')
  expect(auditEntries(after).every(({ at }) => !(at <= Date.UTC(2026, 2, 4, 11)))).toBe(true)
})

it('says of itself what a platform must be told', () => {
  const entry = clinicEntry('clinic/north', { seed: 'wires', size: 6 })
  expect(entry).toMatchObject({ id: 'north', timeZone: 'Europe/London', minimumCell: 5 })
  expect(entry.providers.map(({ code }) => code)).toEqual(['p001', 'p002', 'p003', 'p004', 'p005', 'p006'])
  for (const { users, code } of entry.providers) expect(users[0]).toBe(`u-${code}`)
})
