import { operandsOf, reachable } from '../graph/reachable.ts'
import type { Node } from '../node.ts'
import type { Step } from './step.ts'

/** By how much a formula changes for each state that it goes straight with; all else in it is constant between events. */
type Slopes = ReadonlyMap<number, number>

/** Says of a step, with little ado, that none of some crossings can change its sign in it. */
export type FarFromCrossings = (step: Step, values: Float64Array) => boolean

/**
 * For crossings that are all straight in the states, such as V + 40: dense output cannot take a state further from where
 * the step starts than its coefficients times the largest that θ, θ θ', θ² θ' and θ² θ'² come to. `undefined` for others.
 */
export function farFromCrossings(crossings: readonly Node[]): FarFromCrossings | undefined {
  const terms: { readonly crossing: number; readonly state: number; readonly slope: number }[] = []
  for (const [crossing, node] of crossings.entries()) {
    const slopes = slopesOf(node)
    if (!slopes) return undefined
    for (const [state, slope] of slopes) terms.push({ crossing, state, slope: Math.abs(slope) })
  }
  const reach = new Float64Array(crossings.length)
  return ({ dense }, values) => {
    const n = dense.length / 5
    reach.fill(0)
    for (let i = 0; i < terms.length; i++) {
      const { crossing, state, slope } = terms[i]!
      const most =
        Math.abs(dense[n + state]!) +
        Math.abs(dense[2 * n + state]!) / 4 +
        Math.abs(dense[3 * n + state]!) * (4 / 27) +
        Math.abs(dense[4 * n + state]!) / 16
      reach[crossing]! += slope * most
    }
    for (let c = 0; c < reach.length; c++) if (!(Math.abs(values[c]!) > 1.001 * reach[c]!)) return false
    return true
  }
}

/** `undefined` where it goes otherwise than straight. */
function slopesOf(root: Node): Slopes | undefined {
  const known = new Map<Node, Slopes | undefined>()
  for (const node of reachable([root])) {
    const operands = operandsOf(node).map((operand) => known.get(operand))
    const constant = operands.every((slopes) => slopes?.size === 0)
    known.set(node, constant && !changing.has(node.op) ? none : straight(node, operands))
  }
  return known.get(root)
}

const changing: ReadonlySet<string> = new Set(['state', 'time', 'unknown', 'lag'])
const none: Slopes = new Map()

function straight(node: Node, [a, b]: readonly (Slopes | undefined)[]): Slopes | undefined {
  if (node.op === 'state') return new Map([[node.slot, 1]])
  if (node.op === 'neg') return a && times(a, -1)
  if (node.op === 'add') return a && b && sum(a, b)
  if (node.op === 'sub') return a && b && sum(a, times(b, -1))
  if (node.op === 'mul' && node.a.op === 'number') return b && times(b, node.a.value)
  if (node.op === 'mul' && node.b.op === 'number') return a && times(a, node.b.value)
  if (node.op === 'div' && node.b.op === 'number') return a && times(a, 1 / node.b.value)
  return undefined
}

function sum(a: Slopes, b: Slopes): Slopes {
  const all = new Map(a)
  for (const [state, slope] of b) all.set(state, (all.get(state) ?? 0) + slope)
  return all
}

const times = (slopes: Slopes, by: number): Slopes => new Map([...slopes].map(([state, slope]) => [state, slope * by]))
