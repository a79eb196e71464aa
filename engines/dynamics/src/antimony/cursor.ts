import { DynamicsError, type Place } from '../errors.ts'
import { describe, type Token } from './tokens.ts'

/** A name as written, dots and all (`A.S1`), and where. */
export interface Name {
  readonly id: string
  readonly place: Place
}

/** Formulas may be nested this deep. */
export const deepest = 1000

/** Reads along a list of tokens. */
/** What is said about an element that changes nothing that is computed, by the word that says it: `identity`. */
export interface Annotation {
  readonly word: string
  readonly place: Place
}

export interface Cursor {
  /** The token `ahead` of the next one. */
  peek(ahead?: number): Token
  next(): Token
  /** Whether the next token is this mark or word; a mark and a word are never the same. */
  sees(text: string, ahead?: number): boolean
  /** Takes the next token if it is this mark or word. */
  takes(text: string): boolean
  /** Takes this mark or word. */
  expect(text: string, mend?: string): Token
  /** Takes a name; with dots in it where it is in a submodel. */
  name(what: string): Name
  /** Goes on to the next line if the line ends here. */
  skipLineEnds(): void
  /** Remembers an annotation that is passed over. */
  passOver(annotation: Annotation): void
  readonly passedOver: readonly Annotation[]
  fail(expected: string, mend?: string): never
  /** Goes one level deeper, refusing where that is too deep; and up again. */
  enter(): void
  leave(): void
}

export function createCursor(tokens: readonly Token[]): Cursor {
  let at = 0
  let depth = 0
  const last = tokens.length - 1
  const peek = (ahead = 0): Token => tokens[Math.min(at + ahead, last)]!
  const next = (): Token => {
    const token = peek()
    if (at < last) at += 1
    return token
  }
  const sees = (text: string, ahead = 0): boolean => {
    const token = peek(ahead)
    return (token.kind === 'mark' || token.kind === 'word') && token.text === text
  }
  const fail = (expected: string, mend?: string): never => {
    const token = peek()
    throw new DynamicsError('syntax', `found ${describe(token)}`, { place: token.place, expected, mend })
  }
  const passedOver: Annotation[] = []
  const cursor: Cursor = {
    passedOver,
    passOver: (annotation) => {
      passedOver.push(annotation)
    },
    peek,
    next,
    sees,
    fail,
    takes: (text) => {
      const found = sees(text)
      if (found) next()
      return found
    },
    expect: (text, mend) => (sees(text) ? next() : fail(`"${text}"`, mend)),
    name: (what) => {
      if (peek().kind !== 'word') return fail(what)
      const first = next()
      let id = first.text
      while (sees('.') && peek(1).kind === 'word') {
        next()
        id += `.${next().text}`
      }
      return { id, place: first.place }
    },
    skipLineEnds: () => {
      while (peek().kind === 'line-end') next()
    },
    enter: () => {
      depth += 1
      if (depth > deepest) tooDeep(cursor)
    },
    leave: () => {
      depth -= 1
    },
  }
  return cursor
}

export function tooDeep(cursor: Cursor): never {
  throw new DynamicsError('syntax', `a formula is nested more than ${deepest} levels deep`, {
    place: cursor.peek().place,
    mend: 'give its parts names of their own',
  })
}
