import { civilTime, portableExp, sample, uniform } from '@counterpart/numerics'
import { activities, at, weekWidth } from '../work/figures.ts'
import { visitActivities } from '../work/parameters.ts'
import type { ClinicPlan, PlannedDay } from '../work/plan.ts'
import { type Member, simulateWeeks } from '../work/simulate.ts'
import type { ChangePlan } from './work-change.ts'

/**
 * Part of the minutes which a change frees within scheduled time that take in work done outside it before, notes above all.
 * Most of it: where a team took messages, minutes outside scheduled time fell by more (6.3 a day) than those in the inbox
 * (3.5; Appl Clin Inform 2024).
 */
const taken = uniform(0.5, 1)

/** The same of minutes in which somebody would have been seen: nobody has measured it. */
const takenOfVisits = uniform(0, 1)

const inboxAt = at.ehr + activities.indexOf('inbox')
const chartAt = at.ehr + activities.indexOf('chart-review')
const visitAt = visitActivities.map((activity) => at.ehr + activities.indexOf(activity))
const prescriptionAt = at.ehr + activities.indexOf('prescription')

/**
 * Simulates all weeks under a change. What it frees within scheduled time is not idle, as simulated days would leave it:
 * part of it takes in work that was done outside. `calm`: the figures of the same member without the change.
 */
export function simulateChanged(
  plan: ClinicPlan,
  member: Member,
  change: ChangePlan,
  calm: Float64Array,
  out: Float64Array,
): void {
  simulateWeeks(plan, member, change, out)
  const random = member.random('effect', 'absorbed')
  const [part, ofVisits] = [sample(taken, random), sample(takenOfVisits, random)]
  const civil = civilTime(plan.timeZone)
  const mondays = Array.from({ length: plan.weeks }, (_, w) => civil.startOf(civil.dayAfter(plan.firstWeek, 7 * w)))
  const { beside } = member.clinic
  for (const [p, { provider, days }] of plan.providers.entries()) {
    const { faceMinutes } = member.providers[p]!
    for (const [w, monday] of mondays.entries()) {
      const offset = (p * plan.weeks + w) * weekWidth
      const { faceMinutes: added, protectedMinutes, renewalsTaken } = change.of(provider, monday)
      const unseen = recordOfLostVisits(calm, out, offset)
      const record = calm[offset + at.inside]! - out[offset + at.inside]! - unseen
      const visits =
        unseen +
        (Math.max(2, faceMinutes) * calm[offset + at.visits]! -
          Math.max(2, faceMinutes + added) * out[offset + at.visits]!) /
          60
      // Kept time is used as far as the change says, for messages first; what these leave is for notes.
      const kept = (Math.max(0, protectedMinutes) * clinicDays(days, w)) / 60
      // Charts and orders that a message brings are told of days of leave, where no visit brings any.
      const renewals = renewalsTaken * out[offset + prescriptionAt]!
      const charts = beside * Math.max(0, calm[offset + inboxAt]! - out[offset + inboxAt]!)
      const brought = charts + renewals
      const room =
        kept + part * brought + (record > 0 ? part * record : record) + (visits > 0 ? ofVisits * visits : visits)
      const outside = out[offset + at.outside]!
      if (room <= 0 || outside <= 0) continue
      // Not everything can be taken in: the more there is room, the less of it is used.
      const moved = outside * (1 - portableExp(-room / outside))
      out[offset + at.outside]! -= moved
      out[offset + at.inside] = Math.max(0, out[offset + at.inside]! + moved - brought)
      out[offset + chartAt] = Math.max(0, out[offset + chartAt]! - charts)
      out[offset + prescriptionAt]! -= renewals
      const work = out[offset + at.scheduled]! + out[offset + at.outside]!
      const contracted = out[offset + at.contracted]!
      out[offset + at.overloaded] = contracted > 0 && work > plan.overloadRatio * contracted ? 1 : 0
    }
  }
}

/** Hours at the record, within scheduled time, of visits that no longer take place. */
function recordOfLostVisits(calm: Float64Array, out: Float64Array, offset: number): number {
  const visits = calm[offset + at.visits]!
  if (visits <= 0) return 0
  let [all, ofVisits] = [0, 0]
  for (let a = 0; a < activities.length; a++) all += calm[offset + at.ehr + a]!
  for (const a of visitAt) ofVisits += calm[offset + a]!
  const inside = all > 0 ? calm[offset + at.inside]! / all : 0
  return (1 - out[offset + at.visits]! / visits) * ofVisits * inside
}

/** Days of a week on which patients are seen, as far as they are still to come. */
const clinicDays = (days: readonly PlannedDay[], week: number): number =>
  days.slice(7 * week, 7 * week + 7).filter(({ known, spans }) => !known && spans.some(({ work }) => work === 'clinic'))
    .length
