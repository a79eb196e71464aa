import { reachable } from '../graph/reachable.ts'
import type { History } from '../machine.ts'
import type { Node } from '../node.ts'
import type { System } from '../system.ts'
import { createEvaluator } from './evaluator.ts'
import { createTape } from './tape.ts'

export interface NotFinite {
  /** What stopped being finite first: as it is defined, everything it depends on is finite, or it holds the number itself. */
  readonly symbol: string
  readonly kind: 'value' | 'rate'
  readonly value: number
}

/**
 * Why a rate is not finite: the symbol whose value, in the order of definitions, first is not, or whose rate is not
 * though all values in it are. `undefined` when all rates are finite.
 */
export function explainNaN(
  system: System,
  time: number,
  states: Float64Array,
  parameters: Float64Array,
  history?: History,
): NotFinite | undefined {
  const evaluator = createEvaluator(system, createTape, () => history)
  evaluator.at(time, states, parameters)
  const rates = evaluator.prepare(system.states.map((state) => state.rate))
  rates.run()
  const broken = system.states.findIndex((_, slot) => !Number.isFinite(rates.value(slot)))
  if (broken < 0) return undefined

  const symbols = new Map<Node, string>()
  for (const [slot, { symbol }] of system.states.entries()) symbols.set(system.graph.state(slot), symbol)
  for (const [slot, { symbol }] of system.parameters.entries()) symbols.set(system.graph.parameter(slot), symbol)
  for (const { symbol, kind, value } of system.quantities.values()) {
    if (kind !== 'amount' && kind !== 'concentration' && !symbols.has(value)) symbols.set(value, symbol)
  }
  const { symbol, rate } = system.states[broken]!
  const nodes = reachable([rate])
  const values = evaluator.prepare(nodes)
  values.run()
  for (const [at, node] of nodes.entries()) {
    const named = symbols.get(node)
    const value = values.value(at)
    if (named !== undefined && !Number.isFinite(value)) return { symbol: named, kind: 'value', value }
  }
  return { symbol, kind: 'rate', value: rates.value(broken) }
}
