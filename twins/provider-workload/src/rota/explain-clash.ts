import { type Formulation, formulate } from './formulate.ts'
import { repairCosts } from './repair-costs.ts'
import { halfDayInWords } from './rota-calendar.ts'
import { eligible, type RotaFacts } from './rota-facts.ts'
import { loosened, newModel, type RuleInstance } from './rota-model.ts'
import { type RuleName, ruleUnits } from './rota-problem.ts'
import type { LinearModel, LinearRow, RotaSolver } from './solver.ts'

/** Rules in their places that cannot all hold, and could if any one of them were left out. */
export interface Clash {
  /** What clashes, in one sentence. */
  readonly sentence: string
  readonly rules: readonly { readonly rule: RuleName; readonly sentence: string }[]
  /** What would end this clash, each by itself, the cheapest first. */
  readonly mends: readonly Repair[]
}

/** A rule in one place that gives way by so much. */
export interface Repair {
  readonly rule: RuleName
  readonly sentence: string
  readonly by: number
  /** What is counted, e.g. `clinicians short`. */
  readonly unit: string
  readonly points: number
}

export interface Explanation {
  readonly clashes: readonly Clash[]
  /** The cheapest way found for all rules to hold but these; `cheapest` when no way costs fewer points. */
  readonly repair: { readonly steps: readonly Repair[]; readonly points: number; readonly cheapest: boolean }
  /** All clashes are told; false when time ran out first. */
  readonly complete: boolean
}

interface Timing {
  /** Seconds left. */
  readonly left: () => number
}

/**
 * Which rules of a problem that no rota can meet clash, and what would mend it. The cheapest repair is a whole-numbered
 * program in which every rule may give way at its price. Each clash is found by the elastic filter and thinned by the
 * deletion filter, so every one of its rules is needed for it.
 *
 * Source: J. W. Chinneck, E. W. Dravnieks, Locating minimal infeasible constraint sets in linear programs, ORSA J. Comput.
 * 3 (1991) 157–168; J. W. Chinneck, Feasibility and Infeasibility in Optimization, Springer 2008, chapter 6.
 */
export function explainClash(facts: RotaFacts, solver: RotaSolver, timing: Timing): Explanation {
  const formulation = formulate(facts, { aims: false })
  const { instances } = formulation.model
  const musts = instances.filter(({ setting }) => setting === 'must')
  const cheapest = giveWay(formulation, new Set(), musts, (rule) => repairCosts[rule], solver, {
    seconds: Math.max(1, timing.left() / 2),
  })
  if (!cheapest) return { clashes: [], repair: { steps: [], points: 0, cheapest: false }, complete: false }
  const steps = cheapest.stretched.map((each) => repairOf(each))
  const clashes: Clash[] = []
  let suspects = musts
  let complete = true
  const toExplain = new Set(cheapest.stretched.map(({ instance }) => instance))
  while (toExplain.size > 0) {
    if (timing.left() <= 0) {
      complete = false
      break
    }
    const core = clashAmong(formulation, suspects, solver, timing)
    if (!core) {
      complete = timing.left() > 0
      break
    }
    clashes.push(told(formulation, core, solver))
    const ended = core.filter((instance) => toExplain.has(instance))
    // Without what the repair lets go there is one clash less; were it to let go of nothing here, one of the clash goes.
    const gone = new Set(ended.length > 0 ? ended : core.slice(0, 1))
    for (const instance of gone) toExplain.delete(instance)
    suspects = suspects.filter((instance) => !gone.has(instance))
  }
  const points = steps.reduce((total, step) => total + step.points, 0)
  return { clashes, repair: { steps, points, cheapest: cheapest.proved }, complete }
}

interface Stretched {
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
function giveWay(
  formulation: Formulation,
  firm: ReadonlySet<RuleInstance>,
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

/** Rules that cannot all hold and of which none could be left out; undefined when all can hold. */
function clashAmong(
  formulation: Formulation,
  suspects: readonly RuleInstance[],
  solver: RotaSolver,
  timing: Timing,
): readonly RuleInstance[] | undefined {
  const firm = new Set<RuleInstance>()
  let relaxed = true
  for (;;) {
    if (timing.left() <= 0) return undefined
    const loose = suspects.filter((instance) => !firm.has(instance))
    const found = giveWay(formulation, firm, loose, () => 1, solver, { seconds: Math.max(1, timing.left()), relaxed })
    if (!found) break
    if (found.stretched.length > 0) for (const { instance } of found.stretched) firm.add(instance)
    else if (relaxed) relaxed = false
    else return undefined
  }
  if (timing.left() <= 0) return undefined
  return thinned(formulation, [...firm], solver)
}

/** Leaves out, one by one, what is not needed for the rest to clash. */
function thinned(
  formulation: Formulation,
  clash: readonly RuleInstance[],
  solver: RotaSolver,
): readonly RuleInstance[] {
  let rest = [...clash].sort((a, b) => repairCosts[a.rule] - repairCosts[b.rule])
  for (const instance of [...rest]) {
    const without = rest.filter((each) => each !== instance)
    if (!canHold(formulation, without, solver)) rest = without
  }
  return rest
}

function canHold(formulation: Formulation, instances: readonly RuleInstance[], solver: RotaSolver): boolean {
  const { program } = elastic(formulation, instances, [], () => 0)
  return solver.solve(program, { seconds: 60, gap: 1 }).status !== 'infeasible'
}

function told(formulation: Formulation, core: readonly RuleInstance[], solver: RotaSolver): Clash {
  const mends = core
    .flatMap((instance) => {
      const firm = new Set(core.filter((each) => each !== instance))
      return giveWay(formulation, firm, [instance], () => 1, solver, { seconds: 10 })?.stretched ?? []
    })
    .map(repairOf)
    .sort((a, b) => a.points - b.points)
  return {
    sentence: clashInWords(formulation.facts, core),
    rules: core.map(({ rule, sentence }) => ({ rule, sentence })),
    mends,
  }
}

function repairOf({ instance: { rule, sentence }, by }: Stretched): Repair {
  const rounded = Math.round(by * 100) / 100
  return { rule, sentence, by: rounded, unit: ruleUnits[rule], points: rounded * repairCosts[rule] }
}

const reasons: readonly RuleName[] = ['leave', 'fixed', 'forbidden']

/** Of cover that is short for reasons of each person alone how many can work; of all others, what cannot all hold. */
function clashInWords(facts: RotaFacts, core: readonly RuleInstance[]): string {
  const [need, ...others] = [...core].sort(
    (a, b) => Number(reasons.includes(a.rule)) - Number(reasons.includes(b.rule)),
  )
  const alone = others.every(({ rule }) => reasons.includes(rule))
  const able = need && alone ? ableFor(facts, need, others) : undefined
  const list = (instances: readonly RuleInstance[]) => instances.map(({ sentence }) => sentence).join('; ')
  if (!need) return 'the rules clash'
  if (able !== undefined)
    return `${capital(need.sentence)} and only ${able} can work${others.length > 0 ? `: ${list(others)}` : ''}.`
  return core.length === 1
    ? `${capital(need.sentence)}, which can never be.`
    : `These cannot all hold: ${list([need, ...others])}.`
}

function ableFor(facts: RotaFacts, need: RuleInstance, others: readonly RuleInstance[]): number | undefined {
  const blocked = new Set(
    others.map(({ sentence }) => facts.people.findIndex(({ person }) => sentence.startsWith(`${person.label} `))),
  )
  const free = (people: readonly number[]) => people.filter((p) => !blocked.has(p)).length
  if (need.rule === 'cover-minimum' || need.rule === 'skills') {
    const demand = facts.demand.find(
      ({ pod, halfDay, skill }) =>
        need.sentence.startsWith(
          `on ${halfDayInWords(facts.calendar, halfDay)} ${facts.problem.pods[pod]!.label} needs`,
        ) && (skill === undefined) === (need.rule === 'cover-minimum'),
    )
    if (!demand) return undefined
    const { skill } = demand
    const can = facts.members[demand.pod]!.filter(
      (p) => skill === undefined || (facts.people[p]!.person.skills ?? []).includes(skill),
    )
    return free(can)
  }
  if (need.rule === 'turns') {
    const slot = facts.slots.find(({ kind }) => need.sentence.startsWith(`${kind.label} on `))
    return (
      slot &&
      free(
        facts.people
          .keys()
          .filter((p) => eligible(facts.people[p]!, slot))
          .toArray(),
      )
    )
  }
  return undefined
}

const capital = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1)
