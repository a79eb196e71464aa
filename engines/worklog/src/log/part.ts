import type { LogOptions } from '../work-event.ts'
import { type ClosedDay, dayOfKey, dayStore, providerOfKey, type RawDay, reduceRaw } from './day-store.ts'
import type { Header } from './header.ts'
import { limitsOf } from './limits.ts'
import { logReader } from './log-reader.ts'
import { type PlainPresence, presence } from './presence.ts'
import { type PlainCounts, problemCounts } from './problems.ts'
import { type DaySummary, dayReducer } from './reduce.ts'
import { type WorkLog, workLog } from './work-log.ts'

// A log is read in parts, which may lie side by side on several threads, and is put together from what they found.

/** A day of somebody, by name, as numbers differ from part to part. */
export interface NamedDay {
  readonly provider: string
  readonly day: number
  /** With duplicates. */
  readonly events: number
}

/** Which days of whom are in a piece of the file, so that days can be found again. */
export interface Piece {
  readonly from: number
  readonly until: number
  readonly met: readonly (readonly [provider: string, first: number, last: number])[]
}

/** What was found in one part; goes from thread to thread. */
export interface Part {
  readonly closed: readonly (NamedDay & { readonly summary: DaySummary; readonly duplicates: number })[]
  readonly late: readonly NamedDay[]
  readonly pieces: readonly Piece[]
  readonly problems: PlainCounts
  readonly presence: PlainPresence
  readonly lines: number
  readonly events: number
}

/** Reads a part; pieces end where {@link endPiece} is called. */
export interface PartReader {
  /** Whole lines only. */
  read(bytes: Uint8Array, from: number, until: number): void
  endPiece(from: number, until: number): void
  finish(): Part
}

/** @param room events held at once, 16 bytes each */
export function partReader(header: Header, options: LogOptions, room: number): PartReader {
  const store = dayStore(room, limitsOf(options))
  const reader = logReader(header, options, store.add)
  const pieces: Piece[] = []
  const nameOf = (provider: number) => reader.providers[provider]!
  return {
    read: reader.read,
    endPiece(from, until) {
      pieces.push({ from, until, met: reader.met().map(([provider, first, last]) => [nameOf(provider), first, last]) })
    },
    finish() {
      store.closeAll()
      return {
        closed: [...store.closed].map(([key, day]) => ({
          provider: nameOf(providerOfKey(key)),
          day: dayOfKey(key),
          ...day,
        })),
        late: [...store.late].map(([key, events]) => ({
          provider: nameOf(providerOfKey(key)),
          day: dayOfKey(key),
          events,
        })),
        pieces,
        problems: reader.problems.plain(),
        presence: reader.presence.plain(),
        lines: reader.counts.lines,
        events: reader.counts.events,
      }
    },
  }
}

/** Parts put together as far as they go. */
export interface Assembly {
  /** Days that were spread over parts or came late, and must be read again as a whole. */
  readonly again: readonly NamedDay[]
  /** Gives such a day, with all its events from wherever they were found. */
  mend(provider: string, day: number, parts: readonly RawDay[]): void
  log(): WorkLog
}

export function assemble(parts: readonly Part[], options: LogOptions): Assembly {
  const limits = limitsOf(options)
  const reduce = dayReducer(limits)
  const seen = presence()
  const problems = problemCounts()
  const days = new Map<string, Map<number, DaySummary>>()
  const again = new Map<string, Map<number, number>>()
  let [lines, events, duplicates] = [1, 0, 0]
  const counted = new Map<string, Map<number, Pick<ClosedDay, 'events' | 'duplicates'>>>()
  const into = <T>(map: Map<string, Map<number, T>>, provider: string) => {
    let inner = map.get(provider)
    if (!inner) {
      inner = new Map()
      map.set(provider, inner)
    }
    return inner
  }
  const addAgain = (provider: string, day: number, more: number) => {
    const of = into(again, provider)
    of.set(day, (of.get(day) ?? 0) + more)
  }
  for (const part of parts) {
    problems.merge(part.problems, lines)
    seen.merge(part.presence)
    lines += part.lines
    events += part.events
    for (const { day, duplicates: twice, events: count, provider, summary } of part.closed) {
      const before = into(counted, provider).get(day)
      if (before) addAgain(provider, day, count + (again.get(provider)?.has(day) ? 0 : before.events))
      else {
        into(counted, provider).set(day, { events: count, duplicates: twice })
        into(days, provider).set(day, summary)
      }
    }
  }
  // What came late adds to what was closed, which is counted here unless another part had the day too.
  for (const part of parts)
    for (const { day, events: count, provider } of part.late) {
      const spread = again.get(provider)?.has(day) ?? false
      addAgain(provider, day, count + (spread ? 0 : counted.get(provider)!.get(day)!.events))
    }
  for (const [provider, of] of counted)
    for (const [day, { duplicates: twice }] of of) if (!again.get(provider)?.has(day)) duplicates += twice
  const list = options.logins ? [...new Set(options.logins.map(({ provider }) => provider))] : undefined
  return {
    again: [...again].flatMap(([provider, of]) => [...of].map(([day, count]) => ({ provider, day, events: count }))),
    mend(provider, day, raw) {
      const { duplicates: twice, summary } = reduceRaw(raw, reduce)
      duplicates += twice
      into(days, provider).set(day, summary)
    },
    log: () =>
      workLog(
        {
          days,
          providers: (list ?? [...days.keys()]).toSorted(),
          lines,
          events,
          duplicates,
          presence: seen,
          problems: problems.list(duplicates),
        },
        options,
        limits,
      ),
  }
}

/** Days to read again in turns, each with at most so many events (or a single day). */
export function turnsOf(again: readonly NamedDay[], room: number): readonly (readonly NamedDay[])[] {
  const turns: NamedDay[][] = []
  let left = -1
  // Days that lie together in most files together.
  for (const day of again.toSorted((a, b) => a.day - b.day)) {
    left -= day.events
    if (left < 0 || turns.length === 0) {
      turns.push([])
      left = room - day.events
    }
    turns.at(-1)!.push(day)
  }
  return turns
}

/** Whether any of these days may be in a piece. */
export function mayHold({ met }: Piece, wanted: readonly NamedDay[]): boolean {
  const spans = new Map(met.map(([provider, first, last]) => [provider, [first, last] as const]))
  return wanted.some(({ day, provider }) => {
    const span = spans.get(provider)
    return span !== undefined && day >= span[0] && day <= span[1]
  })
}
