import { DynamicsError } from '../errors.ts'
import { arithmetic, type Derivative } from '../graph/derivative-of-op.ts'
import { reachable } from '../graph/reachable.ts'
import type { Model, Reaction, SpeciesReference } from '../model.ts'
import type { Graph, Node } from '../node.ts'
import type { DeclaredSymbol } from './symbol-table.ts'

/**
 * What fast reactions leave alone and what they bring about (SBML Level 3 Version 1, section 4.11.7). They are always in
 * equilibrium: instead of the amounts of the species they change, sums of these that they cannot change are followed,
 * and the amounts are found from those and from the reactions' rates being in balance.
 */
export interface FastPart {
  readonly reactions: readonly Reaction[]
  readonly species: readonly string[]
}

/** Sums of which fast reactions change none, and sums of fast rates that are zero in equilibrium. */
export interface FastStructure {
  /** Left null space of the fast stoichiometries: `pools[k][j]` is the part of species j in pool k; left out: none. */
  readonly pools: readonly (readonly Derivative[])[]
  /** `balances[i][m]`: part of reaction m. */
  readonly balances: readonly (readonly Derivative[])[]
}

/** Finds the species that fast reactions change and marks them so. */
export function findFastPart(model: Model, table: Map<string, DeclaredSymbol>): FastPart | undefined {
  const reactions = model.reactions.filter((reaction) => reaction.fast && reaction.rate)
  const species = new Set<string>()
  for (const reaction of reactions) {
    for (const reference of [...reaction.reactants, ...reaction.products]) {
      if (table.get(reference.species)?.determination.by === 'reactions') species.add(reference.species)
    }
  }
  if (species.size === 0) return undefined
  for (const id of species) table.set(id, { ...table.get(id)!, determination: { by: 'fast reactions' } })
  return { reactions, species: [...species] }
}

/**
 * Row reduction of [stoichiometries | identity]: rows that vanish on the left are the left null space on the right.
 * Stoichiometries that are parameters stay symbols, and count as not zero.
 *
 * @throws {DynamicsError} `not-supported` for a stoichiometry that changes continuously
 */
export function fastStructure(
  graph: Graph,
  { reactions, species }: FastPart,
  stoichiometryOf: (reference: SpeciesReference) => Node,
): FastStructure {
  const { add, sub, times, over } = arithmetic(graph)
  const zeroless = (node: Derivative) => (node?.op === 'number' && node.value === 0 ? undefined : node)
  const index = new Map(species.map((id, at) => [id, at]))
  const width = reactions.length
  const rows: Derivative[][] = species.map((_, row) =>
    Array.from({ length: width + species.length }, (_, column) =>
      column === width + row ? graph.number(1) : undefined,
    ),
  )
  for (const [column, reaction] of reactions.entries()) {
    const note = (reference: SpeciesReference, combine: typeof add) => {
      const row = index.get(reference.species)
      if (row === undefined) return
      const stoichiometry = stoichiometryOf(reference)
      requireSteady(reaction, reference, stoichiometry)
      rows[row]![column] = zeroless(combine(rows[row]![column], stoichiometry))
    }
    for (const reference of reaction.reactants) note(reference, sub)
    for (const reference of reaction.products) note(reference, add)
  }
  let rank = 0
  for (let column = 0; column < width && rank < rows.length; column++) {
    const pivot = bestPivot(rows, rank, column)
    if (pivot < 0) continue
    ;[rows[rank], rows[pivot]] = [rows[pivot]!, rows[rank]!]
    const lead = rows[rank]!
    for (const [i, row] of rows.entries()) {
      const factor = i === rank ? undefined : over(row[column], lead[column]!)
      if (!factor) continue
      for (const [j, entry] of lead.entries()) row[j] = zeroless(cleaned(row[j], sub(row[j], times(entry, factor))))
      row[column] = undefined
    }
    rank++
  }
  return {
    balances: rows.slice(0, rank).map((row) => row.slice(0, width)),
    pools: rows.slice(rank).map((row) => row.slice(width)),
  }
}

/** A pool, or a balance, of what its members are. */
export const sumOfParts = (graph: Graph, parts: readonly Derivative[], valueAt: (index: number) => Node): Node => {
  const { add, times } = arithmetic(graph)
  let sum: Derivative
  for (const [at, part] of parts.entries()) if (part) sum = add(sum, times(part, valueAt(at)))
  return sum ?? graph.number(0)
}

/** Numbers go before symbols, which might be zero; large before small. */
function bestPivot(rows: readonly (readonly Derivative[])[], from: number, column: number): number {
  const weight = (node: Derivative) => (!node ? -1 : node.op === 'number' ? Math.abs(node.value) : 0)
  let best = -1
  for (let i = from; i < rows.length; i++) {
    const own = weight(rows[i]![column])
    if (own >= 0 && (best < 0 || own > weight(rows[best]![column]))) best = i
  }
  return best
}

/** Nothing where nothing but rounding is left. */
function cleaned(before: Derivative, after: Derivative): Derivative {
  if (before?.op !== 'number' || after?.op !== 'number') return after
  return Math.abs(after.value) <= 1e-12 * Math.abs(before.value) ? undefined : after
}

function requireSteady(reaction: Reaction, reference: SpeciesReference, stoichiometry: Node): void {
  if (reachable([stoichiometry]).every((node) => 'a' in node || node.op === 'number' || node.op === 'parameter')) return
  throw new DynamicsError(
    'not-supported',
    `the stoichiometry of “${reference.species}” changes continuously in the fast reaction “${reaction.id}”`,
    { element: reaction.id, ...(reference.place && { place: reference.place }) },
  )
}
