import { LearningError } from '../errors.ts'

/** One thing a rule may look at. */
export interface RuleFeature {
  readonly name: string
  readonly unit?: string
}

/** A rule that can be read: a sum of features, each with its weight; what scores highest goes first. */
export interface LinearRule {
  readonly features: readonly RuleFeature[]
  readonly weights: readonly number[]
}

/** The score of a case with these values of the rule's features, in their order. */
export function ruleScore({ features, weights }: LinearRule, values: ArrayLike<number>): number {
  if (values.length !== weights.length || features.length !== weights.length)
    throw new LearningError(
      'shape-mismatch',
      `the rule has ${features.length} features and ${weights.length} weights, but ${values.length} values came`,
    )
  let score = 0
  for (let k = 0; k < weights.length; k++) score += weights[k]! * values[k]!
  return score
}

/**
 * The rule in words, heaviest weight first, with weights to two digits: what a person approves.
 *
 * @example
 * ```ts
 * readRule({ features: [{ name: 'waiting', unit: 'min' }, { name: 'acuity' }], weights: [0.031, -1.2] })
 * // '-1.2·acuity + 0.031·waiting (min)'
 * ```
 */
export function readRule({ features, weights }: LinearRule): string {
  const parts = features
    .map(({ name, unit }, k) => ({
      weight: Number(weights[k]!.toPrecision(2)),
      what: unit ? `${name} (${unit})` : name,
    }))
    .filter(({ weight }) => weight !== 0)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
  if (parts.length === 0) return '0'
  return parts
    .map(({ weight, what }, k) => {
      const sign = weight < 0 ? (k === 0 ? '-' : ' - ') : k === 0 ? '' : ' + '
      return `${sign}${Math.abs(weight)}·${what}`
    })
    .join('')
}
