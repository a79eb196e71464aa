import { clashAmong, giveWay, type Stretched } from './clash-search.ts'
import { formulate } from './formulate.ts'
import { repairCosts } from './repair-costs.ts'
import type { Formulation } from './rota-columns.ts'
import { eligible, type RotaFacts } from './rota-facts.ts'
import type { RuleInstance } from './rota-model.ts'
import { type RuleName, ruleUnits } from './rota-problem.ts'
import type { RotaSolver } from './solver.ts'

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
 * program in which every rule may give way at its price. Each clash is thinned by the deletion filter, so every one of its
 * rules is needed for it.
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
    const core = clashAmong(formulation, suspects, toExplain, solver, timing.left)
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
  const listed = (instances: readonly RuleInstance[]) => {
    const more = instances.length - atMostListed
    const said = instances.slice(0, atMostListed).map(({ sentence }) => sentence)
    return said.join('; ') + (more > 0 ? `; and ${more} more` : '')
  }
  if (!need) return 'The rules clash.'
  const able = others.every(({ rule }) => reasons.includes(rule)) ? ableFor(facts, need, others) : undefined
  if (able !== undefined) {
    const few = able === 0 ? 'nobody' : `only ${able}`
    return ended(`${capital(need.sentence)} and ${few} can work${others.length > 0 ? `: ${listed(others)}` : ''}`)
  }
  return ended(
    core.length === 1
      ? `${capital(need.sentence)}, which can never be`
      : `These cannot all hold: ${listed([need, ...others])}`,
  )
}

const ended = (sentence: string) => (sentence.endsWith('.') ? sentence : `${sentence}.`)

/** A sentence that names more is read by nobody; the rules are all in the list. */
const atMostListed = 8

/** How many could meet a need were it not for these reasons; undefined where the rule counts no people. */
function ableFor(facts: RotaFacts, need: RuleInstance, others: readonly RuleInstance[]): number | undefined {
  const { pod, skill, slot } = need.about
  const blocked = new Set(others.map(({ about }) => about.person))
  const can = (p: number) => {
    const person = facts.people[p]!
    if (slot !== undefined) return eligible(person, facts.slots[slot]!)
    return person.pods.includes(pod!) && (skill === undefined || (person.person.skills ?? []).includes(skill))
  }
  if (!['cover-minimum', 'skills', 'turns'].includes(need.rule)) return undefined
  return facts.people
    .keys()
    .filter((p) => can(p) && !blocked.has(p))
    .toArray().length
}

const capital = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1)
