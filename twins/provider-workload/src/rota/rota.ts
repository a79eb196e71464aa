import type { CalendarDay, ProviderCode, RotaWork } from '@counterpart/kernel'
import type { RotaColumns } from './rota-columns.ts'
import type { RotaFacts } from './rota-facts.ts'

/** Who does what: the answer to a {@link RotaProblem}. */
export interface Rota {
  readonly people: readonly PersonRota[]
}

export interface PersonRota {
  readonly provider: ProviderCode
  /** By half-day, ten a week from the first Monday; null: free, away or shut. */
  readonly halfDays: readonly (HalfDayDuty | null)[]
  readonly turns: readonly { readonly day: CalendarDay; readonly turn: string }[]
}

export interface HalfDayDuty {
  readonly work: Exclude<RotaWork, 'on-call'>
  /** Of clinic: where. */
  readonly pod?: string
  /** A quarter of the session is kept for messages. */
  readonly protectedQuarter?: boolean
}

/** The rota that the values of the columns tell. */
export function rotaOf(
  { problem, people, slots, calendar }: RotaFacts,
  columns: RotaColumns,
  values: ArrayLike<number>,
): Rota {
  const is = (column: number | undefined) => column !== undefined && values[column]! > 0.5
  return {
    people: people.map(({ person, fixed }, p) => ({
      provider: person.code,
      halfDays: columns.session[p]!.map((session, t): HalfDayDuty | null => {
        const place = session.find(({ column }) => is(column))
        const bound = fixed.get(t)
        if (place)
          return {
            work: 'clinic',
            pod: problem.pods[place.pod]!.code,
            ...(is(columns.quarter[p]![t]) ? { protectedQuarter: true } : {}),
          }
        return bound ? { work: bound.work } : null
      }),
      turns: [...columns.turn[p]!]
        .filter(([, column]) => is(column))
        .map(([s]) => ({ day: calendar.days[slots[s]!.day]!, turn: slots[s]!.kind.code })),
    })),
  }
}
