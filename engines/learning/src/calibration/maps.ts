import { matrix, portableLog } from '@counterpart/numerics'
import { checkBinary, checkProbabilities, checkSameLength } from '../checks.ts'
import { LearningError } from '../errors.ts'
import { isotonicRegression } from '../isotonic.ts'
import { logOddsOf, probabilityOf } from '../logistic.ts'
import { logisticRegression } from '../logistic-regression.ts'

/** A rising map from predicted to calibrated probability, as plain data. */
export type CalibrationMap =
  | {
      readonly kind: 'isotonic'
      /** Rising; between two knots the map is a straight line, beyond them constant. */
      readonly knots: readonly { readonly predicted: number; readonly calibrated: number }[]
    }
  /** logit q = intercept + slope·logit p. */
  | { readonly kind: 'platt'; readonly intercept: number; readonly slope: number }
  /** logit q = c + a·log p − b·log(1 − p), with a, b ≥ 0. */
  | { readonly kind: 'beta'; readonly a: number; readonly b: number; readonly c: number }

/** Keeps logarithms of predictions finite. */
const FLOOR = 1e-12

/**
 * Isotonic calibration: the rising map nearest to the outcomes, by pooling neighbours that fall. Fit it on rows that the
 * model was not trained on, a thousand or more. Ties in the prediction are pooled first.
 *
 * Source: B. Zadrozny, C. Elkan, KDD 2002. Throws `LearningError` for outcomes other than 0 and 1 or only one of them,
 * predictions outside [0, 1], or unequal lengths.
 */
export function fitIsotonicMap(predicted: ArrayLike<number>, outcomes: ArrayLike<number>): CalibrationMap {
  check(predicted, outcomes)
  const order = Uint32Array.from({ length: predicted.length }, (_, i) => i).sort(
    (a, b) => predicted[a]! - predicted[b]!,
  )
  const at: number[] = []
  const sums: number[] = []
  const counts: number[] = []
  for (const i of order) {
    if (at.at(-1) !== predicted[i]!) {
      at.push(predicted[i]!)
      sums.push(0)
      counts.push(0)
    }
    sums[sums.length - 1]! += outcomes[i]!
    counts[counts.length - 1]!++
  }
  const fitted = isotonicRegression(
    sums.map((sum, k) => sum / counts[k]!),
    counts,
  )
  // The ends of each level are enough.
  const knots = at.flatMap((p, k) =>
    fitted[k - 1] === fitted[k] && fitted[k + 1] === fitted[k] ? [] : [{ predicted: p, calibrated: fitted[k]! }],
  )
  return { kind: 'isotonic', knots }
}

/**
 * Platt's calibration: logistic regression of the outcome on the log-odds, with Platt's softened targets
 * (n₊ + 1)/(n₊ + 2) and 1/(n₋ + 2), which keep it finite. Source: J. Platt, "Probabilistic outputs for support vector
 * machines", 1999.
 */
export function fitPlattMap(predicted: ArrayLike<number>, outcomes: ArrayLike<number>): CalibrationMap {
  check(predicted, outcomes)
  const n = predicted.length
  let ones = 0
  for (let i = 0; i < n; i++) ones += outcomes[i]!
  const design = matrix(n, 2)
  const targets = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    design.values[2 * i] = 1
    design.values[2 * i + 1] = logOddsOf(predicted[i]!, FLOOR)
    targets[i] = outcomes[i] === 1 ? (ones + 1) / (ones + 2) : 1 / (n - ones + 2)
  }
  const { coefficients } = logisticRegression(design, targets, { shares: true, ridge: 1e-9 })
  // A falling map would turn the ranking round: then the predictions say nothing, and the share of ones is the answer.
  if (coefficients[1]! < 0) return { kind: 'platt', intercept: logOddsOf(ones / n), slope: 0 }
  return { kind: 'platt', intercept: coefficients[0]!, slope: coefficients[1]! }
}

/**
 * Beta calibration, which holds the identity among its maps. A factor that comes out negative is set to 0 and the rest
 * fitted again, so that the map rises. Source: M. Kull, T. Silva Filho, P. Flach, AISTATS 2017.
 */
export function fitBetaMap(predicted: ArrayLike<number>, outcomes: ArrayLike<number>): CalibrationMap {
  check(predicted, outcomes)
  const parts = (p: number) => {
    const q = Math.min(Math.max(p, FLOOR), 1 - FLOOR)
    return [portableLog(q), -portableLog(1 - q), 1]
  }
  let kept = [0, 1, 2]
  for (;;) {
    const design = matrix(predicted.length, kept.length)
    for (let i = 0; i < predicted.length; i++) {
      const row = parts(predicted[i]!)
      kept.forEach((part, j) => {
        design.values[i * kept.length + j] = row[part]!
      })
    }
    const { coefficients } = logisticRegression(design, outcomes, { ridge: 1e-6 })
    const found = [0, 0, 0]
    kept.forEach((part, j) => {
      found[part] = coefficients[j]!
    })
    const worst = found[0]! < found[1]! ? 0 : 1
    if (found[worst]! >= 0) return { kind: 'beta', a: found[0]!, b: found[1]!, c: found[2]! }
    kept = kept.filter((part) => part !== worst)
  }
}

/** The calibrated probability of a predicted one. */
export function calibrated(map: CalibrationMap, predicted: number): number {
  checkProbabilities([predicted])
  if (map.kind === 'platt') return probabilityOf(map.intercept + map.slope * logOddsOf(predicted, FLOOR))
  if (map.kind === 'beta') {
    const p = Math.min(Math.max(predicted, FLOOR), 1 - FLOOR)
    return probabilityOf(map.c + map.a * portableLog(p) - map.b * portableLog(1 - p))
  }
  const { knots } = map
  if (knots.length === 0) throw new LearningError('argument-out-of-range', 'the isotonic map has no knots')
  let low = 0
  let high = knots.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (knots[middle]!.predicted <= predicted) low = middle + 1
    else high = middle
  }
  const before = knots[low - 1]
  const after = knots[low]
  if (!before) return after!.calibrated
  if (!after) return before.calibrated
  const share = (predicted - before.predicted) / (after.predicted - before.predicted)
  return before.calibrated + share * (after.calibrated - before.calibrated)
}

function check(predicted: ArrayLike<number>, outcomes: ArrayLike<number>): void {
  checkSameLength('the predictions', predicted, 'the outcomes', outcomes)
  checkBinary(outcomes)
  checkProbabilities(predicted)
}
