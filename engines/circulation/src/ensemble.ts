import { CirculationError } from './errors.ts'
import { fixedBeat, stableSteps, workspace } from './integrate.ts'
import { packParameters } from './model.ts'
import { type CirculationParameters, checkParameters, stateSize } from './parameters.ts'

/**
 * Moves an ensemble on by whole beats with the fast method, in place: `states[i * size + m]` is state variable `i`
 * of member `m`, each member with its own parameters, heart rate and (stable) number of steps. Members are advanced
 * one after the other, a member's twelve numbers staying in cache; nothing is allocated per step.
 *
 * Errors against the accurate method: below 0.03 % on volumes and pressures of the published set.
 * Throws {@link CirculationError}: `parameter-invalid`, `input-invalid`, `not-finite` (naming the member).
 */
export function advanceEnsemble(
  parameters: readonly CirculationParameters[],
  states: Float64Array,
  beats: number,
  options: { readonly stepsPerBeat?: number } = {},
): void {
  const size = parameters.length
  if (states.length !== size * stateSize)
    throw new CirculationError(
      'input-invalid',
      `states has ${states.length} values; expected ${stateSize} × ${size} members = ${size * stateSize}`,
    )
  const w = workspace(new Float64Array(stateSize))
  const P = packParameters(parameters[0]!)
  for (let m = 0; m < size; m++) {
    checkParameters(parameters[m]!)
    packParameters(parameters[m]!, P)
    w.tableFor = undefined
    const steps = options.stepsPerBeat ?? stableSteps(P)
    for (let i = 0; i < stateSize; i++) w.y[i] = states[i * size + m]!
    try {
      for (let beat = 0; beat < beats; beat++) fixedBeat(P, w, steps)
    } catch (error) {
      if (error instanceof CirculationError)
        throw new CirculationError(error.code, `member ${m}: ${error.message}`, { cause: error })
      throw error
    }
    for (let i = 0; i < stateSize; i++) states[i * size + m] = w.y[i]!
  }
}
