import type { BinaryOp, Graph, Node, UnaryOp } from '../node.ts'
import { binaryFunctions, binaryOps, unaryFunctions, unaryOps } from './apply.ts'
import { createInternTable } from './intern-table.ts'
import { simplifyBinary, simplifyIf, simplifyUnary, wholePower } from './simplify.ts'

const opNames = ['state', 'parameter', 'unknown', 'lag', 'if', ...unaryOps, ...binaryOps] as const
const opCode = new Map<string, number>(opNames.map((name, code) => [name, code]))

/** Operands in either order give the same bits, so that they may be put in one order. */
const commutative: ReadonlySet<BinaryOp> = new Set(['add', 'mul', 'min', 'max', 'eq', 'ne', 'and', 'or'])

/**
 * An empty graph. Equal parts are made once: the same call gives the same object, in constant time.
 *
 * @example
 * const graph = createGraph()
 * const x = graph.state(0)
 * graph.binary('mul', x, graph.number(2)) === graph.binary('mul', graph.number(2), x) // true
 */
export function createGraph(): Graph {
  const nodes: Node[] = []
  const table = createInternTable()
  const numbers = new Map<number, Node>()
  let minusZero: Node | undefined

  const push = <N extends Node>(node: N): N => {
    nodes.push(node)
    return node
  }
  const intern = (op: string, a: number, b: number, c: number, make: (index: number) => Node): Node => {
    const code = opCode.get(op)!
    const known = table.find(code, a, b, c)
    if (known !== -1) return nodes[known]!
    const node = push(make(nodes.length))
    table.add(code, a, b, c, node.index)
    return node
  }
  const leaf = (op: 'state' | 'parameter' | 'unknown' | 'lag') => (slot: number) =>
    intern(op, slot, -1, -1, (index) => ({ op, index, slot }))

  const time = push({ op: 'time', index: 0 })

  const graph: Graph = {
    time,
    number(value) {
      if (Object.is(value, -0)) {
        minusZero ??= push({ op: 'number', index: nodes.length, value })
        return minusZero
      }
      let node = numbers.get(value)
      if (!node) {
        node = push({ op: 'number', index: nodes.length, value })
        numbers.set(value, node)
      }
      return node
    },
    state: leaf('state'),
    parameter: leaf('parameter'),
    unknown: leaf('unknown'),
    lag: leaf('lag'),
    unary(op: UnaryOp, a: Node) {
      if (a.op === 'number') return graph.number(unaryFunctions[op](a.value))
      return simplifyUnary(graph, op, a) ?? intern(op, a.index, -1, -1, (index) => ({ op, index, a }))
    },
    binary(op: BinaryOp, a: Node, b: Node) {
      // Whole powers are products also of constants, so that a value does not depend on what is known beforehand.
      const power = op === 'power' && b.op === 'number' ? wholePower(graph, a, b.value) : undefined
      if (power) return power
      if (a.op === 'number' && b.op === 'number') return graph.number(binaryFunctions[op](a.value, b.value))
      const simpler = simplifyBinary(graph, op, a, b)
      if (simpler) return simpler
      const [first, second] = commutative.has(op) && b.index < a.index ? [b, a] : [a, b]
      return intern(op, first.index, second.index, -1, (index) => ({ op, index, a: first, b: second }))
    },
    if(condition, then, otherwise) {
      return (
        simplifyIf(graph, condition, then, otherwise) ??
        intern('if', condition.index, then.index, otherwise.index, (index) => ({
          op: 'if',
          index,
          a: condition,
          b: then,
          c: otherwise,
        }))
      )
    },
    get size() {
      return nodes.length
    },
  }
  return graph
}
