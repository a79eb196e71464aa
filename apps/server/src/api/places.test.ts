import type { DepartmentSettings } from '@counterpart/intake'
import { expect, test } from 'vitest'
import type { SubjectState } from '../subjects.ts'
import { countPlaces, isAt, placesOf } from './places.ts'

const departments = [
  { name: 'North ED', areas: [{ code: 'ED-MAJ' }, { code: 'ED-WAIT' }] },
] as unknown as readonly DepartmentSettings[]
const placeOf = placesOf(departments)
const at = (location: string | null, status = 'in-progress') =>
  placeOf({ encounter: { location, status } } as SubjectState)

test('all areas of a department are one place, a ward is its own, and whose visit is over is away', () => {
  const people = [
    at('ED-MAJ · MJ09'),
    at('ED-WAIT'),
    at('ICU · 4'),
    at('ED-MAJ · MJ01', 'finished'),
    at(null),
    placeOf({ encounter: null, lastObservation: 5 } as SubjectState),
    placeOf({ encounter: null, lastObservation: null } as SubjectState),
  ]
  expect(countPlaces(people)).toEqual([
    { key: 'at:ICU', name: 'ICU', count: 1 },
    { key: 'at:North ED', name: 'North ED', count: 2 },
    { key: 'unplaced', name: '', count: 2 },
    { key: 'away', name: '', count: 2 },
  ])
  const shown = (wanted?: string) => people.filter((each) => isAt(each, wanted)).length
  expect([shown(), shown('here'), shown('away'), shown('at:North ED'), shown('at:nowhere')]).toEqual([7, 5, 2, 2, 0])
})
