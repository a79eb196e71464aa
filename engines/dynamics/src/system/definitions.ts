import { DynamicsError, type Place } from '../errors.ts'
import type { Expression } from '../expression.ts'
import { arithmetic, type Derivative } from '../graph/derivative-of-op.ts'
import { createDirectionalDerivative, differentiate } from '../graph/differentiate.ts'
import { lowerExpression, type Scope } from '../graph/lower-expression.ts'
import type { Model, Reaction } from '../model.ts'
import type { Graph, Node } from '../node.ts'
import { type FastReactions, fastChange } from './fast-reactions.ts'
import { orderDefinitions } from './order-definitions.ts'
import { createModelScope, type ModelScope } from './scope.ts'
import { localSymbol, type Slots } from './slots.ts'
import type { DeclaredSymbol, SymbolTable } from './symbol-table.ts'
import { conversionFactorOf, isRate, type Participation, participationsBySpecies, symbolOf } from './vertices.ts'

/** Everything that can be named, as nodes of states, parameters, unknowns, lags and time. */
export interface Definitions {
  readonly values: Map<string, Node>
  /** Amounts of species. */
  readonly amounts: Map<string, Node>
  /** By slot: how fast each state changes. */
  readonly stateRates: Node[]
  /** Of loops and fast reactions; zero. */
  readonly residuals: Residual[]
  /** Rates of unknowns that are asked for: unknowns themselves. */
  readonly rateUnknowns: ReadonlyMap<Node, Node>
  /** How fast a node changes along the trajectory. */
  readonly totalDerivative: (node: Node) => Derivative
  readonly modelScope: ModelScope
  /** Symbols, each after those that its value depends on. */
  readonly order: readonly string[]
}

export interface Residual {
  readonly node: Node
  /** For messages: the rule it is. */
  readonly what: string
  readonly place?: Place | undefined
  /** Slot of the unknown whose rate in fast time it is. */
  readonly drives?: number
}

/**
 * Makes nodes of all symbols' values and rates, in order.
 *
 * @throws {DynamicsError} `cycle` naming the loop; `undeclared`
 */
export function defineSymbols(
  model: Model,
  graph: Graph,
  table: SymbolTable,
  slots: Slots,
  fast: FastReactions | undefined,
): Definitions {
  const participations = participationsBySpecies(model)
  const { order, torn } = orderDefinitions(model, table, participations)
  const zero = graph.number(0)
  const { add, sub, times, over } = arithmetic(graph)

  const values = new Map<string, Node>()
  const amounts = new Map<string, Node>()
  const rates = new Map<string, Derivative>()
  const stateRates: Derivative[] = []
  const residuals: Residual[] = []
  const rateUnknowns = new Map<Node, Node>()

  const modelScope = createModelScope(model, graph, values, (id, place) => {
    if (!table.has(id)) {
      throw new DynamicsError('undeclared', `the rate of “${id}” is asked for, which is declared nowhere`, {
        element: id,
        ...(place && { place }),
      })
    }
    return rates.get(id) ?? zero
  })
  const { scope } = modelScope

  const totalDerivative = createDirectionalDerivative(graph, (leaf): Derivative => {
    switch (leaf.op) {
      case 'time':
        return graph.number(1)
      case 'state':
        return stateRates[leaf.slot]
      case 'unknown': {
        let rate = rateUnknowns.get(leaf)
        if (!rate) {
          rate = graph.unknown(slots.unknowns.push(`rate of ${slots.unknowns[leaf.slot]}`) - 1)
          rateUnknowns.set(leaf, rate)
        }
        return rate
      }
      case 'lag': {
        const { of, by } = modelScope.lags[leaf.slot]!
        const then = modelScope.lag(`rate of ${leaf.slot}`, () => totalDerivative(of(scope)) ?? zero, by, leaf.slot)
        const slower = totalDerivative(by)
        return slower ? graph.binary('mul', then, graph.binary('sub', graph.number(1), slower)) : then
      }
      default:
        return undefined
    }
  })

  const sizeOf = (declared: DeclaredSymbol) =>
    declared.kind === 'species' && declared.isConcentration ? values.get(declared.element.compartment)! : undefined

  const defineValue = (declared: DeclaredSymbol) => {
    const { id, determination } = declared
    const size = sizeOf(declared)
    const leaf = slots.leaves.get(id)
    if (determination.by === 'formula' || determination.by === 'equations') {
      let value = leaf
      if (torn.has(id)) value = graph.unknown(slots.unknowns.push(id) - 1)
      else if (determination.by === 'formula') {
        value = determination.formula
          ? lowerExpression(graph, determination.formula, scopeOf(declared, scope, slots, zero))
          : graph.number(Number.NaN)
      }
      values.set(id, value!)
      if (declared.kind === 'species') amounts.set(id, size ? graph.binary('mul', value!, size) : value!)
      return
    }
    const moved = fast && fastChange(graph, fast, id)
    const factor = conversionFactorOf(model, declared)
    const amount = add(leaf, factor === undefined ? moved : times(moved, slots.leaves.get(factor)!))!
    values.set(id, size ? graph.binary('div', amount, size) : amount)
    if (declared.kind === 'species') amounts.set(id, amount)
  }

  const amountRateByReactions = (declared: DeclaredSymbol) => {
    const all = participations.get(declared.id) ?? []
    const slow = fast ? all.filter(({ reaction }) => !reaction.fast) : all
    // What has gone by earlier stoichiometries stays as it was when they change.
    const changed = fast && fastChange(graph, fast, declared.id, totalDerivative)
    const rate = sub(extentRate(graph, scope, values, slow), changed)
    const factor = conversionFactorOf(model, declared)
    return factor === undefined ? rate : times(rate, scope.symbol(factor))
  }

  const defineRate = (declared: DeclaredSymbol) => {
    const { id, determination } = declared
    const value = values.get(id)
    const leaf = slots.leaves.get(id)
    const size = sizeOf(declared)
    const growth = declared.kind === 'species' && size ? rates.get(declared.element.compartment) : undefined
    /** d (amount / size): also of an amount that stands still. */
    const ofConcentration = (amountRate: Derivative) =>
      size ? over(sub(amountRate, growth && times(growth, value!)), size) : amountRate

    if (torn.has(id) || determination.by === 'equations') rates.set(id, totalDerivative(value!))
    else if (determination.by === 'itself') rates.set(id, ofConcentration(undefined))
    else if (determination.by === 'formula') rates.set(id, totalDerivative(value!))
    else {
      const rate =
        determination.by === 'rate'
          ? lowerExpression(graph, determination.formula, scope)
          : amountRateByReactions(declared)
      const amountRate =
        determination.by === 'rate' && size ? add(times(rate, size), growth && times(growth, value!)) : rate
      if (leaf?.op === 'state') stateRates[leaf.slot] = amountRate
      if (fast?.species.includes(id)) rates.set(id, totalDerivative(value!))
      else rates.set(id, determination.by === 'rate' ? rate : ofConcentration(rate))
    }
  }

  for (const vertex of order) {
    const declared = table.get(symbolOf(vertex))!
    if (isRate(vertex)) defineRate(declared)
    else if (!values.has(declared.id)) defineValue(declared)
  }
  for (const [id, circle] of torn) {
    const declared = table.get(id)!
    const { formula, place } = declared.determination as { formula: Expression; place?: Place }
    residuals.push({
      node: graph.binary('sub', lowerExpression(graph, formula, scope), values.get(id)!),
      what: `the loop ${circle}`,
      place,
    })
  }
  for (const balance of fast?.balances ?? []) residuals.push(balanceOf(graph, fast!, balance, values))
  return {
    values,
    amounts,
    stateRates: Array.from(slots.states, (_, slot) => stateRates[slot] ?? zero),
    residuals,
    rateUnknowns,
    totalDerivative,
    modelScope,
    order: order.filter((vertex) => !isRate(vertex)).map(symbolOf),
  }
}

/** Inside a reaction its local parameters hide the model's symbols. */
export function scopeOf(declared: DeclaredSymbol, scope: Scope, slots: Slots, zero: Node): Scope {
  if (declared.kind !== 'reaction' || declared.element.localParameters.length === 0) return scope
  const locals = new Set(declared.element.localParameters.map((local) => local.id))
  return {
    ...scope,
    symbol: (id, place) => (locals.has(id) ? slots.leaves.get(localSymbol(declared.id, id))! : scope.symbol(id, place)),
    rateOf: (id, place) => (locals.has(id) ? zero : scope.rateOf(id, place)),
    delay: (key, of, by) =>
      scope.delay(`${declared.id}: ${key}`, (seen) => of(scopeOf(declared, seen, slots, zero)), by),
  }
}

/**
 * The rates in balance, as the extent's rate in a time in which only fast reactions go on. Where there is none whatever
 * the extent, as when a rate is switched off, nothing moves.
 *
 * @throws {DynamicsError} `invalid-model` when it never does
 */
function balanceOf(
  graph: Graph,
  { reactions }: FastReactions,
  { parts, reaction, slot }: FastReactions['balances'][number],
  values: ReadonlyMap<string, Node>,
): Residual {
  const { add, times } = arithmetic(graph)
  let sum: Derivative
  for (const [at, part] of parts.entries()) sum = add(sum, times(part, values.get(reactions[at]!.id)!))
  const extent = graph.unknown(slot)
  const { id, place } = reactions[reaction]!
  // How fast the extent itself goes: the sum may be of a multiple of it, or of its negative.
  const lead = parts[reaction]!
  const forward = graph.binary(lead.op === 'number' ? 'div' : 'mul', sum!, lead)
  const slope = differentiate(graph, forward, extent)
  if (slope.op === 'number' && slope.value === 0) {
    throw new DynamicsError(
      'invalid-model',
      `the rate of the fast reaction “${id}” does not depend on what it changes`,
      {
        element: id,
        ...(place && { place }),
      },
    )
  }
  const zero = graph.number(0)
  const stands = graph.binary('and', graph.binary('eq', slope, zero), graph.binary('eq', forward, zero))
  const node = graph.if(stands, graph.unary('neg', extent), forward)
  return { node, what: `the equilibrium of “${id}”`, place, drives: slot }
}

/** How fast reactions change a species, in the unit of their extents: extents by stoichiometries. */
function extentRate(
  graph: Graph,
  scope: Scope,
  values: ReadonlyMap<string, Node>,
  participations: readonly Participation[],
): Derivative {
  const { add, sub } = arithmetic(graph)
  /** Whole and other plain numbers of one reaction are added up before they are multiplied with its rate. */
  const plain = new Map<Reaction, number>()
  const formulas = new Map<Reaction, Derivative>()
  for (const { reaction, reference, sign } of participations) {
    if (!reaction.rate) continue
    const { id, stoichiometry } = reference
    const sum = formulas.get(reaction)
    if (id === undefined && typeof stoichiometry !== 'object') {
      plain.set(reaction, (plain.get(reaction) ?? 0) + sign * (stoichiometry ?? 1))
      formulas.set(reaction, sum)
      continue
    }
    const value = id === undefined ? lowerExpression(graph, stoichiometry as Expression, scope) : values.get(id)!
    formulas.set(reaction, sign > 0 ? add(sum, value) : sub(sum, value))
  }
  let rate: Derivative
  for (const [reaction, formula] of formulas) {
    const number = plain.get(reaction) ?? 0
    const factor = number === 0 ? formula : add(formula, graph.number(number))
    if (factor) rate = add(rate, graph.binary('mul', factor, values.get(reaction.id)!))
  }
  return rate
}
