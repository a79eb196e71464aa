import { type Acuity, type Instant, minute } from '@counterpart/kernel'
import { priors } from '../estimates/priors.ts'
import type { Department } from './department.ts'
import { groupOf, type SpaceGroup, spaceGroups, spacesOf } from './layout.ts'
import { onDuty } from './roster.ts'
import { groupPlace, placeOf, weightAt } from './tallies.ts'
import { stateOf, type Visit } from './visit.ts'

/** After so long a wait whoever should serve is taken to be busy, and not on the way; at triage, of those not yet its turn. */
const idleFor = { triage: 2 * minute, clinician: 10 * minute, spaces: 10 * minute, beds: 45 * minute } as const
/** Silent for longer than this, a visit says nothing about how busy anybody is. */
const forgottenAfter = 12 * 60 * minute

/**
 * Since when each kind of server is known to be busy without a pause, because somebody waits for nothing but it;
 * infinite when it is not. While it lasts, who is served per hour tells how fast it is.
 */
export interface BusySince {
  readonly triage: Instant
  readonly clinician: Instant
  readonly beds: Instant
  readonly spaces: Readonly<Record<SpaceGroup, Instant>>
}

export function busySince(department: Department, at: Instant): BusySince {
  const arrivals: Instant[] = []
  let clinician = Number.POSITIVE_INFINITY
  let beds = Number.POSITIVE_INFINITY
  const spaces = { resuscitation: beds, majors: beds, minors: beds }
  const free = freeSpaces(department, at)
  for (const visit of Object.values(department.visits)) {
    if (at - visit.heard > forgottenAfter) continue
    const state = stateOf(visit)
    const inSpace = groupIn(department, visit) !== undefined
    // Who comes by ambulance is looked at in it.
    if (state === 'arriving' && !inSpace) {
      if (visit.mode === 'walk-in') arrivals.push(visit.arrived)
    } else if (state === 'waiting' || state === 'arriving') {
      const groups = spaceGroupsOf(department, visit.acuity ?? 3, at)
      const couldStart = inSpace || groups.some((group) => free[group] >= 1)
      const since = Math.max(visit.triaged ?? visit.arrived, inSpace ? (visit.placed ?? 0) : 0)
      if (couldStart) clinician = Math.min(clinician, since + idleFor.clinician)
      const [first] = groups
      if (!inSpace && first !== undefined) spaces[first] = Math.min(spaces[first], since + idleFor.spaces)
    } else if (state === 'boarding') beds = Math.min(beds, visit.boarding! + idleFor.beds)
  }
  // Nobody tells when triage begins: as many as there are nurses may be in it.
  const inLine = arrivals.sort((a, b) => a - b)[onDuty(department.roster, 'triage-nurse', at)]
  const triage = inLine === undefined ? Number.POSITIVE_INFINITY : inLine + idleFor.triage
  return {
    triage: afterOneWasServed(triage, department.lastTriaged),
    clinician: afterOneWasServed(clinician, department.lastSeen),
    beds,
    spaces,
  }
}

/** A service under way when the wait began would count as shorter than it is: only what follows the next one tells. */
const afterOneWasServed = (busy: Instant, last: Instant | null): Instant =>
  last !== null && last >= busy ? busy : Number.POSITIVE_INFINITY

/** The group of the space a visit is in, if it is in one. */
export function groupIn({ layout }: Department, visit: Visit): SpaceGroup | undefined {
  const { place } = visit
  return place === null ? undefined : groupOf(layout.areas.find(({ code }) => code === place.area))
}

/** Spaces of each group that are taken. */
export function takenSpaces(department: Department): Record<SpaceGroup, number> {
  const taken = { resuscitation: 0, majors: 0, minors: 0 }
  for (const visit of Object.values(department.visits)) {
    const group = groupIn(department, visit)
    if (group !== undefined) taken[group]++
  }
  return taken
}

/**
 * Spaces of each group that can be used at once: the part that was in use while people waited for them, so many standard
 * deviations (`score`) from its mean.
 */
export function usableSpaces({ layout, tallies }: Department, at: Instant, score = 0): Record<SpaceGroup, number> {
  const spaces = spacesOf(layout)
  const weight = weightAt(tallies, at)
  const { share, spread, hours } = priors.usable
  const usable = { ...spaces }
  for (const group of spaceGroups) {
    const place = groupPlace[group]
    const prior = hours * spaces[group]
    const there = prior + tallies.there[place]! / weight
    if (there === 0) continue
    const mean = (share * prior + tallies.used[place]! / weight) / there
    const square = ((share ** 2 + spread ** 2) * prior + tallies.usedSquares[place]! / weight) / there
    const part = mean + score * Math.sqrt(Math.max(0, square - mean ** 2))
    usable[group] = spaces[group] * Math.min(1, Math.max(0, part))
  }
  return usable
}

function freeSpaces(department: Department, at: Instant): Record<SpaceGroup, number> {
  const free = usableSpaces(department, at)
  const taken = takenSpaces(department)
  for (const group of spaceGroups) free[group] -= taken[group]
  return free
}

/** Which groups of spaces somebody of this acuity is treated in, most usual first: those of at least 5 % of the like. */
export function spaceGroupsOf({ layout, tallies }: Department, acuity: Acuity, at: Instant): readonly SpaceGroup[] {
  const spaces = spacesOf(layout)
  const prior = priors.spaces.shares[placeOf(acuity)]!
  const counts = tallies.spaces[placeOf(acuity)]!
  const weight = weightAt(tallies, at)
  const share = (group: SpaceGroup) =>
    priors.spaces.weight * prior[groupPlace[group]]! + counts[groupPlace[group]]! / weight
  const total = spaceGroups.reduce((sum, group) => sum + share(group), 0)
  const usual = spaceGroups.filter((group) => spaces[group] > 0 && share(group) >= 0.05 * total)
  const there = usual.length > 0 ? usual : spaceGroups.filter((group) => spaces[group] > 0)
  return [...there].sort((a, b) => share(b) - share(a))
}
