import type { Instant } from '@counterpart/kernel'
import { minute } from '@counterpart/kernel'
import { visitsOfAdt } from '../department/from-adt.ts'
import { mergingWaits, visitsOfMerge } from '../department/from-merge.ts'
import { encounterClasses } from '../department/hl7-place.ts'
import type { VisitFact } from '../department/visit-fact.ts'
import { IntakeError } from '../errors.ts'
import type { EncounterFact, SubjectFacts } from '../facts.ts'
import { nameOf } from '../hash.ts'
import type { Header } from './header.ts'
import { given, optionalTime } from './header.ts'
import type { Hl7Message, Segment } from './message.ts'
import { partOf, repetitionsOf, valueAt } from './message.ts'
import { numberedEncounter } from './numbers.ts'
import { onePatient } from './one-patient.ts'
import { personOf, whoseOf } from './patient.ts'

/** What each trigger event makes of the encounter; `null`: it is about the person only. */
const statusAfter: Readonly<Record<string, EncounterFact['status'] | null>> = {
  A01: 'in-progress', // admit
  A02: 'in-progress', // transfer
  A03: 'finished', // discharge
  A04: 'arrived', // register an outpatient
  A05: 'planned', // pre-admit
  A06: 'in-progress', // change an outpatient to an inpatient
  A07: 'in-progress', // change an inpatient to an outpatient
  A08: 'in-progress', // update; finished when PV1-45 says so
  A11: 'cancelled', // cancel the admission
  A12: 'in-progress', // cancel the transfer
  A13: 'in-progress', // cancel the discharge
  A28: null, // add person information
  A31: null, // update person information
  A40: null, // merge patients: of visits only, see below
}

/** Where messages of one stay carry the same time (MSH-7 is often to the minute), the later step of the stay holds. */
const stepOf: Readonly<Record<string, number>> = Object.fromEntries(
  [['A05'], ['A01', 'A04'], ['A02', 'A06', 'A07', 'A08'], ['A03'], ['A11', 'A12', 'A13']].flatMap((triggers, step) =>
    triggers.map((trigger) => [trigger, step]),
  ),
)

/** Trigger events of ADT messages that are taken. */
export const adtTriggers: readonly string[] = Object.keys(statusAfter)

/** What an ADT message says. */
interface AdtContent {
  readonly facts: SubjectFacts
  readonly notes: string[]
  /** What of it a person has to see to. */
  readonly waits?: IntakeError
}

/** Reads an ADT message. Throws {@link IntakeError} `not-supported` for other trigger events, `invalid` without PID. */
export function decodeAdt(message: Hl7Message, header: Header, text: string): AdtContent {
  const status = statusAfter[header.trigger]
  if (status === undefined)
    throw new IntakeError('not-supported', `ADT^${header.trigger} is not taken`, {
      location: 'MSH-9.2',
      expected: `one of ADT^${adtTriggers.join(', ADT^')}`,
      mend: 'do not route this event here; linking of patients is not supported',
    })
  const { departments } = header.settings
  const merged = header.trigger === 'A40' && departments ? visitsOfMerge(message, header, departments) : []
  if (header.trigger === 'A40' && merged.length === 0)
    throw new IntakeError('not-supported', 'the merging of two people is not taken in', {
      location: 'MRG',
      expected: 'the visits that become one, in MRG-5 and PV1-19, and a department that follows them',
      mend: 'look at both records; send what is new under the number that stands',
    })
  const pid = onePatient(message)
  const evn = message.segments.find(({ name }) => name === 'EVN')
  const pv1 = message.segments.find(({ name }) => name === 'PV1')
  const version = header.sentAt + (stepOf[header.trigger] ?? 0)
  const whose = whoseOf(pid, header)
  const notes: string[] = []
  if (message.segments.some(({ name }) => name === 'OBX'))
    notes.push('OBX: of observations inside ADT messages only the acuity is taken in; send others in ORU^R01')
  const happened = optionalTime(evn, 6, header, 'EVN-6') ?? optionalTime(evn, 2, header, 'EVN-2')
  const impossible = happened !== undefined && happened > header.sentAt + minute && status !== 'planned'
  if (impossible)
    notes.push('EVN: the event is said to be later than the message that reports it; the time of the message is taken')
  const effective = impossible || happened === undefined ? header.sentAt : happened
  const encounters = status !== null && pv1 ? [encounterOf(pv1, pid, status, version, header, effective)] : []
  if (status !== null && !pv1) notes.push('PV1: there is none, so the message changes no encounter')
  const [encounter] = encounters
  const visits: readonly VisitFact[] =
    departments && pv1 && encounter
      ? visitsOfAdt({ message, header, pv1, encounter, at: effective, departments })
      : merged
  return {
    facts: {
      whose,
      text,
      person: personOf(pid),
      personVersion: version,
      encounters,
      devices: [],
      measured: [],
      treatments: [],
      visits,
    },
    notes,
    ...(merged.length > 0 && { waits: mergingWaits }),
  }
}

function encounterOf(
  pv1: Segment,
  pid: Segment,
  usual: EncounterFact['status'],
  version: number,
  header: Header,
  effective: Instant,
): EncounterFact {
  const admitted = optionalTime(pv1, 44, header, 'PV1-44')
  const discharged = optionalTime(pv1, 45, header, 'PV1-45')
  const [pl] = repetitionsOf(pv1, 3)
  const location = {
    ...pick('facility', partOf(pl, 4)),
    ...pick('pointOfCare', partOf(pl, 1)),
    ...pick('room', partOf(pl, 2)),
    ...pick('bed', partOf(pl, 3)),
  }
  const status = header.trigger === 'A08' && discharged !== undefined ? 'finished' : usual
  const encounterClass = encounterClasses[valueAt(pv1, 2)]
  return {
    effective,
    encounterId: encounterIdOf(pv1, pid, header, admitted),
    version,
    status,
    ...(encounterClass && { class: encounterClass }),
    ...(Object.keys(location).length > 0 && { location }),
    ...(admitted !== undefined && { admitted }),
    ...(discharged !== undefined && { discharged }),
    trigger: header.trigger,
  }
}

/** The numbered visit; without a number, the one stay that began at PV1-44. */
function encounterIdOf(pv1: Segment, pid: Segment, header: Header, admitted: number | undefined): string {
  const [patient] = repetitionsOf(pid, 3)
  return (
    numberedEncounter(pv1, pid, header) ??
    nameOf('encounter', header.sender, partOf(patient, 1), admitted ?? 'unnumbered')
  )
}

function pick<K extends string>(key: K, value: string): { readonly [P in K]?: string } {
  const present = given(value)
  return (present === undefined ? {} : { [key]: present }) as { readonly [P in K]?: string }
}
