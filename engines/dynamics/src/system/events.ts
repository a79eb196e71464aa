import { DynamicsError } from '../errors.ts'
import { lowerExpression, type Scope } from '../graph/lower-expression.ts'
import type { Model, ModelEvent } from '../model.ts'
import type { Graph, Node } from '../node.ts'
import type { EventAssignment, SystemEvent } from '../system.ts'
import type { Slots } from './slots.ts'
import { requireVariable, type SymbolTable } from './symbol-table.ts'

/**
 * @throws {DynamicsError} `invalid-model` when an event assigns what a rule determines, or one symbol twice; `undeclared`
 */
export function lowerEvents(
  model: Model,
  graph: Graph,
  table: SymbolTable,
  slots: Slots,
  values: ReadonlyMap<string, Node>,
  scope: Scope,
): SystemEvent[] {
  const lowered = (expression: ModelEvent['trigger']) => lowerExpression(graph, expression, scope)
  return model.events.map((event, at) => {
    const name = event.name ?? event.id ?? `event ${at + 1}`
    const seen = new Set<string>()
    const assignments = event.assignments.map((assignment): EventAssignment => {
      const { symbol, value, place } = assignment
      const details = { element: symbol, ...(place && { place }) }
      const declared = requireVariable(table, symbol, `event “${name}”`, place)
      if (seen.has(symbol)) {
        throw new DynamicsError('invalid-model', `event “${name}” assigns “${symbol}” twice`, details)
      }
      seen.add(symbol)
      const leaf = slots.leaves.get(symbol)
      if (leaf?.op !== 'state' && leaf?.op !== 'parameter') {
        throw new DynamicsError('invalid-model', `event “${name}” assigns “${symbol}”, which a rule determines`, {
          ...details,
          mend: 'take the rule away, or let the rule say what the event does',
        })
      }
      const target = { kind: leaf.op, slot: leaf.slot }
      const size =
        declared.kind === 'species' && declared.isConcentration ? values.get(declared.element.compartment) : undefined
      return { symbol, target, value: lowered(value), ...(size && { scale: size }) }
    })
    return {
      name,
      trigger: lowered(event.trigger),
      initialValue: event.initialValue,
      persistent: event.persistent,
      ...(event.delay && { delay: lowered(event.delay) }),
      ...(event.priority && { priority: lowered(event.priority) }),
      useValuesFromTriggerTime: event.useValuesFromTriggerTime,
      assignments,
    }
  })
}
