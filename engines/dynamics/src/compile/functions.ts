import { factorial } from '../graph/factorial.ts'
import type { Node } from '../node.ts'
import { exponential, exponentialTables } from './exponential.ts'
import { functionText } from './javascript.ts'

/** Writes values of some nodes: time, states, parameters, unknowns and lags in. */
export type Evaluate = (t: number, y: Values, p: Values, u: Values, l: Values, into: Values) => void
type Values = Float64Array | Uint8Array

/** The function that {@link functionText} writes; nothing of a model can become code but its numbers and operators. */
export function compileFunction(
  name: string,
  roots: readonly Node[],
  symbols: ReadonlyMap<Node, string>,
  places?: ArrayLike<number>,
): Evaluate {
  const { text, workSize } = functionText(name, roots, symbols, { places, expand: true })
  const create = new Function('w', 'e', 'exp', 'factorial', `'use strict'\n${text}\nreturn ${name}`)
  return create(new Float64Array(workSize), exponentialTables, exponential, factorial) as Evaluate
}
