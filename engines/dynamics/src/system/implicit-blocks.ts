import { DynamicsError } from '../errors.ts'
import { affineIn } from '../graph/affine.ts'
import type { Derivative } from '../graph/derivative-of-op.ts'
import { differentiate } from '../graph/differentiate.ts'
import { reachable } from '../graph/reachable.ts'
import { createSubstitution } from '../graph/substitute.ts'
import type { Graph, Node } from '../node.ts'
import type { ImplicitBlock } from '../system.ts'
import { orderedComponents } from './components.ts'
import type { Residual } from './definitions.ts'
import { greatestMatching } from './matching.ts'

export interface SolvedStructure {
  readonly blocks: readonly Omit<ImplicitBlock, 'jacobian'>[]
  /** Puts formulas in place of the unknowns that could be solved for. */
  readonly eliminate: (node: Node) => Node
}

/**
 * Which equation determines which unknown, and in which order: a matching, then circles of those that have to be solved
 * together (Duff & Reid's block triangular form, ACM Trans. Math. Softw. 4, 137, 1978). A single unknown that its
 * equation is linear in becomes a formula.
 *
 * @throws {DynamicsError} `cycle` or `invalid-model` when the equations cannot determine the unknowns
 */
export function solveStructure(
  graph: Graph,
  residuals: readonly Residual[],
  names: readonly string[],
): SolvedStructure {
  if (names.length === 0 && residuals.length === 0) return { blocks: [], eliminate: (node) => node }
  const unknownsOf = residuals.map(({ node, drives }) => {
    const slots = unknownSlots(node)
    return drives === undefined ? slots : [drives, ...slots.filter((slot) => slot !== drives)]
  })
  const matching = greatestMatching(unknownsOf)
  const equationOf = new Map<number, number>()
  for (const [equation, slot] of matching.entries()) {
    if (slot < 0)
      throw unsolvable(
        [residuals[equation]!],
        unknownsOf[equation]!.map((at) => names[at]!),
      )
    equationOf.set(slot, equation)
  }
  for (const [slot, name] of names.entries()) {
    if (equationOf.has(slot)) continue
    throw new DynamicsError('invalid-model', `no equation determines “${name}”`, { element: name })
  }
  const order = orderedComponents(names.keys(), (slot) => unknownsOf[equationOf.get(slot)!]!)
  const formulas = new Map<Node, Node>()
  const eliminated = (node: Node) => createSubstitution(graph, (leaf) => formulas.get(leaf))(node)
  const blocks: Omit<ImplicitBlock, 'jacobian'>[] = []
  for (const slots of order) {
    const equations = slots.map((slot) => residuals[equationOf.get(slot)!]!)
    const nodes = equations.map(({ node }) => eliminated(node))
    const flows = equations.every(({ drives }, at) => drives === slots[at])
    const solved = slots.length === 1 ? solvedFor(graph, nodes[0]!, graph.unknown(slots[0]!)) : undefined
    if (solved === 'singular') throw unsolvable(equations, [names[slots[0]!]!])
    if (solved) formulas.set(graph.unknown(slots[0]!), solved)
    else {
      const unknowns = slots.map((slot) => ({ slot, symbol: names[slot]!, guess: graph.number(1) }))
      blocks.push({ unknowns, residuals: nodes, ...(flows && { flows }) })
    }
  }
  return { blocks, eliminate: createSubstitution(graph, (leaf) => formulas.get(leaf)) }
}

/** Equations for the rates of unknowns, wherever those are asked for: their equations' derivatives along the trajectory. */
export function rateEquations(
  residuals: readonly Residual[],
  rateUnknowns: ReadonlyMap<Node, Node>,
  totalDerivative: (node: Node) => Derivative,
  zero: Node,
): Residual[] {
  if (rateUnknowns.size === 0) return []
  const matching = greatestMatching(residuals.map(({ node }) => unknownSlots(node)))
  const equations: Residual[] = []
  // Deriving an equation may ask for further rates, which the map then has too.
  for (const unknown of rateUnknowns.keys()) {
    if (unknown.op !== 'unknown') continue
    const residual = residuals[matching.indexOf(unknown.slot)]
    if (!residual) continue
    equations.push({ ...residual, node: totalDerivative(residual.node) ?? zero, what: `rate of ${residual.what}` })
  }
  return equations
}

export const withJacobian = (graph: Graph, block: Omit<ImplicitBlock, 'jacobian'>): ImplicitBlock => ({
  ...block,
  jacobian: block.residuals.map((residual) =>
    block.unknowns.map(({ slot }) => differentiate(graph, residual, graph.unknown(slot))),
  ),
})

export function unknownSlots(node: Node): number[] {
  return reachable([node]).flatMap((leaf) => (leaf.op === 'unknown' ? leaf.slot : []))
}

function solvedFor(graph: Graph, residual: Node, unknown: Node): Node | 'singular' | undefined {
  const affine = affineIn(graph, residual, unknown)
  if (!affine) return undefined
  const { linear, constant } = affine
  if (!linear || (linear.op === 'number' && linear.value === 0)) return 'singular'
  // Where the coefficient vanishes this is not a number, as it should be: the equation determines nothing there.
  return graph.binary('div', constant ? graph.unary('neg', constant) : graph.number(0), linear)
}

function unsolvable(equations: readonly Residual[], unknowns: readonly string[]): DynamicsError {
  const what = equations.map((equation) => equation.what).join(', ')
  const place = equations.find((equation) => equation.place)?.place
  const named = unknowns.length > 0 ? `: ${unknowns.join(', ')}` : ''
  return new DynamicsError('cycle', `${what} cannot be solved for what it determines${named}`, {
    ...(unknowns[0] !== undefined && { element: unknowns[0] }),
    ...(place && { place }),
    mend: 'define one of them otherwise',
  })
}
