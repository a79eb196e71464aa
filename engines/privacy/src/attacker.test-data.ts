import type { Cell, Person } from './atoms.ts'

/** An attacker who knows who is in which cell, and does the sums person by person in floating point: nothing of ours is used. */

function rank(matrix: readonly (readonly number[])[]): number {
  const rows = matrix.map((row) => [...row])
  let found = 0
  const columns = rows[0]?.length ?? 0
  for (let c = 0; c < columns && found < rows.length; c++) {
    let pivot = found
    for (let r = found + 1; r < rows.length; r++) if (Math.abs(rows[r]![c]!) > Math.abs(rows[pivot]![c]!)) pivot = r
    if (Math.abs(rows[pivot]![c]!) < 1e-9) continue
    ;[rows[found], rows[pivot]] = [rows[pivot]!, rows[found]!]
    for (let r = found + 1; r < rows.length; r++) {
      const factor = rows[r]![c]! / rows[found]![c]!
      for (let k = c; k < columns; k++) rows[r]![k]! -= factor * rows[found]![k]!
    }
    found++
  }
  return found
}

export function peopleOf(cells: readonly Cell[]): readonly Person[] {
  return [...new Set(cells.flatMap(({ members }) => members))].sort()
}

const indicator = (people: readonly Person[], members: readonly Person[]) =>
  people.map((person) => (members.includes(person) ? 1 : 0))

/** Whether some combination of the cells' sums is about people of `few` only. */
export function learnsOf(cells: readonly Cell[], few: readonly Person[]): boolean {
  const people = peopleOf(cells)
  const all = cells.map(({ members }) => indicator(people, members))
  const outside = all.map((row) => row.filter((_, i) => !few.includes(people[i]!)))
  return rank(outside) < rank(all)
}

/** Whether the sum of `members` follows from the cells' sums. */
export function canDerive(cells: readonly Cell[], members: readonly Person[]): boolean {
  const people = peopleOf(cells)
  const all = cells.map((cell) => indicator(people, cell.members))
  return rank([...all, indicator(people, members)]) === rank(all)
}

/** Every set of `size` of these. */
export function* choose<T>(from: readonly T[], size: number): Iterable<readonly T[]> {
  if (size === 0) yield []
  else
    for (let i = 0; i + size <= from.length; i++)
      for (const rest of choose(from.slice(i + 1), size - 1)) yield [from[i]!, ...rest]
}

/** Every set of these. */
export function* subsets<T>(from: readonly T[]): Iterable<readonly T[]> {
  for (let mask = 0; mask < 2 ** from.length; mask++) yield from.filter((_, i) => (mask >> i) & 1)
}

/** By person: whether in every world that fits the counts they have the attribute, or in none. */
export function certainOf(
  cells: readonly { readonly members: readonly Person[]; readonly count: number }[],
): readonly Person[] {
  const people = [...new Set(cells.flatMap(({ members }) => members))].sort()
  const seen = new Map(people.map((person) => [person, new Set<boolean>()]))
  for (const having of subsets(people)) {
    const within = new Set(having)
    if (cells.some(({ members, count }) => members.filter((person) => within.has(person)).length !== count)) continue
    for (const person of people) seen.get(person)!.add(within.has(person))
  }
  return people.filter((person) => seen.get(person)!.size < 2)
}
