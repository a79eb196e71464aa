import type { Instant } from '@counterpart/kernel'
import { minute } from '@counterpart/kernel'
import type { EncounterFact } from '../facts.ts'
import type { Header } from '../hl7v2/header.ts'
import { codingsOf, given, optionalTime } from '../hl7v2/header.ts'
import type { Hl7Message, Segment } from '../hl7v2/message.ts'
import { partOf, repetitionsOf, valueAt } from '../hl7v2/message.ts'
import { personOf } from '../hl7v2/patient.ts'
import { ageAt } from './age.ts'
import { acuityOf, dispositionOf, isAcuityCode, modeOf } from './codes.ts'
import { departmentAt, placeOf } from './hl7-place.ts'
import type { Departments, Whereabouts } from './locations.ts'
import type { CareDepartment } from './settings.ts'
import type { VisitFact } from './visit-fact.ts'
import { type VisitStory, visitStory } from './visit-story.ts'

/** What of an ADT message the departments are told. */
export interface AdtVisit {
  readonly message: Hl7Message
  readonly header: Header
  /** The trigger event, or the one that says the same. */
  readonly as: string
  readonly pv1: Segment
  /** The encounter as the message states it. */
  readonly encounter: EncounterFact
  /** When it happened: EVN-6, EVN-2 or MSH-7. */
  readonly at: Instant
  readonly departments: Departments
}

/** HL7 table 0023: sent from another hospital, a nursing facility or another facility. */
const fromAnotherHouse = new Set(['4', '5', '6'])

/** What an ADT message says of visits in departments. Pure; looks at nothing but the message and the settings. */
export function visitsOfAdt(visit: AdtVisit): readonly VisitFact[] {
  const { header, as: trigger, pv1, encounter, at: event, departments } = visit
  const inpatient = encounter.class === 'IMP'
  const here = departments.find(placeOf(pv1, 3))
  const before = departments.find(placeOf(pv1, 6))
  // Of what is planned for later, what happens now is the planning.
  const at = Math.min(event, header.sentAt)
  const story = visitStory(encounter.encounterId, encounter.version, 'PV1')
  const within = departmentOf(here, visit)
  const left =
    before.kind === 'within' && before.department !== within && here.kind !== 'unsaid' ? before.department : undefined
  const seen = given(valueAt(pv1, 7)) !== undefined

  const state = (department: CareDepartment) => {
    stand(story, department, here, at)
    const acuity = acuityIn(visit, department)
    if (acuity) story.happened(department, Math.min(acuity.at ?? at, at), { what: 'triaged', acuity: acuity.level })
    if (seen) story.happened(department, at, { what: 'seen' })
  }
  const leave = (department: CareDepartment) => {
    const said = encounter.discharged ?? at
    const impossible = said > at + minute || (encounter.admitted !== undefined && said < encounter.admitted)
    if (impossible)
      story.doubt(
        department,
        at,
        said > at ? 'PV1-45 lies after the event' : 'PV1-45 lies before PV1-44',
        'left at the time of the event',
      )
    const disposition = dispositionOf([valueAt(pv1, 36)], seen, department)
    story.happened(department, impossible ? at : said, { what: 'left', disposition })
  }

  switch (trigger) {
    case 'A01':
    case 'A04':
    case 'A06':
      if (inpatient) {
        if (within) story.happened(within, at, { what: 'admission-requested' })
        if (left) story.happened(left, at, { what: 'left', disposition: 'admitted' })
      } else if (within && trigger !== 'A06') arrive(story, within, visit, at)
      if (within) state(within)
      break
    case 'A02':
      // Came from another part of the hospital, rather than from another place of the same department.
      if (within && before.kind !== 'unsaid' && departmentOf(before, visit) !== within)
        story.happened(within, at, { what: 'arrived', mode: 'transfer' })
      if (left) story.happened(left, at, { what: 'left', disposition: inpatient ? 'admitted' : 'transferred' })
      if (within) state(within)
      break
    case 'A03':
      if (within) leave(within)
      break
    case 'A05': {
      const waiting = within ?? left
      if (inpatient && waiting) story.happened(waiting, at, { what: 'admission-requested' })
      break
    }
    case 'A07':
      if (within) story.happened(within, at, { what: 'admission-withdrawn' })
      if (within) state(within)
      break
    case 'A08':
      if (!within) break
      if (encounter.admitted !== undefined && !inpatient && arrivalIsTold(visit)) arrive(story, within, visit, at)
      if (inpatient) story.happened(within, at, { what: 'admission-requested' })
      state(within)
      if (encounter.status === 'finished') leave(within)
      break
    case 'A11':
      if (within) story.happened(within, at, { what: inpatient ? 'admission-withdrawn' : 'cancelled' })
      break
    case 'A12':
      if (left) story.happened(left, at, { what: 'cancelled' })
      if (within) story.happened(within, at, { what: 'returned' })
      if (within) stand(story, within, here, at)
      break
    case 'A23':
      if (within) story.happened(within, at, { what: 'cancelled' })
      break
    case 'A38': {
      const waiting = within ?? left
      if (inpatient && waiting) story.happened(waiting, at, { what: 'admission-withdrawn' })
      break
    }
    case 'A13':
      if (within) story.happened(within, at, { what: 'returned' })
      if (within) stand(story, within, here, at)
      break
  }
  return story.facts
}

function departmentOf(where: Whereabouts, { encounter, header }: AdtVisit): CareDepartment | undefined {
  return departmentAt(where, encounter.class, encounter.location?.facility, header)
}

function stand(story: VisitStory, department: CareDepartment, here: Whereabouts, at: Instant): void {
  if (here.kind === 'within') story.happened(department, at, { what: 'placed', at: here.at })
  else if (here.kind === 'unknown') story.lost(department, at, here.said)
}

function arrive(story: VisitStory, department: CareDepartment, { encounter, pv1, message }: AdtVisit, at: Instant) {
  const pv2 = message.segments.find(({ name }) => name === 'PV2')
  const said = encounter.admitted ?? at
  if (said > at + minute) story.doubt(department, at, 'PV1-44 lies after the event', 'arrived at the time of the event')
  const [reason] = repetitionsOf(pv2, 3)
  // Only what has a code: free text may say who it is.
  const complaint = given(partOf(reason, 1)) === undefined ? undefined : given(partOf(reason, 2))
  const arrived = Math.min(said, at)
  const mode = modeOf(given(valueAt(pv2, 38)), fromAnotherHouse.has(valueAt(pv1, 14)))
  // The same in every message about the visit, so that repeating it changes nothing.
  const pid = message.segments.find(({ name }) => name === 'PID')
  const age = pid && ageAt(personOf(pid).birthDate, arrived)
  const told = { ...(complaint !== undefined && { complaint }), ...(age !== undefined && { age }) }
  story.happened(department, arrived, { what: 'arrived', mode, ...told }, arrived)
}

/** Whether an update repeats how the patient came, and does not merely leave it out. */
function arrivalIsTold({ pv1, message }: AdtVisit): boolean {
  const pv2 = message.segments.find(({ name }) => name === 'PV2')
  return given(valueAt(pv2, 38)) !== undefined || given(valueAt(pv1, 14)) !== undefined
}

function acuityIn({ message, header }: AdtVisit, department: CareDepartment) {
  for (const [i, obx] of message.segments.filter(({ name }) => name === 'OBX').entries()) {
    const [asked] = repetitionsOf(obx, 3)
    if (!codingsOf(asked, header).some((coding) => isAcuityCode(coding, department))) continue
    const [answer] = repetitionsOf(obx, 5)
    const level = acuityOf([1, 2, 4, 5].map((part) => partOf(answer, part)).filter(Boolean), department)
    if (level) return { level, at: optionalTime(obx, 14, header, `OBX[${i + 1}]-14`) }
  }
  const pv2 = message.segments.find(({ name }) => name === 'PV2')
  const [care] = repetitionsOf(pv2, 40)
  const level = acuityOf([1, 2, 4, 5].map((part) => partOf(care, part)).filter(Boolean), department)
  return level && { level, at: undefined }
}
