import { DynamicsError, type Place } from '../errors.ts'
import type { Expression } from '../expression.ts'
import type { Model, UnitDefinition, UnitFactor } from '../model.ts'
import type { Entries, Entry } from './entries.ts'
import { mapExpression } from './map-expression.ts'
import { baseUnits, unitNamed } from './units.ts'
import { modelUnits, suggestion } from './words.ts'

export interface Units {
  readonly definitions: readonly UnitDefinition[]
  readonly model: Model['units']
  /** The unit that a name means. */
  named(name: string, place?: Place): string
  /** A formula with its numbers' units by their proper names. */
  inFormula(formula: Expression): Expression
  /** The name of the unit that was said of an element with `has`; a product of several gets a definition. */
  of(entry: Entry): string | undefined
}

/** Finds what the names of units mean, once for a whole model. */
export function resolveUnits(entries: Entries): Units {
  const declared = entries.unitDefinitions
  const named = (name: string, place?: Place): string => {
    const unit = unitNamed(name, declared)
    if (unit !== undefined) return unit
    throw new DynamicsError('undeclared', `there is no unit called ${name}`, {
      element: name,
      ...(place ? { place } : {}),
      mend: suggestion(name, [...declared.keys(), ...baseUnits]) ?? `define it, such as "unit ${name} = 1e-3 mole"`,
    })
  }
  const settle = (factors: readonly UnitFactor[], place: Place) =>
    factors.map((factor) => ({ ...factor, unit: named(factor.unit, place) }))
  const definitions: UnitDefinition[] = []
  const define = (id: string, factors: readonly UnitFactor[], place: Place, name?: string) =>
    definitions.push({ id, ...(name === undefined ? {} : { name }), factors: settle(factors, place), place })
  for (const [id, { factors, place, name }] of declared) {
    if (baseUnits.has(id)) {
      const [only] = settle(factors, place)
      if (factors.length === 0 || (factors.length === 1 && only!.unit === id)) continue
      throw new DynamicsError('invalid-model', `the unit ${id} is known already`, {
        element: id,
        place,
        expected: 'another name',
      })
    }
    define(id, factors, place, name)
  }

  const taken = new Set([...declared.keys(), ...baseUnits])
  const of = (entry: Entry): string | undefined => {
    if (!entry.unit) return undefined
    const { value: factors, place } = entry.unit
    const [only] = factors
    if (only && factors.length === 1 && only.exponent === 1 && only.scale === 0 && only.multiplier === 1)
      return named(only.unit, place)
    let id = `${entry.id}_unit`
    while (taken.has(id)) id += '_'
    taken.add(id)
    define(id, factors, place)
    return id
  }
  const inFormula = (formula: Expression) =>
    mapExpression(formula, (part) =>
      part.kind === 'number' && part.unit !== undefined ? { ...part, unit: named(part.unit, part.place) } : part,
    )
  const own = Object.entries(modelUnits).filter(([, id]) => declared.has(id))
  return { definitions, model: Object.fromEntries(own), named, inFormula, of }
}
