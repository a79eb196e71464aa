import type { Node } from '../node.ts'
import { binaryFunctions, isUnaryOp, unaryFunctions } from './apply.ts'
import { reachable } from './reachable.ts'

/** What stands at a graph's leaves. */
export interface LeafValues {
  readonly time?: number
  readonly states?: ArrayLike<number>
  readonly parameters?: ArrayLike<number>
  readonly unknowns?: ArrayLike<number>
  readonly lags?: ArrayLike<number>
}

/**
 * Values of some nodes, once; what is evaluated often is better interpreted or compiled. A leaf that is left out is not
 * a number.
 */
export function evaluate(roots: readonly Node[], leaves: LeafValues): number[] {
  const values = new Map<Node, number>()
  const at = (array: ArrayLike<number> | undefined, slot: number) => array?.[slot] ?? Number.NaN
  for (const node of reachable(roots)) {
    let value: number
    switch (node.op) {
      case 'number':
        value = node.value
        break
      case 'time':
        value = leaves.time ?? Number.NaN
        break
      case 'state':
        value = at(leaves.states, node.slot)
        break
      case 'parameter':
        value = at(leaves.parameters, node.slot)
        break
      case 'unknown':
        value = at(leaves.unknowns, node.slot)
        break
      case 'lag':
        value = at(leaves.lags, node.slot)
        break
      case 'if':
        value = values.get(values.get(node.a) !== 0 ? node.b : node.c)!
        break
      default:
        value =
          'b' in node
            ? binaryFunctions[node.op](values.get(node.a)!, values.get(node.b)!)
            : isUnaryOp(node.op)
              ? unaryFunctions[node.op](values.get(node.a)!)
              : Number.NaN
    }
    values.set(node, value)
  }
  return roots.map((root) => values.get(root)!)
}
