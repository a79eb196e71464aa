import { DynamicsError } from '../errors.ts'
import { lowerExpression, type Scope } from '../graph/lower-expression.ts'
import type { Model, ModelEvent } from '../model.ts'
import type { Graph, Node } from '../node.ts'
import type { EventAssignment, SystemEvent } from '../system.ts'
import type { FastReactions } from './fast-reactions.ts'
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
  const { graph, table, slots, scope, fast, amounts } = context
  const seen = new Set<string>()
  const assignments: EventAssignment[] = []
  for (const { symbol, value, place } of event.assignments) {
    const details = { element: symbol, ...(place && { place }) }
    const declared = requireVariable(table, symbol, `event “${name}”`, place)
    if (seen.has(symbol)) throw new DynamicsError('invalid-model', `event “${name}” assigns “${symbol}” twice`, details)
    seen.add(symbol)
    const leaf = slots.leaves.get(symbol)
    const scale = sizeOf(declared, context)
    const lowered = lowerExpression(graph, value, scope)
    if (leaf?.op === 'state' || leaf?.op === 'parameter') {
      assignments.push({ symbol, target: { kind: leaf.op, slot: leaf.slot }, value: lowered, ...(scale && { scale }) })
    } else {
      throw new DynamicsError('invalid-model', `event “${name}” assigns “${symbol}”, which a rule determines`, {
        ...details,
        mend: 'take the rule away, or let the rule say what the event does',
      })
    }
  }
  // Fast reactions start anew from where they are: a scale is evaluated when the event is carried out.
  for (const symbol of fast?.species ?? []) {
    const leaf = slots.leaves.get(symbol)
    if (seen.has(symbol) || leaf?.op !== 'state') continue
    const target = { kind: leaf.op, slot: leaf.slot }
    assignments.push({ symbol, target, value: graph.number(1), scale: amounts.get(symbol)! })
  }
  return assignments
}

const sizeOf = (declared: DeclaredSymbol, { values }: EventContext) =>
  declared.kind === 'species' && declared.isConcentration ? values.get(declared.element.compartment) : undefined
