import { createGraph } from '../graph/graph.ts'
import type { Graph, Node } from '../node.ts'

/**
 * Solving with W = d I − J, where J always has the same few entries that are not zero, as formulas without loops: graphs
 * of their own, in which states and parameters stand for what each of them is given.
 *
 * Elimination takes its pivots from the diagonal, in an order that keeps the factors sparse. That is not stable for every
 * matrix: `sound` says whether it was for this one.
 */
export interface SparseLu {
  /** Of d (the graph's time) and the entries of J (parameters): the factors, with the pivots' reciprocals. */
  readonly factors: readonly Node[]
  /** Of the factors (parameters) and the right side (states): the solution. */
  readonly solution: readonly Node[]
  /**
   * Of d (time), the entries of J and after them the right side (parameters), and the solution (states): 1 if it is that
   * of a matrix which differs from W by little in each entry (Oettli, Prager, Numer Math 1964;6:405), else 0.
   */
  readonly sound: Node
  /** Of the entries of J (parameters) and a vector (states): their product. */
  readonly product: readonly Node[]
}

/** An entry of a matrix that may not be zero. */
interface Place {
  readonly row: number
  readonly column: number
}

/** Part of each entry that the solved matrix may be off by: far less than what a step's error is measured by. */
const soundness = 2 ** -30

/** `undefined` where that would take more than `most` multiplications. */
export function createSparseLu(n: number, places: readonly Place[], most: number): SparseLu | undefined {
  const order = eliminationOrder(n, places, most)
  if (!order) return undefined
  const factorGraph = createGraph()
  const matrix = matrixNodes(factorGraph, n, places)
  const factors: Node[] = []
  const keep = (node: Node) => factors.push(node) - 1
  /** Of each step of the elimination: where its pivot's reciprocal, multipliers and the pivot's row are kept. */
  const steps: { pivot: number; reciprocal: number; lower: Entry[]; upper: Entry[] }[] = []
  const done = new Set<number>()
  for (const pivot of order) {
    done.add(pivot)
    const { unary, binary, number } = factorGraph
    const own = matrix[pivot]!
    const reciprocal = binary('div', number(1), own.get(pivot)!)
    const right = [...own].filter(([column]) => !done.has(column))
    const lower: Entry[] = []
    for (const [row, entries] of matrix.entries()) {
      const below = entries.get(pivot)
      if (done.has(row) || !below) continue
      const multiplier = binary('mul', below, reciprocal)
      lower.push({ at: row, factor: keep(multiplier) })
      for (const [column, value] of right) {
        const before = entries.get(column)
        const part = binary('mul', multiplier, value)
        entries.set(column, before ? binary('sub', before, part) : unary('neg', part))
      }
    }
    const upper = right.map(([column, value]) => ({ at: column, factor: keep(value) }))
    steps.push({ pivot, reciprocal: keep(reciprocal), lower, upper })
  }

  const graph = createGraph()
  const b = Array.from({ length: n }, (_, i) => graph.state(i))
  const less = (from: Node, factor: number, of: Node) =>
    graph.binary('sub', from, graph.binary('mul', graph.parameter(factor), of))
  for (const { pivot, lower } of steps) for (const { at, factor } of lower) b[at] = less(b[at]!, factor, b[pivot]!)
  for (const { pivot, upper, reciprocal } of steps.toReversed()) {
    const rest = upper.reduce((sum, { at, factor }) => less(sum, factor, b[at]!), b[pivot]!)
    b[pivot] = graph.binary('mul', rest, graph.parameter(reciprocal))
  }
  return { factors, solution: b, sound: soundNode(n, places), product: productNodes(n, places) }
}

interface Entry {
  readonly at: number
  readonly factor: number
}

/** Row by row, the entries of W by column. */
function matrixNodes(graph: Graph, n: number, places: readonly Place[]): Map<number, Node>[] {
  const rows = Array.from({ length: n }, (_, i) => new Map<number, Node>([[i, graph.time]]))
  for (const [k, { row, column }] of places.entries()) {
    const before = rows[row]!.get(column)
    const entry = graph.parameter(k)
    rows[row]!.set(column, before ? graph.binary('sub', before, entry) : graph.unary('neg', entry))
  }
  return rows
}

/** Minimum degree on the pattern made symmetric (Tinney, Walker, Proc IEEE 1967;55:1801), the lowest number first. */
function eliminationOrder(n: number, places: readonly Place[], most: number): readonly number[] | undefined {
  const neighbours = Array.from({ length: n }, () => new Set<number>())
  for (const { row, column } of places) {
    if (row === column) continue
    neighbours[row]!.add(column)
    neighbours[column]!.add(row)
  }
  const left = new Set(neighbours.keys())
  const order: number[] = []
  let work = 0
  while (left.size > 0) {
    let next = -1
    for (const i of left) if (next < 0 || neighbours[i]!.size < neighbours[next]!.size) next = i
    const around = [...neighbours[next]!]
    work += (around.length + 1) ** 2
    if (work > most) return undefined
    left.delete(next)
    order.push(next)
    for (const i of around) {
      neighbours[i]!.delete(next)
      for (const j of around) if (i !== j) neighbours[i]!.add(j)
    }
  }
  return order
}

function soundNode(n: number, places: readonly Place[]): Node {
  const graph = createGraph()
  const { unary, binary, number, state, parameter } = graph
  return matrixNodes(graph, n, places)
    .map((row, i) => {
      const right = parameter(places.length + i)
      const terms = [...row].map(([column, value]) => binary('mul', value, state(column)))
      const rest = terms.reduce((sum, term) => binary('sub', sum, term), right)
      const size = terms.reduce((sum, term) => binary('add', sum, unary('abs', term)), unary('abs', right))
      return binary('le', unary('abs', rest), binary('mul', number(soundness), size))
    })
    .reduce((all, one) => binary('and', all, one), number(1))
}

function productNodes(n: number, places: readonly Place[]): readonly Node[] {
  const { binary, number, parameter, state } = createGraph()
  const sums: (Node | undefined)[] = Array(n).fill(undefined)
  for (const [k, { row, column }] of places.entries()) {
    const term = binary('mul', parameter(k), state(column))
    const sum = sums[row]
    sums[row] = sum ? binary('add', sum, term) : term
  }
  return sums.map((sum) => sum ?? number(0))
}
