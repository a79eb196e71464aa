import {
  type Belief,
  type Instant,
  type JsonObject,
  minute,
  type Observation,
  type Subject,
  type TwinContext,
} from '@counterpart/kernel'
import { drawEnsemble } from './estimates/ensemble.ts'
import { posteriorOf } from './estimates/posterior.ts'
import { priors } from './estimates/priors.ts'
import { type Department, departmentOf, emptyDepartment, memoryOf } from './memory/department.ts'
import { folded } from './memory/fold.ts'
import { judged, kept } from './record/keep.ts'
import { revised } from './risk/learn.ts'

export const kind = 'emergency-department'
export const version = '0.2.0'

/** The prior: an empty department of assumed layout and staff, with the published rates and durations. */
export function begin(subject: Subject, asOf: Instant, prior: JsonObject, context: TwinContext): Belief {
  return believed({ kind, version, subject: subject.id }, asOf, emptyDepartment(asOf, prior), context)
}

/** Members are drawn anew when the clock passes a multiple of this: what is estimated moves more slowly than people do. */
const drawnEvery = 10 * minute

/** The belief after an instant's facts; without facts, after nothing was heard for a while. */
export function assimilate(
  belief: Belief,
  asOf: Instant,
  observations: readonly Observation[],
  context: TwinContext,
): Belief {
  const known = departmentOf(belief)
  const before = { ...known, record: judged(known, belief.asOf, asOf, context) }
  const department = revised(folded(before, belief.asOf, asOf, observations), belief.asOf, asOf, context)
  const next =
    Math.floor(belief.asOf / drawnEvery) === Math.floor(asOf / drawnEvery)
      ? { ...belief, asOf, memory: memoryOf(department) }
      : believed(belief.twin, asOf, department, context)
  // A belief that was only brought to the present is not kept, nor would be what it forecast.
  if (observations.length === 0) return next
  const record = kept(department, next, context)
  return record === department.record ? next : { ...next, memory: memoryOf({ ...department, record }) }
}

function believed(twin: Belief['twin'], asOf: Instant, department: Department, context: TwinContext): Belief {
  const ensemble = drawEnsemble(
    posteriorOf(department, asOf),
    (...names) => context.random(...names),
    priors.nurseMinutes,
  )
  return { twin, asOf, ensemble, memory: memoryOf(department) }
}
