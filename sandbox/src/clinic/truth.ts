import type { ProviderCode } from '@counterpart/kernel'

/** What is true of a simulated clinic and not written anywhere. */
export interface ClinicTruth {
  readonly providers: ReadonlyMap<ProviderCode, ProviderTruth>
  readonly practice: PracticeTruth
}

/** What somebody is like at work. Factors are relative to the clinic's calibration, 1 = as that. */
export interface ProviderTruth {
  /** Factor on time with patients. */
  readonly visitPace: number
  /** Factor on minutes of notes. */
  readonly notePace: number
  /** Factor on minutes per message. */
  readonly inboxPace: number
  /** Factor on chart review, orders and all else at the screen. */
  readonly screenPace: number
  /** Factor on messages from patients, and from staff, that come per patient. */
  readonly patientMessages: number
  readonly staffMessages: number
  /** Share of a note that is written while the patient is there. */
  readonly noteInRoom: number
  /** Probability of writing the rest right after the visit when time allows. */
  readonly noteRightAfter: number
  /** Probability of turning to the inbox in a gap of a few minutes. */
  readonly gapInbox: number
  /** Minutes before the first patient. */
  readonly early: number
  /** Share of the lunch hour worked. */
  readonly lunch: number
  /** Minutes after the last patient that somebody is ready to stay. */
  readonly stay: number
  /** Probability of an evening at the screen with a usual backlog, and when it begins (h). */
  readonly evening: number
  readonly eveningAt: number
  /** Probability of catching up on a day of the weekend. */
  readonly weekend: number
  /** Share of the waiting messages that somebody wants to have done by the end of a day. */
  readonly clears: number
  /** Minutes at the screen on a day of leave: median, where it is looked at all. */
  readonly leaveMinutes: number
  /** Times a year of being ill. */
  readonly ill: number
  /** Factor on orders per visit. */
  readonly orders: number
  /** Persistent part of burnout, standard normal. */
  readonly strain: number
  /** Opts in to a wearable; answers surveys with this probability. */
  readonly wears: boolean
  readonly answers: number
  /** Has a second login for work from home. */
  readonly secondLogin: boolean
}

/** True effects of changes of practice, drawn for each clinic. Sources in practice-truth.ts. */
export interface PracticeTruth {
  /** Share of protected minutes that are really used for messages. */
  readonly protectedKept: number
  /** Part by which more time makes answers longer: factor on minutes per message with protected time is 1 + this. */
  readonly protectedGrowth: number
  /** Share of what a team deals with that never comes back to the provider. */
  readonly teamResolves: number
  /** Factor on minutes of a message that a team has prepared. */
  readonly teamPrepared: number
  /** Share of triaged patient messages that become visits; the rest are answered by staff. */
  readonly triageToVisit: number
  /** Messages to staff per refill done by protocol. */
  readonly refillQuestions: number
  /** Factor on minutes of notes with a scribe; people differ by `scribeSpread` (log SD). */
  readonly scribeNotes: number
  readonly scribeSpread: number
  /** Log odds of burnout with a scribe, conditional on the person. */
  readonly scribeStrain: number
  /** Relative change of messages after a visit per minute of longer slots. */
  readonly slotMessages: number
  /** Share of messages that a covering colleague deals with. */
  readonly coverShare: number
  /** Weeks from asking to a new colleague's first day. */
  readonly hireWeeks: number
}
