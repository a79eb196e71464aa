import { DynamicsError, type Place } from '../errors.ts'
import type { Expression, Operator } from '../expression.ts'
import { type Cursor, deepest, tooDeep } from './cursor.ts'
import { keywords, languageForms, languageFunctions, namedNumbers, wordOperators } from './words.ts'

/** How tightly operators bind, as in libSBML's Level 3 formulas; those of one level group from the left. */
const levels: ReadonlyMap<string, { readonly level: number; readonly operator: Operator }> = new Map([
  ['&&', { level: 1, operator: 'and' }],
  ['||', { level: 1, operator: 'or' }],
  ['==', { level: 2, operator: 'eq' }],
  ['!=', { level: 2, operator: 'neq' }],
  ['<', { level: 2, operator: 'lt' }],
  ['>', { level: 2, operator: 'gt' }],
  ['<=', { level: 2, operator: 'leq' }],
  ['>=', { level: 2, operator: 'geq' }],
  ['+', { level: 3, operator: 'plus' }],
  ['-', { level: 3, operator: 'minus' }],
  ['*', { level: 4, operator: 'times' }],
  ['/', { level: 4, operator: 'divide' }],
  ['%', { level: 4, operator: 'rem' }],
])
/** Of these, `a ∘ b ∘ c` is one application to three operands. */
const flat: ReadonlySet<Operator> = new Set(['plus', 'times', 'and', 'or'])
const relations: ReadonlySet<Operator> = new Set(['eq', 'neq', 'lt', 'gt', 'leq', 'geq'])

/**
 * Reads a formula. Whether a name stands for something, and a call for a function, is for the caller to see.
 *
 * Powers bind tightest, then signs and `!`, then `* / %`, `+ -`, comparisons, and `&& ||` at one level. A chain of
 * comparisons (`0 < x <= 1`) holds between all neighbours.
 */
export function parseFormula(cursor: Cursor): Expression {
  return parseFrom(cursor, 0)
}

function parseFrom(cursor: Cursor, least: number): Expression {
  let left = parseSigned(cursor)
  /** An application that may still get operands; its first is what was `left` before. */
  let open: { operators: Operator[]; operands: Expression[]; place: Place } | undefined
  const close = (): Expression => (open ? combine(open.operators, open.operands, open.place) : left)
  for (let nested = 0; ; ) {
    const token = cursor.peek()
    const text = token.kind === 'word' ? wordOperators.get(token.text) : token.kind === 'mark' ? token.text : undefined
    const found = text === undefined ? undefined : levels.get(text)
    if (found === undefined || found.level < least) return close()
    cursor.next()
    const right = parseFrom(cursor, found.level + 1)
    const { operator } = found
    const before = open?.operators.at(-1)
    const grows =
      before !== undefined &&
      (flat.has(operator) ? before === operator : relations.has(operator) && relations.has(before))
    if (open && grows) {
      open.operators.push(operator)
      open.operands.push(right)
      continue
    }
    nested += 1
    if (nested > deepest) tooDeep(cursor)
    left = close()
    open = { operators: [operator], operands: [left, right], place: token.place }
  }
}

function combine(operators: readonly Operator[], operands: readonly Expression[], place: Place): Expression {
  const first = operators[0]!
  const same = operators.every((operator) => operator === first)
  if (operators.length === 1 || (same && first !== 'neq')) return { kind: 'apply', operator: first, operands, place }
  const pairs = operators.map(
    (operator, i): Expression => ({ kind: 'apply', operator, operands: [operands[i]!, operands[i + 1]!], place }),
  )
  return { kind: 'apply', operator: 'and', operands: pairs, place }
}

function parseSigned(cursor: Cursor): Expression {
  const token = cursor.peek()
  if (cursor.sees('-')) {
    cursor.next()
    const literal = cursor.peek().kind === 'number'
    const operand = parseInner(cursor, parseSigned)
    if (literal && operand.kind === 'number') return { ...operand, value: -operand.value, place: token.place }
    return { kind: 'apply', operator: 'minus', operands: [operand], place: token.place }
  }
  if (cursor.takes('+')) return parseInner(cursor, parseSigned)
  if (cursor.sees('!') || ((cursor.sees('not') || cursor.sees('NOT')) && !cursor.sees('(', 1))) {
    cursor.next()
    return { kind: 'apply', operator: 'not', operands: [parseInner(cursor, parseSigned)], place: token.place }
  }
  return parsePower(cursor)
}

function parsePower(cursor: Cursor): Expression {
  let base = parseOperand(cursor)
  for (let nested = 0; cursor.sees('^') || cursor.sees('**'); ) {
    nested += 1
    if (nested > deepest) tooDeep(cursor)
    const { place } = cursor.next()
    const signed = cursor.sees('-') || cursor.sees('+')
    const exponent = parseInner(cursor, signed ? parseSigned : parseOperand)
    base = { kind: 'apply', operator: 'power', operands: [base, exponent], place }
  }
  return base
}

function parseOperand(cursor: Cursor): Expression {
  const token = cursor.peek()
  const { place } = token
  if (token.kind === 'number') {
    cursor.next()
    const value = Number(token.text)
    return namesUnit(cursor)
      ? { kind: 'number', value, unit: cursor.name('a unit').id, place }
      : { kind: 'number', value, place }
  }
  if (cursor.takes('(')) {
    const inner = parseInner(cursor, parseFormula)
    if (!cursor.sees(')')) cursor.fail(`")" for the "(" at line ${place.line}, column ${place.column}`)
    cursor.next()
    return inner
  }
  if (cursor.sees('...'))
    throw new DynamicsError('not-supported', 'formulas inherited along DNA strands ("...") are not supported', {
      place,
    })
  if (cursor.sees('{'))
    throw new DynamicsError('not-supported', 'lists in braces belong to uncertainty, which is not supported', { place })
  if (token.kind !== 'word' || keywords.has(token.text))
    return cursor.fail(
      'a number, a name, a function or "("',
      token.kind === 'word' ? `"${token.text}" is a word of the language; name the element otherwise` : undefined,
    )
  if (cursor.sees('(', 1)) return parseCall(cursor)
  const named = namedNumbers.get(token.text)
  if (named !== undefined) {
    cursor.next()
    return { kind: 'named-number', name: named, place }
  }
  if (token.text === 'time') {
    cursor.next()
    return { kind: 'time', place }
  }
  const name = cursor.name('a name')
  return { kind: 'symbol', id: name.id, place }
}

/** Reads a part of a formula one level deeper. */
function parseInner(cursor: Cursor, parse: (cursor: Cursor) => Expression): Expression {
  cursor.enter()
  const inner = parse(cursor)
  cursor.leave()
  return inner
}

/** A name directly after a number is its unit. */
function namesUnit(cursor: Cursor): boolean {
  const { kind, text } = cursor.peek()
  return kind === 'word' && !keywords.has(text) && !wordOperators.has(text) && !cursor.sees('(', 1)
}

function parseCall(cursor: Cursor): Expression {
  const { text: name, place } = cursor.next()
  const operands = parseOperands(cursor)
  const count = (expected: string): never => {
    throw new DynamicsError('syntax', `${name}() is given ${operands.length} operands`, {
      element: name,
      place,
      expected,
    })
  }
  if (name === 'piecewise') return piecewise(operands, place) ?? count('at least a value and its condition')
  if (name === 'delay') {
    const [of, by] = operands
    return operands.length === 2 ? { kind: 'delay', of: of!, by: by!, place } : count('a formula and by how much')
  }
  if (name === 'rateOf') {
    const [of] = operands
    return operands.length === 1 && of?.kind === 'symbol' ? { kind: 'rate-of', id: of.id, place } : count('one name')
  }
  const known = languageFunctions.get(name)
  if (known) {
    if (operands.length < known.least) return count(`${known.least === known.most ? '' : 'at least '}${known.least}`)
    if (operands.length > known.most) return count(`${known.least === known.most ? '' : 'at most '}${known.most}`)
    return { ...known.build(operands), place }
  }
  return { kind: 'call', function: name, operands, place }
}

function parseOperands(cursor: Cursor): Expression[] {
  const { place } = cursor.expect('(')
  const operands: Expression[] = []
  if (!cursor.sees(')'))
    do operands.push(parseInner(cursor, parseFormula))
    while (cursor.takes(','))
  if (!cursor.sees(')')) cursor.fail(`"," or ")" for the "(" at line ${place.line}, column ${place.column}`)
  cursor.next()
  return operands
}

function piecewise(operands: readonly Expression[], place: Place): Expression | undefined {
  if (operands.length === 0) return undefined
  const pieces = Array.from({ length: operands.length >> 1 }, (_, i) => ({
    value: operands[2 * i]!,
    condition: operands[2 * i + 1]!,
  }))
  return operands.length % 2 === 1
    ? { kind: 'piecewise', pieces, otherwise: operands.at(-1)!, place }
    : { kind: 'piecewise', pieces, place }
}

/** Names of all that can be called: for what was meant. */
export const callable = (functions: Iterable<string>): string[] => [
  ...languageFunctions.keys(),
  ...languageForms,
  ...functions,
]
