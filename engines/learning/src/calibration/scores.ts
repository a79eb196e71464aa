import { matrix, normalQuantile, portableLog } from '@counterpart/numerics'
import { checkBinary, checkProbabilities, checkSameLength } from '../checks.ts'
import { LearningError } from '../errors.ts'
import { logOddsOf } from '../logistic.ts'
import { logisticRegression } from '../logistic-regression.ts'
import { square } from '../square.ts'
import { type AreaUnderCurve, areaUnderCurve } from './auc.ts'
import { expectedCalibrationError, reliabilityCurve } from './reliability.ts'

/** Brier score and where it comes from: reliability − resolution + uncertainty + within. */
export interface BrierScore {
  /** Mean squared distance of prediction and outcome. */
  readonly score: number
  readonly reliability: number
  readonly resolution: number
  readonly uncertainty: number
  /** What grouping predictions that are not equal leaves over (Stephenson's two within-group parts); 0 without it. */
  readonly within: number
}

/**
 * The Brier score with Murphy's decomposition over groups of nearly equal count; without `bins`, over each distinct
 * prediction. Source: A. H. Murphy, J. Appl. Meteorol. 12 (1973) 595–600; D. B. Stephenson et al., Weather Forecast. 23
 * (2008) 752–757.
 */
export function brierScore(predicted: ArrayLike<number>, outcomes: ArrayLike<number>, bins?: number): BrierScore {
  const n = predicted.length
  // As many groups as rows: equal predictions stay together, all others stand alone.
  const curve = reliabilityCurve(predicted, outcomes, { bins: bins ?? n })
  let score = 0
  let events = 0
  for (let i = 0; i < n; i++) {
    score += square(predicted[i]! - outcomes[i]!) / n
    events += outcomes[i]!
  }
  const base = events / n
  let reliability = 0
  let resolution = 0
  for (const { count, meanPredicted, observed } of curve) {
    reliability += (count * square(meanPredicted - observed)) / n
    resolution += (count * square(observed - base)) / n
  }
  const uncertainty = base * (1 - base)
  return { score, reliability, resolution, uncertainty, within: score - (reliability - resolution + uncertainty) }
}

/** Mean of −log of the probability given to what happened; infinite when something held impossible happens. */
export function logLoss(predicted: ArrayLike<number>, outcomes: ArrayLike<number>): number {
  check(predicted, outcomes)
  let sum = 0
  for (let i = 0; i < predicted.length; i++) sum -= portableLog(outcomes[i] === 1 ? predicted[i]! : 1 - predicted[i]!)
  return sum / predicted.length
}

/** A number with its interval. */
export interface Estimate {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/**
 * Calibration in the large (the intercept with slope held at 1; ideal 0) and the calibration slope (ideal 1, below it the
 * predictions are too extreme), each with a Wald interval at 95 %. Source: B. Van Calster et al., J. Clin. Epidemiol. 74
 * (2016) 167–176.
 */
export function calibrationSlope(
  predicted: ArrayLike<number>,
  outcomes: ArrayLike<number>,
): { readonly intercept: Estimate; readonly slope: Estimate } {
  check(predicted, outcomes)
  checkBinary(outcomes)
  const n = predicted.length
  const offset = Float64Array.from(predicted, (p) => logOddsOf(p))
  if (offset.every((value) => value === offset[0]))
    throw new LearningError('data-insufficient', 'all predictions are equal: they have no calibration slope')
  const design = matrix(n, 2)
  offset.forEach((value, i) => {
    design.values[2 * i] = 1
    design.values[2 * i + 1] = value
  })
  const large = logisticRegression(matrix(n, 1, new Float64Array(n).fill(1)), outcomes, { offset })
  const line = logisticRegression(design, outcomes)
  const estimateOf = (fit: typeof line, j: number): Estimate => {
    const estimate = fit.coefficients[j]!
    const half = normalQuantile(0.975) * fit.standardErrors[j]!
    return { estimate, low: estimate - half, high: estimate + half }
  }
  return { intercept: estimateOf(large, 0), slope: estimateOf(line, 1) }
}

/** How predictions do in one group of people. */
export interface GroupScores {
  readonly group: string
  readonly count: number
  readonly events: number
  readonly meanPredicted: number
  readonly observed: number
  readonly brier: number
  readonly expectedCalibrationError: number
  /** Null where the group has only one outcome. */
  readonly area: AreaUnderCurve | null
}

/** The scores of each subgroup, in the order of their names: an average can hide a group that is badly served. */
export function scoresByGroup(
  predicted: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  groups: ArrayLike<string>,
): GroupScores[] {
  check(predicted, outcomes)
  checkSameLength('the groups', groups, 'the outcomes', outcomes)
  const members = new Map<string, number[]>()
  for (let i = 0; i < groups.length; i++) {
    const list = members.get(groups[i]!)
    if (list) list.push(i)
    else members.set(groups[i]!, [i])
  }
  return [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, rows]) => {
      const p = Float64Array.from(rows, (i) => predicted[i]!)
      const y = Float64Array.from(rows, (i) => outcomes[i]!)
      const events = y.reduce((sum, v) => sum + v, 0)
      return {
        group,
        count: rows.length,
        events,
        meanPredicted: p.reduce((sum, v) => sum + v, 0) / rows.length,
        observed: events / rows.length,
        brier: brierScore(p, y).score,
        expectedCalibrationError: expectedCalibrationError(reliabilityCurve(p, y)),
        area: events > 0 && events < rows.length ? areaUnderCurve(p, y) : null,
      }
    })
}

function check(predicted: ArrayLike<number>, outcomes: ArrayLike<number>): void {
  checkSameLength('the predictions', predicted, 'the outcomes', outcomes)
  checkBinary(outcomes, false)
  checkProbabilities(predicted)
}
