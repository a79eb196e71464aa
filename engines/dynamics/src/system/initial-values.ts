import { DynamicsError } from '../errors.ts'
import { lowerExpression, type Scope } from '../graph/lower-expression.ts'
import { reachable } from '../graph/reachable.ts'
import type { InitialAssignment, Model } from '../model.ts'
import type { Graph, Node } from '../node.ts'
import { placeOf } from '../place-of.ts'
import { compartmentsWithoutSize } from '../sizeless.ts'
import type { ImplicitBlock, Initialisation, Lag, State, SystemParameter } from '../system.ts'
import { orderedComponents } from './components.ts'
import type { DeclaredSymbol, SymbolTable } from './symbol-table.ts'
import { requireVariable } from './symbol-table.ts'

export interface InitialValue {
  /** In the meaning of what is held: amounts of species. */
  readonly held: number | Node
  /** In the meaning of the symbol. */
  readonly symbol: number | Node
}

/** Initial values by symbol; initial assignments go before what is declared. */
export function createInitialValues(
  model: Model,
  graph: Graph,
  table: SymbolTable,
  values: ReadonlyMap<string, Node>,
  scope: Scope,
): (declared: DeclaredSymbol) => InitialValue {
  const assignments = new Map<string, InitialAssignment>()
  const withoutSize = compartmentsWithoutSize(model)
  for (const assignment of model.initialAssignments) {
    const details = { element: assignment.symbol, ...(assignment.place && { place: assignment.place }) }
    const declared = requireVariable(table, assignment.symbol, 'an initial assignment', assignment.place)
    if (assignments.has(assignment.symbol)) {
      throw new DynamicsError('invalid-model', `“${assignment.symbol}” has two initial assignments`, details)
    }
    if (declared.determination.by === 'formula' && declared.kind !== 'species-reference') {
      throw new DynamicsError(
        'invalid-model',
        `“${assignment.symbol}” has an initial assignment and an assignment rule`,
        { ...details, mend: 'take one of them away' },
      )
    }
    assignments.set(assignment.symbol, assignment)
  }
  const node = (value: number | Node) => (typeof value === 'number' ? graph.number(value) : value)

  return (declared) => {
    const assignment = assignments.get(declared.id)
    const given = assignment && lowerExpression(graph, assignment.value, scope)
    switch (declared.kind) {
      case 'compartment':
        return same(given ?? declared.element.size ?? Number.NaN)
      case 'parameter':
        return same(given ?? declared.element.value ?? Number.NaN)
      case 'species-reference': {
        const { stoichiometry } = declared.element
        return same(given ?? (typeof stoichiometry === 'number' ? stoichiometry : 1))
      }
      case 'reaction':
        return same(Number.NaN)
      case 'species': {
        const { initialAmount, initialConcentration } = declared.element
        const size = values.get(declared.element.compartment)!
        if (declared.isConcentration) {
          const concentration = given ?? initialConcentration
          if (concentration !== undefined) {
            return { symbol: concentration, held: graph.binary('mul', node(concentration), size) }
          }
          const amount = initialAmount ?? Number.NaN
          return { symbol: graph.binary('div', graph.number(amount), size), held: amount }
        }
        const amount = given ?? initialAmount
        if (amount !== undefined || initialConcentration === undefined) return same(amount ?? Number.NaN)
        const sized = !withoutSize.has(declared.element.compartment)
        return same(sized ? graph.binary('mul', graph.number(initialConcentration), size) : initialConcentration)
      }
    }
  }
}

const same = (value: number | Node): InitialValue => ({ held: value, symbol: value })

/**
 * An order in which all initial values, and the implicit blocks between them, can be computed.
 *
 * @throws {DynamicsError} `cycle` naming the initial values that depend on each other
 */
export function orderInitialValues(
  model: Model,
  states: readonly State[],
  parameters: readonly SystemParameter[],
  implicit: readonly ImplicitBlock[],
  lags: readonly Lag[],
): Initialisation[] {
  const items: Initialisation[] = [
    ...parameters.map((_, slot) => ({ kind: 'parameter', slot }) as const),
    ...states.map((_, slot) => ({ kind: 'state', slot }) as const),
    ...implicit.map((_, slot) => ({ kind: 'implicit', slot }) as const),
  ]
  const stateAt = parameters.length
  const blockAt = stateAt + states.length
  const blockOf = new Map(implicit.flatMap((block, at) => block.unknowns.map(({ slot }) => [slot, at] as const)))
  const rootsOf = ({ kind, slot }: Initialisation): Node[] => {
    if (kind === 'implicit') {
      const block = implicit[slot]!
      return [...block.residuals, ...block.unknowns.map(({ guess }) => guess)]
    }
    const { initial, scale } = kind === 'state' ? states[slot]! : parameters[slot]!
    return [...(typeof initial === 'number' ? [] : [initial]), ...(scale ? [scale] : [])]
  }
  const dependencies = (item: number): number[] => {
    const needed = new Set<number>()
    const into = new Set<Node>()
    const visit = (roots: readonly Node[]) => {
      for (const node of reachable(roots, into)) {
        if (node.op === 'parameter') needed.add(node.slot)
        else if (node.op === 'state') needed.add(stateAt + node.slot)
        else if (node.op === 'unknown') needed.add(blockAt + blockOf.get(node.slot)!)
        else if (node.op === 'lag') visit([lags[node.slot]!.of, lags[node.slot]!.by])
      }
    }
    visit(rootsOf(items[item]!))
    if (items[item]!.kind === 'implicit') needed.delete(item)
    return [...needed]
  }
  const nameOf = (item: number) => {
    const { kind, slot } = items[item]!
    if (kind === 'implicit') return implicit[slot]!.unknowns.map(({ symbol }) => symbol).join(', ')
    return kind === 'state' ? states[slot]!.symbol : parameters[slot]!.symbol
  }
  return orderedComponents(items.keys(), dependencies).map((members) => {
    const [first] = members as [number]
    if (members.length > 1 || dependencies(first).includes(first)) {
      const names = members.map(nameOf)
      const place = placeOf(model, names[0]!)
      throw new DynamicsError('cycle', `initial values depend on each other: ${[...names, names[0]].join(' → ')}`, {
        element: names[0]!,
        ...(place && { place }),
        mend: 'give one of them a number',
      })
    }
    return items[first]!
  })
}
