import { formulate } from './formulate.ts'
import type { Formulation } from './rota-columns.ts'
import { linear } from './rota-model.ts'
import type { LinearModel, RotaSolver, SolverLimits } from './solver.ts'

export interface FirstRota {
  readonly values?: Float64Array
  /** Of the relaxed program. */
  readonly bound: number
  readonly infeasible: boolean
}

/**
 * A good rota soon. The program is solved as if nobody had to be anywhere whole; where that puts somebody wholly into a
 * session, they stay, but for people whose rules then cannot be met; the rest is solved in whole numbers. No values when
 * that finds nothing.
 *
 * Source: relaxation enforced neighbourhood search, T. Berthold, Math. Methods Oper. Res. 79 (2014) 1–33, without the zeros.
 */
export function firstRota(
  { columns }: Formulation,
  program: LinearModel,
  solver: RotaSolver,
  seconds: () => number,
): FirstRota {
  const relaxed = solver.solve(program, { seconds: Math.max(0.1, seconds()), gap: 0, relaxed: true })
  const { bound, values, status } = relaxed
  if (status === 'infeasible') return { bound, infeasible: true }
  if (status === 'limit' || !values) return { bound: Number.NEGATIVE_INFINITY, infeasible: false }
  const certain = columns.session.map((sessions) =>
    sessions.flat().flatMap(({ column }) => (values[column]! > 1 - 1e-6 ? [column] : [])),
  )
  const solve = (people: readonly number[], limits: SolverLimits) => {
    const lower = [...program.lower]
    for (const p of people) for (const column of certain[p]!) lower[column] = 1
    return solver.solve({ ...program, lower }, limits)
  }
  let staying: readonly number[] = []
  const groups = [[...certain.keys()]]
  for (let group = groups.pop(); group && seconds() > 0; group = groups.pop()) {
    const wider = [...staying, ...group]
    if (solve(wider, { seconds: 1, gap: 1 }).status !== 'infeasible') staying = wider
    else if (group.length > 1) groups.push(group.slice(group.length / 2), group.slice(0, group.length / 2))
  }
  const found = solve(staying, { seconds: Math.max(0.5, seconds()), gap: 0.005 })
  return { ...(found.values ? { values: found.values } : {}), bound, infeasible: false }
}

/** A rota that no rule forbids, however poor: the program without its aims is solved soonest. */
export function anyRota(
  { facts }: Formulation,
  program: LinearModel,
  solver: RotaSolver,
  left: () => number,
): Float64Array | 'infeasible' | undefined {
  const bare = formulate(facts, { aims: false })
  const allowed = solver.solve(linear(bare.model), { seconds: Math.max(0.5, 0.6 * left()), gap: 1 })
  if (allowed.status === 'infeasible') return 'infeasible'
  if (!allowed.values) return undefined
  // Columns come in the same order with and without aims; those of the aims are the last.
  const [lower, upper] = [[...program.lower], [...program.upper]]
  for (const [column, whole] of bare.model.whole.entries())
    if (whole) lower[column] = upper[column] = Math.round(allowed.values[column]!)
  return solver.solve({ ...program, lower, upper }, { seconds: Math.max(0.5, left()), gap: 0 }).values
}
