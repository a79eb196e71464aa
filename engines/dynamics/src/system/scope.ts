import { DynamicsError, type Place } from '../errors.ts'
import type { Scope } from '../graph/lower-expression.ts'
import type { Model } from '../model.ts'
import type { Graph, Node } from '../node.ts'

/** Delays met while formulas are made into nodes: `of` is made last, because what is delayed may depend on the delay. */
export interface PendingLag {
  readonly of: () => Node
  readonly by: Node
}

export interface ModelScope {
  readonly scope: Scope
  readonly lags: readonly PendingLag[]
  /** A lag of something that is no formula of the model. */
  lag(key: string, of: () => Node, by: Node): Node
}

/** What names mean anywhere in a model, given the nodes that are already defined. */
export function createModelScope(
  model: Model,
  graph: Graph,
  values: ReadonlyMap<string, Node>,
  rateOf: (id: string, place?: Place) => Node,
): ModelScope {
  const functions = new Map(model.functions.map((definition) => [definition.id, definition]))
  const lags: PendingLag[] = []
  const slots = new Map<string, Node>()
  const lag = (key: string, of: () => Node, by: Node) => {
    const full = `${key}|${by.index}`
    let node = slots.get(full)
    if (!node) {
      node = graph.lag(lags.push({ of, by }) - 1)
      slots.set(full, node)
    }
    return node
  }
  const scope: Scope = {
    symbol(id, place) {
      const node = values.get(id)
      if (node) return node
      throw new DynamicsError('undeclared', `“${id}” is used but declared nowhere`, {
        element: id,
        ...(place && { place }),
      })
    },
    function: (id) => functions.get(id),
    delay: (key, of, by) => lag(key, of, by()),
    rateOf,
    calls: new Map(),
  }
  return { scope, lags, lag }
}
