import { SignalError } from './errors.ts'
import { RPeakDetector } from './r-peak-detector.ts'
import { type SignalCondition, SignalQualityMeter, type SignalQualityOptions } from './signal-quality.ts'

/** Why a heart rate is trusted less than fully. */
export type HeartRateFlag = 'noisy-signal' | 'flat-line' | 'saturated' | 'missing-samples' | 'few-beats' | 'unsteady'

/** Heart rate over a window of ECG. */
export interface HeartRateEstimate {
  /** The window, in sample numbers: from (inclusive), to (exclusive). */
  readonly from: number
  readonly to: number
  /** `null` when the window does not allow one. */
  readonly beatsPerMinute: number | null
  /** 0 (not to be used) to 1. */
  readonly score: number
  readonly flags: readonly HeartRateFlag[]
  /** Beats within the window. */
  readonly beats: number
}

/** Rates outside these are not a person's: beats per minute. */
const possible = [15, 300] as const
/** An interval this many times the median holds a missed beat; one this small part of it ends in a false one. */
const intervalBand = [0.5, 1.75] as const

/**
 * Rate from the R peaks of a window: 60 over the mean RR interval, after intervals that are far from the median have
 * been left out (a missed beat doubles one, a false one halves two). The mean of what is left, not the median, so that
 * an irregular rhythm gets its true average rate.
 */
export function robustHeartRate(
  beats: ArrayLike<number>,
  samplesPerSecond: number,
): { readonly beatsPerMinute: number | null; readonly kept: number; readonly intervals: number } {
  const intervals: number[] = []
  for (let i = 1; i < beats.length; i++) intervals.push((beats[i]! - beats[i - 1]!) / samplesPerSecond)
  if (intervals.length === 0) return { beatsPerMinute: null, kept: 0, intervals: 0 }
  const sorted = intervals.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
  const kept = intervals.filter(
    (rr, i) =>
      rr >= intervalBand[0] * median &&
      rr <= intervalBand[1] * median &&
      !splitByFalseBeat(rr, intervals[i - 1], median) &&
      !splitByFalseBeat(rr, intervals[i + 1], median),
  )
  const rate = (60 * kept.length) / kept.reduce((sum, rr) => sum + rr, 0)
  return {
    beatsPerMinute: rate >= possible[0] && rate <= possible[1] ? rate : null,
    kept: kept.length,
    intervals: intervals.length,
  }
}

/** Two short intervals side by side that make one usual one between them. */
function splitByFalseBeat(rr: number, beside: number | undefined, median: number): boolean {
  if (beside === undefined || rr > 0.75 * median || beside > 0.75 * median) return false
  return Math.abs(rr + beside - median) < 0.2 * median
}

export interface HeartRateMonitorOptions extends SignalQualityOptions {
  /** An estimate comes every so many seconds. Default 5. */
  readonly every?: number
  /** … over the last so many seconds; at least `every`. Default 10. */
  readonly window?: number
}

/** Estimates trail the signal by this, seconds, so that search-back has had its say on the window. */
const trailing = 2

/**
 * Heart rate from a live ECG lead: push samples in chunks of any size, take the estimates that fell due.
 * What comes out depends on the samples alone, not on the chunks.
 *
 * @example
 * const monitor = new HeartRateMonitor({ samplesPerSecond: 250 })
 * for (const estimate of monitor.push(chunk)) show(estimate.beatsPerMinute, estimate.score)
 */
export class HeartRateMonitor {
  readonly #detector: RPeakDetector
  readonly #meter: SignalQualityMeter
  readonly #rate: number
  readonly #every: number
  readonly #window: number
  readonly #trailing: number
  #beats: number[] = []
  #conditions: SignalCondition[] = []
  #next: number

  constructor(options: HeartRateMonitorOptions) {
    const { every = 5, window = 10, samplesPerSecond } = options
    if (!(every >= 1 && window >= every && window <= 600))
      throw new SignalError(
        'option-invalid',
        `an estimate every ${every} s over ${window} s cannot be: expected 1 ≤ every ≤ window ≤ 600`,
      )
    this.#detector = new RPeakDetector(options)
    this.#meter = new SignalQualityMeter(options)
    this.#rate = samplesPerSecond
    this.#every = Math.round(every * samplesPerSecond)
    this.#window = Math.round(window * samplesPerSecond)
    this.#trailing = Math.round(trailing * samplesPerSecond)
    this.#next = this.#every + this.#trailing
  }

  push(samples: Float64Array): readonly HeartRateEstimate[] {
    const estimates: HeartRateEstimate[] = []
    let from = 0
    while (from < samples.length) {
      const to = Math.min(samples.length, from + this.#next - this.#detector.samples)
      const part = samples.subarray(from, to)
      this.#meter.push(part)
      for (const beat of this.#detector.push(part)) this.#beats.push(beat.sample)
      if (this.#detector.samples === this.#next) estimates.push(this.#estimate())
      from = to
    }
    return estimates
  }

  #estimate(): HeartRateEstimate {
    this.#conditions.push(this.#meter.take())
    const stretches = Math.ceil((this.#window + this.#trailing) / this.#every)
    if (this.#conditions.length > stretches) this.#conditions.shift()
    const to = this.#next - this.#trailing
    const from = Math.max(0, to - this.#window)
    this.#next += this.#every
    this.#beats = this.#beats.filter((beat) => beat >= from)
    const within = this.#beats.filter((beat) => beat < to)
    const { beatsPerMinute, kept, intervals } = robustHeartRate(within, this.#rate)
    return {
      from,
      to,
      beatsPerMinute,
      beats: within.length,
      ...judge(combine(this.#conditions), this.#detector.noiseRatio, kept, intervals, beatsPerMinute !== null),
    }
  }
}

function combine(conditions: readonly SignalCondition[]): SignalCondition {
  const samples = conditions.reduce((sum, c) => sum + c.samples, 0)
  const share = (of: (c: SignalCondition) => number) =>
    samples > 0 ? conditions.reduce((sum, c) => sum + of(c) * c.samples, 0) / samples : 0
  return { samples, missing: share((c) => c.missing), flat: share((c) => c.flat), saturated: share((c) => c.saturated) }
}

/**
 * Noise humps up to 0.4 of the QRS humps cost nothing (T waves reach that), 0.9 makes the rate worthless; parts of the
 * signal that are not there count double, since beats there are missing from the intervals too.
 */
function judge(
  condition: SignalCondition,
  noise: number,
  kept: number,
  intervals: number,
  possibleRate: boolean,
): { score: number; flags: readonly HeartRateFlag[] } {
  const flags: HeartRateFlag[] = []
  if (noise > 0.6) flags.push('noisy-signal')
  if (condition.flat > 0.1) flags.push('flat-line')
  if (condition.saturated > 0.05) flags.push('saturated')
  if (condition.missing > 0.02) flags.push('missing-samples')
  if (intervals < 3) flags.push('few-beats')
  const steady = intervals > 0 ? kept / intervals : 0
  if (intervals >= 3 && steady < 0.75) flags.push('unsteady')
  const usable = Math.max(0, 1 - 2 * (condition.missing + condition.flat + condition.saturated))
  const clear = Math.min(1, Math.max(0, (0.9 - noise) / 0.5))
  const enough = Math.min(1, intervals / 3)
  const score = possibleRate ? usable * clear * enough * steady : 0
  return { score: Math.round(score * 1000) / 1000, flags }
}
