import { differentiate } from '../graph/differentiate.ts'
import { lowerExpression, type Scope } from '../graph/lower-expression.ts'
import { reachable } from '../graph/reachable.ts'
import { createSubstitution } from '../graph/substitute.ts'
import type { Graph, Node } from '../node.ts'
import type { Initialisation, Lag, State, SystemParameter } from '../system.ts'
import { type Definitions, scopeOf } from './definitions.ts'
import type { PendingLag } from './scope.ts'
import type { Slots } from './slots.ts'
import type { SymbolTable } from './symbol-table.ts'

/** Symbol of the parameter that holds when the run started; only systems with lags have it. */
export const startSymbol = 'time at start'

export interface WrittenLag extends PendingLag {
  /** `of` as it is from the start on. */
  readonly node: Node
}

export interface PastContext {
  readonly graph: Graph
  readonly table: SymbolTable
  readonly slots: Slots
  readonly definitions: Definitions
  /** The definitions' values before formulas took the place of unknowns, and what does that. */
  readonly unsolved: ReadonlyMap<string, Node>
  readonly eliminate: (node: Node) => Node
  readonly states: readonly State[]
  readonly parameters: readonly SystemParameter[]
  readonly initialisation: readonly Initialisation[]
}

/**
 * What a delay reaches back to before the start: what initial values are at that time (SBML Level 3 Version 2, section
 * 3.4.6). Where initial formulas depend on time they are evaluated there; everything else stands still, and has no rate.
 *
 * @returns the lag with `of` chosen by whether the earlier time is before `start`, the parameter that holds the start
 */
export function createPast(context: PastContext): (lag: WrittenLag, all: readonly WrittenLag[], start: Node) => Lag {
  const { graph, definitions } = context
  if (definitions.modelScope.lags.length === 0) return ({ node, by }) => ({ of: node, by })
  const moved = otherwiseBefore(context)
  const back = createSubstitution(graph, (leaf) => moved.get(leaf))
  const scope = pastScope(context, back)
  return ({ of, node, by, rateOf }, all, start) => {
    const then = rateOf === undefined ? of(scope) : differentiate(graph, back(all[rateOf]!.of(scope)), graph.time)
    return { of: graph.if(graph.binary('lt', graph.time, start), back(then), node), by }
  }
}

/** What was otherwise: initial formulas that depend on time, by the state or parameter they are of; no fast reaction had begun. */
function otherwiseBefore({ graph, slots, states, parameters, initialisation }: PastContext): Map<Node, Node> {
  const moved = new Map<Node, Node>()
  for (const slot of slots.extents) moved.set(graph.unknown(slot), graph.number(0))
  for (const { kind, slot } of initialisation) {
    if (kind === 'implicit') continue
    const { initial } = kind === 'state' ? states[slot]! : parameters[slot]!
    if (typeof initial === 'number') continue
    const then = createSubstitution(graph, (leaf) => moved.get(leaf))(initial)
    const leaf = kind === 'state' ? graph.state(slot) : graph.parameter(slot)
    if (reachable([then]).includes(graph.time)) moved.set(leaf, then)
  }
  return moved
}

function pastScope(
  { graph, table, slots, definitions, unsolved, eliminate }: PastContext,
  back: (node: Node) => Node,
): Scope {
  const values = new Map<string, Node>()
  const scope: Scope = {
    ...definitions.modelScope.scope,
    symbol: (id, place) => values.get(id) ?? definitions.modelScope.scope.symbol(id, place),
    rateOf: (id) => differentiate(graph, values.get(id) ?? graph.number(0), graph.time),
    calls: new Map(),
  }
  for (const id of definitions.order) {
    const declared = table.get(id)!
    const { determination } = declared
    const formula = determination.by === 'formula' && !slots.leaves.has(id) ? determination.formula : undefined
    const solvedFor = definitions.values.get(id)!.op === 'unknown'
    const value =
      formula && !solvedFor
        ? lowerExpression(graph, formula, scopeOf(declared, scope, slots, graph.number(0)))
        : eliminate(back(unsolved.get(id)!))
    values.set(id, back(value))
  }
  return scope
}
