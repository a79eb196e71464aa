import { expect, test } from 'vitest'
import { describePathway } from './describe-pathway.ts'
import { everything } from './everything.test-data.ts'
import { readPathway } from './read-pathway.ts'

test('sources, steps and ways with what they take', () => {
  const { pathway, time } = readPathway(`pathway: small
time: h
classes: { adult: 0, child: 1 }
arrivals: { door: { class: adult, per-hour: [2, 5.5] } }
resources: { doctor: 1, room: 2 }
steps:
  care: { needs: { doctor: 1, room: 2 }, takes: { exponential: 30 min }, patience: 4 }
  where: { branch: { rest at home: 0.25, leave: rest } }
  rest at home: { takes: { by-class: { adult: 5, child: { uniform: [1, 2] } } } }
`)
  expect(describePathway(pathway, time)).toEqual({
    nodes: [
      { id: 'source: door', label: 'door', kind: 'source', needs: [], duration: '2 to 5.5 an hour' },
      {
        id: 'step: care',
        label: 'care',
        kind: 'activity',
        needs: ['doctor and 2 × room'],
        duration: 'exponential, mean 0.5 h',
      },
      { id: 'step: where', label: 'where', kind: 'branch', needs: [] },
      {
        id: 'step: rest at home',
        label: 'rest at home',
        kind: 'delay',
        needs: [],
        duration: 'adult: 5 h; child: 1 to 2 h',
      },
      { id: 'leave', label: 'leaves', kind: 'leave', needs: [] },
    ],
    edges: [
      { from: 'source: door', to: 'step: care', label: 'adult' },
      { from: 'step: care', to: 'step: where' },
      { from: 'step: care', to: 'leave', label: 'patience ends' },
      { from: 'step: where', to: 'step: rest at home', share: 0.25 },
      { from: 'step: where', to: 'leave', share: 0.75 },
      { from: 'step: rest at home', to: 'leave' },
    ],
  })
})

test('every way leads from something to something that is there, whatever the pathway uses', () => {
  const { pathway, time } = readPathway(everything)
  const { edges, nodes } = describePathway(pathway, time)
  const ids = new Set(nodes.map(({ id }) => id))
  expect(ids.size).toBe(nodes.length)
  for (const { from, to } of edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true])
  for (const { id } of nodes)
    expect(
      edges.some(({ from, to }) => from === id || to === id),
      id,
    ).toBe(true)
  expect(nodes.find(({ id }) => id === 'step: triage')!.needs).toEqual(['nurse', 'doctor and bay'])
})
