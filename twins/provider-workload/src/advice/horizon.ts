import { day, type Instant } from '@counterpart/kernel'
import { type ChangePlan, forEveryKind, type WorkChange } from './work-change.ts'

/** How long a time advice is about. */
export interface Horizon {
  readonly name: 'weeks' | 'year'
  readonly weeks: number
  /** In words, e.g. `the next four weeks`. */
  readonly words: string
}

/** Whole weeks that are simulated, whatever the horizon: those of which rota, bookings and leave are known best. */
export const simulatedWeeks = 4

export const nextWeeks: Horizon = { name: 'weeks', weeks: simulatedWeeks, words: 'the next four weeks' }
export const firstYear: Horizon = { name: 'year', weeks: 52, words: 'the first year' }

/** A horizon of so many weeks, at least four. */
export function horizonOf(weeks: number): Horizon {
  if (weeks <= nextWeeks.weeks) return nextWeeks
  if (weeks === firstYear.weeks) return firstYear
  return { name: 'year', weeks, words: `the next ${weeks} weeks` }
}

/** Times within a stretched week at which a change is looked at. */
const looks = 4

/**
 * A plan of changes over a long horizon, told in few weeks: each of the weeks from `first` on stands for as many weeks of the
 * horizon, and has the mean of their changes. Over a horizon of the same length it is the plan itself.
 */
export function stretched(plan: ChangePlan, first: Instant, { weeks }: Horizon): ChangePlan {
  if (weeks === simulatedWeeks) return plan
  const factor = weeks / simulatedWeeks
  const timesOf = (week: Instant) =>
    Array.from(
      { length: looks },
      (_, i) => first + factor * (week - first + ((i + 0.5) / looks - 0.5 / factor) * 7 * day),
    )
  return {
    of: (provider, week) => meanOf(timesOf(week).map((time) => plan.of(provider, time))),
    clinic: (week) => ({
      addedFte: timesOf(week).reduce((sum, time) => sum + plan.clinic(time).addedFte, 0) / looks,
    }),
  }
}

/** The change in the mean, field by field. */
function meanOf(changes: readonly WorkChange[]): WorkChange {
  const mean = (of: (change: WorkChange) => number) => changes.reduce((sum, each) => sum + of(each), 0) / changes.length
  const byKind = (of: (change: WorkChange) => WorkChange['messages']) => {
    const kinds = forEveryKind(0)
    for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) kinds[kind] = mean((change) => of(change)[kind])
    return kinds
  }
  return {
    messages: byKind(({ messages }) => messages),
    messageMinutes: byKind(({ messageMinutes }) => messageMinutes),
    noteMinutes: mean(({ noteMinutes }) => noteMinutes),
    orderMinutes: mean(({ orderMinutes }) => orderMinutes),
    visits: mean(({ visits }) => visits),
    instead: mean(({ instead }) => instead),
    renewalsTaken: mean(({ renewalsTaken }) => renewalsTaken),
    faceMinutes: mean(({ faceMinutes }) => faceMinutes),
    protectedMinutes: mean(({ protectedMinutes }) => protectedMinutes),
    coverWhenAway: mean(({ coverWhenAway }) => coverWhenAway),
    ownMinutes: mean(({ ownMinutes }) => ownMinutes),
  }
}
