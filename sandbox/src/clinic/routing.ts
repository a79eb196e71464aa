import { randomStream } from '@counterpart/numerics'
import type { Request } from './booking.ts'
import { type DayNumber, weekdayOf } from './calendar.ts'
import { drawMessage } from './demand.ts'
import type { Waiting } from './inbox.ts'
import type { Member } from './member.ts'
import type { PracticeDay } from './practice.ts'
import type { ClinicSettings } from './settings.ts'
import type { PracticeTruth } from './truth.ts'

/** Share of an absent person's messages that somebody sees to without anything being arranged (assumption). */
const informalCover = 0.12

/** Where a message goes before it reaches an inbox, if it does. */
export class Routing {
  readonly #seed: string
  readonly #truth: PracticeTruth

  constructor({ seed }: ClinicSettings, truth: PracticeTruth) {
    this.#seed = seed
    this.#truth = truth
  }

  route(
    message: Waiting,
    to: Member,
    number: DayNumber,
    practice: PracticeDay,
    members: readonly Member[],
  ): { readonly member: Member; readonly message: Waiting } | null {
    const { kind, fate } = message
    let left = message
    if (kind === 'refill' && fate < practice.protocol) {
      // Done by protocol; now and then staff have to ask.
      if (fate > practice.protocol * this.#truth.refillQuestions) return null
      left = { ...message, kind: 'staff' }
    } else if (kind === 'patient' && fate < practice.triage) {
      if (fate < practice.triage * this.#truth.triageToVisit) to.askAgain(visitInstead(message), 1)
      return null
    } else if (kind !== 'staff' && kind !== 'system' && !message.prepared) {
      // A team sees its share of what is left first, and some of that comes back later in the day, prepared.
      const among = kind === 'patient' ? practice.triage : kind === 'refill' ? practice.protocol : 0
      const share = (fate - among) / Math.max(0.01, 1 - among)
      if (share < practice.team) {
        if (share < practice.team * this.#truth.teamResolves) return null
        left = {
          ...message,
          prepared: true,
          second: Math.min(22.5 * 3600, message.second + 5400 + 7200 * message.leads),
        }
      }
    }
    if (!to.isAway(number) || weekdayOf(number) > 4 || left.kind === 'system') return { member: to, message: left }
    const covered = practice.cover ? this.#truth.coverShare : informalCover
    const luck = (left.fate * 7919 + left.leads * 104729) % 1
    if (luck >= covered) return { member: to, message: left }
    const pod = to.colleague.profile.pod
    const present = members.filter(
      (each) => each !== to && each.colleague.profile.pod === pod && each.since <= number && !each.isAway(number),
    )
    const cover = present[Math.floor((luck / covered) * present.length)]
    return { member: cover ?? to, message: left }
  }

  /** Who finds no visit in time writes or calls, or goes elsewhere. */
  unmet(member: Member, request: Request, number: DayNumber): void {
    if (request.visit !== 'acute' || request.where > 0.45) return
    const random = randomStream('sandbox', this.#seed, 'clinic-unmet', request.luck, request.patient)
    const kind = request.where < 0.2 ? 'call' : 'patient'
    member.inbox.later(drawMessage(random, kind, number + 1, `${request.id}-u`, () => request.patient))
  }
}

function visitInstead(message: Waiting) {
  return {
    id: `${message.id}-v`,
    luck: Math.floor(message.leads * 2 ** 32),
    patient: message.patient,
    visit: 'acute' as const,
    minute: 0,
    minutes: 0,
    calledOff: null,
    comes: true,
    state: 'booked' as const,
  }
}
