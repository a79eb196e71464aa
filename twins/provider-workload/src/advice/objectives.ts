import type { Objective } from '@counterpart/kernel'
import { hoursAtRisk, type Span, visitsAtRisk } from './outcome.ts'

const limit = `more than ${100 * visitsAtRisk} % of visits are lost, or somebody’s week becomes overloaded who works at least ${hoursAtRisk} hour more for it`

/** What advice is for, and how one span under a change compares with carrying on. */
export interface Goal extends Objective {
  readonly limit: string
  /** In the objective's unit; more is better. */
  readonly gain: (withIt: Span, carryingOn: Span) => number
  /** What a gain is, in words before and after its number. */
  readonly spares: string
  readonly words: string
  /** A gain below this is not worth anybody's attention. */
  readonly worthwhile: (carryingOn: Span) => number
  readonly digits: number
}

const goals: readonly Goal[] = [
  {
    name: 'after-hours',
    statement:
      'Fewest hours of work outside scheduled time, each week for a full-time clinician; a visit that is lost counts as its own length',
    unit: 'h/wk',
    limit,
    spares: 'Spares',
    words: 'hours outside scheduled time a week for each full-time clinician',
    gain: (withIt, carryingOn) =>
      carryingOn.outside -
      withIt.outside -
      (Math.max(0, carryingOn.visits - withIt.visits) * carryingOn.visitHours) / carryingOn.fte,
    // Nine minutes a week for each.
    worthwhile: () => 0.15,
    digits: 1,
  },
  {
    name: 'overload',
    statement: 'Fewest people whose week is overloaded, in the mean of the weeks',
    unit: '1',
    limit,
    spares: 'Has',
    words: 'people fewer whose week is overloaded',
    gain: (withIt, carryingOn) => carryingOn.overloaded - withIt.overloaded,
    worthwhile: () => 0.5,
    digits: 1,
  },
  {
    name: 'access',
    statement: 'Most visits, as long as nobody’s week becomes overloaded for it',
    unit: '/wk',
    limit,
    spares: 'Brings',
    words: 'visits more a week',
    gain: (withIt, carryingOn) => withIt.visits - carryingOn.visits,
    worthwhile: ({ visits }) => 0.01 * visits,
    digits: 0,
  },
]

/** A goal without how it is reckoned. */
export const aimOf = ({ name, statement, unit, limit }: Goal): Objective & { readonly limit: string } => ({
  name,
  statement,
  unit,
  limit,
})

export const objectives: readonly Objective[] = goals.map(aimOf)

/** The goal of this name; the first where there is none. */
export const goalNamed = (name: string): Goal => goals.find((each) => each.name === name) ?? goals[0]!
