import type { Waveform } from '@counterpart/server/contract'

/** The last seconds of a waveform, in pieces as they came, oldest first. */
export class WaveformBuffer {
  #pieces: Waveform['pieces'] = []
  readonly #keep: number

  /** `keep` milliseconds are held. */
  constructor(keep: number) {
    this.#keep = keep
  }

  /** Takes in pieces; what overlaps with what is here already is left out. */
  add(pieces: Waveform['pieces']): void {
    for (const piece of pieces) {
      if (piece.values.length === 0) continue
      const known = this.#pieces.some((each) => each.start <= piece.start + 1 && endOf(each) >= endOf(piece) - 1)
      if (known) continue
      this.#pieces = this.#pieces.filter((each) => !(each.start >= piece.start - 1 && endOf(each) <= endOf(piece) + 1))
      this.#pieces.push(piece)
    }
    this.#pieces.sort((a, b) => a.start - b.start)
    const end = this.end
    if (end !== null) this.#pieces = this.#pieces.filter((piece) => endOf(piece) > end - this.#keep)
  }

  get end(): number | null {
    let end: number | null = null
    for (const piece of this.#pieces) end = Math.max(end ?? 0, endOf(piece))
    return end
  }

  get samplesPerSecond(): number | null {
    return this.#pieces[this.#pieces.length - 1]?.samplesPerSecond ?? null
  }

  /** Calls back with every sample of a span in order; `gap` is true at the first after a hole. */
  forEach(from: number, to: number, visit: (t: number, value: number, gap: boolean) => void): void {
    let lastEnd = Number.NEGATIVE_INFINITY
    for (const piece of this.#pieces) {
      const step = 1000 / piece.samplesPerSecond
      if (endOf(piece) < from || piece.start > to) {
        lastEnd = endOf(piece)
        continue
      }
      const begin = Math.max(0, Math.ceil((Math.max(from, lastEnd - step / 2) - piece.start) / step))
      const finish = Math.min(piece.values.length - 1, Math.floor((to - piece.start) / step))
      for (let index = begin; index <= finish; index += 1)
        visit(piece.start + index * step, piece.values[index]!, index === begin && piece.start - lastEnd > 2 * step)
      lastEnd = endOf(piece)
    }
  }

  /** The sample nearest to an instant. */
  at(t: number): number | null {
    let best: number | null = null
    let distance = 20
    this.forEach(t - 20, t + 20, (when, value) => {
      if (Math.abs(when - t) <= distance) {
        distance = Math.abs(when - t)
        best = value
      }
    })
    return best
  }
}

function endOf(piece: Waveform['pieces'][number]): number {
  return piece.start + (piece.values.length * 1000) / piece.samplesPerSecond
}
