import { DynamicsError } from '../errors.ts'
import { arithmetic, type Derivative } from '../graph/derivative-of-op.ts'
import { lowerExpression } from '../graph/lower-expression.ts'
import type { Model, Reaction, SpeciesReference } from '../model.ts'
import type { Graph, Node } from '../node.ts'
import { findCrossings } from './crossings.ts'
import { createModelScope } from './scope.ts'
import type { Slots } from './slots.ts'
import type { SymbolTable } from './symbol-table.ts'

/**
 * Reactions that are always in equilibrium (SBML Level 3 Version 1, section 4.11.7). States are the amounts as slow
 * reactions change them; how far the fast ones have gone since, their extents, are unknowns that bring their rates into
 * balance. Events start anew from the amounts of the moment.
 */
export interface FastReactions {
  readonly reactions: readonly Reaction[]
  readonly species: readonly string[]
  /** `stoichiometries[j][m]` of species j in reaction m; left out: none. */
  readonly stoichiometries: readonly (readonly Derivative[])[]
  /** Sums of rates that are zero in equilibrium, and the reaction whose extent each determines. */
  readonly balances: readonly {
    readonly parts: readonly Derivative[]
    readonly reaction: number
    readonly slot: number
  }[]
}

/**
 * Finds the fast reactions, and gives as many of them an extent as are independent of each other.
 *
 * @throws {DynamicsError} `not-supported` for a stoichiometry that depends on species or jumps without an event
 */
export function findFastReactions(
  model: Model,
  graph: Graph,
  table: SymbolTable,
  slots: Slots,
): FastReactions | undefined {
  const reactions = model.reactions.filter((reaction) => reaction.fast && reaction.rate)
  const index = new Map<string, number>()
  for (const reaction of reactions) {
    for (const { species } of [...reaction.reactants, ...reaction.products]) {
      if (table.get(species)?.determination.by === 'reactions' && !index.has(species)) index.set(species, index.size)
    }
  }
  if (index.size === 0) return undefined
  const { add, sub } = arithmetic(graph)
  const stoichiometryOf = flowingStoichiometry(model, graph, table, slots)
  const stoichiometries: Derivative[][] = [...index].map(() => reactions.map(() => undefined))
  for (const [column, reaction] of reactions.entries()) {
    const note = (reference: SpeciesReference, combine: typeof add) => {
      const row = stoichiometries[index.get(reference.species) ?? -1]
      if (row) row[column] = withoutZero(combine(row[column], stoichiometryOf(reaction, reference)))
    }
    for (const reference of reaction.reactants) note(reference, sub)
    for (const reference of reaction.products) note(reference, add)
  }
  const balances = independentRows(graph, stoichiometries).map(({ parts, pivot }) => {
    const slot = slots.unknowns.push(`extent of ${reactions[pivot]!.id}`) - 1
    slots.extents.add(slot)
    return { parts, reaction: pivot, slot }
  })
  return { reactions, species: [...index.keys()], stoichiometries, balances }
}

/**
 * What fast reactions have added to a species' amount, in the unit of extents; or what of it comes from `rateOf` their
 * stoichiometries alone.
 */
export function fastChange(
  graph: Graph,
  fast: FastReactions,
  species: string,
  rateOf: (stoichiometry: Node) => Derivative = (stoichiometry) => stoichiometry,
): Derivative {
  const { add, times } = arithmetic(graph)
  const row = fast.stoichiometries[fast.species.indexOf(species)]
  let change: Derivative
  for (const { reaction, slot } of row ? fast.balances : []) {
    const part = row![reaction] && rateOf(row![reaction])
    change = add(change, times(part, graph.unknown(slot)))
  }
  return change
}

/** Stoichiometries of what holds a number of its own, species aside: they may change, but jump at events only. */
function flowingStoichiometry(model: Model, graph: Graph, table: SymbolTable, slots: Slots) {
  const open = new Set<string>()
  const refuse = (id: string) => {
    throw new DynamicsError('not-supported', `a stoichiometry of a fast reaction depends on “${id}”`, {
      element: id,
      expected: 'numbers, time, parameters and compartments',
    })
  }
  const { scope } = createModelScope(model, graph, new Map(), refuse)
  const symbol = (id: string): Node => {
    const declared = table.get(id)
    const leaf = slots.leaves.get(id)
    if (!declared || declared.kind === 'species' || open.has(id)) return refuse(id)
    if (leaf?.op === 'parameter' || leaf?.op === 'state') return leaf
    const { determination } = declared
    if (declared.kind === 'reaction' || determination.by !== 'formula' || !determination.formula) return refuse(id)
    open.add(id)
    const node = lowerExpression(graph, determination.formula, { ...scope, symbol, delay: () => refuse(id) })
    open.delete(id)
    return node
  }
  return (reaction: Reaction, { id, species, stoichiometry, place }: SpeciesReference): Node => {
    if (id !== undefined) {
      const node = symbol(id)
      if (findCrossings(graph, [node]).length === 0) return node
    } else if (typeof stoichiometry !== 'object') return graph.number(stoichiometry ?? 1)
    else {
      const node = lowerExpression(graph, stoichiometry, { ...scope, symbol, delay: () => refuse(species) })
      if (findCrossings(graph, [node]).length === 0) return node
    }
    throw new DynamicsError(
      'not-supported',
      `the stoichiometry of “${species}” in the fast reaction “${reaction.id}” jumps without an event`,
      { element: reaction.id, ...(place && { place }) },
    )
  }
}

/** Row reduction: what is left of the rows, and where each leads. Symbols count as not zero. */
function independentRows(graph: Graph, matrix: readonly (readonly Derivative[])[]) {
  const { sub, times, over } = arithmetic(graph)
  const rows = matrix.map((row) => [...row])
  const found: { parts: readonly Derivative[]; pivot: number }[] = []
  for (let column = 0; column < rows[0]!.length && found.length < rows.length; column++) {
    const rank = found.length
    const best = bestPivot(rows, rank, column)
    if (best < 0) continue
    ;[rows[rank], rows[best]] = [rows[best]!, rows[rank]!]
    const lead = rows[rank]!
    for (const [i, row] of rows.entries()) {
      const factor = i === rank ? undefined : over(row[column], lead[column]!)
      if (!factor) continue
      for (const [j, entry] of lead.entries()) row[j] = cleaned(row[j], sub(row[j], times(entry, factor)))
      row[column] = undefined
    }
    found.push({ parts: lead, pivot: column })
  }
  return found
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

const withoutZero = (node: Derivative) => (node?.op === 'number' && node.value === 0 ? undefined : node)

/** Nothing where nothing but rounding is left. */
function cleaned(before: Derivative, after: Derivative): Derivative {
  if (before?.op !== 'number' || after?.op !== 'number') return withoutZero(after)
  return Math.abs(after.value) <= 1e-12 * Math.abs(before.value) ? undefined : withoutZero(after)
}
