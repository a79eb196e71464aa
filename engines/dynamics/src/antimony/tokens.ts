import { DynamicsError, type Place } from '../errors.ts'

type TokenKind = 'word' | 'number' | 'string' | 'mark' | 'line-end' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** As written; of a string, what is between its quotes. */
  readonly text: string
  readonly place: Place
  /** Offset of its first character, and of the first after it. */
  readonly start: number
  readonly stop: number
}

const blank = /[ \t\f\v\u00a0\ufeff]+|\\[ \t]*(?:\r\n|\r|\n)/y
const comment = /(?:\/\/|#)[^\r\n]*/y
const lineEnd = /\r\n|\r|\n|;/y
const word = /[A-Za-z_][A-Za-z0-9_]*/y
const number = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
const quoted = /"([^"\r\n]*)"/y
const ticked = /```([\s\S]*?)```/y
const mark = /\.\.\.|<==>|->|=>|-\||--|:=|<=|>=|==|!=|&&|\|\||\*\*|[-+*/%^=:,.$'(){}<>!@]/y

/** Far beyond published models, and few enough to be read in about a second. */
const most = 1_000_000

/**
 * Cuts an Antimony text into tokens; the ends of lines are tokens, comments are not.
 *
 * @throws DynamicsError `syntax` at a character or an unclosed comment or string that the language does not have;
 *   `not-supported` beyond a million tokens.
 */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  let line = 1
  let lineStart = 0
  const here = (): Place => ({ line, column: at - lineStart + 1 })
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.exec(text)
  }
  /** Moves on by what was matched, counting the lines in it. */
  const skip = (matched: string) => {
    for (const end of matched.matchAll(/\r\n|\r|\n/g)) {
      line += 1
      lineStart = at + end.index + end[0].length
    }
    at += matched.length
  }
  const push = (kind: TokenKind, matched: string, content = matched) => {
    if (tokens.length >= most) {
      throw new DynamicsError('not-supported', `the text has more than ${most} words, numbers and signs`, {
        place: here(),
        mend: 'take the model apart into several',
      })
    }
    tokens.push({ kind, text: content, place: here(), start: at, stop: at + matched.length })
    skip(matched)
  }

  while (at < text.length) {
    const space = match(blank) ?? match(comment)
    if (space) {
      skip(space[0])
      continue
    }
    if (text.startsWith('/*', at)) {
      const close = text.indexOf('*/', at + 2)
      if (close < 0) throw new DynamicsError('syntax', 'a comment is not closed', { place: here(), expected: '*/' })
      skip(text.slice(at, close + 2))
      continue
    }
    const found = match(lineEnd)
    if (found) {
      push('line-end', found[0], found[0] === ';' ? ';' : '\n')
      continue
    }
    const string = match(ticked) ?? match(quoted)
    if (string) {
      push('string', string[0], string[1]!)
      continue
    }
    const numeric = match(number)
    if (numeric) {
      push('number', numeric[0])
      continue
    }
    const name = match(word)
    if (name) {
      push('word', name[0])
      continue
    }
    const sign = match(mark)
    if (sign) {
      push('mark', sign[0])
      continue
    }
    if (text[at] === '"' || text[at] === '`')
      throw new DynamicsError('syntax', 'a text is not closed', {
        place: here(),
        expected: text[at] === '"' ? '" on the same line' : '```',
      })
    const character = String.fromCodePoint(text.codePointAt(at)!)
    throw new DynamicsError('syntax', `the character ${JSON.stringify(character)} has no meaning here`, {
      place: here(),
      mend: 'outside of texts and comments Antimony is written in ASCII',
    })
  }
  tokens.push({ kind: 'end', text: '', place: here(), start: at, stop: at })
  return tokens
}

/** A token in words, for messages. */
export function describe(token: Token): string {
  if (token.kind === 'end') return 'the end of the text'
  if (token.kind === 'line-end') return token.text === ';' ? '";"' : 'the end of the line'
  return token.kind === 'string' ? `the text "${token.text}"` : `"${token.text}"`
}
