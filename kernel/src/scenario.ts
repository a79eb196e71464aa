import type { Instant } from './time.ts'

/** An intervention at a dose over a time. */
export interface PlannedIntervention {
  /** An {@link Intervention.name} of the twin's definition. */
  readonly intervention: string
  /** In the unit that the definition gives. */
  readonly dose: number
  /** The parts of the subject it concerns, e.g. pods or providers of a clinic by their codes; left out: all of it. */
  readonly on?: readonly string[]
  readonly from: Instant
  /** Left out: until further notice. */
  readonly until?: Instant
}

/** A timed set of interventions. The empty one means "carry on as now": treatments already in force go on. */
export interface Scenario {
  readonly id: string
  readonly name: string
  readonly interventions: readonly PlannedIntervention[]
}

export const carryOn: Scenario = { id: 'carry-on', name: 'Carry on as now', interventions: [] }

/** An intervention known to have reached the subject, with the action (or report) that says so. */
export interface Treatment extends PlannedIntervention {
  /** Identity: versions of one treatment share it; the highest `version` holds. */
  readonly id: string
  readonly version: Instant
  readonly retracted?: boolean
}

/** Whether `next` counts instead of `known`, another version of the same treatment; the same answer in any order of arrival. */
export function treatmentSupersedes(next: Treatment, known: Treatment): boolean {
  if (next.version !== known.version) return next.version > known.version
  // Same version said twice with different content: choose the same one whatever the order.
  return contentOf(next) > contentOf(known)
}

function contentOf({ intervention, dose, on, from, until, retracted }: Treatment): string {
  return JSON.stringify([intervention, dose, from, until ?? null, retracted ?? false, ...(on ? [[...on].sort()] : [])])
}
