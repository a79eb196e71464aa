import { type Atoms, atomsOf, type Cell, type Person } from './atoms.ts'
import { holdsVectorWithin, prime, type RowSpace, rowSpaceOf } from './row-space.ts'

/**
 * Groups of fewer than `minimum` people of whom something follows from the sums of `cells`, by adding and taking away with
 * any factors. Each is told once, by the largest such group found; none: every combination of the sums that is about
 * anybody is about at least `minimum` people.
 *
 * Attackers are taken to know who is in which cell. That a combination touches few people is told of its coefficients, so
 * `2 × A − B` counts as well as `A − B`. `known`: sums that were told before; what follows from these alone is not told again.
 *
 * @example derivableGroups([{ name: 'all', members: ['a', 'b', 'c', 'd'] }, { name: 'most', members: ['a', 'b', 'c'] }], 3)
 * // [['d']]
 */
export function derivableGroups(
  cells: readonly Cell[],
  minimum: number,
  known: readonly Cell[] = [],
): readonly (readonly Person[])[] {
  return [...groupsWithin(cells, minimum, known)]
}

/** Whether {@link derivableGroups} would find any; stops at the first. */
export function tellsOfFew(cells: readonly Cell[], minimum: number, known: readonly Cell[] = []): boolean {
  return !groupsWithin(cells, minimum, known).next().done
}

function* groupsWithin(
  cells: readonly Cell[],
  minimum: number,
  known: readonly Cell[],
): Generator<readonly Person[], void> {
  const atoms = atomsOf([...known, ...cells])
  const size = (atom: number) => atoms.people[atom]!.length
  // Atoms are in order of size, so a row has its pivot in a large one if it can; such rows are of no concern to small groups.
  const concerned = ({ rows, pivots }: RowSpace): RowSpace => ({
    rows: rows.filter((_, r) => size(pivots[r]!) < minimum),
    pivots: pivots.filter((pivot) => size(pivot) < minimum),
  })
  const space = concerned(rowSpaceOf(atoms.rows))
  if (space.rows.length === 0) return
  const before = concerned(rowSpaceOf(atoms.rows.slice(0, known.length)))
  for (const support of smallSupports(atoms, minimum))
    if (holdsVectorWithin(space, support) && !holdsVectorWithin(before, support))
      yield [...support].flatMap((atom) => atoms.people[atom]!)
}

/** Sets of atoms with fewer than `minimum` people to which no other atom can be added: a smaller set tells nothing more. */
function* smallSupports({ people }: Atoms, minimum: number): Iterable<ReadonlySet<number>> {
  const small = people.map((who, atom) => ({ atom, size: who.length })).filter(({ size }) => size < minimum)
  const chosen: number[] = []
  function* extend(from: number, room: number): Iterable<ReadonlySet<number>> {
    const taken = new Set(chosen)
    const isFull = small.every(({ atom, size }) => taken.has(atom) || size > room)
    if (isFull && chosen.length > 0) yield taken
    for (let next = from; next < small.length; next++) {
      const { atom, size } = small[next]!
      if (size > room) continue
      chosen.push(atom)
      yield* extend(next + 1, room - size)
      chosen.pop()
    }
  }
  yield* extend(0, minimum - 1)
}

/** More combinations than this are not looked through; see {@link derivableCells}. */
const combinationsAtMost = 200_000

/**
 * Every set of people whose sum follows from the sums of `cells` (differences of nested ones, say), as atoms. `undefined`
 * where there are too many to look through.
 */
export function derivableCells(atoms: Atoms): readonly (readonly number[])[] | undefined {
  const space = rowSpaceOf(atoms.rows)
  const columns = atoms.people.length
  const last = lastRows(space, columns)
  const found: (readonly number[])[] = []
  let looked = 0
  const walk = (row: number, sum: readonly number[]): boolean => {
    if (++looked > combinationsAtMost) return false
    // A column to which no later row adds has its final value.
    if (sum.some((value, c) => last[c]! < row && value > 1)) return true
    if (row === space.rows.length) {
      const within = sum.flatMap((value, c) => (value === 1 ? [c] : []))
      if (within.length > 0) found.push(within)
      return true
    }
    const added = space.rows[row]!
    return (
      walk(row + 1, sum) &&
      walk(
        row + 1,
        sum.map((value, c) => (value + added[c]!) % prime),
      )
    )
  }
  return walk(0, new Array<number>(columns).fill(0)) ? found : undefined
}

/** By column: the last row that adds to it; −1 where none does. */
function lastRows({ rows }: RowSpace, columns: number): readonly number[] {
  return Array.from({ length: columns }, (_, c) => rows.findLastIndex((row) => row[c] !== 0))
}
