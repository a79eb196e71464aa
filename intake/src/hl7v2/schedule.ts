import type { Instant } from '@counterpart/kernel'
import { minute } from '@counterpart/kernel'
import { doubtStatement, factsOfClinic } from '../clinic/clinic-statement.ts'
import type { KnownProvider } from '../clinic/clinics.ts'
import { providerOfSchedule, statementOfSchedule } from '../clinic/from-schedule.ts'
import { bookedMinutes, imagingFor, minutesIn } from '../department/exam-reading.ts'
import { examStory } from '../department/exam-story.ts'
import type { ExamHappening, VisitFact } from '../department/visit-fact.ts'
import { IntakeError } from '../errors.ts'
import type { Header } from './header.ts'
import { codingsOf, given, optionalTime } from './header.ts'
import type { Hl7Message, Segment } from './message.ts'
import { partOf, repetitionsOf, valueAt } from './message.ts'
import { orderOfNumber } from './numbers.ts'
import { onePatient } from './one-patient.ts'
import { aboutPerson, type MessageContent, type PersonContent } from './patient.ts'

type Meaning = 'booked' | 'changed' | 'cancelled' | 'no-show'

/** What each trigger event makes of the appointment (HL7 v2.5.1 chapter 10.4). */
const meanings: Readonly<Record<string, Meaning>> = {
  S12: 'booked',
  S13: 'booked', // rescheduled
  S14: 'changed',
  S15: 'cancelled',
  S16: 'cancelled', // discontinued
  S17: 'cancelled', // deleted
  S26: 'no-show',
}

/** Trigger events of SIU messages that are taken. */
export const scheduleTriggers: readonly string[] = Object.keys(meanings)

/** Where messages of one appointment carry the same time, the later step of its life holds. */
const step: Readonly<Record<Meaning, number>> = { booked: 0, changed: 1, cancelled: 2, 'no-show': 2 }

/** Filler status codes (HL7 table 0278, and what is in use besides), in lower case. */
const statuses: Readonly<Record<string, 'cancelled' | 'no-show' | 'arrived' | 'started' | 'finished'>> = {
  cancelled: 'cancelled',
  dc: 'cancelled',
  deleted: 'cancelled',
  noshow: 'no-show',
  arrived: 'arrived',
  checkedin: 'arrived',
  started: 'started',
  complete: 'finished',
}

/**
 * Reads a message about an appointment in an imaging department, or with a provider of a clinic. Throws {@link IntakeError} `not-supported` for other trigger
 * events, `invalid` without SCH, PID or time, `identity-missing` without the order's number.
 */
export function decodeSchedule(message: Hl7Message, header: Header, text: string): PersonContent | MessageContent {
  const meaning = meanings[header.trigger]
  if (meaning === undefined)
    throw new IntakeError('not-supported', `SIU^${header.trigger} is not taken`, {
      location: 'MSH-9.2',
      expected: `one of SIU^${scheduleTriggers.join(', SIU^')}`,
      mend: 'do not route this event here; send a change of an appointment as SIU^S13 or SIU^S14',
    })
  const sch = message.segments.find(({ name }) => name === 'SCH')
  if (!sch)
    throw new IntakeError('invalid', 'the message has no SCH segment', {
      location: 'SCH',
      expected: 'one SCH',
      mend: 'the message may have been cut off; send it whole',
    })
  const known = providerOfSchedule(message, header)
  if (known) return ofClinic(message, header, sch, known, text)
  const pid = onePatient(message)
  const notes: string[] = []
  const visits = examsOfAppointment(message, header, sch, meaning, notes)
  if (visits.length === 0) notes.push('SCH: nothing of a department that is followed')
  const pv1 = message.segments.find(({ name }) => name === 'PV1')
  return { facts: { ...aboutPerson(pid, pv1, header, text), visits }, notes }
}

/** An appointment in a clinic: for whom it is stands with that person only. */
function ofClinic(
  message: Hl7Message,
  header: Header,
  sch: Segment,
  known: KnownProvider,
  text: string,
): MessageContent {
  const { segments } = message
  const named = (name: string) => segments.filter((segment) => segment.name === name)
  const { start, span, lengths } = startAndLength(message, header, sch, {
    services: named('AIS'),
    resources: named('AIG'),
    locations: named('AIL'),
    people: named('AIP'),
  })
  const minutes = minutesIn(lengths, span)
  const { statement, doubts } = statementOfSchedule(sch, message, header, known, { start, minutes })
  const clinic = known.clinic.id
  const doubtful = doubts.map((doubt) => doubtStatement(clinic, doubt, statement.said))
  const facts = { ...factsOfClinic(clinic, JSON.stringify([statement]), doubtful), appointments: [statement] }
  const patient = segments.some(({ name }) => name === 'PID')
    ? [
        aboutPerson(
          onePatient(message),
          segments.find(({ name }) => name === 'PV1'),
          header,
          text,
        ),
      ]
    : []
  return { subjects: [...patient, facts], notes: [] }
}

function examsOfAppointment(
  message: Hl7Message,
  header: Header,
  sch: Segment,
  meaning: Meaning,
  notes: string[],
): readonly VisitFact[] {
  const named = (name: string) => message.segments.filter((segment) => segment.name === name)
  const [services, resources, locations] = [named('AIS'), named('AIG'), named('AIL')]
  const codes = services.flatMap((ais) => codingsOf(repetitionsOf(ais, 3)[0], header).map(({ code }) => code))
  const places = [
    ...resources.map((aig) => valueAt(aig, 3)),
    ...locations.flatMap((ail) => [1, 2, 3].map((part) => partOf(repetitionsOf(ail, 3)[0], part))),
  ].flatMap((place) => given(place) ?? [])
  const placement = imagingFor(codes, places, header)
  if (!placement) return []
  if (services.length > 1) notes.push('AIS: of several services in one appointment the first is taken')
  const { department, protocol } = placement
  const order = orderOfNumber(repetitionsOf(sch, 26)[0], header) ?? orderOfNumber(repetitionsOf(sch, 27)[0], header)
  if (order === undefined)
    throw new IntakeError('identity-missing', 'it does not say which order the appointment is for', {
      location: 'SCH-26',
      expected: "the placer's order number, or the filler's in SCH-27",
      mend: 'fill in the number that the order (ORC-2, ORC-3) and the report bear',
    })
  const at = header.sentAt
  const story = examStory(department, order, header.sentAt + step[meaning], 'SCH')
  const said =
    valueAt(sch, 25) === ''
      ? undefined
      : statuses[
          valueAt(sch, 25)
            .toLowerCase()
            .replaceAll(/[^a-z]/g, '')
        ]
  const happened = meaning === 'cancelled' || meaning === 'no-show' ? meaning : said
  const machine = placement.machine ?? (places.length > 0 ? unknownMachine : undefined)
  if (happened === 'started') {
    if (machine !== undefined) story.happened(at, { what: 'started', machine })
  } else if (happened !== undefined) story.happened(at, { what: happened } as ExamHappening)
  if (happened !== undefined) return story.facts
  const times = startAndLength(message, header, sch, { services, resources, locations })
  if (times.start === undefined) {
    if (meaning === 'changed') return story.facts
    throw missing('the time of the appointment', 'AIS-4')
  }
  if (machine === undefined) throw missing('the machine of the appointment', 'AIG-3')
  if (machine === unknownMachine)
    story.doubt(at, `the machine ${places[0]!.slice(0, 40)} is not in the layout`, 'on any machine that can do it')
  const minutes = bookedMinutes(times.lengths, times.span, department, protocol)
  if (minutes === undefined) throw missing('the length of the appointment', 'SCH-9')
  story.happened(at, { what: 'booked', machine, at: times.start, minutes })
  return story.facts
}

/** Where somebody is booked when nobody knows the machine that was named. */
const unknownMachine = '?'

interface Resources {
  readonly services: readonly Segment[]
  readonly resources: readonly Segment[]
  readonly locations: readonly Segment[]
  readonly people?: readonly Segment[]
}

/** When an appointment begins and how long it is, wherever the message says so. */
function startAndLength(
  message: Hl7Message,
  header: Header,
  sch: Segment,
  { services, resources, locations, people = [] }: Resources,
) {
  const tq1 = message.segments.find(({ name }) => name === 'TQ1')
  const timing: Segment = { name: 'SCH', fields: [3, 4, 5].map((part) => [[[valueAt(sch, 11, part)]]]) }
  const [ais, aig, ail, aip] = [services[0], resources[0], locations[0], people[0]]
  const start: Instant | undefined =
    optionalTime(aip, 6, header, 'AIP-6') ??
    optionalTime(ais, 4, header, 'AIS-4') ??
    optionalTime(aig, 8, header, 'AIG-8') ??
    optionalTime(ail, 6, header, 'AIL-6') ??
    optionalTime(tq1, 7, header, 'TQ1-7') ??
    optionalTime(timing, 2, header, 'SCH-11.4')
  const end = optionalTime(tq1, 8, header, 'TQ1-8') ?? optionalTime(timing, 3, header, 'SCH-11.5')
  // TQ.3 has its unit before the number: M30 is thirty minutes (chapter 4.3.3).
  const [, unit = '', value = ''] = /^([SMH])(\d+)$/.exec(valueAt(timing, 1)) ?? []
  return {
    start,
    ...(start !== undefined && end !== undefined && { span: (end - start) / minute }),
    lengths: [
      [valueAt(aip, 9), valueAt(aip, 10)],
      [valueAt(ais, 7), valueAt(ais, 8)],
      [valueAt(aig, 11), valueAt(aig, 12)],
      [valueAt(ail, 9), valueAt(ail, 10)],
      [valueAt(sch, 9), valueAt(sch, 10)],
      [value, unit],
    ] as const,
  }
}

function missing(what: string, location: string): IntakeError {
  return new IntakeError('invalid', `${what} is missing`, {
    location,
    expected: what,
    mend: `fill in ${location}`,
  })
}
