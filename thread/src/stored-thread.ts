import type { Instant, JsonObject, SubjectId } from '@counterpart/kernel'
import { encodeHeader } from './encoding.ts'
import { ThreadError } from './errors.ts'
import { checkEvent, contentText, parseContent, parseEventId } from './event-check.ts'
import { type EventTypes, upcast } from './event-types.ts'
import { type DataKey, hex, type KeyRing, keyName } from './key-ring.ts'
import { type Call, type Plan, planCommit } from './plan.ts'
import type {
  AppendResult,
  ChainReport,
  Checkpoint,
  EventId,
  NewEvent,
  ReadOptions,
  StreamId,
  StreamStatistics,
  Thread,
  ThreadEvent,
  WaveformSegment,
} from './port.ts'
import { seal, unseal, unsealText } from './secrets.ts'
import type { EventRow, RowQuery, Store, Wanted } from './store.ts'
import { Subscriptions } from './subscriptions.ts'
import { verifyThread } from './verify.ts'
import {
  asPayload,
  checkSegment,
  decodeSegment,
  encodeSegment,
  type WaveformFolder,
  type WaveformRecord,
} from './waveform-file.ts'

/** What a thread is made of. */
export interface ThreadParts {
  readonly store: Store
  readonly keys: KeyRing
  readonly clock: () => Instant
  readonly types: EventTypes
  /** Missing where there is no data directory: then waveforms are refused. */
  readonly waveforms: WaveformFolder | undefined
  readonly readOnly: boolean
  /** Told of what a subscriber throws. */
  readonly onListenerError: (error: unknown) => void
}

interface Waiting {
  readonly call: Call
  readonly resolve: (results: readonly AppendResult[]) => void
  readonly reject: (error: unknown) => void
}

// One commit takes at most so many events (or one call, if that has more), so that the first need not wait for the last.
const groupLimit = 4096
const pageSize = 500

/** The thread over a store: encryption, chain, group commit, subscriptions; the same for both databases. */
export class StoredThread implements Thread {
  readonly kind: Thread['kind']
  /** For the room's own functions (export, import, verify). */
  readonly parts: ThreadParts
  readonly #waiting: Waiting[] = []
  readonly #subscriptions: Subscriptions
  readonly #stopWatching: (() => void) | undefined
  #draining: Promise<void> | undefined
  #closed = false

  constructor(parts: ThreadParts, lastPosition: number) {
    this.parts = parts
    this.kind = parts.store.kind
    const read = async (after: number): Promise<ThreadEvent[]> => {
      const rows = await parts.store.events({ fromPosition: after + 1, limit: pageSize })
      const events: ThreadEvent[] = []
      for (const row of rows) events.push(await this.toEvent(row))
      return events
    }
    this.#subscriptions = new Subscriptions(lastPosition, read, parts.onListenerError)
    this.#stopWatching = parts.store.watch?.((position) => this.#subscriptions.seen(position))
  }

  append(
    events: readonly NewEvent[],
    expectedSequence?: Readonly<Record<StreamId, number>>,
  ): Promise<readonly AppendResult[]> {
    return this.#enqueue(() => ({
      events: events.map((event, index) => {
        checkEvent(event, index)
        return this.#prepare(event)
      }),
      expectedSequence: expectedSequence && { ...expectedSequence },
    }))
  }

  async *read(stream: StreamId, options: ReadOptions = {}): AsyncIterable<ThreadEvent> {
    const { descending = false, validAt, validFrom, knownAt, types } = options
    const from = options.fromSequence ?? 1
    let to = options.toSequence ?? Number.MAX_SAFE_INTEGER
    if (knownAt !== undefined) to = Math.min(to, await this.#lastKnown(stream, knownAt, from, to))
    const spans =
      validAt === undefined && validFrom === undefined
        ? [[from, to] as const]
        : await this.parts.store.spans(stream, validFrom ?? Number.MIN_SAFE_INTEGER, validAt ?? Number.MAX_SAFE_INTEGER)
    let left = options.limit ?? Number.POSITIVE_INFINITY
    for (const [first, last] of descending ? spans.toReversed() : spans)
      for (let low = Math.max(first, from), high = Math.min(last, to); left > 0 && low <= high; ) {
        const page = await this.#rows({
          stream,
          fromSequence: low,
          toSequence: high,
          types,
          effectiveFrom: validFrom,
          effectiveTo: validAt,
          descending,
          limit: Math.min(left, pageSize),
        })
        for (const row of page) yield await this.toEvent(row)
        left -= page.length
        if (page.length < pageSize) break
        if (descending) high = page.at(-1)!.sequence - 1
        else low = page.at(-1)!.sequence + 1
      }
  }

  async *readAll(
    afterPosition: number,
    options: { limit?: number; types?: readonly string[] } = {},
  ): AsyncIterable<ThreadEvent> {
    let fromPosition = afterPosition + 1
    for (let left = options.limit ?? Number.POSITIVE_INFINITY; left > 0; ) {
      const page = await this.#rows({ fromPosition, types: options.types, limit: Math.min(left, pageSize) })
      for (const row of page) yield await this.toEvent(row)
      left -= page.length
      if (page.length < pageSize) return
      fromPosition = page.at(-1)!.position + 1
    }
  }

  async get(id: EventId): Promise<ThreadEvent | undefined> {
    const parsed = parseEventId(id)
    if (parsed === undefined) return undefined
    const { stream, sequence } = parsed
    const [row] = await this.#rows({ stream, fromSequence: sequence, toSequence: sequence, limit: 1 })
    return row && (await this.toEvent(row))
  }

  async *derivedFrom(id: EventId): AsyncIterable<ThreadEvent> {
    const parsed = parseEventId(id)
    const [origin] = parsed ? await this.#rows({ ...parsed, fromSequence: parsed.sequence, limit: 1 }) : []
    if (origin === undefined || origin.sequence !== parsed?.sequence) return
    for (let after = 0; ; ) {
      this.#mustBeOpen()
      const page = await this.parts.store.derived(origin.position, after, pageSize)
      for (const row of page) yield await this.toEvent(row)
      if (page.length < pageSize) return
      after = page.at(-1)!.position
    }
  }

  async lastPosition(): Promise<number> {
    this.#mustBeOpen()
    return (await this.parts.store.ledger())?.position ?? 0
  }

  async streams(prefix = ''): Promise<readonly StreamStatistics[]> {
    this.#mustBeOpen()
    const heads = await this.parts.store.heads(prefix)
    return heads.map(({ stream, sequence, firstRecorded, lastRecorded }) => ({
      stream,
      events: sequence,
      lastSequence: sequence,
      firstRecorded,
      lastRecorded,
    }))
  }

  /** As the port says; a subscriber in the same process has been told before the answer to `append` is there. */
  subscribe(listener: (events: readonly ThreadEvent[]) => void): () => void {
    return this.#subscriptions.add(listener)
  }

  async putCheckpoint(checkpoint: Checkpoint): Promise<void> {
    this.#mustWrite()
    const { stream, kind, effective, position, subject } = checkpoint
    const key = await this.#dataKey(subject)
    const sealed = seal(key.key, this.parts.keys.nonce(), checkpointContext(checkpoint), checkpoint.bytes)
    await this.parts.store.putCheckpoint({ stream, kind, effective, position, subject, keyId: key.id, sealed })
  }

  async checkpoints(
    stream: StreamId,
    kind: string,
    options: { before?: Instant; limit?: number } = {},
  ): Promise<readonly Checkpoint[]> {
    this.#mustBeOpen()
    const rows = await this.parts.store.checkpoints(stream, kind, options.before, options.limit ?? 1_000)
    const found: Checkpoint[] = []
    for (const { keyId, sealed, ...row } of rows) {
      const key = await this.keyById(keyId)
      const bytes = key && unseal(key.key, checkpointContext(row), sealed)
      // One that cannot be opened is as good as none: replay begins earlier.
      if (bytes !== undefined) found.push({ ...row, bytes })
    }
    return found
  }

  async dropCheckpoints(
    stream: StreamId,
    kind: string,
    options: { from?: Instant; keepNewest?: number },
  ): Promise<void> {
    this.#mustWrite()
    await this.parts.store.dropCheckpoints(stream, kind, options.from, options.keepNewest)
  }

  async putWaveform(
    segment: WaveformSegment,
    event: { idempotencyKey: string; derivedFrom?: readonly EventId[] },
  ): Promise<AppendResult> {
    checkSegment(segment)
    const key = await this.#dataKey(segment.subject)
    const { bytes, record } = encodeSegment(segment, key)
    await this.#folder().write(record.sha256, bytes)
    const [result] = await this.#enqueue(() => {
      const recorded: NewEvent = {
        stream: segment.subject,
        type: 'waveform.recorded',
        effective: segment.start,
        idempotencyKey: event.idempotencyKey,
        subject: segment.subject,
        payload: asPayload(record),
        derivedFrom: event.derivedFrom,
      }
      checkEvent(recorded, 0)
      const { channel, start, finish, sha256 } = record
      return { events: [this.#prepare(recorded)], segment: { channel, start, finish, file: sha256 } }
    })
    return result!
  }

  async *waveforms(subject: SubjectId, channel: string, from: Instant, to: Instant): AsyncIterable<WaveformSegment> {
    this.#mustBeOpen()
    const row = await this.parts.store.key({ subject })
    if (row === undefined || row.erased) return
    const key = this.parts.keys.open(row)
    for (const { position, file } of await this.parts.store.segments(row.id, channel, from, to)) {
      const [stored] = await this.#rows({ fromPosition: position, limit: 1 })
      const event = stored && (await this.toEvent(stored))
      if (event?.position !== position || event.payload === null) continue
      const bytes = await this.#folder().read(file)
      if (bytes === undefined)
        throw new ThreadError(
          'content-damaged',
          `waveform file ${file} of event ${event.id} is missing: run "counterpart thread verify"`,
        )
      yield decodeSegment(subject, event.payload as unknown as WaveformRecord, bytes, key)
    }
  }

  async eraseSubject(subject: SubjectId, by: JsonObject): Promise<void> {
    this.#mustWrite()
    const row = await this.parts.store.key({ subject })
    const all = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const
    const files = row === undefined ? [] : await this.parts.store.segments(row.id, undefined, ...all)
    await this.#enqueue(() => {
      const erased: NewEvent = {
        stream: subject,
        type: 'subject.erased',
        effective: this.parts.clock(),
        idempotencyKey: `subject.erased ${subject}`,
        subject: null,
        payload: { subject, by },
      }
      checkEvent(erased, 0)
      return { events: [this.#prepare(erased)], erase: subject }
    })
    // Unreadable already; removing them gives the room back.
    for (const { file } of files) await this.parts.waveforms?.remove(file)
  }

  async verify(
    options: { stream?: StreamId; onProgress?: (done: number, of: number) => void } = {},
  ): Promise<ChainReport> {
    this.#mustBeOpen()
    return verifyThread(this, options)
  }

  /** Commits what waits, then closes. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#stopWatching?.()
    await this.#draining
    await this.#subscriptions.close()
    this.parts.keys.forgetAll()
    await this.parts.store.close()
  }

  /** Opens a stored event. Throws `content-damaged` when header or content are not what was written. */
  async toEvent(row: EventRow): Promise<ThreadEvent> {
    const key = row.erased ? undefined : (this.parts.keys.known(row.keyId) ?? (await this.keyById(row.keyId)))
    if (key === undefined) return this.#assemble(row, undefined)
    const text = unsealText(key.key, encodeHeader(row), row.sealed)
    if (text === undefined)
      throw new ThreadError(
        'content-damaged',
        `event ${row.stream}@${row.sequence} has been changed since it was written: run "counterpart thread verify" and restore from a copy`,
      )
    return this.#assemble(row, text)
  }

  /** The open data key; `undefined` when it has been destroyed. */
  async keyById(id: number): Promise<DataKey | undefined> {
    const row = await this.parts.store.key({ id })
    if (row === undefined || row.erased) {
      this.parts.keys.forget(id)
      return undefined
    }
    return this.parts.keys.open(row)
  }

  #assemble(row: EventRow, content: string | undefined): ThreadEvent {
    const parsed = content === undefined ? undefined : parseContent(content)
    return {
      id: `${row.stream}@${row.sequence}`,
      stream: row.stream,
      sequence: row.sequence,
      position: row.position,
      type: row.type,
      schemaVersion: row.schemaVersion,
      effective: row.effective,
      recorded: row.recorded,
      idempotencyKey: parsed?.idempotencyKey ?? `erased:${hex(row.keyDigest)}`,
      subject: row.subject,
      derivedFrom: row.derivedFrom,
      ...(row.madeBy === undefined ? {} : { madeBy: row.madeBy }),
      payload: parsed === undefined ? null : upcast(this.parts.types, row.type, row.schemaVersion, parsed.payload),
      hash: hex(row.hash),
      previousHash: hex(row.previousHash),
    }
  }

  #prepare(event: NewEvent): Call['events'][number] {
    const { madeBy } = event
    const kept = madeBy && {
      definition: madeBy.definition,
      version: madeBy.version,
      ...(madeBy.seed === undefined ? {} : { seed: madeBy.seed }),
    }
    return {
      event: { ...event, madeBy: kept, derivedFrom: event.derivedFrom && [...event.derivedFrom] },
      content: contentText(event),
      digest: this.parts.keys.digest(event.stream, event.idempotencyKey),
    }
  }

  async #rows(query: RowQuery): Promise<readonly EventRow[]> {
    this.#mustBeOpen()
    return this.parts.store.events(query)
  }

  /** `recorded` never goes back, so what was known by then is a beginning of the stream: find its end by halving. */
  async #lastKnown(stream: StreamId, knownAt: Instant, from: number, to: number): Promise<number> {
    const head = await this.parts.store.head(stream)
    if (head === undefined || head.firstRecorded > knownAt) return 0
    let known = from - 1
    let unknown = Math.min(to, head.sequence) + 1
    if (head.lastRecorded <= knownAt) return unknown - 1
    while (unknown - known > 1) {
      const middle = Math.floor((known + unknown) / 2)
      const [row] = await this.#rows({
        stream,
        fromSequence: middle,
        toSequence: middle,
        recordedTo: knownAt,
        limit: 1,
      })
      if (row === undefined) unknown = middle
      else known = middle
    }
    return known
  }

  /** The open key of a subject, made durable first when it is new. Throws `subject-erased`. */
  async #dataKey(subject: SubjectId | null): Promise<DataKey> {
    const name = keyName(subject)
    const row = await this.parts.store.key({ subject: name })
    if (row !== undefined) return this.parts.keys.open(row)
    await this.#enqueue(() => ({ events: [], keyFor: subject! }))
    return this.parts.keys.open((await this.parts.store.key({ subject: name }))!)
  }

  #folder(): WaveformFolder {
    if (this.parts.waveforms === undefined)
      throw new ThreadError(
        'waveform-invalid',
        'waveforms are kept as files: open the thread with a data directory (--data)',
      )
    return this.parts.waveforms
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new ThreadError('store-closed', 'the thread has been closed')
  }
  #mustWrite(): void {
    this.#mustBeOpen()
    if (this.parts.readOnly) throw new ThreadError('store-closed', 'the thread was opened for reading only')
  }

  #enqueue(prepare: () => Call): Promise<readonly AppendResult[]> {
    return new Promise((resolve, reject) => {
      this.#mustWrite()
      this.#waiting.push({ call: prepare(), resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Commits whatever waits, group by group; calls that come while one group is being written form the next. */
  async #drain(): Promise<void> {
    // A whole turn of the event loop, so that all calls of the same moment share one transaction and one fsync.
    while (this.#waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve))
      let count = 0
      let events = 0
      while (
        count < this.#waiting.length &&
        (count === 0 || events + this.#waiting[count]!.call.events.length <= groupLimit)
      )
        events += this.#waiting[count++]!.call.events.length
      await this.#commit(this.#waiting.splice(0, count))
    }
    this.#draining = undefined
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const { store, keys, types } = this.parts
    const calls = group.map(({ call }) => call)
    let plan: Plan | undefined
    this.#subscriptions.committing()
    try {
      await store.commit(
        () => wantedBy(calls),
        (standing) => {
          plan = planCommit(calls, { standing, keys, types, now: this.#now() })
          return plan.addition
        },
      )
    } catch (error) {
      for (const { reject } of group) reject(error)
      this.#subscriptions.failed()
      return
    }
    const { outcomes, addition, contents } = plan!
    for (const id of addition.erase) keys.forget(id)
    const [first, last] = [addition.events[0], addition.events.at(-1)]
    await this.#subscriptions.committed(first?.position ?? 0, last?.position ?? 0, () =>
      addition.events.map((row, i) => this.#assemble(row, contents[i])),
    )
    outcomes.forEach((outcome, i) => {
      if ('refused' in outcome) group[i]!.reject(outcome.refused)
      else group[i]!.resolve(outcome.results)
    })
  }

  #now(): Instant {
    const now = this.parts.clock()
    if (!Number.isSafeInteger(now))
      throw new ThreadError('event-invalid', `the clock says ${now}: it must give whole milliseconds`)
    return now
  }
}

function wantedBy(calls: readonly Call[]): Wanted {
  const streams = new Set<StreamId>()
  const subjects = new Set<SubjectId | 'house' | 'digest'>()
  const digests: { stream: StreamId; digest: Uint8Array }[] = []
  const sources: { stream: StreamId; sequence: number }[] = []
  for (const { events, expectedSequence, keyFor, erase } of calls) {
    for (const { event, digest } of events) {
      streams.add(event.stream)
      subjects.add(keyName(event.subject))
      digests.push({ stream: event.stream, digest })
      for (const id of event.derivedFrom ?? []) {
        const source = parseEventId(id)
        if (source !== undefined) sources.push(source)
      }
    }
    for (const stream in expectedSequence) streams.add(stream)
    if (keyFor !== undefined) subjects.add(keyFor)
    if (erase !== undefined) subjects.add(erase)
  }
  return { streams, subjects, digests, sources }
}

function checkpointContext({
  stream,
  kind,
  effective,
  position,
}: Pick<Checkpoint, 'stream' | 'kind' | 'effective' | 'position'>): Buffer {
  return Buffer.from(JSON.stringify(['checkpoint', stream, kind, effective, position]))
}
