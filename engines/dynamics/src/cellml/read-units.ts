import { DynamicsError } from '../errors.ts'
import { attributeOf, elementsOf, type XmlElement } from '../xml/element.ts'
import type { UnitDeclaration, UnitsDeclaration } from './document.ts'
import { strange } from './refusals.ts'

const prefixes: Readonly<Record<string, number>> = {
  yotta: 24,
  zetta: 21,
  exa: 18,
  peta: 15,
  tera: 12,
  giga: 9,
  mega: 6,
  kilo: 3,
  hecto: 2,
  deca: 1,
  deka: 1,
  deci: -1,
  centi: -2,
  milli: -3,
  micro: -6,
  nano: -9,
  pico: -12,
  femto: -15,
  atto: -18,
  zepto: -21,
  yocto: -24,
}

/** Reads `<units>`. */
export function readUnits(element: XmlElement): UnitsDeclaration {
  const name = attributeOf(element, 'name')
  const factors = elementsOf(element, element.namespace).map((unit): UnitDeclaration => {
    if (unit.name !== 'unit') throw strange(unit, `units ${name}`)
    const prefix = unit.attributes.get('prefix') ?? '0'
    if (numberOf(unit, 'offset', 0) !== 0)
      throw new DynamicsError('not-supported', `units ${name} has an offset, a zero of its own`, {
        element: name,
        place: unit.place,
      })
    return {
      units: attributeOf(unit, 'units'),
      prefix: prefixes[prefix] ?? numberOf(unit, 'prefix', 0),
      exponent: numberOf(unit, 'exponent', 1),
      multiplier: numberOf(unit, 'multiplier', 1),
      place: unit.place,
    }
  })
  return { name, base: factors.length === 0, factors, place: element.place }
}

function numberOf(element: XmlElement, attribute: string, otherwise: number): number {
  const text = element.attributes.get(attribute)?.trim()
  if (text === undefined) return otherwise
  const value = text === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value)) return value
  throw new DynamicsError('syntax', `${attribute}="${text}" of <${element.name}> is not a number`, {
    element: element.name,
    place: element.place,
  })
}
