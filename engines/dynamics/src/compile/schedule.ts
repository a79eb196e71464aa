import { operandsOf, reachable } from '../graph/reachable.ts'
import type { Node } from '../node.ts'

/** In what order, and where, the nodes of some roots are computed: what all compilers write down in their own language. */
export interface Schedule {
  readonly steps: readonly Step[]
  /** Nodes with a place of their own; all others are written where they are used, which is once. */
  readonly kept: ReadonlySet<Node>
}

type If = Extract<Node, { op: 'if' }>

export type Step =
  | { readonly kind: 'value'; readonly node: Node }
  /** Only one side is computed; nothing computed inside is used outside. */
  | {
      readonly kind: 'choice'
      readonly node: If
      readonly whenTrue: readonly Step[]
      readonly whenFalse: readonly Step[]
    }
  | { readonly kind: 'output'; readonly at: number; readonly node: Node }

export interface ScheduleOptions {
  /** Nodes that get a place of their own even if used once, so that the code can call them by name. */
  readonly named?: (node: Node) => boolean
  /** Leaves get a place of their own. */
  readonly keepLeaves: boolean
  /** Cost of what only one side needs from which on it is worth a branch. */
  readonly branchFrom: number
}

/** Formulas are written out in one piece up to this depth. */
const deepest = 16
/** Choices nest no deeper than this; further in, both sides are computed. */
const deepestChoice = 64

interface Scope {
  readonly parent: Scope | undefined
  readonly depth: number
  cost: number
  live: boolean
  readonly steps: Step[]
}

const costs: Readonly<Record<string, number>> = { div: 4, sqrt: 4, rem: 15, power: 40, factorial: 40 }
const cheap = new Set(['neg', 'not', 'abs', 'floor', 'ceiling', 'min', 'max', 'if'])
function costOf(node: Node): number {
  if (!('a' in node)) return costs[node.op] ?? 0
  return costs[node.op] ?? ('b' in node || cheap.has(node.op) ? 1 : 20)
}

/**
 * Puts each node into the innermost place that all its uses share: what only one side of a choice needs is computed on
 * that side, what both need before it.
 */
export function schedule(roots: readonly Node[], options: ScheduleOptions): Schedule {
  const nodes = reachable(roots)
  const { uses, scopes, sides, root } = place(nodes, roots)
  const branches = chooseBranches(sides, options.branchFrom)
  const kept = keep(nodes, uses, branches, options)

  const outputs = new Map<Node, number[]>()
  for (const [at, node] of roots.entries()) outputs.set(node, [...(outputs.get(node) ?? []), at])
  const liveScope = (scope: Scope): Scope => {
    let live = scope
    while (!live.live && live.parent) live = live.parent
    return live
  }
  for (const node of nodes) {
    const { steps } = liveScope(scopes.get(node)!)
    const branch = branches.get(node)
    if (branch && node.op === 'if')
      steps.push({ kind: 'choice', node, whenTrue: branch.whenTrue.steps, whenFalse: branch.whenFalse.steps })
    else if (kept.has(node)) steps.push({ kind: 'value', node })
    for (const at of outputs.get(node) ?? []) root.steps.push({ kind: 'output', at, node })
  }
  return { steps: root.steps, kept }
}

interface Sides {
  readonly whenTrue: Scope
  readonly whenFalse: Scope
}

function place(nodes: readonly Node[], roots: readonly Node[]) {
  const root: Scope = { parent: undefined, depth: 0, cost: 0, live: true, steps: [] }
  const scopes = new Map<Node, Scope>()
  const uses = new Map<Node, number>()
  const sides = new Map<If, Sides>()
  const inner = (parent: Scope): Scope => ({ parent, depth: parent.depth + 1, cost: 0, live: false, steps: [] })
  const use = (node: Node, scope: Scope) => {
    const known = scopes.get(node)
    scopes.set(node, known ? common(known, scope) : scope)
    uses.set(node, (uses.get(node) ?? 0) + 1)
  }
  for (const node of roots) use(node, root)
  for (const node of nodes.toReversed()) {
    const scope = scopes.get(node)!
    scope.cost += costOf(node)
    if (node.op !== 'if' || scope.depth >= deepestChoice) {
      for (const operand of operandsOf(node)) use(operand, scope)
      continue
    }
    const own = { whenTrue: inner(scope), whenFalse: inner(scope) }
    sides.set(node, own)
    use(node.a, scope)
    use(node.b, own.whenTrue)
    use(node.c, own.whenFalse)
  }
  return { root, scopes, uses, sides }
}

function common(a: Scope, b: Scope): Scope {
  let one = a
  let other = b
  while (one !== other) {
    if (one.depth >= other.depth) one = one.parent!
    else other = other.parent!
  }
  return one
}

/** Choices with a side expensive enough; marks the scopes of their sides. Inner ones come before outer ones. */
function chooseBranches(sides: ReadonlyMap<If, Sides>, branchFrom: number): ReadonlyMap<Node, Sides> {
  const branches = new Map<Node, Sides>()
  for (const [node, own] of [...sides].toReversed()) {
    const cost = own.whenTrue.cost + own.whenFalse.cost
    own.whenTrue.parent!.cost += cost
    if (cost < branchFrom) continue
    own.whenTrue.live = true
    own.whenFalse.live = true
    branches.set(node, own)
  }
  return branches
}

function keep(
  nodes: readonly Node[],
  uses: ReadonlyMap<Node, number>,
  branches: ReadonlyMap<Node, Sides>,
  { named, keepLeaves }: ScheduleOptions,
): ReadonlySet<Node> {
  const kept = new Set<Node>()
  const depths = new Map<Node, number>()
  for (const node of nodes) {
    if (node.op === 'number') continue
    if (!('a' in node)) {
      if (keepLeaves && node.op !== 'time') kept.add(node)
      continue
    }
    const depth =
      1 + Math.max(...operandsOf(node).map((operand) => (kept.has(operand) ? 0 : (depths.get(operand) ?? 0))))
    depths.set(node, depth)
    if (uses.get(node)! > 1 || depth > deepest || branches.has(node) || named?.(node)) kept.add(node)
  }
  return kept
}
