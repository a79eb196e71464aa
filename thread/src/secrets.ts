import { createCipheriv, createDecipheriv, createSecretKey, hash, type KeyObject } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ThreadError } from './errors.ts'

/** Fills a new array of that length with unpredictable bytes. */
export type RandomBytes = (length: number) => Uint8Array

// Nonce and tag lengths of AES-GCM: NIST SP 800-38D §5.2.1.1 and §5.2.1.2.
const nonceLength = 12
const tagLength = 16

/** What AES-256-GCM adds to the length of what it encrypts. */
const sealOverhead = nonceLength + tagLength

/**
 * AES-256-GCM: 12 bytes of nonce, the ciphertext, 16 bytes of tag. `context` is authenticated with it and must be given
 * again to open it. A nonce must not be used twice with one key; random ones are safe for 2³² uses (SP 800-38D §8.3).
 */
export function seal(key: KeyObject, nonce: Uint8Array, context: Uint8Array, content: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(context)
  const encrypted = cipher.update(content)
  cipher.final()
  const sealed = Buffer.allocUnsafe(nonceLength + encrypted.length + tagLength)
  sealed.set(nonce, 0)
  sealed.set(encrypted, nonceLength)
  sealed.set(cipher.getAuthTag(), nonceLength + encrypted.length)
  return sealed
}

/** Opens what {@link seal} has made; `undefined` when key, context or bytes are not those it was made with. */
export function unseal(key: KeyObject, context: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < sealOverhead) return undefined
  const end = sealed.length - tagLength
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceLength))
  decipher.setAAD(context)
  decipher.setAuthTag(sealed.subarray(end))
  const content = decipher.update(sealed.subarray(nonceLength, end))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return content
}

// Below this, compressing costs more time than the bytes are worth.
const compressFrom = 4096

/** Seals text; long text is compressed first (a text that is JSON never begins with the byte 1). */
export function sealText(key: KeyObject, nonce: Uint8Array, context: Uint8Array, text: string): Buffer {
  // Handing the cipher bytes takes two thirds of the time of handing it a string.
  if (text.length < compressFrom) return seal(key, nonce, context, Buffer.from(text))
  return seal(key, nonce, context, Buffer.concat([compressedMark, zstdCompressSync(text)]))
}

/** Opens what {@link sealText} has made. */
export function unsealText(key: KeyObject, context: Uint8Array, sealed: Uint8Array): string | undefined {
  const content = unseal(key, context, sealed)
  if (content === undefined) return undefined
  return (content[0] === compressedMark[0] ? zstdDecompressSync(content.subarray(1)) : content).toString('utf8')
}

const compressedMark = Buffer.of(1)

/** A data key encrypted under the master key, bound to the name it is for: 60 bytes, whatever the name. */
export function wrapKey(master: KeyObject, name: string, key: Uint8Array, nonce: Uint8Array): Buffer {
  return seal(master, nonce, wrapContext(name), key)
}

/** Opens a wrapped key. Throws `key-missing` when the master key is another one. */
export function unwrapKey(master: KeyObject, name: string, wrapped: Uint8Array): Buffer {
  const key = unseal(master, wrapContext(name), wrapped)
  if (key === undefined)
    throw new ThreadError(
      'key-missing',
      `the master key does not open the data key of "${name}": it is not the key this thread was written with. Put back the right keys/master.key, or set COUNTERPART_MASTER_KEY to it`,
    )
  return key
}

const wrapContext = (name: string): Buffer => Buffer.from(`counterpart data key\n${name}`)

/** SHA-256 by way of a string: half the time of asking node:crypto for a buffer, which it allocates outside the heap. */
export function sha256(bytes: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'latin1')
}

/** HMAC-SHA-256 (RFC 2104), made for many short messages: `crypto.createHmac` takes five times as long to set up. */
export class Mac {
  readonly #inner = Buffer.alloc(64 + 1024)
  readonly #outer = Buffer.alloc(64 + 32)

  /** `key`: 32 bytes. */
  constructor(key: Uint8Array) {
    for (let i = 0; i < 64; i++) {
      this.#inner[i] = (key[i] ?? 0) ^ 0x36
      this.#outer[i] = (key[i] ?? 0) ^ 0x5c
    }
  }

  /** 32 bytes. */
  of(message: string | Uint8Array): Buffer {
    const atMost = 64 + 3 * message.length
    const inner = atMost <= this.#inner.length ? this.#inner : Buffer.alloc(atMost)
    if (inner !== this.#inner) inner.set(this.#inner.subarray(0, 64))
    let length = message.length
    if (typeof message === 'string') length = inner.write(message, 64)
    else inner.set(message, 64)
    this.#outer.write(hash('sha256', inner.subarray(0, 64 + length), 'binary'), 64, 'latin1')
    return sha256(this.#outer)
  }
}

/** A key as node:crypto wants it for speed. */
export function secretKey(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes)
}

/** Hands out nonces from a larger draw, because drawing few bytes costs as much as drawing many. */
export function nonces(randomBytes: RandomBytes): () => Uint8Array {
  let pool: Uint8Array = new Uint8Array(0)
  let at = 0
  return () => {
    if (at + nonceLength > pool.length) {
      pool = randomBytes(256 * nonceLength)
      at = 0
    }
    at += nonceLength
    return pool.subarray(at - nonceLength, at)
  }
}
