import {
  departmentChannels,
  encodeBelief,
  type Fact,
  hour,
  type JsonObject,
  minute,
  type Observation,
  TwinLoop,
} from '@counterpart/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beliefAfter, came, contextAt, layout, observed, start, subject, visit } from '../department.test-data.ts'
import { emergencyDepartment as twin } from '../twin.ts'
import { departmentOf } from './department.ts'
import { stateOf } from './visit.ts'

const laidOut = observed(departmentChannels.layout, start - hour, layout as unknown as JsonObject)
const after = (observations: readonly Observation[], at = start) =>
  departmentOf(beliefAfter([laidOut, ...observations], at))
const doubtsOf = (observations: readonly Observation[], id: string, at = start) =>
  after(observations, at)
    .visits[id]!.doubts.map(({ sentence }) => sentence)
    .join('. ')

describe('who is where', () => {
  test('a visit goes from the door to leaving', () => {
    const steps: readonly [JsonObject, string][] = [
      [{ what: 'arrived', mode: 'ambulance' }, 'arriving'],
      [{ what: 'triaged', acuity: 2 }, 'waiting'],
      [{ what: 'placed', at: { area: 'MAJ', bed: 'M1' } }, 'waiting'],
      [{ what: 'seen' }, 'in-care'],
      [{ what: 'test-ordered', test: 'CT head', order: 'a' }, 'tests'],
      [{ what: 'test-ordered', test: 'blood count', order: 'b' }, 'tests'],
      [{ what: 'test-done', order: 'a' }, 'tests'],
      [{ what: 'test-done', order: 'b' }, 'in-care'],
      [{ what: 'admission-requested' }, 'boarding'],
      [{ what: 'admission-withdrawn' }, 'in-care'],
    ]
    const observations: Observation[] = []
    for (const [i, [detail, state]] of steps.entries()) {
      observations.push(visit('a', start + i * minute, detail))
      const at = start + i * minute
      expect([detail.what, stateOf(after(observations, at).visits.a!)]).toEqual([detail.what, state])
    }
    const known = after(observations, start + hour).visits.a!
    expect(known).toMatchObject({ acuity: 2, mode: 'ambulance', testMinutes: 3, imaging: true, doubts: [] })
    const gone = after(
      [...observations, visit('a', start + hour, { what: 'left', disposition: 'discharged' })],
      start + hour,
    )
    expect(Object.keys(gone.visits)).toEqual([])
    expect(stateOf(gone.gone.a!)).toBe('left')
  })

  test('a late result of somebody who is not known here brings nobody back', () => {
    const late = after([visit('a', start, { what: 'test-done', order: 'x' })])
    expect(late.visits).toEqual({})
    expect(late.gone).toEqual({})
  })

  test('facts of one instant are taken in the sequence in which they make sense, however they are named', () => {
    const at = start
    const all = [
      visit('a', at, { what: 'placed', at: { area: 'MAJ', bed: 'M1' } }),
      visit('a', at, { what: 'placed', at: { area: 'WAIT' } }),
      visit('a', at, { what: 'seen' }),
      visit('a', at, { what: 'triaged', acuity: 3 }),
      visit('a', at, { what: 'arrived', mode: 'walk-in' }),
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        const { a } = after(shuffled, at).visits
        expect([stateOf(a!), a!.place?.area, a!.doubts]).toEqual(['in-care', 'MAJ', []])
      }),
      { numRuns: 30 },
    )
  })
})

describe('what contradicts itself is believed as far as it goes, and doubted in words', () => {
  test('a bed in two places', () => {
    const both = [
      ...came('a', start, { arrived: 60, triaged: 55, area: 'MAJ', bed: 'M1', seen: 50 }),
      ...came('b', start, { arrived: 40, triaged: 35, area: 'MAJ', bed: 'M1', seen: 30 }),
    ]
    expect(after(both).visits.b!.place).toEqual({ area: 'MAJ', bed: 'M1' })
    expect(after(both).visits.a!.place).toEqual({ area: 'MAJ' })
    expect(doubtsOf(both, 'a')).toBe('MAJ M1 was given to somebody else at 09:30; taken as still in MAJ, without a bed')
    const moved = [...both, visit('a', start, { what: 'placed', at: { area: 'MAJ', bed: 'M2' } })]
    expect(doubtsOf(moved, 'a')).toBe('')
  })

  test('placed after leaving', () => {
    const observations = [
      ...came('a', start, { arrived: 60, triaged: 55, seen: 50 }),
      visit('a', start - 10 * minute, { what: 'left', disposition: 'discharged' }),
      visit('a', start, { what: 'placed', at: { area: 'MAJ', bed: 'M1' } }),
    ]
    expect(doubtsOf(observations, 'a')).toBe('Placed in MAJ at 10:00 after leaving at 09:50; taken as still here')
    const result = [...observations.slice(0, -1), visit('a', start, { what: 'test-done', order: 'late' })]
    expect(after(result).visits.a).toBeUndefined()
  })

  test('a discharge taken back', () => {
    const observations = [
      ...came('a', start, { arrived: 60, triaged: 55, seen: 50 }),
      visit('a', start - 10 * minute, { what: 'left', disposition: 'discharged' }),
      visit('a', start, { what: 'returned' }),
    ]
    expect(stateOf(after(observations).visits.a!)).toBe('in-care')
  })

  test('triage before arrival', () => {
    const observations = [
      visit('a', start - 5 * minute, { what: 'triaged', acuity: 4 }),
      visit('a', start, { what: 'arrived', mode: 'walk-in' }),
    ]
    expect(after(observations).visits.a!.arrived).toBe(start - 5 * minute)
    expect(doubtsOf(observations, 'a')).toContain('Arrival was reported for 10:00, but something had happened at 09:55')
  })

  test('merged into another visit, also in a circle, also before the other was heard of', () => {
    const one = came('a', start, { arrived: 60, triaged: 55 })
    const two = came('b', start, { arrived: 50, triaged: 45, area: 'MAJ', bed: 'M1', seen: 40 })
    const merged = after([...one, ...two, visit('a', start, { what: 'merged', into: 'b' })])
    expect(Object.keys(merged.visits)).toEqual(['b'])
    expect(merged.visits.b).toMatchObject({ arrived: start - 60 * minute, seen: start - 40 * minute })
    const circle = [
      ...one,
      visit('a', start, { what: 'merged', into: 'b' }),
      visit('b', start, { what: 'merged', into: 'a' }),
    ]
    expect(Object.keys(after(circle).visits)).toHaveLength(1)
    const later = [...circle.slice(0, 3), visit('a', start + minute, { what: 'seen' })]
    expect(stateOf(after(later, start + minute).visits.b!)).toBe('in-care')
  })

  test('cancelled', () => {
    const observations = [...came('a', start, { arrived: 60 }), visit('a', start, { what: 'cancelled' })]
    expect(after(observations).visits).toEqual({})
  })

  test('details of another shape change nothing', () => {
    const odd = [
      { visit: 'a' },
      { visit: 'a', patient: 'patient/a', what: 'triaged', acuity: 9 },
      { visit: 'constructor', patient: 'patient/a', what: 'seen' },
      { visit: 'a', patient: 'patient/a', what: 'placed', at: {} },
    ].map((detail) => observed(departmentChannels.visit, start, detail))
    const roster = observed(departmentChannels.roster, start, { from: 0, until: 1, spans: [{ role: 'nurse' }] })
    expect(after([...odd, roster])).toMatchObject({ visits: {}, gone: {}, roster: { spans: [] } })
  })

  test('a missing discharge fades by itself, and any news restores the visit', () => {
    const observations = came('a', start, { arrived: 60, triaged: 55, area: 'MAJ', bed: 'M1', seen: 50 })
    const present = (hours: number) =>
      twin.counted!(beliefAfter([laidOut, ...observations], start + hours * hour)).present
    expect([present(0), present(6), present(48)]).toEqual([1, 1, 0])
    const seen = [...observations, visit('a', start + 48 * hour, { what: 'placed', at: { area: 'MAJ', bed: 'M2' } })]
    expect(twin.counted!(beliefAfter([laidOut, ...seen], start + 48 * hour)).present).toBe(1)
    expect(departmentOf(beliefAfter([laidOut, ...observations], start + 200 * hour)).visits).toEqual({})
  })
})

test('the same facts in any order of arrival give the same bytes', () => {
  const facts: Fact[] = [
    laidOut,
    ...came('a', start, { arrived: 60, triaged: 55, area: 'MAJ', bed: 'M1', seen: 50, boarding: 20 }),
    ...came('b', start, { arrived: 59, triaged: 50, area: 'MAJ', bed: 'M1', seen: 30 }),
    ...came('c', start, { arrived: 40, triaged: 42, mode: 'ambulance', acuity: 2 }),
    visit('a', start - 10 * minute, { what: 'left', disposition: 'admitted' }),
    visit('c', start - 5 * minute, { what: 'merged', into: 'd' }),
    visit('d', start - 5 * minute, { what: 'arrived', mode: 'walk-in' }),
    visit('b', start, { what: 'left', disposition: 'unknown' }),
    visit('b', start, { what: 'returned' }),
  ].map((observation) => ({ kind: 'observation', observation }))
  const folded = (order: readonly Fact[], chunk: number) => {
    const loop = new TwinLoop({ definition: twin, subject })
    for (let i = 0; i < order.length; i += chunk) loop.take(order.slice(i, i + chunk))
    return Buffer.from(encodeBelief(loop.belief!)).toString('base64')
  }
  const truth = folded(facts, facts.length)
  fc.assert(
    fc.property(
      fc.shuffledSubarray(facts, { minLength: facts.length }),
      fc.integer({ min: 1, max: 5 }),
      (order, chunk) => {
        expect(folded(order, chunk)).toBe(truth)
      },
    ),
    { numRuns: 12 },
  )
})

test('a belief brought to the present by nothing is the belief asked for at once', () => {
  const belief = beliefAfter(came('a', start, { arrived: 60, triaged: 50 }), start)
  const later = twin.assimilate(belief, start + 5 * minute, [], contextAt(start + 5 * minute))
  expect(later.asOf).toBe(start + 5 * minute)
  expect(twin.counted!(later).present).toBe(1)
})
