import { repairCosts } from './repair-costs.ts'
import type { Formulation } from './rota-columns.ts'
import { loosened, newModel, type RuleInstance } from './rota-model.ts'
import type { RuleName } from './rota-problem.ts'
import type { LinearModel, LinearRow, RotaSolver } from './solver.ts'

export interface Stretched {
  readonly instance: RuleInstance
  readonly by: number
}

/** The program of what columns mean and these rules, of which some may give way at a price. */
function elastic(
  { model }: Formulation,
  firm: Iterable<RuleInstance>,
  loose: readonly RuleInstance[],
  price: (rule: RuleName) => number,
): { readonly program: LinearModel; readonly slack: ReadonlyMap<RuleInstance, readonly number[]> } {
  const { lower, upper, whole } = model
  const program = {
    ...newModel(),
    cost: model.cost.map(() => 0),
    lower: [...lower],
    upper: [...upper],
    whole: [...whole],
  }
  const rows: LinearRow[] = [...model.rows, ...[...firm].flatMap((instance) => instance.rows)]
  const slack = new Map<RuleInstance, number[]>()
  for (const instance of loose) {
    const columns: number[] = []
    for (const each of instance.rows)
      rows.push(
        loosened(program, each, (column) => {
          program.cost[column] = price(instance.rule)
          columns.push(column)
        }),
      )
    slack.set(instance, columns)
  }
  return { program: { ...program, rows }, slack }
}

/** How far rules have to give way; undefined when those that stay firm cannot hold, or time ran out. */
export function giveWay(
  formulation: Formulation,
  firm: Iterable<RuleInstance>,
  loose: readonly RuleInstance[],
  price: (rule: RuleName) => number,
  solver: RotaSolver,
  { seconds, relaxed = false }: { readonly seconds: number; readonly relaxed?: boolean },
): { readonly stretched: readonly Stretched[]; readonly proved: boolean } | undefined {
  const { program, slack } = elastic(formulation, firm, loose, price)
  const { values, status } = solver.solve(program, { seconds, gap: 1e-6, relaxed })
  if (!values) return undefined
  const stretched = [...slack].map(([instance, columns]) => ({
    instance,
    by: columns.reduce((total, column) => total + values[column]!, 0),
  }))
  return { stretched: stretched.filter(({ by }) => by > 1e-5), proved: status === 'optimal' }
}

/** Whether no rota meets all of these; `undefined`: not known in a minute. */
export function cannotHold(
  formulation: Formulation,
  instances: readonly RuleInstance[],
  solver: RotaSolver,
): boolean | undefined {
  const { program } = elastic(formulation, instances, [], () => 0)
  const { status, values } = solver.solve(program, { seconds: 60, gap: 1 })
  return status === 'infeasible' ? true : values ? false : undefined
}

/**
 * A clash that one of `involved` is part of: rules that cannot all hold and of which none could be left out. Looked for near
 * first: among the rules of the same people, then those that they share with others, then everywhere, where the elastic
 * filter narrows it down. Undefined when all can hold or time ran out.
 */
export function clashAmong(
  formulation: Formulation,
  suspects: readonly RuleInstance[],
  involved: Iterable<RuleInstance>,
  solver: RotaSolver,
  left: () => number,
): readonly RuleInstance[] | undefined {
  for (const instance of involved)
    for (const near of neighbourhoods(formulation, suspects, instance)) {
      if (left() <= 0) return undefined
      if (cannotHold(formulation, near, solver)) return thinned(formulation, near, solver, left)
    }
  const firm = new Set<RuleInstance>()
  for (;;) {
    if (left() <= 0) return undefined
    const loose = suspects.filter((instance) => !firm.has(instance))
    const limits = { seconds: Math.max(1, left()), relaxed: true }
    const found = giveWay(formulation, firm, loose, () => 1, solver, limits)
    if (!found) return thinned(formulation, [...firm], solver, left)
    if (found.stretched.length === 0) break
    for (const { instance } of found.stretched) firm.add(instance)
  }
  return cannotHold(formulation, suspects, solver) ? thinned(formulation, suspects, solver, left) : undefined
}

/** Rules near one: of its people alone; with what these share with others; with the others' own. */
function neighbourhoods(
  formulation: Formulation,
  suspects: readonly RuleInstance[],
  instance: RuleInstance,
): readonly (readonly RuleInstance[])[] {
  const owners = ownersOf(formulation)
  const peopleOf = ({ rows }: RuleInstance) =>
    new Set(rows.flatMap(({ columns }) => columns.flatMap((column) => owners.get(column) ?? [])))
  const known = suspects.map((each) => ({ each, people: peopleOf(each) }))
  const own = peopleOf(instance)
  const among = (people: ReadonlySet<number>) =>
    known.filter((other) => other.people.isSubsetOf(people)).map(({ each }) => each)
  const sharing = known.filter((other) => !other.people.isDisjointFrom(own))
  const wider = new Set(sharing.flatMap(({ people }) => [...people]))
  const alone = among(own)
  return [
    [...new Set([instance, ...alone])],
    [...new Set([...alone, ...sharing.map(({ each }) => each)])],
    [...new Set([...among(wider), ...sharing.map(({ each }) => each)])],
  ]
}

/** Whose column each is; of columns that only count, after the rows that say what they mean. */
function ownersOf({ columns, model }: Formulation): ReadonlyMap<number, number> {
  const owners = new Map<number, number>()
  for (const [p, sessions] of columns.session.entries()) {
    for (const { column } of sessions.flat()) owners.set(column, p)
    for (const column of columns.quarter[p]!) if (column !== undefined) owners.set(column, p)
    for (const column of columns.turn[p]!.values()) owners.set(column, p)
  }
  for (const { rows } of [model, ...model.instances])
    for (const row of rows) {
      const people = new Set(row.columns.flatMap((column) => owners.get(column) ?? []))
      const [only] = people
      if (people.size === 1) for (const column of row.columns) if (!owners.has(column)) owners.set(column, only!)
    }
  return owners
}

/**
 * Leaves out what is not needed for the rest to clash: large parts first, then one by one (what is dearest to give way is
 * kept longest, as it tells most).
 */
function thinned(
  formulation: Formulation,
  clash: readonly RuleInstance[],
  solver: RotaSolver,
  left: () => number,
): readonly RuleInstance[] | undefined {
  let rest = [...clash].sort((a, b) => repairCosts[a.rule] - repairCosts[b.rule])
  for (let size = Math.ceil(rest.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = 0; from < rest.length; ) {
      if (left() <= 0) return undefined
      const without = rest.toSpliced(from, size)
      if (without.length < rest.length && cannotHold(formulation, without, solver)) rest = without
      else from += size
    }
  return rest
}
