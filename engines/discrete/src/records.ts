import { F, W } from './layout.ts'
import type { State } from './state.ts'

/** How a stay at a step ended. */
export const OUTCOMES = ['served', 'left-waiting', 'turned-away', 'interrupted', 'baulked'] as const

export type Outcome = (typeof OUTCOMES)[number]

/** Places in {@link OUTCOMES}. */
export const OUTCOME = { SERVED: 0, LEFT_WAITING: 1, TURNED_AWAY: 2, INTERRUPTED: 3, BAULKED: 4 } as const

/** A stay of one patient at one step; an interrupted activity gives one stay for each part. */
export interface Stay {
  readonly source: number
  /** The patient's number within the source, from 0. */
  readonly number: number
  readonly class: number
  readonly step: number
  readonly queued: number
  /** NaN for those who were not served. */
  readonly begun: number
  readonly ended: number
  readonly outcome: Outcome
}

/** Small, so that the thousand short runs of a forecast do not each fill megabytes with zeros. */
const CHUNK_BITS = 13
const CHUNK = 1 << CHUNK_BITS

/** Stays as typed columns, in the order in which they ended, growing in chunks. */
export class Records {
  length = 0
  readonly #times: Float64Array[] = []
  readonly #words: Int32Array[] = []
  #lastTimes = new Float64Array(0)
  #lastWords = new Int32Array(0)

  add(
    source: number,
    number: number,
    patientClass: number,
    step: number,
    queued: number,
    begun: number,
    ended: number,
    outcome: number,
  ): void {
    const at = this.#room()
    const times = this.#lastTimes
    const words = this.#lastWords
    times[at] = queued
    times[at + CHUNK] = begun
    times[at + 2 * CHUNK] = ended
    words[at] = number
    words[at + CHUNK] = source
    words[at + 2 * CHUNK] = (step << 11) | (patientClass << 3) | outcome
    this.length++
  }

  /** The stay of somebody who has just been served: what `add` takes, read in the state. */
  addServed(state: State, slot: number, step: number): void {
    const at = this.#room()
    const times = this.#lastTimes
    const words = this.#lastWords
    const w = slot * state.layout.words
    const f = slot * state.layout.numbers
    times[at] = state.numbers[f + F.QUEUED]!
    times[at + CHUNK] = state.numbers[f + F.BEGUN]!
    times[at + 2 * CHUNK] = state.now
    words[at] = state.words[w + W.NUMBER]!
    words[at + CHUNK] = state.words[w + W.SOURCE]!
    words[at + 2 * CHUNK] = (step << 11) | (state.words[w + W.CLASS]! << 3) | OUTCOME.SERVED
    this.length++
  }

  /** Where the next stay goes in the last chunk. */
  #room(): number {
    const at = this.length & (CHUNK - 1)
    if (at > 0) return at
    this.#lastTimes = new Float64Array(3 * CHUNK)
    this.#lastWords = new Int32Array(3 * CHUNK)
    this.#times.push(this.#lastTimes)
    this.#words.push(this.#lastWords)
    return at
  }

  /** The stay at this place, 0 … length − 1. */
  at(place: number): Stay {
    const at = place & (CHUNK - 1)
    const times = this.#times[place >>> CHUNK_BITS]!
    const words = this.#words[place >>> CHUNK_BITS]!
    const packed = words[at + 2 * CHUNK]!
    return {
      source: words[at + CHUNK]!,
      number: words[at]!,
      class: (packed >>> 3) & 255,
      step: packed >>> 11,
      queued: times[at]!,
      begun: times[at + CHUNK]!,
      ended: times[at + 2 * CHUNK]!,
      outcome: OUTCOMES[packed & 7]!,
    }
  }
}
