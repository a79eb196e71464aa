import type { DepartmentSettings } from '@counterpart/intake'
import type { SubjectState } from '../subjects.ts'

/** Where somebody is, as a list of people is narrowed by it. */
export interface Place {
  /** `at:<name>`, `unplaced` (here, but no message says where) or `away`. */
  readonly key: string
  readonly name: string
}

const over: ReadonlySet<string> = new Set(['finished', 'cancelled', 'entered-in-error', 'planned'])
const away: Place = { key: 'away', name: '' }
const unplaced: Place = { key: 'unplaced', name: '' }

/**
 * Says where people are: all areas of a department of this hospital are that department; elsewhere a place is a ward, as
 * messages name it. Whose visit is over, or who is only known by name, is away.
 */
export function placesOf(departments: readonly DepartmentSettings[]): (subject: SubjectState) => Place {
  const names = new Map<string, string>()
  for (const department of departments)
    if ('areas' in department)
      for (const { code, also = [] } of department.areas)
        for (const each of [code, ...also]) names.set(each, department.name)
  return ({ encounter, lastObservation }) => {
    // Of whom nothing was ever measured here there is an order or a booking, say.
    if (!encounter) return lastObservation === null ? away : unplaced
    if (over.has(encounter.status)) return away
    const ward = encounter.location?.split(' · ')[0]
    if (!ward) return unplaced
    const name = names.get(ward) ?? ward
    return { key: `at:${name}`, name }
  }
}

/** Whether somebody at this place is in a list narrowed to `wanted`: a key, or `here` for all who are not away. */
export function isAt(place: Place, wanted: string | undefined): boolean {
  if (wanted === undefined) return true
  return wanted === 'here' ? place.key !== 'away' : place.key === wanted
}

/** How many there are at each place: by name, those not placed and those away at the end. */
export function countPlaces(places: readonly Place[]): (Place & { readonly count: number })[] {
  const counts = new Map<string, Place & { count: number }>()
  for (const place of places) {
    const known = counts.get(place.key)
    if (known) known.count++
    else counts.set(place.key, { ...place, count: 1 })
  }
  const rank = ({ key }: Place) => ['unplaced', 'away'].indexOf(key)
  return [...counts.values()].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
}
