import { DynamicsError } from '../errors.ts'
import type { Machine } from '../machine.ts'
import type { Step } from './step.ts'

/** A rate stopped being a number. */
export function notFinite(machine: Machine, state: number, value: number, time: number): DynamicsError {
  const symbol = machine.system.states[state]?.symbol ?? `state ${state}`
  return new DynamicsError('not-finite', `the rate of ${symbol} is ${value} at time ${time}`, {
    element: symbol,
    mend: 'look for a division by zero, or a root or logarithm of a negative number, in what it depends on',
  })
}

/** The method cannot follow the solution further. */
export function noConvergence(machine: Machine, method: string, time: number, why: string): DynamicsError {
  const { id } = machine.system.model
  return new DynamicsError(
    'no-convergence',
    `method ${method} cannot follow ${id || 'the model'} beyond time ${time}: ${why}`,
    {
      element: id,
      mend:
        method === 'rodas'
          ? 'the solution may grow without bound there; look at its values shortly before, or allow more steps or a larger tolerance'
          : 'use method rodas, which is for stiff problems; or allow more steps or a larger tolerance',
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
    for (let i = 0; i < n; i++) if (!Number.isFinite(rates[i]!)) return notFinite(machine, i, rates[i]!, from)
  }
  machine.rateOfRates(from, start, parameters, rates)
  const jacobian = new Float64Array(n * n)
  machine.jacobian(from, start, parameters, jacobian)
  for (let i = 0; i < n; i++)
    for (const value of [rates[i]!, ...jacobian.subarray(i * n, (i + 1) * n)])
      if (!Number.isFinite(value)) return notFinite(machine, i, value, from)
  for (let i = 0; i < n; i++) if (!Number.isFinite(end[i]!)) return notFinite(machine, i, end[i]!, from)
  return undefined
}
