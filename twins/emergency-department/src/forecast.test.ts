import {
  carryOn,
  day,
  departmentChannels,
  hour,
  type Instant,
  type JsonObject,
  membersOf,
  type Scenario,
} from '@counterpart/kernel'
import { mean, quantiles, standardDeviation } from '@counterpart/numerics'
import { describe, expect, test } from 'vitest'
import { beliefAfter, came, contextAt, layout, observed, roster, start, subject } from './department.test-data.ts'
import { trueDepartment, truth } from './flow/truth.test-data.ts'
import { emergencyDepartment as twin } from './twin.ts'

const laidOut = [
  observed(departmentChannels.layout, start - 5 * hour, layout as unknown as JsonObject),
  roster(start - 5 * hour, { clinician: 5, nurse: 2, 'triage-nurse': 2 }),
]
const full = Array.from({ length: 12 }, (_, i) =>
  came(`c${i}`, start, {
    arrived: 200 + i,
    triaged: 190,
    area: 'MAJ',
    bed: `M${i + 1}`,
    seen: 180,
    boarding: i < 6 ? 60 : undefined,
  }),
)
const someWait = Array.from({ length: 5 }, (_, i) => came(`w${i}`, start, { arrived: 30 + i, triaged: 25 }))
const belief = beliefAfter([...laidOut, ...full.flat(), ...someWait.flat()], start)
const column = (name: string, at: Instant, scenario: Scenario = carryOn) =>
  twin.forecast(belief, scenario, [at], contextAt(start)).quantities[name]!.members

describe('forecasts', () => {
  test('begin at what was counted', () => {
    const counted = twin.counted!(belief)
    const { quantities, size } = twin.forecast(belief, carryOn, [start], contextAt(start))
    for (const name of ['present', 'boarding', 'breaches', 'occupancy', 'waiting']) {
      const members = quantities[name]!.members
      expect(members).toHaveLength(size)
      // Those whom a free space or clinician waits for are there at this very moment.
      if (name !== 'waiting' && name !== 'occupancy')
        expect([name, Math.abs(mean(members) - counted[name]!) < 0.35]).toEqual([name, true])
      else if (name === 'waiting') expect(mean(members)).toBeLessThanOrEqual(counted[name]!)
      else expect(mean(members)).toBeGreaterThan(counted[name]! - 1)
    }
  })

  test('are the same every time, and differ in what differs between scenarios alone', () => {
    const at = start + 2 * hour
    const once = column('present', at)
    expect(column('present', at)).toEqual(once)
    const divert: Scenario = {
      id: 'd',
      name: 'd',
      interventions: [{ intervention: 'divert-ambulances', dose: 1, from: start }],
    }
    const apart = column('present', at, divert).map((value, m) => value - once[m]!)
    // Paired: far less scatter than two forecasts have that do not share their chance.
    expect(standardDeviation(apart)).toBeLessThan(0.8 * Math.SQRT2 * standardDeviation(once))
    expect(mean(apart)).toBeLessThan(0)
  })

  test.each([
    ['call-in-clinician', 3, 'waiting', -1],
    ['early-inpatient-pull', 6, 'boarding', -1],
    ['expedite-diagnostics', 50, 'present', -1],
    ['divert-ambulances', 1, 'present', -1],
    ['stream-to-minors', 1, 'waiting', null],
    ['open-overflow', 8, 'waiting', -1],
    ['move-to-triage', 1, 'waiting', null],
    ['call-in-nurse', 3, 'present', -1],
  ] as const)('%s %d moves %s as it must', (intervention, dose, quantity, sign) => {
    const scenario: Scenario = { id: 's', name: 's', interventions: [{ intervention, dose, from: start }] }
    const at = start + 3 * hour
    const [withIt, without] = [column(quantity, at, scenario), column(quantity, at)]
    // Some help here and harm there: then it is enough that they do something.
    if (sign === null) expect(withIt).not.toEqual(without)
    else expect(Math.sign(mean(withIt) - mean(without))).toBe(sign)
  })

  test('never let a run explode: nobody on duty and twice the people are an answer too', () => {
    const nobody = beliefAfter(
      [...laidOut.slice(0, 1), roster(start - hour, { clinician: 0, nurse: 0, 'triage-nurse': 0 }), ...someWait.flat()],
      start,
    )
    const { quantities } = twin.forecast(nobody, carryOn, [start + 12 * hour], contextAt(start))
    expect(mean(quantities.waiting!.members)).toBeGreaterThan(20)
    for (const { members } of Object.values(quantities)) expect(members.every(Number.isFinite)).toBe(true)
  })
})

test('of a department that is as the engine has it, the figures are found and the intervals hold', () => {
  const begun = Date.UTC(2026, 5, 1)
  const made = trueDepartment(begun, 5, 3)
  let current = twin.begin(subject, begun, {}, contextAt(begun))
  let next = 0
  const inside: boolean[] = []
  let [error, persistence] = [0, 0]
  for (let at = begun + 2 * day; at <= made.until - 6 * hour; at += 9 * hour) {
    for (; next < made.observations.length && made.observations[next]!.effective <= at; ) {
      const time = made.observations[next]!.effective
      const together = []
      for (; made.observations[next]?.effective === time; next++) together.push(made.observations[next]!)
      current = twin.assimilate(current, time, together, contextAt(time))
    }
    const now = twin.assimilate(current, at, [], contextAt(at))
    // Somebody who has waited very long without a word may be doubted.
    const counted = twin.counted!(now)
    expect(made.present(at) - counted.present!).toBeGreaterThanOrEqual(0)
    expect(made.present(at) - counted.present!).toBeLessThanOrEqual(1)
    expect(Math.abs(made.waiting(at) - counted.waiting!)).toBeLessThanOrEqual(1)
    const times = [2 * hour, 4 * hour, 6 * hour].map((after) => at + after)
    const { quantities, size } = twin.forecast(now, carryOn, times, contextAt(at))
    for (const [t, time] of times.entries()) {
      const members = quantities.present!.members.subarray(t * size, (t + 1) * size)
      const [low, middle, high] = quantiles(members, [0.05, 0.5, 0.95]) as unknown as [number, number, number]
      inside.push(made.present(time) >= low && made.present(time) <= high)
      error += Math.abs(middle - made.present(time))
      persistence += Math.abs(made.present(at) - made.present(time))
    }
  }
  // 27 intervals of 90 %, which are not independent: fewer than 19 inside would happen by chance once in some hundred.
  expect(inside.filter(Boolean).length).toBeGreaterThanOrEqual(19)
  expect(error).toBeLessThan(persistence)
  for (const [name, value] of [
    ['arrivals', truth.arrivals],
    ['clinician', truth.clinician],
    ['triage', truth.triage],
    ['laboratory', truth.laboratory.median],
  ] as const) {
    const [low, high] = quantiles(membersOf(current.ensemble, name), [0, 1]) as unknown as [number, number]
    expect([name, low < value && value < high, low, high]).toEqual([name, true, low, high])
  }
}, 60_000)
