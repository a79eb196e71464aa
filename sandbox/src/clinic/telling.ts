import type { Instant } from '@counterpart/kernel'
import type { Away } from './absences.ts'
import type { Booking } from './booking.ts'
import type { ClinicCalendar, DayNumber } from './calendar.ts'
import type { ClinicAppointment, ClinicEvent } from './events.ts'
import type { Member } from './member.ts'
import type { PracticeDay } from './practice.ts'

/** Gathers what the clinic's systems come to know of a day, in the words of its events. */
export class Telling {
  /** Before the clinic is looked at, nobody is told. */
  silent = true
  readonly #calendar: ClinicCalendar
  #events: ClinicEvent[] = []

  constructor(calendar: ClinicCalendar) {
    this.#calendar = calendar
  }

  tell(event: ClinicEvent): void {
    if (!this.silent) this.#events.push(event)
  }

  rota(member: Member, monday: DayNumber, at: Instant, practiceOn: (day: DayNumber) => PracticeDay): void {
    if (member.since <= monday + 6)
      this.tell({ at, kind: 'rota', rota: member.rota(this.#calendar, monday, practiceOn) })
  }

  absence(member: Member, away: Away, at: Instant): void {
    const absence = {
      absence: away.id,
      provider: member.code,
      from: this.#calendar.startOf(away.first),
      until: this.#calendar.startOf(away.last + 1),
    }
    this.tell({ at: Math.round(at), kind: 'absence', absence })
  }

  /** What the book now says of an entry for a day. */
  booking(at: Instant, member: Member, day: DayNumber, booking: Booking, state: ClinicAppointment['state']): void {
    const { id, patient, minute, minutes, visit } = booking
    const starts = this.#calendar.baseOf(day) + minute * 60_000
    const appointment = { id, provider: member.code, patient, starts, minutes, visit, state }
    this.tell({ at: Math.round(at), kind: 'appointment', appointment })
  }

  /** All since the last call, in order of time. */
  take(): ClinicEvent[] {
    const events = this.#events
    this.#events = []
    return events.sort((a, b) => a.at - b.at)
  }
}
