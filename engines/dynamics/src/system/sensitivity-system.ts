import { DynamicsError } from '../errors.ts'
import { arithmetic, type Derivative } from '../graph/derivative-of-op.ts'
import { createDirectionalDerivative } from '../graph/differentiate.ts'
import { reachable } from '../graph/reachable.ts'
import type { Node } from '../node.ts'
import type {
  EventAssignment,
  ImplicitBlock,
  Lag,
  Quantity,
  State,
  System,
  SystemEvent,
  SystemParameter,
} from '../system.ts'
import { identityOf } from './identity.ts'
import { orderInitialValues } from './initial-values.ts'

/** The symbol of ∂ of / ∂ by: `d:S/k`. */
export const sensitivitySymbol = (of: string, by: string) => `d:${of}/${by}`

/**
 * The system together with its forward sensitivities: how every state, and so every quantity, changes with each of
 * `symbols`, which are parameters, or states in the meaning of their initial values. Solved along with the states:
 * d s / d t = ∂f/∂x · s + ∂f/∂p (Dickinson & Gelinas, J. Comput. Phys. 21, 123, 1976), derived symbolically.
 *
 * States come first in their old order, then the sensitivities by each symbol; quantities `d:Q/P` are added. A value
 * that is given for a parameter whose own value is a formula makes sensitivities of others through that formula wrong.
 *
 * @throws {DynamicsError} `undeclared` for what is neither parameter nor state; `not-supported` when one of the symbols
 * decides when an event happens, or how long a delay is
 *
 * @example
 * sensitivitySystem(system, ['k']).quantities.has('d:S/k') // true
 */
export function sensitivitySystem(system: System, symbols: readonly string[]): System {
  let extended: Extension = {
    states: [...system.states],
    parameters: [...system.parameters],
    implicit: [...system.implicit],
    lags: [...system.lags],
    events: system.events.map((event) => ({ ...event, assignments: [...event.assignments] })),
    quantities: new Map(system.quantities),
    warnings: [...system.warnings],
  }
  for (const symbol of new Set(symbols)) extended = extendBy(system, symbol, extended)
  const initialisation = orderInitialValues(
    system.model,
    extended.states,
    extended.parameters,
    extended.implicit,
    extended.lags,
  )
  const { model, graph, constraints, crossings } = system
  const made = { model, graph, constraints, crossings, ...extended, initialisation }
  return { ...made, identity: identityOf(made) }
}

interface Extension {
  readonly states: State[]
  readonly parameters: SystemParameter[]
  readonly implicit: ImplicitBlock[]
  readonly lags: Lag[]
  readonly events: (Omit<SystemEvent, 'assignments'> & { readonly assignments: EventAssignment[] })[]
  readonly quantities: Map<string, Quantity>
  readonly warnings: string[]
}

function extendBy(system: System, by: string, extension: Extension): Extension {
  const { graph } = system
  const { states, parameters, implicit, lags, events, quantities, warnings } = extension
  const zero = graph.number(0)
  const parameterSlot = system.parameters.findIndex(({ symbol }) => symbol === by)
  const stateSlot = system.states.findIndex(({ symbol }) => symbol === by)
  if (parameterSlot < 0 && stateSlot < 0) {
    throw new DynamicsError('undeclared', `“${by}” is neither a parameter nor a state`, {
      element: by,
      expected: 'a symbol that holds a number of its own',
    })
  }
  const firstState = states.length
  const firstUnknown = 1 + Math.max(-1, ...implicit.flatMap((block) => block.unknowns.map(({ slot }) => slot)))
  const ofUnknown = new Map<number, Node>()
  for (const { slot } of system.implicit.flatMap((block) => block.unknowns)) {
    ofUnknown.set(slot, graph.unknown(firstUnknown + ofUnknown.size))
  }
  const ofParameter = new Map<number, Node>()
  const ofLag = new Map<number, Node>()
  const pendingLags: { readonly slot: number; readonly of: Node; readonly by: Node }[] = []

  const derive = createDirectionalDerivative(graph, (leaf): Derivative => {
    switch (leaf.op) {
      case 'state':
        return leaf.slot < system.states.length ? graph.state(firstState + leaf.slot) : undefined
      case 'parameter':
        return ofParameter.get(leaf.slot)
      case 'unknown':
        return ofUnknown.get(leaf.slot)
      case 'lag': {
        let node = ofLag.get(leaf.slot)
        if (!node) {
          const slot = lags.push({ of: zero, by: zero }) - 1
          node = graph.lag(slot)
          ofLag.set(leaf.slot, node)
          pendingLags.push({ slot, ...system.lags[leaf.slot]! })
        }
        return node
      }
      default:
        return undefined
    }
  })

  // In the order of initial values, so that each knows what those before it change by.
  const stateInitials = new Map<number, Node>()
  for (const { kind, slot } of system.initialisation) {
    if (kind === 'implicit') continue
    const held = kind === 'state' ? system.states[slot]! : system.parameters[slot]!
    const own = kind === 'state' ? slot === stateSlot : slot === parameterSlot
    const leaf = kind === 'state' ? graph.state(slot) : graph.parameter(slot)
    const change = own ? (held.scale ?? graph.number(1)) : initialChange(system, held, leaf, derive)
    if (kind === 'state') stateInitials.set(slot, change ?? zero)
    else if (own && !held.scale && !system.parameters[slot]!.discrete) ofParameter.set(slot, graph.number(1))
    else if (change || system.parameters[slot]!.discrete) {
      const { discrete } = system.parameters[slot]!
      const symbol = sensitivitySymbol(held.symbol, by)
      ofParameter.set(slot, graph.parameter(parameters.push({ symbol, initial: change ?? zero, discrete }) - 1))
    }
  }
  for (const [slot, { symbol, rate }] of system.states.entries()) {
    states.push({
      symbol: sensitivitySymbol(symbol, by),
      initial: stateInitials.get(slot)!,
      rate: derive(rate) ?? zero,
    })
  }
  for (const block of system.implicit) {
    implicit.push({
      unknowns: block.unknowns.map(({ slot, symbol }) => {
        const unknown = ofUnknown.get(slot)!
        return { slot: unknown.op === 'unknown' ? unknown.slot : 0, symbol: sensitivitySymbol(symbol, by), guess: zero }
      }),
      residuals: block.residuals.map((residual) => derive(residual) ?? zero),
      jacobian: block.jacobian,
    })
  }
  for (const { symbol, label, value, ...quantity } of system.quantities.values()) {
    const derived = { symbol: sensitivitySymbol(symbol, by), label: `∂ ${label} / ∂ ${by}`, kind: quantity.kind }
    quantities.set(derived.symbol, { ...derived, value: derive(value) ?? zero })
  }
  for (const [at, event] of system.events.entries()) {
    extendEvent(system, event, events[at]!.assignments, by, firstState, derive, ofParameter)
  }
  for (let at = 0; at < pendingLags.length; at++) {
    const lag = pendingLags[at]!
    if (derive(lag.by)) {
      throw new DynamicsError('not-supported', `how long a delay is depends on “${by}”`, { element: by })
    }
    lags[lag.slot] = { of: derive(lag.of) ?? zero, by: lag.by }
  }
  if (system.crossings.some((crossing) => derive(crossing))) {
    warnings.push(
      `where rates jump at a time that depends on “${by}”, sensitivities by it leave out that the time changes`,
    )
  }
  return extension
}

/** How much an initial value changes. */
function initialChange(
  { graph }: System,
  held: State | SystemParameter,
  leaf: Node,
  derive: (node: Node) => Derivative,
): Derivative {
  const { initial, scale } = held
  if (typeof initial === 'number') return undefined
  const changed = derive(initial)
  // A plain concentration may have been given otherwise: then what it is multiplied by is what counts.
  const plain = initial.op === 'mul' && (initial.a.op === 'number' || initial.b.op === 'number')
  if (!changed || !scale || !(plain || initial === scale)) return changed
  const growth = derive(scale)
  return growth && graph.binary('mul', graph.binary('div', leaf, scale), growth)
}

function extendEvent(
  system: System,
  event: SystemEvent,
  into: EventAssignment[],
  by: string,
  firstState: number,
  derive: (node: Node) => Derivative,
  ofParameter: ReadonlyMap<number, Node>,
): void {
  const { graph } = system
  if (timingOf(event).some((node) => dependsOn(graph, node, derive))) {
    throw new DynamicsError('not-supported', `when event “${event.name}” happens depends on “${by}”`, {
      element: event.name,
      mend: 'take sensitivities by symbols that events do not wait for, or use finite differences',
    })
  }
  const { add, times } = arithmetic(graph)
  for (const { symbol, target, value, scale } of event.assignments) {
    const growth = scale && derive(scale)
    if (growth && event.delay && event.useValuesFromTriggerTime) {
      throw new DynamicsError(
        'not-supported',
        `event “${event.name}” sets “${symbol}” later than it computes it, in a size that depends on “${by}”`,
        { element: event.name },
      )
    }
    const change = growth ? add(times(derive(value), scale), times(growth, value)) : derive(value)
    const ofTarget = target.kind === 'state' ? graph.state(firstState + target.slot) : ofParameter.get(target.slot)
    if (ofTarget?.op !== 'state' && ofTarget?.op !== 'parameter') continue
    into.push({
      symbol: sensitivitySymbol(symbol, by),
      target: { kind: ofTarget.op, slot: ofTarget.slot },
      value: change ?? graph.number(0),
      ...(scale && !growth && { scale }),
    })
  }
}

const timingOf = (event: SystemEvent) => [event.trigger, ...(event.delay ? [event.delay] : [])]

/** Whether the sides of comparisons, or anything else that decides on a truth or a number, change. */
function dependsOn(graph: System['graph'], node: Node, derive: (node: Node) => Derivative): boolean {
  return reachable([node]).some((part) => {
    if (part.op === 'lt' || part.op === 'le' || part.op === 'eq' || part.op === 'ne') {
      return derive(graph.binary('sub', part.a, part.b)) !== undefined
    }
    return derive(part) !== undefined
  })
}
