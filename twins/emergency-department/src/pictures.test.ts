import {
  carryOn,
  departmentChannels,
  type FloorPicture,
  hour,
  type JsonObject,
  minute,
  type PathwayPicture,
  type PressurePicture,
  type StressPicture,
} from '@counterpart/kernel'
import { describe, expect, test } from 'vitest'
import { beliefAfter, came, contextAt, layout, observed, roster, start, visit } from './department.test-data.ts'
import { emergencyDepartment as twin } from './twin.ts'

const boarding = Array.from({ length: 13 }, (_, i) =>
  came(`b${i}`, start, { arrived: 300, triaged: 290, area: 'MAJ', bed: `M${i + 1}`, seen: 280, boarding: 120 }),
)
const waiting = Array.from({ length: 8 }, (_, i) =>
  came(`w${i}`, start, { arrived: 90 - 5 * i, triaged: 85 - 5 * i, acuity: 2 }),
)
const belief = beliefAfter(
  [
    observed(departmentChannels.layout, start - 6 * hour, layout as unknown as JsonObject),
    roster(start - 6 * hour, { clinician: 6, nurse: 8, 'triage-nurse': 2 }),
    ...boarding.flat(),
    ...waiting.flat(),
    visit('x', start - 10 * minute, { what: 'arrived', mode: 'ambulance' }),
    visit('x', start - 9 * minute, { what: 'placed', at: { area: 'NOWHERE' } }),
  ],
  start,
)
const drawn = <P>(name: string) => twin.picture!(belief, carryOn, contextAt(start), name) as P

describe('pictures', () => {
  test('the floor shows everybody once, in their space or beside it', () => {
    const floor = drawn<FloorPicture>('floor')
    const people = floor.areas.flatMap(({ spaces, people }) => [
      ...spaces.flatMap(({ person }) => person ?? []),
      ...people,
    ])
    expect(people.map(({ id }) => id).sort()).toEqual([...Object.keys(belief.memory.visits as object)].sort())
    const majors = floor.areas.find(({ code }) => code === 'MAJ')!
    expect(majors.spaces.filter(({ person }) => person !== null)).toHaveLength(13)
    expect(people.find(({ id }) => id === 'x')!.doubt).toBe('Area NOWHERE is not in the layout')
    expect(floor.description).toContain('22 people at 10:00: 9 wait for a clinician, 13 for a bed upstairs')
    expect(floor.staff.map(({ onDuty }) => onDuty)).toEqual([6, 8, 2])
  })

  test('urgent people who wait too long are to be looked at again, with reasons; boarders are not', () => {
    const people = drawn<FloorPicture>('floor').areas.flatMap(({ people }) => people)
    const longest = people.find(({ id }) => id === 'w0')!
    expect(longest.attention!.reasons).toEqual([
      'acuity 2 (× 3.3)',
      'waits 90 minutes, 75 beyond the 15 for it',
      'last looked at 85 minutes ago',
    ])
    expect(longest.attention!.risk.p05).toBeLessThan(longest.attention!.risk.p95)
    expect(people.filter(({ state }) => state === 'boarding').every(({ attention }) => attention === undefined)).toBe(
      true,
    )
  })

  test('the pathway leads from every step to a way out', () => {
    const { nodes, edges } = drawn<PathwayPicture>('pathway')
    const known = new Set(nodes.map(({ id }) => id))
    expect(edges.every(({ from, to }) => known.has(from) && known.has(to))).toBe(true)
    for (const { id, kind } of nodes)
      expect([id, kind === 'leave' || edges.some(({ from }) => from === id)]).toEqual([id, true])
    expect(nodes.find(({ id }) => id === 'boarding')!.waiting).toBe(13)
  })

  test('pressure finds the beds upstairs and says why', () => {
    const { rows, times, findings } = drawn<PressurePicture>('pressure')
    for (const { use, waiting, holdsUp } of rows)
      for (const band of [use.p05, use.p95, waiting.p50, holdsUp]) expect(band).toHaveLength(times.length)
    expect(findings[0]!.resource).toBe('bed upstairs')
    expect(findings[0]!.cause).toMatch(/^\d+ of 23 usable treatment spaces hold patients who wait for a bed upstairs$/)
  })

  test('stress says the worst, the excess and the recovery of each shock', () => {
    const { rows, measures } = drawn<StressPicture>('stress')
    expect(rows.map(({ name }) => name)).toEqual([
      'mass-casualty',
      'outbreak',
      'scanner-failure',
      'it-outage',
      'staff-sickness',
    ])
    for (const row of rows) {
      expect(Object.keys(row.under)).toEqual(measures.map(({ name }) => name))
      expect(row.recovery.withinHorizon).toBeGreaterThanOrEqual(0)
      expect(row.difference.excess!.mean).toBeGreaterThanOrEqual(0)
      // The worst twentieth lies beyond the 95 % quantile, and the median within its interval.
      for (const { name } of measures) expect(row.worst![name]!).toBeGreaterThanOrEqual(row.under[name]!.p95 - 1e-9)
      const [low, high] = row.recovery.medianBetween!.map((each) => each ?? 1e9)
      expect(low).toBeLessThanOrEqual(row.recovery.median ?? 1e9)
      expect(high).toBeGreaterThanOrEqual(row.recovery.median ?? 1e9)
    }
    const limit = (shock: string, name: string) =>
      rows.find((row) => row.name === shock)!.limits!.find((each) => each.name === name)!
    expect(limit('mass-casualty', 'crowd').under.estimate).toBeGreaterThanOrEqual(
      limit('mass-casualty', 'crowd').without.estimate,
    )
    for (const { remedy } of rows)
      if (remedy) {
        expect(remedy.spared.mean).toBeGreaterThan(0)
        expect(remedy.better).toBeGreaterThanOrEqual(0.7)
        expect(remedy.interventions.map(({ intervention }) => intervention)).not.toContain('divert-ambulances')
      }
    // Eight people of acuity 2 wait for one of six clinicians, and a quarter of these is missing: more hands help.
    expect(rows.find(({ name }) => name === 'staff-sickness')!.remedy).toBeTruthy()
    const more = (name: string) => rows.find((row) => row.name === name)!.difference['worst-present']!.mean
    expect(more('mass-casualty')).toBeGreaterThan(3)
    expect(rows[3]!.assumption).toMatch(/errs by [\d.]+, one made at its end by [\d.]+$/)
  })
})
