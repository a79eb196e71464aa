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
