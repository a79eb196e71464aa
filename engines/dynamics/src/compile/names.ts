import type { Node } from '../node.ts'
import type { System } from '../system.ts'

/** What a symbol of a model may not be called in generated code: words of the language and what the code itself uses. */
const taken =
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield async of get set Infinity NaN Math t y p u l w e e_whole e_k e_r e_square e_scale into exp factorial'.split(
    ' ',
  )

/** Names of nodes after the model's symbols; `undefined` for what has none. */
export function symbolsOfNodes(system: System): ReadonlyMap<Node, string> {
  const names = new Map<Node, string>()
  const { graph, states, parameters, implicit, quantities } = system
  for (const [slot, { symbol }] of states.entries()) names.set(graph.state(slot), symbol)
  for (const [slot, { symbol }] of parameters.entries()) names.set(graph.parameter(slot), symbol)
  for (const { unknowns } of implicit) for (const { slot, symbol } of unknowns) names.set(graph.unknown(slot), symbol)
  for (const { symbol, value } of quantities.values()) if (!names.has(value)) names.set(value, symbol)
  for (const { symbol, rate } of states) if (!names.has(rate)) names.set(rate, `rate_of_${symbol}`)
  return names
}

/** Names for one function: letters, digits and underscores only, whatever the model says, and each once. */
export function createNames(symbols: ReadonlyMap<Node, string>): (node: Node) => string {
  const used = new Set(taken)
  const names = new Map<Node, string>()
  let unnamed = 0
  return (node) => {
    let name = names.get(node)
    if (name === undefined) {
      const symbol = symbols.get(node)
      name = symbol === undefined ? `v${++unnamed}` : identifierFrom(symbol)
      for (let n = 2; used.has(name); n++)
        name = symbol === undefined ? `v${++unnamed}` : `${identifierFrom(symbol)}_${n}`
      used.add(name)
      names.set(node, name)
    }
    return name
  }
}

function identifierFrom(symbol: string): string {
  const plain = symbol.replace(/[^A-Za-z0-9_]/g, '_').slice(0, 60)
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`
}
