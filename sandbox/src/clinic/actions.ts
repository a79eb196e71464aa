import type { Instant } from '@counterpart/kernel'

/** Code system of what a clinic can be asked to do (FHIR Task.code). */
export const clinicActionSystem = 'urn:counterpart:clinic-action'

/** What can be asked of the clinic, with the doses it understands and their UCUM unit. */
export const clinicActions = {
  'protected-inbox-time': { display: 'Protected inbox time', low: 15, high: 60, unit: 'min/d' },
  'team-inbox': { display: 'Team inbox', low: 10, high: 60, unit: '%' },
  'message-triage': { display: 'Message triage', low: 5, high: 30, unit: '%' },
  'refill-protocol': { display: 'Refill protocol', low: 20, high: 90, unit: '%' },
  scribe: { display: 'Scribe', low: 1, high: 1, unit: '1' },
  'slot-length': { display: 'Longer or shorter slots', low: -5, high: 10, unit: 'min' },
  'panel-rebalance': { display: 'Panel rebalancing', low: 25, high: 100, unit: '%' },
  'cross-cover': { display: 'Cross-cover of absences', low: 1, high: 1, unit: '1' },
  hire: { display: 'Hire', low: 0.2, high: 2, unit: '1' },
} as const satisfies Record<string, { display: string; low: number; high: number; unit: string }>

export type ClinicActionName = keyof typeof clinicActions

/** Something the clinic was asked to do. */
export interface ClinicAction {
  /** The order's. */
  readonly id: string
  readonly name: ClinicActionName
  readonly dose: number
  /** Pods or providers by their codes; left out: the whole clinic. */
  readonly on?: readonly string[]
  readonly from?: Instant
  readonly until?: Instant
}
