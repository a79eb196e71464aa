import { type Atoms, atomsOf, type Cell, type Person } from './atoms.ts'
import { leavesEverybodyOpen } from './counts.ts'
import { derivableCells, tellsOfFew } from './derivable.ts'
import { areAlike, isDominated, type Scale } from './dominance.ts'
import { PrivacyError } from './errors.ts'

/** What one would like to tell: figures of one variable for several, perhaps overlapping, sets of people. */
export interface Question {
  /** The most important first: where not all can be told, later ones are left out rather than earlier ones. */
  readonly cells: readonly Cell[]
  /** No figure is told of fewer people, nor may one follow from several; at least 3. */
  readonly minimum: number
  /** Each person's value, where means or sums are told. */
  readonly values?: ReadonlyMap<Person, number>
  /** Of `values`; needed with them. */
  readonly scale?: Scale
  /** Who has the attribute, where the number of those is told. */
  readonly having?: ReadonlySet<Person>
  /** Of the p % rule; default 10. */
  readonly percent?: number
  /** Cells told earlier, of the same variable in a time so near that people may be taken to have the same value still. */
  readonly told?: readonly Cell[]
}

export type Suppression = 'too-few' | 'would-disclose'

export interface Release {
  /** Names of the cells that may be told, in the order of the question. */
  readonly told: readonly string[]
  readonly suppressed: ReadonlyMap<string, Suppression>
}

/** Choices of what to leave out that are tried besides taking cells one by one. */
const choicesAtMost = 24

/**
 * Decides which cells may be told so that nothing follows about fewer than `minimum` people: not from one cell, not by adding
 * up and taking away several, not together with what was told before. Leaves out as few cells as it can find: cells are taken
 * one by one in the order given as long as nothing follows, and where that leaves out several, choices of one and of two are
 * tried instead.
 *
 * - Too few people: left out (primary suppression).
 * - {@link tellsOfFew}: others are left out so that these cannot be derived (complementary suppression).
 * - Means: the p % rule holds for every cell and for every set of people whose sum can be derived; all alike is not told.
 * - Counts of those having an attribute: of nobody may it follow whether they have it, so "all" and "none" are not told.
 *
 * Throws {@link PrivacyError} `question-invalid`. Sources: see the README.
 */
export function releaseCells(question: Question): Release {
  check(question)
  const { cells, minimum } = question
  const suppressed = new Map<string, Suppression>()
  const enough = cells.filter(({ name, members }) => {
    const isEnough = new Set(members).size >= minimum
    if (!isEnough) suppressed.set(name, 'too-few')
    return isEnough
  })
  const told = new Set(chooseCells(enough, question).map(({ name }) => name))
  for (const { name } of enough) if (!told.has(name)) suppressed.set(name, 'would-disclose')
  return { told: cells.filter(({ name }) => told.has(name)).map(({ name }) => name), suppressed }
}

/**
 * {@link releaseCells} where only the people of each group matter: for tables of measured work, say, in which a row must not
 * be about too few, nor follow from the others.
 *
 * @example
 * suppressGroups({ groups: [{ name: 'clinic', members: ['a', 'b', 'c', 'd', 'e'] }, { name: 'one', members: ['a', 'b', 'c'] }], minimum: 3 })
 * // told: ['clinic']: "one" beside it would tell of the other two
 */
export function suppressGroups(question: { readonly groups: readonly Cell[]; readonly minimum: number }): Release {
  return releaseCells({ cells: question.groups, minimum: question.minimum })
}

function chooseCells(cells: readonly Cell[], question: Question): readonly Cell[] {
  if (mayBeTold(cells, question)) return cells
  const inOrder: Cell[] = []
  for (const cell of cells) if (mayBeTold([...inOrder, cell], question)) inOrder.push(cell)
  let choices = 0
  const isSafe = (some: readonly Cell[]) => choices++ < choicesAtMost && mayBeTold(some, question)
  const without = (...left: readonly number[]) => cells.filter((_, i) => !left.includes(i))
  if (cells.length - inOrder.length > 1)
    for (let i = cells.length - 1; i >= 0; i--) if (isSafe(without(i))) return without(i)
  if (cells.length - inOrder.length > 2)
    for (let i = cells.length - 1; i > 0; i--)
      for (let j = i - 1; j >= 0; j--) if (isSafe(without(i, j))) return without(i, j)
  return inOrder
}

/** Whether these cells may be told together. */
export function mayBeTold(cells: readonly Cell[], question: Question): boolean {
  const { minimum, told = [], values, having } = question
  if (cells.length === 0) return true
  if (tellsOfFew(cells, minimum, told)) return false
  const atoms = atomsOf(cells)
  return (!values || meansMayBeTold(atoms, values, question)) && (!having || countsMayBeTold(atoms, having))
}

function meansMayBeTold(atoms: Atoms, values: ReadonlyMap<Person, number>, question: Question): boolean {
  const { scale, percent = 10 } = question
  return (
    derivableCells(atoms)?.every((derived) => {
      const of = derived.flatMap((atom) => atoms.people[atom]!.map((person) => values.get(person)!))
      return !isDominated(of, scale!, percent) && !areAlike(of)
    }) ?? false
  )
}

function countsMayBeTold(atoms: Atoms, having: ReadonlySet<Person>): boolean {
  const counts = atoms.people.map((who) => who.filter((person) => having.has(person)).length)
  return leavesEverybodyOpen(
    atoms.people.map((who) => who.length),
    atoms.rows.map((row) => {
      const within = row.flatMap((value, atom) => (value === 1 ? [atom] : []))
      return { atoms: within, count: within.reduce((sum, atom) => sum + counts[atom]!, 0) }
    }),
  )
}

function check({ cells, minimum, values, scale, percent = 10 }: Question): void {
  const wrong = (what: string): never => {
    throw new PrivacyError('question-invalid', what)
  }
  if (!Number.isInteger(minimum) || minimum < 3)
    wrong(`the minimum cell is ${minimum}; expected a whole number from 3 on (of two, each would know the other)`)
  if (!(percent > 0)) wrong(`the p % rule has p = ${percent}; expected more than 0`)
  const names = new Set<string>()
  for (const { name, members } of cells) {
    if (names.has(name)) wrong(`cell "${name}" is asked for twice; give each a name of its own`)
    names.add(name)
    if (!values) continue
    if (!scale) wrong('values were given without their scale; say the least and the greatest value there can be')
    for (const person of members) {
      const value = values.get(person)
      if (value === undefined || !Number.isFinite(value)) wrong(`cell "${name}": somebody in it has no value`)
      else if (value < scale!.low || (scale!.high !== null && value > scale!.high))
        wrong(`cell "${name}": a value is outside of the scale ${scale!.low} to ${scale!.high ?? '…'}`)
    }
  }
}
