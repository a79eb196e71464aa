import { isDeepStrictEqual } from 'node:util'
import type { Instant, SubjectId } from '@counterpart/kernel'
import { chainHash, encodeHeader, noHash } from './encoding.ts'
import { ThreadError } from './errors.ts'
import { parseContent, parseEventId } from './event-check.ts'
import { type EventTypes, schemaVersionOf, upcast } from './event-types.ts'
import { type KeyRing, keyName } from './key-ring.ts'
import type { AppendResult, EventId, NewEvent, StreamId } from './port.ts'
import { sealText, unsealText } from './secrets.ts'
import type { Addition, EventRow, Head, KeyRow, SegmentRow, Standing } from './store.ts'

/** A checked event with the text of its content and the digest of its idempotency key. */
interface PreparedEvent {
  readonly event: NewEvent
  readonly content: string
  readonly digest: Uint8Array
}

/** One call of `append`: all of it or none. */
export interface Call {
  readonly events: readonly PreparedEvent[]
  readonly expectedSequence?: Readonly<Record<StreamId, number>> | undefined
  /** Index rows for those of its events that record waveforms. */
  readonly segment?: Omit<SegmentRow, 'keyId' | 'position'>
  /** A subject whose key is to be there after. */
  readonly keyFor?: SubjectId
  /** A subject whose key is to be destroyed. */
  readonly erase?: SubjectId
}

/** What became of one call. */
type Outcome =
  | { readonly results: readonly AppendResult[]; readonly erased?: number }
  | { readonly refused: ThreadError }

/** What a group commit writes and what it answers to each call, in the order of the calls. */
export interface Plan {
  readonly addition: Addition
  readonly outcomes: readonly Outcome[]
  /** Contents of the new events, for subscribers. */
  readonly contents: readonly string[]
}

interface Sources {
  readonly standing: Standing
  readonly keys: KeyRing
  readonly types: EventTypes
  readonly now: Instant
}

/** Decides what a group of calls comes to. A call that is refused leaves no trace and does not touch the others. */
export function planCommit(calls: readonly Call[], sources: Sources): Plan {
  const draft = new Draft(sources)
  const outcomes = calls.map((call): Outcome => {
    const mark = draft.mark()
    try {
      return draft.take(call)
    } catch (error) {
      if (!(error instanceof ThreadError)) throw error
      draft.undo(mark)
      return { refused: error }
    }
  })
  return { addition: draft.addition(), outcomes, contents: draft.contents }
}

/** A row while it is being made. */
type Unsealed = Omit<EventRow, 'sealed' | 'hash'> & { sealed: Uint8Array; hash: Uint8Array }

class Draft {
  readonly #standing: Standing
  readonly #keys: KeyRing
  readonly #types: EventTypes
  readonly #recorded: Instant
  readonly #heads = new Map<StreamId, Omit<Head, 'seal'>>()
  readonly #newKeys = new Map<KeyRow['subject'], KeyRow>()
  readonly #events: EventRow[] = []
  readonly #byDigest = new Map<string, EventRow>()
  readonly #sources: { source: number; position: number }[] = []
  readonly #segments: SegmentRow[] = []
  readonly #erase = new Map<SubjectId | 'house', number>()
  // For undoing a call: what it has changed besides the lists above, which are cut off where they were.
  readonly #replacedHeads: [stream: StreamId, head: Omit<Head, 'seal'> | undefined][] = []
  readonly #addedKeys: KeyRow[] = []
  readonly contents: string[] = []

  constructor({ standing, keys, types, now }: Sources) {
    this.#standing = standing
    this.#keys = keys
    this.#types = types
    // A clock that goes back must not make the thread's order of knowing contradict its order of positions.
    this.#recorded = Math.max(now, standing.recorded)
  }

  /** How much there is of everything now. */
  mark(): readonly number[] {
    return this.#lists().map((list) => list.length)
  }

  /** Goes back to a mark. */
  undo(mark: readonly number[]): void {
    const [events, , , , heads, keys] = mark as [number, number, number, number, number, number]
    for (const row of this.#events.slice(events)) this.#byDigest.delete(addressOf(row.keyDigest, row.stream))
    // A head that is as it stands in the store may be written again: it changes nothing.
    for (const [stream, head] of this.#replacedHeads.slice(heads).reverse())
      if (head === undefined) this.#heads.delete(stream)
      else this.#heads.set(stream, head)
    for (const row of this.#addedKeys.slice(keys)) {
      this.#newKeys.delete(row.subject)
      this.#keys.forget(row.id)
    }
    this.#lists().forEach((list, i) => {
      list.length = mark[i]!
    })
  }

  #lists(): unknown[][] {
    return [this.#events, this.contents, this.#sources, this.#segments, this.#replacedHeads, this.#addedKeys]
  }

  addition(): Addition {
    const position = this.#standing.position + this.#events.length
    const ledger = { position, recorded: this.#recorded }
    return {
      events: this.#events,
      sources: this.#sources,
      heads: [...this.#heads.values()].map((head) => ({ ...head, seal: this.#keys.sealHead(head) })),
      keys: [...this.#newKeys.values()],
      segments: this.#segments,
      erase: [...this.#erase.values()],
      ledger: this.#events.length > 0 ? { ...ledger, seal: this.#keys.sealLedger(ledger) } : undefined,
    }
  }

  take(call: Call): Outcome {
    if (call.keyFor !== undefined) this.#key(call.keyFor)
    if (call.erase !== undefined && this.#isErased(call.erase)) return { results: [] }
    const before = new Map<StreamId, number>()
    for (const stream in call.expectedSequence) before.set(stream, this.#head(stream)?.sequence ?? 0)
    const results: AppendResult[] = []
    for (const prepared of call.events) results.push(this.#add(prepared, results))
    // A call that is handed in again after its answer was lost finds its own events there: that is no conflict.
    if (!results.every(({ duplicate }) => duplicate))
      for (const [stream, sequence] of before)
        if (sequence !== call.expectedSequence![stream])
          throw new ThreadError(
            'sequence-conflict',
            `stream "${stream}" stands at sequence ${sequence}, not ${call.expectedSequence![stream]}: another writer was first; read what it wrote and try again`,
          )
    if (call.segment !== undefined && results[0]?.duplicate === false) {
      const row = this.#events.at(-1)!
      this.#segments.push({ ...call.segment, keyId: row.keyId, position: row.position })
    }
    if (call.erase === undefined) return { results }
    const keyId = this.#key(call.erase)
    this.#erase.set(call.erase, keyId)
    return { results, erased: keyId }
  }

  #add({ event, content, digest }: PreparedEvent, earlier: readonly AppendResult[]): AppendResult {
    const { stream, type, effective, subject, madeBy } = event
    const derivedFrom = (event.derivedFrom ?? none).map((source) =>
      source.startsWith('#') ? earlier[Number(source.slice(1))]!.id : (source as EventId),
    )
    const address = addressOf(digest, stream)
    const twin = this.#byDigest.get(address) ?? this.#standing.event(stream, digest)
    if (twin !== undefined) {
      const difference = this.#difference(twin, { type, effective, subject, derivedFrom, madeBy }, content)
      if (difference !== undefined)
        throw new ThreadError(
          'idempotency-conflict',
          `stream "${stream}" has an event with idempotency key "${event.idempotencyKey}" already (sequence ${twin.sequence}), with another ${difference}: use a key of its own for another event`,
        )
      return {
        id: `${stream}@${twin.sequence}`,
        sequence: twin.sequence,
        position: twin.position,
        recorded: twin.recorded,
        duplicate: true,
      }
    }
    const sources = (event.derivedFrom ?? none).map((source, i) =>
      source.startsWith('#') ? earlier[Number(source.slice(1))]!.position : this.#position(derivedFrom[i]!, event),
    )
    const keyId = this.#key(keyName(subject))
    const head = this.#head(stream)
    const row: Unsealed = {
      position: this.#standing.position + this.#events.length + 1,
      streamId: head?.id ?? this.#standing.nextStreamId(),
      stream,
      sequence: (head?.sequence ?? 0) + 1,
      type,
      schemaVersion: schemaVersionOf(this.#types, type),
      effective,
      recorded: this.#recorded,
      keyDigest: digest,
      keyId,
      subject,
      erased: false,
      derivedFrom,
      madeBy,
      previousHash: head?.hash ?? noHash,
      sealed: noHash,
      hash: noHash,
    }
    const bytes = encodeHeader(row)
    row.sealed = sealText(this.#keys.known(keyId)!.key, this.#keys.nonce(), bytes, content)
    row.hash = chainHash(bytes, row.sealed)
    this.#replacedHeads.push([stream, head])
    this.#heads.set(stream, {
      id: row.streamId,
      stream,
      sequence: row.sequence,
      hash: row.hash,
      firstRecorded: head?.firstRecorded ?? this.#recorded,
      lastRecorded: this.#recorded,
    })
    this.#events.push(row)
    this.contents.push(content)
    this.#byDigest.set(address, row)
    for (const source of sources) this.#sources.push({ source, position: row.position })
    return {
      id: `${stream}@${row.sequence}`,
      sequence: row.sequence,
      position: row.position,
      recorded: row.recorded,
      duplicate: false,
    }
  }

  #position(id: EventId, of: NewEvent): number {
    const { stream, sequence } = parseEventId(id)!
    const position =
      this.#standing.positionOf(stream, sequence) ??
      this.#events.find((row) => row.sequence === sequence && row.stream === stream)?.position
    if (position === undefined)
      throw new ThreadError(
        'event-invalid',
        `event "${of.type}" for stream "${of.stream}": derivedFrom names ${id}, but there is no such event; append it first, or in the same call and name it "#0", "#1" …`,
      )
    return position
  }

  #head(stream: StreamId): Omit<Head, 'seal'> | undefined {
    return this.#heads.get(stream) ?? this.#standing.head(stream)
  }

  /** The open key of a subject; made when there is none yet. */
  #key(subject: SubjectId | 'house'): number {
    const row = this.#newKeys.get(subject) ?? this.#standing.key(subject) ?? this.#newKey(subject)
    return this.#keys.open(this.#erase.has(subject) ? { ...row, erased: true } : row).id
  }

  #isErased(subject: SubjectId): boolean {
    return this.#erase.has(subject) || this.#standing.key(subject)?.erased === true
  }

  #newKey(subject: SubjectId | 'house'): KeyRow {
    const row = this.#keys.make(this.#standing.nextKeyId(), subject)
    this.#newKeys.set(subject, row)
    this.#addedKeys.push(row)
    return row
  }

  /** What differs between an event that stands and one that comes with the same key; nothing when all is the same. */
  #difference(
    twin: EventRow,
    event: Pick<EventRow, 'type' | 'effective' | 'subject' | 'derivedFrom' | 'madeBy'>,
    content: string,
  ): string | undefined {
    if (twin.type !== event.type) return 'type'
    if (twin.effective !== event.effective) return 'effective time'
    if (twin.subject !== event.subject) return 'subject'
    if (!isDeepStrictEqual(twin.derivedFrom, event.derivedFrom)) return 'origin (derivedFrom)'
    if (!isDeepStrictEqual({ ...twin.madeBy }, { ...event.madeBy })) return 'maker (madeBy)'
    const key = twin.erased
      ? undefined
      : (this.#newKeys.get(keyName(twin.subject)) ?? this.#standing.key(keyName(twin.subject)))
    // What has been erased cannot be compared; that it was there once is all that is known.
    if (key === undefined || key.erased) return undefined
    const standing = unsealText(this.#keys.open(key).key, encodeHeader(twin), twin.sealed)
    if (standing === content) return undefined
    if (standing === undefined)
      throw new ThreadError(
        'content-damaged',
        `event ${twin.stream}@${twin.sequence} cannot be decrypted: run "counterpart thread verify"`,
      )
    const payload = upcast(this.#types, twin.type, twin.schemaVersion, parseContent(standing).payload)
    return isDeepStrictEqual(payload, parseContent(content).payload) ? undefined : 'payload'
  }
}

function addressOf(digest: Uint8Array, stream: StreamId): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.length).toString('latin1') + stream
}

const none: readonly EventId[] = []
