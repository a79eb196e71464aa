import { standardDeviation } from '@counterpart/numerics'
import { describe, expect, test } from 'vitest'
import type { Duration, Pathway } from '../pathway.ts'
import { compilePathway } from '../program.ts'
import type { Metric } from './measure.ts'
import { runReplications } from './run-replications.ts'

const constant = (value: number): Duration => ({ kind: 'constant', value })

/** One nurse; people come at these times. */
const oneNurse = (times: readonly number[], duration: Duration, patience?: Duration): Pathway => ({
  name: 'one nurse',
  classes: [{ name: 'any' }],
  sources: [{ name: 'door', class: 'any', arrivals: { kind: 'times', times } }],
  resources: [{ name: 'nurse', capacity: 1 }],
  steps: [{ kind: 'activity', name: 'care', needs: { nurse: 1 }, duration, ...(patience ? { patience } : {}) }],
})

const clinic = (doctors: number): Pathway => ({
  name: 'clinic',
  classes: [{ name: 'any' }],
  sources: [
    { name: 'door', class: 'any', arrivals: { kind: 'rates', every: 60, rates: [0.3, 0.5, 0.2], repeat: true } },
  ],
  resources: [{ name: 'doctor', capacity: doctors }],
  steps: [{ kind: 'activity', name: 'care', needs: { doctor: 1 }, duration: { kind: 'exponential', mean: 6 } }],
})

const measured = (pathway: Pathway, metric: Metric, until: number, warmUp = 0) =>
  runReplications(compilePathway(pathway), { replications: 1, until, warmUp, metrics: { it: metric } }).values.it![0]

describe('one replication without chance, by hand', () => {
  // Care lasts 10: people at 0, 2, 4 and 30 begin at 0, 10, 20 and 30.
  const pathway = oneNurse([0, 2, 4, 30], constant(10))

  test.each<[string, Metric, number]>([
    ['arrivals', { kind: 'arrivals' }, 4],
    ['departures', { kind: 'departures' }, 3],
    ['the mean wait of those begun', { kind: 'mean-wait', step: 'care' }, (0 + 8 + 16 + 0) / 4],
    ['the mean stay of those gone', { kind: 'mean-stay', classes: ['any'] }, (10 + 18 + 26) / 3],
    ['the part within a time', { kind: 'share-within', time: 20 }, 2 / 3],
    ['the mean number waiting', { kind: 'mean-waiting', steps: ['care'] }, 24 / 35],
    ['the mean number present', { kind: 'mean-present' }, (10 + 18 + 26 + 5) / 35],
    ['use', { kind: 'utilisation', resource: 'nurse' }, 1],
    ['use, the last at its whole length', { kind: 'utilisation', resource: 'nurse', counting: 'whole' }, 40 / 35],
  ])('%s', (_what, metric, expected) => {
    expect(measured(pathway, metric, 35)).toBeCloseTo(expected, 12)
  })

  test('people who lose patience', () => {
    const metric: Metric = { kind: 'left-waiting', steps: ['care'] }
    expect(measured(oneNurse([0, 1, 2, 3], constant(10), constant(5)), metric, 35)).toBe(3)
  })

  test('a warm-up is not counted, but who is there stays there', () => {
    expect(measured(pathway, { kind: 'arrivals' }, 35, 3)).toBe(2)
    expect(measured(pathway, { kind: 'departures' }, 35, 15)).toBe(2)
    expect(measured(pathway, { kind: 'mean-present' }, 35, 15)).toBeCloseTo((5 + 15 + 5) / 20, 12)
    expect(measured(pathway, { kind: 'share-within', time: 20 }, 35, 15)).toBe(1 / 2)
  })

  test('what nobody did has no mean', () => {
    const { metrics } = runReplications(compilePathway(oneNurse([50], constant(1))), {
      replications: 3,
      until: 40,
      metrics: { wait: { kind: 'mean-wait', step: 'care' } },
    })
    expect(metrics.wait).toEqual({ mean: Number.NaN, sd: Number.NaN, halfWidth95: Number.NaN, n: 0 })
  })
})

test('a replication is the same whatever runs beside it', () => {
  const program = compilePathway(clinic(2))
  const all = runReplications(program, { replications: 6, until: 600, seed: 3 })
  const part = runReplications(program, { replications: 2, first: 3, until: 600, seed: 3 })
  for (const [name, values] of Object.entries(part.values)) expect(values).toEqual(all.values[name]!.slice(3, 5))
  expect(runReplications(program, { replications: 6, until: 600, seed: 4 }).values).not.toEqual(all.values)
})

test('scenarios share their random numbers, so that differences vary less than their parts', () => {
  const metrics = { stay: { kind: 'mean-stay' } } as const
  const options = { replications: 100, until: 600, metrics }
  const few = runReplications(compilePathway(clinic(3)), options).values.stay!
  const more = runReplications(compilePathway(clinic(4)), options).values.stay!
  const others = runReplications(compilePathway(clinic(4)), { ...options, seed: 9 }).values.stay!
  const paired = standardDeviation(few.map((value, i) => value - more[i]!))
  expect(paired).toBeLessThan(0.9 * standardDeviation(few.map((value, i) => value - others[i]!)))
})

test('intervals hold the true mean in 93 to 97 of 100 experiments', () => {
  // Ten stays uniform on 0 … 2, of mean 1.
  const program = compilePathway(oneNurse([0], { kind: 'uniform', lower: 0, upper: 2 }))
  const metrics = { stay: { kind: 'mean-stay' } } as const
  let covered = 0
  for (let experiment = 0; experiment < 1000; experiment++) {
    const { halfWidth95, mean } = runReplications(program, {
      replications: 10,
      first: 10 * experiment,
      until: 3,
      metrics,
    }).metrics.stay!
    if (Math.abs(mean - 1) <= halfWidth95) covered++
  }
  expect(covered).toBeGreaterThan(930)
  expect(covered).toBeLessThan(970)
})

test('a target ends a study as soon as it is reached', () => {
  const program = compilePathway(clinic(3))
  const study = (relativeHalfWidth: number) =>
    runReplications(program, {
      replications: 300,
      until: 600,
      metrics: { stay: { kind: 'mean-stay' } },
      target: { metric: 'stay', relativeHalfWidth },
    })
  const reached = study(0.05)
  expect(reached.missedTarget).toBe(false)
  expect(reached.replications).toBeGreaterThanOrEqual(10)
  expect(reached.replications).toBeLessThan(300)
  expect(reached.metrics.stay!.n).toBe(reached.replications)
  expect(reached.metrics.stay!.halfWidth95).toBeLessThanOrEqual(0.05 * reached.metrics.stay!.mean)
  expect(study(1e-6)).toMatchObject({ missedTarget: true, replications: 300 })
})

test('a pathway that explodes is stopped with a name', () => {
  const program = compilePathway(clinic(1))
  expect(() => runReplications(program, { replications: 1, until: 1e9, present: 500 })).toThrow(
    /replication 0 had used up its budget of people present at time \d+/,
  )
  expect(() => runReplications(program, { replications: 1, until: 1e9, events: 1000 })).toThrow(/budget of events/)
})

test.each([
  [{ replications: 0, until: 10 }, /replications is 0/],
  [{ replications: 1e7, until: 10 }, /metrics of 10000000 replications are \d+ numbers/],
  [{ replications: 1, until: Number.NaN }, /until is NaN/],
  [{ replications: 1, until: 10, warmUp: 10 }, /warmUp is 10/],
  [
    { replications: 1, until: 10, metrics: { w: { kind: 'mean-wait', step: 'cure' } } },
    /names the line of step "cure".*one of care/,
  ],
  [{ replications: 1, until: 10, target: { metric: 'no', relativeHalfWidth: 0.1 } }, /target.metric is no/],
] as const)('refused: %j', (options, expected) => {
  expect(() => runReplications(compilePathway(clinic(1)), options as never)).toThrow(expected)
})
