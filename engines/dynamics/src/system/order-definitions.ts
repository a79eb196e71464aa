import { DynamicsError } from '../errors.ts'
import type { Model } from '../model.ts'
import { orderedComponents } from './components.ts'
import type { SymbolTable } from './symbol-table.ts'
import {
  createDependencies,
  isRate,
  type Participation,
  rateVertex,
  symbolOf,
  type Vertex,
  valueVertex,
} from './vertices.ts'

/**
 * The order in which values and rates can be defined. Where formulas of a CellML model, whose equations hold all at
 * once, lead back to themselves, some symbols are `torn`: taken as unknowns, so that the rest is in order; with each
 * goes the circle it was in, for messages. SBML forbids
 * such circles (Level 3 Version 2, rule 20906).
 *
 * @throws {DynamicsError} `cycle` naming the symbols of a circle
 */
export function orderDefinitions(
  model: Model,
  table: SymbolTable,
  participations: ReadonlyMap<string, readonly Participation[]>,
): { readonly order: readonly Vertex[]; readonly torn: ReadonlyMap<string, string> } {
  const roots: Vertex[] = []
  for (const declared of table.values()) {
    roots.push(valueVertex(declared.id))
    if (declared.determination.by === 'rate' || declared.determination.by === 'reactions')
      roots.push(rateVertex(declared.id))
  }
  const torn = new Map<string, string>()
  for (;;) {
    const dependencies = createDependencies(model, table, participations, torn)
    const components = orderedComponents(roots, dependencies)
    const circles = components.filter(
      (members) => members.length > 1 || dependencies(members[0]!).includes(members[0]!),
    )
    if (circles.length === 0) return { order: components.flat(), torn }
    for (const members of circles) torn.set(...symbolToTear(model, table, members, dependencies))
  }
}

/** The symbol through which most of the circle goes: with it known, most of the others are. */
function symbolToTear(
  model: Model,
  table: SymbolTable,
  members: readonly Vertex[],
  dependencies: (vertex: Vertex) => readonly Vertex[],
): [symbol: string, circle: string] {
  const within = new Set(members)
  const inner = new Map(members.map((vertex) => [vertex, dependencies(vertex).filter((other) => within.has(other))]))
  const solvable =
    model.source.format === 'cellml' &&
    members.every((vertex) => !isRate(vertex) && table.get(symbolOf(vertex))!.kind === 'parameter')
  if (!solvable) throw circleError(table, shortestCircle(members[0]!, inner))
  const users = new Map<Vertex, number>()
  for (const others of inner.values()) for (const other of others) users.set(other, (users.get(other) ?? 0) + 1)
  const weight = (vertex: Vertex) => (users.get(vertex) ?? 0) * inner.get(vertex)!.length
  const best = members.reduce((found, vertex) => (weight(vertex) > weight(found) ? vertex : found))
  return [symbolOf(best), shortestCircle(best, inner).map(symbolOf).join(' → ')]
}

function shortestCircle(start: Vertex, inner: ReadonlyMap<Vertex, readonly Vertex[]>): Vertex[] {
  const cameFrom = new Map<Vertex, Vertex>()
  const open = [start]
  for (const vertex of open) {
    for (const next of inner.get(vertex)!) {
      if (next === start) {
        const circle: Vertex[] = [start]
        for (let at = vertex; at !== start; at = cameFrom.get(at)!) circle.push(at)
        return [start, ...circle.reverse()]
      }
      if (!cameFrom.has(next)) {
        cameFrom.set(next, vertex)
        open.push(next)
      }
    }
  }
  return [start]
}

function circleError(table: SymbolTable, circle: readonly Vertex[]): DynamicsError {
  const name = (vertex: Vertex) => (isRate(vertex) ? `rate of ${symbolOf(vertex)}` : symbolOf(vertex))
  const declared = table.get(symbolOf(circle[0]!))!
  const { determination } = declared
  const place = ('place' in determination && determination.place) || declared.place
  return new DynamicsError('cycle', `definitions lead back to themselves: ${circle.map(name).join(' → ')}`, {
    element: declared.id,
    ...(place && { place }),
    mend: 'define one of them otherwise, or write an algebraic rule if they are equations to be solved together',
  })
}
