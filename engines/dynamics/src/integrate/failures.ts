import { DynamicsError } from '../errors.ts'
import type { Machine } from '../machine.ts'

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
