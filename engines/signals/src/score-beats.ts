import { SignalError } from './errors.ts'

/** How a list of detected beats is held against a reference. */
export interface BeatScoreOptions {
  readonly samplesPerSecond: number
  /** A detection within this of a reference beat matches it, in milliseconds. EC57 says 150. */
  readonly tolerance: number
  /**
   * Reference and detected beats in the first so many seconds are left out: EC57 lets a detector learn for 300. 0 when
   * left out, since a live monitor has to work from the start.
   */
  readonly skip?: number
}

/** What came of it; a ratio is `null` where there is nothing to divide by. */
export interface BeatScore {
  readonly reference: number
  readonly detected: number
  readonly truePositive: number
  readonly falseNegative: number
  readonly falsePositive: number
  /** Se = TP / (TP + FN) */
  readonly sensitivity: number | null
  /** PPV (in EC57: +P) = TP / (TP + FP) */
  readonly positivePredictivity: number | null
  readonly f1: number | null
  /** Mean and root mean square of detected minus reference time over matched beats, in milliseconds. */
  readonly timingBias: number | null
  readonly timingError: number | null
}

/**
 * Matches detected beats with reference beats one to one, as many as the tolerance allows, and counts, after
 * ANSI/AAMI EC57:2012 §4.3 (beat-by-beat comparison). Both lists are ascending sample numbers.
 *
 * Differences from EC57's own procedure: no episode of ventricular flutter is left out (hand in lists without them), and
 * a pair whose reference lies before the end of the skipped time is left out whole.
 */
export function scoreBeats(
  reference: ArrayLike<number>,
  detected: ArrayLike<number>,
  options: BeatScoreOptions,
): BeatScore {
  if (!(options.samplesPerSecond > 0 && options.tolerance >= 0 && (options.skip ?? 0) >= 0))
    throw new SignalError('option-invalid', 'samplesPerSecond must be above 0, tolerance and skip must not be below 0')
  const window = (options.tolerance / 1000) * options.samplesPerSecond
  const from = (options.skip ?? 0) * options.samplesPerSecond
  let truePositive = 0
  let falseNegative = 0
  let falsePositive = 0
  let sum = 0
  let squares = 0
  let r = 0
  let d = 0
  // On a line, pairing the earliest two that are near enough never costs a pair later.
  while (r < reference.length || d < detected.length) {
    const beat = r < reference.length ? reference[r]! : Number.POSITIVE_INFINITY
    const found = d < detected.length ? detected[d]! : Number.POSITIVE_INFINITY
    if (Math.abs(beat - found) <= window) {
      if (beat >= from) {
        truePositive++
        sum += found - beat
        squares += (found - beat) ** 2
      }
      r++
      d++
    } else if (beat < found) {
      if (beat >= from) falseNegative++
      r++
    } else {
      if (found >= from) falsePositive++
      d++
    }
  }
  return summarise({ truePositive, falseNegative, falsePositive, sum, squares }, options.samplesPerSecond)
}

/** Adds scores up beat by beat (EC57's "gross" statistics), so that each beat weighs the same, not each record. */
export function poolBeatScores(scores: readonly BeatScore[]): BeatScore {
  const total = { truePositive: 0, falseNegative: 0, falsePositive: 0, sum: 0, squares: 0 }
  for (const score of scores) {
    total.truePositive += score.truePositive
    total.falseNegative += score.falseNegative
    total.falsePositive += score.falsePositive
    total.sum += (score.timingBias ?? 0) * score.truePositive
    total.squares += (score.timingError ?? 0) ** 2 * score.truePositive
  }
  return summarise(total, 1000)
}

interface Tally {
  readonly truePositive: number
  readonly falseNegative: number
  readonly falsePositive: number
  readonly sum: number
  readonly squares: number
}

function summarise({ truePositive, falseNegative, falsePositive, sum, squares }: Tally, rate: number): BeatScore {
  const ratio = (a: number, b: number) => (b > 0 ? a / b : null)
  const perSample = 1000 / rate
  return {
    reference: truePositive + falseNegative,
    detected: truePositive + falsePositive,
    truePositive,
    falseNegative,
    falsePositive,
    sensitivity: ratio(truePositive, truePositive + falseNegative),
    positivePredictivity: ratio(truePositive, truePositive + falsePositive),
    f1: ratio(2 * truePositive, 2 * truePositive + falseNegative + falsePositive),
    timingBias: truePositive > 0 ? (sum / truePositive) * perSample : null,
    timingError: truePositive > 0 ? Math.sqrt(squares / truePositive) * perSample : null,
  }
}
