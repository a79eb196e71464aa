import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STATUS, W } from './layout.ts'
import type { Duration, Pathway, Resource, Step } from './pathway.ts'
import { compilePathway, type Program } from './program.ts'
import { Run } from './run.ts'
import type { State } from './state.ts'
import { stateFromJson, stateToJson } from './state-json.ts'
import { statisticsOf } from './statistics.ts'

// Pathways of everything at once: what must hold for any of them.

const duration = (most: number): fc.Arbitrary<Duration> =>
  fc.oneof(
    fc.integer({ min: 0, max: most }).map((value): Duration => ({ kind: 'constant', value })),
    fc.integer({ min: 1, max: most }).map((mean): Duration => ({ kind: 'exponential', mean })),
    fc
      .integer({ min: 1, max: most })
      .map((mean): Duration => ({ kind: 'log-normal', mean, standardDeviation: mean / 2 })),
    fc.integer({ min: 1, max: most }).map((upper): Duration => ({ kind: 'uniform', lower: 0, upper })),
    fc.integer({ min: 1, max: most }).map((mean): Duration => ({ kind: 'exponential', mean, scaledBy: { age: 0.1 } })),
  )

const maybe = <K extends string, T>(key: K, value: fc.Arbitrary<T>): fc.Arbitrary<{ [P in K]?: T }> =>
  fc.option(value, { nil: undefined }).map((v) => (v === undefined ? {} : { [key]: v }) as { [P in K]?: T })

const merged = (...parts: fc.Arbitrary<object>[]) => fc.tuple(...parts).map((all) => Object.assign({}, ...all))

const atChange = maybe('atChange', fc.constantFrom('finish', 'overtime', 'interrupt'))
const preemption = maybe('preemption', fc.boolean())

const room: fc.Arbitrary<Resource> = merged(
  fc.record({ name: fc.constant('room'), capacity: fc.integer({ min: 2, max: 3 }) }),
  atChange,
  preemption,
  maybe(
    'schedule',
    fc.constant([
      { at: 40, capacity: 1 },
      { at: 70, capacity: 2 },
    ]),
  ),
  maybe('closures', fc.constant([{ from: 30, to: 45 }])),
  maybe('repeatEvery', fc.constant(100)),
  maybe(
    'breakdowns',
    // So that nobody is interrupted for ever.
    fc.integer({ min: 10, max: 40 }).chain((mean) =>
      fc.record({
        after: fc.constant<Duration>({ kind: 'exponential', mean }),
        repair: duration(10).filter((d) => !d.scaledBy),
        underWay: fc.constantFrom('finish', 'interrupt'),
      }),
    ),
  ),
  maybe('cohorts', fc.constant({ low: 'others', mid: 'others' })),
)

const nurse: fc.Arbitrary<Resource> = merged(
  fc.constant({
    name: 'nurse',
    members: [
      {
        name: 'Ann',
        skills: ['iv'],
        shifts: [{ from: 0, to: 60 }],
        repeatEvery: 90,
        breaks: [{ at: 20, within: 10, lasts: 6 }],
      },
      { name: 'Ben', shifts: [{ from: 30, to: 110 }], repeatEvery: 120 },
      { name: 'Cem', skills: ['iv'], breaks: [{ at: 33, within: 20, lasts: 9 }], repeatEvery: 100 },
    ],
  }),
  atChange,
  preemption,
  maybe('fatigue', fc.constant(0.01)),
  maybe('handover', fc.constant(5)),
)

const taking = merged(
  maybe(
    'baulking',
    fc.constantFrom(
      0.2,
      { byLength: [{ from: 3, probability: 0.6 }] },
      { logit: { constant: -3, waiting: { one: 0.2, two: 0.4 } } },
    ),
  ),
  maybe('patience', duration(30)),
  maybe(
    'worsens',
    duration(30).map((after) => ({ after, to: 'high' })),
  ),
  maybe('lineLimit', fc.integer({ min: 0, max: 5 })),
  maybe('whenFull', fc.constantFrom('turn-away', 'displace')),
)
const interrupted = maybe('interrupted', fc.constantFrom('resume', 'restart', 'resample'))

const steps: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.boolean(),
    duration(9),
    taking,
    interrupted,
    taking,
    duration(9),
    taking,
    interrupted,
    duration(12),
    fc.constantFrom(
      { room: 1 },
      { nurse: 1 },
      { nurse: 2 },
      { room: 1, nurse: 1 },
      { oneOf: [{ room: 1 }, { nurse: 1 }] },
    ),
  )
  .map(
    ([batches, first, a, onA, b, second, c, onC, third, needs]) =>
      [
        { kind: 'set', name: 'age', attribute: 'age', value: { kind: 'uniform', lower: 0, upper: 9 } },
        ...(batches ? [{ kind: 'batch', name: 'gather', size: 3, atMost: third }] : []),
        { kind: 'activity', name: 'one', needs, duration: first, ...a, ...onA },
        ...(batches ? [{ kind: 'batch', name: 'regather', size: 2, atMost: second }] : []),
        { kind: 'seize', name: 'bed', needs: { bed: 1 }, ...b },
        {
          kind: 'activity',
          name: 'two',
          needs: { nurse: 1 },
          skills: { nurse: 'iv' },
          duration: second,
          ...c,
          ...onC,
          onLeaving: 'free',
          onFull: 'free',
          onBaulking: 'free',
        },
        { kind: 'delay', name: 'three', duration: third },
        { kind: 'chance', name: 'again', chance: 0.2, to: 'two' },
        { kind: 'release', name: 'free', of: 'bed' },
        ...(batches
          ? [
              { kind: 'separate', name: 'part' },
              { kind: 'delay', name: 'home', duration: third },
            ]
          : []),
      ] as readonly Step[],
  )

const pathways: fc.Arbitrary<Pathway> = fc
  .record({
    steps,
    room,
    nurse,
    rate: fc.integer({ min: 2, max: 9 }),
    startsAt: fc.constantFrom(0, 35, 222),
  })
  .map(({ steps, room, nurse, rate, startsAt }) => ({
    name: 'anything',
    startsAt,
    classes: ['high', 'mid', 'low'].map((name, priority) => ({ name, priority })),
    attributes: ['age'],
    sources: ['high', 'mid', 'low'].map((name, i) => ({
      name,
      class: name,
      limit: 20,
      arrivals:
        i === 0
          ? { kind: 'intervals', between: { kind: 'exponential', mean: 2 * rate } }
          : { kind: 'rates', every: 50, rates: [1 / rate, 0.5 / rate], repeat: true, legacyThinning: i === 2 },
    })),
    resources: [room, nurse, { name: 'bed', capacity: 4, ...(rate % 2 ? { preemption: true } : {}) }],
    steps,
  }))

/** What can be seen of a run. */
const seen = (run: Run) => ({
  now: run.now,
  events: run.events,
  statistics: statisticsOf(run),
  slots: run.slots(),
  next: run.state.calendar.toEntries(),
})

/** Whether somebody waits although all that one of the alternatives needs is free. */
function waitsForNothing({ claimAmount, claimPool, lines }: Program, s: State, slot: number): boolean {
  const w = slot * s.layout.words
  if (s.words[w + W.STATUS] !== STATUS.WAITING) return false
  return lines[s.words[w + W.LINE]!]!.options.some(({ from, to }) => {
    for (let claim = from; claim < to; claim++) {
      const pool = claimPool[claim]!
      if (s.capacity[pool]! - s.busy[pool]! < claimAmount[claim]!) return false
    }
    return true
  })
}

describe('of any pathway', () => {
  it('nobody is lost, or waits for what is free, nothing is held by nobody, and a copy goes on the same', () => {
    fc.assert(
      fc.property(pathways, fc.nat({ max: 99 }), (pathway, seed) => {
        const program = compilePathway(pathway)
        const run = new Run(program, { seed, records: true })
        const begun = run.now
        run.advance({ until: begun + 60 })
        const live = run.capture()
        const fromFile = stateFromJson(program, JSON.parse(JSON.stringify(stateToJson(program, live))))
        run.advance({ until: begun + 200 })
        const truth = seen(run)
        const other = new Run(program, { seed })
        other.restore(fromFile)
        other.advance({ until: begun + 200 })
        expect(seen(other)).toEqual(truth)
        // A forecast with what is known of its start, and without.
        run.restore(live, 3)
        run.redraw()
        run.advance({ until: begun + 100 })
        const first = seen(run)
        run.restore(live, 3)
        run.redraw()
        run.advance({ until: begun + 100 })
        expect(seen(run)).toEqual(first)
        other.restore(fromFile, 3)
        other.redraw()
        other.advance({ until: begun + 100 })
        expect(seen(other)).toEqual(first)
        // To the end, in small steps.
        run.restore(live)
        while (run.advance({ until: begun + 20_000, events: 7 }) === 'events') {
          const s = run.state
          for (const [p] of program.pools.entries()) {
            if (!(s.busy[p]! >= 0 && s.outgoing[p]! >= 0)) throw new Error(`pool ${p} has ${s.busy[p]} busy`)
            const { atChange, breakdowns } = program.pools[p]!
            if (
              atChange === 'interrupt' &&
              !breakdowns &&
              program.pools[p]!.name !== 'bed' &&
              s.scheduled[p] === s.capacity[p]
            )
              expect(s.busy[p]).toBeLessThanOrEqual(Math.max(s.capacity[p]!, 1))
          }
          if (!program.cohorts && s.calendar.nextTime > s.now)
            for (const slot of run.slots()) expect(waitsForNothing(program, s, slot)).toBe(false)
          const left = Object.values(statisticsOf(run).stays).reduce((sum, { count }) => sum + count, 0)
          expect(left + run.present).toBe(s.arrivals.reduce((a, b) => a + b, 0))
        }
        expect(run.present).toBe(0)
        const { batchHeads, busy, holders, laneHeads, outgoing, waiting } = run.state
        for (const none of [busy, outgoing, waiting]) expect(none.every((x: number) => x === 0)).toBe(true)
        for (const list of [batchHeads, holders, laneHeads]) expect(list.every((x) => x === -1)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})
