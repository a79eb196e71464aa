import { createHash, type Hash, hash } from 'node:crypto'
import type { SubjectId } from '@counterpart/kernel'
import { chainHash, encodeHeader, noHash } from './encoding.ts'
import { ThreadError } from './errors.ts'
import { parseEventId } from './event-check.ts'
import { hex } from './key-ring.ts'
import type { EventId, NewEvent, StreamId } from './port.ts'
import { secretKey, unwrapKey } from './secrets.ts'
import type { Addition, EventRow, Head, KeyRow } from './store.ts'
import type { StoredThread } from './stored-thread.ts'

const format = 'counterpart-thread'
const formatVersion = 1
const everything = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const
const pageSize = 1_000

/** The lines of an exported thread; each has exactly one of these keys. */
interface Line {
  readonly header?: { readonly format: string; readonly version: number; readonly events: number }
  readonly key?: { readonly id: number; readonly subject: KeyRow['subject']; readonly wrapped: string | null }
  readonly waveform?: {
    readonly keyId: number
    readonly channel: string
    readonly start: number
    readonly finish: number
    readonly position: number
    readonly file: string
    /** base64 */
    readonly bytes: string
  }
  readonly event?: {
    readonly position: number
    readonly stream: StreamId
    readonly sequence: number
    readonly type: string
    readonly schemaVersion: number
    readonly effective: number
    readonly recorded: number
    readonly keyDigest: string
    readonly keyId: number
    readonly subject: SubjectId | null
    readonly derivedFrom: readonly EventId[]
    readonly madeBy?: NonNullable<NewEvent['madeBy']>
    readonly previousHash: string
    readonly hash: string
    /** base64 */
    readonly sealed: string
  }
  /** SHA-256 over all lines before, with their newlines. */
  readonly end?: { readonly events: number; readonly sha256: string }
}

/**
 * Writes the whole thread as lines of JSON, in order of position, encrypted as it stands: data keys are wrapped under the
 * master key, so whoever restores it needs that key too, and the chain is the same afterwards. Waveform files go along;
 * checkpoints do not (they are derived). What is appended meanwhile is left out.
 *
 * @example for await (const line of exportThread(thread)) file.write(line)
 */
export async function* exportThread(thread: StoredThread): AsyncIterable<string> {
  const { store, waveforms } = thread.parts
  const sha256 = createHash('sha256')
  const write = (line: Line): string => {
    const text = `${JSON.stringify(line)}\n`
    sha256.update(text)
    return text
  }
  const events = await thread.lastPosition()
  yield write({ header: { format, version: formatVersion, events } })
  const keys = await store.keys()
  for (const { id, subject, wrapped, erased } of keys)
    yield write({ key: { id, subject, wrapped: erased ? null : base64(wrapped) } })
  for (const { id } of keys)
    for (const segment of await store.segments(id, undefined, ...everything)) {
      if (segment.position > events) continue
      const bytes = await waveforms?.read(segment.file)
      if (bytes === undefined)
        throw new ThreadError(
          'content-damaged',
          `waveform file ${segment.file} is missing: run "counterpart thread verify"`,
        )
      yield write({ waveform: { ...segment, bytes: base64(bytes) } })
    }
  for (let fromPosition = 1; fromPosition <= events; ) {
    const page = await store.events({ fromPosition, limit: pageSize })
    if (page.length === 0) break
    for (const row of page) if (row.position <= events) yield write({ event: eventLine(row) })
    fromPosition = page.at(-1)!.position + 1
  }
  yield write({ end: { events, sha256: sha256.copy().digest('hex') } })
}

/**
 * Reads what {@link exportThread} has written into a new, empty thread (of either kind), checking every link of the chain
 * on the way. `masterKey` (base64) is that of the exported thread; left out, it is the same as this thread's. Throws
 * {@link ThreadError} `import-invalid` and leaves a thread that does not open when the lines are not whole and sound.
 */
export async function importThread(
  thread: StoredThread,
  chunks: AsyncIterable<string | Uint8Array>,
  options: { readonly masterKey?: string } = {},
): Promise<{ readonly streams: number; readonly events: number }> {
  if ((await thread.lastPosition()) > 0)
    throw new ThreadError('import-invalid', 'the thread is not empty: import into a new data directory')
  const reading = new Import(thread, options.masterKey)
  const sha256 = createHash('sha256')
  let number = 0
  for await (const text of linesOf(chunks)) {
    number++
    let line: Line
    try {
      line = JSON.parse(text)
    } catch (error) {
      throw new ThreadError('import-invalid', `line ${number} is not JSON: ${(error as Error).message}`, {
        cause: error,
      })
    }
    await reading.take(line, number, sha256)
    sha256.update(`${text}\n`)
  }
  return reading.finish()
}

class Import {
  readonly #thread: StoredThread
  readonly #masterKey: string | undefined
  readonly #keys = new Map<number, KeyRow>()
  readonly #heads = new Map<StreamId, Omit<Head, 'seal'>>()
  readonly #segments: Addition['segments'][number][] = []
  #rows: EventRow[] = []
  #expected: number | undefined
  #position = 0
  #recorded = Number.MIN_SAFE_INTEGER
  #keysStored = false
  #ended = false

  constructor(thread: StoredThread, masterKey: string | undefined) {
    this.#thread = thread
    this.#masterKey = masterKey
  }

  async take(line: Line, number: number, sha256: Hash): Promise<void> {
    const wrong = (what: string): never => {
      throw new ThreadError('import-invalid', `line ${number}: ${what}`)
    }
    if (this.#ended) wrong('there is something after the end')
    if (line.header !== undefined) {
      if (line.header.format !== format || line.header.version !== formatVersion)
        wrong(
          `format "${line.header.format}" version ${line.header.version}; expected "${format}" version ${formatVersion}`,
        )
      this.#expected = line.header.events
    } else if (this.#expected === undefined) wrong('the first line must be the header of an exported thread')
    else if (line.key !== undefined) this.#takeKey(line.key)
    else if (line.waveform !== undefined) await this.#takeWaveform(line.waveform, wrong)
    else if (line.event !== undefined) await this.#takeEvent(line.event, wrong)
    else if (line.end !== undefined) {
      if (line.end.sha256 !== sha256.copy().digest('hex'))
        wrong('the lines have been changed since they were exported (SHA-256 differs)')
      if (this.#position !== this.#expected)
        wrong(`there are ${this.#position} events; the header promised ${this.#expected}`)
      this.#ended = true
    } else wrong('neither key, waveform, event nor end')
  }

  async finish(): Promise<{ readonly streams: number; readonly events: number }> {
    if (!this.#ended) throw new ThreadError('import-invalid', 'the end is missing: the export was cut off')
    await this.#storeKeys()
    await this.#flush()
    const { store, keys } = this.#thread.parts
    const ledger = { position: this.#position, recorded: this.#recorded }
    // Only now does the thread count as whole.
    if (this.#position > 0)
      await store.commit(
        () => nothingWanted,
        () => ({
          ...emptyAddition,
          segments: this.#segments,
          ledger: { ...ledger, seal: keys.sealLedger(ledger) },
        }),
      )
    return { streams: this.#heads.size, events: this.#position }
  }

  #takeKey({ id, subject, wrapped }: NonNullable<Line['key']>): void {
    const { keys } = this.#thread.parts
    if (wrapped === null) {
      this.#keys.set(id, { id, subject, wrapped: new Uint8Array(60), erased: true })
      return
    }
    const bytes = Buffer.from(wrapped, 'base64')
    this.#keys.set(
      id,
      this.#masterKey === undefined
        ? { id, subject, wrapped: bytes, erased: false }
        : keys.wrap(id, subject, unwrapKey(secretKey(Buffer.from(this.#masterKey, 'base64')), subject, bytes)),
    )
  }

  async #takeWaveform(
    { bytes, ...segment }: NonNullable<Line['waveform']>,
    wrong: (what: string) => never,
  ): Promise<void> {
    const content = Buffer.from(bytes, 'base64')
    if (hash('sha256', content, 'hex') !== segment.file) wrong(`waveform file ${segment.file} has been changed`)
    const { waveforms } = this.#thread.parts
    if (waveforms === undefined) wrong('it holds waveforms, and those need a data directory')
    await waveforms!.write(segment.file, content)
    this.#segments.push(segment)
  }

  async #takeEvent(line: NonNullable<Line['event']>, wrong: (what: string) => never): Promise<void> {
    await this.#storeKeys()
    const { stream, sequence, position, keyId } = line
    const key = this.#keys.get(keyId)
    const head = this.#heads.get(stream)
    const row: EventRow = {
      ...line,
      madeBy: line.madeBy,
      streamId: head?.id ?? this.#heads.size + 1,
      erased: key?.erased ?? true,
      keyDigest: Buffer.from(line.keyDigest, 'hex'),
      previousHash: Buffer.from(line.previousHash, 'hex'),
      hash: Buffer.from(line.hash, 'hex'),
      sealed: Buffer.from(line.sealed, 'base64'),
    }
    if (position !== this.#position + 1) wrong(`position ${position} follows ${this.#position}`)
    if (line.recorded < this.#recorded) wrong('it was recorded before the event before it')
    if (key === undefined || key.subject !== (line.subject ?? 'house'))
      wrong(`key ${keyId} is not that of ${line.subject ?? 'the house'}`)
    if (sequence !== (head?.sequence ?? 0) + 1)
      wrong(`stream "${stream}" has no event ${(head?.sequence ?? 0) + 1} before ${sequence}`)
    if (hex(row.previousHash) !== hex(head?.hash ?? noHash))
      wrong(`event ${stream}@${sequence} does not follow from the one before it`)
    if (hex(chainHash(encodeHeader(row), row.sealed)) !== line.hash)
      wrong(`event ${stream}@${sequence} has been changed`)
    this.#heads.set(stream, {
      id: row.streamId,
      stream,
      sequence,
      hash: row.hash,
      firstRecorded: head?.firstRecorded ?? line.recorded,
      lastRecorded: line.recorded,
    })
    this.#position = position
    this.#recorded = line.recorded
    this.#rows.push(row)
    if (this.#rows.length >= pageSize) await this.#flush()
  }

  async #storeKeys(): Promise<void> {
    if (this.#keysStored) return
    this.#keysStored = true
    const { store, keys } = this.#thread.parts
    const rows = [...this.#keys.values()]
    const own = rows.filter(({ subject }) => subject === 'house' || subject === 'digest')
    if (own.length !== 2) throw new ThreadError('import-invalid', 'the keys of the house are missing')
    keys.forgetAll()
    // Fails before anything is written when the master key is another one.
    for (const row of own) keys.open(row)
    await store.replaceKeys(rows)
  }

  async #flush(): Promise<void> {
    const { store, keys } = this.#thread.parts
    const rows = this.#rows
    this.#rows = []
    if (rows.length === 0) return
    const touched = new Set(rows.map(({ stream }) => stream))
    const own = new Map(rows.map(({ stream, sequence, position }) => [`${stream}@${sequence}`, position]))
    const origins = rows.flatMap(({ derivedFrom }) =>
      derivedFrom.map((id) => parseEventId(id) ?? { stream: id, sequence: 0 }),
    )
    await store.commit(
      () => ({ ...nothingWanted, streams: touched, sources: origins }),
      (standing) => ({
        ...emptyAddition,
        events: rows,
        sources: rows.flatMap(({ derivedFrom, position }) =>
          derivedFrom.map((id) => {
            const { stream, sequence } = parseEventId(id) ?? { stream: id, sequence: 0 }
            const source = own.get(id) ?? standing.positionOf(stream, sequence)
            if (source === undefined)
              throw new ThreadError(
                'import-invalid',
                `an event names ${id} as its origin, but that does not come before it`,
              )
            return { source, position }
          }),
        ),
        heads: [...touched].map((stream) => {
          const head = this.#heads.get(stream)!
          return { ...head, seal: keys.sealHead(head) }
        }),
      }),
    )
  }
}

const nothingWanted = { streams: new Set<StreamId>(), subjects: new Set<SubjectId>(), digests: [], sources: [] }
const emptyAddition: Addition = {
  events: [],
  sources: [],
  heads: [],
  keys: [],
  segments: [],
  erase: [],
  ledger: undefined,
}

function eventLine(row: EventRow): NonNullable<Line['event']> {
  return {
    position: row.position,
    stream: row.stream,
    sequence: row.sequence,
    type: row.type,
    schemaVersion: row.schemaVersion,
    effective: row.effective,
    recorded: row.recorded,
    keyDigest: hex(row.keyDigest),
    keyId: row.keyId,
    subject: row.subject,
    derivedFrom: row.derivedFrom,
    ...(row.madeBy === undefined ? {} : { madeBy: row.madeBy }),
    previousHash: hex(row.previousHash),
    hash: hex(row.hash),
    sealed: base64(row.sealed),
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
}

async function* linesOf(chunks: AsyncIterable<string | Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })).split('\n')
    lines[0] = rest + lines[0]!
    rest = lines.pop()!
    for (const line of lines) if (line !== '') yield line
  }
  if (rest !== '') yield rest
}
