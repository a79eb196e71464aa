import { DynamicsError } from '../errors.ts'
import type { Cursor, Name } from './cursor.ts'
import { parseFormula } from './parse-formula.ts'
import type { Participant, Statement } from './syntax.ts'
import { suggestion } from './words.ts'

const arrows = ['->', '=>', '<==>']

/** `-|`, `-o` and `-(`: the latter two are several tokens, which in formulas mean something else. */
export function interactionAt(cursor: Cursor, ahead = 0): 1 | 2 | undefined {
  if (cursor.sees('-|', ahead)) return 1
  if (!cursor.sees('-', ahead) || cursor.peek(ahead).stop !== cursor.peek(ahead + 1).start) return undefined
  if (!(cursor.sees('o', ahead + 1) || cursor.sees('(', ahead + 1)) || cursor.peek(ahead + 2).kind !== 'word')
    return undefined
  const after = cursor.peek(ahead + 3)
  return after.kind === 'line-end' || after.kind === 'end' || after.text === '.' ? 2 : undefined
}

export const arrowAt = (cursor: Cursor, ahead = 0): boolean => arrows.some((arrow) => cursor.sees(arrow, ahead))

/** Reads `2 S1 + $S2 -> S3; k*S1*S2 in C` or `S1 -| J0`, from its first species on. */
export function parseReaction(cursor: Cursor, of: Name): readonly Statement[] {
  const reactants = parseParticipants(cursor)
  const marks = interactionAt(cursor)
  if (marks !== undefined) {
    for (let i = 0; i < marks; i++) cursor.next()
    const reactions = parseParticipants(cursor).map(({ species }) => species)
    return [{ kind: 'interaction', species: reactants.map(({ species }) => species), reactions }]
  }
  const arrow = cursor.next()
  const products = parseParticipants(cursor)
  if (cursor.peek().text !== ';')
    cursor.fail('"+" and another product, or ";" and the rate', 'a reaction reads "J1: A + B -> C; k*A*B"')
  cursor.next()
  const ends = cursor.peek().kind === 'line-end' || cursor.peek().kind === 'end' || cursor.sees('in')
  const rate = ends ? {} : { rate: parseFormula(cursor) }
  return [{ kind: 'reaction', of, reversible: arrow.text !== '=>', reactants, products, ...rate }]
}

function parseParticipants(cursor: Cursor): readonly Participant[] {
  const { kind } = cursor.peek()
  if (kind === 'line-end' || kind === 'end' || arrowAt(cursor)) return []
  const participants = [parseParticipant(cursor)]
  while (cursor.takes('+')) participants.push(parseParticipant(cursor))
  return participants
}

function parseParticipant(cursor: Cursor): Participant {
  const token = cursor.peek()
  if (token.kind === 'number') {
    cursor.next()
    if (cursor.takes('*')) cursor.fail('a species', 'a stoichiometry is written "2 S1"')
    const boundary = cursor.takes('$')
    return { species: cursor.name('a species'), stoichiometry: Number(token.text), boundary }
  }
  const boundary = cursor.takes('$')
  const first = cursor.name('a species')
  const named = !boundary && (cursor.peek().kind === 'word' || cursor.sees('$')) && !cursor.sees('in')
  if (!named) return { species: first, stoichiometry: 1, boundary }
  return { boundary: cursor.takes('$'), species: cursor.name('a species'), stoichiometry: first }
}

/** Refuses what follows a statement on its line. */
export function endStatement(cursor: Cursor): void {
  const token = cursor.peek()
  if (token.kind === 'line-end' || token.kind === 'end') {
    cursor.next()
    return
  }
  if (cursor.sees('end')) return
  if (token.text === '=') cursor.fail('the end of the statement', 'comparisons are written with "=="')
  if (token.text === '...' || token.text === '--')
    throw new DynamicsError('not-supported', 'DNA strands are not supported', { place: token.place })
  const words = ['in', 'is', 'has', 'after', 'end']
  cursor.fail(
    'the end of the statement (";" or a new line)',
    token.kind === 'word' ? suggestion(token.text, words) : undefined,
  )
}
