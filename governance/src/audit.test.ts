import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Instant, minute, type SubjectId } from '@counterpart/kernel'
import { openThread, type Thread } from '@counterpart/thread'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Audit, type AuditEntry, type AuditOptions, openAudit } from './audit.ts'

let directory: string
let thread: Thread
let now: Instant
let timers: (() => void)[]
let errors: unknown[]
let ids: number
let opened: Audit[]

const open = (options: Partial<AuditOptions> = {}) => {
  const audit = openAudit({
    thread,
    clock: () => now,
    newId: () => `id-${++ids}`,
    schedule: (_, work) => {
      timers.push(work)
      return () => {
        timers = timers.filter((each) => each !== work)
      }
    },
    onError: (error) => errors.push(error),
    ...options,
  })
  opened.push(audit)
  return audit
}
const entry = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  who: 'account:ada',
  role: 'clinician',
  action: 'view-subject',
  subject: 'patient/1',
  resource: 'GET /api/subjects/patient/1',
  outcome: 'allowed',
  address: '192.0.2.7',
  ...more,
})
const written = async () => {
  const events = []
  for await (const event of thread.read('audit')) events.push(event)
  return events
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audit-'))
  now = Date.UTC(2026, 0, 5, 8)
  thread = await openThread({ directory, clock: () => now })
  timers = []
  errors = []
  ids = 0
  opened = []
})
afterEach(async () => {
  await thread.close()
  await rm(directory, { recursive: true })
})

describe('the audit trail', () => {
  test('has a decision before anything else can happen', async () => {
    await open().write(entry({ action: 'take-decision', purpose: 'agrees-with-assessment' }))
    expect(await written()).toMatchObject([
      {
        stream: 'audit',
        type: 'audit.recorded',
        effective: now,
        subject: null,
        payload: entry({ action: 'take-decision', purpose: 'agrees-with-assessment' }),
      },
    ])
  })

  test('refuses what cannot be written', async () => {
    const audit = open()
    await thread.close()
    await expect(audit.write(entry())).rejects.toMatchObject({ code: 'audit-unavailable' })
    thread = await openThread({ directory, clock: () => now })
  })

  test('gathers reads and writes them together, soon', async () => {
    const audit = open()
    for (let i = 0; i < 50; i++) audit.read(entry({ resource: `GET /${i}` }))
    expect(await written()).toEqual([])
    expect(timers).toHaveLength(1)
    timers.shift()!()
    await audit.flush()
    expect(await written()).toHaveLength(50)
  })

  test('has one entry for the same read within a minute, and another for anything that differs', async () => {
    const audit = open()
    for (let i = 0; i < 60; i++) {
      audit.read(entry())
      now += 999
    }
    now += 1_000
    audit.read(entry())
    audit.read(entry({ outcome: 'denied' }))
    audit.read(entry({ who: 'account:ben' }))
    await audit.flush()
    expect((await written()).map(({ payload }) => `${payload?.who} ${payload?.outcome}`)).toEqual([
      'account:ada allowed',
      'account:ada allowed',
      'account:ada denied',
      'account:ben allowed',
    ])
  })

  test('keeps reads that could not be written and tries again; when too many wait, nobody reads on', async () => {
    const audit = open({ mayWait: 3 })
    const append = thread.append.bind(thread)
    thread.append = async () => {
      throw new Error('disk full')
    }
    for (let i = 0; i < 3; i++) audit.read(entry({ resource: `${i}` }))
    await expect(audit.flush()).rejects.toThrow('disk full')
    expect(() => audit.read(entry({ resource: 'one too many' }))).toThrow(
      expect.objectContaining({ code: 'audit-unavailable' }),
    )
    thread.append = append
    await audit.flush()
    expect(await written()).toHaveLength(3)
    expect(() => audit.read(entry({ resource: 'one more' }))).not.toThrow()
    await audit.close()
    expect(await written()).toHaveLength(4)
  })

  test('tells a patient who looked at them, and outlives the erasure of the patient', async () => {
    const audit = open()
    audit.read(entry())
    audit.read(entry({ subject: 'patient/2' }))
    await audit.write(entry({ who: 'account:ben', action: 'take-decision' }))
    await thread.eraseSubject('patient/1', { who: 'account:steward' })
    const looked = await audit.query({ subject: 'patient/1' })
    expect(looked.map(({ who, action }) => `${who} ${action}`).sort()).toEqual([
      'account:ada view-subject',
      'account:ben take-decision',
    ])
    expect((await open().query({ who: 'account:ben' })).map(({ action }) => action)).toEqual(['take-decision'])
  })

  test('answers any question as a reading of the whole trail would', async () => {
    const audit = open()
    const start = now
    const subjects: readonly (SubjectId | undefined)[] = ['patient/1', 'patient/2', 'patient/3', undefined]
    const users = ['account:ada', 'account:ben', null]
    const all: (AuditEntry & { at: Instant })[] = []
    for (let i = 0; i < 120; i++) {
      const one = entry({ subject: subjects[(i * 7) % 4], who: users[(i * i) % 3], resource: `${i}` })
      await audit.write(one)
      all.unshift({ ...one, at: now })
      now += minute
    }
    const question = fc.record(
      {
        subject: fc.constantFrom<SubjectId>('patient/1', 'patient/2', 'patient/9'),
        who: fc.constantFrom('account:ada', 'account:ben', 'account:nobody'),
        from: fc.integer({ min: 0, max: 120 }).map((n) => start + n * minute),
        to: fc.integer({ min: 0, max: 120 }).map((n) => start + n * minute),
        limit: fc.integer({ min: 1, max: 150 }),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(question, async (asked) => {
        const expected = all
          .filter(
            ({ subject, who, at }) =>
              (asked.subject ?? subject) === subject &&
              (asked.who ?? who) === who &&
              at >= (asked.from ?? 0) &&
              at <= (asked.to ?? Infinity),
          )
          .slice(0, asked.limit ?? 200)
        expect((await audit.query(asked)).map(({ resource }) => resource)).toEqual(
          expected.map(({ resource }) => resource),
        )
      }),
      { numRuns: 60 },
    )
  })
})
