import { operandsOf, reachable } from '../graph/reachable.ts'
import type { Graph, Node } from '../node.ts'

/** How a node changes between events. */
const still = 0
/** By jumps only, which the comparisons below it tell of. */
const stepwise = 1
const flowing = 2

/**
 * Functions of which one changes its sign wherever a formula that `roots` are made of has a kink or a jump: sides of
 * comparisons, what is made absolute, and for floor, ceiling and remainders the sine of π times what may become whole.
 */
export function findCrossings(graph: Graph, roots: readonly Node[]): Node[] {
  const kinds = new Map<Node, number>()
  const crossings = new Set<Node>()
  const kind = (node: Node) => kinds.get(node)!
  const whole = (x: Node) => graph.unary('sin', graph.binary('mul', graph.number(Math.PI), x))
  const between = (a: Node, b: Node) => {
    const difference = graph.binary('sub', a, b)
    if (!crossings.has(graph.binary('sub', b, a))) crossings.add(difference)
  }
  const nodes = reachable(roots)
  if (!nodes.some((node) => breaking.has(node.op))) return []
  const visible = whereKinksShow(nodes, roots)
  for (const node of nodes) {
    switch (node.op) {
      case 'number':
      case 'parameter':
        kinds.set(node, still)
        break
      case 'time':
      case 'state':
      case 'unknown':
      case 'lag':
        kinds.set(node, flowing)
        break
      case 'if':
        kinds.set(node, Math.max(kind(node.b), kind(node.c), Math.min(kind(node.a), stepwise)))
        break
      case 'lt':
      case 'le':
      case 'eq':
      case 'ne':
        if (Math.max(kind(node.a), kind(node.b)) === flowing) between(node.a, node.b)
        kinds.set(node, Math.min(Math.max(kind(node.a), kind(node.b)), stepwise))
        break
      case 'and':
      case 'or':
        kinds.set(node, Math.min(Math.max(kind(node.a), kind(node.b)), stepwise))
        break
      case 'not':
        kinds.set(node, Math.min(kind(node.a), stepwise))
        break
      case 'floor':
      case 'ceiling':
        if (kind(node.a) === flowing) crossings.add(whole(node.a))
        kinds.set(node, Math.min(kind(node.a), stepwise))
        break
      case 'abs':
        if (kind(node.a) === flowing && visible.has(node)) crossings.add(node.a)
        kinds.set(node, kind(node.a))
        break
      case 'rem':
      case 'min':
      case 'max': {
        const flows = Math.max(kind(node.a), kind(node.b))
        kinds.set(node, flows)
        if (flows !== flowing) break
        if (node.op === 'rem') crossings.add(whole(graph.binary('div', node.a, node.b)))
        else if (visible.has(node)) between(node.a, node.b)
        break
      }
      default:
        kinds.set(node, 'b' in node ? Math.max(kind(node.a), kind(node.b)) : kind(node.a))
    }
  }
  return [...crossings]
}

/** Nodes whose kinks are kinks of some root: not those that are only compared or rounded. */
function whereKinksShow(nodes: readonly Node[], roots: readonly Node[]): Set<Node> {
  const visible = new Set(roots)
  for (const node of nodes.toReversed()) {
    if (!visible.has(node) || hidesKinks.has(node.op)) continue
    for (const operand of node.op === 'if' ? [node.b, node.c] : operandsOf(node)) visible.add(operand)
  }
  return visible
}

/** Without any of these there are neither kinks nor jumps. */
const breaking: ReadonlySet<string> = new Set(['lt', 'le', 'eq', 'ne', 'floor', 'ceiling', 'abs', 'rem', 'min', 'max'])

const hidesKinks: ReadonlySet<string> = new Set(['lt', 'le', 'eq', 'ne', 'and', 'or', 'not', 'floor', 'ceiling'])
