import { reachable } from '../graph/reachable.ts'
import type { Graph, Node } from '../node.ts'
import type { System } from '../system.ts'
import type { SymbolTable } from './symbol-table.ts'

/** That compartments whose size changes do not shrink through zero: concentrations in a negative one mean nothing. */
export function sizeConstraints(
  graph: Graph,
  table: SymbolTable,
  values: ReadonlyMap<string, Node>,
): System['constraints'] {
  return [...table.values()].flatMap((declared) => {
    if (declared.kind !== 'compartment' || declared.constant) return []
    const size = values.get(declared.id)!
    const changes = reachable([size]).some(
      ({ op }) => op === 'state' || op === 'time' || op === 'unknown' || op === 'lag',
    )
    if (!changes && !declared.discrete) return []
    return [
      {
        condition: graph.unary('not', graph.binary('lt', size, graph.number(0))),
        message: `the size of compartment “${declared.id}” should not be negative`,
        implied: true,
      },
    ]
  })
}
