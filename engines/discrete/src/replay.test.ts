import { describe, expect, it } from 'vitest'
import type { Pathway, Resource, Step } from './pathway.ts'
import { compilePathway } from './program.ts'
import { constant, list } from './queue.test-data.ts'
import { Run } from './run.ts'
import { statisticsOf } from './statistics.ts'

type Activity = Extract<Step, { kind: 'activity' }>

/** One source per list of arrival times, each its own class with the priority of its place in the list. */
function replay(
  arrivals: readonly (readonly number[])[],
  service: Activity['duration'],
  resource: Omit<Resource, 'name'>,
  more: Partial<Activity> = {},
) {
  const pathway: Pathway = {
    name: 'replay',
    classes: arrivals.map((_, i) => ({ name: `${i}`, priority: i })),
    sources: arrivals.map((times, i) => ({ name: `${i}`, class: `${i}`, arrivals: { kind: 'times', times } })),
    resources: [{ name: 'server', ...resource }],
    steps: [{ kind: 'activity', name: 'service', needs: { server: 1 }, duration: service, ...more }],
  }
  const run = new Run(compilePathway(pathway), { records: true })
  run.advance({ until: 200 })
  return { run, stays: Array.from({ length: run.records!.length }, (_, i) => run.records!.at(i)) }
}

const upTo = (n: number, from: number, by = 1) => Array.from({ length: n }, (_, i) => from + i * by)

// Published results of Ciw's and simmer's tests (Ciw tests/test_scheduling.py, test_node.py; simmer
// test-simulation-1, test-simulation-2, preemption), all in whole or half units: equality is exact.
describe('deterministic replays', () => {
  it.each([
    ['restart', 19],
    ['resume', 15],
    ['resample', 29],
  ] as const)('an activity interrupted by the end of a shift goes on: %s', (interrupted, end) => {
    const { stays } = replay(
      [[1]],
      list(10, 20),
      { capacity: 1, schedule: [5, 9, 100].map((at, i) => ({ at, capacity: [0, 1, 1][i]! })), atChange: 'interrupt' },
      { interrupted },
    )
    expect(stays.map((s) => [s.begun, s.ended, s.outcome])).toEqual([
      [1, 5, 'interrupted'],
      [9, end, 'served'],
    ])
    expect(stays[1]!.begun - 1).toBe(8)
  })

  it('several interrupted at once go on in the order in which they joined', () => {
    const schedule = [
      { at: 12.5, capacity: 0 },
      { at: 17, capacity: 1 },
    ]
    const { stays } = replay([upTo(4, 3, 3)], constant(10), { capacity: 4, schedule, atChange: 'interrupt' })
    const last = stays.filter((s) => s.outcome === 'served').slice(0, 2)
    expect(last.map((s) => s.ended - s.begun)).toEqual([0.5, 3.5])
  })

  it('outgoing staff finish in overtime while the next shift is all fresh', () => {
    const schedule = [
      { at: 7, capacity: 2 },
      { at: 11, capacity: 1 },
      { at: 20, capacity: 1 },
    ]
    const { run, stays } = replay([[1, 1, 1, 9, 9, 12]], list(5, 7, 9, 4, 5, 5), {
      capacity: 3,
      schedule,
      atChange: 'overtime',
    })
    const shiftEnd = (begun: number) => [7, 11, 20].find((end) => end > begun)!
    const overtime = stays.slice(0, 5).map((s) => Math.max(0, s.ended - shiftEnd(s.begun)))
    expect(overtime).toEqual([0, 1, 3, 2, 3])
    expect(statisticsOf(run).resources.server!.overtime).toBe(9)
  })

  it('those whose patience ends leave the line', () => {
    const { stays } = replay([upTo(4, 7, 7)], constant(11), { capacity: 1 }, { patience: constant(3) })
    const left = stays.filter((s) => s.outcome === 'left-waiting')
    expect(left.map((s) => [s.number + 1, s.ended, s.ended - s.queued])).toEqual([
      [2, 17, 3],
      [4, 31, 3],
    ])
  })

  it('higher priority is served next without interrupting', () => {
    const { stays } = replay([[7.5], [1.5, 5]], { byClass: { 0: constant(4), 1: constant(5) } }, { capacity: 1 })
    expect(stays.map((s) => s.begun - s.queued)).toEqual([0, 1.5, 4])
  })

  it('without a line those who find no server are turned away', () => {
    const { run, stays } = replay([upTo(100, 1)], constant(1.5), { capacity: 1 }, { lineLimit: 0 })
    const served = stays.filter((s) => s.outcome === 'served')
    expect([served.length, stays.length - served.length, served.at(-1)!.ended]).toEqual([50, 50, 100.5])
    expect(run.present).toBe(0)
  })

  it('at one instant release comes before seize', () => {
    const { stays } = replay([upTo(10, 0)], constant(1), { capacity: 1 }, { lineLimit: 0 })
    expect(stays.map((s) => s.outcome)).toEqual(Array(10).fill('served'))
  })

  it('a full line displaces its last for higher priority, never one who was interrupted before them', () => {
    const { stays } = replay(
      [
        [2, 3],
        [0, 0],
      ],
      constant(10),
      { capacity: 1, preemption: true },
      { lineLimit: 2, whenFull: 'displace' },
    )
    const ends = stays.filter((s) => s.outcome !== 'interrupted').map((s) => [s.class, s.number, s.ended, s.outcome])
    expect(ends).toEqual([
      [1, 1, 3, 'turned-away'],
      [0, 0, 12, 'served'],
      [0, 1, 22, 'served'],
      [1, 0, 30, 'served'],
    ])
  })

  it('two who change places at one instant both find room, whoever ends first', () => {
    const swap = (first: string, then: string): Step[] => [
      { kind: 'activity', name: `${first}1`, needs: { [first]: 1 }, duration: constant(5) },
      { kind: 'activity', name: `${first}2`, needs: { [then]: 1 }, duration: constant(5), lineLimit: 0, next: 'leave' },
    ]
    const pathway: Pathway = {
      name: 'swap',
      classes: [{ name: 'any' }],
      sources: ['a1', 'b1'].map((to) => ({ name: to, to, class: 'any', arrivals: { kind: 'times', times: [0] } })),
      resources: ['a', 'b'].map((name) => ({ name, capacity: 1 })),
      steps: [...swap('a', 'b'), ...swap('b', 'a')],
    }
    const run = new Run(compilePathway(pathway), { records: true })
    expect(run.advance({})).toBe('idle')
    expect(run.now).toBe(10)
    expect(statisticsOf(run).stays.any!.mean).toBe(10)
  })

  it('waiting people whose condition worsens pass those who came before, and reprioritise does the same by hand', () => {
    const pathway = (worsens: boolean): Pathway => ({
      name: 're-triage',
      classes: [
        { name: 'urgent', priority: 0 },
        { name: 'routine', priority: 1 },
        { name: 'frail', priority: 1 },
      ],
      sources: [
        { name: 'routine', class: 'routine', arrivals: { kind: 'times', times: [0, 1] } },
        { name: 'frail', class: 'frail', arrivals: { kind: 'times', times: [2] } },
      ],
      resources: [{ name: 'doctor', capacity: 1 }],
      steps: [
        {
          kind: 'activity',
          name: 'see',
          needs: { doctor: 1 },
          duration: constant(10),
          ...(worsens && {
            worsens: {
              after: { byClass: { urgent: constant(99), routine: constant(99), frail: constant(4) } },
              to: 'urgent',
            },
          }),
        },
      ],
    })
    const order = (run: Run) => Array.from({ length: 3 }, (_, i) => run.records!.at(i).source)
    const plain = new Run(compilePathway(pathway(false)), { records: true })
    plain.advance({})
    expect(order(plain)).toEqual([0, 0, 1])
    const worse = new Run(compilePathway(pathway(true)), { records: true })
    worse.advance({})
    expect(order(worse)).toEqual([0, 1, 0])
    const byHand = new Run(compilePathway(pathway(false)), { records: true })
    byHand.advance({ until: 6 })
    byHand.reprioritise(2, 0)
    byHand.advance({})
    expect(order(byHand)).toEqual([0, 1, 0])
  })

  it('somebody who worsens while waiting interrupts the one in service, and then neither leaves nor is lost', () => {
    const pathway: Pathway = {
      name: 'worsening',
      classes: [
        { name: 'urgent', priority: 0 },
        { name: 'routine', priority: 1 },
      ],
      sources: [{ name: 'door', class: 'routine', arrivals: { kind: 'times', times: [0, 1] } }],
      resources: [{ name: 'doctor', capacity: 1, preemption: true }],
      steps: [
        {
          kind: 'activity',
          name: 'see',
          needs: { doctor: 1 },
          duration: constant(10),
          patience: constant(8),
          worsens: { after: constant(4), to: 'urgent' },
        },
      ],
    }
    const run = new Run(compilePathway(pathway), { records: true })
    expect(run.advance({})).toBe('idle')
    const stays = Array.from({ length: run.records!.length }, (_, i) => run.records!.at(i))
    expect(stays.map((s) => [s.number, s.begun, s.ended, s.outcome])).toEqual([
      [0, 0, 5, 'interrupted'],
      [1, 5, 15, 'served'],
      [0, 15, 20, 'served'],
    ])
    expect(run.present).toBe(0)
  })

  it('outgoing staff in overtime are not interrupted for those who come to the next shift', () => {
    const { stays } = replay([[6], [0, 5.5]], constant(10), {
      capacity: 1,
      schedule: [{ at: 5, capacity: 1 }],
      atChange: 'overtime',
      preemption: true,
    })
    expect(stays.map((s) => [s.class, s.number, s.begun, s.ended, s.outcome])).toEqual([
      [1, 1, 5.5, 6, 'interrupted'],
      [1, 0, 0, 10, 'served'],
      [0, 0, 6, 16, 'served'],
      [1, 1, 16, 25.5, 'served'],
    ])
  })
})
