import type { Area, Belief, FloorPicture, Instant, PersonMark } from '@counterpart/kernel'
import { minute, unknownArea } from '@counterpart/kernel'
import { attentionFor } from '../attention.ts'
import { probabilityHere } from '../estimates/silence.ts'
import { target } from '../flow/measure.ts'
import { type Department, departmentOf } from '../memory/department.ts'
import { onDuty, type StaffRole } from '../memory/roster.ts'
import { inStateSince, stateOf, type Visit } from '../memory/visit.ts'
import { clockTime, percent } from '../words.ts'
import { visitLabels } from './visit-labels.ts'

const staffLabels: Readonly<Record<StaffRole, string>> = {
  clinician: 'Clinicians',
  nurse: 'Nurses',
  'triage-nurse': 'Triage nurses',
}

/** Areas for people whose whereabouts fit nowhere. */
const elsewhere: Area = { code: unknownArea, label: 'Somewhere in the department', role: 'waiting', spaces: [] }

/** Who is where, as of the belief. */
export function floorPicture(belief: Belief): FloorPicture {
  const department = departmentOf(belief)
  const { asOf } = belief
  const { layout } = department
  const visits = Object.values(department.visits).sort((a, b) => a.arrived - b.arrived || (a.id < b.id ? -1 : 1))
  const labels = visitLabels(visits)
  const mark = (visit: Visit) => markOf(department, visit, labels.get(visit.id)!, asOf)
  const homes = new Map(visits.map((visit) => [visit, homeOf(layout.areas, visit)]))
  const areas = [...layout.areas, elsewhere].map((area) => {
    const within = visits.filter((visit) => homes.get(visit) === area.code)
    const spaces = area.spaces.map((code) => ({ code, person: within.find((visit) => isIn(visit, code)) ?? null }))
    const placed = new Set(spaces.map(({ person }) => person))
    return {
      code: area.code,
      label: area.label,
      role: area.role,
      spaces: spaces.map(({ code, person }) => ({ code, person: person && mark(person) })),
      people: within.filter((visit) => !placed.has(visit)).map(mark),
    }
  })
  const here = visits.length
  const unseen = visits.filter((visit) => visit.seen === null && visit.boarding === null).length
  return {
    kind: 'floor',
    title: layout.name,
    description: `${here} people at ${clockTime(asOf, layout.utcOffsetMinutes)}: ${unseen} wait for a clinician, ${visits.filter((v) => v.boarding !== null).length} for a bed upstairs. ${areas
      .map(({ label, spaces, people }) => describeArea(label, spaces, people.length))
      .filter((text) => text !== '')
      .join('; ')}.`,
    asOf,
    areas: areas.filter(({ code, people }) => code !== elsewhere.code || people.length > 0),
    staff: (Object.keys(staffLabels) as StaffRole[]).map((role) => ({
      role,
      label: staffLabels[role],
      onDuty: onDuty(department.roster, role, asOf),
      busy: null,
    })),
  }
}

function describeArea(label: string, spaces: readonly { readonly person: unknown }[], people: number): string {
  const taken = spaces.filter(({ person }) => person !== null).length
  if (spaces.length > 0) return `${label} ${taken} of ${spaces.length}${people > 0 ? ` and ${people} more` : ''}`
  return people > 0 ? `${label} ${people}` : ''
}

/** The area somebody is shown in: their own, or the waiting room before they are placed anywhere. */
function homeOf(areas: readonly Area[], visit: Visit): string {
  const own = areas.find(({ code }) => code === visit.place?.area)
  if (own !== undefined) return own.code
  if (visit.place === null) return areas.find(({ role }) => role === 'waiting')?.code ?? elsewhere.code
  return elsewhere.code
}

const isIn = (visit: Visit, code: string) => visit.place?.bed === code || visit.place?.room === code

function markOf(department: Department, visit: Visit, label: string, asOf: Instant): PersonMark {
  const attention = attentionFor(department.risk, visit, asOf)
  const doubt = doubtOf(department, visit, asOf)
  return {
    id: visit.id,
    patient: visit.patient,
    label,
    acuity: visit.acuity,
    arrived: visit.arrived,
    since: inStateSince(visit),
    // People in `visits` have not left.
    state: stateOf(visit) as PersonMark['state'],
    breachAt: visit.arrived + target * minute,
    ...(attention === undefined ? {} : { attention }),
    ...(doubt === undefined ? {} : { doubt }),
  }
}

/** All that is not certain about a visit, in words. */
function doubtOf(department: Department, visit: Visit, asOf: Instant): string | undefined {
  const { layout } = department
  const clock = (at: Instant) => clockTime(at, layout.utcOffsetMinutes)
  const doubts = visit.doubts.map(({ sentence }) => sentence)
  if (!visit.arrivalReported) doubts.push(`Arrival was not reported; first heard of at ${clock(visit.arrived)}`)
  if (visit.place !== null && !layout.areas.some(({ code }) => code === visit.place!.area))
    doubts.push(
      visit.place.area === unknownArea
        ? 'Where in the department is not known'
        : `Area ${visit.place.area} is not in the layout`,
    )
  const here = probabilityHere(visit, department, asOf)
  if (here < 0.9) doubts.push(`Nothing heard since ${clock(visit.heard)}; still here with ${percent(here)}`)
  return doubts.length > 0 ? doubts.join('. ') : undefined
}
