import type { ProviderCode } from '@counterpart/kernel'
import { fairShares, fairUnpopular } from './fair-shares.ts'
import { turnsDone, unpopularWorked, wishesLost } from './rate-aims.ts'
import type { Rota } from './rota.ts'
import type { RotaFacts } from './rota-facts.ts'
import { halfDaysWorked, type RotaView, viewOf } from './rota-view.ts'

/** Who carries what, how evenly, and who is worse off than under the rota in force. */
export interface FairnessTable {
  readonly people: readonly PersonShare[]
  /** How evenly each good and each burden is shared. */
  readonly lines: readonly {
    readonly label: string
    readonly unit: string
    readonly mean: number
    /** The one who has most of it, and least. */
    readonly worst: number
    readonly least: number
    /** Before; left out where the rota in force says nothing of it. */
    readonly worstNow?: number
  }[]
  readonly worseOff: readonly { readonly provider: ProviderCode; readonly how: string }[]
}

export interface PersonShare {
  readonly provider: ProviderCode
  readonly label: string
  readonly clinicalFte: number
  readonly halfDays: number
  readonly contract: number
  readonly unpopular: number
  readonly unpopularShare: number
  readonly turns: Readonly<Record<string, { readonly done: number; readonly share: number }>>
  /** Share of wishes met, by weight; null: none were made. */
  readonly wishesMet: number | null
  readonly wishesMetNow: number | null
}

export function fairnessOf(view: RotaView): FairnessTable {
  const { facts } = view
  const { problem } = facts
  const now = problem.inForce ? viewOf(facts, rotaInForce(facts)) : undefined
  const unpopular = fairUnpopular(facts)
  const shares = problem.turns.map(({ code }) => [code, fairShares(facts, code)] as const)
  const met = (each: RotaView | undefined, p: number) => {
    const lost = each && wishesLost(each, p)
    return lost ? 1 - lost.share : null
  }
  const people = facts.people.map(({ person, contract }, p): PersonShare => {
    const turns = shares.flatMap(([code, by]) =>
      by.has(p) ? [[code, { done: turnsDone(view, p, code), share: Math.max(0, by.get(p)!) }] as const] : [],
    )
    return {
      provider: person.code,
      label: person.label,
      clinicalFte: person.clinicalFte,
      halfDays: halfDaysWorked(view, p, () => true),
      contract,
      unpopular: unpopularWorked(view, p),
      unpopularShare: unpopular.get(p) ?? 0,
      turns: Object.fromEntries(turns),
      wishesMet: met(view, p),
      wishesMetNow: met(now, p),
    }
  })
  return { people, lines: linesOf(view, people, now), worseOff: worseOff(people, now) }
}

function linesOf(
  { facts }: RotaView,
  people: readonly PersonShare[],
  now: RotaView | undefined,
): FairnessTable['lines'] {
  const line = (label: string, unit: string, values: readonly number[], nowValues: readonly number[] = []) => {
    if (values.length === 0) return []
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const range = { worst: Math.max(...values), least: Math.min(...values) }
    return [{ label, unit, mean, ...range, ...(nowValues.length > 0 ? { worstNow: Math.max(...nowValues) } : {}) }]
  }
  const notMet = (key: 'wishesMet' | 'wishesMetNow') =>
    people.flatMap((each) => (each[key] === null ? [] : 100 * (1 - each[key])))
  return [
    ...facts.problem.turns.flatMap(({ code, label }) =>
      line(
        `${label}: off the fair share`,
        'turns',
        people.flatMap(({ turns }) => (turns[code] ? Math.abs(turns[code].done - turns[code].share) : [])),
      ),
    ),
    ...line(
      'Unpopular half-days: off the fair share',
      'half-days',
      people.map((each) => Math.abs(each.unpopular - each.unpopularShare)),
      now ? people.map((each, p) => Math.abs(unpopularWorked(now, p) - each.unpopularShare)) : [],
    ),
    ...line('Wishes not met', '%', notMet('wishesMet'), notMet('wishesMetNow')),
    ...line(
      'Half-days off contract',
      'half-days',
      people.map(({ halfDays, contract }) => Math.abs(halfDays - contract)),
    ),
  ]
}

/** Worse off: more than a tenth of wishes lost, or more unpopular half-days than now and than a fair share. */
function worseOff(people: readonly PersonShare[], now: RotaView | undefined): FairnessTable['worseOff'] {
  if (!now) return []
  return people.flatMap(({ provider, wishesMet, wishesMetNow, unpopular, unpopularShare }, p) => {
    const how: string[] = []
    const percent = (share: number) => `${Math.round(100 * share)} %`
    if (wishesMet !== null && wishesMetNow !== null && wishesMetNow - wishesMet > 0.1)
      how.push(`${percent(wishesMet)} of wishes met, ${percent(wishesMetNow)} now`)
    const before = unpopularWorked(now, p)
    if (unpopular > before && unpopular > Math.ceil(unpopularShare))
      how.push(`${unpopular} unpopular half-days, ${before} now (fair share ${unpopularShare.toFixed(1)})`)
    return how.length > 0 ? [{ provider, how: how.join('; ') }] : []
  })
}

/** The rota in force, as far as it is told: sessions, and what is fixed. */
function rotaInForce({ problem, people, calendar }: RotaFacts): Rota {
  return {
    people: people.map(({ person, inForce, fixed, leave }) => ({
      provider: person.code,
      halfDays: calendar.open.map((open, t) => {
        const pod = inForce.get(t)
        const bound = fixed.get(t)
        if (!open || leave.has(t)) return null
        if (bound) return { work: bound.work }
        return pod === undefined ? null : { work: 'clinic', pod: problem.pods[pod]!.code }
      }),
      turns: [],
    })),
  }
}
