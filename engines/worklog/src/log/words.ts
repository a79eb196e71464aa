import { WorklogError } from '../errors.ts'
import { type Action, actions, type MessageKind, messageKinds } from '../vocabulary.ts'
import type { Login, LogMap } from '../work-event.ts'
import { type ByteWords, byteWords, hashOf } from './byte-words.ts'
import { noKind, other } from './cell.ts'

const encoder = new TextEncoder()

/** Words with a number each: looked up by their bytes. */
export interface Lexicon {
  readonly words: ByteWords
  readonly values: number[]
}

function lexicon(entries: Iterable<readonly [string, number]>): Lexicon {
  const words = byteWords()
  const values: number[] = []
  for (const [word, value] of entries) {
    const bytes = encoder.encode(word)
    const hash = hashOf(bytes)
    const known = words.find(bytes, 0, bytes.length, hash)
    if (known < 0) {
      words.add(bytes, 0, bytes.length, hash)
      values.push(value)
    } else values[known] = value
  }
  return { words, values }
}

/** The number of an action of ours, `other.<anything>` among them; −1 when it is none. */
function actionIndex(word: string): number {
  return word.startsWith('other.') ? other : actions.indexOf(word as Action)
}

/** Ours and a vendor's words for actions. Throws {@link WorklogError} for a map that leads to no word of ours. */
export function actionLexicon({ actions: theirs = {} }: LogMap): Lexicon {
  for (const [word, ours] of Object.entries(theirs))
    if (actionIndex(ours) < 0)
      throw new WorklogError(
        'invalid-file',
        `the map takes action "${word}" for "${ours}", which is none of ours (expected one of ${actions.join(', ')}, or other.<anything>)`,
      )
  return lexicon([
    ...actions.map((word, index) => [word, index] as const),
    ...Object.entries(theirs).map(([word, ours]) => [word, actionIndex(ours)] as const),
  ])
}

/** What a detail says: the low three bits the kind of message, the fourth that a team prepared it. */
export const teamBit = 8

/** Ours and a vendor's words for details. Throws {@link WorklogError} for a map that leads to no word of ours. */
export function detailLexicon({ details: theirs = {} }: LogMap): Lexicon {
  const indexOf = (word: string) => (word === 'team' ? noKind | teamBit : messageKinds.indexOf(word as MessageKind))
  for (const [word, ours] of Object.entries(theirs))
    if (indexOf(ours) < 0)
      throw new WorklogError(
        'invalid-file',
        `the map takes detail "${word}" for "${ours}" (expected one of ${messageKinds.join(', ')}, or team)`,
      )
  return lexicon([
    ['', noKind],
    ...[...messageKinds, 'team'].map((word) => [word, indexOf(word)] as const),
    ...Object.entries(theirs).map(([word, ours]) => [word, indexOf(ours)] as const),
  ])
}

/** Who is who: each login with the number of its provider, −1 for one that is not in the list. */
export interface Roster {
  /** Ends with providers that were found as logins where there is no list. */
  readonly providers: string[]
  readonly logins: Lexicon
  /** Without a list every login is a provider. */
  readonly open: boolean
}

/** Throws {@link WorklogError} when a login belongs to two people. */
export function rosterOf(list: readonly Login[] | undefined): Roster {
  if (!list) return { providers: [], logins: lexicon([]), open: true }
  const providers = [...new Set(list.map(({ provider }) => provider))]
  const number = new Map(providers.map((provider, index) => [provider, index]))
  const owner = new Map<string, string>()
  for (const { login, provider } of list) {
    const before = owner.get(login)
    if (before !== undefined && before !== provider)
      throw new WorklogError(
        'invalid-file',
        `login "${login}" is said to be of both "${before}" and "${provider}"; a login is of one person`,
      )
    owner.set(login, provider)
  }
  return {
    providers,
    logins: lexicon([...owner].map(([login, provider]) => [login, number.get(provider)!] as const)),
    open: false,
  }
}
