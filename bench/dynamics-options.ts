import { compile } from '@counterpart/dynamics'
import type { BenchModel } from './dynamics-models.ts'
import { relativeTolerance, type Task } from './dynamics-peer.ts'

/** What a task asks of one trajectory. */
export function options(of: BenchModel, { method, end, steps }: Task) {
  return { end, steps, method, relativeTolerance, ...(method === 'dormand-prince' ? {} : { step: of.step }) }
}

/** What a task asks of an ensemble: the varied parameter spread by a tenth over the members. */
export function ensembleOptions(of: BenchModel, task: Task) {
  const { members } = task
  const parameters = new Float64Array(of.system.parameters.length).fill(Number.NaN)
  const slot = of.system.parameters.findIndex(({ symbol }) => symbol === of.varied)
  compile(of.system, []).initialise(0, parameters, new Float64Array(of.system.states.length).fill(Number.NaN))
  const values = Float64Array.from({ length: members }, (_, i) => parameters[slot]! * (1 + (0.1 * i) / members))
  return { ...options(of, task), members, given: { [of.varied]: values }, observed: [of.observed] }
}
