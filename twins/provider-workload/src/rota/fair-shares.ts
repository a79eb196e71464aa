import { halfDaysAt } from './rota-calendar.ts'
import { eligible, type RotaFacts } from './rota-facts.ts'

/**
 * What each eligible person's fair share of the turns of a kind is, in proportion to clinical FTE, turns done before
 * counted: nothing for who has done more than a share already, and that much less for the others.
 */
export function fairShares(facts: RotaFacts, code: string): ReadonlyMap<number, number> {
  const slots = facts.slots.filter(({ kind }) => kind.code === code)
  const able = facts.people
    .keys()
    .filter((p) => slots.some((slot) => eligible(facts.people[p]!, slot)))
    .toArray()
  const done = (p: number) => facts.people[p]!.person.turnsDone?.[code] ?? 0
  const fte = (p: number) => facts.people[p]!.person.clinicalFte
  const needed = slots.reduce((sum, { kind }) => sum + kind.people, 0)
  let sharing = able
  for (;;) {
    const total = needed + sharing.reduce((sum, p) => sum + done(p), 0)
    const weights = sharing.reduce((sum, p) => sum + fte(p), 0)
    const share = (p: number) => (total * fte(p)) / weights - done(p)
    const still = sharing.filter((p) => share(p) > 0)
    if (still.length === sharing.length) return new Map(able.map((p) => [p, sharing.includes(p) ? share(p) : 0]))
    sharing = still
  }
}

/** Each person's share of unpopular half-days, by contract, of those that cover asks for. */
export function fairUnpopular(facts: RotaFacts): ReadonlyMap<number, number> {
  const needed = facts.demand
    .filter(({ halfDay, skill }) => skill === undefined && facts.unpopular.has(halfDay))
    .reduce((total, { target, min }) => total + (target ?? min), 0)
  const contract = facts.people.reduce((total, person) => total + person.contract, 0)
  return new Map(
    needed === 0 ? [] : facts.people.entries().map(([p, person]) => [p, (needed * person.contract) / contract]),
  )
}

/** A person's wishes by half-day, where there is a choice; a later wish holds over an earlier one. */
export function wishesOf({ calendar, people }: RotaFacts, p: number) {
  const { person, leave, fixed, forbidden } = people[p]!
  const wished = new Map<
    number,
    { readonly halfDay: number; readonly want: 'work' | 'free'; readonly weight: number }
  >()
  for (const { at, want, weight } of person.wishes ?? [])
    for (const halfDay of halfDaysAt(calendar, at))
      if (calendar.open[halfDay] && !leave.has(halfDay) && !fixed.has(halfDay) && !forbidden.has(halfDay))
        wished.set(halfDay, { halfDay, want, weight })
  return [...wished.values()]
}
