import { randomStream } from '@counterpart/numerics'
import type { Formulation } from './rota-columns.ts'
import type { LinearModel, RotaSolver } from './solver.ts'

interface Improving {
  readonly left: () => number
  readonly bound: number
  readonly gap: number
  readonly found: (points: number) => void
}

/**
 * Solves parts of a rota again and again, all else held fast: two pods for all weeks, one week of all pods, or some people
 * who are picked at random, in turn. What is found is never worse, and always allowed.
 *
 * Source: P. Shaw, Using constraint programming and local search methods to solve vehicle routing problems, CP 1998
 * (large-neighbourhood search); E. Rothberg, INFORMS J. Comput. 19 (2007) 534–541.
 */
export function improve(
  formulation: Formulation,
  program: LinearModel,
  start: Float64Array,
  solver: RotaSolver,
  { left, bound, gap, found }: Improving,
): Float64Array {
  const { cost, offset = 0 } = program
  const pointsOf = (values: Float64Array) => cost.reduce((sum, each, column) => sum + each * values[column]!, offset)
  const owned = ownedColumns(formulation)
  const stream = randomStream('rota', 'improve')
  let best = start
  let points = pointsOf(start)
  // When each part in turn has brought nothing, more of the same will not.
  const { weeks } = formulation.facts.calendar
  const pods = formulation.facts.problem.pods.length
  for (let idle = 0, turn = 0; idle < 3 * (weeks + pods); turn++) {
    if (left() < 0.5 || points - bound <= gap * Math.abs(points)) break
    const free = neighbourhood(formulation, turn, (n) => stream.integer(n))
    const [lower, upper] = [[...program.lower], [...program.upper]]
    for (const { column, person, week } of owned)
      if (!free(person, week)) lower[column] = upper[column] = Math.round(best[column]!)
    const limits = { seconds: Math.min(4, left()), gap: 0.001, start: best }
    const { values } = solver.solve({ ...program, lower, upper }, limits)
    const reached = values ? pointsOf(values) : points
    if (values && reached < points - 1e-6) {
      best = values
      points = reached
      idle = 0
      found(points)
    } else idle++
  }
  return best
}

/** Columns that say who does what, with whose and which week's they are. */
function ownedColumns({ facts, columns }: Formulation) {
  return facts.people
    .keys()
    .toArray()
    .flatMap((person) => [
      ...columns.session[person]!.flatMap((session, t) =>
        session.map(({ column }) => ({ column, person, week: Math.floor(t / 10) })),
      ),
      ...columns.quarter[person]!.flatMap((column, t) =>
        column === undefined ? [] : [{ column, person, week: Math.floor(t / 10) }],
      ),
      ...[...columns.turn[person]!].map(([s, column]) => ({
        column,
        person,
        week: Math.floor(facts.slots[s]!.day / 7),
      })),
    ])
}

/** What may change this time: two pods, a week, a quarter of the people. */
function neighbourhood(
  { facts: { people, problem, calendar } }: Formulation,
  turn: number,
  integer: (n: number) => number,
): (person: number, week: number) => boolean {
  const round = Math.floor(turn / 3)
  if (turn % 3 === 1) return (_, week) => week === round % calendar.weeks
  if (turn % 3 === 2) {
    const chosen = new Set(Array.from({ length: Math.ceil(people.length / 4) }, () => integer(people.length)))
    return (person) => chosen.has(person)
  }
  const first = round % problem.pods.length
  const pods = [first, (first + 1 + integer(problem.pods.length)) % problem.pods.length]
  return (person) => pods.includes(people[person]!.pods[0]!)
}
