import { describe, expect, it } from 'vitest'
import { DiscreteError } from './errors.ts'
import type { Pathway } from './pathway.ts'
import { compilePathway } from './program.ts'
import { constant, exponential, singleQueue, staysOf } from './queue.test-data.ts'
import { Run } from './run.ts'
import { stateFromJson, stateToJson } from './state-json.ts'
import { statisticsOf } from './statistics.ts'

/** A department with a bit of everything. */
const department: Pathway = {
  name: 'department',
  classes: [
    { name: 'urgent', priority: 0 },
    { name: 'routine', priority: 1 },
  ],
  attributes: ['frailty'],
  sources: [
    { name: 'ambulance', class: 'urgent', arrivals: { kind: 'intervals', between: exponential(40) } },
    { name: 'door', class: 'routine', arrivals: { kind: 'rates', every: 60, rates: [6 / 60, 9 / 60], repeat: true } },
  ],
  resources: [
    {
      name: 'nurse',
      capacity: 2,
      schedule: [
        { at: 300, capacity: 3 },
        { at: 600, capacity: 2 },
      ],
      atChange: 'overtime',
    },
    { name: 'doctor', capacity: 2, schedule: [{ at: 480, capacity: 1 }], atChange: 'interrupt', preemption: true },
    { name: 'practitioner', capacity: 1 },
    { name: 'bed', capacity: 6 },
  ],
  steps: [
    { kind: 'activity', name: 'triage', needs: { nurse: 1 }, duration: exponential(5), lineLimit: 8 },
    { kind: 'set', name: 'frailty', attribute: 'frailty', value: { kind: 'uniform', lower: 0, upper: 1 } },
    {
      kind: 'seize',
      name: 'bed',
      needs: { bed: 1 },
      patience: exponential(90),
      worsens: { after: { kind: 'weibull', shape: 2, scale: 120 }, to: 'urgent' },
    },
    {
      kind: 'activity',
      name: 'assess',
      needs: { oneOf: [{ practitioner: 1 }, { doctor: 1 }] },
      duration: {
        byClass: { urgent: { kind: 'log-normal', mean: 25, standardDeviation: 10 }, routine: exponential(15) },
      },
    },
    { kind: 'if-below', name: 'fit', attribute: 'frailty', value: 0.4, to: 'free' },
    { kind: 'delay', name: 'observe', duration: { kind: 'gamma', shape: 2, scale: 20 } },
    {
      kind: 'branch',
      name: 'again',
      options: [
        { probability: 0.2, to: 'assess' },
        { probability: 0.8, to: 'free' },
      ],
    },
    { kind: 'release', name: 'free', of: 'bed' },
  ],
}

const program = compilePathway(department)
const trace = (run: Run, until: number) => {
  run.advance({ until })
  return {
    events: run.events,
    statistics: statisticsOf(run),
    slots: run.slots(),
    calendar: run.state.calendar.nextTime,
  }
}

describe('capture, restore and branch', () => {
  it('give bit for bit what going on gives, also in another run and after others were restored in between', () => {
    const run = new Run(program, { seed: 5 })
    run.advance({ until: 470 })
    expect(run.present).toBeGreaterThan(3)
    const captured = run.capture()
    const truth = trace(run, 1500)
    expect(truth.events).toBeGreaterThan(captured.events + 300)
    const other = new Run(program, { seed: 5 })
    other.restore(captured, 7)
    other.advance({ until: 1800 })
    other.restore(captured)
    expect(trace(other, 1500)).toEqual(truth)
    run.restore(captured)
    expect(trace(run, 1500)).toEqual(truth)
  })

  it('another replication has another future of the same present', () => {
    const run = new Run(program, { seed: 5 })
    run.advance({ until: 470 })
    const captured = run.capture()
    const futures = [1, 2, 1].map((replication) => {
      run.restore(captured, replication)
      return trace(run, 900)
    })
    expect(futures[0]).not.toEqual(futures[1])
    expect(futures[0]).toEqual(futures[2])
  })

  it('stopping and going on in small steps changes nothing', () => {
    const whole = new Run(program, { seed: 9 })
    const parts = new Run(program, { seed: 9 })
    for (let events = 0; events < 500; events++) parts.advance({ until: 1200, events: 1 })
    for (let t = Math.ceil(parts.now); t <= 1200; t += 7) parts.advance({ until: t })
    parts.advance({ until: 1200 })
    const a = trace(whole, 1200)
    expect(parts.events).toBe(a.events)
    expect(statisticsOf(parts).stays).toEqual(a.statistics.stays)
  })

  it('never lets more be busy than there are, nor loses anybody', () => {
    const run = new Run(program, { seed: 21, records: true })
    for (let i = 0; i < 3000; i++) {
      run.advance({ until: 5000, events: 1 })
      const { busy, capacity, arrivals } = run.state
      for (const r of [0, 1, 2, 3]) {
        expect(busy[r]).toBeGreaterThanOrEqual(0)
        expect(busy[r]).toBeLessThanOrEqual(capacity[r]!)
      }
      const left = Object.values(statisticsOf(run).stays).reduce((sum, s) => sum + s.count, 0)
      expect(left + run.present).toBe(arrivals[0]! + arrivals[1]!)
    }
  })

  it('refuses a state of another pathway', () => {
    const captured = new Run(compilePathway(singleQueue([1], exponential(1), 1))).capture()
    expect(() => new Run(program).restore(captured)).toThrow(DiscreteError)
  })
})

describe('common random numbers', () => {
  it('keep every patient’s own draws when capacity changes', () => {
    const durations = (capacity: number) => {
      const run = new Run(compilePathway(singleQueue([1], exponential(1.5), capacity)), { seed: 4, records: true })
      run.advance({ until: 200 })
      const stays = Array.from({ length: run.records!.length }, (_, i) => run.records!.at(i))
      return new Map(stays.map((s) => [s.number, s.ended - s.begun]))
    }
    const few = durations(1)
    const many = durations(3)
    expect(few.size).toBeGreaterThan(80)
    for (const [number, duration] of few) expect(many.get(number)).toBeCloseTo(duration, 9)
  })
})

describe('beginning from now', () => {
  it('goes on with stays given the time they lasted already: present people in M/G/∞', () => {
    // Log-normal of median 3.1 h, sigma 0.7; exact law Poisson-binomial + Poisson.
    const mean = 3.1 * Math.exp(0.7 ** 2 / 2)
    const standardDeviation = mean * Math.sqrt(Math.expm1(0.7 ** 2))
    const pathway = compilePathway({
      name: 'ward',
      classes: [{ name: 'any' }],
      sources: [{ name: 'door', class: 'any', arrivals: { kind: 'intervals', between: exponential(1 / 6) } }],
      resources: [],
      steps: [{ kind: 'delay', name: 'stay', duration: { kind: 'log-normal', mean, standardDeviation } }],
    })
    const run = new Run(pathway, { seed: 2 })
    for (const elapsed of [0.2, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 12])
      run.admit({ class: 'any', step: 'stay', arrived: -elapsed, since: -elapsed })
    const live = run.capture()
    const n = 20_000
    const truth = [
      [1, 14.877587, 8.144799],
      [2, 17.428141, 13.944804],
      [4, 20.623057, 19.709267],
      [8, 22.872534, 22.784997],
    ] as const
    const sums = truth.map(() => [0, 0])
    for (let replication = 0; replication < n; replication++) {
      run.restore(live, replication)
      run.redraw()
      for (const [i, [t]] of truth.entries()) {
        run.advance({ until: t })
        sums[i]![0]! += run.present
        sums[i]![1]! += run.present ** 2
      }
    }
    for (const [i, [, expected, variance]] of truth.entries()) {
      const average = sums[i]![0]! / n
      expect(Math.abs(average - expected) / Math.sqrt(variance / n)).toBeLessThan(3.5)
      // Five standard errors of a near-Gaussian variance.
      expect(Math.abs(sums[i]![1]! / n - average ** 2 - variance)).toBeLessThan(5 * variance * Math.sqrt(2 / n))
    }
  })

  it('takes the resources of those who are being served, keeps those who wait in order, and refuses too many', () => {
    const run = new Run(compilePathway(singleQueue([1e-9], constant(10), 1)), { records: true })
    run.admit({ class: 'class 0', step: 'service', arrived: -6, since: -4 })
    run.admit({ class: 'class 0', step: 'service', arrived: -3, since: -3, waiting: true })
    expect(() => run.admit({ class: 'class 0', step: 'service', arrived: -1, since: 0 })).toThrow(/no resource is free/)
    run.advance({ until: 100 })
    const stays = [run.records!.at(0), run.records!.at(1)]
    expect(stays.map((s) => [s.queued, s.begun, s.ended])).toEqual([
      [-4, -4, 6],
      [-3, 6, 16],
    ])
  })

  it('takes more people than there are places when told that they are there; nobody new is served until they are fewer', () => {
    const run = new Run(compilePathway(singleQueue([1e-9], constant(10), 1)), { records: true })
    for (const since of [-6, -4])
      run.admit({ class: 'class 0', step: 'service', arrived: since, since, beyondCapacity: true })
    run.admit({ class: 'class 0', step: 'service', arrived: -1, since: -1, waiting: true })
    expect(run.state.busy[0]).toBe(2)
    run.advance({ until: 100 })
    expect(staysOf(run).map((s) => [s.begun, s.ended])).toEqual([
      [-6, 4],
      [-4, 6],
      [6, 16],
    ])
  })

  it('follows the Kolmogorov equations from nine known patients, five of them in service', () => {
    const base = singleQueue([1], exponential(0.2), 5)
    // By the hour from 06:00; the run begins at 17:00.
    const rates = [
      2.36667, 2.8, 8.83333, 10.43333, 14.8, 26.26667, 31.4, 18.06667, 16.46667, 12.03333, 11.6, 28.86667, 18.03333,
      11.5, 5.3, 4.06667, 2.2, 2.1,
    ]
    const pathway: Pathway = {
      ...base,
      startsAt: 11,
      sources: [{ name: 'door', class: 'class 0', arrivals: { kind: 'rates', every: 1, rates } }],
    }
    const run = new Run(compilePathway(pathway), { seed: 8 })
    for (let i = 0; i < 9; i++)
      run.admit({ class: 'class 0', step: 'service', arrived: 10.7, since: 10.9, waiting: i >= 5 })
    expect(run.state.waiting[0]).toBe(4)
    const live = run.capture()
    const n = 10_000
    // Hours from 17:00, E[N], sd of N, E[Q]; solved from the equations with tolerance 1e-10.
    const truth = [
      [1, 13.46493, 6.52962, 8.60743],
      [2, 8.87117, 6.66927, 4.62983],
      [4, 1.14521, 1.24326, 0.02406],
    ] as const
    const sums = truth.map(() => [0, 0])
    const atSix: number[] = []
    for (let replication = 1; replication <= n; replication++) {
      run.restore(live, replication)
      run.redraw()
      for (const [i, [hour]] of truth.entries()) {
        run.advance({ until: 11 + hour })
        sums[i]![0]! += run.present
        sums[i]![1]! += run.state.waiting[0]!
        if (hour === 1) atSix.push(run.present)
      }
    }
    for (const [i, [, present, sd, queue]] of truth.entries()) {
      expect(Math.abs(sums[i]![0]! / n - present) / (sd / Math.sqrt(n))).toBeLessThan(3.5)
      // The number waiting varies less than the number present.
      expect(Math.abs(sums[i]![1]! / n - queue) / (sd / Math.sqrt(n))).toBeLessThan(3.5)
    }
    atSix.sort((a, b) => a - b)
    for (const [q, value] of [
      [0.05, 4],
      [0.5, 13],
      [0.95, 25],
    ] as const)
      expect(Math.abs(atSix[Math.floor(q * n)]! - value)).toBeLessThanOrEqual(1)
  })

  it('redraws the rest of an interrupted activity given what was done of it', () => {
    const pathway = compilePathway({
      ...singleQueue([1e-9], { kind: 'uniform', lower: 0, upper: 10 }, 1),
      resources: [
        {
          name: 'staff',
          capacity: 1,
          schedule: [
            { at: 6, capacity: 0 },
            { at: 20, capacity: 1 },
          ],
          atChange: 'interrupt',
        },
      ],
    })
    const run = new Run(pathway, { records: true })
    // 6 of it will be done at the change; whoever is still in it then has uniform (0, 4) left.
    run.admit({ class: 'class 0', step: 'service', arrived: 0, since: 0 })
    const begun = run.capture()
    let seed = 0
    do {
      run.restore(begun, ++seed)
      run.redraw()
      run.advance({ until: 7 })
    } while (run.present === 0)
    const live = run.capture()
    const n = 4000
    let sum = 0
    for (let replication = 0; replication < n; replication++) {
      run.restore(live, replication)
      run.redraw()
      run.advance({ until: 40 })
      const left = run.records!.at(run.records!.length - 1).ended - 20
      expect(left).toBeGreaterThan(0)
      expect(left).toBeLessThan(4)
      sum += left
    }
    expect(Math.abs(sum / n - 2)).toBeLessThan(4 * Math.sqrt(16 / 12 / n))
  })
})

describe('what is wrong', () => {
  const broken = (change: Partial<Pathway>) => () => compilePathway({ ...department, ...change })
  it.each([
    [broken({ steps: [{ kind: 'activity', name: 'x', needs: { ghost: 1 }, duration: constant(1) }] }), /"ghost"/],
    [
      broken({ steps: [{ kind: 'activity', name: 'x', needs: { bed: 7 }, duration: constant(1) }] }),
      /never has more than 6/,
    ],
    [broken({ steps: [{ kind: 'delay', name: 'x', duration: constant(1), next: 'nowhere' }] }), /"nowhere"/],
    [broken({ steps: [{ kind: 'release', name: 'x', of: 'y' }] }), /releases "y"/],
    [broken({ steps: [{ kind: 'branch', name: 'x', options: [{ probability: 0.5, to: 'leave' }] }] }), /sum to 0.5/],
    [broken({ classes: [{ name: 'urgent', priority: 64 }] }), /priority 64/],
    [broken({ classes: Array.from({ length: 257 }, (_, i) => ({ name: `${i}` })) }), /257 classes/],
    [broken({ resources: [{ name: 'bed', capacity: -1 }] }), /capacity -1/],
  ])('is refused with the name of it: %#', (compile, message) => {
    expect(compile).toThrow(DiscreteError)
    expect(compile).toThrow(message)
  })

  const simple = (steps: Pathway['steps'], between = constant(1)) =>
    new Run(
      compilePathway({
        name: 'simple',
        classes: [{ name: 'any' }],
        sources: [{ name: 'door', class: 'any', arrivals: { kind: 'intervals', between } }],
        resources: [{ name: 'bed', capacity: 2 }],
        steps,
      }),
    )

  it('stops with a reason: a circle without time, a leak, a release of nothing', () => {
    const circle = simple([{ kind: 'classify', name: 'x', as: 'any', next: 'x' }])
    expect(() => circle.advance({ until: 5 })).toThrow(/without time going on/)
    const leak = simple([{ kind: 'seize', name: 'x', needs: { bed: 1 } }])
    expect(() => leak.advance({ until: 5 })).toThrow(/leaves the pathway with a resource/)
    const nothing = simple([
      { kind: 'release', name: 'x', of: 'y', next: 'leave' },
      { kind: 'seize', name: 'y', needs: { bed: 1 } },
    ])
    expect(() => nothing.advance({ until: 5 })).toThrow(/without having seized/)
  })

  it('spends no more than its budget when a pathway explodes or stands still', () => {
    const rush = simple([{ kind: 'delay', name: 'x', duration: constant(1) }], constant(0))
    expect(rush.advance({ until: 5, events: 1000 })).toBe('events')
    expect(rush.advance({ until: 5, present: 5000 })).toBe('present')
    expect(rush.now).toBe(0)
    const still = simple([{ kind: 'delay', name: 'x', duration: constant(0), next: 'x' }])
    expect(() => still.advance({ until: 5 })).toThrow(/no end to them/)
  })
})

describe('a state in a file', () => {
  const run = new Run(program, { seed: 5 })
  run.advance({ until: 470 })
  const captured = run.capture()
  const text = JSON.stringify(stateToJson(program, captured))

  it('goes on bit for bit like the run, in another process and with the pathway’s keys in another order', () => {
    const truth = trace(run, 1500)
    const { name, ...rest } = department
    const again = compilePathway(JSON.parse(JSON.stringify({ ...rest, name })))
    const other = new Run(again, { seed: 5 })
    other.restore(stateFromJson(again, JSON.parse(text)))
    expect(trace(other, 1500)).toEqual(truth)
  })

  it.each<[string, RegExp]>([
    ['null', /no state of a run/],
    ['{}', /no state of a run/],
    [text.replace('"version":1', '"version":2'), /version 2/],
    [text.replace(/"scalars":\[470/, '"scalars":[471'), /damaged/],
  ])('is refused when it is something else: %#', (json, message) => {
    expect(() => stateFromJson(program, JSON.parse(json))).toThrow(message)
  })

  it('of a pathway that differs in one number is refused', () => {
    const resources = department.resources.map((r) => (r.name === 'bed' ? { ...r, capacity: 7 } : r))
    const other = compilePathway({ ...department, resources })
    expect(() => stateFromJson(other, JSON.parse(text))).toThrow(/another pathway/)
  })
})

describe('statistics', () => {
  it('right after they were reset are what is now', () => {
    const run = new Run(program, { seed: 5 })
    run.advance({ until: 470 })
    run.resetStatistics()
    const { lines, meanPresent, resources, span } = statisticsOf(run)
    expect(span).toBe(0)
    expect(meanPresent).toBe(run.present)
    expect(resources.bed).toMatchObject({ busy: run.state.busy[3], capacity: 6 })
    expect(Object.values(lines).map((line) => line.meanLength)).toEqual([...run.state.waiting])
  })
})
