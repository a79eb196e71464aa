import { describe, expect, test } from 'vitest'
import type { Duration, Pathway } from '../pathway.ts'
import { compilePathway } from '../program.ts'
import { type Presence, Run } from '../run.ts'
import type { Quantity } from './measure.ts'
import { runForecast } from './run-forecast.ts'

const constant = (value: number): Duration => ({ kind: 'constant', value })

// Nelson's hourly rates from 17:00; five nurses, care 12 minutes on average, nine people there: five in care.
const evening: Pathway = {
  name: 'evening',
  classes: [{ name: 'any' }],
  sources: [
    {
      name: 'door',
      class: 'any',
      arrivals: { kind: 'rates', every: 60, rates: [28.86667, 18.03333, 11.5, 5.3].map((rate) => rate / 60) },
    },
  ],
  resources: [{ name: 'nurse', capacity: 5 }],
  steps: [{ kind: 'activity', name: 'care', needs: { nurse: 1 }, duration: { kind: 'exponential', mean: 12 } }],
}
const nine = Array.from(
  { length: 9 },
  (_, i): Presence => ({ class: 'any', step: 'care', arrived: -5, since: -5, waiting: i > 4 }),
)

test('nine known people: means and quantiles of the exact law', () => {
  // Kolmogorov's equations, see the table of exact live starts in the validation.
  const exact = {
    mean: [13.46493, 8.87117, 3.6272],
    sd: [6.52962, 6.66927, 3.75878],
    q: [
      [4, 13, 25],
      [1, 7, 22],
      [0, 3, 11],
    ],
  }
  const n = 2000
  const { quantities, times } = runForecast(compilePathway(evening), nine, { replications: n, horizon: 180, every: 60 })
  expect([...times]).toEqual([60, 120, 180])
  const { mean, q05, q50, q95 } = quantities.present!
  for (let t = 0; t < 3; t++) {
    expect(Math.abs(mean[t]! - exact.mean[t]!) / (exact.sd[t]! / Math.sqrt(n))).toBeLessThan(4)
    for (const [i, value] of [q05, q50, q95].entries())
      expect(Math.abs(value[t]! - exact.q[t]![i]!)).toBeLessThanOrEqual(1)
  }
  expect(quantities['waiting: care']!.mean[0]! + quantities['busy: nurse']!.mean[0]!).toBeCloseTo(mean[0]!, 9)
})

test('people told one by one, in any order, and a captured run forecast the same', () => {
  const program = compilePathway(evening)
  const run = new Run(program)
  for (const presence of nine) run.admit(presence)
  const options = { replications: 50, horizon: 100, every: 30 }
  const told = runForecast(program, nine, options)
  expect(runForecast(program, [...nine].reverse(), options)).toEqual(told)
  expect(runForecast(program, run.capture(), options)).toEqual(told)
  expect([...told.times]).toEqual([30, 60, 90, 100])
  expect(runForecast(program, nine, { ...options, seed: 1 })).not.toEqual(told)
})

test('a forecast begins on the clock of the pathway', () => {
  const later: Pathway = {
    ...evening,
    startsAt: 90,
    sources: [{ name: 'door', class: 'any', arrivals: { kind: 'times', times: [10, 95, 110] } }],
    steps: [{ kind: 'delay', name: 'care', duration: constant(1000) }],
  }
  const { mean } = runForecast(compilePathway(later), [], { replications: 1, horizon: 30, every: 10 }).quantities
    .present!
  expect([...mean]).toEqual([1, 2, 2])
})

describe('quantities without chance, by hand', () => {
  // One nurse, care lasts 10. Present at 0: one in care for 4, two waiting; one more comes at 12.
  const pathway: Pathway = {
    name: 'one nurse',
    classes: [{ name: 'adult' }, { name: 'child' }],
    sources: [{ name: 'door', class: 'child', arrivals: { kind: 'times', times: [12] } }],
    resources: [{ name: 'nurse', capacity: 1, schedule: [{ at: 18, capacity: 2 }] }],
    steps: [
      { kind: 'activity', name: 'care', needs: { nurse: 1 }, duration: constant(10), patience: constant(15) },
      { kind: 'delay', name: 'home', duration: constant(8) },
    ],
  }
  const people: Presence[] = [
    { class: 'adult', step: 'care', arrived: -9, since: -4 },
    { class: 'adult', step: 'care', arrived: -3, since: -3, waiting: true },
    { class: 'child', step: 'care', arrived: -2, since: -2, waiting: true },
  ]
  // In care −4–6, 6–16, and the child of −2 loses patience at 13; the child of 12 is in care 16–26. At home 6–14, 16–24.
  const moments = [5, 10, 15, 20]

  test.each<[string, Quantity, readonly number[]]>([
    ['present', { kind: 'present' }, [3, 3, 2, 2]],
    ['children', { kind: 'present', classes: ['child'] }, [1, 1, 1, 1]],
    ['there for more than 10', { kind: 'present', longerThan: 10 }, [1, 3, 1, 1]],
    ['waiting', { kind: 'waiting', steps: ['care'] }, [2, 1, 1, 0]],
    ['in care', { kind: 'in', steps: ['care'] }, [1, 1, 1, 1]],
    ['at care', { kind: 'at', steps: ['care'] }, [3, 2, 2, 1]],
    ['in care or at home', { kind: 'in', steps: ['care', 'home'] }, [1, 2, 1, 2]],
    ['busy', { kind: 'busy', resource: 'nurse' }, [1, 1, 1, 1]],
    ['on duty', { kind: 'capacity', resource: 'nurse' }, [1, 1, 1, 2]],
    ['occupancy', { kind: 'occupancy', resource: 'nurse' }, [100, 100, 100, 50]],
    ['waits that ended', { kind: 'mean-wait', steps: ['care'] }, [Number.NaN, 9, Number.NaN, 4]],
    ['gone', { kind: 'departures' }, [0, 0, 2, 0]],
    ['gone unseen', { kind: 'left-waiting', steps: ['care'] }, [0, 0, 1, 0]],
  ])('%s', (_what, quantity, expected) => {
    const { quantities, times } = runForecast(compilePathway(pathway), people, {
      replications: 2,
      horizon: 20,
      every: 5,
      quantities: { it: quantity },
    })
    expect([...times]).toEqual(moments)
    for (const side of ['mean', 'q05', 'q50', 'q95'] as const) expect([...quantities.it![side]]).toEqual(expected)
  })
})

test.each([
  [{ replications: 0, horizon: 1 }, /replications is 0/],
  [{ replications: 1, horizon: 0 }, /horizon is 0/],
  [{ replications: 1, horizon: 10, every: 11 }, /every is 11/],
  [{ replications: 1e7, horizon: 10, every: 1e-3 }, /numbers \(expected at most/],
  [
    { replications: 1, horizon: 10, quantities: { q: { kind: 'busy', resource: 'doctor' } } },
    /"q" names the resource "doctor"/,
  ],
  [{ replications: 1, horizon: 180, events: 20 }, /replication 1 had used up its budget of events/],
  [{ replications: 1, horizon: 180, present: 9 }, /budget of people present/],
] as const)('refused: %j', (options, expected) => {
  expect(() => runForecast(compilePathway(evening), nine, options as never)).toThrow(expected)
})
