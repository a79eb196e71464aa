import {
  type Belief,
  type CalendarDay,
  type ClinicLayoutDetail,
  type ClinicProvider,
  day as dayLong,
  type Instant,
  minute,
  type TwinContext,
} from '@counterpart/kernel'
import { type CivilTime, civilTime } from '@counterpart/numerics'
import { memberCount } from './estimates/ensemble.ts'
import { type Estimates, estimatesOf, placesPerHour } from './estimates/estimates.ts'
import { evidenceOf, noEvidence } from './estimates/evidence.ts'
import { memberOf } from './estimates/members.ts'
import { figuresOf, leastCovered, waitingByKindAt } from './measured.ts'
import { type Clinic, clinicOf, emptyPerson } from './memory/clinic.ts'
import { dayLog } from './memory/day-log.ts'
import { awayOf, mondayOf, spansOf } from './memory/rota.ts'
import { messageKinds } from './work/figures.ts'
import type { ClinicPlan, PlannedDay, ProviderPlan } from './work/plan.ts'
import type { Member } from './work/simulate.ts'

/** From where simulations of a clinic begin: what is planned, what is known of this week, and what may be true of its people. */
export interface Situation {
  readonly asOf: Instant
  readonly layout: ClinicLayoutDetail
  readonly clinic: Clinic
  readonly plan: ClinicPlan
  /** Of each week of the plan, from its Monday 0 h until the next by the clinic's clock. */
  readonly weeks: readonly { readonly week: CalendarDay; readonly from: Instant; readonly until: Instant }[]
  readonly members: number
  /** What member `m` holds true; the same for equal `m`. */
  readonly member: (m: number) => Member
}

/** Weeks that a forecast looks at: the one that has begun and the next four. */
export const forecastWeeks = 5

/**
 * The situation as of a belief. Days of this week that are over are known where their log is there; where it is not, they
 * are simulated like days to come: nobody had a light week because nothing was heard of it.
 */
export function situationOf(
  belief: Belief,
  context: Pick<TwinContext, 'random'>,
  { weeks = forecastWeeks }: { readonly weeks?: number } = {},
): Situation {
  const clinic = clinicOf(belief)
  const civil = civilTime(clinic.layout.timeZone)
  const today = civil.dayOf(belief.asOf)
  const firstWeek = mondayOf(civil, today)
  const estimates = estimatesOf(clinic)
  const mondays = Array.from({ length: weeks + 1 }, (_, w) => civil.dayAfter(firstWeek, 7 * w))
  return {
    asOf: belief.asOf,
    layout: clinic.layout,
    clinic,
    plan: {
      timeZone: clinic.layout.timeZone,
      firstWeek,
      weeks,
      overloadRatio: clinic.layout.overloadRatio,
      providers: clinic.layout.providers.map((provider) =>
        planOf(clinic, civil, provider, firstWeek, belief.asOf, weeks),
      ),
    },
    weeks: mondays.slice(0, weeks).map((week, w) => ({
      week,
      from: civil.startOf(week),
      until: civil.startOf(mondays[w + 1]!),
    })),
    members: memberCount,
    member: membersOf(estimates, belief, context),
  }
}

function membersOf(estimates: Estimates, belief: Belief, context: Pick<TwinContext, 'random'>): (m: number) => Member {
  const drawn = new Map<number, Member>()
  return (m) => {
    let member = drawn.get(m)
    if (!member) {
      member = memberOf(estimates, belief.ensemble, m, (...names) => context.random(...names))
      drawn.set(m, member)
    }
    return member
  }
}

function planOf(
  clinic: Clinic,
  civil: CivilTime,
  { provider, pod, clinicalFte }: ClinicProvider,
  firstWeek: CalendarDay,
  asOf: Instant,
  weeks: number,
): ProviderPlan {
  const today = civil.dayOf(asOf)
  const person = clinic.people[provider] ?? emptyPerson
  const days: PlannedDay[] = []
  for (let d = 0; d < 7 * weeks; d++) {
    const day = civil.dayAfter(firstWeek, d)
    const log = day < today ? dayLog(clinic, provider, person, day) : null
    const known = log && log.covered >= leastCovered ? figuresOf(log) : null
    const start = civil.startOf(day)
    days.push({
      day,
      spans: spansOf(person, civil, day, clinicalFte).map(([from, until, work]) => ({
        from: (from - start) / minute,
        until: (until - start) / minute,
        work,
      })),
      away: awayOf(person, civil, day, clinicalFte),
      booked: log?.booked ?? person.sheets[day]?.booked ?? 0,
      lead: (start - asOf) / dayLong,
      ...(known ? { known } : {}),
    })
  }
  const waiting = waitingByKindAt(clinic, provider, person, today)
  const logs = Object.values(person.days).map((log) => [log, 0] as const)
  return {
    provider,
    pod,
    clinicalFte,
    placesPerHour: placesPerHour(logs.length > 0 ? evidenceOf(person.past, logs) : noEvidence()),
    days,
    backlog: {
      messages: Object.fromEntries(messageKinds.map((kind, k) => [kind, waiting[k]!])) as Record<
        (typeof messageKinds)[number],
        number
      >,
      noteMinutes: 0,
    },
  }
}
