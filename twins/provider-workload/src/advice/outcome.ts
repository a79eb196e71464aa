import { activities, at, messageKinds, weekWidth } from '../work/figures.ts'
import type { ClinicPlan } from '../work/plan.ts'

/** What the judged weeks of one run came to, in the mean of the weeks. */
export interface Span {
  /** Clinical full-time equivalents. */
  readonly fte: number
  /** Hours outside scheduled time, and of all work, for a full-time equivalent. */
  readonly outside: number
  readonly work: number
  readonly visits: number
  /** Length of a visit, hours. */
  readonly visitHours: number
  /** People whose week is overloaded. */
  readonly overloaded: number
  /** Messages that reach people, by kind in the order of `messageKinds`. */
  readonly received: readonly number[]
  /** By person: hours outside scheduled time a week, and weeks overloaded. */
  readonly people: readonly { readonly outside: number; readonly weeksOverloaded: number; readonly received: number }[]
  /** The last of the weeks, in the twin's quantities. */
  readonly last: Readonly<Record<ShownQuantity, number>>
}

export const shownQuantities = [
  'outside-hours',
  'work-hours',
  'overloaded',
  'inbox-waiting',
  'ehr-time-8',
  'visits',
] as const
export type ShownQuantity = (typeof shownQuantities)[number]

/**
 * What a simulation's figures of the weeks `from` to `until` (excluded) come to; `added`: full-time equivalents, week by week,
 * who see patients beside those in the plan.
 */
export function spanOf(
  { providers, weeks }: Pick<ClinicPlan, 'providers' | 'weeks'>,
  figures: Float64Array,
  [from, until]: readonly [from: number, until: number],
  added: (week: number) => number = () => 0,
): Span {
  const count = until - from
  const fte = Math.max(1e-9, sum(providers.map(({ clinicalFte }) => clinicalFte)))
  const total = (place: number, week: number) =>
    sum(providers.map((_, p) => figures[(p * weeks + week) * weekWidth + place]!))
  const visitsIn = (week: number) => total(at.visits, week) * (1 + added(week) / fte)
  const each = Array.from({ length: count }, (_, w) => from + w)
  const mean = (of: (week: number) => number) => sum(each.map(of)) / Math.max(1, count)
  const outside = (week: number) => total(at.outside, week) / fte
  const work = (week: number) => (total(at.scheduled, week) + total(at.outside, week)) / fte
  const last = until - 1
  const scheduledMean = mean((week) => total(at.scheduled, week))
  const ehr = sum(activities.map((_, i) => total(at.ehr + i, last)))
  return {
    fte,
    outside: mean(outside),
    work: mean(work),
    visits: mean(visitsIn),
    visitHours: Math.min(
      1,
      scheduledMean /
        Math.max(
          1,
          mean((week) => total(at.visits, week)),
        ),
    ),
    overloaded: mean((week) => total(at.overloaded, week)),
    received: messageKinds.map((_, k) => mean((week) => total(at.received + k, week))),
    people: providers.map((_, p) => {
      const own = (place: number) => sum(each.map((week) => figures[(p * weeks + week) * weekWidth + place]!))
      return {
        outside: own(at.outside) / Math.max(1, count),
        weeksOverloaded: own(at.overloaded),
        received: sum(messageKinds.map((_, k) => own(at.received + k))) / Math.max(1, count),
      }
    }),
    last: {
      'outside-hours': outside(last),
      'work-hours': work(last),
      overloaded: total(at.overloaded, last),
      'inbox-waiting': total(at.waiting, last),
      'ehr-time-8': (8 * ehr) / Math.max(1e-9, total(at.scheduled, last)),
      visits: visitsIn(last),
    },
  }
}

/** Part of the clinic's visits that may be lost before it counts as harm. */
export const visitsAtRisk = 0.05
/** Hours more a week from which on a week that becomes overloaded counts as harm, and not as chance. */
export const hoursAtRisk = 1

/** Whether a change breaks the limit, in one run against the same without it. */
export function harmed(withIt: Span, carryingOn: Span): boolean {
  if (withIt.visits < (1 - visitsAtRisk) * carryingOn.visits) return true
  return withIt.people.some(({ outside, weeksOverloaded }, p) => {
    const without = carryingOn.people[p]!
    return weeksOverloaded > without.weeksOverloaded && outside >= without.outside + hoursAtRisk
  })
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
