import type { System } from '../system.ts'
import { type Ensemble, type EnsembleFailure, type EnsembleOptions, ensemblePlan, rowTimes } from './options.ts'
import { createMemberRunner } from './run-members.ts'

/** Members that run between two looks at progress and at whether to stop. */
export const blockSize = 64

/**
 * Follows many members of one system that differ in what they are given: two at a time in WebAssembly, if the system has
 * no events, delays, constraints or equations to be solved, else one by one. A member's trajectory does not depend on the
 * others, and is that of a single trajectory by the same method but for rounding.
 *
 * A method with a fixed step divides the time between two rows into equal steps of at most `step`, and does not look
 * for jumps of the rates within one; steps that prove too long are a failure of the member. Under error control jumps are landed on if their condition changes its sign at one
 * of a step's stages. What is compiled is remembered as long as the system is.
 *
 * Throws a `DynamicsError`: `invalid-option`, `undeclared`. What goes wrong with a member is among the `failures`.
 *
 * @example
 * const k = Float64Array.from({ length: 1000 }, (_, i) => i / 1000)
 * simulateEnsemble(system, { members: 1000, given: { k }, end: 10, steps: 100, observed: ['S'] })
 */
export function simulateEnsemble(
  system: System,
  options: EnsembleOptions & {
    /** Told of the done part of the members, from 0 to 1. */
    readonly onProgress?: (fraction: number) => void
  },
): Ensemble {
  const { given = {}, onProgress, signal } = options
  const plan = ensemblePlan(system, options)
  const { members, observed } = plan
  const times = rowTimes(plan)
  const values = new Float64Array(members * times.length * observed.length)
  const run = createMemberRunner(system, plan)
  const failures: EnsembleFailure[] = []
  for (let from = 0; from < members; from += blockSize) {
    const to = Math.min(from + blockSize, members)
    failures.push(...run(from, to, given, values, signal))
    onProgress?.(to / members)
  }
  return { members, times, symbols: observed, values, failures }
}
