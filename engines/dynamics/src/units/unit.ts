/**
 * What a quantity is measured in: a factor times powers of base units.
 *
 * `names` says the same in the author's words, as powers of the units that were named; it is for people to read and
 * takes no part in comparisons.
 */
export interface Unit {
  /** Exponents of the SI's base units by symbol (`kg`, `m`, `s`, `A`, `K`, `mol`, `cd`), of `item`, and of base units that a model makes itself; none of them 0. */
  readonly dimension: ReadonlyMap<string, number>
  /** How many of the product of base units it is: 0.001 for a millivolt. */
  readonly factor: number
  readonly names: ReadonlyMap<string, number>
}

const nothing: ReadonlyMap<string, number> = new Map()

export const dimensionless: Unit = { dimension: nothing, factor: 1, names: nothing }

/** A unit known by a name of its own. */
export const namedUnit = (name: string, unit: Unit): Unit => ({
  ...unit,
  names: name === 'dimensionless' ? nothing : new Map([[name, 1]]),
})

export const multiplyUnits = (a: Unit, b: Unit): Unit => ({
  dimension: addExponents(a.dimension, b.dimension),
  factor: a.factor * b.factor,
  names: addExponents(a.names, b.names),
})

export const raiseUnit = (unit: Unit, exponent: number): Unit => ({
  dimension: scaleExponents(unit.dimension, exponent),
  factor: unit.factor ** exponent,
  names: scaleExponents(unit.names, exponent),
})

export const divideUnits = (a: Unit, b: Unit): Unit => multiplyUnits(a, raiseUnit(b, -1))

/** Exponents are rational in practice: what differs by less than this is the same, 1/3 · 3 for instance. */
const exponentTolerance = 1e-9
/** Factors come from decimal text through a few products and powers. */
const factorTolerance = 1e-9

export function sameDimension(a: Unit, b: Unit): boolean {
  if (a.dimension.size !== b.dimension.size) return false
  for (const [base, exponent] of a.dimension)
    if (!(Math.abs((b.dimension.get(base) ?? 0) - exponent) < exponentTolerance)) return false
  return true
}

/** Of units of the same dimension: whether a number means the same in both. */
export const sameFactor = (a: Unit, b: Unit): boolean =>
  Math.abs(a.factor - b.factor) <= factorTolerance * Math.max(Math.abs(a.factor), Math.abs(b.factor))

function addExponents(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  if (b.size === 0) return a
  if (a.size === 0) return b
  const sum = new Map(a)
  for (const [base, exponent] of b) setExponent(sum, base, (sum.get(base) ?? 0) + exponent)
  return sum
}

function scaleExponents(exponents: ReadonlyMap<string, number>, by: number): ReadonlyMap<string, number> {
  if (by === 1 || exponents.size === 0) return exponents
  const scaled = new Map<string, number>()
  for (const [base, exponent] of exponents) setExponent(scaled, base, exponent * by)
  return scaled
}

function setExponent(exponents: Map<string, number>, base: string, exponent: number): void {
  const whole = Math.round(exponent)
  const tidy = Math.abs(exponent - whole) < exponentTolerance ? whole : exponent
  if (tidy === 0) exponents.delete(base)
  else exponents.set(base, tidy)
}
