import { offsetsOf, type QuantityName, quantitiesOf } from '../quantities.ts'
import { at, messageKinds, weekWidth } from '../work/figures.ts'
import type { ClinicPlan } from '../work/plan.ts'

/** What the judged weeks of one run came to, in the mean of the weeks. */
export interface Span {
  /** Clinical full-time equivalents. */
  readonly fte: number
  /** Hours outside scheduled time for a full-time equivalent. */
  readonly outside: number
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
  readonly last: Readonly<Record<QuantityName, number>>
}

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
  const everybody = providers.map((_, p) => p)
  const each = Array.from({ length: count }, (_, w) => {
    const week = from + w
    const offsets = offsetsOf(everybody, week, weeks)
    const values = quantitiesOf(figures, offsets)
    const total = (place: number) => sum(offsets.map((offset) => figures[offset + place]!))
    return {
      // Who is new sees as many patients as those who are there.
      values: { ...values, visits: values.visits * (1 + added(week) / fte) },
      visitHours: total(at.scheduled) / Math.max(1, values.visits),
      received: messageKinds.map((_, k) => total(at.received + k)),
    }
  })
  const mean = (of: (week: (typeof each)[number]) => number) => sum(each.map(of)) / Math.max(1, count)
  return {
    fte,
    outside: mean(({ values }) => values['outside-hours']),
    visits: mean(({ values }) => values.visits),
    visitHours: Math.min(
      1,
      mean(({ visitHours }) => visitHours),
    ),
    overloaded: mean(({ values }) => values.overloaded),
    received: messageKinds.map((_, k) => mean(({ received }) => received[k]!)),
    people: providers.map((_, p) => {
      const own = (place: number) => sum(each.map((_, w) => figures[(p * weeks + from + w) * weekWidth + place]!))
      return {
        outside: own(at.outside) / Math.max(1, count),
        weeksOverloaded: own(at.overloaded),
        received: sum(messageKinds.map((_, k) => own(at.received + k))) / Math.max(1, count),
      }
    }),
    last: each.at(-1)!.values,
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
