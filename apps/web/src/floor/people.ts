import type { FloorPicture, PersonMark } from '@counterpart/server/contract'

/** Somebody on the floor and where they are. */
export interface Placed {
  readonly person: PersonMark
  readonly area: string
  /** What the area is for, e.g. `waiting`. */
  readonly role: string
  /** Bay or room; null for those who have none of their own. */
  readonly space: string | null
}

/** Everybody in the picture, area by area, each once. */
export function placedPeople(floor: FloorPicture): readonly Placed[] {
  return floor.areas.flatMap((area) => {
    const at = { area: area.label, role: area.role }
    const inSpaces = area.spaces.flatMap(({ code, person }) => (person ? [{ ...at, person, space: code }] : []))
    return [...inSpaces, ...queueOrder(area.people).map((person) => ({ ...at, person, space: null }))]
  })
}

/** The order in which people wait to be called: by acuity, those without one last, then by arrival. */
export function queueOrder(people: readonly PersonMark[]): readonly PersonMark[] {
  return [...people].sort(
    (a, b) => (a.acuity ?? 6) - (b.acuity ?? 6) || a.arrived - b.arrived || (a.id < b.id ? -1 : 1),
  )
}

/** How near somebody is to breaking the department's target: `past` it, or `near`: within half an hour of it. */
export function breachOf(person: Pick<PersonMark, 'breachAt'>, now: number): 'past' | 'near' | null {
  if (person.breachAt === undefined) return null
  if (person.breachAt <= now) return 'past'
  return person.breachAt - now <= 30 * 60_000 ? 'near' : null
}

export const listFilters = ['all', 'waiting', 'boarding', 'attention'] as const
export type ListFilter = (typeof listFilters)[number]

/** Whether somebody belongs in a list so filtered. */
export function passes({ person }: Placed, filter: ListFilter, now: number): boolean {
  if (filter === 'waiting') return person.state === 'arriving' || person.state === 'waiting'
  if (filter === 'boarding') return person.state === 'boarding'
  if (filter === 'attention')
    return person.attention !== undefined || person.doubt !== undefined || breachOf(person, now) === 'near'
  return true
}

export const listSorts = ['acuity', 'label', 'place', 'state', 'stay'] as const
export type ListSort = (typeof listSorts)[number]

const stateOrder: readonly PersonMark['state'][] = ['arriving', 'waiting', 'in-care', 'tests', 'decided', 'boarding']

/** People sorted by a column; `backwards` turns it round. Ties go by how long they have been here, longest first. */
export function sortPeople(people: readonly Placed[], by: ListSort, backwards: boolean): readonly Placed[] {
  const text = new Intl.Collator(undefined, { numeric: true })
  const compare = (a: Placed, b: Placed): number => {
    if (by === 'acuity') return (a.person.acuity ?? 6) - (b.person.acuity ?? 6)
    if (by === 'label') return text.compare(a.person.label, b.person.label)
    if (by === 'place') return text.compare(`${a.area} ${a.space ?? ''}`, `${b.area} ${b.space ?? ''}`)
    if (by === 'state') return stateOrder.indexOf(a.person.state) - stateOrder.indexOf(b.person.state)
    return a.person.arrived - b.person.arrived
  }
  return [...people].sort(
    (a, b) =>
      (backwards ? -compare(a, b) : compare(a, b)) ||
      a.person.arrived - b.person.arrived ||
      (a.person.id < b.person.id ? -1 : 1),
  )
}

/** Those to look at again, the greatest risk first. */
export function toLookAt(people: readonly Placed[]): readonly Placed[] {
  return people
    .filter(({ person }) => person.attention)
    .sort((a, b) => b.person.attention!.risk.p50 - a.person.attention!.risk.p50)
}

/** Codes of spaces without the letters that all of an area share, as its name says them already: `MJ01`, `MJ02` → `01`, `02`. */
export function shortCodes(codes: readonly string[]): ReadonlyMap<string, string> {
  const letters = codes.map((code) => /^\D*/.exec(code)![0])
  const shared = letters.every((each) => each === letters[0]) ? (letters[0]?.length ?? 0) : 0
  return new Map(codes.map((code) => [code, code.slice(shared) || code]))
}
