import type { Model } from '../model.ts'
import type { Graph, Node } from '../node.ts'
import { compartmentsWithoutSize } from '../sizeless.ts'
import type { Quantity } from '../system.ts'
import type { Slots } from './slots.ts'
import type { DeclaredSymbol, SymbolTable } from './symbol-table.ts'

/** Everything that can be observed, in the order in which it is declared; parameters local to a reaction last. */
export function listQuantities(
  model: Model,
  graph: Graph,
  table: SymbolTable,
  slots: Slots,
  values: ReadonlyMap<string, Node>,
  amounts: ReadonlyMap<string, Node>,
): Map<string, Quantity> {
  const quantities = new Map<string, Quantity>()
  const withoutSize = compartmentsWithoutSize(model)
  const note = (quantity: Omit<Quantity, 'unit'>, unit: string | undefined) =>
    quantities.set(quantity.symbol, { ...quantity, ...(unit !== undefined && { unit }) })
  for (const declared of table.values()) {
    const { id, kind, label } = declared
    note({ symbol: id, kind, label, value: values.get(id)! }, unitOf(model, table, declared))
    if (declared.kind !== 'species') continue
    const amount = amounts.get(id)!
    note({ symbol: `amount:${id}`, kind: 'amount', label, value: amount }, amountUnit(model, declared.element))
    const { compartment } = declared.element
    if (withoutSize.has(compartment)) continue
    const value = declared.isConcentration ? values.get(id)! : graph.binary('div', amount, values.get(compartment)!)
    const unit = concentrationUnit(model, table, declared.element)
    note({ symbol: `concentration:${id}`, kind: 'concentration', label, value }, unit)
  }
  for (const { symbol, local } of slots.parameters) {
    if (local) note({ symbol, kind: 'parameter', label: symbol, value: slots.leaves.get(symbol)! }, local.unit)
  }
  return quantities
}

/** The unit a symbol is declared in, as the model names it. */
export function unitOf(model: Model, table: SymbolTable, declared: DeclaredSymbol): string | undefined {
  switch (declared.kind) {
    case 'compartment':
      return sizeUnit(model, declared.element)
    case 'species':
      return declared.isConcentration
        ? concentrationUnit(model, table, declared.element)
        : amountUnit(model, declared.element)
    case 'parameter':
      return declared.element.unit
    case 'reaction':
      return model.units.extent && model.units.time ? `${model.units.extent}/${model.units.time}` : undefined
    case 'species-reference':
      return undefined
  }
}

type Of<K extends DeclaredSymbol['kind']> = (DeclaredSymbol & { kind: K })['element']

export const amountUnit = (model: Model, species: Of<'species'>) => species.substanceUnit ?? model.units.substance

function sizeUnit(model: Model, compartment: Of<'compartment'>): string | undefined {
  if (compartment.unit !== undefined) return compartment.unit
  const { length, area, volume } = model.units
  return [undefined, length, area, volume][compartment.spatialDimensions]
}

function concentrationUnit(model: Model, table: SymbolTable, species: Of<'species'>): string | undefined {
  const amount = amountUnit(model, species)
  const compartment = table.get(species.compartment)
  const size = compartment?.kind === 'compartment' ? sizeUnit(model, compartment.element) : undefined
  return amount !== undefined && size !== undefined ? `${amount}/${size}` : undefined
}
