import { DynamicsError } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { Cursor, Name } from './cursor.ts'
import { parseEvent } from './parse-event.ts'
import { parseFormula } from './parse-formula.ts'
import { arrowAt, endStatement, interactionAt, parseReaction } from './parse-reaction.ts'
import type { ElementType, Statement } from './syntax.ts'
import { parseUnit } from './units.ts'

const declaring = ['species', 'compartment', 'formula', 'reaction', 'event', 'var', 'const', 'ext', 'substanceOnly']
const notSupported: ReadonlyMap<string, string> = new Map([
  ['DNA', 'DNA strands are'],
  ['gene', 'genes on DNA strands are'],
  ['operator', 'operators on DNA strands are'],
  ['maximize', 'objectives of flux balance are'],
  ['minimize', 'objectives of flux balance are'],
])

/** What a line is, as its first telling mark says. */
type Shape = 'reaction' | 'constraint' | 'strand' | 'other'

function shapeOf(cursor: Cursor): Shape {
  for (let ahead = 0; ; ahead++) {
    const { kind, text } = cursor.peek(ahead)
    if (arrowAt(cursor, ahead) || interactionAt(cursor, ahead)) return 'reaction'
    if (kind === 'line-end' || kind === 'end' || kind === 'string') return 'other'
    if (text === '--') return 'strand'
    if (kind === 'mark' && ['<', '>', '<=', '>=', '!=', '=='].includes(text)) return 'constraint'
    if ((kind === 'mark' && ['=', ':=', ':', "'"].includes(text)) || (kind === 'word' && ['is', 'has'].includes(text)))
      return 'other'
  }
}

/** Reads one statement of a model and the end of its line. `unnamed` gives names to reactions and instances without one. */
export function parseStatement(cursor: Cursor, unnamed: (prefix: string) => string): readonly Statement[] {
  const token = cursor.peek()
  const refused = token.kind === 'word' ? notSupported.get(token.text) : undefined
  if (refused !== undefined)
    throw new DynamicsError('not-supported', `${refused} not supported`, { element: token.text, place: token.place })
  const statements = parseUnended(cursor, unnamed)
  endStatement(cursor)
  return statements
}

function parseUnended(cursor: Cursor, unnamed: (prefix: string) => string): readonly Statement[] {
  const token = cursor.peek()
  if (token.kind === 'word' && declaring.includes(token.text)) return parseDeclarations(cursor)
  if (cursor.sees('at')) return [parseEvent(cursor, undefined)]
  if (cursor.takes('unit')) return [parseUnitDefinition(cursor)]
  if (cursor.takes('delete')) return listOf(cursor, () => ({ kind: 'delete', of: cursor.name('what to delete') }))
  if (cursor.sees('constraint')) return [parseConstraint(cursor)]
  if (cursor.sees('model') || cursor.sees('module')) return parseModelRemark(cursor)
  if (token.kind === 'number' && cursor.sees('=', 1)) return [parseAlgebraic(cursor)]
  switch (shapeOf(cursor)) {
    case 'reaction':
      return inCompartment(cursor, parseReaction(cursor, { id: unnamed('_J'), place: token.place }))
    case 'constraint':
      return [{ kind: 'constraint', condition: parseFormula(cursor), place: token.place }]
    case 'strand':
      throw new DynamicsError('not-supported', 'DNA strands ("--") are not supported', { place: token.place })
    default:
      return parseNamed(cursor, unnamed)
  }
}

/** `J1: … in C` says where J1 is. */
function inCompartment(cursor: Cursor, statements: readonly Statement[]): readonly Statement[] {
  const [first] = statements
  if (first?.kind !== 'reaction' || !cursor.takes('in')) return statements
  return [...statements, { kind: 'declare', of: first.of, compartment: cursor.name('a compartment') }]
}

/** A statement that begins with the name of what it is about. */
function parseNamed(cursor: Cursor, unnamed: (prefix: string) => string): readonly Statement[] {
  const boundary = cursor.takes('$')
  const of = cursor.name('a statement, or "end"')
  if (cursor.sees('(')) return [parseInstance(cursor, { id: unnamed('_sub'), place: of.place }, of)]
  if (skipsTerm(cursor, of)) return []
  const compartment = cursor.takes('in') ? cursor.name('a compartment') : undefined
  const declared: readonly Statement[] =
    boundary || compartment
      ? [{ kind: 'declare', of, ...(boundary ? { constness: 'const' } : {}), ...(compartment ? { compartment } : {}) }]
      : []
  if (cursor.takes(':')) return [...declared, ...parseLabelled(cursor, of)]
  if (cursor.takes('is')) return [...declared, parseIs(cursor, of)]
  if (cursor.sees('*'))
    throw new DynamicsError('not-supported', 'conversion factors between submodels are not supported', {
      place: of.place,
    })
  const value = parseValue(cursor, of)
  if (value) return [...declared, value]
  if (cursor.peek().kind === 'word') {
    const remark = parseRemark(cursor, of)
    if (remark) return [...declared, ...remark]
  }
  if (declared.length === 0)
    cursor.fail('"=", ":=", "\'=", ":", "->", "is" or "has" after a name', 'a reaction reads "J1: A -> B; k*A"')
  return declared
}

const term = '.sboTerm'

/** Passes over `= SBO:0000236` after `x.sboTerm`: it changes nothing that is computed. */
function skipsTerm(cursor: Cursor, of: Name): boolean {
  if (!of.id.endsWith(term)) return false
  cursor.passOver({ word: term.slice(1), place: of.place })
  while (!['line-end', 'end'].includes(cursor.peek().kind) && !cursor.sees(',')) cursor.next()
  return true
}

function parseLabelled(cursor: Cursor, of: Name): readonly Statement[] {
  if (cursor.sees('at')) return [parseEvent(cursor, of)]
  if (cursor.peek().kind === 'number' && cursor.sees('=', 1)) return [parseAlgebraic(cursor, of)]
  const { kind, text, place } = cursor.peek()
  if (text === 'maximize' || text === 'minimize')
    throw new DynamicsError('not-supported', 'objectives of flux balance are not supported', { place })
  if (cursor.takes('=')) return [{ kind: 'assignment', of, value: parseFormula(cursor) }]
  if (kind === 'word' && cursor.sees('(', 1)) {
    const instance = parseInstance(cursor, of, cursor.name('a model'))
    return [cursor.takes('in') ? { ...instance, compartment: cursor.name('a compartment') } : instance]
  }
  const shape = shapeOf(cursor)
  if (shape === 'strand') throw new DynamicsError('not-supported', 'DNA strands ("--") are not supported', { place })
  if (shape !== 'reaction')
    cursor.fail('a reaction, "at", "=" or a submodel after a name and ":"', 'a reaction reads "J1: A -> B; k*A"')
  return inCompartment(cursor, parseReaction(cursor, of))
}

/** `= …`, `:= …`, `'= …` or `has …` after a name. */
function parseValue(cursor: Cursor, of: Name): Statement | undefined {
  const formula = (): { value?: Expression } => {
    const { kind } = cursor.peek()
    return kind === 'line-end' || kind === 'end' || cursor.sees('end') ? {} : { value: parseFormula(cursor) }
  }
  if (cursor.takes('=')) return { kind: 'initial', of, ...formula() }
  if (cursor.takes(':=')) return { kind: 'assignment', of, ...formula() }
  if (cursor.takes("'")) {
    cursor.expect('=')
    return { kind: 'rate', of, ...formula() }
  }
  return cursor.takes('has') ? { kind: 'unit', of, factors: parseUnit(cursor) } : undefined
}

function parseIs(cursor: Cursor, of: Name): Statement {
  const { kind, text, place } = cursor.peek()
  if (kind === 'string') {
    cursor.next()
    return { kind: 'name', of, text }
  }
  const as = cursor.name('a text in quotes or the other name of the same thing')
  if (cursor.sees('/') || cursor.sees('*'))
    throw new DynamicsError('not-supported', 'conversion factors between submodels are not supported', { place })
  return { kind: 'same', of, as }
}

/**
 * What is said about an element without changing what it means: `S1 notes "…"` is kept, `S1 identity "…"` and the like
 * are passed over.
 */
export function parseRemark(cursor: Cursor, of: Name): readonly Statement[] | undefined {
  const word = cursor.peek()
  const about = cursor.sees('.', 1) ? 3 : 1
  const { kind, text } = cursor.peek(about)
  if (word.kind !== 'word' || (kind !== 'string' && !(about === 3 && kind === 'number'))) return undefined
  for (let i = 0; i <= about; i++) cursor.next()
  while (cursor.takes(',')) {
    cursor.skipLineEnds()
    if (cursor.peek().kind !== 'string') cursor.fail('a text in quotes')
    cursor.next()
  }
  if (word.text === 'notes') return [{ kind: 'notes', of, text }]
  cursor.passOver({ word: word.text, place: word.place })
  return []
}

/** `model created "…"` inside a model. */
function parseModelRemark(cursor: Cursor): readonly Statement[] {
  const { text, place } = cursor.next()
  if (cursor.sees('.')) {
    cursor.passOver({ word: cursor.peek(1).text, place })
    while (!['line-end', 'end'].includes(cursor.peek().kind)) cursor.next()
    return []
  }
  const remark = parseRemark(cursor, { id: text, place })
  if (remark === undefined)
    cursor.fail(`"end" before another "${text}"`, 'models are not written inside of one another')
  return remark!
}

function listOf(cursor: Cursor, parse: () => Statement): readonly Statement[] {
  const all = [parse()]
  while (cursor.takes(',')) {
    cursor.skipLineEnds()
    all.push(parse())
  }
  return all
}

function parseDeclarations(cursor: Cursor): readonly Statement[] {
  let type: ElementType | undefined
  let constness: 'const' | 'var' | undefined
  let substanceOnly = false
  while (cursor.peek().kind === 'word' && declaring.includes(cursor.peek().text)) {
    const { text } = cursor.next()
    if (text === 'const' || text === 'ext') constness = 'const'
    else if (text === 'var') constness = 'var'
    else if (text === 'substanceOnly') substanceOnly = true
    else type = text as ElementType
  }
  if (substanceOnly) type ??= 'species'
  const statements: Statement[] = []
  do {
    if (statements.length > 0) cursor.skipLineEnds()
    const boundary = cursor.takes('$')
    const name = cursor.name('a name')
    const of = skipsTerm(cursor, name) ? { ...name, id: name.id.slice(0, -term.length) } : name
    const compartment = cursor.takes('in') ? cursor.name('a compartment') : undefined
    const fixed = boundary ? 'const' : constness
    statements.push({
      kind: 'declare',
      of,
      ...(type ? { type } : {}),
      ...(fixed ? { constness: fixed } : {}),
      ...(substanceOnly ? { substanceOnly } : {}),
      ...(compartment ? { compartment } : {}),
    })
    const value = parseValue(cursor, of)
    if (value) statements.push(value)
  } while (cursor.takes(','))
  return statements
}

function parseUnitDefinition(cursor: Cursor): Statement {
  const of = cursor.name('the name of a unit')
  return { kind: 'define-unit', of, factors: cursor.takes('=') ? parseUnit(cursor) : [] }
}

function parseConstraint(cursor: Cursor): Statement {
  const { place } = cursor.next()
  if (!cursor.sees(':')) cursor.name('":" or the name of the constraint')
  cursor.expect(':')
  return { kind: 'constraint', condition: parseFormula(cursor), place }
}

function parseAlgebraic(cursor: Cursor, of?: Name): Statement {
  const { text, place } = cursor.next()
  cursor.expect('=')
  const value = parseFormula(cursor)
  const level: Expression = { kind: 'number', value: Number(text), place }
  return {
    kind: 'algebraic',
    ...(of ? { of } : {}),
    value: level.value === 0 ? value : { kind: 'apply', operator: 'minus', operands: [value, level], place },
    place,
  }
}

function parseInstance(cursor: Cursor, of: Name, module: Name): Extract<Statement, { kind: 'instance' }> {
  cursor.expect('(')
  const given: (Name | Expression)[] = []
  if (!cursor.sees(')'))
    do {
      const { kind, place } = cursor.peek()
      if (kind === 'word') given.push(cursor.name('a name'))
      else {
        const value = parseFormula(cursor)
        if (value.kind !== 'number')
          throw new DynamicsError('syntax', 'a submodel is given a formula', { place, expected: 'names and numbers' })
        given.push(value)
      }
    } while (cursor.takes(','))
  cursor.expect(')')
  if (cursor.sees(','))
    throw new DynamicsError(
      'not-supported',
      'conversion factors of submodels (timeconv, extentconv) are not supported',
      {
        element: of.id,
        place: of.place,
      },
    )
  return { kind: 'instance', of, module, arguments: given }
}
