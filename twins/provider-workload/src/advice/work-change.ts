import type { Instant, MessageKind, ProviderCode } from '@counterpart/kernel'

/**
 * How one person's work in one week differs from carrying on: factors on, and additions to, the parameters of the work
 * model. {@link unchanged} is carrying on.
 */
export interface WorkChange {
  /** Factor on the messages of each kind that reach this person. */
  readonly messages: Readonly<Record<MessageKind, number>>
  /** Factors on minutes at the record for each visit. */
  readonly noteMinutes: number
  readonly orderMinutes: number
  /** Factor on visits in a scheduled hour. */
  readonly visits: number
  /** Minutes of each day with visits that are kept for messages, and are used so, beyond those in the rota. */
  readonly protectedMinutes: number
  /** Part of what arrives for this person on days away that colleagues of the pod who are there deal with, 0 to 1. */
  readonly coverWhenAway: number
  /** Minutes of work a week that the change itself asks: training, meetings, checking what others did. */
  readonly ownMinutes: number
}

/** Carrying on as now. */
export const unchanged: WorkChange = {
  messages: { patient: 1, refill: 1, call: 1, result: 1, staff: 1, system: 1 },
  noteMinutes: 1,
  orderMinutes: 1,
  visits: 1,
  protectedMinutes: 0,
  coverWhenAway: 0,
  ownMinutes: 0,
}

/** What a change means for the clinic beside the work of those who are in it, in one week. */
export interface ClinicChange {
  /** Visits with somebody who is not yet in the clinic. */
  readonly addedVisits: number
  /** Minutes of work that others (nurses, assistants, pharmacists) take over. */
  readonly staffMinutes: number
}

/** What planned interventions do, as one member of the ensemble holds it: the same member, the same effects. */
export interface ChangePlan {
  /** For somebody in the week that begins at `week`. */
  readonly of: (provider: ProviderCode, week: Instant) => WorkChange
  readonly clinic: (week: Instant) => ClinicChange
}
