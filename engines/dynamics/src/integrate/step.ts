import type { Machine, StepKernel } from '../machine.ts'

/**
 * One step of a method and what it works on; made once for a run, so that no step allocates.
 *
 * Between its ends the solution is `dense`, five rows of one coefficient for each state: with θ from 0 to 1 and
 * θ' = 1 − θ, y = c₀ + θ (c₁ + θ' (c₂ + θ (c₃ + θ' c₄))), the form of Hairer, Nørsett and Wanner (Solving Ordinary
 * Differential Equations I, II.6), which all methods here can be brought to.
 */
export interface Step {
  readonly machine: Machine
  readonly parameters: Float64Array
  from: number
  size: number
  /** States at `from` and their rates. */
  readonly start: Float64Array
  readonly startRates: Float64Array
  /** States at `from + size` and their rates. */
  readonly end: Float64Array
  readonly endRates: Float64Array
  readonly dense: Float64Array
  readonly relativeTolerance: number
  /** For each state; grows with the sizes that states take, see {@link AbsoluteTolerance}. */
  readonly absoluteTolerance: Float64Array
  /** Has all these arrays and does quickly what is done at every step. */
  readonly kernel: StepKernel | undefined
}

/** A one-step method. */
export interface Method {
  readonly name: string
  /** Local errors shrink with this power of the step. */
  readonly order: number
  /** How much control of the step minds the last error but one. */
  readonly beta: number
  /** A method without error control takes every step as it is. */
  readonly adaptive: boolean
  /**
   * Tries the step from `start` by `size`: fills `end`, and `endRates` if the method has them. Gives the largest of the
   * states' errors relative to their tolerances: 1 is just good enough, 0 for a method without error control; not
   * finite where a rate is not.
   */
  attempt(step: Step): number
  /** After an attempt that is kept: fills `dense`; and `endRates`, if it has not yet. */
  finish(step: Step): void
  /** The next attempt starts at another place or after a jump: nothing of the last step may be used. */
  restart(): void
  /** How stiff the problem was in the step just finished: the step times the largest eigenvalue's size, about. */
  stiffness(step: Step): number
}

export function createStep(
  machine: Machine,
  parameters: Float64Array,
  relativeTolerance: number,
  kernel?: StepKernel,
): Step {
  const n = machine.stateCount
  return {
    machine,
    parameters,
    from: 0,
    size: 0,
    start: kernel?.start ?? new Float64Array(n),
    startRates: kernel?.rates[0] ?? new Float64Array(n),
    end: kernel?.end ?? new Float64Array(n),
    endRates: kernel?.rates[6] ?? new Float64Array(n),
    dense: kernel?.dense ?? new Float64Array(5 * n),
    relativeTolerance,
    absoluteTolerance: kernel?.absoluteTolerance ?? new Float64Array(n),
    kernel,
  }
}

/** The states at `from + theta · size`. */
export function interpolate(dense: Float64Array, theta: number, into: Float64Array): void {
  const n = into.length
  const rest = 1 - theta
  for (let i = 0; i < n; i++)
    into[i] =
      dense[i]! +
      theta * (dense[n + i]! + rest * (dense[2 * n + i]! + theta * (dense[3 * n + i]! + rest * dense[4 * n + i]!)))
}

/** As {@link interpolate}, of these states only. */
export function interpolateSome(dense: Float64Array, theta: number, states: Int32Array, into: Float64Array): void {
  const n = into.length
  const rest = 1 - theta
  for (let s = 0; s < states.length; s++) {
    const i = states[s]!
    into[i] =
      dense[i]! +
      theta * (dense[n + i]! + rest * (dense[2 * n + i]! + theta * (dense[3 * n + i]! + rest * dense[4 * n + i]!)))
  }
}

/** Two times that differ by less are the same: some units in the last place. */
export function timeResolution(time: number): number {
  return 4 * 2 ** -52 * Math.abs(time)
}

/** Cubic through both ends with their rates: the dense output of methods that have none of their own. */
export function hermite(step: Step): void {
  const { start, end, startRates, endRates, dense, size } = step
  const n = start.length
  for (let i = 0; i < n; i++) {
    const rise = end[i]! - start[i]!
    const bend = size * startRates[i]! - rise
    dense[i] = start[i]!
    dense[n + i] = rise
    dense[2 * n + i] = bend
    dense[3 * n + i] = rise - size * endRates[i]! - bend
    dense[4 * n + i] = 0
  }
}
