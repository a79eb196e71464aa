import { DynamicsError } from '../errors.ts'
import type { UnitFactor } from '../model.ts'
import type { Cursor } from './cursor.ts'

/** Units that every model has (SBML Level 3 Version 2, table 2). */
export const baseUnits: ReadonlySet<string> = new Set([
  ...['ampere', 'avogadro', 'becquerel', 'candela', 'coulomb', 'dimensionless', 'farad', 'gram', 'gray', 'henry'],
  ...['hertz', 'item', 'joule', 'katal', 'kelvin', 'kilogram', 'litre', 'lumen', 'lux', 'metre', 'mole', 'newton'],
  ...['ohm', 'pascal', 'radian', 'second', 'siemens', 'sievert', 'steradian', 'tesla', 'volt', 'watt', 'weber'],
])

const spellings: ReadonlyMap<string, string> = new Map([
  ['liter', 'litre'],
  ['meter', 'metre'],
])

/** The unit that a name means, plural and American spelling included; undefined if there is none. */
export function unitNamed(name: string, declared: { has(name: string): boolean }): string | undefined {
  for (const one of name.endsWith('s') ? [name, name.slice(0, -1)] : [name]) {
    if (declared.has(one)) return one
    const base = spellings.get(one) ?? one
    if (baseUnits.has(base)) return base
  }
  return undefined
}

/**
 * Reads a product of units, `1e-3 mole / (litre * 60 second^2)`. A number belongs to the unit after it, powers apply to
 * both: `60 second^2` is (60 s)², as libSBML reads it.
 *
 * @returns factors with the names as written; empty for a pure 1.
 */
export function parseUnit(cursor: Cursor): readonly UnitFactor[] {
  let factors = parsePower(cursor)
  for (;;) {
    if (cursor.takes('*')) factors = multiply(factors, parsePower(cursor))
    else if (cursor.takes('/')) factors = multiply(factors, raise(parsePower(cursor), -1))
    else return settle(factors)
  }
}

/** A factor without a unit: a bare number, until it finds one. */
const bare = ''

function parsePower(cursor: Cursor): readonly UnitFactor[] {
  const factors = parseFactor(cursor)
  if (!cursor.takes('^') && !cursor.takes('**')) return factors
  const negative = cursor.takes('-')
  const open = !negative && cursor.takes('(')
  const sign = negative || (open && cursor.takes('-')) ? -1 : 1
  const token = cursor.peek()
  if (token.kind !== 'number') return cursor.fail('a number as the exponent of a unit')
  cursor.next()
  if (open) cursor.expect(')')
  return raise(factors, sign * Number(token.text))
}

function parseFactor(cursor: Cursor): readonly UnitFactor[] {
  const token = cursor.peek()
  if (token.kind === 'number') {
    cursor.next()
    const [mantissa, exponent] = token.text.split(/e/i)
    const size = { multiplier: Number(mantissa), scale: Number(exponent ?? 0) }
    if (size.multiplier === 0)
      throw new DynamicsError('invalid-model', 'a unit of size zero', {
        place: token.place,
        expected: 'another number',
      })
    const named = cursor.peek().kind === 'word' && !cursor.sees('in')
    return [{ unit: named ? cursor.name('a unit').id : bare, exponent: 1, ...size }]
  }
  if (cursor.takes('(')) {
    cursor.enter()
    const inner = parseUnit(cursor)
    cursor.leave()
    cursor.expect(')')
    return inner
  }
  return [{ unit: cursor.name('a unit').id, exponent: 1, scale: 0, multiplier: 1 }]
}

const raise = (factors: readonly UnitFactor[], power: number) =>
  factors.map((factor) => ({ ...factor, exponent: factor.exponent * power }))

const multiply = (some: readonly UnitFactor[], more: readonly UnitFactor[]) => [...some, ...more]

/** Bare numbers go into the first unit there is. */
function settle(factors: readonly UnitFactor[]): readonly UnitFactor[] {
  const numbers = factors.filter(({ unit }) => unit === bare)
  if (numbers.length === 0) return factors
  const product = numbers.reduce(
    (all, { multiplier, scale, exponent }) => all * (multiplier * 10 ** scale) ** exponent,
    1,
  )
  const [first, ...others] = factors.filter(({ unit }) => unit !== bare)
  if (product === 1) return first ? [first, ...others] : []
  if (!first) return [{ unit: 'dimensionless', exponent: 1, scale: 0, multiplier: product }]
  return [{ ...first, multiplier: first.multiplier * product ** (1 / first.exponent) }, ...others]
}

/** Writes a product of units as {@link parseUnit} reads it. */
export function printUnit(factors: readonly UnitFactor[]): string {
  return (
    factors.reduce((text, factor) => {
      const divides = factor.exponent < 0
      const printed = printFactor({ ...factor, exponent: Math.abs(factor.exponent) })
      if (text === '') return divides ? `1 / ${printed}` : printed
      return `${text} ${divides ? '/' : '*'} ${printed}`
    }, '') || '1 dimensionless'
  )
}

function printFactor({ unit, exponent, scale, multiplier }: UnitFactor): string {
  const size = printSize(multiplier, scale)
  const sized = size === '1' ? unit : `${size} ${unit}`
  if (exponent === 1) return sized
  return `${size === '1' ? unit : `(${sized})`}^${exponent}`
}

const printSize = (multiplier: number, scale: number): string =>
  scale === 0
    ? String(multiplier)
    : /e/.test(String(multiplier))
      ? String(multiplier * 10 ** scale)
      : `${multiplier}e${scale}`
