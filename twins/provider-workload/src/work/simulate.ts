import type { RandomStream } from '@counterpart/numerics'
import type { ChangePlan } from '../advice/work-change.ts'
import type { ClinicParameters, ProviderParameters } from './parameters.ts'
import type { ClinicPlan } from './plan.ts'

/** Where a simulation finds what it needs of one member: parameters by place in `plan.providers`. */
export interface Member {
  readonly clinic: ClinicParameters
  readonly providers: readonly ProviderParameters[]
  /** Randomness of the member: the same names, the same numbers, whatever the change. */
  readonly random: (...names: readonly (string | number)[]) => RandomStream
}

/**
 * All weeks of all people once: figures of provider p in week w from `(p * weeks + w) * weekWidth` on, in the order of
 * `at`. Equal members share their chance whatever `change` is, so differences are paired.
 */
export type SimulateWeeks = (plan: ClinicPlan, member: Member, change: ChangePlan | null, out: Float64Array) => void
