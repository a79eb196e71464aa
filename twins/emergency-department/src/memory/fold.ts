import {
  type Area,
  departmentChannels,
  hour,
  type Instant,
  type LayoutDetail,
  type Observation,
  type RosterDetail,
  type VisitDetail,
  type VisitDoubt,
} from '@counterpart/kernel'
import { probabilityHere } from '../estimates/silence.ts'
import { riskAfter } from '../risk/examples.ts'
import { clockTime } from '../words.ts'
import type { Department } from './department.ts'
import { doubted, happened, mergedVisit } from './happen.ts'
import { groupOf } from './layout.ts'
import { isDeaf, timePassed, visitChanged } from './learn.ts'
import { movedOn, overtakenBy } from './overtaken.ts'
import { type BusySince, busySince } from './pressure.ts'
import { withRoster } from './roster.ts'
import { isLayout, isRoster, isVisitDetail, isVisitDoubt } from './shapes.ts'
import { weightAt } from './tallies.ts'
import type { Visit } from './visit.ts'

/** How long people who left are remembered: for last hour's figures, and for discharges taken back. */
const rememberGone = 6 * hour
const rememberMerged = 7 * 24 * hour
/** Less likely here than this, a silent visit is let go; whatever is heard of it later begins it anew. */
const leastLikely = 0.001

/** Within one instant: the sequence in which things can have happened to one visit. */
const sequence: Readonly<Record<VisitDetail['what'], number>> = {
  arrived: 0,
  triaged: 1,
  placed: 2,
  observed: 2,
  seen: 3,
  'test-ordered': 4,
  'test-done': 5,
  'admission-requested': 6,
  'admission-withdrawn': 6,
  left: 7,
  returned: 7,
  cancelled: 7,
  merged: 8,
}

/**
 * The department after all that was observed at one instant. A pure function of the set of observations: they are put
 * into the order in which they make sense. What has not the shape of `department.ts` is passed over.
 */
export function folded(
  before: Department,
  from: Instant,
  at: Instant,
  observations: readonly Observation[],
): Department {
  const busy = busySince(before, at)
  const deafSince = isDeaf(before, from, at) ? from : before.deafSince
  let department: Department = { ...before, deafSince, tallies: timePassed(before, from, at) }
  const of = <T>(channel: string, fits: (detail: unknown) => detail is T) =>
    observations
      .filter((o) => o.channel === channel && fits(o.detail))
      .map((o) => ({ detail: o.detail as T, version: o.version, key: JSON.stringify(o.detail) }))
      .sort((a, b) => a.version - b.version || compare(a.key, b.key))
  for (const { detail } of of<LayoutDetail>(departmentChannels.layout, isLayout))
    department = { ...department, layout: detail, layoutReported: true }
  for (const { detail } of of<RosterDetail>(departmentChannels.roster, isRoster))
    department = { ...department, roster: withRoster(department.roster, detail, at) }
  const visits = of<VisitDetail>(departmentChannels.visit, isVisitDetail).sort(
    (a, b) =>
      sequence[a.detail.what] - sequence[b.detail.what] ||
      a.version - b.version ||
      onTheWay(department, a.detail) - onTheWay(department, b.detail),
  )
  for (const { detail } of visits) department = withVisit(department, detail, busy, at)
  for (const { detail } of of<VisitDoubt>(departmentChannels.doubt, isVisitDoubt))
    department = withDoubt(department, detail, at)
  return pruned(department, at)
}

/** People pass through waiting rooms on the way to a space of their own, not the other way round. */
function onTheWay({ layout }: Department, detail: VisitDetail): number {
  if (detail.what !== 'placed') return 0
  const area = layout.areas.find(({ code }) => code === detail.at.area)
  return groupOf(area) !== undefined ? 2 : area?.role === 'imaging' ? 1 : 0
}

function withVisit(department: Department, said: VisitDetail, busy: BusySince, at: Instant): Department {
  const detail = { ...said, visit: lastOf(department, said.visit) }
  const known = department.visits[detail.visit] ?? department.gone[detail.visit]
  const heard = { ...department, heard: at }
  // A late result of somebody who has long left tells of nobody who is here.
  if (detail.what === 'test-done' && known === undefined) return heard
  if (detail.what === 'cancelled') return without(heard, detail.visit)
  if (detail.what === 'merged') return merge(heard, detail.visit, detail.into, at)
  const next = movedOn(known, happened(known, detail, at, department.layout.utcOffsetMinutes))
  const { visits: others, gone } = without(heard, detail.visit)
  const visits = overtakenBy(others, known, next)
  const placed: Department = {
    ...heard,
    tallies: visitChanged(department, department.tallies, known, next, busy, at),
    risk: riskAfter(department.risk, known, next),
    visits: next.left === null ? { ...visits, [next.id]: next } : visits,
    gone: next.left === null ? gone : { ...gone, [next.id]: next },
    lastTriaged: detail.what === 'triaged' ? at : department.lastTriaged,
    lastSeen: detail.what === 'seen' ? at : department.lastSeen,
  }
  return detail.what === 'placed' && next.left === null ? roomMade(placed, next, at) : placed
}

/** A bed holds one: whoever was in it before is somewhere in the area, nobody knows where. */
function roomMade(department: Department, visit: Visit, at: Instant): Department {
  const { area, room, bed } = visit.place!
  // A room holds several unless its bed is named; an area that lists the room as a space holds one.
  const listed = department.layout.areas.find(({ code }: Area) => code === area)?.spaces ?? []
  const space = listed.find((s) => s === bed || s === room)
  if (bed === undefined && space === undefined) return department
  let { visits } = department
  for (const other of Object.values(visits)) {
    const place = other.place
    if (other.id === visit.id || place?.area !== area || place.room !== room || place.bed !== bed) continue
    const where = [area, room, bed].filter((part) => part !== undefined).join(' ')
    const sentence = `${where} was given to somebody else at ${clockTime(at, department.layout.utcOffsetMinutes)}; taken as still in ${area}, without a bed`
    visits = { ...visits, [other.id]: doubted({ ...other, place: { area } }, 'place', sentence, at) }
  }
  return { ...department, visits }
}

function merge(department: Department, id: string, target: string, at: Instant): Department {
  const into = lastOf(department, target)
  if (into === id) return department
  const from = department.visits[id] ?? department.gone[id]
  const merged = { ...department.merged, [id]: { into, at } }
  const rest = without(department, id)
  if (from === undefined) return { ...department, merged }
  const known = department.visits[into] ?? department.gone[into]
  const one = known ? mergedVisit(known, from, at) : { ...from, id: into, heard: at }
  const others = without(rest, into)
  return one.left === null
    ? { ...others, merged, visits: { ...others.visits, [into]: one } }
    : { ...others, merged, gone: { ...others.gone, [into]: one } }
}

/** The visit that this one belongs to by now; merging in a circle ends at the last not yet passed. */
function lastOf({ merged }: Department, id: string): string {
  let at = id
  for (let passed = 0; passed < 16; passed++) {
    const into = merged[at]?.into
    if (into === undefined || into === id) return at
    at = into
  }
  return at
}

function withDoubt(department: Department, { visit: id, problem, assumed }: VisitDoubt, at: Instant): Department {
  const visit = department.visits[lastOf(department, id)]
  if (visit === undefined) return department
  return {
    ...department,
    visits: { ...department.visits, [visit.id]: doubted(visit, 'message', `${problem}; ${assumed}`, at) },
  }
}

function without(department: Department, id: string): Department {
  const { [id]: _here, ...visits } = department.visits
  const { [id]: _gone, ...gone } = department.gone
  return { ...department, visits, gone }
}

function pruned(department: Department, at: Instant): Department {
  const kept = <T>(all: Readonly<Record<string, T>>, keeps: (one: T) => boolean) => {
    const entries = Object.entries(all)
    const some = entries.filter(([, one]) => keeps(one))
    return some.length === entries.length ? all : Object.fromEntries(some)
  }
  const { tallies } = department
  const visits = kept(department.visits, (v) => probabilityHere(v, department, at) >= leastLikely)
  const lost = Object.keys(department.visits).length - Object.keys(visits).length
  return {
    ...department,
    tallies: lost > 0 ? { ...tallies, lost: tallies.lost + lost * weightAt(tallies, at) } : tallies,
    visits,
    gone: kept(department.gone, (v) => at - v.left! <= rememberGone),
    merged: kept(department.merged, (m) => at - m.at <= rememberMerged),
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
