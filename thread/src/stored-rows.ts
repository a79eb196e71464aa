import type { SubjectId } from '@counterpart/kernel'
import type { EventId, NewEvent } from './port.ts'
import type { CheckpointRow, EventRow, Head, KeyRow, SegmentRow } from './store.ts'

/** An event as both databases give it back for {@link eventColumns}. */
interface StoredEvent {
  readonly position: number
  readonly stream_id: number
  readonly stream: string | null
  readonly sequence: number
  readonly type: string
  readonly schema_version: number
  readonly effective: number
  readonly recorded: number
  readonly key_digest: Uint8Array
  readonly key_id: number
  readonly subject: string | null
  readonly erased: number | boolean | null
  readonly derived_from: string | null
  readonly made_by: string | null
  readonly hash: Uint8Array
  readonly previous_hash: Uint8Array
  readonly sealed: Uint8Array
}

/** Columns of `events e`, `streams s` and `keys k`. */
export const eventColumns = `e.position, e.stream_id, s.name AS stream, e.sequence, e.type, e.schema_version, e.effective,
  e.recorded, e.key_digest, e.key_id, k.subject, k.erased, e.derived_from, e.made_by, e.hash, e.previous_hash, e.sealed`

export function toEventRow(row: unknown): EventRow {
  const stored = row as StoredEvent
  return {
    position: stored.position,
    streamId: stored.stream_id,
    stream: stored.stream ?? '',
    sequence: stored.sequence,
    type: stored.type,
    schemaVersion: stored.schema_version,
    effective: stored.effective,
    recorded: stored.recorded,
    keyDigest: stored.key_digest,
    keyId: stored.key_id,
    subject: stored.subject === 'house' ? null : (stored.subject as SubjectId),
    // A key that is not there at all reads like one that was destroyed; `verify` tells the two apart.
    erased: stored.erased === null || Boolean(stored.erased),
    derivedFrom: stored.derived_from === null ? [] : (JSON.parse(stored.derived_from) as readonly EventId[]),
    madeBy: stored.made_by === null ? undefined : (JSON.parse(stored.made_by) as NewEvent['madeBy']),
    sealed: stored.sealed,
    hash: stored.hash,
    previousHash: stored.previous_hash,
  }
}

export function toHead(row: unknown): Head {
  const { id, name, sequence, hash, first_recorded, last_recorded, seal } = row as StoredHead
  return { id, stream: name, sequence, hash, firstRecorded: first_recorded, lastRecorded: last_recorded, seal }
}

interface StoredHead {
  readonly id: number
  readonly name: string
  readonly sequence: number
  readonly hash: Uint8Array
  readonly first_recorded: number
  readonly last_recorded: number
  readonly seal: Uint8Array
}

export function toKey(row: unknown): KeyRow {
  const { id, subject, wrapped, erased } = row as Omit<KeyRow, 'erased'> & { readonly erased: number | boolean }
  return { id, subject, wrapped, erased: Boolean(erased) }
}

export function toSegment(row: unknown): SegmentRow {
  const { key_id, ...rest } = row as Omit<SegmentRow, 'keyId'> & { readonly key_id: number }
  return { ...rest, keyId: key_id }
}

export function toCheckpoint(row: unknown): CheckpointRow {
  const { stream, kind, effective, position, key_id, subject, sealed } = row as Omit<CheckpointRow, 'keyId'> & {
    readonly key_id: number
  }
  return {
    stream,
    kind,
    effective,
    position,
    keyId: key_id,
    subject: (subject as string) === 'house' ? null : subject,
    sealed,
  }
}
