import { civilTime, portableExp, type RandomStream } from '@counterpart/numerics'
import type { ChangePlan } from '../advice/work-change.ts'
import { uses } from './arrivals.ts'
import { type Chance, chanceOf, hashed, uniform } from './chance.ts'
import { coverOf } from './cover.ts'
import { dayOf, newDay } from './day.ts'
import { activities, at, messageKinds, weekWidth } from './figures.ts'
import type { ClinicParameters, ProviderParameters } from './parameters.ts'
import type { ClinicPlan, PlannedDay, ProviderPlan } from './plan.ts'

/** What one member of the ensemble holds: parameters by place in the plan's providers. */
export interface Member {
  readonly clinic: ClinicParameters
  readonly providers: readonly ProviderParameters[]
  /** Randomness of the member: the same names, the same numbers, whatever the change. */
  readonly random: (...names: readonly (string | number)[]) => RandomStream
}

/**
 * All weeks of all people once: figures of provider p in week w from `(p * weeks + w) * weekWidth` on, in the order of
 * `at`. Each person is one server of visits, which come first, and of messages and notes, which wait: visits begin at their
 * slots or when the one before is over, gaps and time kept for messages go to what waits, and what is left is done after
 * scheduled time as far as this person does that; the rest is tomorrow's. Equal members share their chance whatever
 * `change` is, so differences are paired.
 */
export function simulateWeeks(plan: ClinicPlan, member: Member, change: ChangePlan | null, out: Float64Array): void {
  out.fill(0)
  const chance = chanceOf(member.clinic)
  const extra = coverOf(plan, member, change, chance)
  for (let p = 0; p < plan.providers.length; p++) onePerson(plan, member, change, chance, p, extra[p] ?? null, out)
}

/** Hours of a full-time week. */
export const fullWeek = 40

function onePerson(
  plan: ClinicPlan,
  member: Member,
  change: ChangePlan | null,
  chance: Chance,
  p: number,
  extra: Float64Array | null,
  out: Float64Array,
): void {
  const provider = plan.providers[p]!
  const parameters = member.providers[p]!
  const civil = civilTime(plan.timeZone)
  const state = newDay()
  const kinds = messageKinds.length
  for (let k = 0; k < kinds; k++) {
    state.waiting += provider.backlog.messages[messageKinds[k]!]
    state.waitingMinutes += provider.backlog.messages[messageKinds[k]!] * parameters.messageMinutes[k]!
  }
  state.noteMinutes = provider.backlog.noteMinutes
  let monday = plan.firstWeek
  const levels = weekLevels(plan, member, p)
  let ill = false
  for (let w = 0; w < plan.weeks; w++) {
    const offset = (p * plan.weeks + w) * weekWidth
    const changed = change?.of(provider.provider, civil.startOf(monday)) ?? null
    const stream = member.random('week', provider.provider, monday)
    let away = 0
    for (let d = 0; d < 7; d++) {
      const seed = stream.uint32()
      const planned = provider.days[7 * w + d]!
      ill = isIll(ill, planned, member.clinic, seed)
      const day = ill && planned.spans.length > 0 ? lostDay(planned) : planned
      if (d < 5) away += day.away
      if (day.known) addKnown(day, out, offset)
      else {
        const more = extra === null ? null : extra.subarray((7 * w + d) * kinds, (7 * w + d + 1) * kinds)
        dayOf(state, {
          provider,
          day,
          weekday: d,
          parameters,
          clinic: member.clinic,
          level: levels[w]!,
          changed,
          more,
          seed,
          chance,
        })
        for (let i = 0; i < weekWidth; i++) out[offset + i]! += state.figures[i]!
      }
    }
    const contracted = fullWeek * provider.clinicalFte * (1 - away / 5)
    out[offset + at.contracted] = contracted
    out[offset + at.waiting] = Math.round(state.waiting)
    out[offset + at.backlog] = (state.waitingMinutes + state.noteMinutes) / 60
    const work = out[offset + at.scheduled]! + out[offset + at.outside]!
    out[offset + at.overloaded] = contracted > 0 && work > plan.overloadRatio * contracted ? 1 : 0
    monday = civil.dayAfter(monday, 7)
  }
}

/** Whether somebody is away on a day without notice. Late on the day itself it would be known. */
function isIll(before: boolean, day: PlannedDay, { illStarts, illStays }: ClinicParameters, seed: number): boolean {
  if (day.known || day.lead < -0.4) return false
  if (day.spans.length === 0) return before
  return uniform(hashed(seed, uses.ill)) < (before ? illStays : illStarts)
}

const lostDay = (day: PlannedDay): PlannedDay => ({ ...day, spans: [], away: 1, booked: 0 })

function addKnown({ known }: PlannedDay, out: Float64Array, offset: number): void {
  const { scheduled, inside, outside, visits, done, ehr, received } = known!
  out[offset + at.scheduled]! += scheduled
  out[offset + at.inside]! += inside
  out[offset + at.outside]! += outside
  out[offset + at.visits]! += visits
  out[offset + at.done]! += done
  for (let a = 0; a < activities.length; a++) out[offset + at.ehr + a]! += ehr[a]!
  for (let k = 0; k < messageKinds.length; k++) out[offset + at.received + k]! += received[k]!
}

/** Factor on what comes, week by week: what is left of this week's departure, and new ones, in part everybody's. */
function weekLevels(plan: ClinicPlan, { clinic, providers, random }: Member, p: number): Float64Array {
  const { provider } = plan.providers[p] as ProviderPlan
  const { weekNow, weekSpread } = providers[p]!
  const { weekMemory, weekShared } = clinic
  const own = random('weeks', provider)
  const shared = random('weeks')
  const innovation = weekSpread * Math.sqrt(1 - weekMemory ** 2)
  const levels = new Float64Array(plan.weeks)
  let level = weekNow
  for (let w = 0; w < plan.weeks; w++) {
    if (w > 0)
      level =
        weekMemory * level +
        innovation * (Math.sqrt(weekShared) * shared.normal() + Math.sqrt(1 - weekShared) * own.normal())
    levels[w] = portableExp(level)
  }
  return levels
}
