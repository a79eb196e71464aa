import type { FloorPicture, PersonMark } from '@counterpart/server/contract'
import { describe, expect, it } from 'vitest'
import { breachOf, passes, placedPeople, queueOrder, shortCodes, sortPeople, toLookAt } from './people.ts'
import { breachWords, describePerson, stateFor } from './words.ts'

const minute = 60_000
const now = Date.UTC(2026, 10, 23, 12)

function person(id: string, change: Partial<PersonMark> = {}): PersonMark {
  const arrived = change.arrived ?? now - 60 * minute
  return {
    id,
    patient: `patient/${id}`,
    label: id.toUpperCase(),
    acuity: 3,
    arrived,
    since: now - 20 * minute,
    state: 'waiting',
    breachAt: arrived + 240 * minute,
    ...change,
  }
}

function floor(areas: readonly Partial<FloorPicture['areas'][number]>[]): FloorPicture {
  return {
    kind: 'floor',
    title: 'Floor',
    description: '',
    asOf: now,
    areas: areas.map((area, index) => ({
      code: `A${index}`,
      label: `Area ${index}`,
      role: 'majors',
      spaces: [],
      people: [],
      ...area,
    })),
    staff: [],
  }
}

describe('people on the floor', () => {
  it('are placed once each, those without a space after those with one', () => {
    const picture = floor([
      {
        spaces: [
          { code: '1', person: person('a') },
          { code: '2', person: null },
        ],
        people: [person('b')],
      },
      { people: [person('c')] },
    ])
    expect(placedPeople(picture).map((each) => [each.person.id, each.area, each.space])).toEqual([
      ['a', 'Area 0', '1'],
      ['b', 'Area 0', null],
      ['c', 'Area 1', null],
    ])
  })

  it('queue by acuity, then by arrival; those not yet triaged come last', () => {
    const people = [
      person('new', { acuity: null, arrived: now - 300 * minute }),
      person('late', { acuity: 3, arrived: now - 10 * minute }),
      person('early', { acuity: 3, arrived: now - 90 * minute }),
      person('ill', { acuity: 2, arrived: now - 5 * minute }),
    ]
    expect(queueOrder(people).map((each) => each.id)).toEqual(['ill', 'early', 'late', 'new'])
  })

  it('are near a breach within half an hour of it, and past it from its minute on', () => {
    const at = (lead: number) => breachOf({ breachAt: now + lead * minute }, now)
    expect([at(31), at(30), at(1), at(0), at(-5)]).toEqual([null, 'near', 'near', 'past', 'past'])
    expect(breachOf({}, now)).toBeNull()
  })

  it('are narrowed to who waits, who boards and who needs a look', () => {
    const all = [
      person('waits'),
      person('comes', { state: 'arriving' }),
      person('boards', { state: 'boarding' }),
      person('unsure', { state: 'in-care', doubt: 'in two bays' }),
      person('soon', { state: 'tests', arrived: now - 220 * minute }),
      person('long', { state: 'tests', arrived: now - 250 * minute }),
    ].map((each) => ({ person: each, area: 'A', role: 'majors', space: null }))
    const shown = (filter: Parameters<typeof passes>[1]) =>
      all.filter((each) => passes(each, filter, now)).map((each) => each.person.id)
    expect(shown('waiting')).toEqual(['waits', 'comes'])
    expect(shown('boarding')).toEqual(['boards'])
    expect(shown('attention')).toEqual(['unsure', 'soon'])
    expect(shown('all')).toHaveLength(6)
  })

  it('sort by any column either way, ties by who has been here longest', () => {
    const all = [
      person('b2', { label: 'B2', arrived: now - 5 * minute }),
      person('b10', { label: 'B10', acuity: 1, arrived: now - 50 * minute }),
      person('a1', { label: 'A1', state: 'boarding', arrived: now - 100 * minute }),
    ].map((each, index) => ({ person: each, area: 'Majors', role: 'majors', space: `M${3 - index}` }))
    const order = (...by: Parameters<typeof sortPeople> extends [unknown, ...infer Rest] ? Rest : never) =>
      sortPeople(all, ...by).map((each) => each.person.label)
    expect(order('acuity', false)).toEqual(['B10', 'A1', 'B2'])
    expect(order('acuity', true)).toEqual(['A1', 'B2', 'B10'])
    expect(order('label', false)).toEqual(['A1', 'B2', 'B10'])
    expect(order('place', false)).toEqual(['A1', 'B10', 'B2'])
    expect(order('state', true)).toEqual(['A1', 'B10', 'B2'])
    expect(order('stay', false)).toEqual(['A1', 'B10', 'B2'])
  })

  it('to look at again come with the greatest risk first', () => {
    const risk = (p50: number) => ({ mean: p50, p05: 0, p25: 0, p50, p75: 1, p95: 1 })
    const all = [0.1, 0.3, 0.2].map((each, index) => ({
      person: person(`p${index}`, { attention: { sentence: '', reasons: [], risk: risk(each) } }),
      area: 'A',
      role: 'waiting',
      space: null,
    }))
    const none = { person: person('calm'), area: 'A', role: 'waiting', space: null }
    expect(toLookAt([...all, none]).map((each) => each.person.id)).toEqual(['p1', 'p2', 'p0'])
  })

  it('stand in spaces whose codes leave out what all of an area share', () => {
    expect([...shortCodes(['MJ01', 'MJ12']).values()]).toEqual(['01', '12'])
    expect([...shortCodes(['XR1', 'CT1']).values()]).toEqual(['XR1', 'CT1'])
    expect([...shortCodes(['A', 'A']).values()]).toEqual(['A'])
    expect(shortCodes([]).size).toBe(0)
  })

  it('are said in a sentence that leaves nothing to colour', () => {
    const long = person('k7', { acuity: 2, state: 'tests', arrived: now - 250 * minute, doubt: 'in two bays' })
    expect(describePerson({ person: long, area: 'Majors', role: 'majors', space: 'M4' }, now)).toBe(
      'K7, acuity 2, Majors M4, tests 20 min, here for 4 h 10 min, has stayed longer than 4 h, by 10 min, not certain',
    )
    expect(breachWords(long, now)).toBe('4 h +10 min')
    expect(breachWords(person('p', { arrived: now - 228 * minute }), now)).toBe('4 h in 12 min')
    expect(breachWords(person('p'), now)).toBeNull()
    expect(stateFor(person('p', { since: now - 65 * minute }), now)).toBe('waiting 1 h 05')
  })
})
