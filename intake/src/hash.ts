import { createHash, createHmac } from 'node:crypto'

/** SHA-256 of bytes or of a text in UTF-8, hex. */
export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}

/** A name of 128 bits for a tuple of texts; no two tuples of different parts or lengths share one by concatenation. */
export function nameOf(...parts: readonly (string | number)[]): string {
  return sha256(JSON.stringify(parts)).slice(0, 32)
}

/** As {@link nameOf}, but only whoever holds the key can work it out from a guess of the parts. */
export function secretNameOf(key: Uint8Array, ...parts: readonly string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
