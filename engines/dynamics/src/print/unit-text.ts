import type { Compartment, Model, Species, UnitDefinition } from '../model.ts'
import type { Quantity } from '../system.ts'

/** Symbols of SBML's units (Level 3 Version 2, table 2), and of CellML's beyond them. */
const symbols: Readonly<Record<string, string>> = {
  ampere: 'A',
  becquerel: 'Bq',
  candela: 'cd',
  celsius: '°C',
  coulomb: 'C',
  farad: 'F',
  gram: 'g',
  gray: 'Gy',
  henry: 'H',
  hertz: 'Hz',
  joule: 'J',
  katal: 'kat',
  kelvin: 'K',
  kilogram: 'kg',
  liter: 'L',
  litre: 'L',
  lumen: 'lm',
  lux: 'lx',
  meter: 'm',
  metre: 'm',
  mole: 'mol',
  newton: 'N',
  ohm: 'Ω',
  pascal: 'Pa',
  radian: 'rad',
  second: 's',
  siemens: 'S',
  sievert: 'Sv',
  steradian: 'sr',
  tesla: 'T',
  volt: 'V',
  watt: 'W',
  weber: 'Wb',
}

const prefixes: ReadonlyMap<number, string> = new Map([
  [-18, 'a'],
  [-15, 'f'],
  [-12, 'p'],
  [-9, 'n'],
  [-6, 'µ'],
  [-3, 'm'],
  [-2, 'c'],
  [-1, 'd'],
  [0, ''],
  [2, 'h'],
  [3, 'k'],
  [6, 'M'],
  [9, 'G'],
  [12, 'T'],
])

/** Multiples of the second that have symbols of their own. */
const spans: ReadonlyMap<number, string> = new Map([
  [60, 'min'],
  [3_600, 'h'],
  [86_400, 'd'],
  [604_800, 'wk'],
])

/** Unit definitions that lead on from one to the next further than this are shown by name. */
const deepest = 20

/**
 * A unit of the model as a person writes it: `mmol/L`, `min⁻¹`; by its own name where its factors have no symbols, and
 * nothing for what has no dimension.
 */
export function unitText(model: Model, unit: string): string {
  const definitions = new Map(model.unitDefinitions.map((each) => [each.id, each]))
  const powers = new Map<string, number>()
  if (collect(unit, 1, 0)) return written(powers)
  return definitions.get(unit)?.name ?? unit

  function collect(name: string, exponent: number, depth: number): boolean {
    if (depth > deepest) return false
    const definition = definitions.get(name)
    if (definition && hasOwnWord(definition)) return count(definition.name ?? definition.id, exponent)
    if (definition) return definition.factors.every((factor) => collectFactor(factor, exponent, depth))
    return collectSymbol(name, 0, 1, exponent)
  }

  function count(shown: string, power: number): true {
    powers.set(shown, (powers.get(shown) ?? 0) + power)
    return true
  }

  function collectFactor(factor: UnitDefinition['factors'][number], exponent: number, depth: number): boolean {
    const power = factor.exponent * exponent
    if (!definitions.has(factor.unit)) return collectSymbol(factor.unit, factor.scale, factor.multiplier, power)
    return factor.scale === 0 && factor.multiplier === 1 && collect(factor.unit, power, depth + 1)
  }

  function collectSymbol(name: string, scale: number, multiplier: number, power: number): boolean {
    if (name === 'dimensionless') return scale === 0 && multiplier === 1
    const symbol = Object.hasOwn(symbols, name) ? symbols[name]! : name
    const span = name === 'second' ? spans.get(multiplier * 10 ** scale) : undefined
    const tens = Math.round(Math.log10(multiplier))
    const isTens = Math.abs(multiplier / 10 ** tens - 1) < 1e-12
    const grams = name === 'kilogram' && scale + tens !== 0
    const prefix = isTens ? prefixes.get(scale + tens + (grams ? 3 : 0)) : undefined
    const shown = span ?? (prefix === undefined ? undefined : `${prefix}${grams ? 'g' : symbol}`)
    return shown !== undefined && count(shown, power)
  }
}

/** What is counted in items, or is a unit of the model's own making, is called what the author calls it: cells, beats, mU. */
function hasOwnWord({ base, factors }: UnitDefinition): boolean {
  return base === true || (factors.length === 1 && factors[0]!.unit === 'item' && factors[0]!.exponent === 1)
}

/** The unit of something that can be observed, as a person writes it; `undefined`: not said. */
export function quantityUnit(model: Model, { unit }: Pick<Quantity, 'unit'>): string | undefined {
  if (unit === undefined) return undefined
  const [above = '', ...below] = unit.split('/').map((each) => unitText(model, each))
  return [above || (below.some(Boolean) ? '1' : ''), ...below.filter(Boolean).map(inBrackets)].join('/')
}

/** The unit in which a species is counted: of its amount, or of that by its compartment's. */
export function speciesUnit(model: Model, species: Species, compartment: Compartment | undefined): string | undefined {
  const substance = species.substanceUnit ?? model.units.substance
  if (substance === undefined) return undefined
  const amount = unitText(model, substance)
  if (species.hasOnlySubstanceUnits) return amount
  const size = compartment && compartmentUnit(model, compartment)
  if (size === undefined) return undefined
  return size === '' ? amount : `${amount || '1'}/${inBrackets(size)}`
}

export function compartmentUnit(model: Model, { unit, spatialDimensions }: Compartment): string | undefined {
  const { volume, area, length } = model.units
  const id = unit ?? [undefined, length, area, volume][spatialDimensions]
  return id === undefined ? undefined : unitText(model, id)
}

function inBrackets(unit: string): string {
  return /[/·]/.test(unit) ? `(${unit})` : unit
}

function written(powers: ReadonlyMap<string, number>): string {
  const above = [...powers].filter(([, power]) => power > 0).map(([symbol, power]) => raised(symbol, power))
  const below = [...powers].filter(([, power]) => power < 0).map(([symbol, power]) => `/${raised(symbol, -power)}`)
  if (above.length > 0) return `${above.join('·')}${below.join('')}`
  return [...powers].map(([symbol, power]) => raised(symbol, power)).join('·')
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

function raised(symbol: string, power: number): string {
  if (power === 1) return symbol
  if (!Number.isInteger(power)) return `${symbol}^${power}`
  return symbol + [...String(power)].map((digit) => (digit === '-' ? '⁻' : superscripts[Number(digit)])).join('')
}
