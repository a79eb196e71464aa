import { DynamicsError } from '../errors.ts'
import type { Machine } from '../machine.ts'
import { placeOf } from '../place-of.ts'
import { explainNaN } from '../system/explain-nan.ts'
import type { System } from '../system.ts'
import type { Step } from './step.ts'

/**
 * A rate stopped being a number. Where `at` says what states and parameters it was computed of, the symbol is named at
 * which that began.
 */
export function notFinite(
  machine: Machine,
  state: number,
  value: number,
  time: number,
  at?: { readonly states: Float64Array; readonly parameters: Float64Array },
): DynamicsError {
  const { system } = machine
  const symbol = system.states[state]?.symbol ?? `state ${state}`
  const cause = at && explainNaN(system, time, at.states, at.parameters, machine.history)
  const began = cause?.kind === 'value' ? cause : undefined
  const element = began?.symbol ?? symbol
  const place = placeOf(system.model, element)
  const because = began && began.symbol !== symbol ? `, because ${began.symbol} is ${began.value}` : ''
  return new DynamicsError('not-finite', `the rate of ${symbol} is ${value} at time ${time}${because}`, {
    element,
    ...(place ? { place } : {}),
    mend: hasNoValue(system, element)
      ? `give ${element} a value`
      : 'look for a division by zero, or a root or logarithm of a negative number, in what it depends on',
  })
}

/** Of a parameter or state that the model leaves without an initial value. */
function hasNoValue({ parameters, states }: System, symbol: string): boolean {
  const initial = [...parameters, ...states].find((one) => one.symbol === symbol)?.initial
  return Number.isNaN(typeof initial === 'object' && initial.op === 'number' ? initial.value : initial)
}

/** The method cannot follow the solution further. */
export function noConvergence(
  machine: Machine,
  method: string,
  time: number,
  why: string,
  mend?: string,
): DynamicsError {
  const { id } = machine.system.model
  return new DynamicsError(
    'no-convergence',
    `method ${method} cannot follow ${id || 'the model'} beyond time ${time}: ${why}`,
    {
      element: id,
      mend:
        mend ??
        (method === 'rodas'
          ? 'the solution may grow without bound there; look at its values shortly before, or allow more steps or a larger tolerance'
          : 'use method rodas, which is for stiff problems; or allow more steps or a larger tolerance'),
    },
  )
}

/** Which rate it is that an attempted step shows to be no number, if that can be found. */
export function whyNotFinite(step: Step): DynamicsError | undefined {
  const { machine, parameters, from, size, start, startRates, end } = step
  const n = start.length
  const probe = new Float64Array(n)
  const rates = new Float64Array(n)
  // It shows where nothing has spread yet: a step on with the states as they are, or moved along their rates.
  for (const along of [0, size]) {
    for (let i = 0; i < n; i++) probe[i] = start[i]! + along * startRates[i]!
    machine.rates(from + size, probe, parameters, rates)
    for (let i = 0; i < n; i++)
      if (!Number.isFinite(rates[i]!))
        return notFinite(machine, i, rates[i]!, from + size, { states: probe, parameters })
  }
  machine.rateOfRates(from, start, parameters, rates)
  const jacobian = new Float64Array(n * n)
  machine.jacobian(from, start, parameters, jacobian)
  for (let i = 0; i < n; i++)
    for (const value of [rates[i]!, ...jacobian.subarray(i * n, (i + 1) * n)])
      if (!Number.isFinite(value)) return notFinite(machine, i, value, from, { states: start, parameters })
  for (let i = 0; i < n; i++) if (!Number.isFinite(end[i]!)) return notFinite(machine, i, end[i]!, from)
  return undefined
}
