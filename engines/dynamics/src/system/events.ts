import { DynamicsError } from '../errors.ts'
import { lowerExpression, type Scope } from '../graph/lower-expression.ts'
import { reachable } from '../graph/reachable.ts'
import { createSubstitution } from '../graph/substitute.ts'
import type { Model, ModelEvent } from '../model.ts'
import type { Graph, Node } from '../node.ts'
import type { EventAssignment, SystemEvent } from '../system.ts'
import { extentOf } from './definitions.ts'
import { sumOfParts } from './fast-reactions.ts'
import type { FastReactions } from './pools.ts'
import type { Slots } from './slots.ts'
import { type DeclaredSymbol, requireVariable, type SymbolTable } from './symbol-table.ts'

export interface EventContext {
  readonly model: Model
  readonly graph: Graph
  readonly table: SymbolTable
  readonly slots: Slots
  readonly fast: FastReactions | undefined
  readonly values: ReadonlyMap<string, Node>
  readonly amounts: ReadonlyMap<string, Node>
  readonly scope: Scope
}

/**
 * @throws {DynamicsError} `invalid-model` when an event assigns what a rule determines, or one symbol twice; `undeclared`
 */
export function lowerEvents(context: EventContext): SystemEvent[] {
  const { model, graph, scope } = context
  const lowered = (expression: ModelEvent['trigger']) => lowerExpression(graph, expression, scope)
  return model.events.map((event, at) => {
    const name = event.name ?? event.id ?? `event ${at + 1}`
    return {
      name,
      trigger: lowered(event.trigger),
      initialValue: event.initialValue,
      persistent: event.persistent,
      ...(event.delay && { delay: lowered(event.delay) }),
      ...(event.priority && { priority: lowered(event.priority) }),
      useValuesFromTriggerTime: event.useValuesFromTriggerTime,
      assignments: lowerAssignments(event, name, context),
    }
  })
}

function lowerAssignments(event: ModelEvent, name: string, context: EventContext): EventAssignment[] {
  const { graph, table, slots, scope } = context
  const seen = new Set<string>()
  const assignments: EventAssignment[] = []
  /** Amounts that are set of species that fast reactions change. */
  const fastAmounts = new Map<string, Node>()
  for (const { symbol, value, place } of event.assignments) {
    const details = { element: symbol, ...(place && { place }) }
    const declared = requireVariable(table, symbol, `event “${name}”`, place)
    if (seen.has(symbol)) throw new DynamicsError('invalid-model', `event “${name}” assigns “${symbol}” twice`, details)
    seen.add(symbol)
    const leaf = slots.leaves.get(symbol)
    const scale = sizeOf(declared, context)
    const lowered = lowerExpression(graph, value, scope)
    if (declared.determination.by === 'fast reactions') {
      fastAmounts.set(symbol, scale ? graph.binary('mul', lowered, scale) : lowered)
    } else if (leaf?.op === 'state' || leaf?.op === 'parameter') {
      assignments.push({ symbol, target: { kind: leaf.op, slot: leaf.slot }, value: lowered, ...(scale && { scale }) })
    } else {
      throw new DynamicsError('invalid-model', `event “${name}” assigns “${symbol}”, which a rule determines`, {
        ...details,
        mend: 'take the rule away, or let the rule say what the event does',
      })
    }
  }
  return [...assignments, ...poolAssignments(event, name, assignments, fastAmounts, context)]
}

/** Setting amounts that are in equilibrium, or stoichiometries, sets the pools they are part of. */
function poolAssignments(
  event: ModelEvent,
  name: string,
  others: readonly EventAssignment[],
  set: ReadonlyMap<string, Node>,
  context: EventContext,
): EventAssignment[] {
  const { model, graph, table, slots, fast, amounts, scope } = context
  if (!fast) return []
  const leaves = new Map(others.map(({ target, value }) => [graph[target.kind](target.slot), value]))
  const pools = fast.pools.map((parts) => {
    const coefficients = reachable(parts.filter((part) => part !== undefined))
    return fast.species.some((id, at) => set.has(id) && parts[at]) || coefficients.some((node) => leaves.has(node))
  })
  if (!pools.includes(true)) return []
  const sizes = new Set([...set.keys()].map((id) => sizeSymbol(table.get(id)!)))
  const sized = event.assignments.some(({ symbol }) => sizes.has(symbol))
  if (sized || (event.delay && event.useValuesFromTriggerTime)) {
    const what = event.assignments.map(({ symbol }) => `“${symbol}”`).join(', ')
    throw new DynamicsError(
      'not-supported',
      `event “${name}” sets ${what}, which fast reactions depend on, with a delay or together with the compartment`,
      { element: name, ...(event.place && { place: event.place }) },
    )
  }
  return slots.states.flatMap(({ symbol, pool }, slot) => {
    if (pool === undefined || !pools[pool]) return []
    // Stoichiometries as they will be, amounts as they are: these are put in after the exchange.
    const renewed = fast.pools[pool]!.map((part) => part && createSubstitution(graph, (leaf) => leaves.get(leaf))(part))
    const value = sumOfParts(graph, renewed, (at) => {
      const id = fast.species[at]!
      return extentOf(model, graph, table.get(id)!, set.get(id) ?? amounts.get(id)!, scope)
    })
    return [{ symbol, target: { kind: 'state' as const, slot }, value }]
  })
}

const sizeSymbol = (declared: DeclaredSymbol) =>
  declared.kind === 'species' && declared.isConcentration ? declared.element.compartment : undefined

const sizeOf = (declared: DeclaredSymbol, { values }: EventContext) => {
  const symbol = sizeSymbol(declared)
  return symbol === undefined ? undefined : values.get(symbol)
}
