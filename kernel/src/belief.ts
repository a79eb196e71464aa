import type { JsonObject } from './json.ts'
import type { TwinReference } from './subject.ts'
import type { Instant } from './time.ts'

/** One component of an ensemble: a parameter or a state. */
export interface Variable {
  readonly name: string
  readonly label: string
  /** UCUM */
  readonly unit: string
  /** What it stands for, and the symbol it has in the cited source. */
  readonly meaning?: string
  /** Carried so that the others' uncertainty is honest; of little interest by itself. */
  readonly auxiliary?: boolean
}

/** A weighted sample from a joint distribution: how the house holds uncertainty. */
export interface Ensemble {
  readonly variables: readonly Variable[]
  /** Number of members. */
  readonly size: number
  /** `values[v * size + m]` is variable `v` of member `m`. */
  readonly values: Float64Array
  /** One weight per member, adding to 1. */
  readonly weights: Float64Array
}

/** What a twin holds true of its subject as of an effective time. */
export interface Belief {
  readonly twin: TwinReference
  readonly asOf: Instant
  readonly ensemble: Ensemble
  /** What else the definition carries from one assimilation to the next; plain data, hashed with the belief. */
  readonly memory: JsonObject
}

/** The members of one variable, as a view into the ensemble. Throws `RangeError` when there is no such variable. */
export function membersOf(ensemble: Ensemble, name: string): Float64Array {
  const index = ensemble.variables.findIndex((variable) => variable.name === name)
  if (index < 0)
    throw new RangeError(
      `no variable "${name}" in this ensemble; it has ${ensemble.variables.map((v) => v.name).join(', ')}`,
    )
  return ensemble.values.subarray(index * ensemble.size, (index + 1) * ensemble.size)
}
