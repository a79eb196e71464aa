import { SignalError } from './errors.ts'

/** What a stretch of signal was like: fractions of its samples, 0 to 1. */
export interface SignalCondition {
  readonly samples: number
  /** Not there (`NaN`). */
  readonly missing: number
  /** Within a run of at least half a second in which nothing moved: a lead off or a frozen sender. */
  readonly flat: number
  /** At the ends of the amplifier's or converter's range. */
  readonly saturated: number
}

export interface SignalQualityOptions {
  readonly samplesPerSecond: number
  /** Ends of the range, where known. Left out: values that the stretch's own extremes stick at are taken for them. */
  readonly range?: readonly [low: number, high: number]
  /** Movement up to this counts as none, e.g. half a converter step. Default 0. */
  readonly resolution?: number
}

const flatRun = 0.5
/** Unknown range: an extreme held by less than this part of a stretch is just its highest or lowest sample. */
const stuckAtLeast = 0.02

/** Watches a signal for what makes it useless whatever is looked for in it. Nothing is allocated per sample. */
export class SignalQualityMeter {
  readonly #range: readonly [number, number] | undefined
  readonly #resolution: number
  readonly #flatRun: number
  #samples = 0
  #missing = 0
  #flat = 0
  #railed = 0
  #runLevel = Number.NaN
  #runLength = 0
  #highest = Number.NEGATIVE_INFINITY
  #atHighest = 0
  #lowest = Number.POSITIVE_INFINITY
  #atLowest = 0

  constructor(options: SignalQualityOptions) {
    if (!(options.samplesPerSecond > 0))
      throw new SignalError('sampling-rate-invalid', `sampling rate ${options.samplesPerSecond} must be above 0`)
    this.#range = options.range
    this.#resolution = options.resolution ?? 0
    this.#flatRun = Math.max(2, Math.round(flatRun * options.samplesPerSecond))
  }

  push(samples: ArrayLike<number>): void {
    for (let i = 0; i < samples.length; i++) this.#step(samples[i]!)
  }

  /** The condition of what was pushed since the last call. */
  take(): SignalCondition {
    const n = this.#samples
    let saturated = this.#railed
    if (!this.#range && this.#highest > this.#lowest) {
      if (this.#atHighest > stuckAtLeast * n) saturated += this.#atHighest
      if (this.#atLowest > stuckAtLeast * n) saturated += this.#atLowest
    }
    const condition = {
      samples: n,
      missing: n > 0 ? this.#missing / n : 0,
      flat: n > 0 ? Math.min(1, this.#flat / n) : 0,
      saturated: n > 0 ? Math.min(1, saturated / n) : 0,
    }
    this.#samples = this.#missing = this.#flat = this.#railed = this.#atHighest = this.#atLowest = 0
    this.#highest = Number.NEGATIVE_INFINITY
    this.#lowest = Number.POSITIVE_INFINITY
    return condition
  }

  #step(x: number): void {
    this.#samples++
    if (!Number.isFinite(x)) {
      this.#missing++
      this.#runLevel = Number.NaN
      return
    }
    if (Math.abs(x - this.#runLevel) <= this.#resolution) {
      this.#runLength++
      // A run that began in an earlier stretch counts here only for its part in this one.
      if (this.#runLength === this.#flatRun) this.#flat = Math.min(this.#samples, this.#flat + this.#flatRun)
      else if (this.#runLength > this.#flatRun) this.#flat++
    } else {
      this.#runLevel = x
      this.#runLength = 1
    }
    if (this.#range) {
      if (x <= this.#range[0] || x >= this.#range[1]) this.#railed++
      return
    }
    if (x > this.#highest) {
      this.#highest = x
      this.#atHighest = 1
    } else if (x === this.#highest) this.#atHighest++
    if (x < this.#lowest) {
      this.#lowest = x
      this.#atLowest = 1
    } else if (x === this.#lowest) this.#atLowest++
  }
}
