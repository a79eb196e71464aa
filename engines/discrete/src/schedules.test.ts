import { describe, expect, it } from 'vitest'
import type { Member, Pathway, Resource, Step } from './pathway.ts'
import { compilePathway } from './program.ts'
import { constant, staysOf } from './queue.test-data.ts'
import { Run } from './run.ts'
import { statisticsOf } from './statistics.ts'

type Activity = Extract<Step, { kind: 'activity' }>

/** People at these times, one resource, one activity of a fixed length; when each begins and ends. */
function clinic(
  times: readonly number[],
  length: number,
  resource: Resource,
  more: Partial<Activity> = {},
  startsAt = 0,
) {
  const pathway: Pathway = {
    name: 'clinic',
    startsAt,
    classes: [{ name: 'any' }],
    sources: [{ name: 'door', class: 'any', arrivals: { kind: 'times', times } }],
    resources: [resource],
    steps: [{ kind: 'activity', name: 'see', needs: { [resource.name]: 1 }, duration: constant(length), ...more }],
  }
  const run = new Run(compilePathway(pathway), { records: true })
  run.advance({ until: 10_000 })
  return { run, spans: staysOf(run).map((s) => [s.begun, s.ended] as const) }
}

const doctors = (...members: Member[]): Resource => ({ name: 'doctor', members })

describe('schedules', () => {
  const daily: Resource = {
    name: 'room',
    capacity: 0,
    schedule: [
      { at: 480, capacity: 1 },
      { at: 1020, capacity: 0 },
    ],
    repeatEvery: 1440,
  }

  it('come again: who comes in the night is seen in the morning, also on the hundredth day', () => {
    const night = 1440 * 5 + 1100
    const { spans } = clinic([100, night], 10, daily)
    expect(spans).toEqual([
      [480, 490],
      [1440 * 6 + 480, 1440 * 6 + 490],
    ])
  })

  it('do not keep a run going when nobody is there and nobody comes', () => {
    const { run } = clinic([100], 10, daily)
    run.begin(0)
    expect(run.advance({})).toBe('idle')
    expect(run.now).toBe(490)
  })

  it('hold from whatever time a run begins on their clock', () => {
    const noon = 1440 * 3 + 720
    const { run, spans } = clinic([50, noon, noon + 400], 10, daily, {}, noon)
    expect(run.now).toBe(10_000)
    expect(spans).toEqual([
      [noon, noon + 10],
      [1440 * 4 + 480, 1440 * 4 + 490],
    ])
  })

  it('are the same for a run that is told to begin later than its pathway says', () => {
    const pathway = clinic([700, 1100], 10, daily).run.program.pathway
    const run = new Run(compilePathway(pathway), { records: true, startsAt: 1000 })
    expect([run.now, run.state.capacity[0]]).toEqual([1000, 1])
    run.advance({})
    expect(staysOf(run).map((s) => [s.number, s.begun])).toEqual([[1, 1920]])
    expect(statisticsOf(run).span).toBe(930)
    run.begin(1)
    expect(run.now).toBe(1000)
    expect(() => new Run(run.program, { startsAt: Number.NaN })).toThrow(/startsAt/)
  })

  it('have the share of time that they give', () => {
    const { run } = clinic([], 1, daily)
    // Six whole days of 540 and from 8640 on 540 of the seventh.
    expect(statisticsOf(run).resources.room!.capacity).toBe((7 * 540) / 10_000)
  })

  it('closures take everything away, and what is under way ends first', () => {
    const { spans } = clinic([0, 95, 95, 100], 10, {
      name: 'room',
      capacity: 1,
      closures: [{ from: 100, to: 150 }],
      repeatEvery: 1000,
    })
    expect(spans).toEqual([
      [0, 10],
      [95, 105],
      [150, 160],
      [160, 170],
    ])
    const again = clinic([1101], 10, {
      name: 'room',
      capacity: 1,
      closures: [{ from: 100, to: 150 }],
      repeatEvery: 1000,
    })
    expect(again.spans).toEqual([[1150, 1160]])
    const within = clinic([1101], 10, { name: 'room', capacity: 1, closures: [{ from: 1100, to: 1150 }] }, {}, 1101)
    expect(within.spans).toEqual([[1150, 1160]])
  })

  it('closures interrupt where changes do', () => {
    const { spans } = clinic([95], 10, {
      name: 'room',
      capacity: 1,
      atChange: 'interrupt',
      closures: [{ from: 100, to: 150 }],
    })
    expect(spans).toEqual([
      [95, 100],
      [150, 155],
    ])
  })
})

describe('members', () => {
  it('are asked in their order, each on their own shift', () => {
    const { run } = clinic(
      [0, 1, 2, 30],
      10,
      doctors({ name: 'Ann', shifts: [{ from: 0, to: 20 }] }, { name: 'Ben', shifts: [{ from: 5, to: 50 }] }),
    )
    expect(staysOf(run).map((s) => [s.number, s.begun])).toEqual([
      [0, 0],
      [1, 5],
      [2, 10],
      [3, 30],
    ])
    const { members } = statisticsOf(run).resources.doctor!
    expect(members!.Ann!.busy * 10_000).toBeCloseTo(20, 9)
    expect(members!.Ben!.busy * 10_000).toBeCloseTo(20, 9)
    expect(members!.Ben!.capacity * 10_000).toBeCloseTo(45, 9)
  })

  it('work nights that repeat, and did so before the run began', () => {
    const night: Member = { name: 'Ann', shifts: [{ from: 1320, to: 1800 }], repeatEvery: 1440 }
    expect(clinic([10, 400], 10, doctors(night)).spans).toEqual([
      [10, 20],
      [1320, 1330],
    ])
  })

  it('are chosen by the skill that the step asks for', () => {
    const both = doctors({ name: 'Ann' }, { name: 'Ben', skills: ['suture'] })
    const { spans } = clinic([0, 0, 0], 10, both, { skills: { doctor: 'suture' } })
    expect(spans.map(([begun]) => begun)).toEqual([0, 10, 20])
    expect(() => clinic([], 1, { name: 'doctor', capacity: 1 }, { skills: { doctor: 'fly' } })).toThrow(/no members/)
    expect(() => clinic([], 1, both, { skills: { doctor: 'fly' } })).toThrow(
      /who can do "fly", which never has more than 0/,
    )
  })

  it('two at a time are any two who are there', () => {
    const three = doctors({ name: 'Ann' }, { name: 'Ben' }, { name: 'Cem', shifts: [{ from: 5, to: 100 }] })
    const { spans } = clinic([0, 0], 10, three, { needs: { doctor: 2 } })
    expect(spans.map(([begun]) => begun)).toEqual([0, 10])
  })

  it('hand over in the last part of a shift: nothing new begins, what has begun ends', () => {
    const resource = { ...doctors({ name: 'Ann', shifts: [{ from: 0, to: 60 }] }), handover: 15 }
    expect(clinic([40, 45], 10, resource).spans).toEqual([[40, 50]])
    // At the very end of the shift it counts as overtime, or is interrupted.
    const { run } = clinic([40], 25, { ...resource, atChange: 'overtime' })
    expect(statisticsOf(run).resources.doctor!.overtime).toBe(5)
    expect(clinic([40], 25, { ...resource, atChange: 'interrupt' }).spans).toEqual([[40, 60]])
  })

  it('take a break that is due as soon as they are free, before whoever waits, or miss it', () => {
    const ann: Member = { name: 'Ann', breaks: [{ at: 100, within: 30, lasts: 15 }] }
    // Free when it is due.
    expect(clinic([105], 10, doctors(ann)).spans).toEqual([[115, 125]])
    // Busy until 110; somebody waits already.
    expect(clinic([90, 91], 20, doctors(ann)).spans).toEqual([
      [90, 110],
      [125, 145],
    ])
    // Free at the very end of the span.
    expect(clinic([90, 91], 40, doctors(ann)).spans).toEqual([
      [90, 130],
      [145, 185],
    ])
    const missed = clinic([90, 91], 41, doctors(ann))
    expect(missed.spans).toEqual([
      [90, 131],
      [131, 172],
    ])
    expect(statisticsOf(missed.run).resources.doctor!.members!.Ann!.missedBreaks).toBe(1)
  })

  it('tire by the time since the shift or the last break began', () => {
    const ann: Member = { name: 'Ann', shifts: [{ from: 0, to: 1000 }], breaks: [{ at: 200, within: 0, lasts: 50 }] }
    const { spans } = clinic([0, 100, 300], 10, { ...doctors(ann), fatigue: 0.01 })
    expect(spans).toEqual([
      [0, 10],
      [100, 120],
      [300, 315],
    ])
  })

  it('somebody else goes on where an interrupted member left off', () => {
    const team = {
      ...doctors({ name: 'Ann', shifts: [{ from: 0, to: 10 }] }, { name: 'Ben', shifts: [{ from: 20, to: 40 }] }),
      atChange: 'interrupt',
    } as const
    expect(clinic([4], 10, team).spans).toEqual([
      [4, 10],
      [20, 24],
    ])
  })

  it.each<[Resource, RegExp]>([
    [{ name: 'doctor' }, /neither capacity nor members/],
    [{ name: 'doctor', capacity: 2, members: [{ name: 'Ann' }] }, /members and capacity/],
    [doctors({ name: 'Ann' }, { name: 'Ann' }), /two members named "Ann"/],
    [doctors({ name: 'Ann', shifts: [{ from: 5, to: 5 }] }), /shift from 5 to 5/],
    [doctors({ name: 'Ann', shifts: [{ from: 0, to: 900 }], repeatEvery: 800 }), /repeats every 800/],
    [doctors({ name: 'Ann', breaks: [{ at: 5, within: 1, lasts: 0 }] }), /away at 5 for 0/],
    [{ name: 'doctor', capacity: 1, closures: [{ from: 5, to: 4 }] }, /away at 5 for -1/],
    [{ ...doctors({ name: 'Ann' }), fatigue: 0.1 }, /tires but never rests/],
    [{ name: 'doctor', capacity: 1, fatigue: 0.1 }, /fatigue or handover without members/],
    [
      {
        name: 'doctor',
        capacity: 1,
        schedule: [
          { at: 0, capacity: 2 },
          { at: 9, capacity: 1 },
        ],
        repeatEvery: 9,
      },
      /every 9/,
    ],
  ])('are refused when they contradict themselves: %#', (resource, message) => {
    expect(() => clinic([], 1, resource)).toThrow(message)
  })
})
