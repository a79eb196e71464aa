import { hour, type Instant, type Milliseconds, minute } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'

/** Code system of what a department can be asked to do (FHIR Task.code). */
export const departmentActionSystem = 'urn:counterpart:department-action'

/** What can be asked of the department, with the doses it understands and how long it lasts unless said otherwise. */
export const departmentActions = {
  'call-in-clinician': { display: 'Call in clinicians', low: 1, high: 3, lasts: 6.75 * hour },
  'call-in-nurse': { display: 'Call in nurses', low: 1, high: 3, lasts: 6.75 * hour },
  'move-to-triage': { display: 'Move nurses to triage', low: 1, high: 2, lasts: 4 * hour },
  'open-overflow': { display: 'Open overflow spaces', low: 1, high: 8, lasts: 8 * hour },
  'expedite-diagnostics': { display: 'Expedite diagnostics', low: 1, high: 50, lasts: 4 * hour },
  'early-inpatient-pull': { display: 'Early inpatient pull', low: 1, high: 6, lasts: 2 * hour },
  'stream-to-minors': { display: 'Stream to minors', low: 1, high: 1, lasts: 6 * hour },
  'divert-ambulances': { display: 'Divert ambulances', low: 1, high: 1, lasts: 2 * hour },
  /** The dose: minutes of waiting that a level of acuity counts for. */
  'queue-rule': { display: 'See people by a rule of order', low: 15, high: 480, lasts: 8 * hour },
} as const satisfies Record<string, ActionRule>

interface ActionRule {
  readonly display: string
  readonly low: number
  readonly high: number
  readonly lasts: Milliseconds
}

export type ActionName = keyof typeof departmentActions

/** Something the department was asked to do. */
export interface DepartmentAction {
  /** The order's. */
  readonly id: string
  readonly name: ActionName
  /** Persons, nurses, spaces, per cent, beds or minutes; 1 for what is on or off. */
  readonly dose: number
  /** As the order had it. */
  readonly unit?: string
  readonly from?: Instant
  readonly until?: Instant
}

/** FHIR R4 Task.status. */
export type ActionStatus = 'rejected' | 'in-progress' | 'completed' | 'failed' | 'cancelled'

/** How long it takes from setting about it to its taking effect; assumptions. */
export function delayOf(name: ActionName, random: RandomStream): Milliseconds {
  const [low, high] = {
    'call-in-clinician': [30, 75],
    'call-in-nurse': [30, 75],
    'move-to-triage': [4, 15],
    'open-overflow': [15, 40],
    'expedite-diagnostics': [10, 30],
    'early-inpatient-pull': [10, 30],
    'stream-to-minors': [5, 15],
    'divert-ambulances': [8, 20],
    'queue-rule': [5, 15],
  }[name]
  return Math.round((low! + (high! - low!) * random.uniform()) * minute)
}

/** Probability that somebody who is called at this hour of the day can come (assumption). */
export function comes(hourOfDay: number): number {
  return hourOfDay >= 8 && hourOfDay < 21 ? 0.85 : 0.6
}
