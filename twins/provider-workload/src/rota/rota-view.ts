import type { HalfDayDuty, Rota } from './rota.ts'
import { dayOfHalfDay } from './rota-calendar.ts'
import type { RotaFacts } from './rota-facts.ts'

/** A rota beside its problem, with what is asked of it again and again. */
export interface RotaView {
  readonly facts: RotaFacts
  /** `duty[p][t]` */
  readonly duty: readonly (readonly (HalfDayDuty | null)[])[]
  /** `turns[p]`: positions of days with the turns done on them. */
  readonly turns: readonly (readonly { readonly day: number; readonly turn: string }[])[]
}

export function viewOf(facts: RotaFacts, rota: Rota): RotaView {
  const by = new Map(rota.people.map((person) => [person.provider, person]))
  const shown = facts.people.map(({ person }) => by.get(person.code))
  return {
    facts,
    duty: shown.map((each) => facts.calendar.open.map((_, t) => each?.halfDays[t] ?? null)),
    turns: shown.map((each) =>
      (each?.turns ?? []).map(({ day, turn }) => ({ day: facts.calendar.days.indexOf(day), turn })),
    ),
  }
}

/** In clinic in this half-day; in this pod, when one is given. */
export const inClinic = ({ duty, facts }: RotaView, p: number, t: number, pod?: number): boolean => {
  const what = duty[p]![t]
  return what?.work === 'clinic' && (pod === undefined || what.pod === facts.problem.pods[pod]!.code)
}

/** Days on which a person does anything. */
export const daysWorked = ({ duty, turns }: RotaView, p: number): ReadonlySet<number> =>
  new Set([
    ...duty[p]!.keys()
      .filter((t) => duty[p]![t] !== null)
      .map(dayOfHalfDay),
    ...turns[p]!.map(({ day }) => day),
  ])

/** Half-days that count towards contract in these weeks. */
export function halfDaysWorked({ facts, duty, turns }: RotaView, p: number, inWeek: (week: number) => boolean): number {
  const kinds = new Map(facts.problem.turns.map((kind) => [kind.code, kind.halfDays]))
  const { fixed } = facts.people[p]!
  const sessions = duty[p]!.keys().filter((t) => {
    const what = duty[p]![t]
    if (!what || !inWeek(Math.floor(t / 10))) return false
    return what.work === 'clinic' || fixed.get(t)?.counts === true
  })
  return turns[p]!.filter(({ day }) => inWeek(Math.floor(day / 7))).reduce(
    (sum, { turn }) => sum + (kinds.get(turn) ?? 0),
    sessions.toArray().length,
  )
}
