import { SignalError } from './errors.ts'
import { HumpList, Recent } from './humps.ts'
import { QrsFeature } from './qrs-feature.ts'

/** One detected beat. */
export interface DetectedBeat {
  /** Sample number of the R peak (the largest deflection of the QRS), counted from the first sample pushed. */
  readonly sample: number
  /** Height of the QRS feature, in input units per second: comparable within one signal only. */
  readonly strength: number
  /** Found only by looking back at half the threshold, after a beat had failed to come. */
  readonly searchedBack: boolean
}

export interface RPeakDetectorOptions {
  /** 100 to 1000. */
  readonly samplesPerSecond: number
}

/** Two beats cannot be nearer than this, seconds (Pan & Tompkins 1985, §III). */
const refractory = 0.2
/** Up to here after a beat, a hump may be its T wave, seconds (ibid.). */
const tWaveUntil = 0.36
/** … and is held for it when less than half as steep (ibid.). */
const tWaveSlope = 0.5
/** A hump followed within this by one that is so many times as high is the P wave of that one, seconds and ratio. */
const pWaveBefore = 0.28
const pWaveRatio = 1.5
/** Where the threshold stands between noise peaks (0) and QRS peaks (1): Hamilton & Tompkins 1986 tried 0.133–0.475. */
const thresholdCoefficient = 0.475
/** Looks back after this many usual RR intervals (Pan & Tompkins: 166 %; Hamilton & Tompkins 1986: 150 %) … */
const searchBackAfter = 1.5
/** … for a hump above this part of the threshold. */
const searchBackThreshold = 0.5
/** How long it looks on before it takes its first decisions, and after how long without a beat it learns anew, seconds. */
const learning = 3
const relearnAfter = 8
/** The part of the former QRS level that a new one must reach at first: what a filter leaves behind is no heartbeat. */
const faintest = 0.02
/** QRS and noise peaks, and RR intervals, are judged by their last eight (Hamilton & Tompkins 1986). */
const remembered = 8
/** Missing samples longer than this are a gap: the filters start afresh, seconds. */
const gapAfter = 0.05
/** How far around the middle of the hump the R peak is looked for, seconds. */
const localisation = 0.07

/**
 * Finds R peaks in one ECG lead as it comes, in the line of Pan & Tompkins 1985 and Hamilton & Tompkins 1986: band-pass,
 * slope, square, integrate; humps against two adaptive levels; refractory time; T-wave test by slope; search-back.
 *
 * Push samples in chunks of any size (any unit; `NaN` for a missing one): what comes out depends on the samples alone.
 * A beat is reported about 0.5 s after it happened, in the first three seconds later.
 * Nothing is allocated per sample, only per beat.
 */
export class RPeakDetector {
  readonly samplesPerSecond: number
  readonly #feature: QrsFeature
  readonly #beats: DetectedBeat[] = []

  // Ring of past samples, for putting the beat where the R peak is.
  readonly #ring: Float64Array
  #n = 0
  #last = Number.NaN
  #missing = 0

  // Times in samples.
  readonly #refractory: number
  readonly #tWave: number
  readonly #pWave: number
  readonly #learning: number
  readonly #relearn: number
  readonly #gap: number
  readonly #slopeWindow: number

  // The hump being climbed and the one that waits until nothing larger can follow within the refractory time.
  #top = 0
  #topAt = 0
  #climbing = true
  #pending = 0
  #pendingAt = -1

  // The hump after that one: waits until no QRS can follow whose P wave it would be.
  #held = 0
  #heldAt = -1

  // Largest slope per block of 1/50 s, for the T-wave test.
  readonly #blockLength: number
  readonly #blockUp: Float64Array
  readonly #blockDown: Float64Array
  #block = 0

  // Humps of the learning time, and those passed over since the last beat.
  readonly #humps: HumpList
  #learningUntil: number
  #learned = false
  /** What is learned anew has to stand above this; it sinks while nothing does. */
  #floor = 0

  readonly #qrsPeaks = new Recent(remembered)
  readonly #noisePeaks = new Recent(remembered)
  readonly #intervals = new Recent(remembered)
  #threshold = 0
  #lastBeat = -1
  #lastSlope = 0
  /** Earliest sample at which search-back or relearning may be due. */
  #lookBackAt = Number.POSITIVE_INFINITY

  constructor(options: RPeakDetectorOptions) {
    const rate = options.samplesPerSecond
    if (!(rate >= 100 && rate <= 1000))
      throw new SignalError(
        'sampling-rate-invalid',
        `an ECG at ${rate} samples per second cannot be searched for R peaks: expected 100 to 1000; resample it first`,
      )
    this.samplesPerSecond = rate
    this.#feature = new QrsFeature(rate)
    this.#refractory = Math.round(refractory * rate)
    this.#tWave = Math.round(tWaveUntil * rate)
    this.#pWave = Math.round(pWaveBefore * rate)
    this.#learning = Math.round(learning * rate)
    this.#relearn = Math.round(relearnAfter * rate)
    this.#gap = Math.max(1, Math.round(gapAfter * rate))
    this.#slopeWindow = Math.round(0.1 * rate)
    this.#ring = new Float64Array(Math.ceil((relearnAfter + learning + 2) * rate)).fill(Number.NaN)
    this.#blockLength = Math.max(1, Math.round(0.02 * rate))
    const blocks = Math.ceil(this.#ring.length / this.#blockLength) + 1
    this.#blockUp = new Float64Array(blocks)
    this.#blockDown = new Float64Array(blocks)
    this.#humps = new HumpList(Math.ceil((relearnAfter + learning + 2) / refractory) + 2)
    this.#learningUntil = this.#learning
  }

  /** Samples pushed so far. */
  get samples(): number {
    return this.#n
  }

  /** How noise humps compare with QRS humps at present: 0 (clean) to about 1 (no telling them apart); 0 while learning. */
  get noiseRatio(): number {
    const qrs = this.#qrsPeaks.median
    return qrs > 0 ? Math.min(1, this.#noisePeaks.median / qrs) : 0
  }

  /** Takes in the next samples and returns the beats that became certain with them, in order. */
  push(samples: ArrayLike<number>): readonly DetectedBeat[] {
    for (let i = 0; i < samples.length; i++) this.#step(samples[i]!)
    return this.#beats.splice(0)
  }

  /** Says that nothing follows: returns the beats that were still in doubt. Nothing may be pushed after it. */
  finish(): readonly DetectedBeat[] {
    const level = Number.isNaN(this.#last) ? 0 : this.#last
    const settle = Math.ceil(this.#feature.delay) + this.#pWave + 3 * this.#refractory
    const end = this.#n
    for (let i = 0; i < settle; i++) this.#step(level)
    if (!this.#learned) this.#learn()
    if (end >= this.#lookBackAt) this.#lookBack(end)
    return this.#beats.splice(0).filter((beat) => beat.sample < end)
  }

  #step(sample: number): void {
    const n = this.#n
    if (Number.isFinite(sample)) {
      if (this.#missing > this.#gap || Number.isNaN(this.#last)) this.#feature.settle(sample)
      this.#missing = 0
      this.#last = sample
    } else {
      this.#missing++
      if (Number.isNaN(this.#last)) this.#learningUntil = n + 1 + this.#learning
    }
    // A missing sample holds the last level; in a gap nothing is seen.
    const seen = !Number.isNaN(this.#last) && this.#missing <= this.#gap
    const height = seen ? this.#feature.step(this.#last) : 0
    this.#ring[n % this.#ring.length] = this.#missing > 0 ? Number.NaN : this.#feature.despiked
    this.#rememberSlope(n, this.#feature.slope)
    this.#climb(n, height)
    if (this.#heldAt >= 0 && n - this.#heldAt > this.#pWave + this.#refractory) this.#release()
    if (this.#pendingAt >= 0 && n - this.#pendingAt > this.#refractory) {
      if (this.#heldAt >= 0) this.#release()
      this.#held = this.#pending
      this.#heldAt = this.#pendingAt
      this.#pendingAt = -1
    }
    if (!this.#learned) {
      if (n + 1 >= this.#learningUntil) this.#learn()
    } else if (n >= this.#lookBackAt) this.#lookBack(n)
    this.#n = n + 1
  }

  /** Largest rising and falling slope of each block of 20 ms. */
  #rememberSlope(n: number, slope: number): void {
    const block = Math.floor(n / this.#blockLength)
    const at = block % this.#blockUp.length
    if (block !== this.#block || n === 0) {
      this.#block = block
      this.#blockUp[at] = 0
      this.#blockDown[at] = 0
    }
    if (slope > this.#blockUp[at]!) this.#blockUp[at] = slope
    else if (-slope > this.#blockDown[at]!) this.#blockDown[at] = -slope
  }

  /** Follows the feature; a top counts when the feature has fallen to half of it. */
  #climb(n: number, height: number): void {
    if (height > this.#top) {
      this.#top = height
      this.#topAt = n
      this.#climbing = true
    } else if (this.#climbing && height < this.#top / 2) {
      this.#climbing = false
      // Of two humps within the refractory time, the larger one stands.
      if (this.#pendingAt < 0 || this.#top >= this.#pending) {
        this.#pending = this.#top
        this.#pendingAt = this.#topAt
      }
      this.#top = height
    } else if (!this.#climbing) this.#top = height
  }

  /** Hands the held hump on to be judged, unless the next one shows it to have been a P wave. */
  #release(): void {
    const at = this.#heldAt
    const height = this.#held
    this.#heldAt = -1
    const isPWave = this.#pendingAt >= 0 && this.#pendingAt - at <= this.#pWave && this.#pending > pWaveRatio * height
    if (this.#learned && !isPWave) this.#decide(at, height)
    else if (!this.#learned && !isPWave) this.#humps.add({ at, height })
    else this.#addNoise(height)
  }

  /** Decides on a hump whose top was at `at`. */
  #decide(at: number, height: number): void {
    const since = at - this.#lastBeat
    const early = this.#lastBeat >= 0 && since < this.#tWave
    if (height > this.#threshold && !(this.#lastBeat >= 0 && since < this.#refractory)) {
      if (!(early && this.#slopeAt(at) < tWaveSlope * this.#lastSlope)) {
        this.#accept(at, height, false)
        return
      }
    }
    this.#passOver(at, height)
  }

  #passOver(at: number, height: number): void {
    this.#humps.add({ at, height })
    this.#addNoise(height)
  }

  #addNoise(height: number): void {
    this.#noisePeaks.add(height)
    if (this.#learned) this.#setThreshold()
  }

  #accept(at: number, height: number, searchedBack: boolean): void {
    if (this.#lastBeat >= 0) {
      const interval = at - this.#lastBeat
      // An interval longer than three seconds is a pause or a gap and says nothing about the usual one.
      if (interval < 3 * this.samplesPerSecond) this.#intervals.add(interval)
    }
    this.#lastBeat = at
    this.#lastSlope = this.#slopeAt(at)
    this.#qrsPeaks.add(height)
    this.#humps.clear()
    this.#setThreshold()
    this.#planLookBack(at)
    this.#beats.push({ sample: this.#locate(at), strength: height, searchedBack })
  }

  #planLookBack(from: number): void {
    const usual = this.#intervals.median
    const wait = usual > 0 ? searchBackAfter * usual : 1.5 * this.samplesPerSecond
    // The time that a hump waits to be judged comes on top, so that a late beat goes before a lesser hump.
    this.#lookBackAt = Math.ceil(from + wait + this.#refractory + this.#pWave)
  }

  /** No beat for too long: takes the largest hump passed over, if it is large enough; learns anew after a long time. */
  #lookBack(n: number): void {
    if (!this.#learned) return
    const missed = this.#humps.largestAfter(this.#lastBeat < 0 ? -1 : this.#lastBeat + this.#tWave)
    if (missed && missed.height > searchBackThreshold * this.#threshold) {
      // Humps after it may be beats too: they are judged again from there.
      const rest = this.#humps.takeAfter(missed.at)
      this.#accept(missed.at, missed.height, true)
      for (const hump of rest) this.#decide(hump.at, hump.height)
      return
    }
    if (n - this.#lastBeat >= this.#relearn) {
      this.#floor = this.#qrsPeaks.median * faintest
      this.#learned = false
      this.#learningUntil = n + 1
      this.#lookBackAt = Number.POSITIVE_INFINITY
    } else this.#lookBackAt = Math.min(this.#lastBeat + this.#relearn, n + this.samplesPerSecond)
  }

  /** Sets the levels from the humps looked at so far, and then judges these. */
  #learn(): void {
    this.#learned = true
    const humps = this.#humps.takeAfter(Number.NEGATIVE_INFINITY)
    // The largest hump of each second; the median of these is taken for a QRS complex until real ones are known.
    const largest = new Map<number, number>()
    for (const { at, height } of humps) {
      const second = Math.floor(at / this.samplesPerSecond)
      largest.set(second, Math.max(largest.get(second) ?? 0, height))
    }
    const sorted = [...largest.values()].sort((a, b) => a - b)
    const qrs = sorted[(sorted.length - 1) >> 1] ?? 0
    this.#qrsPeaks.clear()
    this.#noisePeaks.clear()
    if (qrs <= this.#floor || humps.length === 0) {
      // Nothing there: look again later.
      this.#floor /= 2
      this.#learned = false
      this.#learningUntil = this.#n + this.#learning
      return
    }
    this.#qrsPeaks.add(qrs)
    this.#setThreshold()
    for (const hump of humps) this.#decide(hump.at, hump.height)
    if (this.#lookBackAt === Number.POSITIVE_INFINITY) this.#planLookBack(this.#n)
  }

  #setThreshold(): void {
    const noise = this.#noisePeaks.median
    this.#threshold = noise + thresholdCoefficient * Math.max(0, this.#qrsPeaks.median - noise)
  }

  /** The steepest slope within the hump whose top was at `at`. */
  #slopeAt(at: number): number {
    const blocks = this.#blockUp.length
    const last = Math.min(this.#block, Math.floor(at / this.#blockLength))
    const first = Math.max(0, Math.floor((at - this.#slopeWindow) / this.#blockLength))
    let steepest = 0
    for (let block = first; block <= last; block++)
      steepest = Math.max(steepest, this.#blockUp[block % blocks]!, this.#blockDown[block % blocks]!)
    return steepest
  }

  /** The sample farthest from the local mean, around where the hump's middle was in the input. */
  #locate(at: number): number {
    const length = this.#ring.length
    const lag = this.#feature.despikeDelay
    const middle = Math.round(at - this.#feature.delay) + lag
    const reach = Math.round(localisation * this.samplesPerSecond)
    const oldest = Math.max(0, this.#n - length + 1)
    const first = Math.max(oldest, middle - reach)
    const last = Math.min(this.#n, middle + reach)
    let sum = 0
    let count = 0
    for (let i = Math.max(oldest, first - reach); i <= Math.min(this.#n, last + reach); i++) {
      const value = this.#ring[i % length]!
      if (Number.isFinite(value)) {
        sum += value
        count++
      }
    }
    const mean = count > 0 ? sum / count : 0
    let best = Math.min(Math.max(middle, 0), this.#n)
    let farthest = -1
    for (let i = first; i <= last; i++) {
      const distance = Math.abs(this.#ring[i % length]! - mean)
      if (distance > farthest) {
        farthest = distance
        best = i
      }
    }
    return Math.max(0, best - lag)
  }
}

/** All R peaks of a whole signal, as sample numbers. */
export function detectRPeaks(samples: ArrayLike<number>, options: RPeakDetectorOptions): Int32Array {
  const detector = new RPeakDetector(options)
  const beats = [...detector.push(samples), ...detector.finish()]
  return Int32Array.from(beats, (beat) => beat.sample)
}
