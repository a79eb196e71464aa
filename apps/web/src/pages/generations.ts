import type { Trace, TraceNode } from '@counterpart/server/contract'

/** Events of one type at one distance from the number that was asked about. */
export interface Generation {
  readonly step: number
  readonly type: string
  readonly nodes: readonly TraceNode[]
}

/** Orders a trace from the number back to the messages: by the shortest way, then by type, then by time, newest first. */
export function generationsOf(trace: Trace): readonly Generation[] {
  const byId = new Map(trace.nodes.map((node) => [node.event, node]))
  const steps = new Map<string, number>([[trace.root, 0]])
  let edge = [trace.root]
  while (edge.length > 0) {
    const next: string[] = []
    for (const id of edge)
      for (const from of byId.get(id)?.from ?? [])
        if (byId.has(from) && !steps.has(from)) {
          steps.set(from, steps.get(id)! + 1)
          next.push(from)
        }
    edge = next
  }
  const groups = new Map<string, TraceNode[]>()
  for (const node of trace.nodes) {
    const key = `${String(steps.get(node.event) ?? 999).padStart(4, '0')} ${node.type}`
    groups.set(key, [...(groups.get(key) ?? []), node])
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, nodes]) => ({
      step: Number(key.slice(0, 4)),
      type: key.slice(5),
      nodes: nodes.sort((a, b) => b.effective - a.effective || (a.event < b.event ? -1 : 1)),
    }))
}

/** How many events of each type there are besides the root. */
export function countTypes(trace: Trace): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const node of trace.nodes) if (node.event !== trace.root) counts.set(node.type, (counts.get(node.type) ?? 0) + 1)
  return counts
}
