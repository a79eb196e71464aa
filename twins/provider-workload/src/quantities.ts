import type { Quantity } from '@counterpart/kernel'
import { at, weekWidth } from './work/figures.ts'
import { fullWeek } from './work/simulate.ts'

const named = [
  {
    name: 'work-hours',
    label: 'Hours of work a week, full time',
    unit: 'h',
    plausible: [0, 120],
    digits: 1,
    headline: true,
  },
  {
    name: 'outside-hours',
    label: 'At the record outside scheduled time a week, full time',
    unit: 'h',
    plausible: [0, 80],
    digits: 1,
    headline: true,
  },
  {
    name: 'ehr-time-8',
    label: 'At the record for 8 scheduled hours',
    unit: 'h',
    plausible: [0, 24],
    digits: 1,
    headline: true,
  },
  {
    name: 'inbox-waiting',
    label: 'Messages waiting at the week’s end',
    unit: '1',
    plausible: [0, 100_000],
    digits: 0,
    headline: true,
  },
  {
    name: 'overloaded',
    label: 'People whose week is overloaded',
    unit: '1',
    plausible: [0, 1000],
    digits: 0,
    headline: true,
  },
  { name: 'visits', label: 'Visits in the week', unit: '1', plausible: [0, 100_000], digits: 0, headline: true },
] as const satisfies readonly Quantity[]

export type QuantityName = (typeof named)[number]['name']

/**
 * What the clinic's twin says. All are of a whole week by the clinic's clock: at any time, of the last week that has ended
 * by then.
 */
export const quantities: readonly (Quantity & { readonly name: QuantityName })[] = named

/** So much for each; nothing in a week in which nobody was to work. */
const each = (sum: number, of: number): number => (of > 0 ? sum / of : 0)

/** The clinic's quantities from its people's weeks, whose figures begin at `offsets`. */
export function quantitiesOf(figures: Float64Array, offsets: readonly number[]): Record<QuantityName, number> {
  const total = (place: number) => offsets.reduce((sum, offset) => sum + figures[offset + place]!, 0)
  const fte = total(at.contracted) / fullWeek
  const scheduled = total(at.scheduled)
  const outside = total(at.outside)
  return {
    'work-hours': each(scheduled + outside, fte),
    'outside-hours': each(outside, fte),
    'ehr-time-8': each(8 * (total(at.inside) + outside), scheduled),
    'inbox-waiting': total(at.waiting),
    overloaded: total(at.overloaded),
    visits: total(at.visits),
  }
}

/** The same of some of the people, in one week of a plan of so many weeks. */
export const offsetsOf = (people: readonly number[], week: number, weeks: number): number[] =>
  people.map((p) => (p * weeks + week) * weekWidth)
