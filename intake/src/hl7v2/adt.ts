import type { Instant } from '@counterpart/kernel'
import { minute } from '@counterpart/kernel'
import { visitsOfAdt } from '../department/from-adt.ts'
import { encounterClasses } from '../department/hl7-place.ts'
import type { VisitFact } from '../department/visit-fact.ts'
import { IntakeError } from '../errors.ts'
import type { EncounterFact, SubjectFacts } from '../facts.ts'
import { nameOf } from '../hash.ts'
import { type AdtEvent, adtEvents, adtTriggers } from './adt-events.ts'
import { recordChangesOf } from './adt-records.ts'
import type { Header } from './header.ts'
import { given, optionalTime } from './header.ts'
import type { Hl7Message, Segment } from './message.ts'
import { partOf, repetitionsOf, serialiseMessage, valueAt } from './message.ts'
import { numberedEncounter } from './numbers.ts'
import { onePatient } from './one-patient.ts'
import { aboutPerson } from './patient.ts'

/** What an ADT message says: of one person, or of two who change places. */
interface AdtContent {
  readonly subjects: readonly SubjectFacts[]
  readonly notes: string[]
}

/**
 * Reads an ADT message. Throws {@link IntakeError} `not-supported` for other trigger events, `invalid` without PID or MRG where there
 * must be one, `identity-missing` where a record is not named.
 */
export function decodeAdt(message: Hl7Message, header: Header, text: string): AdtContent {
  const event = Object.hasOwn(adtEvents, header.trigger) ? adtEvents[header.trigger] : undefined
  if (!event)
    throw new IntakeError('not-supported', `ADT^${header.trigger} is not taken`, {
      location: 'MSH-9.2',
      expected: `one of ADT^${adtTriggers.join(', ADT^')}`,
      mend: 'do not route this event here',
    })
  const notes: string[] = []
  if (message.segments.some(({ name }) => name === 'OBX'))
    notes.push('OBX: of observations inside ADT messages only the acuity is taken in; send others in ORU^R01')
  if (event.records === 'swap') {
    const both = twoPatients(message)
    return { subjects: both.map((part) => personIn(part, event, header, serialiseMessage(part), notes)), notes }
  }
  const two = event.records === 'link' || event.records === 'unlink'
  const subject = personIn(two ? twoPatients(message)[0]! : message, event, header, text, notes)
  if (!event.records) return { subjects: [subject], notes }
  const { changes, encounters, visits } = recordChangesOf(event.records, message, header)
  return {
    subjects: [
      {
        ...subject,
        changes,
        encounters: [...subject.encounters, ...encounters],
        visits: [...(subject.visits ?? []), ...visits],
      },
    ],
    notes,
  }
}

/** A message about two people as two, each with the header. Throws {@link IntakeError} `invalid`. */
function twoPatients(message: Hl7Message): readonly [Hl7Message, Hl7Message] {
  const { segments } = message
  const starts = segments.flatMap(({ name }, i) => (name === 'PID' ? [i] : []))
  const [first, second] = starts
  if (first === undefined || second === undefined || starts.length > 2)
    throw new IntakeError('invalid', `the message has ${starts.length} PID segments`, {
      location: 'PID',
      expected: 'two: this event is about two records',
      mend: 'the message may have been cut off; send it whole',
    })
  const part = (from: number, to?: number) => ({
    ...message,
    segments: [...segments.slice(0, first), ...segments.slice(from, to)],
  })
  return [part(first, second), part(second)]
}

/** What a message says of its one person. */
function personIn(message: Hl7Message, event: AdtEvent, header: Header, text: string, notes: string[]): SubjectFacts {
  const { status } = event
  const pid = onePatient(message)
  const evn = message.segments.find(({ name }) => name === 'EVN')
  const pv1 = message.segments.find(({ name }) => name === 'PV1')
  const version = header.sentAt + (event.step ?? 0)
  const happened = optionalTime(evn, 6, header, 'EVN-6') ?? optionalTime(evn, 2, header, 'EVN-2')
  const impossible = happened !== undefined && happened > header.sentAt + minute && status !== 'planned'
  if (impossible)
    notes.push('EVN: the event is said to be later than the message that reports it; the time of the message is taken')
  const effective = impossible || happened === undefined ? header.sentAt : happened
  const encounters = status !== null && pv1 ? [encounterOf(pv1, pid, status, version, header, effective)] : []
  if (status !== null && !pv1) notes.push('PV1: there is none, so the message changes no encounter')
  const [encounter] = encounters
  const { departments } = header.settings
  const visits: readonly VisitFact[] =
    departments && pv1 && encounter && event.like !== null
      ? visitsOfAdt({ message, header, as: event.like ?? header.trigger, pv1, encounter, at: effective, departments })
      : []
  return { ...aboutPerson(pid, pv1, header, text), personVersion: version, encounters, visits }
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
