import type { SpaceGroup } from '../memory/layout.ts'
import type { StaffRole } from '../memory/roster.ts'

/** A span of the simulated clock, in minutes from when the forecast is made. */
interface Span {
  readonly from: number
  readonly until: number
}

/** What an intervention or a shock does to the department, in the words of the pathway. */
export type Effect =
  | (Span & { readonly kind: 'staff'; readonly role: StaffRole | 'fast-track'; readonly change: number })
  /** Staff of whom a part is missing. */
  | (Span & { readonly kind: 'absence'; readonly role: StaffRole; readonly share: number })
  | (Span & { readonly kind: 'spaces'; readonly group: SpaceGroup; readonly change: number })
  /** A part of the spaces is closed. */
  | (Span & { readonly kind: 'closed'; readonly group: SpaceGroup; readonly share: number })
  | (Span & { readonly kind: 'scanners-down' })
  /** Tests ordered in the span take this part of their time. */
  | (Span & { readonly kind: 'tests'; readonly factor: number })
  /** Beds upstairs that are free at these minutes; so many openings after `borrowedAfter` are used up by it. */
  | { readonly kind: 'beds'; readonly at: readonly number[]; readonly borrowed: number; readonly borrowedAfter: number }
  /** Of ambulances of acuity 2 to 5 this part still comes. */
  | (Span & { readonly kind: 'ambulances'; readonly factor: number })
  | (Span & { readonly kind: 'arrivals'; readonly factor: number })
  /** People are seen by minutes waited, a level of acuity counting for so many; of several the last holds, from the start on. */
  | (Span & { readonly kind: 'order'; readonly minutesPerLevel: number })
  /** People more, per hour, by acuity, all by ambulance. */
  | (Span & { readonly kind: 'casualties'; readonly perHour: readonly number[] })

/** A number that changes at certain times: its value from 0 on, then its changes, in ascending time. */
export interface Course {
  readonly capacity: number
  readonly schedule: readonly { readonly at: number; readonly capacity: number }[]
}

/** Beyond every horizon; there each capacity is at least one, because the engine refuses what nobody ever provides. */
const beyond = 1e6

/** The course of a whole number ≥ 0 that can change only at these times. */
export function courseOf(changes: readonly number[], valueAt: (minute: number) => number): Course {
  const value = (minute: number) => Math.max(0, Math.round(valueAt(minute)))
  const capacity = value(0)
  const schedule: { at: number; capacity: number }[] = []
  let last = capacity
  for (const at of [...new Set(changes)].filter((at) => at > 0 && at < beyond).sort((a, b) => a - b)) {
    const next = value(at)
    if (next !== last) schedule.push({ at, capacity: next })
    last = next
  }
  schedule.push({ at: beyond, capacity: Math.max(1, last) })
  return { capacity, schedule }
}

/** The effects of one kind. */
export function effectsOfKind<K extends Effect['kind']>(
  effects: readonly Effect[],
  kind: K,
): Extract<Effect, { kind: K }>[] {
  return effects.filter((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind)
}

/** The effects that are in force at a minute. */
export const inForce = <E extends Span>(effects: readonly E[], minute: number): E[] =>
  effects.filter(({ from, until }) => from <= minute && minute < until)
