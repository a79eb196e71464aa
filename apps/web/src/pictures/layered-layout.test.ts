import { describe, expect, it } from 'vitest'
import { type LayeredInput, layeredLayout } from './layered-layout.ts'

const graph = (...edges: string[]): LayeredInput => {
  const pairs = edges.map((edge) => edge.split('>') as [string, string])
  const ids = [...new Set(pairs.flat())]
  return {
    nodes: ids.map((id) => ({ id, width: 100, height: 40 })),
    edges: pairs.map(([from, to]) => ({ from, to })),
  }
}
const layersIn = (input: LayeredInput) =>
  Object.fromEntries([...layeredLayout(input).nodes].map(([id, { layer }]) => [id, layer]))

describe('a layered layout', () => {
  it('puts each node one layer after the last of those before it', () => {
    expect(layersIn(graph('a>b', 'b>c', 'a>c', 'c>d', 'a>d'))).toEqual({ a: 0, b: 1, c: 2, d: 3 })
  })

  it('turns an edge round that closes a cycle, and says so', () => {
    const laid = layeredLayout(graph('in>see', 'see>test', 'test>see', 'see>out'))
    expect(laid.edges.map((edge) => edge.back)).toEqual([false, false, true, false])
    const [first] = laid.edges[2]!.points
    expect(first![0]).toBeGreaterThan(laid.nodes.get('see')!.x)
  })

  it('lets no two nodes touch, with long edges and many branches', () => {
    const input = graph(
      ...['a>b', 'a>c', 'a>d', 'b>e', 'c>e', 'd>e', 'b>f', 'c>g', 'd>h', 'e>i', 'f>i', 'g>i', 'h>i', 'a>i', 'i>b'],
    )
    const { nodes, width, height } = layeredLayout(input)
    const placed = [...nodes.values()]
    for (const [index, a] of placed.entries())
      for (const b of placed.slice(index + 1))
        expect(Math.abs(a.x - b.x) >= 100 || Math.abs(a.y - b.y) >= 40).toBe(true)
    for (const each of placed) {
      expect(each.x).toBeGreaterThanOrEqual(50)
      expect(each.x).toBeLessThanOrEqual(width - 50)
      expect(each.y).toBeGreaterThanOrEqual(20)
      expect(each.y).toBeLessThanOrEqual(height - 20)
    }
  })

  it('uncrosses what can be uncrossed', () => {
    const { nodes } = layeredLayout(graph('s>a', 's>b', 's>c', 'a>z', 'b>y', 'c>x', 'x>e', 'y>e', 'z>e'))
    const order = (ids: string[]) => [...ids].sort((p, q) => nodes.get(p)!.y - nodes.get(q)!.y)
    const partner: Record<string, string> = { a: 'z', b: 'y', c: 'x' }
    expect(order(['x', 'y', 'z'])).toEqual(order(['a', 'b', 'c']).map((id) => partner[id]))
  })

  it('runs an edge over several layers in a lane of its own, past the nodes between', () => {
    const laid = layeredLayout(graph('a>b', 'b>c', 'a>c'))
    const long = laid.edges[2]!.points
    expect(long).toHaveLength(4)
    expect(Math.abs(long[1]![1] - laid.nodes.get('b')!.y)).toBeGreaterThan(20)
  })

  it('leaves out edges to nowhere and loops, and takes an empty graph', () => {
    const laid = layeredLayout({
      nodes: [{ id: 'a', width: 100, height: 40 }],
      edges: [
        { from: 'a', to: 'a' },
        { from: 'a', to: 'gone' },
      ],
    })
    expect(laid.edges.every((edge) => edge.points.length === 0)).toBe(true)
    expect(layeredLayout({ nodes: [], edges: [] })).toMatchObject({ width: 0, height: 0 })
  })

  it('is the same for the same graph, and done with 80 nodes in a moment', () => {
    const edges = Array.from({ length: 120 }, (_, index) => [(index * 7) % 79, (index * 13 + 1) % 80] as const)
    const input = graph(...edges.flatMap(([from, to]) => (from === to ? [] : [`n${from}>n${to}`])))
    const started = performance.now()
    const once = layeredLayout(input)
    expect(performance.now() - started).toBeLessThan(2000)
    expect([...layeredLayout(input).nodes]).toEqual([...once.nodes])
  })
})
