import type { Instant, MessageKind, ProviderCode } from '@counterpart/kernel'

/**
 * How one person's work in one week differs from carrying on: factors on, and additions to, the parameters of the work
 * model. {@link unchanged} is carrying on.
 */
export interface WorkChange {
  /** Factor on the messages of each kind that reach this person. */
  readonly messages: Readonly<Record<MessageKind, number>>
  /** Factor on minutes for each message: where others take the easy ones, those that are left take longer. */
  readonly messageMinutes: Readonly<Record<MessageKind, number>>
  /** Factors on minutes at the record for each visit. */
  readonly noteMinutes: number
  readonly orderMinutes: number
  /** Factor on visits in a scheduled hour. */
  readonly visits: number
  /** Messages that come instead of each visit that is no longer offered: who cannot be seen writes or calls. */
  readonly instead: number
  /** Part of prescribing that is gone in addition to what goes with visits: renewals that others see to, 0 to 1. */
  readonly renewalsTaken: number
  /** Minutes face to face added to each visit. */
  readonly faceMinutes: number
  /** Minutes of each day with visits that are kept for messages, and are used so, beyond those in the rota. */
  readonly protectedMinutes: number
  /** Part of what arrives for this person on days away that colleagues of the pod who are there deal with, 0 to 1. */
  readonly coverWhenAway: number
  /** Minutes of work a week that the change itself asks: training, meetings, checking what others did. */
  readonly ownMinutes: number
}

const each = (value: number): Record<MessageKind, number> => ({
  patient: value,
  refill: value,
  call: value,
  result: value,
  staff: value,
  system: value,
})

/** Carrying on as now. */
export const unchanged: WorkChange = {
  messages: each(1),
  messageMinutes: each(1),
  noteMinutes: 1,
  orderMinutes: 1,
  visits: 1,
  instead: 0,
  renewalsTaken: 0,
  faceMinutes: 0,
  protectedMinutes: 0,
  coverWhenAway: 0,
  ownMinutes: 0,
}

/** What a change means for the clinic beside the work of those who are in it, in one week. */
interface ClinicChange {
  /** Clinical full-time equivalents at work who were not there before. */
  readonly addedFte: number
}

/** What planned interventions do, as one member of the ensemble holds it: the same member, the same effects. */
export interface ChangePlan {
  /** For somebody in the week that begins at `week`. */
  readonly of: (provider: ProviderCode, week: Instant) => WorkChange
  readonly clinic: (week: Instant) => ClinicChange
}

/** Both changes at once. */
export function together(a: WorkChange, b: WorkChange): WorkChange {
  return {
    messages: byKind(a.messages, b.messages),
    messageMinutes: byKind(a.messageMinutes, b.messageMinutes),
    noteMinutes: a.noteMinutes * b.noteMinutes,
    orderMinutes: a.orderMinutes * b.orderMinutes,
    visits: a.visits * b.visits,
    instead: Math.max(a.instead, b.instead),
    renewalsTaken: 1 - (1 - a.renewalsTaken) * (1 - b.renewalsTaken),
    faceMinutes: a.faceMinutes + b.faceMinutes,
    protectedMinutes: a.protectedMinutes + b.protectedMinutes,
    coverWhenAway: 1 - (1 - a.coverWhenAway) * (1 - b.coverWhenAway),
    ownMinutes: a.ownMinutes + b.ownMinutes,
  }
}

/** Two plans at once. */
export function bothPlans(a: ChangePlan, b: ChangePlan): ChangePlan {
  return {
    of: (provider, week) => together(a.of(provider, week), b.of(provider, week)),
    clinic: (week) => ({ addedFte: a.clinic(week).addedFte + b.clinic(week).addedFte }),
  }
}

/** The same plan, which works out each change once. */
export function remembered({ of, clinic }: ChangePlan): ChangePlan {
  const known = new Map<ProviderCode, Map<Instant, WorkChange>>()
  return {
    of: (provider, week) => {
      let own = known.get(provider)
      if (!own) {
        own = new Map()
        known.set(provider, own)
      }
      let change = own.get(week)
      if (!change) {
        change = of(provider, week)
        own.set(week, change)
      }
      return change
    },
    clinic,
  }
}

function byKind(a: WorkChange['messages'], b: WorkChange['messages']): Record<MessageKind, number> {
  return {
    patient: a.patient * b.patient,
    refill: a.refill * b.refill,
    call: a.call * b.call,
    result: a.result * b.result,
    staff: a.staff * b.staff,
    system: a.system * b.system,
  }
}

/** The same factor for every kind of message. */
export const forEveryKind = each
