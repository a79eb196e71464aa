import { operandsOf } from '../graph/reachable.ts'
import type { Node } from '../node.ts'
import type { Schedule, Step } from './schedule.ts'

// Long functions are cut into parts, because optimising compilers give up on very long ones.

/** Top-level steps in runs of about as many operations. */
export function cut(steps: readonly Step[], most: number, plan: Schedule): readonly (readonly Step[])[] {
  const parts: Step[][] = [[]]
  let size = 0
  for (const step of steps) {
    const own = operations([step], plan)
    if (size > 0 && size + own > most) {
      parts.push([])
      size = 0
    }
    parts.at(-1)!.push(step)
    size += own
  }
  return parts
}

function operations(steps: readonly Step[], plan: Schedule): number {
  let count = 0
  for (const step of steps) {
    count += 1 + formulaSize(step, plan)
    if (step.kind === 'choice') count += operations(step.whenTrue, plan) + operations(step.whenFalse, plan)
  }
  return count
}

function formulaSize(step: Step, plan: Schedule): number {
  let size = 0
  visitFormula(step, plan, () => size++)
  return size
}

/** Meets the nodes written out in a step, and the kept ones that it refers to. */
function visitFormula(step: Step, plan: Schedule, meet: (node: Node) => void): void {
  const open: Node[] = step.kind === 'output' ? [step.node] : [...operandsOf(step.node)]
  for (let node = open.pop(); node; node = open.pop()) {
    meet(node)
    if (!plan.kept.has(node)) open.push(...operandsOf(node))
  }
}

/** Nodes that steps give a place to, inner steps included. */
export function declaredIn(steps: readonly Step[], into = new Set<Node>()): Set<Node> {
  for (const step of steps) {
    if (step.kind !== 'output') into.add(step.node)
    if (step.kind === 'choice') {
      declaredIn(step.whenTrue, into)
      declaredIn(step.whenFalse, into)
    }
  }
  return into
}

/** Nodes with a place that steps refer to. */
export function usedIn(steps: readonly Step[], plan: Schedule, into = new Set<Node>()): Set<Node> {
  for (const step of steps) {
    visitFormula(step, plan, (node) => {
      if (plan.kept.has(node)) into.add(node)
    })
    if (step.kind === 'choice') {
      usedIn(step.whenTrue, plan, into)
      usedIn(step.whenFalse, plan, into)
    }
  }
  return into
}

/** A number from 0 for each value that one part computes and another uses. Leaves are read anew. */
export function crossing(parts: readonly (readonly Step[])[], plan: Schedule): ReadonlyMap<Node, number> {
  const places = new Map<Node, number>()
  for (const steps of parts) {
    const declared = declaredIn(steps)
    for (const node of usedIn(steps, plan))
      if (!declared.has(node) && 'a' in node && !places.has(node)) places.set(node, places.size)
  }
  return places
}
