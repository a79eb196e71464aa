import type { Instant, SubjectId } from '@counterpart/kernel'
import type { EventHeader } from './encoding.ts'
import type { StreamId } from './port.ts'

/** An event as it is stored: its header in the clear, its content sealed. */
export interface EventRow extends EventHeader {
  readonly position: number
  readonly streamId: number
  readonly keyId: number
  /** True when the key of its subject has been destroyed. */
  readonly erased: boolean
  readonly sealed: Uint8Array
  readonly hash: Uint8Array
}

/** Where a stream stands: kept beside the events, so that a cut-off end is noticed. */
export interface Head {
  readonly id: number
  readonly stream: StreamId
  readonly sequence: number
  readonly hash: Uint8Array
  readonly firstRecorded: Instant
  readonly lastRecorded: Instant
  /** HMAC over stream, sequence and hash: who lacks the master key cannot make another head fit. */
  readonly seal: Uint8Array
}

/** The whole thread's head, sealed likewise. */
export interface Ledger {
  readonly position: number
  readonly recorded: Instant
  readonly seal: Uint8Array
}

/** A data key as it is stored. `subject` is `house` or `digest` for the installation's own. */
export interface KeyRow {
  readonly id: number
  readonly subject: SubjectId | 'house' | 'digest'
  readonly wrapped: Uint8Array
  readonly erased: boolean
}

/** Finds the waveform segments of a subject. */
export interface SegmentRow {
  readonly keyId: number
  readonly channel: string
  readonly start: Instant
  /** The last sample's instant. */
  readonly finish: Instant
  readonly position: number
  /** Name of the file: SHA-256 of its bytes, hex. */
  readonly file: string
}

export interface CheckpointRow {
  readonly stream: StreamId
  readonly kind: string
  readonly effective: Instant
  readonly position: number
  readonly keyId: number
  readonly subject: SubjectId | null
  readonly sealed: Uint8Array
}

/** What a group commit may need to know, so that a remote store can fetch it in few questions. */
export interface Wanted {
  readonly streams: ReadonlySet<StreamId>
  readonly subjects: ReadonlySet<SubjectId | 'house' | 'digest'>
  readonly digests: readonly { readonly stream: StreamId; readonly digest: Uint8Array }[]
  readonly sources: readonly { readonly stream: StreamId; readonly sequence: number }[]
}

/** What stands in the store while a group commit is planned; nothing else is written meanwhile. */
export interface Standing {
  readonly position: number
  readonly recorded: Instant
  head(stream: StreamId): Head | undefined
  event(stream: StreamId, digest: Uint8Array): EventRow | undefined
  /** Position of an event; `undefined` when there is no such event. */
  positionOf(stream: StreamId, sequence: number): number | undefined
  key(subject: SubjectId | 'house' | 'digest'): KeyRow | undefined
  nextStreamId(): number
  nextKeyId(): number
}

/** What a group commit writes, all of it or nothing. */
export interface Addition {
  readonly events: readonly EventRow[]
  /** Which position came from which. */
  readonly sources: readonly { readonly source: number; readonly position: number }[]
  readonly heads: readonly Head[]
  readonly keys: readonly KeyRow[]
  readonly segments: readonly SegmentRow[]
  /** Keys to destroy, with their checkpoints and segment rows. */
  readonly erase: readonly number[]
  readonly ledger: Ledger | undefined
}

/** Which events to read; all bounds inclusive. */
export interface RowQuery {
  readonly stream?: StreamId
  readonly fromSequence?: number
  readonly toSequence?: number
  readonly fromPosition?: number
  readonly types?: readonly string[]
  readonly recordedTo?: Instant
  readonly effectiveFrom?: Instant
  readonly effectiveTo?: Instant
  readonly descending?: boolean
  readonly limit: number
}

export interface Loose {
  /** First event of each stream without a head. */
  readonly headless: readonly { readonly streamId: number; readonly sequence: number }[]
  readonly events: number
  readonly lastPosition: number
  readonly ledger: Ledger | undefined
}

/** The narrow door to a database: rows in, rows out. Everything else about the thread is the same for both adapters. */
export interface Store {
  readonly kind: 'sqlite' | 'postgresql'
  /** Plans and writes one group commit. Resolves when it is durable. */
  commit(wanted: () => Wanted, plan: (standing: Standing) => Addition): Promise<void>
  events(query: RowQuery): Promise<readonly EventRow[]>
  derived(source: number, afterPosition: number, limit: number): Promise<readonly EventRow[]>
  /** Ranges of sequences, ascending, outside of which no event of the stream has an effective time within. */
  spans(stream: StreamId, from: Instant, to: Instant): Promise<readonly (readonly [low: number, high: number])[]>
  head(stream: StreamId): Promise<Head | undefined>
  /** Heads whose stream begins with `prefix`, by name. */
  heads(prefix: string): Promise<readonly Head[]>
  ledger(): Promise<Ledger | undefined>
  /** What does not hang together: events whose stream has no head, and how many there are against the ledger. */
  loose(): Promise<Loose>
  key(which: { id: number } | { subject: KeyRow['subject'] }): Promise<KeyRow | undefined>
  keys(): Promise<readonly KeyRow[]>
  /** Puts other keys in the place of a new thread's; fails when there are events already. */
  replaceKeys(keys: readonly KeyRow[]): Promise<void>
  putCheckpoint(checkpoint: CheckpointRow): Promise<void>
  checkpoints(
    stream: StreamId,
    kind: string,
    before: Instant | undefined,
    limit: number,
  ): Promise<readonly CheckpointRow[]>
  dropCheckpoints(
    stream: StreamId,
    kind: string,
    from: Instant | undefined,
    keepNewest: number | undefined,
  ): Promise<void>
  segments(keyId: number, channel: string | undefined, from: Instant, to: Instant): Promise<readonly SegmentRow[]>
  /** Calls back with the last position after each commit of any process, where others can commit. */
  watch?(changed: (position: number) => void): () => void
  close(): Promise<void>
}
