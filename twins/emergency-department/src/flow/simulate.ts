import { compilePathway, type Resource, Run } from '@counterpart/discrete'
import { type Belief, type Instant, minute, type TwinContext } from '@counterpart/kernel'
import { normalQuantile } from '@counterpart/numerics'
import { type Posterior, posteriorOf } from '../estimates/posterior.ts'
import { acuities, priors } from '../estimates/priors.ts'
import { type Department, departmentOf } from '../memory/department.ts'
import { spaceGroups, spacesOf } from '../memory/layout.ts'
import { spaceGroupsOf } from '../memory/pressure.ts'
import { waitsInCare } from '../record/record.ts'
import { bedTimes, sourcesOf, type Window } from './demand.ts'
import { type Effect, effectsOfKind, inForce } from './effects.ts'
import { type Member, memberReader } from './member.ts'
import { departmentPathway } from './pathway.ts'
import { admitPresent, type Here, type Present, peopleHere } from './present.ts'
import { resourcesOf } from './resources.ts'
import { STEP } from './steps.ts'
import { type Track, trackOf } from './track.ts'

/** All that the runs of one belief share. */
export interface Situation {
  readonly department: Department
  readonly posterior: Posterior
  readonly people: readonly Here[]
  readonly member: (index: number) => Member
  readonly asOf: Instant
  readonly context: TwinContext
  /** Staff, spaces and machines of a run under these effects until then. */
  readonly resources: (effects: readonly Effect[], until: number, index: number) => readonly Resource[]
}

export function situationOf(belief: Belief, context: TwinContext): Situation {
  const department = departmentOf(belief)
  return {
    department,
    posterior: posteriorOf(department, belief.asOf),
    people: peopleHere(department, belief.asOf),
    member: membersOfToday(belief, waitsInCare(department.record), context),
    asOf: belief.asOf,
    context,
    resources: remembered((effects, until, variant) =>
      resourcesOf(department, belief.asOf, until, effects, normalQuantile((variant + 0.5) / variants)),
    ),
  }
}

/** In so many equally likely ways runs differ in how many spaces can be used. */
const variants = 7

/** The function with its answers kept, as long as the same list of effects is asked about. */
function remembered(of: Situation['resources']): Situation['resources'] {
  const known = new WeakMap<readonly Effect[], Map<string, readonly Resource[]>>()
  return (effects, until, index) => {
    const variant = index % variants
    const key = `${until} ${variant}`
    const byKey = known.get(effects) ?? new Map<string, readonly Resource[]>()
    known.set(effects, byKey)
    const resources = byKey.get(key) ?? of(effects, until, variant)
    byKey.set(key, resources)
    return resources
  }
}

/** Members as they are in one run each: no shift is like the average one, in the pace of clinicians and of care. */
function membersOfToday(belief: Belief, waits: readonly number[], context: TwinContext): (index: number) => Member {
  const read = memberReader(belief)
  return (index) => {
    const member = read(index)
    const random = context.random('shift', index)
    const pace = () => Math.exp(priors.shiftToShift * random.normal() - priors.shiftToShift ** 2 / 2)
    const [clinician, care] = [pace(), pace()]
    return {
      ...member,
      clinician: member.clinician * clinician,
      assessment: member.assessment * clinician,
      waitsInCare: waits,
      care: member.care.map(({ median, spread }) => ({ median: median * care, spread })),
    }
  }
}

/** How many of each thing were in use, were to be had and were waited for, at each of the times asked for. */
export interface Sample {
  readonly busy: Readonly<Record<string, number>>
  readonly capacity: Readonly<Record<string, number>>
  readonly waiting: Readonly<Record<string, number>>
}

export interface Simulated {
  readonly track: Track
  readonly samples: readonly Sample[]
  readonly member: Member
  /** Treatment spaces on the plan, and those opened besides, at each sample. */
  readonly spaces: readonly number[]
}

/** Events that one run may take: some hundred times what a busy department needs in a day. */
const mostEvents = 2e6
/** People in a department at once: more, and the run stops instead of exploding. */
const mostPresent = 20_000

/**
 * One future of the department: run number `index` under these effects, looked at at `times` (minutes from now, rising)
 * and followed until `until`. Equal indices share member, chance and all that was drawn about the present, so that runs
 * under different effects are paired.
 */
export function simulate(
  situation: Situation,
  effects: readonly Effect[],
  times: readonly number[],
  until: number,
  index: number,
): Simulated {
  const { run, present } = started(situation, effects, until, index)
  const samples = times.map((time) => {
    follow(run, time)
    return sampleOf(run)
  })
  if (run.now < until) follow(run, until)
  const planned = Object.values(spacesOf(situation.department.layout)).reduce((sum, n) => sum + n, 0)
  const opened = effectsOfKind(effects, 'spaces')
  return {
    track: trackOf(run, present, run.now),
    samples,
    member: situation.member(index),
    spaces: times.map((at) => planned + inForce(opened, at).reduce((sum, e) => sum + e.change, 0)),
  }
}

/** A run that stands at now, with everybody who is here in it. */
export function started(
  situation: Situation,
  effects: readonly Effect[],
  until: number,
  index: number,
): { readonly run: Run; readonly present: readonly Present[] } {
  const { department, posterior, people, member, asOf, context } = situation
  const run = new Run(programOf(situation, effects, until, index), { seed: 1, replication: index, records: true })
  const capacities = Object.fromEntries(
    run.program.pathway.resources.map(({ name, capacity }) => [name, capacity ?? 0]),
  )
  const last = department.lastTriaged === null ? null : (department.lastTriaged - asOf) / minute
  const random = context.random('present', index)
  return { run, present: admitPresent(run, people, member(index), posterior, capacities, last, random) }
}

/** Lets a run go on, within its budget. */
export function follow(run: Run, until: number): void {
  run.advance({ until, events: mostEvents, present: mostPresent })
}

/** The pathway of one run. */
function pathwayOf(situation: Situation, effects: readonly Effect[], until: number, index: number) {
  const { department, posterior, people, asOf, context } = situation
  const member = situation.member(index)
  const window: Window = { asOf, until, effects, utcOffsetMinutes: department.layout.utcOffsetMinutes }
  const scarce = people.some(
    ({ state, since, probability }) => state === 'boarding' && since < -45 && probability > 0.5,
  )
  return departmentPathway({
    name: department.layout.name,
    member,
    sources: sourcesOf(posterior, member, window, context.random('demand', index)),
    resources: situation.resources(effects, until, index),
    bedTimes: bedTimes(posterior, member, window, scarce, context.random('beds', index)),
    spaces: acuities.map((acuity) => spaceGroupsOf(department, acuity, asOf)),
    laboratoryShare: posterior.laboratoryShare,
    imagingShare: posterior.imagingShare,
    seatedShare: posterior.seatedShare,
    sitsShare: posterior.sitsShare,
    handoverMinutes: posterior.handoverMinutes,
    effects,
  })
}

const programOf = (situation: Situation, effects: readonly Effect[], until: number, index: number) =>
  compilePathway(pathwayOf(situation, effects, until, index))

/** Lines at which people wait for each resource. */
const linesOf: Readonly<Record<string, readonly string[]>> = {
  'triage nurse': [STEP.triage],
  clinician: [STEP.clinician, STEP.quickClinician],
  nurse: [STEP.nursing],
  spaces: acuities.map((acuity) => STEP.space(acuity)),
  scanner: [STEP.scan, `${STEP.scan}, expedited`],
  'bed upstairs': [STEP.bed],
}

/** How things stand in a run. */
export function sampleOf({ program, state }: Run): Sample {
  const busy: Record<string, number> = { spaces: 0 }
  const capacity: Record<string, number> = { spaces: 0 }
  for (const [r, { name }] of program.pathway.resources.entries()) {
    const to = (spaceGroups as readonly string[]).includes(name) ? 'spaces' : name
    busy[to] = (busy[to] ?? 0) + state.busy[r]!
    capacity[to] = (capacity[to] ?? 0) + state.capacity[r]!
  }
  const waiting: Record<string, number> = {}
  for (const [resource, lines] of Object.entries(linesOf))
    waiting[resource] = program.lines.reduce(
      (sum, line) => sum + (lines.includes(line.name) ? state.waiting[line.index]! : 0),
      0,
    )
  return { busy, capacity, waiting }
}
