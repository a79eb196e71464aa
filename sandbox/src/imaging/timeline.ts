import type { Instant } from '@counterpart/kernel'
import { Calendar } from '../emergency/calendar.ts'

/** The time by which things happen: a department's own, or the whole hospital's. */
export interface Timeline {
  readonly now: Instant
  /** Plans something; not before now. */
  at(time: Instant, work: () => void): void
}

/** A time of one's own, which runs when it is told to. */
export class OwnTime implements Timeline {
  now: Instant
  readonly #calendar = new Calendar()

  constructor(begun: Instant) {
    this.now = begun
  }

  at(time: Instant, work: () => void): void {
    this.#calendar.plan(Math.max(this.now, time), work)
  }

  run(to: Instant): void {
    for (let next = this.#calendar.take(to); next; next = this.#calendar.take(to)) {
      this.now = next.at
      next.work!()
    }
    this.now = to
  }
}
