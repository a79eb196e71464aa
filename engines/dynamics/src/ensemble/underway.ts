import { notFinite } from '../integrate/failures.ts'
import { FIRST_PATIENCE } from '../integrate/method-choice.ts'
import type { ErrorControlKernel } from './kernel.ts'
import type { ControlName } from './kernel-layout.ts'
import type { MemberRun } from './member-run.ts'

/** A member underway: what a lane of a kernel needs to go on with it. */
export interface Underway {
  readonly member: number
  /** The next row to be written. */
  row: number
  readonly control: Record<(typeof carried)[number], number>
  readonly parameters: Float64Array
  readonly states: Float64Array
  readonly largest: Float64Array
}

const carried = ['time', 'next', 'least', 'steps', 'rejected', 'patience', 'approached'] as const

/** Of the error that control takes for the one before the first step: (10⁻⁴)^0.04. */
const lastErrorPower = 1e-4 ** 0.04
/** States below this part of the largest state's size count as nothing, as far as no absolute tolerance is given. */
const negligible = 1e-20

/** A member at its initial values, none of its rows written; `next` is still to be found. */
export function beginMember(run: MemberRun, member: number): Underway {
  const { machine, plan } = run
  const initial = run.initial(member)
  const states = initial.states.slice()
  let most = 0
  for (const [i, state] of states.entries()) {
    if (!Number.isFinite(state)) throw notFinite(machine, i, state, plan.start)
    most = Math.max(most, Math.abs(state))
  }
  const { absoluteTolerance = most > 0 ? most * negligible : negligible } = plan.flow
  return {
    member,
    row: 0,
    control: {
      time: plan.start,
      next: 0,
      least: absoluteTolerance,
      steps: 0,
      rejected: 0,
      patience: FIRST_PATIENCE,
      approached: Number.NEGATIVE_INFINITY,
    },
    parameters: initial.parameters.slice(),
    states,
    largest: states.map(Math.abs),
  }
}

/** Puts a member in a lane, where nobody has voted yet for another method. */
export function load(kernel: ErrorControlKernel, lane: number, of: Underway): void {
  const put = (into: Float64Array, values: Float64Array) => {
    for (let i = 0; i < values.length; i++) into[2 * i + lane] = values[i]!
  }
  put(kernel.parameters, of.parameters)
  put(kernel.states, of.states)
  put(kernel.largest, of.largest)
  for (const name of carried) kernel.control(name)[lane] = of.control[name]
  const anew: readonly (readonly [ControlName, number])[] = [
    ['lastErrorPower', lastErrorPower],
    ['votes', 0],
    ['against', 0],
  ]
  for (const [name, value] of anew) kernel.control(name)[lane] = value
  for (let i = lane; i < kernel.direction.length; i += 2) kernel.direction[i] = 1
}

/** Takes a lane's member out, into the same object. */
export function unload(kernel: ErrorControlKernel, lane: number, into: Underway): void {
  const take = (from: Float64Array, values: Float64Array) => {
    for (let i = 0; i < values.length; i++) values[i] = from[2 * i + lane]!
  }
  take(kernel.states, into.states)
  take(kernel.largest, into.largest)
  for (const name of carried) into.control[name] = kernel.control(name)[lane]!
}
