import type { ClinicAction } from './actions.ts'
import type { ClinicCalendar, DayNumber } from './calendar.ts'
import type { Member } from './member.ts'
import { concerns, firstDay, type InForce, type PracticeDay, practiceOn } from './practice.ts'
import type { PracticeTruth } from './truth.ts'

/** Weeks until patients who are to move have moved, and until a newcomer's list is full (assumptions). */
const movingWeeks = 12
const fillingWeeks = 20

/** How the clinic's way of working changes: what was asked for, and from when it holds. */
export class Changes {
  readonly #truth: PracticeTruth
  readonly #calendar: ClinicCalendar
  readonly #from: DayNumber
  readonly #inForce: InForce[] = []
  readonly #cache = new Map<string, PracticeDay>()
  #cached: DayNumber = 0

  constructor(truth: PracticeTruth, planned: readonly ClinicAction[], calendar: ClinicCalendar, from: DayNumber) {
    this.#truth = truth
    this.#calendar = calendar
    this.#from = from
    for (const action of planned) this.ask(action, from - 1)
  }

  /** The same order with other content replaces what was asked before. */
  ask(action: ClinicAction, today: DayNumber): void {
    const known = this.#inForce.find((each) => each.action.id === action.id && each.last > today)
    if (known && JSON.stringify(known.action) === JSON.stringify(action)) return
    if (known) known.last = today
    const from = action.from === undefined ? this.#from : this.#calendar.dayOf(action.from)
    const first = firstDay(action, today, from, this.#truth.hireWeeks)
    const last = action.until === undefined ? Number.POSITIVE_INFINITY : this.#calendar.dayOf(action.until - 1)
    this.#inForce.push({ action, first, last })
    this.#cache.clear()
  }

  stop(id: string, today: DayNumber): void {
    for (const each of this.#inForce) if (each.action.id === id && each.last > today) each.last = today
    this.#cache.clear()
  }

  /** What begins and what has ended with a day; hires are told weeks before their first day. */
  turn(number: DayNumber): {
    begun: ClinicAction[]
    ended: ClinicAction[]
    hires: { action: ClinicAction; first: DayNumber }[]
  } {
    const begun = this.#inForce.filter(({ first, last }) => first === number && last >= number)
    const ended = this.#inForce.filter(({ first, last }) => last === number - 1 && first <= last)
    return {
      begun: begun.map(({ action }) => action),
      ended: ended.map(({ action }) => action),
      hires: begun.filter(({ action }) => action.name === 'hire').map(({ action, first }) => ({ action, first })),
    }
  }

  practiceOf(member: Member, number: DayNumber): PracticeDay {
    if (this.#inForce.length === 0) return practiceOn([], number, { provider: '', pod: '' })
    if (Math.abs(number - this.#cached) > 100) {
      this.#cache.clear()
      this.#cached = number
    }
    const key = `${member.index}/${number}`
    let practice = this.#cache.get(key)
    if (!practice) {
      const { provider, pod } = member.colleague.profile
      practice = practiceOn(this.#inForce, number, { provider, pod })
      this.#cache.set(key, practice)
    }
    return practice
  }

  /** The clinic's way of working in the words of its layout. */
  overall(number: DayNumber, members: readonly Member[]) {
    const practices = members.map((member) => ({ member, practice: this.practiceOf(member, number) }))
    return {
      teamInbox: practices.some(({ practice }) => practice.team > 0),
      refillProtocol: practices.some(({ practice }) => practice.protocol > 0),
      scribes: practices.filter(({ practice }) => practice.scribe).map(({ member }) => member.code),
    }
  }

  moving(number: DayNumber): boolean {
    return this.#inForce.some(
      ({ action, first, last }) =>
        (action.name === 'panel-rebalance' && number >= first && number <= Math.min(last, first + 7 * movingWeeks)) ||
        (action.name === 'hire' && number >= first && number <= Math.min(last, first + 7 * fillingWeeks)),
    )
  }

  /** Moves patients between people, week by week: factors on everybody's demand. */
  sharePanels(number: DayNumber, members: readonly Member[]): void {
    const moves = this.#inForce.filter(({ action }) => action.name === 'panel-rebalance' || action.name === 'hire')
    if (moves.length === 0) return
    const newcomers = members.filter(({ since }) => since > Number.NEGATIVE_INFINITY)
    for (const member of members) member.panelFactor = newcomers.includes(member) ? 0 : 1
    for (const { action, first, last } of moves) {
      if (action.name !== 'panel-rebalance' || number < first) continue
      // Patients who have moved stay moved.
      const moved = Math.min(1, (Math.min(number, last) - first + 7) / (7 * movingWeeks)) * (action.dose / 100)
      const among = members.filter(({ colleague, since }) => since < first && concerns(action, colleague.profile))
      const mean = sum(among, needOf) / sum(among, fteOf)
      for (const member of among) member.panelFactor *= 1 + moved * ((mean * fteOf(member)) / needOf(member) - 1)
    }
    for (const newcomer of newcomers) {
      if (newcomer.since > number) continue
      const filled = Math.min(1, (number - newcomer.since + 7) / (7 * fillingWeeks))
      const pod = newcomer.colleague.profile.pod
      const others = members.filter((each) => !newcomers.includes(each) && each.colleague.profile.pod === pod)
      newcomer.panelFactor = filled
      const share = (filled * needOf(newcomer)) / Math.max(1, sum(others, needOf))
      for (const other of others) other.panelFactor *= Math.max(0.4, 1 - share)
    }
  }

  busiestPod(pods: readonly string[], members: readonly Member[]): string {
    const load = (pod: string) => {
      const people = members.filter(({ colleague }) => colleague.profile.pod === pod)
      return sum(people, needOf) / Math.max(0.1, sum(people, fteOf))
    }
    return [...pods].sort((a, b) => load(b) - load(a))[0]!
  }
}

const needOf = ({ colleague }: Member) => colleague.panel.size * colleague.panel.caseMix
const fteOf = ({ colleague }: Member) => colleague.profile.clinicalFte

function sum(members: readonly Member[], of: (member: Member) => number): number {
  return members.reduce((total, member) => total + of(member), 0)
}
