import { describe, expect, it } from 'vitest'
import type { Chance, Pathway, Step } from './pathway.ts'
import { compilePathway } from './program.ts'
import { constant, exponential, list, staysOf } from './queue.test-data.ts'
import { Run } from './run.ts'
import { type FlowStatistics, statisticsOf } from './statistics.ts'

const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length
const z = (x: readonly number[], truth: number) =>
  (mean(x) - truth) / Math.sqrt(mean(x.map((v) => (v - mean(x)) ** 2)) / (x.length - 1))

/** Statistics of independent replications after a warm-up. */
function replicate(pathway: Pathway, read: (s: FlowStatistics) => number, until = 3000): number[] {
  const run = new Run(compilePathway(pathway), { seed: 5 })
  return Array.from({ length: 60 }, (_, replication) => {
    run.begin(replication)
    run.advance({ until: 200 })
    run.resetStatistics()
    run.advance({ until })
    return read(statisticsOf(run))
  })
}

const desk = (baulking: Chance, rate = 1.2): Pathway => ({
  name: 'desk',
  classes: [{ name: 'any' }],
  sources: [{ name: 'door', class: 'any', arrivals: { kind: 'intervals', between: exponential(1 / rate) } }],
  resources: [{ name: 'clerk', capacity: 1 }],
  steps: [{ kind: 'activity', name: 'ask', needs: { clerk: 1 }, duration: exponential(1), baulking }],
})

/** Of a birth and death process with arrivals thinned by the chance at each length: mean number and share that baulk. */
function birthAndDeath(rate: number, chance: (waiting: number) => number) {
  let p = 1
  let [total, number, lost] = [1, 0, 0]
  for (let n = 1; n < 400; n++) {
    p *= rate * (n === 1 ? 1 : 1 - chance(n - 2))
    total += p
    number += n * p
    lost += p * chance(n - 1)
  }
  return { mean: number / total, lost: lost / total }
}

describe('baulking', () => {
  const table = [
    { from: 1, probability: 0.25 },
    { from: 3, probability: 0.75 },
    { from: 6, probability: 1 },
  ]
  it.each<[string, Chance, (waiting: number) => number]>([
    ['a table of lengths', { byLength: table }, (n) => (n >= 6 ? 1 : n >= 3 ? 0.75 : n >= 1 ? 0.25 : 0)],
    [
      'logistic in the length',
      { logit: { constant: -2, waiting: { ask: 0.5 } } },
      (n) => 1 / (1 + Math.exp(2 - 0.5 * n)),
    ],
    ['one number', 0.3, () => 0.3],
  ])('by %s leaves the birth and death process that it should', (_name, chance, probability) => {
    const truth = birthAndDeath(1.2, probability)
    const pathway = desk(chance)
    expect(
      Math.abs(
        z(
          replicate(pathway, (s) => s.meanPresent),
          truth.mean,
        ),
      ),
    ).toBeLessThan(4)
    const share = replicate(pathway, (s) => {
      const { baulked, count } = s.lines.ask!.all
      return baulked / (baulked + count)
    })
    expect(Math.abs(z(share, truth.lost))).toBeLessThan(4)
    expect(Math.abs(mean(share) / truth.lost - 1)).toBeLessThan(0.06)
  })

  it('is recorded, and leads where it says; nobody baulks who is served at once', () => {
    const pathway: Pathway = {
      ...desk({ byLength: [{ from: 0, probability: 1 }] }),
      sources: [{ name: 'door', class: 'any', arrivals: { kind: 'times', times: [0, 1, 20] } }],
      steps: [
        {
          kind: 'activity',
          name: 'ask',
          needs: { clerk: 1 },
          duration: constant(10),
          baulking: 1,
          onBaulking: 'rest',
          next: 'leave',
        },
        { kind: 'delay', name: 'rest', duration: constant(3) },
      ],
    }
    const run = new Run(compilePathway(pathway), { records: true })
    run.advance({})
    expect(staysOf(run).map((s) => [s.number, s.step, s.ended, s.outcome])).toEqual([
      [1, 0, 1, 'baulked'],
      [1, 1, 4, 'served'],
      [0, 0, 10, 'served'],
      [2, 0, 30, 'served'],
    ])
  })
})

describe('chances on the way', () => {
  const walk = (steps: readonly Step[], set: number): Pathway => ({
    name: 'walk',
    classes: [{ name: 'old' }, { name: 'young' }],
    attributes: ['age'],
    sources: ['old', 'young'].map((name) => ({
      name,
      class: name,
      limit: 20_000,
      arrivals: { kind: 'intervals', between: constant(1) },
    })),
    resources: [],
    steps: [
      { kind: 'set', name: 'age', attribute: 'age', value: constant(set) },
      ...steps,
      { kind: 'delay', name: 'here', duration: constant(0) },
    ],
  })
  const share = (chance: Chance, kind: number) => {
    const pathway = walk([{ kind: 'chance', name: 'home?', chance, to: 'leave' }], 40)
    const run = new Run(compilePathway(pathway), { records: true })
    run.advance({})
    return 1 - staysOf(run).filter((s) => s.class === kind).length / 20_000
  }

  it.each<[Chance, number, number]>([
    [0.3, 0.3, 0.3],
    [{ byClass: { old: 0.1, young: 0.8 } }, 0.1, 0.8],
    [
      { logit: { constant: -3, attributes: { age: 0.05 }, classes: { young: 2 } } },
      1 / (1 + Math.E),
      1 / (1 + Math.exp(-1)),
    ],
  ])('%j', (chance, old, young) => {
    expect(Math.abs(share(chance, 0) - old)).toBeLessThan(4 * Math.sqrt((old * (1 - old)) / 20_000))
    expect(Math.abs(share(chance, 1) - young)).toBeLessThan(4 * Math.sqrt((young * (1 - young)) / 20_000))
  })

  it('leaving unseen by the number waiting follows the published curve at both its ends', () => {
    // Hoot et al. 2008: 0.6 % leave when nobody waits, 4.8 % when fifteen do.
    const at = (n: number) => 1 / (1 + Math.exp(5.11 - 0.1415 * n))
    expect([at(0), at(15)].map((p) => Math.round(1000 * p))).toEqual([6, 48])
    const pathway: Pathway = {
      ...desk({ logit: { constant: -5.11, waiting: { ask: 0.1415 } } }),
      sources: [{ name: 'door', class: 'any', arrivals: { kind: 'times', times: Array(17).fill(0) } }],
      steps: [
        {
          kind: 'chance',
          name: 'leaves',
          chance: { logit: { constant: -5.11, waiting: { ask: 0.1415 } } },
          to: 'leave',
        },
        { kind: 'activity', name: 'ask', needs: { clerk: 1 }, duration: constant(10) },
      ],
    }
    const run = new Run(compilePathway(pathway))
    const left: number[] = []
    for (let replication = 0; replication < 20_000; replication++) {
      run.begin(replication)
      run.advance({ until: 0 })
      left.push(17 - run.present)
    }
    // Nobody waits before the second; whoever left is not waiting: the expectation by recursion over who stayed.
    let law = new Map([[0, 1]])
    for (let i = 0; i < 17; i++) {
      const next = new Map<number, number>()
      for (const [stayed, p] of law) {
        const go = at(Math.max(0, stayed - 1))
        next.set(stayed, (next.get(stayed) ?? 0) + p * go)
        next.set(stayed + 1, (next.get(stayed + 1) ?? 0) + p * (1 - go))
      }
      law = next
    }
    const expected = 17 - [...law].reduce((sum, [stayed, p]) => sum + stayed * p, 0)
    expect(Math.abs(z(left, expected))).toBeLessThan(4)
  })

  it.each<[Chance, RegExp]>([
    [1.2, /probability of 1.2/],
    [{ byClass: { old: 0.2 } }, /probability of undefined/],
    [{ byLength: [{ from: 1, probability: 0.5 }] }, /length of no line/],
    [{ logit: { constant: Number.NaN } }, /coefficient NaN/],
    [{ logit: { constant: 0, attributes: { height: 1 } } }, /"height"/],
    [{ logit: { constant: 0, waiting: { here: 1 } } }, /step with a line "here"/],
  ])('are refused: %j', (chance, message) => {
    expect(() => compilePathway(walk([{ kind: 'chance', name: 'x', chance, to: 'leave' }], 1))).toThrow(message)
  })
})

describe('durations by covariates', () => {
  it('are scaled log-linearly, also when they are under way already', () => {
    const pathway: Pathway = {
      name: 'ward',
      classes: [{ name: 'any' }],
      attributes: ['age', 'acuity'],
      sources: [{ name: 'door', class: 'any', arrivals: { kind: 'times', times: [0, 0] } }],
      resources: [],
      steps: [
        { kind: 'set', name: 'age', attribute: 'age', value: list(20, 60) },
        { kind: 'set', name: 'acuity', attribute: 'acuity', value: constant(2) },
        { kind: 'delay', name: 'stay', duration: { ...constant(10), scaledBy: { age: 0.01, acuity: -0.1 } } },
      ],
    }
    const run = new Run(compilePathway(pathway), { records: true })
    run.admit({ class: 'any', step: 'stay', arrived: -4, since: -4, attributes: { age: 100 } })
    run.advance({})
    const expected = [10, 10 * Math.exp(0.4), 10 * Math.exp(1) - 4]
    for (const [i, stay] of staysOf(run).entries()) expect(stay.ended).toBeCloseTo(expected[i]!, 9)
    expect(staysOf(run).length).toBe(3)
  })

  it('are refused where there is no patient, and without the attribute', () => {
    const between = { ...exponential(1), scaledBy: { age: 1 } }
    const base = desk(0)
    const source = { name: 'door', class: 'any', arrivals: { kind: 'intervals', between } } as const
    expect(() => compilePathway({ ...base, sources: [source] })).toThrow(/there is no patient/)
    const steps: Step[] = [{ kind: 'delay', name: 'x', duration: between }]
    expect(() => compilePathway({ ...base, steps })).toThrow(/attribute "age"/)
  })
})
