import { reachable } from '../graph/reachable.ts'
import { createSubstitution } from '../graph/substitute.ts'
import type { Graph, Node } from '../node.ts'
import type { Initialisation, Lag, State, SystemParameter } from '../system.ts'

/** Symbol of the parameter that holds when the run started, which a system with lags into a changing past needs. */
export const startSymbol = 'time at start'

/**
 * What a delay reaches back to before the start is what initial formulas give for that time (SBML Level 3 Version 2,
 * section 3.4.6): where they depend on time, `of` becomes a choice between that and what the states were.
 *
 * @param start the parameter that holds the time of the start
 */
export function extendIntoPast(
  graph: Graph,
  lags: readonly Lag[],
  states: readonly State[],
  parameters: readonly SystemParameter[],
  order: readonly Initialisation[],
  start: Node,
): Lag[] {
  const changing = new Map<Node, Node>()
  for (const { kind, slot } of order) {
    if (kind === 'implicit') continue
    const { initial } = kind === 'state' ? states[slot]! : parameters[slot]!
    if (typeof initial === 'number') continue
    const then = createSubstitution(graph, (leaf) => changing.get(leaf))(initial)
    const leaf = kind === 'state' ? graph.state(slot) : graph.parameter(slot)
    if (reachable([then]).includes(graph.time)) changing.set(leaf, then)
  }
  if (changing.size === 0) return [...lags]
  const past = createSubstitution(graph, (leaf) => changing.get(leaf))
  const before = graph.binary('lt', graph.time, start)
  return lags.map(({ of, by }) => ({ of: graph.if(before, past(of), of), by }))
}
