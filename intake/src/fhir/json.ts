import { IntakeError } from '../errors.ts'

/** Levels of nesting: the deepest FHIR resources that are published have about twenty. */
export const deepest = 64

/** Commas, that is values: a Bundle of 10 MiB has some 350,000, and more take long enough to hold others up. */
const mostValues = 400_000

/**
 * Reads JSON as FHIR means it (RFC 8259, no comments, no doubled names), and no deeper than {@link deepest}: nesting
 * is measured before parsing, so that no text can overflow the stack. Throws {@link IntakeError} `malformed`, `too-large`.
 */
export function parseJson(text: string): unknown {
  const clean = text.startsWith('\uFEFF') ? text.slice(1) : text
  survey(clean)
  try {
    return JSON.parse(clean)
  } catch (error) {
    throw new IntakeError(
      'malformed',
      `this is not JSON: ${(error as Error).message.replace(/\s+/g, ' ').slice(0, 200)}`,
      { expected: 'JSON without comments', mend: 'check quotes, commas and closing brackets at that place' },
      { cause: error },
    )
  }
}

/** Throws {@link IntakeError} `too-large` when a parsed value is nested deeper than {@link deepest}. */
export function checkDepth(value: unknown): void {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue
    if (next.depth > deepest) throw tooDeep()
    for (const member of Object.values(next.value)) waiting.push({ value: member, depth: next.depth + 1 })
  }
}

/** Looks for too deep nesting and for names that an object has twice (of which JSON.parse would keep the last, silently). */
function survey(text: string): void {
  const names: (Set<string> | undefined)[] = [] // one for each open bracket; `undefined` for arrays
  let expectsName = false
  let values = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      const end = endOfString(text, at)
      if (end < 0) return // JSON.parse says it better
      if (expectsName) {
        const name = text.slice(at + 1, end)
        const own = names.at(-1)
        if (own?.has(name))
          throw new IntakeError('malformed', `the name "${name.slice(0, 80)}" stands twice in one object`, {
            location: `line ${lineOf(text, at)}`,
            expected: 'each name once',
            mend: 'repeat an element by making it an array',
          })
        own?.add(name)
        expectsName = false
      }
      at = end
    } else if (code === openBrace || code === openBracket) {
      names.push(code === openBrace ? new Set() : undefined)
      if (names.length > deepest) throw tooDeep()
      expectsName = code === openBrace
    } else if (code === closeBrace || code === closeBracket) {
      names.pop()
      expectsName = false
    } else if (code === comma) {
      expectsName = names.at(-1) !== undefined
      if (++values > mostValues)
        throw new IntakeError('too-large', `the JSON has more than ${mostValues} values`, {
          expected: `at most ${mostValues} values`,
          mend: 'send it in several Bundles',
        })
    }
  }
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

function endOfString(text: string, start: number): number {
  let at = start
  for (;;) {
    at = text.indexOf('"', at + 1)
    if (at < 0) return -1
    let escapes = 0
    while (text.charCodeAt(at - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return at
  }
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}

function tooDeep(): IntakeError {
  return new IntakeError('too-large', `the JSON is nested deeper than ${deepest} levels`, {
    expected: `at most ${deepest} levels`,
    mend: 'no FHIR resource needs that; check the sender',
  })
}
