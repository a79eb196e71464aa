import type { Model } from '../model.ts'
import type { Graph, Node } from '../node.ts'
import type { DeclaredSymbol, SymbolTable } from './symbol-table.ts'

/** Places for everything that holds a number of its own; a species holds its amount. */
export interface Slots {
  /** Grows by the pools of fast reactions. */
  readonly states: HeldState[]
  readonly parameters: readonly HeldParameter[]
  /** Grows: unknowns are also what loops and rates of unknowns need. */
  readonly unknowns: string[]
  /** The state, parameter or unknown of a symbol; of `REACTION.PARAMETER` for parameters local to a reaction. */
  readonly leaves: ReadonlyMap<string, Node>
}

interface HeldState {
  readonly symbol: string
  /** Left out: the pool `pool` of the fast reactions. */
  readonly declared?: DeclaredSymbol
  readonly pool?: number
}

/** What holds the initial amount of a species that fast reactions change has the species' symbol. */
interface HeldParameter {
  readonly symbol: string
  /** Left out: a parameter local to a reaction. */
  readonly declared?: DeclaredSymbol
  readonly local?: { readonly value?: number; readonly unit?: string }
}

export const localSymbol = (reaction: string, parameter: string) => `${reaction}.${parameter}`

export function giveSlots(model: Model, graph: Graph, table: SymbolTable): Slots {
  const states: HeldState[] = []
  const parameters: HeldParameter[] = []
  const unknowns: string[] = []
  const leaves = new Map<string, Node>()
  for (const declared of table.values()) {
    const { id, determination } = declared
    if (determination.by === 'rate' || determination.by === 'reactions') {
      leaves.set(id, graph.state(states.push({ symbol: id, declared }) - 1))
    } else if (determination.by === 'itself') {
      leaves.set(id, graph.parameter(parameters.push({ symbol: id, declared }) - 1))
    } else if (determination.by === 'equations') {
      leaves.set(id, graph.unknown(unknowns.push(id) - 1))
    } else if (determination.by === 'fast reactions') {
      leaves.set(id, graph.unknown(unknowns.push(id) - 1))
      parameters.push({ symbol: id, declared })
    }
  }
  for (const reaction of model.reactions) {
    for (const local of reaction.localParameters) {
      const symbol = localSymbol(reaction.id, local.id)
      leaves.set(symbol, graph.parameter(parameters.push({ symbol, local }) - 1))
    }
  }
  return { states, parameters, unknowns, leaves }
}
