import { createGraph } from '../graph/graph.ts'
import { lowerExpression } from '../graph/lower-expression.ts'
import { reachable } from '../graph/reachable.ts'
import { truthOf } from '../graph/simplify.ts'
import type { Model } from '../model.ts'
import type { Node } from '../node.ts'
import type { State, System, SystemParameter } from '../system.ts'
import { matchAlgebraicRules } from './algebraic-rules.ts'
import { createPast, startSymbol, type WrittenLag } from './before-start.ts'
import { findCrossings } from './crossings.ts'
import { defineSymbols, type Residual } from './definitions.ts'
import { lowerEvents } from './events.ts'
import { findFastReactions } from './fast-reactions.ts'
import { gateOf, statesBehindUnknowns } from './gates.ts'
import { identityOf } from './identity.ts'
import { rateEquations, solveStructure, unknownSlots, withJacobian } from './implicit-blocks.ts'
import { createInitialValues, orderInitialValues } from './initial-values.ts'
import { amountUnit, listQuantities, unitOf } from './quantities.ts'
import { sizeConstraints } from './size-constraints.ts'
import { giveSlots } from './slots.ts'
import { type DeclaredSymbol, declareSymbols } from './symbol-table.ts'
import { findDoubts } from './warnings.ts'

/**
 * A model made ready to run: names resolved, definitions ordered, equations that determine each other found.
 *
 * @throws {DynamicsError} `undeclared`, `cycle`, `invalid-model` or `not-supported`, naming the element and its line
 *
 * @example
 * const system = buildSystem(readAntimony('S -> ; k * S; S = 10; k = 0.1'))
 * system.states.map((state) => state.symbol) // ['S']
 */
export function buildSystem(model: Model): System {
  const graph = createGraph()
  const table = declareSymbols(model)
  const underdetermined = matchAlgebraicRules(model, table)
  const slots = giveSlots(model, graph, table)
  const fast = findFastReactions(model, graph, table, slots)
  const definitions = defineSymbols(model, graph, table, slots, fast)
  const { values, amounts, modelScope, rateUnknowns, totalDerivative } = definitions
  const { scope } = modelScope

  const equations: Residual[] = [...definitions.residuals]
  for (const [at, rule] of model.rules.filter((rule) => rule.kind === 'algebraic').entries()) {
    const node = lowerExpression(graph, rule.value, scope)
    equations.push({ node, what: `algebraic rule ${at + 1}`, place: rule.place })
  }
  equations.push(...rateEquations(equations, rateUnknowns, totalDerivative, graph.number(0)))
  const { blocks, eliminate } = solveStructure(graph, equations, slots.unknowns)
  const unsolved = new Map(values)
  for (const [id, node] of values) values.set(id, eliminate(node))
  for (const [id, node] of amounts) amounts.set(id, eliminate(node))
  const rates = definitions.stateRates.map(eliminate)

  const events = lowerEvents({ model, graph, table, slots, fast, values, amounts, scope })
  const said = model.constraints.map(({ condition, message }, at) => ({
    condition: truthOf(graph, lowerExpression(graph, condition, scope)),
    message: message ?? `constraint ${at + 1} does not hold`,
  }))
  const constraints = [...said, ...sizeConstraints(graph, table, values)]
  const initialOf = createInitialValues(model, graph, table, values, scope)
  const asNode = (value: number | Node) => (typeof value === 'number' ? graph.number(value) : value)
  const implicit = blocks.map((block) => {
    const restarts = block.unknowns.some(({ slot }) => slots.extents.has(slot))
    const unknowns = block.unknowns.map((unknown) => {
      if (slots.extents.has(unknown.slot)) return { ...unknown, guess: graph.number(0) }
      const declared = table.get(unknown.symbol)
      const guess = declared && asNode(initialOf(declared).symbol)
      const usable = guess && !(guess.op === 'number' && Number.isNaN(guess.value)) && unknownSlots(guess).length === 0
      return usable ? { ...unknown, guess } : unknown
    })
    return withJacobian(graph, { ...block, unknowns, ...(restarts && { restartsAtEvents: true }) })
  })

  const behind = statesBehindUnknowns(implicit)
  const scaleOf = (declared: DeclaredSymbol | undefined) =>
    declared?.kind === 'species' && declared.isConcentration ? { scale: values.get(declared.element.compartment)! } : {}
  const heldUnit = (declared: DeclaredSymbol) =>
    declared.kind === 'species' ? amountUnit(model, declared.element) : unitOf(model, table, declared)
  const states = slots.states.map((declared, slot): State => {
    const rate = rates[slot]!
    const gate = gateOf(graph, slot, rate, behind)
    const unit = heldUnit(declared)
    return {
      symbol: declared.id,
      initial: asNode(initialOf(declared).held),
      ...scaleOf(declared),
      rate,
      ...(unit !== undefined && { unit }),
      ...(gate && { gate }),
    }
  })
  const parameters = slots.parameters.map(({ symbol, declared, local }): SystemParameter => {
    const held = declared ? initialOf(declared).held : (local?.value ?? Number.NaN)
    const initial = typeof held !== 'number' && held.op === 'number' ? held.value : held
    const unit = declared ? heldUnit(declared) : local?.unit
    return {
      symbol,
      initial,
      ...scaleOf(declared),
      ...(unit !== undefined && { unit }),
      discrete: declared?.discrete ?? false,
    }
  })

  const written: WrittenLag[] = []
  // Making one may meet further ones.
  for (const lag of modelScope.lags) written.push({ ...lag, node: eliminate(lag.of(scope)), by: eliminate(lag.by) })
  const ordered = written.map(({ node, by }) => ({ of: node, by }))
  const initialisation = orderInitialValues(model, states, parameters, implicit, ordered)
  const start = graph.parameter(parameters.length)
  const past = createPast({ graph, table, slots, definitions, unsolved, eliminate, states, parameters, initialisation })
  const lags = written.map((lag) => past(lag, written, start))
  if (reachable(lags.map(({ of }) => of)).includes(start)) {
    initialisation.unshift({ kind: 'parameter', slot: parameters.length })
    parameters.push({ symbol: startSymbol, initial: graph.time, discrete: false })
  }

  const quantities = listQuantities(model, graph, table, slots, values, amounts)
  const crossings = findCrossings(graph, [
    ...rates,
    ...events.map((event) => event.trigger),
    ...implicit.flatMap((block) => block.residuals),
    ...lags.flatMap((lag) => [lag.of, lag.by]),
  ])
  const system: Omit<System, 'identity'> = {
    model,
    graph,
    states,
    parameters,
    implicit,
    initialisation,
    events,
    lags,
    quantities,
    constraints,
    crossings,
    warnings: [...underdetermined, ...findDoubts(model, table)],
  }
  let identity: string | undefined
  // Hashing a large model takes longer than building it, and not every run needs it.
  return Object.defineProperty(system as System, 'identity', {
    enumerable: true,
    get: () => {
      identity ??= identityOf(system)
      return identity
    },
  })
}
