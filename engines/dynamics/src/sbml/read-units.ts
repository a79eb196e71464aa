import { DynamicsError } from '../errors.ts'
import type { UnitDefinition, UnitFactor } from '../model.ts'
import type { XmlElement } from '../xml/element.ts'
import { identity, membersOf, number, partsOf } from './attributes.ts'
import type { Dialect } from './dialect.ts'

/** SBML's base and derived units (Level 3 Version 2 Core, Table 2). */
export const baseUnits: ReadonlySet<string> = new Set(
  `ampere avogadro becquerel candela coulomb dimensionless farad gram gray henry hertz item joule katal kelvin kilogram
  litre lumen lux metre mole newton ohm pascal radian second siemens sievert steradian tesla volt watt weber`.split(
    /\s+/,
  ),
)

/** Levels 1 and 2 write two of them in American English too. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['liter', 'litre'],
  ['meter', 'metre'],
])

/** What Levels 1 and 2 call their default units where a model does not define these otherwise (Level 2 Version 5, Table 6). */
const builtIn: ReadonlyMap<string, UnitFactor> = new Map([
  ['substance', { unit: 'mole', exponent: 1, scale: 0, multiplier: 1 }],
  ['volume', { unit: 'litre', exponent: 1, scale: 0, multiplier: 1 }],
  ['area', { unit: 'metre', exponent: 2, scale: 0, multiplier: 1 }],
  ['length', { unit: 'metre', exponent: 1, scale: 0, multiplier: 1 }],
  ['time', { unit: 'second', exponent: 1, scale: 0, multiplier: 1 }],
])

/** The units of a model, with Level 2's built-in ones spelt out. */
export interface Units {
  readonly definitions: readonly UnitDefinition[]
  /** The name in the model of what a `units` attribute names. */
  named(element: XmlElement, attribute: string): string | undefined
}

/** @param members The `<unitDefinition>`s. */
export function readUnits(members: readonly XmlElement[], dialect: Dialect): Units {
  const definitions = members.map((member) => unitDefinition(member, dialect))
  const defined = new Set(definitions.map(({ id }) => id))
  if (dialect.level === 3)
    return { definitions, named: (element, attribute) => element.attributes.get(attribute)?.trim() }
  // Level 2 has a name for square metres; here it is a definition like any other.
  if (!defined.has('area')) definitions.push({ id: 'area', factors: [builtIn.get('area')!] })
  return {
    definitions,
    named(element, attribute) {
      const name = element.attributes.get(attribute)?.trim()
      if (name === undefined || defined.has(name)) return name
      if (name.toLowerCase() === 'celsius') throw celsius(element)
      const own = builtIn.get(name)
      return own && own.exponent === 1 ? own.unit : (spellings.get(name) ?? name)
    },
  }
}

/** The names of the units that everything has which names none of its own, Levels 1 and 2. */
export function defaultUnits({
  definitions,
}: Units): Record<'time' | 'substance' | 'extent' | 'volume' | 'area' | 'length', string> {
  const nameOf = (name: string) =>
    name === 'area' || definitions.some(({ id }) => id === name) ? name : builtIn.get(name)!.unit
  const substance = nameOf('substance')
  return {
    time: nameOf('time'),
    substance,
    extent: substance,
    volume: nameOf('volume'),
    area: 'area',
    length: nameOf('length'),
  }
}

function unitDefinition(element: XmlElement, dialect: Dialect): UnitDefinition {
  const parts = partsOf(element, dialect, [], ['listOfUnits'])
  return {
    ...identity(element, dialect),
    factors: membersOf(parts, 'listOfUnits', dialect, 'unit').map((unit) => unitFactor(unit, dialect)),
    place: element.place,
  }
}

function unitFactor(element: XmlElement, dialect: Dialect): UnitFactor {
  partsOf(element, dialect, ['kind', 'exponent', 'scale', 'multiplier', 'offset'])
  const { place } = element
  const kind = element.attributes.get('kind')?.trim() ?? ''
  if (kind.toLowerCase() === 'celsius') throw celsius(element)
  const unit = dialect.level === 3 ? kind : (spellings.get(kind) ?? kind)
  if (!baseUnits.has(unit))
    throw new DynamicsError('undeclared', `'${kind}' is not one of SBML's units`, {
      element: kind,
      place,
      expected: [...baseUnits].join(', '),
    })
  if ((number(element, 'offset') ?? 0) !== 0)
    throw new DynamicsError('not-supported', 'a unit with an offset', {
      element: kind,
      place,
      mend: 'convert in a formula',
    })
  // Level 3 has no defaults (section 4.4.2).
  const value = (name: string, otherwise: number): number => {
    const given = number(element, name)
    if (given !== undefined) return given
    if (dialect.level < 3) return otherwise
    throw new DynamicsError('syntax', `<unit> has no attribute '${name}'`, { element: kind, place })
  }
  return { unit, exponent: value('exponent', 1), scale: value('scale', 0), multiplier: value('multiplier', 1) }
}

function celsius(element: XmlElement): DynamicsError {
  return new DynamicsError('not-supported', "the unit 'celsius', which is not a multiple of kelvin", {
    element: 'celsius',
    place: element.place,
    mend: 'use kelvin and convert in a formula',
  })
}

/** Whether two names of units of a model stand for the same, written the same way. */
export function sameUnit(units: Units, a: string, b: string): boolean {
  const factorsOf = (name: string): readonly UnitFactor[] =>
    units.definitions.find(({ id }) => id === name)?.factors ?? [{ unit: name, exponent: 1, scale: 0, multiplier: 1 }]
  return a === b || JSON.stringify(factorsOf(a)) === JSON.stringify(factorsOf(b))
}
