import { type PreparedDuration, prepareDuration } from '../duration.ts'
import type { Member, Resource } from '../pathway.ts'
import type { Draft } from './draft.ts'
import { refuse } from './names.ts'
import type { Timetable } from './timetable.ts'

/** What is counted as one: the interchangeable units of a resource, or one of its members. */
export interface Pool {
  /** Of the resource, or of the member. */
  readonly name: string
  /** Place of the resource in the pathway. */
  readonly resource: number
  /** Place among its members, −1 where units have no names. */
  readonly member: number
  readonly skills: readonly string[]
  /** Units before the first change. */
  readonly capacity: number
  /** The most that it ever has. */
  readonly units: number
  readonly schedule: Timetable<Change>
  /** Spans when nothing is to be had: closures, which begin at their time, and breaks, which wait until one is free. */
  readonly absences: Timetable<Absence>
  readonly atChange: 'finish' | 'overtime' | 'interrupt'
  readonly preemption: boolean
  /** Whether activities that use it can be interrupted by it. */
  readonly interruptible: boolean
  readonly breakdowns: PreparedBreakdowns | undefined
  /** Place of its first unit among all units that can fail. */
  readonly firstUnit: number
  readonly fatigue: number
  /** Cohort of each class; empty when all may be in together. */
  readonly cohorts: readonly number[]
}

interface Change {
  readonly at: number
  readonly capacity: number
  /** Work under way is left alone: handing over begins, the shift ends later. */
  readonly handover?: boolean
}

interface Absence {
  readonly at: number
  /** How long it may be put off while the member is busy; a closure never is. */
  readonly within: number
  readonly lasts: number
  readonly closure: boolean
}

interface PreparedBreakdowns {
  readonly after: PreparedDuration
  readonly repair: PreparedDuration
  readonly finish: boolean
  readonly stream: number
}

/** The pools of a pathway's resources, in the order of declaration. */
export function poolsOf(draft: Draft): Pool[] {
  const pools: Pool[] = []
  let units = 0
  for (const [place, resource] of draft.pathway.resources.entries()) {
    checkResource(resource)
    const shared = sharedBy(draft, resource, place, units)
    if (shared.breakdowns) units += mostOf(resource)
    if (resource.members)
      for (const [i, member] of resource.members.entries())
        pools.push({ ...shared, ...rosterOf(resource, member), name: member.name, member: i })
    else pools.push(shared)
  }
  return pools
}

function sharedBy(draft: Draft, resource: Resource, place: number, firstUnit: number): Pool {
  const { name, atChange = 'finish', preemption = false, breakdowns, repeatEvery = Number.POSITIVE_INFINITY } = resource
  const by = `resource "${name}"`
  if (resource.cohorts) for (const kind of Object.keys(resource.cohorts)) draft.classOf(kind, by)
  const cohortNames = draft.pathway.classes.map((c) => resource.cohorts?.[c.name] ?? `class ${c.name}`)
  return {
    name,
    resource: place,
    member: -1,
    skills: [],
    capacity: resource.capacity ?? 0,
    units: mostOf(resource),
    schedule: { entries: resource.schedule ?? [], repeatEvery, always: false },
    absences: { entries: closuresOf(resource), repeatEvery, always: false },
    atChange,
    preemption,
    interruptible:
      preemption || atChange === 'interrupt' || (breakdowns !== undefined && breakdowns.underWay !== 'finish'),
    breakdowns: breakdowns && {
      after: prepareDuration(breakdowns.after, `${by}: breakdowns after`),
      repair: prepareDuration(breakdowns.repair, `${by}: repair`),
      finish: breakdowns.underWay === 'finish',
      stream: draft.streamOf(`${name}: breakdowns`),
    },
    firstUnit,
    fatigue: resource.fatigue ?? 0,
    cohorts: resource.cohorts ? cohortNames.map((cohort) => cohortNames.indexOf(cohort)) : [],
  }
}

const closuresOf = (resource: Resource): Absence[] =>
  (resource.closures ?? []).map(({ from, to }) => ({ at: from, within: 0, lasts: to - from, closure: true }))

/** A member's shifts as changes of a capacity of one. */
function rosterOf(resource: Resource, member: Member): Partial<Pool> {
  const { name, skills = [], shifts, breaks = [], repeatEvery = Number.POSITIVE_INFINITY } = member
  const by = `member "${name}" of "${resource.name}"`
  const { handover = 0 } = resource
  let last = Number.NEGATIVE_INFINITY
  for (const { from, to } of shifts ?? []) {
    if (!(from > last && to - handover > from && to < Number.POSITIVE_INFINITY))
      throw refuse(`${by} has a shift from ${from} to ${to}`, name, 'shifts that ascend, longer than the handover')
    last = to
  }
  if (resource.fatigue && !shifts && (breaks.length === 0 || repeatEvery === Number.POSITIVE_INFINITY))
    throw refuse(`${by} tires but never rests`, name, 'shifts, or breaks that come again')
  const changes = (shifts ?? []).flatMap(({ from, to }): Change[] => [
    { at: from, capacity: 1 },
    ...(handover > 0 ? [{ at: to - handover, capacity: 0, handover: true }] : []),
    { at: to, capacity: 0 },
  ])
  const absences = breaks.map((one) => ({ ...one, closure: false }))
  checkRepeat(by, name, repeatEvery, shifts?.[0]?.from ?? 0, last)
  checkAbsences(by, name, absences, repeatEvery)
  return {
    skills,
    capacity: shifts ? 0 : 1,
    units: 1,
    schedule: { entries: changes, repeatEvery, always: true },
    absences: { entries: absences, repeatEvery, always: true },
  }
}

/** The most units that the resource ever has. */
export const mostOf = (resource: Resource): number =>
  resource.members?.length ?? Math.max(resource.capacity ?? 0, ...(resource.schedule ?? []).map((s) => s.capacity))

function checkResource(resource: Resource): void {
  const { name, schedule = [], members, repeatEvery = Number.POSITIVE_INFINITY } = resource
  const { fatigue = 0, handover = 0 } = resource
  if (members) {
    if (members.length === 0) throw refuse(`resource "${name}" has no members`, name, 'at least one')
    for (const field of ['capacity', 'schedule', 'repeatEvery', 'closures', 'breakdowns'] as const)
      if (resource[field] !== undefined)
        throw refuse(`resource "${name}" has members and ${field}`, name, 'shifts and breaks of the members instead')
    for (const [i, member] of members.entries())
      if (members.findIndex((other) => other.name === member.name) < i)
        throw refuse(`resource "${name}" has two members named "${member.name}"`, name, 'names used once')
  } else {
    if (resource.capacity === undefined)
      throw refuse(`resource "${name}" has neither capacity nor members`, name, 'one of the two')
    if (fatigue !== 0 || handover !== 0)
      throw refuse(`resource "${name}" has fatigue or handover without members`, name, 'members with shifts')
  }
  if (!(fatigue >= 0 && fatigue < Number.POSITIVE_INFINITY) || !(handover >= 0 && handover < Number.POSITIVE_INFINITY))
    throw refuse(`resource "${name}" has fatigue ${fatigue}, handover ${handover}`, name, 'numbers of at least 0')
  if (!(repeatEvery > 0)) throw refuse(`resource "${name}" repeats every ${repeatEvery}`, name, 'a positive span')
  let last = Number.NEGATIVE_INFINITY
  for (const { at, capacity: units } of [{ at: -1, capacity: resource.capacity ?? 0 }, ...schedule]) {
    if (!Number.isInteger(units) || units < 0)
      throw refuse(`resource "${name}" has capacity ${units}`, name, 'an integer of at least 0')
    if (!(at > last && at < Number.POSITIVE_INFINITY))
      throw refuse(`the schedule of "${name}" has a change at ${at}`, name, 'finite times of at least 0 that ascend')
    last = at
  }
  const by = `resource "${name}"`
  if (schedule.length > 0) checkRepeat(by, name, repeatEvery, schedule[0]!.at, last)
  checkAbsences(by, name, closuresOf(resource), repeatEvery)
}

function checkRepeat(by: string, name: string, repeatEvery: number, first: number, last: number): void {
  if (!(repeatEvery > Math.max(0, last - first)))
    throw refuse(`${by} repeats every ${repeatEvery}`, name, `more than ${Math.max(0, last - first)}`)
}

function checkAbsences(by: string, name: string, absences: readonly Absence[], repeatEvery: number): void {
  let end = Number.NEGATIVE_INFINITY
  for (const { at, within, lasts } of absences) {
    if (!(at > end && lasts > 0 && within >= 0 && at + within + lasts < Number.POSITIVE_INFINITY))
      throw refuse(`${by} is away at ${at} for ${lasts}`, name, 'positive spans that ascend and do not touch')
    end = at + within + lasts
  }
  if (absences.length > 0) checkRepeat(by, name, repeatEvery, absences[0]!.at, end)
}
