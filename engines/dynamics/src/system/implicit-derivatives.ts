import { DynamicsError } from '../errors.ts'
import { sparseJacobian } from '../graph/differentiate.ts'
import { reachable } from '../graph/reachable.ts'
import type { Node } from '../node.ts'
import type { System } from '../system.ts'
import type { Evaluator } from './evaluator.ts'
import { solveLinear } from './solve-linear.ts'

/**
 * Fills `into[i · n + j]` with ∂ root i / ∂ leaf j, n leaves, unknowns included by the implicit function theorem:
 * dz/dx = −g_z⁻¹ g_x block by block, and df/dx = f_x + f_z · dz/dx. Evaluated where the evaluator stands.
 */
export function createTotalJacobian(
  system: System,
  evaluator: Evaluator,
  roots: readonly Node[],
  leaves: readonly Node[],
): (into: Float64Array) => void {
  const { graph } = system
  const n = leaves.length
  const blocks = blocksBehind(system, roots)
  const slots = blocks.flatMap((block) => block.unknowns.map(({ slot }) => slot))
  const row = new Map(slots.map((slot, at) => [slot, at]))
  const unknowns = slots.map((slot) => graph.unknown(slot))
  const direct = entriesOf(evaluator, sparseJacobian(graph, roots, [...leaves, ...unknowns]))
  const residuals = blocks.flatMap((block) => block.residuals)
  const ofResiduals = entriesOf(evaluator, sparseJacobian(graph, residuals, [...leaves, ...unknowns]))
  /** ∂ unknown / ∂ leaf. */
  const sensitivities = new Float64Array(slots.length * n)
  let count = 0
  const starts = blocks.map((block) => {
    count += block.unknowns.length
    return count - block.unknowns.length
  })

  const solveBlock = (at: number) => {
    const size = blocks[at]!.unknowns.length
    const start = starts[at]!
    const matrix = new Float64Array(size * size)
    const right = new Float64Array(size * n)
    for (const { row: equation, column, value } of ofResiduals.entries) {
      const i = equation - start
      if (i < 0 || i >= size) continue
      const entry = value()
      if (column < n) right[i * n + column]! -= entry
      else {
        const unknown = column - n
        if (unknown >= start && unknown < start + size) matrix[i * size + unknown - start]! += entry
        else for (let j = 0; j < n; j++) right[i * n + j]! -= entry * sensitivities[unknown * n + j]!
      }
    }
    if (!solveLinear(size, matrix, right, n)) {
      const names = blocks[at]!.unknowns.map(({ symbol }) => `“${symbol}”`).join(', ')
      throw new DynamicsError(
        'no-convergence',
        `the equations for ${names} are singular at time ${evaluator.inputs.time}`,
      )
    }
    sensitivities.set(right, start * n)
  }

  return (into) => {
    into.fill(0)
    if (blocks.length > 0) {
      ofResiduals.run()
      for (const at of blocks.keys()) solveBlock(at)
    }
    direct.run()
    for (const { row: i, column, value } of direct.entries) {
      const entry = value()
      if (column < n) into[i * n + column]! += entry
      else for (let j = 0; j < n; j++) into[i * n + j]! += entry * sensitivities[row.get(slots[column - n]!)! * n + j]!
    }
  }
}

function entriesOf(evaluator: Evaluator, entries: ReturnType<typeof sparseJacobian>) {
  const prepared = evaluator.prepare(entries.map((entry) => entry.value))
  return {
    run: prepared.run,
    entries: entries.map(({ row, column }, at) => ({ row, column, value: () => prepared.value(at) })),
  }
}

/** In order: the blocks that `roots` depend on, through other blocks too. */
function blocksBehind(system: System, roots: readonly Node[]) {
  const into = new Set<Node>()
  const needed = new Set<number>()
  const note = (nodes: readonly Node[]) => {
    for (const node of reachable(nodes, into)) if (node.op === 'unknown') needed.add(node.slot)
  }
  note(roots)
  const blocks = []
  for (const block of system.implicit.toReversed()) {
    if (!block.unknowns.some(({ slot }) => needed.has(slot))) continue
    note(block.residuals)
    blocks.unshift(block)
  }
  return blocks
}
