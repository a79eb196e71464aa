import type { System } from './system.ts'

/**
 * A {@link System} that can be evaluated: what methods of integration work on. The interpreter and every compiler make
 * one; all give the same values to a few units in the last place.
 *
 * Arrays are the caller's and are only read, except `into`. A machine keeps the last solution of the unknowns as a
 * first guess for the next, nothing else; it serves one trajectory at a time.
 */
export interface Machine {
  readonly system: System
  /** Keys of {@link System.quantities} that `observe` gives, in its order. */
  readonly observed: readonly string[]
  readonly stateCount: number
  readonly parameterCount: number
  /**
   * Sets the initial values at `time`: `parameters` comes filled with what was given (`NaN` where nothing was, then the
   * model's own value or formula counts) and leaves complete; `states` likewise. What is given is the symbol's value: it
   * is multiplied by `scale` where the state or parameter has one. Goes through {@link System.initialisation} in order.
   * Forgets the guess of the unknowns.
   */
  initialise(time: number, parameters: Float64Array, states: Float64Array): void
  /** `into[i] = d state i / d time`. */
  rates(time: number, states: Float64Array, parameters: Float64Array, into: Float64Array): void
  /** `into[i · n + j] = ∂ rate i / ∂ state j`, the unknowns' part included. */
  jacobian(time: number, states: Float64Array, parameters: Float64Array, into: Float64Array): void
  /** `into[i] = ∂ rate i / ∂ time`. */
  rateOfRates(time: number, states: Float64Array, parameters: Float64Array, into: Float64Array): void
  /** `linear` and `constant` of each state that is a gate ({@link State.gate}), 0 and the rate of the others. */
  gates(
    time: number,
    states: Float64Array,
    parameters: Float64Array,
    linear: Float64Array,
    constant: Float64Array,
  ): void
  crossings(time: number, states: Float64Array, parameters: Float64Array, into: Float64Array): void
  /** 1 for each event whose trigger holds. */
  triggers(time: number, states: Float64Array, parameters: Float64Array, into: Uint8Array): void
  delay(event: number, time: number, states: Float64Array, parameters: Float64Array): number
  priority(event: number, time: number, states: Float64Array, parameters: Float64Array): number
  /** Values of an event's assignments, before they are multiplied by their scale. */
  assigned(event: number, time: number, states: Float64Array, parameters: Float64Array, into: Float64Array): void
  /** Puts `values` in place, scaled; changes `states` and `parameters`. */
  assign(event: number, time: number, states: Float64Array, parameters: Float64Array, values: Float64Array): void
  /** Values of the quantities it was made to observe, in that order. */
  observe(time: number, states: Float64Array, parameters: Float64Array, into: Float64Array): void
  /** 1 for each constraint that holds. */
  constraints(time: number, states: Float64Array, parameters: Float64Array, into: Uint8Array): void
  /** Asked for the states at an earlier time when the system has lags; set by whoever integrates. `undefined`: before the start. */
  history: History | undefined
  /**
   * Follows a solution by a method with a fixed step quicker than step by step, if the machine can; gives how many steps
   * it took. Takes equal steps between two rows, and does not look for jumps of the rates within one.
   */
  followFixedStep?: ((run: FixedStepRun) => number) | undefined
  /** Something that tries Dormand–Prince's steps quicker than by calls of `rates`, if the machine has it and nobody else has borrowed it. */
  borrowStepKernel?: (() => StepKernel | undefined) | undefined
}

/** Dormand–Prince's steps of one trajectory, on arrays of its own: one number for each state unless said otherwise. */
export interface StepKernel {
  /** As many as the system has. */
  readonly parameters: Float64Array
  readonly start: Float64Array
  /** Of the seven stages; the first are those at `start`, the last those at `end`. */
  readonly rates: readonly Float64Array[]
  /** States of the sixth stage. */
  readonly sixth: Float64Array
  readonly end: Float64Array
  readonly absoluteTolerance: Float64Array
  readonly largest: Float64Array
  /** Five rows. */
  readonly dense: Float64Array
  /** From `start` and the first rates to all the others and `end`; gives the largest of the states' errors relative to their tolerances. */
  attempt(time: number, size: number, relativeTolerance: number): number
  /** The last attempt's end becomes the start; not 0 if a state is further from nought than it is `largest`. */
  arrive(): number
  /** Fills `dense` for the last attempt, whose size that was. */
  finish(size: number): void
  /** What steers `run`; arrays of one number. */
  readonly control: Readonly<Record<StepControlName, Float64Array>>
  /**
   * Takes up to `count` steps with control of their size and of the tolerances, each as an attempt and `arrive`; ends
   * sooner before a step that might end at `limit` or later, that takes more than half of what is left to `stop`, or
   * whose attempt needs a closer look: the third in a row to be rejected, one whose error is no number, or whose next
   * would be below the resolution of time.
   */
  run(count: number): void
  giveBack(): void
}

/**
 * `next`: the size that control would like; `longest`: the largest allowed; `size`: of the last attempt; `steps`,
 * `rejected`: are counted on; `absolutePart`: tolerance of each state in its unit per the largest size that it has had
 * (0: they stay as they are), `negligible`: and per the largest of all states'.
 */
export type StepControlName =
  | 'time'
  | 'stop'
  | 'limit'
  | 'next'
  | 'longest'
  | 'size'
  | 'lastError'
  | 'steps'
  | 'rejected'
  | 'rejectedInARow'
  | 'relativeTolerance'
  | 'absolutePart'
  | 'negligible'

export interface FixedStepRun {
  readonly method: 'runge-kutta-4' | 'rush-larsen' | 'rush-larsen-2'
  /** The longest step. */
  readonly step: number
  /** When the states are as given. */
  readonly start: number
  /** Of the rows, rising, from `start` on. */
  readonly times: ArrayLike<number>
  readonly states: Float64Array
  readonly parameters: Float64Array
  /** Takes what is observed at the next of the times. */
  readonly write: (row: Float64Array) => void
}

/** States and parameters as they were at `time`, written into the arrays. */
export type History = (time: number, states: Float64Array, parameters: Float64Array) => void
