import { DynamicsError, type Place } from '../errors.ts'
import type { Scope } from '../graph/lower-expression.ts'
import type { Model } from '../model.ts'
import type { Graph, Node } from '../node.ts'

/** Delays met while formulas are made into nodes: `of` is made last, because what is delayed may depend on the delay. */
export interface PendingLag {
  readonly of: (scope: Scope) => Node
  readonly by: Node
  /** It is how fast another lag's `of` changes. */
  readonly rateOf?: number | undefined
}

export interface ModelScope {
  readonly scope: Scope
  readonly lags: readonly PendingLag[]
  /** A lag of something that is no formula of the model. */
  lag(key: string, of: (scope: Scope) => Node, by: Node, rateOf?: number): Node
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
  const lag = (key: string, of: (scope: Scope) => Node, by: Node, rateOf?: number) => {
    const full = `${key}|${by.index}`
    let node = slots.get(full)
    if (!node) {
      node = graph.lag(lags.push({ of, by, rateOf }) - 1)
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
    delay: (key, of, by) => lag(key, of, by),
    rateOf,
    calls: new Map(),
  }
  return { scope, lags, lag }
}
