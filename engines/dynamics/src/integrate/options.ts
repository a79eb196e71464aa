import { DynamicsError } from '../errors.ts'
import type { Machine } from '../machine.ts'

/**
 * How to follow a solution. `auto` starts with Dormand–Prince, changes to Rodas where the problem is stiff and back
 * where it is not. Methods with a fixed step (`runge-kutta-4`, `rush-larsen`, `rush-larsen-2`) need `step`.
 */
export type MethodName = 'auto' | 'runge-kutta-4' | 'dormand-prince' | 'rodas' | 'rush-larsen' | 'rush-larsen-2'

export interface FlowOptions {
  readonly method?: MethodName
  /** The step of a method with a fixed step; the longest step of one with error control. In the model's time. */
  readonly step?: number
  /** Local error of each state relative to its size, at most 0.1. Default 1e-8. */
  readonly relativeTolerance?: number
  /**
   * Local error of each state in its own unit. Default: a hundredth of the relative tolerance times the largest size
   * that the state has had, so that states of 1e-15 and of 1e5 are both followed.
   */
  readonly absoluteTolerance?: number
  /** Refuses with `no-convergence` beyond. Default 1,000,000 for methods with error control, without limit otherwise. */
  readonly maximumSteps?: number
  /** Names the lots that are drawn among events of equal priority. */
  readonly seed?: string
  readonly signal?: AbortSignal
}

export interface FlowSettings {
  readonly method: MethodName
  readonly step: number | undefined
  readonly relativeTolerance: number
  readonly absoluteTolerance: number | undefined
  readonly maximumSteps: number
  readonly seed: string
  readonly signal: AbortSignal | undefined
}

/** Beyond, control of the error controls nothing. */
const coarsest = 0.1

const methods: readonly MethodName[] = [
  'auto',
  'runge-kutta-4',
  'dormand-prince',
  'rodas',
  'rush-larsen',
  'rush-larsen-2',
]

export function flowSettings(options: FlowOptions): FlowSettings {
  const { method = 'auto', step, relativeTolerance = 1e-8, absoluteTolerance, seed = '', signal } = options
  if (!methods.includes(method))
    throw new DynamicsError('invalid-option', `there is no method ${JSON.stringify(method)}`, {
      element: 'method',
      expected: `one of ${methods.join(', ')}`,
    })
  const fixed = method === 'runge-kutta-4' || method === 'rush-larsen' || method === 'rush-larsen-2'
  if (fixed && step === undefined)
    throw new DynamicsError('invalid-option', `method ${method} has no error control and needs a step`, {
      element: 'step',
      mend: 'give step, or use method auto',
    })
  if (step !== undefined) positive('step', step)
  positive('relativeTolerance', relativeTolerance)
  if (relativeTolerance > coarsest)
    throw new DynamicsError('invalid-option', `relativeTolerance is ${relativeTolerance}`, {
      element: 'relativeTolerance',
      expected: `at most ${coarsest}`,
    })
  if (absoluteTolerance !== undefined) positive('absoluteTolerance', absoluteTolerance)
  const { maximumSteps = fixed ? Number.POSITIVE_INFINITY : 1_000_000 } = options
  positive('maximumSteps', maximumSteps)
  return { method, step, relativeTolerance, absoluteTolerance, maximumSteps, seed, signal }
}

function positive(name: string, value: number): void {
  if (!(value > 0))
    throw new DynamicsError('invalid-option', `${name} is ${value}`, { element: name, expected: 'a positive number' })
}

export interface InitialValues {
  readonly parameters: Float64Array
  readonly states: Float64Array
}

/** Initial parameters and states at `start`: the model's own, but for those that are `given` by symbol. */
export function initialValues(
  machine: Machine,
  start: number,
  given: Readonly<Record<string, number>> = {},
): InitialValues {
  const { system } = machine
  const parameters = new Float64Array(machine.parameterCount).fill(Number.NaN)
  const states = new Float64Array(machine.stateCount).fill(Number.NaN)
  for (const [symbol, value] of Object.entries(given)) {
    const state = system.states.findIndex((one) => one.symbol === symbol)
    const parameter = system.parameters.findIndex((one) => one.symbol === symbol)
    if (state < 0 && parameter < 0)
      throw new DynamicsError('invalid-option', `${symbol} is neither a parameter nor a state of the model`, {
        element: symbol,
        expected: `one of ${[...system.parameters, ...system.states]
          .slice(0, 20)
          .map((one) => one.symbol)
          .join(', ')}`,
      })
    if (!Number.isFinite(value))
      throw new DynamicsError('invalid-option', `${symbol} is given as ${value}`, {
        element: symbol,
        expected: 'a finite number',
      })
    if (state >= 0) states[state] = value
    else parameters[parameter] = value
  }
  machine.initialise(start, parameters, states)
  return { parameters, states }
}
