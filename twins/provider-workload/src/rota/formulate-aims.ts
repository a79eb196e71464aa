import { fairShares, fairUnpopular, wishesOf } from './fair-shares.ts'
import { coverOf } from './formulate-cover.ts'
import { halfDaysOfDay } from './rota-calendar.ts'
import { type Formulation, sessionsOf } from './rota-columns.ts'
import type { RotaFacts } from './rota-facts.ts'
import { addColumn, addCost, atLeast, atMost, type RotaModel, row, sum } from './rota-model.ts'
import type { RuleName } from './rota-problem.ts'

/** What makes one rota better than another: cover near its target, wishes, continuity, fairness, few changes. */
export function formulateAims(formulation: Formulation): void {
  coverTarget(formulation)
  continuity(formulation)
  stability(formulation)
  const { facts, model, columns } = formulation
  for (const { code } of facts.problem.turns)
    shared(model, facts, 'fair-turns', fairShares(facts, code), (p) =>
      sum([...columns.turn[p]!].filter(([s]) => facts.slots[s]!.kind.code === code).map(([, column]) => column)),
    )
  shared(model, facts, 'fair-half-days', fairUnpopular(facts), (p) => sum(sessionsOf(columns, p, facts.unpopular)))
  wishes(formulation)
}

/** Points per unit, `must` being as dear as anything: aims cannot be musts. */
function weightOf({ problem: { rules } }: RotaFacts, rule: RuleName): number {
  const setting = rules[rule]
  return setting === 'off' ? 0 : setting === 'must' ? 1000 : setting
}

/** Too few costs its weight for the first clinician short and twice that beyond, too many three tenths. */
function coverTarget(formulation: Formulation): void {
  const { facts, model } = formulation
  const weight = weightOf(facts, 'cover-target')
  if (weight === 0) return
  for (const { pod, halfDay, target } of facts.demand) {
    if (target === undefined) continue
    const [first, beyond, over] = [
      addColumn(model, 1, false),
      addColumn(model, Number.POSITIVE_INFINITY, false),
      addColumn(model, Number.POSITIVE_INFINITY, false),
    ]
    addCost(model, 'cover-target', first, weight)
    addCost(model, 'cover-target', beyond, 2 * weight)
    addCost(model, 'cover-target', over, 0.3 * weight)
    model.rows.push(row([...coverOf(formulation, pod, halfDay), [first, 1], [beyond, 1], [over, -1]], target, target))
  }
}

/** A half-day in another pod costs half a weight; so many open days without the own doctor a whole one. */
function continuity({ facts, model, columns }: Formulation): void {
  const weight = weightOf(facts, 'continuity')
  if (weight === 0) return
  const { ownDoctorWithinDays: within } = facts.problem.rules
  const openDays = facts.calendar.days
    .keys()
    .filter((d) => halfDaysOfDay(d).some((t) => facts.calendar.open[t]))
    .toArray()
  for (const [p, person] of facts.people.entries()) {
    const home = person.pods[0]!
    const inPod = (t: number) => columns.session[p]![t]!.filter(({ pod }) => pod === home).map(({ column }) => column)
    for (const session of columns.session[p]!.flat())
      if (session.pod !== home) addCost(model, 'continuity', session.column, weight / 2)
    for (let i = 0; i + within <= openDays.length; i++) {
      const window = openDays.slice(i, i + within)
      // Nobody is asked to be there on leave.
      if (window.some((d) => halfDaysOfDay(d).every((t) => person.leave.has(t)))) continue
      const missed = addColumn(model, 1, false)
      addCost(model, 'continuity', missed, weight)
      model.rows.push(atLeast([...sum(window.flatMap(halfDaysOfDay).flatMap(inPod)), [missed, 1]], 1))
    }
  }
}

/** Each half-day that is not as in the rota in force costs a weight; somebody else's pod is a change too. */
function stability({ facts, model, columns }: Formulation): void {
  const weight = weightOf(facts, 'stability')
  if (weight === 0 || !facts.problem.inForce) return
  for (const [p, { inForce }] of facts.people.entries())
    for (const [t, session] of columns.session[p]!.entries()) {
      const now = inForce.get(t)
      if (now !== undefined && session.length > 0) model.constants.push({ rule: 'stability', cost: weight })
      for (const { pod, column } of session) {
        if (now === undefined) addCost(model, 'stability', column, weight)
        if (now === pod) addCost(model, 'stability', column, -weight)
      }
    }
}

/**
 * Each person's count within the fair share rounded down and up costs nothing; each one off costs a weight, and the worst of
 * all five more.
 */
function shared(
  model: RotaModel,
  facts: RotaFacts,
  rule: RuleName,
  shares: ReadonlyMap<number, number>,
  counted: (p: number) => (readonly [column: number, factor: number])[],
): void {
  const weight = weightOf(facts, rule)
  if (weight === 0 || shares.size === 0) return
  const worst = addColumn(model, Number.POSITIVE_INFINITY, false)
  addCost(model, rule, worst, 5 * weight)
  for (const [p, share] of shares) {
    const entries = counted(p)
    if (entries.length === 0) continue
    const off = addColumn(model, Number.POSITIVE_INFINITY, false)
    addCost(model, rule, off, weight)
    model.rows.push(
      atMost([...entries, [off, -1]], Math.max(0, Math.ceil(share - 1e-9))),
      atLeast([...entries, [off, 1]], Math.max(0, Math.floor(share + 1e-9))),
      atLeast(
        [
          [worst, 1],
          [off, -1],
        ],
        0,
      ),
    )
  }
}

/**
 * Wishes not met cost their weight. Beside that, of the share of a person's wishes that is not met the part beyond a quarter
 * costs, and the part beyond a half costs twice, so that losses are spread, and the worst share of all costs ten.
 */
function wishes({ facts, model, columns }: Formulation): void {
  const [each, fair] = [weightOf(facts, 'wishes'), weightOf(facts, 'fair-wishes')]
  const worst = addColumn(model, 1, false)
  addCost(model, 'fair-wishes', worst, 10 * fair)
  for (const p of facts.people.keys()) {
    const wishes = wishesOf(facts, p)
    const total = wishes.reduce((sum, { weight }) => sum + weight, 0)
    if (total === 0) continue
    // The share lost: constant + Σ entries.
    let constant = 0
    const entries: (readonly [column: number, factor: number])[] = []
    for (const { halfDay, want, weight } of wishes) {
      const sign = want === 'free' ? 1 : -1
      if (want === 'work') constant += weight
      for (const { column } of columns.session[p]![halfDay]!) {
        entries.push([column, (sign * weight) / total])
        addCost(model, 'wishes', column, sign * weight * each)
      }
    }
    model.constants.push({ rule: 'wishes', cost: constant * each })
    if (fair === 0) continue
    for (const beyond of [0.25, 0.5]) {
      const part = addColumn(model, 1, false)
      addCost(model, 'fair-wishes', part, fair)
      model.rows.push(atMost([...entries, [part, -1]], beyond - constant / total))
    }
    model.rows.push(atMost([...entries, [worst, -1]], -constant / total))
  }
}
