import type { HalfDayDuty } from './rota.ts'
import { daysAt, halfDaysAt, type RotaCalendar, rotaCalendar } from './rota-calendar.ts'
import type { Demand, RotaPerson, RotaProblem, TurnKind } from './rota-problem.ts'

/** A problem with its words for days looked up. */
export interface RotaFacts {
  readonly problem: RotaProblem
  readonly calendar: RotaCalendar
  readonly people: readonly PersonFacts[]
  /** By pod: its people, guests too. */
  readonly members: readonly (readonly number[])[]
  /** Rooms by pod and half-day. */
  readonly rooms: readonly (readonly number[])[]
  readonly demand: readonly HalfDayDemand[]
  readonly slots: readonly TurnSlot[]
  readonly late: ReadonlySet<number>
  readonly unpopular: ReadonlySet<number>
}

export interface PersonFacts {
  readonly person: RotaPerson
  /** Pods where this person works, the own one first. */
  readonly pods: readonly number[]
  readonly leave: ReadonlySet<number>
  readonly leaveDays: ReadonlySet<number>
  readonly forbidden: ReadonlySet<number>
  readonly forbiddenDays: ReadonlySet<number>
  /** By half-day: work that is fixed. */
  readonly fixed: ReadonlyMap<number, { readonly work: HalfDayDuty['work']; readonly counts: boolean }>
  /** By week: share of the half-days that this person could work which are neither leave nor shut. */
  readonly there: readonly number[]
  /** Half-days of contract in the whole period. */
  readonly contract: number
  /** By half-day: pod (position) in the rota in force; absent: none. */
  readonly inForce: ReadonlyMap<number, number>
}

interface HalfDayDemand extends Pick<Demand, 'skill' | 'min' | 'target' | 'max'> {
  readonly pod: number
  readonly halfDay: number
}

/** One turn on one day. */
export interface TurnSlot {
  readonly kind: TurnKind
  readonly day: number
}

export function rotaFacts(problem: RotaProblem): RotaFacts {
  const calendar = rotaCalendar(problem.from, problem.weeks, problem.closed)
  const { open } = calendar
  const pod = new Map(problem.pods.map(({ code }, k) => [code, k]))
  const people = problem.people.map((person) => factsOf(person, problem, calendar, pod))
  const demand = new Map<string, HalfDayDemand>()
  for (const { pod: code, at, skill, min, target, max } of problem.demand)
    for (const halfDay of halfDaysAt(calendar, at))
      if (open[halfDay])
        demand.set(`${code}/${halfDay}/${skill ?? ''}`, {
          pod: pod.get(code)!,
          halfDay,
          min,
          ...(skill === undefined ? {} : { skill }),
          ...(target === undefined ? {} : { target }),
          ...(max === undefined ? {} : { max }),
        })
  return {
    problem,
    calendar,
    people,
    members: problem.pods.map((_, k) =>
      people
        .keys()
        .filter((p) => people[p]!.pods.includes(k))
        .toArray(),
    ),
    rooms: problem.pods.map(({ rooms, roomsAt = [] }) => {
      const by = open.map(() => rooms)
      for (const entry of roomsAt) for (const t of halfDaysAt(calendar, entry.at)) by[t] = entry.rooms
      return by
    }),
    demand: [...demand.values()].sort((a, b) => a.halfDay - b.halfDay || a.pod - b.pod),
    slots: problem.turns.flatMap((kind) => [...daysAt(calendar, kind.at)].map((day) => ({ kind, day }))),
    late: halfDaysAt(calendar, problem.late),
    unpopular: new Set([...halfDaysAt(calendar, problem.unpopular)].filter((t) => open[t])),
  }
}

function factsOf(
  person: RotaPerson,
  problem: RotaProblem,
  calendar: RotaCalendar,
  pod: ReadonlyMap<string, number>,
): PersonFacts {
  const { weeks, open } = calendar
  const leave = halfDaysAt(calendar, person.leave ?? [])
  const forbidden = halfDaysAt(calendar, person.forbidden ?? [])
  const fixed = new Map<number, { work: HalfDayDuty['work']; counts: boolean }>()
  for (const { at, work, counts = true } of person.fixed ?? [])
    for (const t of halfDaysAt(calendar, at)) if (open[t] && !leave.has(t)) fixed.set(t, { work, counts })
  const inPattern = new Set((person.patterns ?? []).flatMap((days) => [...halfDaysAt(calendar, days)]))
  const could = (t: number) => !forbidden.has(t) && (inPattern.size === 0 || inPattern.has(t))
  const there = Array.from({ length: weeks }, (_, week) => {
    const possible = open
      .keys()
      .filter((t) => Math.floor(t / 10) === week && could(t))
      .toArray()
    return possible.length === 0 ? 0 : possible.filter((t) => open[t] && !leave.has(t)).length / possible.length
  })
  const inForce = new Map<number, number>()
  for (const [code, whens] of Object.entries(problem.inForce?.[person.code] ?? {}))
    for (const t of halfDaysAt(calendar, whens)) if (open[t]) inForce.set(t, pod.get(code)!)
  const wholeDays = (person.forbidden ?? []).filter((when) => !/[ap]m$/.test(when))
  return {
    person,
    pods: [person.pod, ...(person.alsoIn ?? [])].map((code) => pod.get(code)!),
    leave,
    leaveDays: daysAt(calendar, person.leave ?? []),
    forbidden,
    forbiddenDays: daysAt(calendar, wholeDays),
    fixed,
    there,
    contract: 10 * person.clinicalFte * there.reduce((sum, share) => sum + share, 0),
    inForce,
  }
}

/** Whether somebody may be asked to do a turn at all; leave aside. */
export function eligible({ person, forbiddenDays }: PersonFacts, { kind, day }: TurnSlot): boolean {
  return (
    !(person.notOn ?? []).includes(kind.code) &&
    (kind.skill === undefined || (person.skills ?? []).includes(kind.skill)) &&
    !forbiddenDays.has(day)
  )
}

/** The half-days of a week in which a person works at most, and at least: leave takes its share. */
export function weekBounds(
  { person, there }: PersonFacts,
  week: number,
): { readonly min: number; readonly max: number } {
  const share = there[week]!
  return { min: Math.floor(person.halfDays.min * share + 1e-9), max: Math.ceil(person.halfDays.max * share - 1e-9) }
}

/** Protected quarter-sessions of a week: leave takes its share, rounded down. */
export const quartersOf = ({ person, there }: PersonFacts, week: number): number =>
  Math.floor((person.protectedQuarters ?? 0) * there[week]! + 1e-9)
