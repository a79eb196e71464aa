import { expect, test } from 'vitest'
import type { Pathway } from '../pathway.ts'
import { offeredLoad } from './offered-load.ts'

test('the load is arrivals times service, also where a real run would be choked', () => {
  const pathway: Pathway = {
    name: 'choked',
    classes: [{ name: 'any' }],
    sources: [{ name: 'door', class: 'any', arrivals: { kind: 'rates', every: 60, rates: [0.2], repeat: true } }],
    resources: [
      { name: 'nurse', capacity: 1, schedule: [{ at: 500, capacity: 2 }] },
      { name: 'room', capacity: 1 },
    ],
    steps: [
      { kind: 'seize', name: 'room', needs: { room: 1 }, patience: { kind: 'constant', value: 1 } },
      { kind: 'activity', name: 'care', needs: { nurse: 1 }, duration: { kind: 'exponential', mean: 12 } },
      {
        kind: 'branch',
        name: 'again?',
        options: [
          { probability: 0.25, to: 'care' },
          { probability: 0.75, to: 'out' },
        ],
      },
      { kind: 'release', name: 'out', of: 'room' },
    ],
  }
  const [nurse, room] = offeredLoad(pathway, { from: 200, until: 1000, replications: 200 })
  // λ·E[S]/(1 − 0.25) = 0.2·12/0.75 = 3.2, Poisson; 38 moments of 200 runs, correlated over about an hour.
  expect(nurse!.load).toBeCloseTo(3.2, 1)
  expect(room!.load).toBeCloseTo(nurse!.load, 9)
  expect(room!.capacity).toBe(1)
  expect(nurse!.capacity).toBeGreaterThan(1.5)
  expect(nurse!.capacity).toBeLessThan(2)
  expect(nurse!.peakLoad).toBeGreaterThan(nurse!.load)
  expect(nurse!.peakAt).toBeGreaterThan(200)
})
