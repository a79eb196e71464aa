import type { Expression } from '../expression.ts'
import type { Model, Reaction, SpeciesReference } from '../model.ts'
import { freeSymbols, functionsAskingForRates } from './free-symbols.ts'
import type { DeclaredSymbol, SymbolTable } from './symbol-table.ts'

/** What has to be defined in order: the value of a symbol, or how fast it changes. */
export type Vertex = `value ${string}` | `rate ${string}`

export const valueVertex = (id: string): Vertex => `value ${id}`
export const rateVertex = (id: string): Vertex => `rate ${id}`
export const symbolOf = (vertex: Vertex) => vertex.slice(vertex.indexOf(' ') + 1)
export const isRate = (vertex: Vertex) => vertex.startsWith('rate ')

/** A species' part in a reaction; `sign` is −1 for a reactant. */
export interface Participation {
  readonly reaction: Reaction
  readonly reference: SpeciesReference
  readonly sign: 1 | -1
}

export function participationsBySpecies(model: Model): Map<string, Participation[]> {
  const bySpecies = new Map<string, Participation[]>()
  const note = (species: string, participation: Participation) => {
    const list = bySpecies.get(species)
    if (list) list.push(participation)
    else bySpecies.set(species, [participation])
  }
  for (const reaction of model.reactions) {
    for (const reference of reaction.reactants) note(reference.species, { reaction, reference, sign: -1 })
    for (const reference of reaction.products) note(reference.species, { reaction, reference, sign: 1 })
  }
  return bySpecies
}

/** The parameter that turns extents into the unit of a species' amount. */
export const conversionFactorOf = (model: Model, declared: DeclaredSymbol) =>
  (declared.kind === 'species' ? declared.element.conversionFactor : undefined) ?? model.conversionFactor

/** What a vertex needs to be defined before it. `torn` symbols are unknowns and need nothing. */
export function createDependencies(
  model: Model,
  table: SymbolTable,
  participations: ReadonlyMap<string, readonly Participation[]>,
  torn: ReadonlyMap<string, string>,
): (vertex: Vertex) => readonly Vertex[] {
  const askingForRates = functionsAskingForRates(model.functions)
  const inFormula = (formula: Expression, locals?: ReadonlySet<string>) => {
    const { symbols, rates } = freeSymbols(formula, askingForRates)
    const needed: Vertex[] = []
    for (const id of symbols) if (table.has(id) && !locals?.has(id)) needed.push(valueVertex(id))
    for (const id of rates) if (table.has(id) && !locals?.has(id)) needed.push(rateVertex(id))
    return needed
  }
  const localsOf = (declared: DeclaredSymbol) =>
    declared.kind === 'reaction' ? new Set(declared.element.localParameters.map((local) => local.id)) : undefined

  const ofValue = (declared: DeclaredSymbol): readonly Vertex[] => {
    const { determination } = declared
    const size =
      declared.kind === 'species' && declared.isConcentration ? [valueVertex(declared.element.compartment)] : []
    if (torn.has(declared.id) || determination.by === 'equations') return size
    if (determination.by !== 'formula' || !determination.formula) return size
    return [...inFormula(determination.formula, localsOf(declared)), ...size]
  }

  const ratesOfStoichiometry = ({ id, stoichiometry }: SpeciesReference): readonly Vertex[] => {
    if (id !== undefined) return [rateVertex(id)]
    if (typeof stoichiometry !== 'object') return []
    return inFormula(stoichiometry).map((vertex) => rateVertex(symbolOf(vertex)))
  }

  const ofRate = (declared: DeclaredSymbol): readonly Vertex[] => {
    const { id, determination } = declared
    const size =
      declared.kind === 'species' && declared.isConcentration
        ? [valueVertex(id), valueVertex(declared.element.compartment), rateVertex(declared.element.compartment)]
        : []
    if (torn.has(id)) return []
    switch (determination.by) {
      case 'itself':
        return size
      case 'equations':
        return []
      case 'rate':
        return [...inFormula(determination.formula), ...size]
      case 'reactions': {
        const needed: Vertex[] = [...size]
        for (const { reaction, reference } of participations.get(id) ?? []) {
          needed.push(valueVertex(reaction.id))
          if (reaction.fast) needed.push(...ratesOfStoichiometry(reference))
          if (reference.id !== undefined) needed.push(valueVertex(reference.id))
          else if (typeof reference.stoichiometry === 'object') needed.push(...inFormula(reference.stoichiometry))
        }
        const factor = conversionFactorOf(model, declared)
        return factor !== undefined && table.has(factor) ? [...needed, valueVertex(factor)] : needed
      }
      case 'formula': {
        const below = ofValue(declared)
        return [
          valueVertex(id),
          ...below,
          ...below.map((vertex) => (isRate(vertex) ? vertex : rateVertex(symbolOf(vertex)))),
        ]
      }
    }
  }

  return (vertex) => {
    const declared = table.get(symbolOf(vertex))!
    return isRate(vertex) ? ofRate(declared) : ofValue(declared)
  }
}
