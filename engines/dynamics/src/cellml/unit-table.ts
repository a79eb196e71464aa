import { DynamicsError, type Place } from '../errors.ts'
import type { UnitDefinition, UnitFactor } from '../model.ts'
import { standardUnits, unitsWithOffset } from '../units/standard-units.ts'
import type { UnitsDeclaration } from './document.ts'

/** Finds the id that a unit has in the model, by the name it has in a document or a component. */
export type UnitScope = (name: string, place: Place) => string

export interface UnitTable {
  /** All that scopes have declared, each under an id of its own. */
  readonly definitions: readonly UnitDefinition[]
  /** What `declared` and `imported` (ids by local name) add to an outer scope. */
  scope(declared: readonly UnitsDeclaration[], imported: ReadonlyMap<string, string>, outer?: UnitScope): UnitScope
  /** Adds a unit that no document has, such as that of a conversion. */
  add(id: string, factors: readonly UnitFactor[]): string
}

/** CellML's units belong to a document or to a component; a model has them all together. */
export function createUnitTable(): UnitTable {
  const definitions: UnitDefinition[] = []
  const taken = new Set<string>()
  const unused = (name: string): string => {
    let id = name
    for (let i = 2; taken.has(id) || standardUnits.has(id); i++) id = `${name}_${i}`
    taken.add(id)
    return id
  }
  return {
    definitions,
    scope(declared, imported, outer) {
      const ids = new Map(imported)
      for (const { name, place } of declared) {
        if (standardUnits.has(name) || unitsWithOffset.has(name) || imported.has(name))
          throw new DynamicsError('invalid-model', `units ${name} is there already`, { element: name, place })
        ids.set(name, unused(name))
      }
      const scope: UnitScope = (name, place) => {
        const id = ids.get(name)
        if (id !== undefined) return id
        if (outer) return outer(name, place)
        if (standardUnits.has(name) || unitsWithOffset.has(name)) return name
        throw new DynamicsError('undeclared', `units ${name} is defined nowhere`, { element: name, place })
      }
      for (const declaration of declared) definitions.push(definitionOf(declaration, ids.get(declaration.name)!, scope))
      return scope
    },
    add(name, factors) {
      const id = unused(name)
      definitions.push({ id, factors })
      return id
    },
  }
}

function definitionOf({ name, base, factors, place }: UnitsDeclaration, id: string, scope: UnitScope): UnitDefinition {
  const common = { id, ...(id !== name && { name }), place }
  if (base) return { ...common, base, factors: [] }
  return {
    ...common,
    // CellML's multiplier stays outside the power, the form of models has it inside (CellML 2.0, section 3.2.5.2).
    factors: factors.flatMap(({ units, prefix, exponent, multiplier, place: at }): UnitFactor[] => {
      const unit = scope(units, at)
      if (multiplier === 1 || exponent === 1) return [{ unit, exponent, scale: prefix, multiplier }]
      return [
        { unit, exponent, scale: prefix, multiplier: 1 },
        { unit: 'dimensionless', exponent: 1, scale: 0, multiplier },
      ]
    }),
  }
}
