import { InferenceError } from '../errors.ts'

/** Which mean is the best one: that of a waiting time is the smallest, that of a throughput the largest. */
export type Direction = 'minimise' | 'maximise'

/** What a selection promises. */
export interface SelectionGoal {
  /** How many systems compete, 2 or more; they are known by their index from 0. */
  readonly systems: number
  readonly direction: Direction
  /** The smallest difference of means worth detecting, in the unit of the observations, > 0. */
  readonly indifference: number
  /** The least probability with which the promise holds, between 1/systems and 1. */
  readonly confidence: number
}

/** Throws `InferenceError` (`argument-out-of-range`) for a goal that promises nothing. */
export function requireGoal({ systems, direction, indifference, confidence }: SelectionGoal): void {
  if (!Number.isInteger(systems) || systems < 2) throw outOfRange('systems', systems, 'an integer of 2 or more')
  if (direction !== 'minimise' && direction !== 'maximise')
    throw outOfRange('direction', direction, `'minimise' or 'maximise'`)
  if (!(indifference > 0 && indifference < Number.POSITIVE_INFINITY))
    throw outOfRange('indifference', indifference, 'a positive number')
  if (!(confidence > 1 / systems && confidence < 1))
    throw outOfRange('confidence', confidence, `a probability above ${1 / systems} and below 1`)
}

export function requireCount(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) throw outOfRange(name, value, `an integer of ${least} or more`)
}

export function requireObservation(value: number, system: number, replication: number): void {
  if (!Number.isFinite(value))
    throw new InferenceError(
      'observation-invalid',
      `replication ${replication} of system ${system} gave ${value}; expected a finite number`,
    )
}

export function outOfRange(name: string, value: unknown, expected: string): InferenceError {
  return new InferenceError('argument-out-of-range', `${name} is ${String(value)}; expected ${expected}`)
}
