import { binaryFunctions, isUnaryOp, unaryFunctions } from '../graph/apply.ts'
import { reachable } from '../graph/reachable.ts'
import type { Node } from '../node.ts'

/** What stands at the leaves while a tape runs. */
export interface TapeInputs {
  time: number
  states: Float64Array
  parameters: Float64Array
  readonly unknowns: Float64Array
  readonly lags: Float64Array
}

/** Some nodes, to be evaluated again and again. */
export interface Tape {
  /** Slots of unknowns and lags that it reads. */
  readonly unknowns: readonly number[]
  readonly lags: readonly number[]
  run(inputs: TapeInputs): void
  /** Value of the root `at`, as of the last run. */
  value(at: number): number
}

/** How nodes are evaluated is what an interpreter and a compiler differ in. */
export type TapeMaker = (roots: readonly Node[]) => Tape

/** Walks the nodes that `roots` are made of in order. */
export function createTape(roots: readonly Node[]): Tape {
  const nodes = reachable(roots)
  const values = new Float64Array(nodes.length)
  const position = new Map(nodes.map((node, at) => [node, at]))
  const outputs = Int32Array.from(roots, (root) => position.get(root)!)
  const operand = (pick: (node: Node) => Node | number | undefined) =>
    Int32Array.from(nodes, (node) => {
      const picked = pick(node)
      return typeof picked === 'object' ? position.get(picked)! : (picked ?? -1)
    })
  const a = operand((node) => ('a' in node ? node.a : 'slot' in node ? node.slot : undefined))
  const b = operand((node) => ('b' in node ? node.b : undefined))
  const c = operand((node) => ('c' in node ? node.c : undefined))
  const steps = nodes.map((node): Step => {
    switch (node.op) {
      case 'number':
        return (at) => {
          values[at] = node.value
        }
      case 'time':
        return (at, inputs) => {
          values[at] = inputs.time
        }
      case 'state':
        return (at, inputs) => {
          values[at] = inputs.states[a[at]!]!
        }
      case 'parameter':
        return (at, inputs) => {
          values[at] = inputs.parameters[a[at]!]!
        }
      case 'unknown':
        return (at, inputs) => {
          values[at] = inputs.unknowns[a[at]!]!
        }
      case 'lag':
        return (at, inputs) => {
          values[at] = inputs.lags[a[at]!]!
        }
      case 'if':
        return (at) => {
          values[at] = values[values[a[at]!] !== 0 ? b[at]! : c[at]!]!
        }
      default: {
        if (isUnaryOp(node.op)) {
          const apply = unaryFunctions[node.op]
          return (at) => {
            values[at] = apply(values[a[at]!]!)
          }
        }
        const apply = binaryFunctions[node.op]
        return (at) => {
          values[at] = apply(values[a[at]!]!, values[b[at]!]!)
        }
      }
    }
  })
  return {
    unknowns: nodes.flatMap((node) => (node.op === 'unknown' ? node.slot : [])),
    lags: nodes.flatMap((node) => (node.op === 'lag' ? node.slot : [])),
    run(inputs) {
      for (let at = 0; at < steps.length; at++) steps[at]!(at, inputs)
    },
    value: (at) => values[outputs[at]!]!,
  }
}

type Step = (at: number, inputs: TapeInputs) => void
