import type { Instant } from '@counterpart/kernel'
import { z } from 'zod'
import type { EncounterFact } from '../facts.ts'
import { coding, period } from '../fhir/data-types.ts'
import { instantOfFhir, type Reading } from '../fhir/read.ts'
import type { FhirEncounter } from '../fhir/schema.ts'
import { acuityOf, dispositionOf, modeOf } from './codes.ts'
import { codedWords, updatedAt, whereOf } from './fhir-reading.ts'
import type { Departments, Whereabouts } from './locations.ts'
import type { CareDepartment } from './settings.ts'
import type { VisitFact } from './visit-fact.ts'
import { type VisitStory, visitStory } from './visit-story.ts'

const concept = z.looseObject({ coding: z.array(coding).optional() })
const histories = {
  statuses: z.array(z.looseObject({ status: z.string(), period })).catch([]),
  classes: z.array(z.looseObject({ class: coding, period })).catch([]),
  participants: z.array(z.looseObject({ type: z.array(concept).optional(), period: period.optional() })).catch([]),
  stay: z.looseObject({ admitSource: concept.optional(), dischargeDisposition: concept.optional() }).catch({} as never),
}

/** FHIR's admit-source: another hospital or home. */
const otherHouses = new Set(['hosp-trans', 'nursing', 'psych', 'rehab'])
const modeOfArrival = 'http://hl7.org/fhir/StructureDefinition/encounter-modeOfArrival'

/** One place of the stay, in order. */
interface Stop {
  readonly at: Instant
  readonly where: Whereabouts
}

/**
 * What an Encounter says of its visit in departments, with all the history that it carries. Everything is of the time when
 * it happened, so that the next version of the Encounter says the same again.
 */
export function visitsOfEncounter(
  encounter: FhirEncounter,
  { encounterId, status, admitted, discharged }: EncounterFact,
  location: string,
  reading: Reading,
  departments: Departments,
): readonly VisitFact[] {
  if (status === 'planned' || departments.all.length === 0) return []
  const at = (text: string | undefined) => (text === undefined ? undefined : instantOfFhir(text, reading.settings.zone))
  const updated = updatedAt(encounter, reading)
  const statuses = histories.statuses.parse(encounter.statusHistory ?? [])
  const began = (name: string) => at(statuses.find((each) => each.status === name)?.period.start)
  const classes = histories.classes.parse(encounter.classHistory ?? [])
  const classAt = (time: Instant) =>
    classes.find(({ period: { start, end } }) => (at(start) ?? -Infinity) <= time && time < (at(end) ?? Infinity))
      ?.class.code ?? encounter.class.code
  const story = visitStory(encounterId, undefined, location)
  const stops = stopsOf(encounter, admitted ?? began('arrived'), updated, reading)
  if (stops.length === 0 && (admitted ?? began('arrived') ?? updated) !== undefined)
    stops.push({ at: (admitted ?? began('arrived') ?? updated)!, where: { kind: 'unsaid' } })

  let current: CareDepartment | undefined
  let home: CareDepartment | undefined
  const asked = encounter.class.code === 'IMP' ? (at(classes.find(isInpatient)?.period.start) ?? updated) : undefined
  let whenAsked: CareDepartment | undefined
  for (const { at: time, where } of stops) {
    const next = departmentAt(where, departments, classAt(time))
    if (current && next !== current) {
      const disposition = classAt(time) === 'IMP' ? 'admitted' : 'transferred'
      story.happened(current, time, { what: 'left', disposition })
    }
    if (next && next !== current) {
      if (home) story.happened(next, time, { what: 'arrived', mode: 'transfer' })
      else arrive(story, next, Math.min(began('arrived') ?? admitted ?? time, time), encounter)
      home ??= next
    }
    if (next && where.kind === 'within') story.happened(next, time, { what: 'placed', at: where.at })
    if (next && where.kind === 'unknown') story.lost(next, time, where.said)
    current = next
    if (asked !== undefined && time <= asked) whenAsked = next
  }
  if (!home) return story.facts
  if (status === 'cancelled') {
    story.happened(home, updated ?? stops[0]!.at, { what: 'cancelled' })
    return story.facts
  }
  const triaged = began('triaged') ?? updated ?? stops[0]!.at
  const { priority } = encounter
  const acuity = acuityOf([...(priority?.coding ?? []).flatMap(({ code }) => code ?? []), priority?.text ?? ''], home)
  if (acuity) story.happened(home, triaged, { what: 'triaged', acuity })
  const seen = seenAt(encounter, reading) ?? began('in-progress')
  if (seen !== undefined) story.happened(home, seen, { what: 'seen' })
  if (whenAsked && asked !== undefined) story.happened(whenAsked, asked, { what: 'admission-requested' })
  if (current && status === 'finished') {
    const left = discharged ?? updated ?? stops.at(-1)!.at
    if (discharged === undefined)
      story.doubt(current, left, 'it does not say when the visit ended', 'left when that was reported')
    const { dischargeDisposition } = histories.stay.parse(encounter.hospitalization ?? {})
    const codes = (dischargeDisposition?.coding ?? []).flatMap(({ code }) => code ?? [])
    story.happened(current, left, { what: 'left', disposition: dispositionOf(codes, seen !== undefined, current) })
  }
  return story.facts
}

function isInpatient(each: { readonly class: { readonly code?: string } }): boolean {
  return each.class.code === 'IMP'
}

/** The places of a stay in order of time; those only planned are left out. */
function stopsOf(
  { location = [] }: FhirEncounter,
  begin: Instant | undefined,
  updated: Instant | undefined,
  reading: Reading,
): Stop[] {
  return location
    .filter(({ status }) => status !== 'planned' && status !== 'reserved')
    .flatMap(({ location: reference, period: when }, i): readonly Stop[] => {
      const start = when?.start === undefined ? undefined : instantOfFhir(when.start, reading.settings.zone)
      const at = start ?? (i === 0 ? begin : undefined) ?? updated
      return at === undefined ? [] : [{ at, where: whereOf(reference, reading) }]
    })
    .sort((a, b) => a.at - b.at)
}

function departmentAt(
  where: Whereabouts,
  departments: Departments,
  encounterClass: string | undefined,
): CareDepartment | undefined {
  if (where.kind === 'within') return where.department
  return where.kind === 'elsewhere' ? undefined : departments.taking(encounterClass, undefined)
}

function arrive(story: VisitStory, department: CareDepartment, at: Instant, encounter: FhirEncounter): void {
  const { admitSource } = histories.stay.parse(encounter.hospitalization ?? {})
  const extension = encounter.extension?.find(({ url }) => url === modeOfArrival)
  const mode = (extension?.valueCoding as { code?: unknown } | undefined)?.code
  const fromAnother = (admitSource?.coding ?? []).some(({ code }) => otherHouses.has(code ?? ''))
  const complaint = codedWords(encounter.reasonCode?.[0])
  story.happened(department, at, {
    what: 'arrived',
    mode: modeOf(typeof mode === 'string' ? mode : undefined, fromAnother),
    ...(complaint !== undefined && { complaint }),
  })
}

/** When the attending clinician took over. */
function seenAt({ participant }: FhirEncounter, { settings }: Reading): Instant | undefined {
  const starts = histories.participants
    .parse(participant ?? [])
    .filter(({ type = [] }) => type.some(({ coding = [] }) => coding.some(({ code }) => code === 'ATND')))
    .flatMap(({ period: when }) => (when?.start === undefined ? [] : [instantOfFhir(when.start, settings.zone)]))
  return starts.length === 0 ? undefined : Math.min(...starts)
}
