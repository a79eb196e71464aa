/**
 * A running median over a few milliseconds: takes out pacemaker spikes (0.1–2 ms wide, ANSI/AAMI EC13) and single bad
 * samples, and leaves a QRS complex as it is. Below about 300 samples per second the window is three samples.
 */
export class Despiker {
  /** Samples by which the output lags the input. */
  readonly delay: number
  readonly #ring: Float64Array
  readonly #sorted: Float64Array
  #next = 0

  constructor(samplesPerSecond: number, width = 0.01) {
    const half = Math.max(1, Math.round((width * samplesPerSecond - 1) / 2))
    this.delay = half
    this.#ring = new Float64Array(2 * half + 1)
    this.#sorted = new Float64Array(2 * half + 1)
  }

  settle(level: number): void {
    this.#ring.fill(level)
    this.#sorted.fill(level)
  }

  step(input: number): number {
    const sorted = this.#sorted
    const leaving = this.#ring[this.#next]!
    this.#ring[this.#next] = input
    this.#next = this.#next + 1 === this.#ring.length ? 0 : this.#next + 1
    let i = 0
    while (sorted[i]! < leaving) i++
    while (i + 1 < sorted.length && sorted[i + 1]! < input) {
      sorted[i] = sorted[i + 1]!
      i++
    }
    while (i > 0 && sorted[i - 1]! > input) {
      sorted[i] = sorted[i - 1]!
      i--
    }
    sorted[i] = input
    return sorted[this.delay]!
  }
}
