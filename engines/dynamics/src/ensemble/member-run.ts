import type { DynamicsError } from '../errors.ts'
import { notFinite } from '../integrate/failures.ts'
import type { Machine } from '../machine.ts'
import type { EnsemblePlan } from './options.ts'

/** Values given for all members, by symbol. */
export type Given = Readonly<Record<string, Float64Array>>

/** What the ways to run members share. */
export interface MemberRun {
  readonly machine: Machine
  readonly plan: EnsemblePlan
  /** Of all `steps + 1` rows, whether or not they are kept. */
  readonly times: Float64Array
  readonly given: Given
  /** Initial parameters and states of a member, which are the same two arrays each time. */
  initial(member: number): { readonly parameters: Float64Array; readonly states: Float64Array }
  /** Writes down the row of a member, from pairs (`stride` 2) or not. */
  write(member: number, row: number, from: Float64Array, at: number, stride: number): void
  /** A member cannot go on beyond the rows that it has. */
  fail(member: number, row: number, error: unknown): void
}

/** The first state that is not a number, as an error; `undefined` if all are. */
export function notFiniteState(
  machine: Machine,
  states: Float64Array,
  lane: number,
  time: number,
): DynamicsError | undefined {
  for (let i = 0; i < machine.stateCount; i++)
    if (!Number.isFinite(states[2 * i + lane]!)) return notFinite(machine, i, states[2 * i + lane]!, time)
  return undefined
}
