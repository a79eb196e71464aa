import { civilTime } from '@counterpart/numerics'
import type { ChangePlan } from '../advice/work-change.ts'
import { countsOf, uses } from './arrivals.ts'
import { type Chance, hashed, uniform } from './chance.ts'
import { messageKinds } from './figures.ts'
import type { ClinicPlan, PlannedDay } from './plan.ts'
import type { Member } from './simulate.ts'

const lengthOf = ({ spans }: PlannedDay) => spans.reduce((sum, { from, until }) => sum + until - from, 0)

/**
 * What colleagues take over from people of their pod who are away: messages by person, day and kind, what was handed over
 * as a negative number. Each message goes to one who is there, in proportion to scheduled time; where nobody is, it waits.
 */
export function coverOf(
  plan: ClinicPlan,
  member: Member,
  change: ChangePlan | null,
  chance: Chance,
): readonly (Float64Array | null)[] {
  const extra: (Float64Array | null)[] = plan.providers.map(() => null)
  if (change === null) return extra
  const civil = civilTime(plan.timeZone)
  const kinds = messageKinds.length
  const counts = new Float64Array(kinds)
  const of = (p: number) => (extra[p] ??= new Float64Array(plan.weeks * 7 * kinds))
  plan.providers.forEach((absent, p) => {
    let monday = plan.firstWeek
    for (let w = 0; w < plan.weeks; w++, monday = civil.dayAfter(monday, 7)) {
      const changed = change.of(absent.provider, civil.startOf(monday))
      if (changed.coverWhenAway <= 0) continue
      const stream = member.random('week', absent.provider, monday)
      for (let d = 0; d < 7; d++) {
        const seed = stream.uint32()
        const day = absent.days[7 * w + d]!
        if (day.known || day.away < 0.75) continue
        const there = plan.providers
          .map((colleague, q) => ({
            q,
            minutes: colleague.pod === absent.pod ? lengthOf(colleague.days[7 * w + d]!) : 0,
          }))
          .filter(({ q, minutes }) => q !== p && minutes > 0)
        const minutes = there.reduce((sum, each) => sum + each.minutes, 0)
        if (minutes === 0) continue
        // The week's own level is left out: whose week it is does not matter to those who help.
        countsOf(counts, member.providers[p]!, member.clinic, chance, d, 1, changed, seed)
        let index = uses.cover
        for (let k = 0; k < kinds; k++)
          for (let i = 0; i < counts[k]!; i++, index++) {
            const u = uniform(hashed(seed, index))
            if (u >= changed.coverWhenAway) continue
            let place = (u / changed.coverWhenAway) * minutes
            let h = 0
            while (h < there.length - 1 && place >= there[h]!.minutes) place -= there[h++]!.minutes
            of(there[h]!.q)[(7 * w + d) * kinds + k]! += 1
            of(p)[(7 * w + d) * kinds + k]! -= 1
          }
      }
    }
  })
  return extra
}
