import {
  carryOn,
  departmentChannels,
  encodeBelief,
  type Fact,
  hour,
  type JsonObject,
  minute,
  type Scenario,
  TwinLoop,
} from '@counterpart/kernel'
import { mean, randomStream } from '@counterpart/numerics'
import { describe, expect, test } from 'vitest'
import {
  beliefAfter,
  came,
  contextAt,
  layout,
  observed,
  roster,
  start,
  subject,
  visit,
} from '../department.test-data.ts'
import { departmentOf, memoryOf } from '../memory/department.ts'
import { quantities } from '../quantities.ts'
import { emergencyDepartment as twin } from '../twin.ts'
import { type Errors, noErrors, withError } from './errors.ts'
import { judged, kept } from './keep.ts'
import { measuredAt, measuredSince } from './measured.ts'
import { distances, emptyRecord, keptEvery, recordFutures, type TrackRecord } from './record.ts'
import { scales } from './scale.ts'

const laidOut = [
  observed(departmentChannels.layout, start - 80 * hour, layout as unknown as JsonObject),
  roster(start, { clinician: 4, nurse: 4, 'triage-nurse': 1 }),
]
const people = Array.from({ length: 9 }, (_, i) =>
  came(`v${i}`, start, {
    arrived: 20 + 10 * i,
    ...(i > 2 ? { triaged: 10 + 10 * i } : {}),
    ...(i > 5 ? { seen: 5 + 10 * i, area: 'MAJ', bed: `M${i}` } : {}),
  }),
).flat()
const belief = beliefAfter([...laidOut, ...people], start)
const department = departmentOf(belief)
const context = contextAt(start)

describe('the record', () => {
  const due = { ...department, record: emptyRecord(start) }
  const withOne = kept(due, belief, context)

  test('keeps a forecast of every quantity at every distance when it is time, and not before', () => {
    expect(kept({ ...due, record: { ...due.record, next: start + 1 } }, belief, context).awaited).toEqual([])
    expect(withOne.next).toBeGreaterThan(start)
    expect(withOne.next).toBeLessThanOrEqual(start + keptEvery * minute)
    const kinds = withOne.awaited.flatMap(({ at, forecast }) => Object.keys(forecast).map((name) => `${name} ${at}`))
    expect(new Set(kinds).size).toBe(distances.length * quantities.length)
    expect(kept(due, belief, context)).toEqual(withOne)
  })

  test('judges it by what was so, once that is known', () => {
    const before = judged({ ...department, record: withOne }, start, start + hour, context)
    expect(before.errors).toEqual({})
    const after = judged({ ...department, record: withOne }, start, start + hour + 1, context)
    expect(after.awaited.length).toBeLessThan(withOne.awaited.length)
    // Nobody came or went in between: nine are present, as far as silence lets one believe.
    const [one] = after.errors.present!
    const forecast = withOne.awaited.find(({ at, distance }) => distance === 0 && at === start + hour)!.forecast
      .present!
    const errorSum = one!.sums[10]! / one!.sums[0]!
    expect(errorSum).toBeCloseTo(scales.present.onto(measuredAt(department, start + hour).present!) - forecast[0], 9)
  })

  test('judges nothing by what was counted while the feed was down', () => {
    const after = judged({ ...department, record: withOne }, start, start + 9 * hour, context)
    expect(after.errors).toEqual({})
    expect(after.awaited.length).toBeGreaterThan(0)
  })

  test('judges no forecast of carrying on when something else was done', () => {
    const treated = contextAt(start + 90 * minute, [
      { id: 't', version: start, intervention: 'call-in-clinician', dose: 1, from: start + minute },
    ])
    const after = judged({ ...department, record: withOne }, start, start + 90 * minute, treated)
    expect(after.errors).toEqual({})
    expect(after.awaited.every(({ due }) => due >= start + 90 * minute)).toBe(true)
  })
})

test('what was so is measured as a hospital measures it', () => {
  const observations = [
    ...came('a', start, { arrived: 40, mode: 'ambulance' }),
    visit('a', start - 25 * minute, { what: 'placed', at: { area: 'WAIT' } }),
    ...came('b', start, { arrived: 200, triaged: 190, seen: 150 }),
    ...came('c', start, { arrived: 210, triaged: 200, seen: 110 }),
  ]
  const known = departmentOf(beliefAfter([...laidOut, ...observations], start))
  expect(measuredAt(known, start)['ambulance-offload']).toBeCloseTo(15, 9)
  expect(measuredAt(known, start)['breach-rate']).toBeUndefined()
  expect(measuredSince(known, start - 205 * minute, start)['wait-to-clinician']).toBeCloseTo(75, 9)
  expect(measuredSince(known, start - 60 * minute, start)).toEqual({})
})

describe('forecasts moved by it', () => {
  /** As if forecasts had always come true with so much more on the scale, and more scatter than they had. */
  const errorsOf = (more: number): Errors => {
    const random = randomStream('record test')
    let errors: Errors = noErrors
    for (let i = 0; i < 300; i++) {
      const centre = 3 + random.normal()
      errors = withError(
        errors,
        { mean: centre, variance: 0.1, truth: centre + more + 0.5 * random.normal(), hourOfDay: (5 * i) % 24 },
        { weight: 1, futures: recordFutures },
      )
    }
    return errors
  }
  const record: TrackRecord = {
    ...emptyRecord(start + hour),
    errors: Object.fromEntries(quantities.map(({ name }) => [name, distances.map(() => errorsOf(0.4))])),
  }
  const moved = { ...belief, memory: memoryOf({ ...department, record }) }
  const times = [start, start + hour, start + 3 * hour, start + 20 * hour]
  const of = (from: typeof belief, scenario: Scenario) => twin.forecast(from, scenario, times, context)
  const [raw, after] = [of(belief, carryOn), of(moved, carryOn)]
  const called: Scenario = {
    id: 's',
    name: 's',
    interventions: [{ intervention: 'call-in-clinician', dose: 3, from: start - hour }],
  }
  const [rawCalled, afterCalled] = [of(belief, called), of(moved, called)]
  const at = (forecast: typeof raw, name: string, t: number) =>
    forecast.quantities[name]!.members.subarray(t * forecast.size, (t + 1) * forecast.size)

  test('begin at what is counted all the same, and move with the distance', () => {
    expect(at(after, 'present', 0)).toEqual(at(raw, 'present', 0))
    for (const t of [1, 2, 3]) expect(mean(at(after, 'present', t))).toBeGreaterThan(mean(at(raw, 'present', t)) + 1)
  })

  test('stay whole where people are counted, and within bounds', () => {
    expect(after.quantities.waiting!.members.every(Number.isInteger)).toBe(true)
    expect(after.quantities['breach-rate']!.members.every((x) => x >= 0 && x <= 100)).toBe(true)
    for (const { members } of Object.values(after.quantities)) expect(members.every((x) => x >= 0)).toBe(true)
  })

  test('no member’s effect changes its sign', () => {
    expect(recordFutures).toBeLessThan(raw.size)
    for (const name of ['waiting', 'present', 'occupancy'])
      for (const t of [1, 2]) {
        const [a, b] = [at(raw, name, t), at(rawCalled, name, t)]
        const [c, d] = [at(after, name, t), at(afterCalled, name, t)]
        for (let m = 0; m < raw.size; m++)
          expect([name, m, Math.sign(d[m]! - c[m]!) * Math.sign(b[m]! - a[m]!) >= 0]).toEqual([name, m, true])
        const effect = mean(b) - mean(a)
        if (Math.abs(effect) > 0.2) expect(Math.sign(mean(d) - mean(c))).toBe(Math.sign(effect))
      }
  })
})

test('what is learnt of errors is the same in any order of arrival', () => {
  const facts: Fact[] = [
    laidOut[0]!,
    ...Array.from({ length: 24 }, (_, i) =>
      came(`o${i}`, start - 3 * i * hour, { arrived: 60, triaged: 50, seen: 5 }),
    ).flat(),
    ...Array.from({ length: 20 }, (_, i) =>
      visit(`o${i + 2}`, start - (3 * i + 4) * hour, { what: 'left', disposition: 'discharged' }),
    ),
  ].map((observation) => ({ kind: 'observation', observation }))
  const folded = (order: readonly Fact[], chunk: number) => {
    const loop = new TwinLoop({ definition: twin, subject, memory: facts.length })
    for (let i = 0; i < order.length; i += chunk) loop.take(order.slice(i, i + chunk))
    return loop.belief!
  }
  const inOrder = folded(facts, facts.length)
  expect(departmentOf(inOrder).record.errors.present!.some(({ sums }) => sums[0]! > 1)).toBe(true)
  const backwards = folded([...facts].reverse(), 40)
  expect(Buffer.from(encodeBelief(backwards)).equals(Buffer.from(encodeBelief(inOrder)))).toBe(true)
})
