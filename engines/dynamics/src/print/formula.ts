import { DynamicsError } from '../errors.ts'
import type { Expression, NamedNumber, Operator } from '../expression.ts'
import { type Apply, factorsOf, termsOf } from './flat.ts'
import type { Notation, Sign } from './notation.ts'

/** What a formula's names look like. */
export interface Names {
  /** Id or letter of the model's time. */
  readonly time: string
  /** What is drawn for a symbol, in two dimensions; a line of text has its id. */
  drawn(id: string): string
  /** A unit of the model, as it is shown behind a number; empty: not at all. */
  unit(id: string): string
}

/** How strongly a piece of a formula holds together; one that binds less than its place asks for gets brackets. */
const binds = {
  cases: 0,
  implies: 1,
  or: 2,
  and: 3,
  not: 4,
  relation: 5,
  sum: 6,
  negation: 7,
  product: 8,
  fraction: 9,
  power: 10,
  atom: 11,
} as const

interface Piece {
  readonly code: string
  readonly binds: number
}

type Piecewise = Extract<Expression, { kind: 'piecewise' }>

/** Formulas nest no deeper than this: what is deeper is no formula that a person could read. */
const deepest = 1_000

const relations: Readonly<Partial<Record<Operator, Sign>>> = {
  eq: 'equals',
  neq: 'not-equal',
  lt: 'less',
  gt: 'greater',
  leq: 'at-most',
  geq: 'at-least',
}

const namedNumbers: Readonly<Record<Exclude<NamedNumber, 'pi' | 'avogadro'>, string>> = {
  e: 'e',
  infinity: '∞',
  'not-a-number': 'NaN',
  true: 'true',
  false: 'false',
}

/**
 * Writes a formula in a notation, with no more brackets than its operators' precedence asks for.
 *
 * @example writeFormula({ kind: 'apply', operator: 'divide', operands: [a, b] }, latex, names) // \frac{a}{b}
 * @throws DynamicsError `not-supported` when it nests more than 1,000 levels deep
 */
export function writeFormula(expression: Expression, notation: Notation, names: Names): string {
  return piece(expression, 0).code

  function piece(of: Expression, depth: number): Piece {
    if (depth > deepest)
      throw new DynamicsError('not-supported', `a formula nests more than ${deepest} levels deep`, {
        ...(of.place ? { place: of.place } : {}),
        mend: 'give parts of it names of their own',
      })
    switch (of.kind) {
      case 'number':
        return number(of.value, of.unit)
      case 'named-number':
        return atom(namedNumber(of.name))
      case 'symbol':
        return atom(symbolOf(notation, names, of.id))
      case 'time':
        return atom(notation.symbol(names.time))
      case 'call':
        return atom(notation.applied(symbolOf(notation, names, of.function), each(of.operands, depth)))
      case 'rate-of': {
        const change = changeOf(notation, symbolOf(notation, names, of.id), names.time)
        return { code: change, binds: notation.planar ? binds.fraction : binds.product }
      }
      case 'delay':
        return delayed(of, depth)
      case 'piecewise':
        return piecewise(of, depth)
      case 'apply':
        return applied(of, depth)
    }
  }

  /** A part at a place that asks for pieces which bind at least so strongly. */
  function at(of: Expression, least: number, depth: number): string {
    return hold(piece(of, depth + 1), least)
  }

  function hold(part: Piece, least: number): string {
    return part.binds >= least ? part.code : notation.bracket('round', part.code)
  }

  function each(of: readonly Expression[], depth: number): string[] {
    const codes: string[] = []
    for (const operand of of) codes.push(at(operand, binds.implies, depth))
    return codes
  }

  function number(value: number, unit: string | undefined): Piece {
    if (Number.isNaN(value)) return atom(notation.upright('NaN'))
    if (value < 0 || Object.is(value, -0)) {
      const positive = number(-value, unit)
      return { code: notation.prefixed('minus', positive.code), binds: binds.negation }
    }
    const shown = unit === undefined ? '' : names.unit(unit)
    const behind = shown ? notation.unit(shown) : ''
    if (value === Number.POSITIVE_INFINITY) return atom(notation.upright('∞'))
    const [digits, exponent] = digitsOf(value)
    const code = notation.number(digits, exponent)
    return {
      code: behind ? notation.row([code, behind]) : code,
      binds: behind || (exponent !== undefined && notation.planar) ? binds.product : binds.atom,
    }
  }

  function namedNumber(name: NamedNumber): string {
    if (name === 'pi') return notation.symbol('pi')
    if (name === 'avogadro') return notation.symbol('N_A')
    return notation.upright(namedNumbers[name])
  }

  function delayed({ of, by }: Extract<Expression, { kind: 'delay' }>, depth: number): Piece {
    // x(t − τ) reads as such only for a symbol.
    if (of.kind !== 'symbol') return atom(notation.applied(notation.upright('delay'), each([of, by], depth)))
    const earlier = [notation.symbol(names.time), notation.sign('minus'), at(by, binds.product, depth)]
    return atom(notation.applied(symbolOf(notation, names, of.id), [notation.row(earlier)]))
  }

  /** Pieces within the last of another are pieces of that: tables are often nested like this, hundreds deep. */
  function piecewise(of: Piecewise, depth: number): Piece {
    const pieces: { value: string; condition: string }[] = []
    let rest: Expression | undefined = of
    while (rest?.kind === 'piecewise') {
      for (const { value, condition } of rest.pieces)
        pieces.push({ value: at(value, binds.implies, depth), condition: at(condition, binds.implies, depth) })
      rest = rest.otherwise
    }
    const otherwise = rest && at(rest, binds.implies, depth)
    return { code: notation.cases(pieces, otherwise), binds: notation.planar ? binds.cases : binds.atom }
  }

  function applied(of: Apply, depth: number): Piece {
    const { operator, operands } = of
    const [a, b] = operands
    const relation = relations[operator]
    if (relation && a && b) return { code: joined(operands, relation, binds.sum, depth), binds: binds.relation }
    switch (operator) {
      case 'plus':
      case 'minus':
        return a === undefined ? number(0, undefined) : sum(of, depth)
      case 'times':
        return a === undefined ? number(1, undefined) : product(of, depth)
      case 'divide':
        if (a && b) return quotient(a, b, depth)
        break
      case 'power':
        if (a && b) return power(a, b, depth)
        break
      case 'root':
        if (a && b) return atom(notation.root(at(b, 0, depth), isNumber(a, 2) ? undefined : at(a, 0, depth)))
        break
      case 'log':
        if (a && b) return logarithm(a, b, depth)
        break
      case 'abs':
        if (a) return atom(notation.bracket('bar', at(a, 0, depth)))
        break
      case 'floor':
        if (a) return atom(notation.bracket('floor', at(a, 0, depth)))
        break
      case 'ceiling':
        if (a) return atom(notation.bracket('ceiling', at(a, 0, depth)))
        break
      case 'factorial':
        if (a) return { code: notation.factorial(at(a, binds.atom, depth)), binds: binds.power }
        break
      case 'not':
        if (a) return { code: notation.prefixed('not', at(a, binds.atom, depth)), binds: binds.not }
        break
      case 'and':
      case 'or':
      case 'xor':
        if (a === undefined) return atom(notation.upright(operator === 'and' ? 'true' : 'false'))
        if (b === undefined) return piece(a, depth + 1)
        return operator === 'and'
          ? { code: joined(operands, 'and', binds.and + 1, depth), binds: binds.and }
          : { code: joined(operands, operator, binds.or + 1, depth), binds: binds.or }
      case 'implies':
        if (a && b) return { code: joined(operands, 'implies', binds.implies + 1, depth), binds: binds.implies }
        break
    }
    return atom(notation.applied(notation.upright(operator), each(operands, depth)))
  }

  function joined(operands: readonly Expression[], sign: Sign, least: number, depth: number): string {
    const parts: string[] = []
    for (const operand of operands) {
      if (parts.length > 0) parts.push(notation.sign(sign))
      parts.push(at(operand, least, depth))
    }
    return notation.row(parts)
  }

  function sum(of: Apply, depth: number): Piece {
    const [first, ...others] = termsOf(of)
    const lead: Piece = first.negative
      ? { code: notation.prefixed('minus', at(first.of, binds.product, depth)), binds: binds.negation }
      : piece(first.of, depth + 1)
    if (others.length === 0) return lead
    const parts = [hold(lead, binds.sum)]
    for (const term of others)
      parts.push(notation.sign(term.negative ? 'minus' : 'plus'), at(term.of, binds.product, depth))
    return { code: notation.row(parts), binds: binds.sum }
  }

  function product(of: Apply, depth: number): Piece {
    const [first, ...others] = factorsOf(of)
    const lead = piece(first, depth + 1)
    if (others.length === 0) return lead
    // −a · b is the same read either way, so a leading sign needs no brackets.
    const parts = [hold(lead, binds.negation)]
    for (const factor of others) parts.push(notation.sign('times'), at(factor, binds.fraction, depth))
    return { code: notation.row(parts), binds: lead.binds === binds.negation ? binds.negation : binds.product }
  }

  function quotient(a: Expression, b: Expression, depth: number): Piece {
    if (notation.planar) return planarQuotient(a, b, depth)
    const above = piece(a, depth + 1)
    return {
      code: notation.fraction(hold(above, binds.negation), at(b, binds.fraction, depth)),
      binds: above.binds === binds.negation ? binds.negation : binds.product,
    }
  }

  /** a / b / c is drawn as a over b · c: fractions upon fractions grow too small to read. */
  function planarQuotient(a: Expression, b: Expression, depth: number): Piece {
    const backwards = [b]
    let above = a
    while (above.kind === 'apply' && above.operator === 'divide' && above.operands.length === 2) {
      backwards.push(above.operands[1]!)
      above = above.operands[0]!
    }
    const below: Expression =
      backwards.length === 1 ? b : { kind: 'apply', operator: 'times', operands: backwards.reverse() }
    return { code: notation.fraction(at(above, 0, depth), at(below, 0, depth)), binds: binds.fraction }
  }

  function power(a: Expression, b: Expression, depth: number): Piece {
    const exponent = at(b, notation.planar ? 0 : binds.atom, depth)
    return { code: notation.power(at(a, binds.atom, depth), exponent), binds: binds.power }
  }

  function logarithm(base: Expression, of: Expression, depth: number): Piece {
    const name = notation.subscript(notation.upright('log'), at(base, notation.planar ? 0 : binds.atom, depth))
    return atom(notation.applied(name, each([of], depth)))
  }
}

/** A symbol of the model: in two dimensions as a person draws it, in a line of text by its id. */
export function symbolOf(notation: Notation, names: Names, id: string): string {
  return notation.symbol(notation.planar ? names.drawn(id) : id)
}

/** d … / d time of what is written already, as it stands on the left of a rate. */
export function changeOf(notation: Notation, written: string, time: string): string {
  const d = notation.planar ? notation.upright('d') : 'd'
  return notation.planar
    ? notation.fraction(notation.row([d, written]), notation.row([d, notation.symbol(time)]))
    : `d${written}/d${time}`
}

function atom(code: string): Piece {
  return { code, binds: binds.atom }
}

function isNumber(expression: Expression, value: number): boolean {
  return expression.kind === 'number' && expression.value === value
}

/** Shortest digits that give the number back, with a power of ten where it is very small or large. */
function digitsOf(value: number): readonly [string, string | undefined] {
  if (value === 0 || (value >= 1e-4 && value < 1e7)) return [String(value), undefined]
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  return [digits, exponent.replace('+', '')]
}
