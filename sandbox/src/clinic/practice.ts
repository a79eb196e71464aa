import type { ClinicAction } from './actions.ts'
import { type DayNumber, mondayOf } from './calendar.ts'

/** How one person's work is arranged on one day. */
export interface PracticeDay {
  readonly protectedMinutes: number
  /** Shares: messages a team sees first, patient messages triaged, refills by protocol. */
  readonly team: number
  readonly triage: number
  readonly protocol: number
  readonly scribe: boolean
  readonly slotExtra: number
  readonly cover: boolean
}

const usualPractice: PracticeDay = {
  protectedMinutes: 0,
  team: 0,
  triage: 0,
  protocol: 0,
  scribe: false,
  slotExtra: 0,
  cover: false,
}

/** An action with the days on which it is in force. */
export interface InForce {
  readonly action: ClinicAction
  readonly first: DayNumber
  last: DayNumber
}

/** The first day on which an action that was asked for on a day can be in force. */
export function firstDay(action: ClinicAction, asked: DayNumber, from: DayNumber, hireWeeks: number): DayNumber {
  const next = Math.max(asked + 1, from)
  switch (action.name) {
    case 'protected-inbox-time':
    case 'slot-length': {
      const monday = mondayOf(next)
      return monday === next ? next : monday + 7
    }
    case 'hire':
      return mondayOf(next + 7 * hireWeeks)
    default:
      return next
  }
}

/** What holds for somebody on a day; of several of a kind the greatest dose. */
export function practiceOn(
  inForce: readonly InForce[],
  number: DayNumber,
  person: { readonly provider: string; readonly pod: string },
): PracticeDay {
  let practice: { -readonly [K in keyof PracticeDay]: PracticeDay[K] } | undefined
  for (const { action, first, last } of inForce) {
    if (number < first || number > last || !concerns(action, person)) continue
    practice ??= { ...usualPractice }
    const { dose } = action
    if (action.name === 'protected-inbox-time') practice.protectedMinutes = Math.max(practice.protectedMinutes, dose)
    else if (action.name === 'team-inbox') practice.team = Math.max(practice.team, dose / 100)
    else if (action.name === 'message-triage') practice.triage = Math.max(practice.triage, dose / 100)
    else if (action.name === 'refill-protocol') practice.protocol = Math.max(practice.protocol, dose / 100)
    else if (action.name === 'scribe') practice.scribe = true
    else if (action.name === 'slot-length') practice.slotExtra = dose
    else if (action.name === 'cross-cover') practice.cover = true
  }
  return practice ?? usualPractice
}

export function concerns({ on }: ClinicAction, person: { readonly provider: string; readonly pod: string }): boolean {
  return !on || on.includes(person.provider) || on.includes(person.pod)
}
