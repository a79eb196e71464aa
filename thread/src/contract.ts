import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Instant } from '@counterpart/kernel'
import { afterEach, describe, expect, test } from 'vitest'
import {
  exportThread,
  follow,
  importThread,
  type NewEvent,
  openThread,
  type StoredThread,
  type Thread,
  type ThreadEvent,
  type ThreadOptions,
  threadStatistics,
  type WaveformSegment,
} from './index.ts'
import { killsWhileAppending } from './killed-appender.ts'

/** Where one test keeps its thread, with a way around the thread to the rows. */
export interface Place {
  readonly directory: string
  readonly databaseUrl?: string
  /** Runs SQL on the closed thread's tables; `?` stands for a value. */
  sql(text: string, ...values: (string | number | Uint8Array)[]): Promise<readonly Record<string, unknown>[]>
}

/** A temporary directory that is removed when the test ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'counterpart-thread-'))
  removals.push(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

const removals: (() => void)[] = []

/** What any adapter must do; run by each. */
export function describeThread(
  name: string,
  newPlace: () => Promise<Place>,
  options: { readonly kills: number },
): void {
  const open: StoredThread[] = []
  afterEach(async () => {
    for (const thread of open.splice(0)) await thread.close()
    for (const remove of removals.splice(0)) remove()
  })

  const openAt = async (place: Place, more: Partial<ThreadOptions> = {}): Promise<StoredThread> => {
    const thread = await openThread({
      directory: place.directory,
      databaseUrl: place.databaseUrl,
      clock: ticking(1_000),
      ...more,
    })
    open.push(thread)
    return thread
  }
  const fresh = async (more: Partial<ThreadOptions> = {}): Promise<{ thread: StoredThread; place: Place }> => {
    const place = await newPlace()
    return { place, thread: await openAt(place, more) }
  }
  const close = async (thread: StoredThread): Promise<void> => {
    open.splice(open.indexOf(thread), 1)
    await thread.close()
  }

  describe(`the thread in ${name}`, () => {
    test('gives back what was appended, in order, with both times, its origin and its maker', async () => {
      const { thread } = await fresh({ clock: () => 5_000 })
      const results = await thread.append([
        fact('message', { type: 'message.received', payload: { text: 'MSH|^~\\&|…'.repeat(1_000) } }),
        fact('reading', {
          effective: 4_000,
          derivedFrom: ['#0'],
          madeBy: { definition: 'heart', version: '1.0.0', seed: 'a/b' },
        }),
      ])
      expect(results.map(({ id, sequence, recorded, duplicate }) => ({ id, sequence, recorded, duplicate }))).toEqual([
        { id: 'patient/a@1', sequence: 1, recorded: 5_000, duplicate: false },
        { id: 'patient/a@2', sequence: 2, recorded: 5_000, duplicate: false },
      ])
      const [message, reading] = await all(thread.read('patient/a'))
      expect(message?.payload).toEqual({ text: 'MSH|^~\\&|…'.repeat(1_000) })
      expect(reading).toMatchObject({
        id: 'patient/a@2',
        stream: 'patient/a',
        sequence: 2,
        type: 'observation.recorded',
        schemaVersion: 1,
        effective: 4_000,
        recorded: 5_000,
        idempotencyKey: 'reading',
        subject: 'patient/a',
        derivedFrom: ['patient/a@1'],
        madeBy: { definition: 'heart', version: '1.0.0', seed: 'a/b' },
        payload: { value: 'reading' },
        previousHash: message?.hash,
      })
      expect(await thread.get('patient/a@2')).toEqual(reading)
      expect(await thread.get('patient/a@3')).toBeUndefined()
      expect(await all(thread.derivedFrom('patient/a@1'))).toEqual([reading])
    })

    test('is there again after it was closed', async () => {
      const { thread, place } = await fresh()
      await thread.append([fact('one'), fact('two', { subject: null, stream: 'audit' })])
      const before = await all(thread.readAll(0))
      await close(thread)
      const again = await openAt(place)
      expect(await all(again.readAll(0))).toEqual(before)
      await again.append([fact('three')])
      expect((await again.verify()).broken).toEqual([])
    })

    test('appends all events of a call or none', async () => {
      const { thread } = await fresh()
      await thread.append([fact('taken')])
      const mixed = thread.append([
        fact('new'),
        fact('other', { stream: 'patient/b', subject: 'patient/b' }),
        fact('taken', { payload: { value: 'another' } }),
      ])
      await expect(mixed).rejects.toMatchObject({ code: 'idempotency-conflict' })
      expect((await all(thread.readAll(0))).map(({ idempotencyKey }) => idempotencyKey)).toEqual(['taken'])
      expect((await thread.streams()).map(({ stream }) => stream)).toEqual(['patient/a'])
      expect((await thread.parts.store.keys()).map(({ subject }) => subject)).not.toContain('patient/b')
      await thread.append([fact('new'), fact('other', { stream: 'patient/b', subject: 'patient/b' })])
      expect(await thread.verify()).toEqual({ streams: 2, events: 3, broken: [] })
    })

    test('lets an event in that came with a refused call of the same moment', async () => {
      const { thread } = await fresh()
      await thread.append([fact('taken')])
      const [refused, taken] = await Promise.allSettled([
        thread.append([
          fact('new'),
          fact('first of b', { stream: 'patient/b', subject: 'patient/b' }),
          fact('taken', { effective: 8 }),
        ]),
        thread.append([fact('first of b', { stream: 'patient/b', subject: 'patient/b' }), fact('new')]),
      ])
      expect(refused).toMatchObject({ reason: { code: 'idempotency-conflict' } })
      expect(taken).toMatchObject({
        value: [
          { id: 'patient/b@1', position: 2, duplicate: false },
          { id: 'patient/a@2', position: 3, duplicate: false },
        ],
      })
      expect((await all(thread.readAll(0))).map(({ payload }) => payload?.value)).toEqual([
        'taken',
        'first of b',
        'new',
      ])
      expect((await thread.verify()).broken).toEqual([])
    })

    test('knows an event that is handed in again, also within one moment, and names the first', async () => {
      const { thread } = await fresh()
      const [[first], [second]] = await Promise.all([thread.append([fact('same')]), thread.append([fact('same')])])
      expect(first?.duplicate).toBe(false)
      expect(second).toEqual({ ...first, duplicate: true })
      const [third, fresher] = await thread.append([fact('same'), fact('next', { derivedFrom: ['#0'] })])
      expect(third).toEqual({ ...first, duplicate: true })
      expect((await thread.get(fresher!.id))?.derivedFrom).toEqual([first?.id])
      expect(await thread.lastPosition()).toBe(2)
    })

    test.each<[string, Partial<NewEvent>]>([
      ['payload', { payload: { value: 1 } }],
      ['effective time', { effective: 8 }],
      ['type', { type: 'observation.corrected' }],
      ['subject', { subject: 'patient/b' }],
      ['origin', { derivedFrom: ['patient/a@1'] }],
      ['maker', { madeBy: { definition: 'heart', version: '2.0.0' } }],
    ])('refuses the same key with another %s, and the other calls of that moment go through', async (what, change) => {
      const { thread } = await fresh()
      await thread.append([fact('first'), fact('key')])
      const [before, conflict, after] = await Promise.allSettled([
        thread.append([fact('before')]),
        thread.append([fact('key', change)]),
        thread.append([fact('after')]),
      ])
      expect([before.status, after.status]).toEqual(['fulfilled', 'fulfilled'])
      expect(conflict).toMatchObject({
        reason: { code: 'idempotency-conflict', message: expect.stringContaining(what) },
      })
      expect((await thread.verify()).broken).toEqual([])
    })

    test('tells the second of two writers of a stream that it is late', async () => {
      const { thread } = await fresh()
      const writes = await Promise.allSettled([
        thread.append([fact('mine')], { 'patient/a': 0 }),
        thread.append([fact('yours')], { 'patient/a': 0 }),
        thread.append([fact('theirs')], { 'patient/a': 1 }),
      ])
      expect(writes.map((write) => (write.status === 'rejected' ? write.reason.code : 'taken'))).toEqual([
        'taken',
        'sequence-conflict',
        'taken',
      ])
      // Handed in again because the answer was lost: not late, but there already.
      const [again] = await thread.append([fact('mine')], { 'patient/a': 0 })
      expect(again?.duplicate).toBe(true)
    })

    test('takes many appends at once and numbers each stream without gaps', async () => {
      const { thread } = await fresh()
      const seen: number[] = []
      thread.subscribe((events) => seen.push(...events.map(({ position }) => position)))
      const results = await Promise.all(
        Array.from({ length: 600 }, (_, i) =>
          thread.append([fact(`event ${i}`, { stream: `patient/p${i % 7}`, subject: `patient/p${i % 7}` })]),
        ),
      )
      const positions = results.map(([result]) => result!.position)
      expect(positions).toEqual(Array.from({ length: 600 }, (_, i) => i + 1))
      expect(seen).toEqual(positions)
      const stream = await all(thread.read('patient/p3'))
      expect(stream.map(({ sequence }) => sequence)).toEqual(Array.from({ length: stream.length }, (_, i) => i + 1))
      expect(stream.map(({ idempotencyKey }) => idempotencyKey)).toEqual(stream.map((_, i) => `event ${3 + 7 * i}`))
      expect(await thread.verify()).toEqual({ streams: 7, events: 600, broken: [] })
      expect((await threadStatistics(thread)).events).toBe(600)
    })

    test.each<[string, Partial<NewEvent>]>([
      ['NaN', { payload: { value: Number.NaN } }],
      ['a date', { payload: { value: new Date(0) as never } }],
      ['endless depth', { payload: deep(1_000) }],
      ['a fraction of a millisecond', { effective: 0.5 }],
      ['no key', { idempotencyKey: '' }],
      ['a stream with a line break', { stream: 'patient/a\n' }],
      ['half a character', { type: '\ud800' }],
      ['a subject that is none', { subject: 'Jane Doe' as never }],
      ['itself as origin', { derivedFrom: ['#0'] }],
      ['an origin that does not exist', { derivedFrom: ['patient/a@7'] }],
    ])('refuses an event with %s', async (_, change) => {
      const { thread } = await fresh()
      await expect(thread.append([fact('key', change)])).rejects.toMatchObject({ code: 'event-invalid' })
      expect(await thread.lastPosition()).toBe(0)
    })

    test('answers what was known on Tuesday about Monday', async () => {
      const [monday, tuesday, wednesday] = [100, 200, 300]
      let now = monday
      const { thread } = await fresh({ clock: () => now })
      await thread.append([fact('monday, at once', { effective: monday })])
      now = tuesday
      await thread.append([
        fact('monday, a day late', { effective: monday + 1 }),
        fact('tuesday', { effective: tuesday }),
      ])
      now = wednesday
      await thread.append([
        fact('monday, two days late', { effective: monday + 2 }),
        fact('wednesday', { effective: wednesday }),
      ])
      const keys = async (options: object): Promise<string[]> =>
        (await all(thread.read('patient/a', options))).map(({ idempotencyKey }) => idempotencyKey)
      expect(await keys({ knownAt: tuesday, validAt: monday + 99 })).toEqual(['monday, at once', 'monday, a day late'])
      expect(await keys({ validAt: monday + 99 })).toEqual([
        'monday, at once',
        'monday, a day late',
        'monday, two days late',
      ])
      expect(await keys({ knownAt: tuesday, descending: true, limit: 2 })).toEqual(['tuesday', 'monday, a day late'])
      expect(await keys({ validFrom: tuesday })).toEqual(['tuesday', 'wednesday'])
      expect(await keys({ validFrom: monday + 1, validAt: monday + 2, knownAt: wednesday - 1 })).toEqual([
        'monday, a day late',
      ])
      expect(await keys({ knownAt: monday - 1 })).toEqual([])
      expect(await keys({ fromSequence: 2, toSequence: 3 })).toEqual(['monday, a day late', 'tuesday'])
    })

    test('reads by every combination of bounds what a plain filter finds', async () => {
      let now = 0
      const { thread } = await fresh({ clock: () => now })
      // Effective times wander about over more events than one page or index block holds.
      const events = Array.from({ length: 1_300 }, (_, i) =>
        fact(`e${i}`, { effective: (i * 7_919) % 1_000, type: i % 3 === 0 ? 'a' : 'b' }),
      )
      for (let i = 0; i < events.length; i += 100) {
        now += 10
        await thread.append(events.slice(i, i + 100))
      }
      const stored = await all(thread.read('patient/a'))
      expect(stored.length).toBe(1_300)
      for (const bounds of [
        { validFrom: 990 },
        { validAt: 3 },
        { validFrom: 100, validAt: 101, knownAt: 75 },
        { knownAt: 75, descending: true, limit: 700 },
        { types: ['a'], validFrom: 500, fromSequence: 40, limit: 30 },
        { types: ['a'], toSequence: 1_290, descending: true, limit: 600 },
      ] as import('./port.ts').ReadOptions[]) {
        const found = stored.filter(
          (event) =>
            event.effective >= (bounds.validFrom ?? 0) &&
            event.effective <= (bounds.validAt ?? 1e9) &&
            event.recorded <= (bounds.knownAt ?? 1e9) &&
            event.sequence >= (bounds.fromSequence ?? 0) &&
            event.sequence <= (bounds.toSequence ?? 1e9) &&
            (bounds.types?.includes(event.type) ?? true),
        )
        const ordered = bounds.descending ? found.reverse() : found
        const read = await all(thread.read('patient/a', bounds))
        expect(read.map(({ sequence }) => sequence)).toEqual(
          ordered.slice(0, bounds.limit ?? 9e9).map(({ sequence }) => sequence),
        )
      }
      expect((await all(thread.readAll(700, { types: ['a'], limit: 3 }))).map(({ position }) => position)).toEqual([
        703, 706, 709,
      ])
    })

    test('never lets the recorded time go back, whatever the clock does', async () => {
      let now = 1_000
      const { thread, place } = await fresh({ clock: () => now })
      await thread.append([fact('first')])
      now = 400
      await thread.append([fact('second'), fact('elsewhere', { stream: 'audit', subject: null })])
      await close(thread)
      now = 700
      const again = await openAt(place, { clock: () => now })
      await again.append([fact('third')])
      now = 2_000
      await again.append([fact('fourth')])
      expect((await all(again.readAll(0))).map(({ recorded }) => recorded)).toEqual([1_000, 1_000, 1_000, 1_000, 2_000])
    })

    test('tells a follower everything once and in order, while others append', async () => {
      const { thread } = await fresh()
      await Promise.all(Array.from({ length: 50 }, (_, i) => thread.append([fact(`early ${i}`)])))
      const seen: ThreadEvent[] = []
      const late = Array.from({ length: 50 }, (_, i) => thread.append([fact(`late ${i}`)]))
      const stop = await follow(thread, 10, (events) => seen.push(...events))
      await Promise.all(late)
      await thread.append([fact('last')])
      stop()
      await thread.append([fact('unseen')])
      expect(seen.map(({ position }) => position)).toEqual(Array.from({ length: 91 }, (_, i) => i + 11))
      expect(seen).toEqual((await all(thread.readAll(10))).slice(0, -1))
    })

    test('tells a follower once of what comes while it catches up', async () => {
      const { thread } = await fresh()
      await thread.append([fact('early')])
      let reads = 0
      // Each time the follower begins to read, something is appended first.
      const busy: Pick<Thread, 'readAll' | 'subscribe'> = {
        subscribe: (listener) => thread.subscribe(listener),
        async *readAll(after, bounds) {
          await thread.append([fact(`meanwhile ${++reads}`)])
          yield* thread.readAll(after, bounds)
        },
      }
      const seen: string[] = []
      await follow(busy as Thread, 0, (events) => seen.push(...events.map(({ idempotencyKey }) => idempotencyKey)))
      await thread.append([fact('late')])
      expect(seen).toEqual(['early', 'meanwhile 1', 'meanwhile 2', 'late'])
    })

    test('goes on when a subscriber throws', async () => {
      const thrown: unknown[] = []
      const { thread } = await fresh({ onListenerError: (error) => thrown.push(error) })
      let heard = 0
      thread.subscribe(() => {
        throw new Error('mine')
      })
      thread.subscribe(() => heard++)
      await thread.append([fact('one')])
      expect({ heard, thrown: thrown.map(String) }).toEqual({ heard: 1, thrown: ['Error: mine'] })
    })

    test('brings payloads of older schema versions up to the present one', async () => {
      const { thread, place } = await fresh()
      await thread.append([fact('old', { type: 'device.described', payload: { id: 7 } })])
      await close(thread)
      const newer = await openAt(place, {
        eventTypes: {
          'device.described': {
            version: 3,
            upcasters: {
              1: ({ id, ...rest }) => ({ ...rest, deviceId: id }),
              2: (old) => ({ ...old, status: 'active' }),
            },
          },
        },
      })
      const upcasted = { deviceId: 7, status: 'active' }
      await newer.append([fact('new', { type: 'device.described', payload: upcasted })])
      expect(
        (await all(newer.read('patient/a'))).map(({ schemaVersion, payload }) => ({ schemaVersion, payload })),
      ).toEqual([
        { schemaVersion: 1, payload: upcasted },
        { schemaVersion: 3, payload: upcasted },
      ])
      const [again] = await newer.append([fact('old', { type: 'device.described', payload: upcasted })])
      expect(again?.duplicate).toBe(true)
      expect((await newer.verify()).broken).toEqual([])
      await close(newer)
      const older = await openAt(place)
      await expect(older.get('patient/a@2')).rejects.toMatchObject({ code: 'schema-newer' })
    })

    describe('verification', () => {
      const filled = async (): Promise<Place> => {
        const { thread, place } = await fresh()
        for (let i = 0; i < 6; i++)
          await thread.append([
            fact(`a${i}`, { derivedFrom: i > 0 ? ['patient/a@1'] : [] }),
            fact(`b${i}`, { stream: 'patient/b', subject: 'patient/b' }),
          ])
        expect(await thread.verify()).toEqual({ streams: 2, events: 12, broken: [] })
        await close(thread)
        return place
      }
      const findings = async (place: Place): Promise<string[]> => {
        const thread = await openAt(place)
        const { broken } = await thread.verify()
        return broken.map(({ stream, sequence, what }) => `${stream}@${sequence}: ${what}`)
      }
      const at = `stream_id = (SELECT id FROM streams WHERE name = 'patient/a') AND sequence`

      test.each(['sealed', 'hash', 'previous_hash', 'key_digest'])(
        'finds one changed byte in %s, and reading refuses what was changed',
        async (column) => {
          const place = await filled()
          const [row] = await place.sql(`SELECT ${column} AS bytes FROM events WHERE ${at} = 3`)
          const bytes = Uint8Array.from(row!.bytes as Uint8Array)
          bytes[5]! ^= 1
          await place.sql(`UPDATE events SET ${column} = ? WHERE ${at} = 3`, bytes)
          expect(await findings(place)).toContainEqual(expect.stringMatching(/^patient\/a@3: has been changed/))
          if (column !== 'hash')
            await expect(all(open.at(-1)!.read('patient/a'))).rejects.toMatchObject({ code: 'content-damaged' })
        },
      )

      test.each([
        `type = 'observation.corrected'`,
        'effective = effective + 1',
        'recorded = recorded + 1',
        'schema_version = 2',
        `derived_from = '["patient/a@2"]'`,
        `made_by = '{"definition":"d","version":"1"}'`,
        'key_id = key_id + 1',
      ])('finds a header changed by "%s"', async (change) => {
        const place = await filled()
        await place.sql(`UPDATE events SET ${change} WHERE ${at} = 4`)
        expect(await findings(place)).toContainEqual(expect.stringMatching(/^patient\/a@4: has been changed/))
      })

      test('finds a missing event, a cut-off end, a missing stream, and an added event', async () => {
        const middle = await filled()
        await middle.sql(`DELETE FROM events WHERE ${at} = 3`)
        expect(await findings(middle)).toEqual([
          'patient/a@3: event missing',
          '(thread)@0: there should be 12 events, there are 11, the last at position 12',
        ])

        const end = await filled()
        await end.sql(`DELETE FROM events WHERE ${at} >= 5`)
        expect(await findings(end)).toContainEqual('patient/a@5: events up to 6 missing at the end')

        const consistent = await filled()
        await consistent.sql(`DELETE FROM events WHERE ${at} >= 5`)
        await consistent.sql(
          `UPDATE streams SET sequence = 4, hash = (SELECT hash FROM events WHERE ${at} = 4) WHERE name = 'patient/a'`,
        )
        expect(await findings(consistent)).toContainEqual("patient/a@4: the stream's head has been changed")

        const whole = await filled()
        await whole.sql(`DELETE FROM events WHERE ${at} > 0`)
        await whole.sql(`DELETE FROM streams WHERE name = 'patient/a'`)
        expect(await findings(whole)).toEqual([
          '(thread)@0: there should be 12 events, there are 6, the last at position 12',
        ])

        const headless = await filled()
        await headless.sql(`DELETE FROM streams WHERE name = 'patient/b'`)
        expect(await findings(headless)).toContainEqual(expect.stringMatching(/events of a stream that has no head/))
      })

      test('finds a replaced data key', async () => {
        const place = await filled()
        await place.sql(
          `UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE subject = 'patient/b') WHERE subject = 'patient/a'`,
        )
        expect(await findings(place)).toContainEqual(
          expect.stringMatching(/^patient\/a@0: the master key does not open the data key/),
        )
      })

      test('shows its progress and can look at one stream', async () => {
        const place = await filled()
        const thread = await openAt(place)
        const steps: number[][] = []
        expect(await thread.verify({ stream: 'patient/b', onProgress: (done, of) => steps.push([done, of]) })).toEqual({
          streams: 1,
          events: 6,
          broken: [],
        })
        expect(steps.at(-1)).toEqual([6, 6])
      })
    })

    describe('erasure', () => {
      test('takes away the content for ever and leaves the chain whole', async () => {
        const { thread, place } = await fresh({ clock: () => 7_000 })
        await thread.append([fact('secret of Jane'), fact('kept', { stream: 'patient/b', subject: 'patient/b' })])
        await thread.append([fact('by the twin', { stream: 'heart:patient/a', derivedFrom: ['patient/a@1'] })])
        await thread.putCheckpoint({
          stream: 'heart:patient/a',
          kind: 'belief',
          effective: 1,
          position: 2,
          subject: 'patient/a',
          bytes: Uint8Array.of(1, 2),
        })
        await thread.putWaveform(wave('patient/a', 0), { idempotencyKey: 'ecg' })
        const { wrapped } = (await thread.parts.store.keys()).find(({ subject }) => subject === 'patient/a')!
        const before = await all(thread.readAll(0))

        await thread.eraseSubject('patient/a', { user: 'steward', reason: 'asked for' })
        const check = async (now: StoredThread): Promise<void> => {
          const after = await all(now.readAll(0))
          expect(after.map(({ payload, stream }) => (payload === null ? `${stream}: gone` : stream))).toEqual([
            'patient/a: gone',
            'patient/b',
            'heart:patient/a: gone',
            'patient/a: gone',
            'patient/a',
          ])
          expect(after.slice(0, -1).map(({ hash }) => hash)).toEqual(before.map(({ hash }) => hash))
          expect(after.at(-1)).toMatchObject({
            type: 'subject.erased',
            payload: { subject: 'patient/a', by: { user: 'steward', reason: 'asked for' } },
          })
          expect(after[0]?.idempotencyKey).not.toContain('Jane')
          expect(await now.checkpoints('heart:patient/a', 'belief')).toEqual([])
          expect(await all(now.waveforms('patient/a', 'ecg', 0, 1e9))).toEqual([])
          expect(await now.verify()).toEqual({ streams: 3, events: 5, broken: [] })
        }
        await check(thread)
        // Handed in again: known, though it cannot be compared any more; anything new is refused.
        expect((await thread.append([fact('secret of Jane')]))[0]?.duplicate).toBe(true)
        await expect(thread.append([fact('afterwards')])).rejects.toMatchObject({ code: 'subject-erased' })
        await expect(thread.putWaveform(wave('patient/a', 9), { idempotencyKey: 'more' })).rejects.toMatchObject({
          code: 'subject-erased',
        })
        await thread.eraseSubject('patient/a', { user: 'again' })

        expect(filesBelow(place.directory).filter((path) => path.endsWith('.wave'))).toEqual([])
        const kept = filesBelow(place.directory).map((path) => readFileSync(path))
        expect(
          kept.some((bytes) => bytes.includes(Buffer.from(wrapped))),
          'the wrapped key is still in a file',
        ).toBe(false)
        expect(
          kept.some((bytes) => bytes.includes('Jane')),
          'the text is in a file',
        ).toBe(false)
        await close(thread)
        await check(await openAt(place))
      })

      test('keeps out a subject of whom nothing is known yet', async () => {
        const { thread } = await fresh()
        await thread.eraseSubject('patient/a', {})
        await expect(thread.append([fact('late')])).rejects.toMatchObject({ code: 'subject-erased' })
        expect((await thread.verify()).broken).toEqual([])
      })

      test('lets appends of the same moment either through before it or not at all', async () => {
        const { thread } = await fresh()
        const before = thread.append([fact('before')])
        const erasing = thread.eraseSubject('patient/a', {})
        const [first, , second] = await Promise.allSettled([
          before,
          erasing,
          erasing.then(() => thread.append([fact('after')])),
        ])
        expect([first.status, second]).toMatchObject(['fulfilled', { reason: { code: 'subject-erased' } }])
        expect((await thread.get('patient/a@1'))?.payload).toBeNull()
      })
    })

    test('keeps checkpoints, newest first, and drops those that are named', async () => {
      const { thread, place } = await fresh()
      const put = (effective: Instant): Promise<void> =>
        thread.putCheckpoint({
          stream: 's',
          kind: 'belief',
          effective,
          position: 0,
          subject: 'patient/a',
          bytes: Uint8Array.of(effective),
        })
      for (const effective of [10, 30, 20, 40]) await put(effective)
      await put(30)
      const times = async (from: StoredThread, options?: object): Promise<number[]> =>
        (await from.checkpoints('s', 'belief', options)).map(({ bytes }) => bytes[0]!)
      expect(await times(thread)).toEqual([40, 30, 20, 10])
      expect(await times(thread, { before: 30, limit: 2 })).toEqual([30, 20])
      await thread.dropCheckpoints('s', 'belief', { from: 40 })
      await thread.dropCheckpoints('s', 'belief', { keepNewest: 2 })
      expect(await times(thread)).toEqual([30, 20])
      expect(await thread.checkpoints('s', 'other')).toEqual([])
      await close(thread)
      expect(await times(await openAt(place))).toEqual([30, 20])
    })

    test('keeps waveforms as files, finds those that overlap, and notices a changed one', async () => {
      const { thread, place } = await fresh()
      const waves = [0, 10_000, 20_000].map((start) => wave('patient/a', start))
      for (const [i, segment] of waves.entries()) await thread.putWaveform(segment, { idempotencyKey: `ecg ${i}` })
      const again = await thread.putWaveform(waves[1]!, { idempotencyKey: 'ecg 1' })
      expect(again.duplicate).toBe(true)
      await expect(thread.putWaveform({ ...waves[1]!, gain: 3 }, { idempotencyKey: 'ecg 1' })).rejects.toMatchObject({
        code: 'idempotency-conflict',
      })
      expect(await all(thread.waveforms('patient/a', 'ecg', 9_999, 20_000))).toEqual(waves.slice(1))
      expect(await all(thread.waveforms('patient/a', 'ecg', 9_500, 9_600))).toEqual(waves.slice(0, 1))
      expect(await all(thread.waveforms('patient/a', 'ppg', 0, 1e9))).toEqual([])
      expect((await thread.verify()).broken).toEqual([])
      const file = String((await thread.get('patient/a@2'))?.payload?.sha256)
      const path = filesBelow(place.directory).find((found) => found.includes(file))!
      expect(statSync(path).size).toBeLessThan(waves[1]!.samples.byteLength)
      const bytes = readFileSync(path)
      bytes[99]! ^= 1
      writeFileSync(path, bytes)
      expect((await thread.verify()).broken).toEqual([
        { stream: 'patient/a', sequence: 2, what: `waveform file ${file} has been changed` },
      ])
      await expect(all(thread.waveforms('patient/a', 'ecg', 10_000, 10_000))).rejects.toMatchObject({
        code: 'content-damaged',
      })
      rmSync(path)
      expect((await thread.verify()).broken).toEqual([
        { stream: 'patient/a', sequence: 2, what: `waveform file ${file} is missing` },
      ])
    })

    test('moves into a new thread of either kind and is the same there', async () => {
      const { thread } = await fresh()
      await thread.append([
        fact('message'),
        fact('reading', { derivedFrom: ['#0'] }),
        fact('nobody', { stream: 'audit', subject: null }),
      ])
      await thread.append([fact('gone', { stream: 'patient/b', subject: 'patient/b' })])
      await thread.putWaveform(wave('patient/a', 5), { idempotencyKey: 'ecg' })
      await thread.eraseSubject('patient/b', {})
      const lines = await all(exportThread(thread))
      const masterKey = readFileSync(join(thread.parts.waveforms!.root, '../keys/master.key'), 'utf8').trim()
      for (const place of [await newPlace(), { directory: temporaryDirectory() } as Place]) {
        const other = await openAt(place)
        expect(await importThread(other, chunked(lines.join('')), { masterKey })).toEqual({ streams: 3, events: 6 })
        expect(await all(other.readAll(0))).toEqual(await all(thread.readAll(0)))
        expect(await all(other.waveforms('patient/a', 'ecg', 0, 1e9))).toEqual([wave('patient/a', 5)])
        expect(await all(other.derivedFrom('patient/a@1'))).toEqual(await all(thread.derivedFrom('patient/a@1')))
        expect((await other.verify()).broken).toEqual([])
        expect((await other.append([fact('message')]))[0]?.duplicate).toBe(true)
        expect((await other.append([fact('more')]))[0]?.sequence).toBe(4)
        await expect(importThread(other, chunked(lines.join('')), { masterKey })).rejects.toMatchObject({
          code: 'import-invalid',
        })
      }
    })

    test('refuses an export that was changed, cut off, or comes with another master key', async () => {
      const { thread } = await fresh()
      await thread.append([fact('one'), fact('two')])
      const lines = (await all(exportThread(thread))) as string[]
      const masterKey = readFileSync(join(thread.parts.waveforms!.root, '../keys/master.key'), 'utf8').trim()
      const changed = lines.map((line) => line.replace('"effective":7', '"effective":8'))
      expect(changed).not.toEqual(lines)
      for (const [bad, code] of [
        [changed, 'import-invalid'],
        [lines.slice(0, -1), 'import-invalid'],
        [lines.toSpliced(-2, 1), 'import-invalid'],
        [['{"not": "ours"}\n'], 'import-invalid'],
      ] as const) {
        const place = await newPlace()
        const other = await openAt(place)
        await expect(importThread(other, chunked(bad.join('')), { masterKey })).rejects.toMatchObject({ code })
        await close(other)
      }
      // What stopped after events had been written must not pass for a whole thread.
      const place = await newPlace()
      const half = await openAt(place)
      const events = Array.from({ length: 1_500 }, (_, i) => fact(`event ${i}`))
      await thread.append(events)
      const more = await all(exportThread(thread))
      await expect(importThread(half, chunked(more.slice(0, 1_400).join('')), { masterKey })).rejects.toMatchObject({
        code: 'import-invalid',
      })
      await close(half)
      await expect(openAt(place)).rejects.toMatchObject({
        code: 'store-unusable',
        message: expect.stringContaining('not finished'),
      })
      const other = await openAt(await newPlace())
      await expect(importThread(other, chunked(lines.join('')))).rejects.toMatchObject({ code: 'key-missing' })
    })

    test('does not open with another master key, or without one', async () => {
      const { thread, place } = await fresh()
      await thread.append([fact('one')])
      await close(thread)
      await expect(openAt(place, { masterKey: Buffer.alloc(32, 7).toString('base64') })).rejects.toMatchObject({
        code: 'key-missing',
      })
      rmSync(join(place.directory, 'keys'), { recursive: true })
      await expect(openAt(place)).rejects.toMatchObject({ code: 'key-missing' })
    })

    test('may be read by another process meanwhile, which sees an erasure too', async () => {
      const { thread, place } = await fresh()
      await thread.append([fact('one')])
      const reader = await openAt(place, { readOnly: true })
      expect(await all(reader.readAll(0))).toEqual(await all(thread.readAll(0)))
      await thread.append([fact('two')])
      expect(await reader.lastPosition()).toBe(2)
      expect((await reader.verify()).broken).toEqual([])
      await expect(reader.append([fact('three')])).rejects.toMatchObject({ code: 'store-closed' })
      await thread.eraseSubject('patient/a', {})
      expect((await reader.get('patient/a@1'))?.payload).toBeNull()
    })

    test(`loses nothing it has acknowledged when its process is killed, ${options.kills} times`, async () => {
      const place = await newPlace()
      const acknowledged = await killsWhileAppending(place, options.kills)
      const thread = await openAt(place)
      const keys = (await all(thread.readAll(0))).map(({ idempotencyKey }) => idempotencyKey)
      expect(acknowledged.length).toBeGreaterThan(options.kills)
      expect(acknowledged.filter((key) => !keys.includes(key))).toEqual([])
      expect(new Set(keys).size).toBe(keys.length)
      expect((await thread.verify()).broken).toEqual([])
    })
  })
}

/** An observation of patient/a, made different by its key. */
export function fact(key: string, change: Partial<NewEvent> = {}): NewEvent {
  return {
    stream: 'patient/a',
    type: 'observation.recorded',
    effective: 7,
    idempotencyKey: key,
    subject: 'patient/a',
    payload: { value: key },
    ...change,
  }
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** A clock that goes on by a millisecond each time it is read. */
function ticking(from: Instant): () => Instant {
  let now = from
  return () => now++
}

/** Ten seconds of something like an ECG. */
function wave(subject: WaveformSegment['subject'], start: Instant): WaveformSegment {
  const samples = Int16Array.from({ length: 2_500 }, (_, i) =>
    Math.round(80 * Math.sin(i / 40) + (i % 200 === 0 ? 900 : 0)),
  )
  return { subject, channel: 'ecg', unit: 'mV', start, samplesPerSecond: 250, gain: 200, baseline: 0, samples }
}

function deep(levels: number): NewEvent['payload'] {
  let payload: NewEvent['payload'] = {}
  for (let i = 0; i < levels; i++) payload = { inner: payload }
  return payload
}

/** In pieces that end in the middle of lines and characters. */
async function* chunked(text: string): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += 1_001) yield bytes.subarray(at, at + 1_001)
}
