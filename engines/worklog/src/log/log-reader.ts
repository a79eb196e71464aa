import { type Action, actions } from '../vocabulary.ts'
import type { LogOptions } from '../work-event.ts'
import { baseOf } from './blocks.ts'
import { byteWords } from './byte-words.ts'
import { dayLength, eventCode, noKind, other } from './cell.ts'
import type { DayStore } from './day-store.ts'
import { fieldsFor, splitFields } from './fields.ts'
import { columns, type Header } from './header.ts'
import { type Presence, presence } from './presence.ts'
import { type ProblemCounts, problemCounts } from './problems.ts'
import { timeOddity, timeReader } from './read-time.ts'
import { actionLexicon, detailLexicon, rosterOf, teamBit } from './words.ts'

/** Reads lines of a log as bytes and hands each event on as numbers. */
export interface LogReader {
  /** Reads `bytes[from..until)`: whole lines, the last one ends with a line feed. */
  read(bytes: Uint8Array, from: number, until: number): void
  /** Names by number; those without a list grow while reading. */
  readonly providers: readonly string[]
  readonly problems: ProblemCounts
  readonly presence: Presence
  /** Lines read so far, and events among them. */
  readonly counts: { lines: number; events: number }
  /** First and last day of each provider since this was asked last. */
  met(): readonly (readonly [provider: number, first: number, last: number])[]
}

/** Actions that say nothing without the kind of message. */
const asksForKind = Uint8Array.from(actions, (action) =>
  Number(/^(inbox\.done|message\.received)$/.test(action satisfies Action)),
)

const decoder = new TextDecoder()

/** @param add takes what was read; nothing is reported twice when a log is read again */
export function logReader(header: Header, options: LogOptions, add: DayStore['add']): LogReader {
  const times = timeReader(options.zone ?? 'UTC')
  const seen = presence()
  const problems = problemCounts()
  const knownActions = actionLexicon(options.map ?? {})
  const knownDetails = detailLexicon(options.map ?? {})
  const { logins, open, providers } = rosterOf(options.logins)
  const strangeActions = byteWords()
  const strangeNames: string[] = []
  const loginNames: string[] = []
  const loginBits: number[] = []
  const firstMet: number[] = []
  const lastMet: number[] = []
  const counts = { lines: 0, events: 0 }

  const width = header.length
  const [timeAt, userAt, actionAt, patientAt, objectAt, detailAt] = columns.map((_, column) =>
    header.indexOf(column),
  ) as [number, number, number, number, number, number]
  const needed = Math.max(timeAt, userAt, actionAt)
  const fields = fieldsFor(width)
  const { ends, hashes, seconds, starts } = fields

  const text = (bytes: Uint8Array, field: number) =>
    decoder.decode(bytes.subarray(starts[field], Math.min(ends[field]!, starts[field]! + 200)))

  const nameLogin = (user: number): void => {
    const name = logins.words.text(user)
    const hash = logins.words.hash(user)
    loginNames[user] = name
    loginBits[user] = (hash ^ (hash >>> 15)) & 0x7fff
  }
  for (let user = 0; user < logins.words.size; user++) nameLogin(user)
  const userOf = (bytes: Uint8Array): number => {
    const hash = hashes[userAt]!
    const known = logins.words.find(bytes, starts[userAt]!, ends[userAt]!, hash)
    if (known >= 0) return known
    const user = logins.words.add(bytes, starts[userAt]!, ends[userAt]!, hash)
    nameLogin(user)
    logins.values[user] = open ? providers.push(loginNames[user]!) - 1 : -1
    return user
  }
  const actionOfLine = (bytes: Uint8Array): number => {
    const from = starts[actionAt]!
    const until = ends[actionAt]!
    const hash = hashes[actionAt]!
    const known = knownActions.words.find(bytes, from, until, hash)
    if (known >= 0) return knownActions.values[known]!
    let index = strangeActions.find(bytes, from, until, hash)
    if (index < 0 && strangeActions.size < 10_000) {
      index = strangeActions.add(bytes, from, until, hash)
      strangeNames[index] = text(bytes, actionAt)
    }
    const name = index < 0 ? text(bytes, actionAt) : strangeNames[index]!
    if (!name.startsWith('other.')) problems.note('unknown-action', counts.lines, name)
    return other
  }

  const isLine = (): boolean => {
    const { count } = fields
    return count <= width && count > needed && starts[userAt] !== ends[userAt] && starts[actionAt] !== ends[actionAt]
  }

  /** Takes the line in `fields`. */
  const take = (bytes: Uint8Array): void => {
    const { count } = fields
    if (count === 1 && starts[0] === ends[0]) return
    const time = isLine() ? times.read(bytes, starts[timeAt]!, ends[timeAt]!) : Number.NaN
    if (Number.isNaN(time)) {
      problems.note('malformed-line', counts.lines)
      return
    }
    counts.events++
    const login = hashes[userAt]!
    seen.note(time, login)
    const oddity = times.oddity()
    if (oddity !== timeOddity.none)
      problems.note(oddity === timeOddity.twice ? 'time-twice' : 'time-never', counts.lines)
    const user = userOf(bytes)
    const provider = logins.values[user]!
    if (provider < 0) {
      problems.note('unknown-login', counts.lines, loginNames[user])
      return
    }
    const action = actionOfLine(bytes)
    let detail: number = noKind
    let hash = 0
    let second = 0
    if (detailAt >= 0 && detailAt < count && starts[detailAt] !== ends[detailAt]) {
      const known = knownDetails.words.find(bytes, starts[detailAt]!, ends[detailAt]!, hashes[detailAt]!)
      if (known >= 0) detail = knownDetails.values[known]!
      hash = hashes[detailAt]!
      second = seconds[detailAt]!
    }
    const kind = detail & 7
    if (kind === noKind && asksForKind[action] === 1)
      problems.note('unknown-kind', counts.lines, detailAt >= 0 && detailAt < count ? text(bytes, detailAt) : '')
    if (objectAt >= 0 && objectAt < count && starts[objectAt] !== ends[objectAt]) {
      hash = mix(hash, hashes[objectAt]!)
      second = mix(second, seconds[objectAt]!)
    }
    hash = mix(hash, 1)
    second = mix(second, 1)
    if (patientAt >= 0 && patientAt < count && starts[patientAt] !== ends[patientAt]) {
      hash = mix(hash, hashes[patientAt]!)
      second = mix(second, seconds[patientAt]!)
    }
    hash = mix(mix(hash, login), hashes[actionAt]!)
    second = mix(mix(second, seconds[userAt]!), seconds[actionAt]!)
    const day = Math.floor((time + times.offset(time)) / dayLength)
    if (day < (firstMet[provider] ?? Number.POSITIVE_INFINITY)) firstMet[provider] = day
    if (day > (lastMet[provider] ?? Number.NEGATIVE_INFINITY)) lastMet[provider] = day
    const code = eventCode(action, kind, detail & teamBit ? 1 : 0, loginBits[user]!)
    add(provider, day, time - baseOf(day), code, hash, second)
  }

  return {
    read(bytes, from, until) {
      let p = from
      while (p < until) {
        counts.lines++
        p = splitFields(bytes, p, fields, timeAt)
        take(fields.bytes)
      }
    },
    providers,
    problems,
    presence: seen,
    counts,
    met() {
      const found = firstMet.flatMap((first, provider) => [[provider, first, lastMet[provider]!] as const])
      firstMet.length = 0
      lastMet.length = 0
      return found
    },
  }
}

const mix = (a: number, b: number): number => Math.imul(a ^ (a >>> 16) ^ b, -2048144789) + b
