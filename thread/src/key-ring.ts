import type { KeyObject } from 'node:crypto'
import type { SubjectId } from '@counterpart/kernel'
import { ThreadError } from './errors.ts'
import { Mac, nonces, type RandomBytes, secretKey, unwrapKey, wrapKey } from './secrets.ts'
import type { Head, KeyRow, Ledger } from './store.ts'

/** An opened data key. */
export interface DataKey {
  readonly id: number
  readonly key: KeyObject
}

/**
 * The data keys of one thread: one per subject, one for what is nobody's (`house`), one for digests and seals
 * (`digest`). They are stored wrapped under the master key; what is opened once is kept in memory until it is erased.
 */
export class KeyRing {
  readonly #master: KeyObject
  readonly #randomBytes: RandomBytes
  readonly #opened = new Map<number, DataKey>()
  readonly nonce: () => Uint8Array
  #mac: Mac | undefined

  constructor(master: Uint8Array, randomBytes: RandomBytes) {
    this.#master = secretKey(master)
    this.#randomBytes = randomBytes
    this.nonce = nonces(randomBytes)
  }

  /** Opens a stored key. Throws `subject-erased` when it has been destroyed, `key-missing` when the master key is another. */
  open(row: KeyRow): DataKey {
    if (row.erased) {
      this.#opened.delete(row.id)
      throw new ThreadError(
        'subject-erased',
        `the data of ${row.subject} has been erased; nothing can be added for it or read of it`,
      )
    }
    const known = this.#opened.get(row.id)
    if (known !== undefined) return known
    const bytes = unwrapKey(this.#master, row.subject, row.wrapped)
    const opened: DataKey = { id: row.id, key: secretKey(bytes) }
    this.#opened.set(row.id, opened)
    if (row.subject === 'digest') this.#mac = new Mac(bytes)
    return opened
  }

  /** A key that is open already. */
  known(id: number): DataKey | undefined {
    return this.#opened.get(id)
  }

  /** A new random key, wrapped for storing. */
  make(id: number, subject: KeyRow['subject']): KeyRow {
    return this.wrap(id, subject, this.#randomBytes(32))
  }

  /** A key that comes from elsewhere, wrapped for storing. */
  wrap(id: number, subject: KeyRow['subject'], key: Uint8Array): KeyRow {
    return { id, subject, wrapped: wrapKey(this.#master, subject, key, this.nonce()), erased: false }
  }

  forget(id: number): void {
    this.#opened.delete(id)
  }

  /** Closes all keys, to be opened anew from what is stored. */
  forgetAll(): void {
    this.#opened.clear()
    this.#mac = undefined
  }

  /** 16 bytes that stand for an idempotency key in the clear. */
  digest(stream: string, idempotencyKey: string): Buffer {
    return this.mac.of(`idempotency key\n${stream}\n${idempotencyKey}`).subarray(0, 16)
  }

  /** Seal of a stream's head. */
  sealHead(head: Pick<Head, 'stream' | 'sequence' | 'hash'>): Buffer {
    return this.mac.of(`head\n${head.stream}\n${head.sequence}\n${hex(head.hash)}`)
  }

  /** Seal of the thread's head. */
  sealLedger(ledger: Pick<Ledger, 'position' | 'recorded'>): Buffer {
    return this.mac.of(`ledger\n${ledger.position}\n${ledger.recorded}`)
  }

  get mac(): Mac {
    if (this.#mac === undefined)
      throw new ThreadError('key-missing', 'the thread has not been opened: its digest key is missing')
    return this.#mac
  }
}

/** The key that an event's content is sealed with. */
export const keyName = (subject: SubjectId | null): SubjectId | 'house' => subject ?? 'house'

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}
