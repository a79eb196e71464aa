import { DynamicsError } from '../errors.ts'
import { lowerExpression } from '../graph/lower-expression.ts'
import type { Model, SpeciesReference } from '../model.ts'
import type { Graph, Node } from '../node.ts'
import { type FastPart, type FastStructure, fastStructure, sumOfParts } from './fast-reactions.ts'
import { createModelScope } from './scope.ts'
import type { Slots } from './slots.ts'
import type { SymbolTable } from './symbol-table.ts'

export type FastReactions = FastPart & FastStructure

/** Finds what fast reactions leave alone and gives each such pool a state. */
export function addPools(
  model: Model,
  graph: Graph,
  table: SymbolTable,
  slots: Slots,
  fast: FastPart | undefined,
): FastReactions | undefined {
  if (!fast) return undefined
  const refuse = (id: string) => {
    throw new DynamicsError('not-supported', `a stoichiometry of a fast reaction depends on “${id}”, which changes`, {
      element: id,
    })
  }
  const steady = new Map<string, Node>()
  for (const [id, leaf] of slots.leaves) {
    if (leaf.op === 'parameter' && table.get(id)?.kind !== 'species') steady.set(id, leaf)
  }
  const { scope } = createModelScope(model, graph, steady, refuse)
  const careful = { ...scope, symbol: (id: string) => steady.get(id) ?? refuse(id) }
  const structure = fastStructure(graph, fast, ({ id, stoichiometry }: SpeciesReference) => {
    const determination = id === undefined ? undefined : table.get(id)!.determination
    if (id !== undefined && determination?.by !== 'formula') return careful.symbol(id)
    const formula = determination?.by === 'formula' ? determination.formula : stoichiometry
    return typeof formula === 'object' ? lowerExpression(graph, formula, careful) : graph.number(formula ?? 1)
  })
  for (const [pool, parts] of structure.pools.entries()) {
    const members = fast.species.filter((_, at) => parts[at])
    slots.states.push({ symbol: `pool of ${members.join(', ')}`, pool })
  }
  return { ...fast, ...structure }
}

/** A pool as the sum of its species' parts, given in the unit of extents. */
export const poolOf = (graph: Graph, fast: FastReactions, pool: number, extentOf: (species: string) => Node): Node =>
  sumOfParts(graph, fast.pools[pool]!, (at) => extentOf(fast.species[at]!))
