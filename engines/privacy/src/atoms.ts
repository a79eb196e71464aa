/** Somebody whose value goes into figures, by any name that stays the same from release to release. */
export type Person = string

/** A set of people about whom a figure is told. */
export interface Cell {
  readonly name: string
  readonly members: readonly Person[]
}

/** People who are in the same cells, so that no figure tells them apart. */
export interface Atoms {
  /** By atom: who. */
  readonly people: readonly (readonly Person[])[]
  /** `rows[c][a]`: 1 where cell `c` holds atom `a`. */
  readonly rows: readonly (readonly number[])[]
}

/** Splits people by the cells they are in; the largest atoms first, in an order that depends on the cells and names alone. */
export function atomsOf(cells: readonly Cell[]): Atoms {
  const memberships = new Map<Person, Set<number>>()
  cells.forEach(({ members }, cell) => {
    for (const person of members) memberships.set(person, (memberships.get(person) ?? new Set()).add(cell))
  })
  const atoms = new Map<string, { readonly cells: ReadonlySet<number>; readonly people: Person[] }>()
  for (const [person, within] of [...memberships].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const key = [...within].sort((a, b) => a - b).join(',')
    const atom = atoms.get(key)
    if (atom) atom.people.push(person)
    else atoms.set(key, { cells: within, people: [person] })
  }
  const all = [...atoms.values()].sort((a, b) => b.people.length - a.people.length)
  return {
    people: all.map(({ people }) => people),
    rows: cells.map((_, cell) => all.map((atom) => (atom.cells.has(cell) ? 1 : 0))),
  }
}
