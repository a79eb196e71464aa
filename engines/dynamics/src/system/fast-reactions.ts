import { DynamicsError } from '../errors.ts'
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
  /** Left null space of the fast stoichiometries: `pools[k][j]` is the part of species j in pool k. */
  readonly pools: readonly (readonly number[])[]
  /** `balances[i][m]`: sums of the rates of reactions m that are zero in equilibrium. */
  readonly balances: readonly (readonly number[])[]
}

/**
 * Finds the species that fast reactions change and marks them so.
 *
 * @throws {DynamicsError} `not-supported` for a fast reaction whose stoichiometry is not a number
 */
export function findFastPart(model: Model, table: Map<string, DeclaredSymbol>): FastPart | undefined {
  const reactions = model.reactions.filter((reaction) => reaction.fast && reaction.rate)
  const species = new Set<string>()
  for (const reaction of reactions) {
    for (const reference of [...reaction.reactants, ...reaction.products]) {
      if (table.get(reference.species)?.determination.by === 'reactions') species.add(reference.species)
    }
  }
  if (species.size === 0) return undefined
  const index = new Map([...species].map((id, at) => [id, at]))
  const matrix = [...species].map(() => reactions.map(() => 0))
  for (const [column, reaction] of reactions.entries()) {
    const note = (reference: SpeciesReference, sign: number) => {
      const row = index.get(reference.species)
      if (row !== undefined) matrix[row]![column]! += sign * plainStoichiometry(reaction, reference, table)
    }
    for (const reference of reaction.reactants) note(reference, -1)
    for (const reference of reaction.products) note(reference, 1)
  }
  for (const id of species) table.set(id, { ...table.get(id)!, determination: { by: 'fast reactions' } })
  return { reactions, species: [...species], ...nullSpace(matrix) }
}

/** A pool as the sum of its species' parts, given in the unit of extents. */
export function poolOf(graph: Graph, fast: FastPart, pool: number, extentOf: (species: string) => Node): Node {
  let sum = graph.number(0)
  for (const [at, id] of fast.species.entries()) {
    const part = fast.pools[pool]![at]!
    if (part !== 0) sum = graph.binary('add', sum, graph.binary('mul', graph.number(part), extentOf(id)))
  }
  return sum
}

function plainStoichiometry(
  reaction: Reaction,
  reference: SpeciesReference,
  table: ReadonlyMap<string, DeclaredSymbol>,
): number {
  const { id, stoichiometry } = reference
  const declared = id === undefined ? undefined : table.get(id)
  const fixed = !declared || (declared.determination.by === 'itself' && !declared.discrete)
  if (fixed && typeof stoichiometry !== 'object') return stoichiometry ?? 1
  throw new DynamicsError(
    'not-supported',
    `the stoichiometry of “${reference.species}” in the fast reaction “${reaction.id}” is not a plain number`,
    { element: reaction.id, ...(reference.place && { place: reference.place }) },
  )
}

/** Row reduction of [matrix | identity]: rows that vanish on the left are the left null space on the right. */
function nullSpace(matrix: readonly (readonly number[])[]): Pick<FastPart, 'pools' | 'balances'> {
  const width = matrix[0]!.length
  const rows = matrix.map((row, at) => [...row, ...matrix.map((_, other) => (other === at ? 1 : 0))])
  let rank = 0
  for (let column = 0; column < width && rank < rows.length; column++) {
    let pivot = rank
    for (let i = rank + 1; i < rows.length; i++) {
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i
    }
    const lead = rows[pivot]![column]!
    if (lead === 0) continue
    ;[rows[rank], rows[pivot]] = [rows[pivot]!, rows[rank]!]
    for (const [i, row] of rows.entries()) {
      const factor = row[column]! / lead
      if (i === rank || factor === 0) continue
      for (let j = 0; j < row.length; j++) row[j] = cleaned(row[j]! - factor * rows[rank]![j]!, row[j]!)
      row[column] = 0
    }
    rank++
  }
  return {
    balances: rows.slice(0, rank).map((row) => row.slice(0, width)),
    pools: rows.slice(rank).map((row) => row.slice(width)),
  }
}

/** Zero where nothing but rounding is left. */
const cleaned = (difference: number, before: number) =>
  Math.abs(difference) <= 1e-12 * Math.abs(before) ? 0 : difference
