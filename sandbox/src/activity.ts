import { type Instant, minute, second } from '@counterpart/kernel'
import type { RandomStream } from '@counterpart/numerics'

/** Turning in bed, sitting up, walking to the window: bouts of some minutes, rarer at night. */
export class Activity {
  readonly #random: RandomStream
  /** 0 (at rest) to 1 (walking). */
  level = 0
  #target = 0
  #changesAt: Instant

  constructor(random: RandomStream, start: Instant) {
    this.#random = random
    this.#changesAt = start + 30 * minute * random.exponential()
  }

  advance(to: Instant, step: number, hourOfDay: number): void {
    while (this.#changesAt <= to) {
      const resting = this.#target === 0
      this.#target = resting ? 0.25 + 0.75 * this.#random.uniform() : 0
      const night = hourOfDay >= 22 || hourOfDay < 6
      const length = resting
        ? 2 * minute + 4 * minute * this.#random.uniform()
        : restLength(night) * this.#random.exponential()
      this.#changesAt += length
    }
    this.level += (this.#target - this.level) * (1 - Math.exp(-step / (20 * second)))
    if (this.level < 1e-3) this.level = 0
  }
}

function restLength(night: boolean): number {
  return (night ? 150 : 40) * minute
}

/** Share of a day's swing at an hour of the day: 1 in the afternoon, -1 at night (Millar-Craig et al., Lancet 1978;1:795). */
export function circadian(hourOfDay: number): number {
  return Math.cos((2 * Math.PI * (hourOfDay - 15)) / 24)
}
