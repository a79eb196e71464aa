import type { MessageKind } from '@counterpart/kernel'
import type { DayNumber } from './calendar.ts'

/** A message that waits, or is about to come. */
export interface Waiting {
  readonly id: string
  readonly kind: MessageKind
  readonly patient: number
  /** When it comes: day, and second of it. */
  readonly day: DayNumber
  readonly second: number
  /** Factor on the time it takes. */
  readonly effort: number
  /** Uniform: what it leads to. */
  readonly leads: number
  /** Uniform: which way it goes through the clinic. */
  readonly fate: number
  /** A team has looked at it first. */
  readonly prepared: boolean
}

/** A note that is not finished. */
export interface OpenNote {
  readonly booking: string
  readonly patient: number
  readonly day: DayNumber
  /** Seconds of writing that are left. */
  left: number
  /** Chart review that has not been done yet, seconds. */
  chart: number
  touched: boolean
}

/** What one person has waiting. */
export class Inbox {
  readonly waiting: Waiting[] = []
  readonly notes: OpenNote[] = []
  /** What comes on later days. */
  readonly #later = new Map<DayNumber, Waiting[]>()

  later(message: Waiting): void {
    const day = this.#later.get(message.day)
    if (day) day.push(message)
    else this.#later.set(message.day, [message])
  }

  takeLater(number: DayNumber): Waiting[] {
    const day = this.#later.get(number) ?? []
    this.#later.delete(number)
    return day
  }
}
