import { WorklogError } from '../errors.ts'
import type { LogOptions } from '../work-event.ts'

/** The rule's two lengths of time, in milliseconds. */
export interface Limits {
  readonly inactivity: number
  readonly tail: number
}

/** Throws {@link WorklogError} `invalid-option`. */
export function limitsOf({ inactivity = 60, tail = Math.min(5, inactivity) }: LogOptions): Limits {
  if (!(inactivity > 0 && inactivity <= 3600))
    throw new WorklogError('invalid-option', `inactivity is ${inactivity} s (expected more than 0, at most 3600)`)
  if (!(tail >= 0 && tail <= inactivity))
    throw new WorklogError('invalid-option', `tail is ${tail} s (expected 0 to the inactivity limit, ${inactivity})`)
  return { inactivity: Math.round(1000 * inactivity), tail: Math.round(1000 * tail) }
}
