import { LearningError } from './errors.ts'

/** Throws unless the two lists are equally long. */
export function checkSameLength(what: string, a: ArrayLike<unknown>, other: string, b: ArrayLike<unknown>): void {
  if (a.length !== b.length)
    throw new LearningError('shape-mismatch', `${what} has ${a.length} values but ${other} has ${b.length}`)
}

/** Throws unless every value is 0 or 1 and both are there (or not, with `bothClasses` false). */
export function checkBinary(outcomes: ArrayLike<number>, bothClasses = true): void {
  let ones = 0
  for (let i = 0; i < outcomes.length; i++) {
    const y = outcomes[i]!
    if (y !== 0 && y !== 1) throw new LearningError('outcome-invalid', `outcome ${i} is ${y}; expected 0 or 1`)
    ones += y
  }
  if (outcomes.length === 0) throw new LearningError('data-insufficient', 'there are no outcomes')
  if (bothClasses && (ones === 0 || ones === outcomes.length))
    throw new LearningError('data-insufficient', `all ${outcomes.length} outcomes are ${outcomes[0]}; expected 0 and 1`)
}

/** Throws unless every value is a finite number. */
export function checkFinite(what: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]!))
      throw new LearningError('outcome-invalid', `${what} ${i} is ${values[i]}; expected a finite number`)
}

/** Throws unless every value is a probability. */
export function checkProbabilities(probabilities: ArrayLike<number>): void {
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!
    if (!(p >= 0 && p <= 1))
      throw new LearningError('argument-out-of-range', `probability ${i} is ${p}; expected one from 0 to 1`)
  }
}

/** Throws unless every weight is finite and ≥ 0 and their sum is positive. */
export function checkWeights(weights: ArrayLike<number>): void {
  let sum = 0
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!
    if (!(w >= 0 && w < Number.POSITIVE_INFINITY))
      throw new LearningError('argument-out-of-range', `weight ${i} is ${w}; expected a finite number ≥ 0`)
    sum += w
  }
  if (!(sum > 0)) throw new LearningError('argument-out-of-range', `the weights add to ${sum}; expected more than 0`)
}

/** Throws unless the number lies strictly between the two bounds. */
export function checkBetween(what: string, value: number, lower: number, upper: number): void {
  if (!(value > lower && value < upper))
    throw new LearningError('argument-out-of-range', `${what} is ${value}; expected one between ${lower} and ${upper}`)
}

/** Throws unless the number is an integer of at least `lowest`. */
export function checkCount(what: string, value: number, lowest: number): void {
  if (!(Number.isSafeInteger(value) && value >= lowest))
    throw new LearningError('argument-out-of-range', `${what} is ${value}; expected an integer of ${lowest} or more`)
}
