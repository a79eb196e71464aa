import { randomBytes as cryptoRandomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { GovernanceError } from './errors.ts'

/** Cost of scrypt (RFC 7914): memory is 128·N·r bytes. */
export interface PasswordCost {
  /** A power of two, at least 2^15. */
  readonly N: number
  readonly r: number
  readonly p: number
}

/** What is kept of a password: enough to check it, and to notice that the cost has been raised since. */
export interface PasswordHash extends PasswordCost {
  readonly algorithm: 'scrypt'
  /** 16 random bytes, base64url. */
  readonly salt: string
  /** 32 bytes, base64url. */
  readonly hash: string
}

/** 32 MiB and about 60 ms a try: N = 2^15, r = 8, p = 1. */
export const defaultPasswordCost: PasswordCost = { N: 2 ** 15, r: 8, p: 1 }

export type RandomBytes = (size: number) => Uint8Array
export const secureRandomBytes: RandomBytes = (size) => cryptoRandomBytes(size)

export interface PasswordHasher {
  hash(password: string): Promise<PasswordHash>
  /** Takes as long for a wrong password as for the right one; with no hash to compare (no such account) also. */
  verify(password: string, stored: PasswordHash | undefined): Promise<boolean>
  /** True when the stored hash was made at another cost than the one now in force. */
  outdated(stored: PasswordHash): boolean
}

/**
 * Hashes and checks passwords, two at a time at most, so that a flood of sign-ins cannot take the machine's memory:
 * beyond `queueLimit` waiting, it throws {@link GovernanceError} `busy`.
 */
export function passwordHasher(
  options: { readonly cost?: PasswordCost; readonly randomBytes?: RandomBytes; readonly queueLimit?: number } = {},
): PasswordHasher {
  const { cost = defaultPasswordCost, randomBytes = secureRandomBytes, queueLimit = 64 } = options
  if (!(cost.N >= 2 ** 15 && Number.isInteger(Math.log2(cost.N)) && cost.r >= 8 && cost.p >= 1))
    throw new GovernanceError(
      'account-invalid',
      `password cost N=${cost.N}, r=${cost.r}, p=${cost.p} is too weak; expected N a power of two ≥ 32768, r ≥ 8, p ≥ 1`,
    )
  const gate = takeTurns(2, queueLimit)
  const decoy: PasswordHash = {
    algorithm: 'scrypt',
    ...cost,
    salt: encode(randomBytes(16)),
    hash: encode(randomBytes(32)),
  }
  return {
    async hash(password) {
      const salt = randomBytes(16)
      const hash = await gate(() => derive(password, salt, cost))
      return { algorithm: 'scrypt', ...cost, salt: encode(salt), hash: encode(hash) }
    },
    async verify(password, stored) {
      const against = stored ?? decoy
      const hash = await gate(() => derive(password, Buffer.from(against.salt, 'base64url'), against))
      return timingSafeEqual(hash, Buffer.from(against.hash, 'base64url')) && stored !== undefined
    },
    outdated: (stored) => stored.N !== cost.N || stored.r !== cost.r || stored.p !== cost.p,
  }
}

const shortest = 12
const longest = 256

/**
 * Refuses passwords that are quickly guessed, after NIST SP 800-63B §5.1.1.2: too short, holding the user's own name,
 * or a well-known one in disguise. Throws {@link GovernanceError} `password-refused`.
 */
export function checkNewPassword(
  password: string,
  about: { readonly username: string; readonly displayName?: string },
): void {
  const refuse = (why: string): never => {
    throw new GovernanceError('password-refused', `this password ${why}; choose another, e.g. four unrelated words`)
  }
  const length = [...password].length
  if (length < shortest) refuse(`has ${length} characters, at least ${shortest} are needed`)
  if (length > longest) refuse(`has ${length} characters, at most ${longest} are allowed`)
  const plain = undisguised(password)
  for (const name of [about.username, ...(about.displayName ?? '').split(/\s+/)])
    if (name.length >= 3 && (password.toLowerCase().includes(name.toLowerCase()) || plain.includes(undisguised(name))))
      refuse(`contains the name "${name}"`)
  if (new Set(password).size < 5) refuse('repeats the same few characters')
  // "P@ssw0rd123456!": what is hung on at either end hides nothing.
  const core = undisguised(password.replace(/^[^a-z]+|[^a-z]+$/gi, ''))
  const rest = wellKnown.reduce((left, word) => left.replaceAll(word, ''), core).replace(/[^a-z]/g, '')
  if (rest.length < 4 && wellKnown.some((word) => core.includes(word)))
    refuse('is a well-known one with little added, and such are tried first')
  if (longestRun(password.toLowerCase()) > length / 2)
    refuse('is mostly a run along the alphabet, the digits or the keyboard')
}

/** Letters that form the passwords most often found in published leaks, without their digits and signs. */
const wellKnown =
  'administrator counterpart motdepasse qwertyuiop password passwort iloveyou princess sunshine football baseball superman hospital changeme letmein welcome trustno default qwerty azerty asdfgh zxcvbn monkey dragon master secret login admin user test abc'.split(
    ' ',
  )

const runs = ['abcdefghijklmnopqrstuvwxyz', '01234567890', '1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']

function longestRun(text: string): number {
  let longestSoFar = 0
  for (const run of [...runs, ...runs.map((r) => [...r].reverse().join(''))])
    for (let start = 0; start < text.length; start++) {
      let size = 1
      while (start + size <= text.length && run.includes(text.slice(start, start + size))) size++
      longestSoFar = Math.max(longestSoFar, size - 1)
    }
  return longestSoFar
}

const disguises: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

function undisguised(text: string): string {
  return [...text.normalize('NFKD').toLowerCase()].map((c) => disguises[c] ?? c).join('')
}

/** A password that can be read aloud and typed: four groups of three syllables, 74 bits of chance, e.g. `bakotu-mirefa-…`. */
export function readablePassword(randomBytes: RandomBytes = secureRandomBytes): string {
  const consonants = 'bdfghjklmnprstvz'
  const vowels = 'aeiou'
  const syllable = () => consonants[below(16, randomBytes)]! + vowels[below(5, randomBytes)]!
  return Array.from({ length: 4 }, () => syllable() + syllable() + syllable()).join('-')
}

/** An unbiased whole number in [0, limit): draws that would favour the low ones are thrown away. */
function below(limit: number, randomBytes: RandomBytes): number {
  const fair = 256 - (256 % limit)
  for (;;) {
    const byte = randomBytes(1)[0]!
    if (byte < fair) return byte % limit
  }
}

function derive(password: string, salt: Uint8Array, cost: PasswordCost): Promise<Buffer> {
  const options: ScryptOptions = { N: cost.N, r: cost.r, p: cost.p, maxmem: 128 * cost.r * (cost.N + cost.p + 2) }
  return new Promise((resolve, reject) =>
    // NFKC so that the same characters typed on another keyboard give the same bytes (NIST SP 800-63B §5.1.1.2).
    scrypt(password.normalize('NFKC'), salt, 32, options, (error, key) => (error ? reject(error) : resolve(key))),
  )
}

function takeTurns(atOnce: number, queueLimit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= queueLimit)
        throw new GovernanceError('busy', 'too many people are signing in at this moment; try again in some seconds', {
          retryAfter: 5_000,
        })
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
