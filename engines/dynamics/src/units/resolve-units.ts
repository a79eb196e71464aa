import { DynamicsError } from '../errors.ts'
import type { Model, UnitDefinition } from '../model.ts'
import { standardUnits, unitsWithOffset } from './standard-units.ts'
import { dimensionless, multiplyUnits, namedUnit, raiseUnit, type Unit } from './unit.ts'

/** What SBML Level 2 (section 4.4.3) and Level 1 take these names for unless a model defines them. */
const predefined: Readonly<Record<string, Unit>> = {
  substance: standardUnits.get('mole')!,
  volume: standardUnits.get('litre')!,
  area: raiseUnit(standardUnits.get('metre')!, 2),
  length: standardUnits.get('metre')!,
  time: standardUnits.get('second')!,
}

/**
 * Finds units by name among a model's definitions and the standard ones.
 *
 * Asked for a name that is neither, or that cannot be a product of powers, or whose definition leads back to itself, it
 * throws a {@link DynamicsError} that says so.
 */
export function resolveUnits(definitions: readonly UnitDefinition[], source?: Model['source']): (name: string) => Unit {
  const defined = new Map(definitions.map((definition) => [definition.id, definition]))
  const found = new Map<string, Unit>()
  const underway = new Set<string>()
  const old = source?.format === 'sbml' && /^Level [12]\b/.test(source.version)

  function unitOf(name: string, from?: UnitDefinition): Unit {
    const known = found.get(name)
    if (known) return known
    const definition = defined.get(name)
    const unit = definition ? build(definition) : standard(name, from)
    found.set(name, unit)
    return unit
  }

  function build(definition: UnitDefinition): Unit {
    const { id, name, place } = definition
    if (underway.has(id))
      throw new DynamicsError('cycle', `unit ${id} is defined by itself: ${[...underway, id].join(' → ')}`, {
        element: id,
        ...(place && { place }),
      })
    underway.add(id)
    try {
      if (underway.size > 1000)
        throw new DynamicsError('invalid-model', `unit ${id} rests on more than 1,000 others`, { element: id })
      if (definition.base) return namedUnit(name ?? id, { ...dimensionless, dimension: new Map([[id, 1]]) })
      let product = dimensionless
      for (const { unit, exponent, scale, multiplier } of definition.factors) {
        const one = unitOf(unit, definition)
        const scaled = { ...one, factor: one.factor * multiplier * 10 ** scale }
        product = multiplyUnits(product, raiseUnit(scaled, exponent))
      }
      return namedUnit(name ?? id, product)
    } finally {
      underway.delete(id)
    }
  }

  function standard(name: string, from: UnitDefinition | undefined): Unit {
    const unit = standardUnits.get(name) ?? (old ? predefined[name] : undefined)
    if (unit) return unit
    const where = from?.place ? { place: from.place } : {}
    if (unitsWithOffset.has(name))
      throw new DynamicsError('not-supported', `unit ${name} has a zero of its own`, {
        element: from?.id ?? name,
        ...where,
        mend: 'give temperatures in kelvin',
      })
    throw new DynamicsError('undeclared', `unit ${name} is defined nowhere`, { element: from?.id ?? name, ...where })
  }

  return (name) => unitOf(name)
}
