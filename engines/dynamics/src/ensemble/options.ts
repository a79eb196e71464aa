import { DynamicsError } from '../errors.ts'
import { checkCount } from '../integrate/most-values.ts'
import type { FlowOptions } from '../integrate/options.ts'
import { flowSettings } from '../integrate/options.ts'
import type { System } from '../system.ts'

export interface EnsembleOptions extends FlowOptions {
  readonly members: number
  /** Values of parameters and initial values of states by symbol, one for each member, in place of the model's. */
  readonly given?: Readonly<Record<string, Float64Array>>
  /** When the initial conditions hold, in the model's time. Default 0. */
  readonly start?: number
  readonly end: number
  /** Equal pieces into which `start` to `end` is cut. */
  readonly steps: number
  /** Keys of {@link System.quantities}. */
  readonly observed: readonly string[]
  /** Keep all `steps + 1` rows of each member, or only the last. Default all. */
  readonly rows?: 'all' | 'last'
}

/** What went wrong with one member; its values from there on are not numbers. */
export interface EnsembleFailure {
  readonly member: number
  readonly error: DynamicsError
}

/** Trajectories of all members. */
export interface Ensemble {
  readonly members: number
  /** Times of the rows that are kept. */
  readonly times: Float64Array
  readonly symbols: readonly string[]
  /** Member by member, in each row by row: `values[(member · rows + row) · columns + column]`. */
  readonly values: Float64Array
  /** In the order of members. The others have their trajectories all the same. */
  readonly failures: readonly EnsembleFailure[]
}

/** Options that are checked and have all defaults in place; plain data, so that it can be handed to other threads. */
export interface EnsemblePlan {
  readonly members: number
  readonly start: number
  readonly end: number
  readonly steps: number
  readonly observed: readonly string[]
  readonly rows: 'all' | 'last'
  readonly flow: Omit<FlowOptions, 'signal'>
}

/** @throws {DynamicsError} `invalid-option`, `undeclared` */
export function ensemblePlan(system: System, options: EnsembleOptions): EnsemblePlan {
  const { members, start = 0, end, steps, observed, rows = 'all', given = {} } = options
  whole('members', members)
  whole('steps', steps)
  if (!Number.isFinite(start) || !Number.isFinite(end) || end < start)
    throw new DynamicsError('invalid-option', `the run goes from ${start} to ${end}`, {
      element: 'end',
      expected: 'two finite times, the start not after the end',
    })
  const known = new Set([...system.states, ...system.parameters].map(({ symbol }) => symbol))
  for (const [symbol, values] of Object.entries(given)) {
    if (!known.has(symbol))
      throw new DynamicsError('invalid-option', `${symbol} is neither a parameter nor a state of the model`, {
        element: symbol,
      })
    if (values.length !== members)
      throw new DynamicsError('invalid-option', `${symbol} is given ${values.length} values`, {
        element: symbol,
        expected: `${members}, one for each member`,
      })
  }
  for (const symbol of observed)
    if (!system.quantities.has(symbol))
      throw new DynamicsError('undeclared', `“${symbol}” is to be observed but the model has no such symbol`, {
        element: symbol,
      })
  if (rows !== 'all' && rows !== 'last')
    throw new DynamicsError('invalid-option', `rows is ${rows}`, { element: 'rows', expected: 'all or last' })
  const perMember = (rows === 'all' ? steps + 1 : 1) * Math.max(1, observed.length)
  checkCount('members', members * perMember, 'the rows of all members')
  const { method, step, relativeTolerance, absoluteTolerance, maximumSteps, seed } = flowSettings(options)
  const flow = { method, step, relativeTolerance, absoluteTolerance, maximumSteps, seed }
  return { members, start, end, steps, observed: [...observed], rows, flow }
}

function whole(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new DynamicsError('invalid-option', `${name} is ${value}`, {
      element: name,
      expected: 'a whole number from 1',
    })
}

/** Times of the rows that are kept. */
export function rowTimes({ start, end, steps, rows }: EnsemblePlan): Float64Array {
  if (rows === 'last') return Float64Array.of(end)
  const times = Float64Array.from({ length: steps + 1 }, (_, i) => start + ((end - start) * i) / steps)
  times[steps] = end
  return times
}
