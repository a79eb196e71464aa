import { checkProbabilities, checkSameLength } from '../checks.ts'
import { LearningError } from '../errors.ts'
import { conformalQuantile, weightedConformalQuantile } from './conformal-quantile.ts'

/** Calibration cases the model was not trained on. */
export interface SetCalibration {
  /** The class that each case turned out to have. */
  readonly classes: ArrayLike<string>
  /** For each class, the probability given to it in each case. */
  readonly probabilities: Readonly<Record<string, ArrayLike<number>>>
  /** Subgroup of each case: coverage then holds in each of them. */
  readonly groups?: ArrayLike<string>
  /** Likelihood ratio of each case under covariate shift. */
  readonly weights?: ArrayLike<number>
}

/** The classes that cannot be ruled out for a new case. */
export type SetPredictor = (
  probabilities: Readonly<Record<string, number>>,
  where?: { readonly group?: string; readonly weight?: number },
) => string[]

/**
 * Mondrian conformal sets: each set holds the true class with probability 1 − `miscoverage` or more, within every class
 * and every subgroup by itself, so that the rare class is not paid for by the common one. Both classes in a set means
 * "cannot tell", none means "like nothing seen". A group never calibrated gets all classes.
 *
 * Source: V. Vovk, "Conditional validity of inductive conformal predictors", Mach. Learn. 92 (2013) 349–376; weights as
 * in R. J. Tibshirani et al., NeurIPS 2019. Throws `LearningError` for lengths that differ, probabilities outside [0, 1],
 * and classes without probabilities.
 */
export function calibrateSets(calibration: SetCalibration, miscoverage: number): SetPredictor {
  const { classes, probabilities, groups, weights } = calibration
  const names = Object.keys(probabilities).sort()
  for (const name of names) {
    checkSameLength(`the probabilities of "${name}"`, probabilities[name]!, 'the classes', classes)
    checkProbabilities(probabilities[name]!)
  }
  if (groups) checkSameLength('the groups', groups, 'the classes', classes)
  if (weights) checkSameLength('the weights', weights, 'the classes', classes)
  const taxa = new Map<string, { scores: number[]; weights: number[] }>()
  for (let i = 0; i < classes.length; i++) {
    const name = classes[i]!
    if (!Object.hasOwn(probabilities, name))
      throw new LearningError('column-invalid', `case ${i} is of class "${name}", which has no probabilities`)
    const key = taxon(name, groups?.[i])
    const cell = taxa.get(key) ?? { scores: [], weights: [] }
    taxa.set(key, cell)
    cell.scores.push(1 - probabilities[name]![i]!)
    cell.weights.push(weights ? weights[i]! : 1)
  }
  const limits = new Map<string, (weight: number) => number>()
  for (const [key, cell] of taxa) {
    const plain = weights ? Number.NaN : conformalQuantile(cell.scores, miscoverage)
    limits.set(key, weights ? weightedConformalQuantile(cell.scores, cell.weights, miscoverage) : () => plain)
  }
  return (predicted, where = {}) =>
    names.filter((name) => {
      if (!Object.hasOwn(predicted, name))
        throw new LearningError('column-invalid', `the new case has no probability for the class "${name}"`)
      checkProbabilities([predicted[name]!])
      const limit = limits.get(taxon(name, where.group))
      return !limit || 1 - predicted[name]! <= limit(where.weight ?? 1)
    })
}

function taxon(name: string, group: string | undefined): string {
  return JSON.stringify(group === undefined ? [name] : [name, group])
}
