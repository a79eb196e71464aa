import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The secret with which subjects' pseudonyms are made of their record numbers, so that nobody can find them out by trying
 * numbers. Made on the first start, never changed after: with another one, everybody would be a stranger. Servers that share
 * one database share it as COUNTERPART_PSEUDONYM_KEY (32 bytes in base64).
 */
export function pseudonymKey(directory: string, given: string | undefined): Uint8Array {
  const path = join(directory, 'keys', 'pseudonym.key')
  if (given !== undefined) return checked(given, 'COUNTERPART_PSEUDONYM_KEY')
  if (!existsSync(path)) {
    mkdirSync(join(directory, 'keys'), { recursive: true, mode: 0o700 })
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  }
  return checked(readFileSync(path, 'utf8'), path)
}

function checked(text: string, where: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== 32) throw new Error(`${where} holds ${key.length} bytes; expected 32, in base64`)
  return key
}
