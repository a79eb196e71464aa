import type { Model } from '../model.ts'
import type { Graph, Node } from '../node.ts'
import type { DeclaredSymbol, SymbolTable } from './symbol-table.ts'

/** Places for everything that holds a number of its own; a species holds its amount. */
export interface Slots {
  readonly states: readonly DeclaredSymbol[]
  readonly parameters: readonly HeldParameter[]
  /** Grows: unknowns are also what loops and rates of unknowns need. */
  readonly unknowns: string[]
  /** Slots of the unknowns that are extents of fast reactions. */
  readonly extents: Set<number>
  /** The state, parameter or unknown of a symbol; of `REACTION.PARAMETER` for parameters local to a reaction. */
  readonly leaves: ReadonlyMap<string, Node>
}

interface HeldParameter {
  readonly symbol: string
  /** Left out: a parameter local to a reaction. */
  readonly declared?: DeclaredSymbol
  readonly local?: { readonly value?: number; readonly unit?: string }
}

export const localSymbol = (reaction: string, parameter: string) => `${reaction}.${parameter}`

export function giveSlots(model: Model, graph: Graph, table: SymbolTable): Slots {
  const states: DeclaredSymbol[] = []
  const parameters: HeldParameter[] = []
  const unknowns: string[] = []
  const leaves = new Map<string, Node>()
  for (const declared of table.values()) {
    const { id, determination } = declared
    if (determination.by === 'rate' || determination.by === 'reactions') {
      leaves.set(id, graph.state(states.push(declared) - 1))
    } else if (determination.by === 'itself') {
      leaves.set(id, graph.parameter(parameters.push({ symbol: id, declared }) - 1))
    } else if (determination.by === 'equations') {
      leaves.set(id, graph.unknown(unknowns.push(id) - 1))
    }
  }
  for (const reaction of model.reactions) {
    for (const local of reaction.localParameters) {
      const symbol = localSymbol(reaction.id, local.id)
      leaves.set(symbol, graph.parameter(parameters.push({ symbol, local }) - 1))
    }
  }
  return { states, parameters, unknowns, extents: new Set(), leaves }
}
