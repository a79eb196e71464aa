/** Something in a log that could not be taken as it stands, with what was assumed instead. */
export interface Problem {
  readonly problem:
    | 'malformed-line'
    | 'unknown-action'
    | 'unknown-kind'
    | 'unknown-login'
    | 'time-twice'
    | 'time-never'
    | 'duplicate'
  /** The word it is about, where it is about one. */
  readonly word?: string
  readonly count: number
  /** The first lines, counted from 1 with the header; not for duplicates. */
  readonly lines: readonly number[]
  readonly assumed: string
}

type Kind = Problem['problem']

const assumed: Readonly<Record<Kind, string>> = {
  'malformed-line': 'the line is left out',
  'unknown-action': 'time after it counts as "other"; put it into the map',
  'unknown-kind': 'the message counts as "system"; put it into the map',
  'unknown-login': 'nobody of the list: it only shows that there is a log then; add the login to the list',
  'time-twice':
    'of the hour that comes twice when the clock is put back the first is meant; write times with an offset',
  'time-never': 'the clock was not put forward; write times with an offset',
  duplicate: 'an event that is there more than once counts once',
}

/** How many lines of each problem are kept. */
const kept = 5
/** Words told apart for each kind of problem; a vendor has hundreds, a file that is no log may have millions. */
const wordsKept = 1000

/** Problems counted, with their first lines: the same whatever the order in which parts of a log are read. */
export interface ProblemCounts {
  note(kind: Kind, line: number, word?: string): void
  /** Adds those of another part, whose lines begin after `linesBefore`. */
  merge(other: PlainCounts, linesBefore: number): void
  plain(): PlainCounts
  list(duplicates: number): readonly Problem[]
}

export type PlainCounts = readonly {
  readonly kind: Kind
  readonly word: string | undefined
  readonly count: number
  readonly lines: readonly number[]
}[]

export function problemCounts(): ProblemCounts {
  const found = new Map<Kind, Map<string | undefined, { count: number; lines: number[] }>>()
  const entryOf = (kind: Kind, word: string | undefined): { count: number; lines: number[] } => {
    let words = found.get(kind)
    if (!words) {
      words = new Map()
      found.set(kind, words)
    }
    let entry = words.get(word)
    if (!entry) {
      if (word !== undefined && words.size >= wordsKept) return entryOf(kind, undefined)
      entry = { count: 0, lines: [] }
      words.set(word, entry)
    }
    return entry
  }
  const plain = (): PlainCounts =>
    [...found].flatMap(([kind, words]) => [...words].map(([word, { count, lines }]) => ({ kind, word, count, lines })))
  return {
    note(kind, line, word) {
      const entry = entryOf(kind, word)
      entry.count++
      // Lines are read in ascending order.
      if (entry.lines.length < kept) entry.lines.push(line)
    },
    merge(other, linesBefore) {
      for (const { kind, word, count, lines } of other) {
        const entry = entryOf(kind, word)
        entry.count += count
        entry.lines = [...entry.lines, ...lines.map((line) => line + linesBefore)].sort((a, b) => a - b).slice(0, kept)
      }
    },
    plain,
    list(duplicates) {
      const all: Problem[] = plain()
        .toSorted((a, b) => b.count - a.count || compare(a.kind, b.kind) || compare(a.word ?? '', b.word ?? ''))
        .map(({ kind, word, count, lines }) => ({
          problem: kind,
          ...(word === undefined ? {} : { word }),
          count,
          lines,
          assumed: assumed[kind],
        }))
      if (duplicates > 0) all.push({ problem: 'duplicate', count: duplicates, lines: [], assumed: assumed.duplicate })
      return all
    },
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
