import { DynamicsError } from '../errors.ts'
import type { Machine } from '../machine.ts'
import { placeOf } from '../place-of.ts'
import { type FlowSettings, initialValues } from './options.ts'
import { rungeKutta4 } from './runge-kutta-4.ts'
import { rushLarsen } from './rush-larsen.ts'
import { createStep } from './step.ts'

/** Methods with a fixed step go on for as long as they are asked to; nobody waits for more. */
const mostSteps = 1e9
/** Steps that are tried. */
const trials = 10
/** Half as long steps may lead this far elsewhere, of the state's size. */
const tolerance = 0.5
/** States below this part of the largest do not tell: what has only begun to come into being depends on the step's length. */
const negligible = 1e-9

interface Span {
  readonly start: number
  readonly end: number
  readonly steps: number
  readonly given: Readonly<Record<string, number>> | undefined
}

/**
 * A method without error control follows a step that is too long into nonsense and does not notice. So the first steps
 * are tried twice, once half as long: where the two lead to different places the step is refused.
 *
 * @throws {DynamicsError} `invalid-option` for a step of which there are too many; `no-convergence` for one too long,
 *   naming the state that differs most
 */
export function checkFixedStep(machine: Machine, settings: FlowSettings, { start, end, steps, given }: Span): void {
  const { method, step: longest } = settings
  if (longest === undefined || !(method === 'runge-kutta-4' || method.startsWith('rush-larsen'))) return
  const count = (end - start) / longest
  if (count > mostSteps)
    throw new DynamicsError('invalid-option', `from ${start} to ${end} there are ${count} steps of ${longest}`, {
      element: 'step',
      expected: `at most ${mostSteps} steps`,
      mend: 'use a longer step, or method auto',
    })
  // Before the start only who integrates knows what was.
  if (end === start || machine.system.lags.length > 0) return
  const row = (end - start) / steps
  const size = row / Math.ceil(row / longest)
  const initial = initialValues(machine, start, given)
  const tried = Math.min(trials, Math.round((end - start) / size))
  const whole = follow(machine, settings, initial, start, size, tried)
  const halves = follow(machine, settings, initial, start, size / 2, 2 * tried)
  const largest = [whole, halves, initial.states].reduce((most, states) => Math.max(most, ...states.map(Math.abs)), 0)
  let worst = -1
  let most = tolerance
  for (let i = 0; i < machine.stateCount; i++) {
    const own = Math.max(Math.abs(whole[i]!), Math.abs(halves[i]!), Math.abs(initial.states[i]!))
    const part = Math.abs(whole[i]! - halves[i]!) / Math.max(own, negligible * largest)
    if (!(part > most)) continue
    most = part
    worst = i
  }
  if (worst < 0) return
  const { symbol } = machine.system.states[worst]!
  const place = placeOf(machine.system.model, symbol)
  throw new DynamicsError(
    'no-convergence',
    `a step of ${size} is too long for method ${method}: after ${tried} of them ${symbol} is ${whole[worst]}, after ${2 * tried} half as long ${halves[worst]}`,
    {
      element: symbol,
      ...(place && { place }),
      mend: 'use a shorter step, or method auto',
    },
  )
}

/** The states after some steps. */
function follow(
  machine: Machine,
  { method, relativeTolerance }: FlowSettings,
  initial: { readonly parameters: Float64Array; readonly states: Float64Array },
  start: number,
  size: number,
  count: number,
): Float64Array {
  const n = machine.stateCount
  const way = method === 'runge-kutta-4' ? rungeKutta4(n) : rushLarsen(n, method === 'rush-larsen' ? 1 : 2)
  const step = createStep(machine, initial.parameters, relativeTolerance)
  const states = initial.states.slice()
  step.size = size
  for (let at = 0; at < count; at++) {
    step.from = start + at * size
    step.start.set(states)
    machine.rates(step.from, step.start, step.parameters, step.startRates)
    way.attempt(step)
    states.set(step.end)
  }
  return states
}
