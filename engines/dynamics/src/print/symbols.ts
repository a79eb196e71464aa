import type { Model } from '../model.ts'
import { compartmentUnit, speciesUnit, unitText } from './unit-text.ts'

/** Label and unit of each symbol of a model, as a person reads them. */
export function describer(
  model: Model,
): (symbol: string) => { readonly label: string; readonly unit: string | undefined } {
  const compartments = new Map(model.compartments.map((each) => [each.id, each]))
  const labels = new Map<string, string | undefined>()
  const units = new Map<string, string | undefined>()
  for (const each of model.compartments) units.set(each.id, compartmentUnit(model, each))
  for (const each of model.species) units.set(each.id, speciesUnit(model, each, compartments.get(each.compartment)))
  for (const each of model.parameters)
    units.set(each.id, each.unit === undefined ? undefined : unitText(model, each.unit))
  for (const each of [...model.compartments, ...model.species, ...model.parameters]) labels.set(each.id, each.name)
  return (symbol) => ({ label: labels.get(symbol) ?? symbol, unit: units.get(symbol) })
}

/**
 * How symbols are drawn. Readers put the name of a component or submodel before that of a variable, `membrane__V`; a
 * person draws V, and only where several components have one of that name, V with the component as its subscript.
 */
export function drawnSymbols(ids: Iterable<string>): (id: string) => string {
  const taken = new Map<string, number>()
  for (const id of ids) taken.set(ownName(id), (taken.get(ownName(id)) ?? 0) + 1)
  return (id) => {
    const name = ownName(id)
    if (name === id || !/^[A-Za-z]/.test(name)) return id
    return taken.get(name) === 1 ? name : `${name}_${id.slice(0, -name.length).replace(/_+$/, '')}`
  }
}

function ownName(id: string): string {
  const at = id.lastIndexOf('__')
  return at <= 0 ? id : id.slice(at + 2) || id
}
