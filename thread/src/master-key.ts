import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { ThreadError } from './errors.ts'
import type { RandomBytes } from './secrets.ts'

/**
 * The key under which all data keys are wrapped: 32 bytes, base64, from the environment variable COUNTERPART_MASTER_KEY
 * or the file `keys/master.key` in the data directory (readable by its owner only). `makeWith` makes the file when it is
 * missing; without it a missing key throws {@link ThreadError} `key-missing`.
 */
export function masterKey(
  directory: string | undefined,
  environment: string | undefined,
  makeWith: RandomBytes | undefined,
): Uint8Array {
  if (environment !== undefined && environment !== '') return decode(environment, 'COUNTERPART_MASTER_KEY')
  if (directory === undefined)
    throw new ThreadError(
      'key-missing',
      'there is no master key: set COUNTERPART_MASTER_KEY to 32 random bytes in base64 (e.g. `openssl rand -base64 32`), or give a data directory',
    )
  const folder = join(directory, 'keys')
  const path = join(folder, 'master.key')
  if (existsSync(path)) return decode(readFileSync(path, 'utf8'), path)
  if (makeWith === undefined)
    throw new ThreadError(
      'key-missing',
      `the thread is encrypted and its master key "${path}" is missing: put it back, or set COUNTERPART_MASTER_KEY`,
    )
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const key = makeWith(32)
  writeDurably(path, `${Buffer.from(key).toString('base64')}\n`)
  for (const made of [folder, directory]) syncFolder(made)
  return key
}

function decode(text: string, where: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== 32)
    throw new ThreadError(
      'key-missing',
      `the master key in ${where} is ${key.length} bytes long; it must be 32 bytes in base64`,
    )
  return key
}

function writeDurably(path: string, text: string): void {
  const unfinished = `${path}.unfinished`
  const file = openSync(unfinished, 'w', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(unfinished, path)
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
