import type { Instant, SubjectId } from '@counterpart/kernel'
import type { EventId, NewEvent, StreamId } from './port.ts'
import { sha256 } from './secrets.ts'

/** Everything about an event but its content. */
export interface EventHeader {
  readonly stream: StreamId
  readonly sequence: number
  readonly type: string
  readonly schemaVersion: number
  readonly effective: Instant
  readonly recorded: Instant
  /** Keyed digest of the idempotency key, 16 bytes: the key's text may hold personal data, so it is kept encrypted. */
  readonly keyDigest: Uint8Array
  readonly subject: SubjectId | null
  readonly derivedFrom: readonly EventId[]
  readonly madeBy: NewEvent['madeBy']
  /** Hash of the event before it in the stream; 32 zero bytes for the first. */
  readonly previousHash: Uint8Array
}

/** Before the first event of a stream. */
export const noHash: Uint8Array = new Uint8Array(32)

const magic = 0x43504531

/**
 * The canonical bytes of a header; two headers that differ anywhere differ in their bytes (checked by a property test).
 *
 * All integers are big-endian. `text` is a 32-bit count of bytes and that many bytes of UTF-8; `option x` is one byte 0,
 * or one byte 1 and x.
 *
 *     "CPE1"  text stream  int64 sequence  text type  uint32 schemaVersion  int64 effective  int64 recorded
 *     16 bytes keyDigest  option text subject  uint32 count, count × text derivedFrom
 *     option (text definition  text version  option text seed)  32 bytes previousHash
 *
 * The result is a view of a scratch buffer: use it before the next call.
 */
export function encodeHeader(header: EventHeader): Buffer {
  const writer = scratch
  writer.reset(
    256 + 3 * (header.stream.length + header.type.length + (header.subject?.length ?? 0)) + provenanceLength(header),
  )
  writer.uint32(magic)
  writer.text(header.stream)
  writer.int64(header.sequence)
  writer.text(header.type)
  writer.uint32(header.schemaVersion)
  writer.int64(header.effective)
  writer.int64(header.recorded)
  writer.bytes(header.keyDigest)
  writer.option(header.subject)
  writer.uint32(header.derivedFrom.length)
  for (const source of header.derivedFrom) writer.text(source)
  if (header.madeBy === undefined) writer.uint8(0)
  else {
    writer.uint8(1)
    writer.text(header.madeBy.definition)
    writer.text(header.madeBy.version)
    writer.option(header.madeBy.seed ?? null)
  }
  writer.bytes(header.previousHash)
  return writer.written()
}

/**
 * The link of the chain: SHA-256 over the header's canonical bytes, a 32-bit count, and that many bytes of the encrypted
 * payload with its nonce and tag. `header` must be the view that {@link encodeHeader} has just returned, or a copy.
 */
export function chainHash(header: Buffer, sealed: Uint8Array): Buffer {
  const size = header.length + 4 + sealed.length
  const whole = size <= joint.length ? joint : Buffer.allocUnsafe(size)
  whole.set(header, 0)
  whole.writeUInt32BE(sealed.length, header.length)
  whole.set(sealed, header.length + 4)
  return sha256(whole.subarray(0, size))
}

function provenanceLength({ derivedFrom, madeBy }: EventHeader): number {
  let length = 0
  for (const source of derivedFrom) length += 4 + 3 * source.length
  if (madeBy !== undefined)
    length += 3 * (madeBy.definition.length + madeBy.version.length + (madeBy.seed?.length ?? 0))
  return length
}

class Writer {
  #buffer = Buffer.allocUnsafe(4096)
  #at = 0

  reset(atMost: number): void {
    if (atMost > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(2 * atMost)
    this.#at = 0
  }
  written(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }
  uint8(value: number): void {
    this.#buffer[this.#at++] = value
  }
  uint32(value: number): void {
    this.#at = this.#buffer.writeUInt32BE(value, this.#at)
  }
  int64(value: number): void {
    this.#at = this.#buffer.writeInt32BE(Math.floor(value / 2 ** 32), this.#at)
    this.#at = this.#buffer.writeUInt32BE(value - Math.floor(value / 2 ** 32) * 2 ** 32, this.#at)
  }
  bytes(value: Uint8Array): void {
    this.#buffer.set(value, this.#at)
    this.#at += value.length
  }
  text(value: string): void {
    const length = this.#buffer.write(value, this.#at + 4)
    this.#buffer.writeUInt32BE(length, this.#at)
    this.#at += 4 + length
  }
  option(value: string | null): void {
    if (value === null) this.uint8(0)
    else {
      this.uint8(1)
      this.text(value)
    }
  }
}

// Encoding is synchronous and its result is used at once, so one buffer serves all.
const scratch = new Writer()
const joint = Buffer.allocUnsafe(65_536)
