/** A graph to lay out in layers; nodes have their size in pixels, edges name nodes. */
export interface LayeredInput {
  readonly nodes: readonly { readonly id: string; readonly width: number; readonly height: number }[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}

export interface LayeredLayout {
  readonly width: number
  readonly height: number
  /** Centre of each node, and which layer it stands in. */
  readonly nodes: ReadonlyMap<string, { readonly x: number; readonly y: number; readonly layer: number }>
  /** In the order of the input: points from the right side of one node to the left side of the other; `back`: it goes against the flow. */
  readonly edges: readonly { readonly points: readonly (readonly [number, number])[]; readonly back: boolean }[]
}

interface Place {
  readonly key: string
  readonly layer: number
  readonly width: number
  readonly height: number
  y: number
}

const gapBetween = 22
const gapLane = 10

/**
 * Layers from left to right (after Sugiyama, Tagawa and Toda 1981, 10.1109/TSMC.1981.4308636): edges that close a cycle
 * are turned round, each node stands one layer after the last of those before it, long edges get a lane in every layer
 * they pass, and layers are ordered by the mean place of their neighbours. The same graph always gives the same picture.
 */
export function layeredLayout(graph: LayeredInput, gapLayer = 64): LayeredLayout {
  const ids = new Set(graph.nodes.map((node) => node.id))
  const known = graph.edges.map((edge) => ids.has(edge.from) && ids.has(edge.to) && edge.from !== edge.to)
  const back = backEdges(graph, known)
  const layers = layersOf(graph, known, back)
  const { columns, lanes } = placesOf(graph, known, back, layers)
  order(columns, lanes)
  stack(columns, lanes)
  const widths = columns.map((column) => Math.max(0, ...column.map((place) => place.width)))
  const lefts: number[] = []
  let left = 0
  for (const width of widths) {
    lefts.push(left)
    left += width + gapLayer
  }
  const all = columns.flat()
  const top = Math.min(0, ...all.map((place) => place.y - place.height / 2))
  const height = Math.max(0, ...all.map((place) => place.y + place.height / 2)) - top
  const byKey = new Map(all.map((place) => [place.key, place]))
  const nodes = new Map(
    graph.nodes.map(({ id }) => {
      const { layer, y } = byKey.get(id)!
      return [id, { x: lefts[layer]! + widths[layer]! / 2, y: y - top, layer }]
    }),
  )
  const sizes = new Map(graph.nodes.map((node) => [node.id, node]))
  const edges = graph.edges.map((edge, index) => {
    if (!known[index]) return { points: [], back: false }
    const turned = back.has(index)
    const [from, to] = turned ? [edge.to, edge.from] : [edge.from, edge.to]
    const start = nodes.get(from)!
    const end = nodes.get(to)!
    const points: [number, number][] = [[start.x + sizes.get(from)!.width / 2, start.y]]
    for (let layer = start.layer + 1; layer < end.layer; layer += 1) {
      const y = byKey.get(laneKey(index, layer))!.y - top
      points.push([lefts[layer]!, y], [lefts[layer]! + widths[layer]!, y])
    }
    points.push([end.x - sizes.get(to)!.width / 2, end.y])
    return { points, back: turned, from, to }
  })
  for (const { id, height: tall } of graph.nodes) {
    const leaving = edges.filter((edge) => edge.from === id)
    const arriving = edges.filter((edge) => edge.to === id)
    spread(
      leaving.map(({ points }) => [points[0]!, points[1]!]),
      tall,
    )
    spread(
      arriving.map(({ points }) => [points[points.length - 1]!, points[points.length - 2]!]),
      tall,
    )
  }
  return {
    width: Math.max(0, left - gapLayer),
    height,
    nodes,
    edges: edges.map(({ points, back: turned }) => ({ points: turned ? points.reverse() : points, back: turned })),
  }
}

const portsApart = 18

/** Lets the edges on one side of a node begin one under the other, in the order of where they lead. */
function spread(
  ends: readonly (readonly [port: [number, number], next: readonly [number, number]])[],
  tall: number,
): void {
  const apart = Math.min(portsApart, (tall - 12) / Math.max(1, ends.length - 1))
  const ordered = [...ends].sort(([, a], [, b]) => a[1] - b[1])
  ordered.forEach(([port], index) => {
    port[1] += (index - (ordered.length - 1) / 2) * apart
  })
}

/** Edges that lead back to where one came from, found depth first in the order of the input. */
function backEdges({ nodes, edges }: LayeredInput, known: readonly boolean[]): ReadonlySet<number> {
  const out = new Map<string, number[]>(nodes.map((node) => [node.id, []]))
  const entered = new Set<string>()
  edges.forEach((edge, index) => {
    if (!known[index]) return
    out.get(edge.from)!.push(index)
    entered.add(edge.to)
  })
  const back = new Set<number>()
  const state = new Map<string, 'open' | 'done'>()
  const starts = [...nodes.filter((node) => !entered.has(node.id)), ...nodes]
  for (const start of starts) {
    if (state.has(start.id)) continue
    const path: { id: string; next: number }[] = [{ id: start.id, next: 0 }]
    state.set(start.id, 'open')
    while (path.length > 0) {
      const here = path[path.length - 1]!
      const index = out.get(here.id)![here.next]
      here.next += 1
      if (index === undefined) {
        state.set(here.id, 'done')
        path.pop()
        continue
      }
      const to = edges[index]!.to
      if (state.get(to) === 'open') back.add(index)
      else if (!state.has(to)) {
        state.set(to, 'open')
        path.push({ id: to, next: 0 })
      }
    }
  }
  return back
}

/** How far each node stands from the beginning: one after the last of those that lead to it. */
function layersOf(
  { nodes, edges }: LayeredInput,
  known: readonly boolean[],
  back: ReadonlySet<number>,
): ReadonlyMap<string, number> {
  const ahead = new Map<string, string[]>(nodes.map((node) => [node.id, []]))
  const waits = new Map<string, number>(nodes.map((node) => [node.id, 0]))
  edges.forEach((edge, index) => {
    if (!known[index]) return
    const [from, to] = back.has(index) ? [edge.to, edge.from] : [edge.from, edge.to]
    ahead.get(from)!.push(to)
    waits.set(to, waits.get(to)! + 1)
  })
  const layers = new Map<string, number>(nodes.map((node) => [node.id, 0]))
  const ready = nodes.filter((node) => waits.get(node.id) === 0).map((node) => node.id)
  for (const id of ready)
    for (const to of ahead.get(id)!) {
      layers.set(to, Math.max(layers.get(to)!, layers.get(id)! + 1))
      waits.set(to, waits.get(to)! - 1)
      if (waits.get(to) === 0) ready.push(to)
    }
  return layers
}

const laneKey = (edge: number, layer: number) => `lane ${edge} ${layer}`

type Neighbours = ReadonlyMap<string, { before: string[]; after: string[] }>

/** Nodes and the lanes of long edges, layer by layer, and who is joined to whom from one layer to the next. */
function placesOf(
  { nodes, edges }: LayeredInput,
  known: readonly boolean[],
  back: ReadonlySet<number>,
  layers: ReadonlyMap<string, number>,
): { columns: Place[][]; lanes: Neighbours } {
  const count = Math.max(0, ...layers.values()) + 1
  const columns: Place[][] = Array.from({ length: nodes.length > 0 ? count : 0 }, () => [])
  const lanes = new Map<string, { before: string[]; after: string[] }>()
  const add = (place: Place) => {
    columns[place.layer]!.push(place)
    lanes.set(place.key, { before: [], after: [] })
  }
  for (const { id, width, height } of nodes) add({ key: id, layer: layers.get(id)!, width, height, y: 0 })
  edges.forEach((edge, index) => {
    if (!known[index]) return
    const [from, to] = back.has(index) ? [edge.to, edge.from] : [edge.from, edge.to]
    let last = from
    for (let layer = layers.get(from)! + 1; layer < layers.get(to)!; layer += 1) {
      const key = laneKey(index, layer)
      add({ key, layer, width: 0, height: 4, y: 0 })
      lanes.get(last)!.after.push(key)
      lanes.get(key)!.before.push(last)
      last = key
    }
    lanes.get(last)!.after.push(to)
    lanes.get(to)!.before.push(last)
  })
  return { columns, lanes }
}

/** Sorts each layer by the mean place of its neighbours, forwards and backwards in turn; keeps the order with fewest crossings. */
function order(columns: Place[][], lanes: Neighbours): void {
  let best = columns.map((column) => [...column])
  let fewest = crossings(columns, lanes)
  let bettered = 0
  for (let sweep = 0; sweep < 24 && sweep - bettered < 6 && fewest > 0; sweep += 1) {
    const forwards = sweep % 2 === 0
    const sequence = forwards ? columns : [...columns].reverse()
    const at = new Map<string, number>()
    const number = (column: readonly Place[]) => {
      for (const [index, place] of column.entries()) at.set(place.key, index)
    }
    columns.forEach(number)
    for (const column of sequence) {
      const means = new Map(
        column.map((place, index) => {
          const near = lanes.get(place.key)![forwards ? 'before' : 'after']
          return [place.key, near.length > 0 ? near.reduce((sum, key) => sum + at.get(key)!, 0) / near.length : index]
        }),
      )
      column.sort((a, b) => means.get(a.key)! - means.get(b.key)! || at.get(a.key)! - at.get(b.key)!)
      number(column)
    }
    const found = crossings(columns, lanes)
    if (found < fewest) {
      fewest = found
      bettered = sweep
      best = columns.map((column) => [...column])
    }
  }
  best.forEach((column, index) => {
    columns[index] = column
  })
}

function crossings(columns: readonly Place[][], lanes: Neighbours): number {
  let count = 0
  for (const column of columns.slice(1)) {
    const before = new Map(columns[column[0]!.layer - 1]!.map((place, index) => [place.key, index]))
    const ends = column.flatMap((place) =>
      lanes
        .get(place.key)!
        .before.map((key) => before.get(key)!)
        .sort((a, b) => a - b),
    )
    count += inversions(ends, before.size)
  }
  return count
}

/** How many pairs stand in the wrong order, counted with a tree of sums (Fenwick 1994, 10.1002/spe.4380240306). */
function inversions(values: readonly number[], size: number): number {
  const sums = new Int32Array(size + 1)
  let count = 0
  values.forEach((value, seen) => {
    count += seen
    for (let at = value + 1; at > 0; at -= at & -at) count -= sums[at]!
    for (let at = value + 1; at <= size; at += at & -at) sums[at]! += 1
  })
  return count
}

/** Puts places under each other, each as near as may be to the middle of its neighbours, without touching. */
function stack(columns: readonly Place[][], lanes: Neighbours): void {
  const byKey = new Map(columns.flat().map((place) => [place.key, place]))
  const room = (a: Place, b: Place) => (a.height + b.height) / 2 + (a.width > 0 && b.width > 0 ? gapBetween : gapLane)
  for (const column of columns) {
    let y = 0
    column.forEach((place, index) => {
      y = index === 0 ? 0 : y + room(column[index - 1]!, place)
      place.y = y
    })
    for (const place of column) place.y -= y / 2
  }
  for (let pass = 0; pass < 8; pass += 1) {
    const forwards = pass % 2 === 0
    for (const column of forwards ? columns : [...columns].reverse()) {
      const wanted = column.map((place) => {
        const { before, after } = lanes.get(place.key)!
        const near = forwards ? before : after
        return near.length > 0 ? near.reduce((sum, key) => sum + byKey.get(key)!.y, 0) / near.length : place.y
      })
      settle(column, wanted, room)
    }
  }
}

/** The places nearest to those wanted that keep their order and their distance: pool those that would overlap. */
function settle(column: readonly Place[], wanted: readonly number[], room: (a: Place, b: Place) => number): void {
  const offsets: number[] = []
  column.forEach((place, index) => {
    offsets.push(index === 0 ? 0 : offsets[index - 1]! + room(column[index - 1]!, place))
  })
  const blocks: { from: number; sum: number; count: number }[] = []
  wanted.forEach((y, index) => {
    blocks.push({ from: index, sum: y - offsets[index]!, count: 1 })
    for (let last = blocks[blocks.length - 1]!; blocks.length > 1; last = blocks[blocks.length - 1]!) {
      const before = blocks[blocks.length - 2]!
      if (before.sum / before.count <= last.sum / last.count) break
      blocks.splice(-2, 2, { from: before.from, sum: before.sum + last.sum, count: before.count + last.count })
    }
  })
  for (const block of blocks)
    for (let index = block.from; index < block.from + block.count; index += 1)
      column[index]!.y = block.sum / block.count + offsets[index]!
}
