import type { DayNumber } from './calendar.ts'
import type { ClinicAppointment, VisitKind } from './events.ts'
import type { Span } from './rota.ts'

/** An entry of somebody's book. */
export interface Booking {
  readonly id: string
  /** Names the visit's own luck. */
  readonly luck: number
  readonly patient: number
  readonly visit: VisitKind
  /** Minute of the day. */
  readonly minute: number
  readonly minutes: number
  /** The day on which the patient will call it off, if they will. */
  readonly calledOff: DayNumber | null
  readonly comes: boolean
  state: ClinicAppointment['state']
}

/** A patient who asks for a visit. */
export interface Request {
  readonly id: string
  readonly luck: number
  readonly patient: number
  readonly visit: VisitKind
  /** Days until it is wanted. */
  readonly lead: number
  /** Where in the day the search begins, 0 to 1. */
  readonly where: number
  readonly callsOff: number
  readonly comes: number
}

/** Who is booked with one person. */
export class Book {
  readonly #days = new Map<DayNumber, Booking[]>()

  on(number: DayNumber): Booking[] {
    let day = this.#days.get(number)
    if (!day) {
      day = []
      this.#days.set(number, day)
    }
    return day
  }

  forget(before: DayNumber): void {
    for (const number of this.#days.keys()) if (number < before) this.#days.delete(number)
  }

  days(): Iterable<[DayNumber, Booking[]]> {
    return this.#days
  }

  /**
   * Finds a place for a request: the first day from the one wanted on that has one. Slots kept back for the ill are given to others
   * two days before. `null`: nothing free within the patience of who asks.
   */
  place(
    request: Request,
    today: DayNumber,
    slotOn: (day: DayNumber) => { readonly spans: readonly Span[]; readonly slot: number },
    noShow: number,
  ): { readonly day: DayNumber; readonly booking: Booking } | null {
    const patience = request.visit === 'acute' ? 12 : 56
    for (let number = today + request.lead; number <= today + patience; number++) {
      const { spans, slot } = slotOn(number)
      if (spans.length === 0) continue
      const minutes = request.visit === 'preventive' ? 2 * slot : slot
      const minute = this.#freeMinute(number, spans, slot, minutes, request, number - today)
      if (minute === null) continue
      const lead = number - today
      const calls = request.callsOff < 0.06 + 0.0022 * lead
      const booking: Booking = {
        id: request.id,
        luck: request.luck,
        patient: request.patient,
        visit: request.visit,
        minute,
        minutes,
        calledOff: calls ? today + Math.floor((lead + 0.99) * (request.callsOff / (0.06 + 0.0022 * lead))) : null,
        comes: request.comes >= noShow * (0.7 + 0.02 * Math.min(lead, 40)),
        state: 'booked',
      }
      this.on(number).push(booking)
      return { day: number, booking }
    }
    return null
  }

  #freeMinute(
    number: DayNumber,
    spans: readonly Span[],
    slot: number,
    minutes: number,
    request: Request,
    ahead: number,
  ): number | null {
    const booked = this.on(number)
    // A quarter of the day is for people who fall ill.
    const keptBack = request.visit !== 'acute' && ahead > 2
    const starts: number[] = []
    for (const { from, until } of spans) {
      const last = until - (keptBack ? Math.ceil((0.25 * (until - from)) / slot) * slot : 0)
      for (let at = from; at + minutes <= last; at += slot) starts.push(at)
    }
    if (starts.length === 0) return null
    const first = Math.floor(request.where * starts.length)
    for (let i = 0; i < starts.length; i++) {
      const at = starts[(first + i) % starts.length]!
      let free = true
      for (const other of booked)
        if (other.state !== 'cancelled' && at < other.minute + other.minutes && other.minute < at + minutes) {
          free = false
          break
        }
      if (free) return at
    }
    return null
  }
}
