import type { Instant, JsonObject, SubjectId } from '@counterpart/kernel'
import type { EventId, NewEvent, Thread } from '@counterpart/thread'
import { IntakeError } from './errors.ts'
import { nameOf, sha256 } from './hash.ts'
import type { Peer } from './receipt.ts'

const stream = 'quarantine'

/** Bytes of a refused message that are kept; of longer ones the beginning, their length and hash. */
const keptBytes = 256 * 1024

/** A message that was refused, and what has become of it since. */
export interface QuarantineEntry {
  readonly id: string
  readonly state: 'open' | 'resubmitted' | 'discarded'
  readonly protocol: string
  readonly system: string
  readonly address?: string
  readonly received: Instant
  readonly code: string
  readonly message: string
  readonly location: string
  readonly expected: string
  readonly mend: string
  readonly contentType: string
  readonly bodyBytes: number
  readonly bodySha256: string
  /** Whose data it is, when that is known. */
  readonly subject: SubjectId | null
  /** The entry that this is the mended, again refused form of. */
  readonly resubmissionOf?: string
  /** Who dealt with it and why, or what the mended message came to. */
  readonly closed?: JsonObject
  readonly event: EventId
}

/** An entry with its body. */
export interface QuarantinedMessage extends QuarantineEntry {
  /** Text as it came; bytes that are not UTF-8 are in base64. */
  readonly body: string
  readonly bodyEncoding: 'utf-8' | 'base64'
  /** True when only the beginning was kept: then it cannot be re-submitted as it is. */
  readonly truncated: boolean
}

export interface RefusedMessage {
  readonly protocol: string
  readonly system: string
  readonly body: Uint8Array | string
  /** The length of it all, when `body` is only its beginning. */
  readonly totalBytes?: number
  readonly contentType: string
}

/** The messages that were refused. Kept in the thread; bodies are read from there when someone looks. */
export class Quarantine {
  readonly #thread: Thread
  readonly #clock: () => Instant
  readonly #entries = new Map<string, QuarantineEntry>()
  readonly #adding = new Map<string, Promise<QuarantineEntry>>()

  private constructor(thread: Thread, clock: () => Instant) {
    this.#thread = thread
    this.#clock = clock
  }

  static async load(thread: Thread, clock: () => Instant): Promise<Quarantine> {
    const quarantine = new Quarantine(thread, clock)
    for await (const { type, payload, recorded, id, subject } of thread.read(stream)) {
      if (payload === null) continue // its subject's data have been erased
      if (type === 'quarantine.added') quarantine.#remember(entryOf(payload, recorded, id, subject))
      else quarantine.#close(String(payload.id), type, payload)
    }
    return quarantine
  }

  /**
   * Keeps a refused message. The same message, refused again for the same reason while the first is still open, is kept
   * once: a sender that repeats itself does not flood the list. `keepBody: false` for what may not be kept.
   */
  async add(
    reason: IntakeError,
    refused: RefusedMessage,
    peer: Peer,
    options: { subject?: SubjectId | null; resubmissionOf?: string; keepBody?: boolean } = {},
  ): Promise<QuarantineEntry> {
    const body = typeof refused.body === 'string' ? Buffer.from(refused.body, 'utf8') : refused.body
    const hash = sha256(body)
    let generation = 1
    const idOf = () => nameOf('quarantine', refused.protocol, refused.system, hash, reason.code, generation)
    while (this.#entries.has(idOf()) && this.#entries.get(idOf())!.state !== 'open') generation++
    const id = idOf()
    const standing = this.#entries.get(id) ?? this.#adding.get(id)
    if (standing) return standing
    const { code, message, location, expected, mend } = reason
    const kept = options.keepBody === false ? Buffer.alloc(0) : body.subarray(0, keptBytes)
    const { text, encoding } = textOf(kept)
    const totalBytes = refused.totalBytes ?? body.length
    const payload: JsonObject = {
      id,
      protocol: refused.protocol,
      system: refused.system,
      ...(peer.address !== undefined && { address: peer.address }),
      code,
      message,
      location,
      expected,
      mend,
      contentType: refused.contentType,
      body: text,
      bodyEncoding: encoding,
      bodyBytes: totalBytes,
      bodySha256: hash,
      truncated: kept.length < totalBytes,
      ...(options.resubmissionOf !== undefined && { resubmissionOf: options.resubmissionOf }),
    }
    const adding = this.#append('quarantine.added', `added/${id}`, payload, options.subject ?? null).then(
      ({ event, recorded }) => this.#remember(entryOf(payload, recorded, event, options.subject ?? null)),
    )
    this.#adding.set(id, adding)
    return adding.finally(() => this.#adding.delete(id))
  }

  /** All entries, newest first, without their bodies. */
  list(options: { state?: QuarantineEntry['state']; limit?: number } = {}): readonly QuarantineEntry[] {
    return [...this.#entries.values()]
      .reverse()
      .filter(({ state }) => options.state === undefined || state === options.state)
      .slice(0, options.limit ?? 1000)
  }

  /** One entry with its body. Throws {@link IntakeError} `not-found`. */
  async look(id: string): Promise<QuarantinedMessage> {
    const entry = this.#entryOf(id)
    const payload = (await this.#thread.get(entry.event))?.payload
    if (!payload)
      throw new IntakeError('not-found', `the body of ${id} is gone: its subject’s data have been erased`, {
        location: id,
      })
    return {
      ...entry,
      body: String(payload.body),
      bodyEncoding: payload.bodyEncoding === 'base64' ? 'base64' : 'utf-8',
      truncated: payload.truncated === true,
    }
  }

  /** An entry that no one has dealt with yet. Throws {@link IntakeError} `not-found`, `not-open`. */
  open(id: string): QuarantineEntry {
    const entry = this.#entryOf(id)
    if (entry.state !== 'open')
      throw new IntakeError('not-open', `${id} was ${entry.state} already`, { location: id, expected: 'an open entry' })
    return entry
  }

  /** Closes an entry. */
  async close(id: string, how: 'resubmitted' | 'discarded', what: JsonObject): Promise<QuarantineEntry> {
    const { event, subject } = this.open(id)
    const type = `quarantine.${how}`
    const payload = { id, ...what }
    await this.#append(type, `closed/${id}`, payload, subject, [event])
    return this.#close(id, type, payload)!
  }

  #entryOf(id: string): QuarantineEntry {
    const entry = this.#entries.get(id)
    if (!entry)
      throw new IntakeError('not-found', `there is no quarantined message ${id}`, {
        location: id,
        expected: 'an id from the list',
        mend: 'list the quarantine again',
      })
    return entry
  }

  async #append(
    type: string,
    idempotencyKey: string,
    payload: JsonObject,
    subject: SubjectId | null,
    derivedFrom: readonly EventId[] = [],
  ): Promise<{ event: EventId; recorded: Instant }> {
    const event: NewEvent = { stream, type, effective: this.#clock(), idempotencyKey, subject, payload, derivedFrom }
    const [result] = await this.#thread.append([event])
    return { event: result!.id, recorded: result!.recorded }
  }

  #remember(entry: QuarantineEntry): QuarantineEntry {
    this.#entries.set(entry.id, entry)
    return entry
  }

  #close(id: string, type: string, closed: JsonObject): QuarantineEntry | undefined {
    const entry = this.#entries.get(id)
    return (
      entry &&
      this.#remember({ ...entry, state: type === 'quarantine.discarded' ? 'discarded' : 'resubmitted', closed })
    )
  }
}

function entryOf(payload: JsonObject, received: Instant, event: EventId, subject: SubjectId | null): QuarantineEntry {
  const text = (key: string) => String(payload[key] ?? '')
  return {
    id: text('id'),
    state: 'open',
    protocol: text('protocol'),
    system: text('system'),
    ...(payload.address !== undefined && { address: text('address') }),
    received,
    code: text('code'),
    message: text('message'),
    location: text('location'),
    expected: text('expected'),
    mend: text('mend'),
    contentType: text('contentType'),
    bodyBytes: Number(payload.bodyBytes),
    bodySha256: text('bodySha256'),
    subject,
    ...(payload.resubmissionOf !== undefined && { resubmissionOf: text('resubmissionOf') }),
    event,
  }
}

function textOf(bytes: Uint8Array): { text: string; encoding: 'utf-8' | 'base64' } {
  try {
    // `stream` lets a character that the cap has cut in two be dropped rather than refused.
    return {
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true }),
      encoding: 'utf-8',
    }
  } catch {
    return { text: Buffer.from(bytes).toString('base64'), encoding: 'base64' }
  }
}
