import type { ExamOrigin, Instant } from '@counterpart/kernel'
import { codingsOf, given, optionalTime } from '../hl7v2/header.ts'
import { partOf, repetitionsOf, type Segment, valueAt } from '../hl7v2/message.ts'
import { orderOfNumber } from '../hl7v2/numbers.ts'
import type { OrderGroup, WorkflowMessage } from '../hl7v2/order-groups.ts'
import { bookedMinutes, imagingFor, type Placement, urgencyOf } from './exam-reading.ts'
import { examStory } from './exam-story.ts'
import { careDepartmentOf } from './hl7-place.ts'
import type { VisitFact } from './visit-fact.ts'

/** Order control codes (HL7 table 0119) by which an order stands from now on, as it says. */
export const standing = new Set(['NW', 'XO', 'RO', 'SN'])
/** … and by which it does not: cancelled, discontinued, or replaced by another one. */
export const fallen = new Set(['CA', 'OC', 'CR', 'DC', 'OD', 'DR', 'RP', 'RQ'])

/** What an order says of an exam; empty when no imaging department that is followed does what was ordered. */
export function examOfOrder(group: OrderGroup, about: WorkflowMessage): readonly VisitFact[] {
  const { header, pv1 } = about
  const { orc, obr, ipc, position } = group
  const codes = [...codingsOf(repetitionsOf(obr, 4)[0], header), ...codingsOf(repetitionsOf(ipc, 6)[0], header)]
  const stations = [valueAt(ipc, 7), valueAt(ipc, 9), valueAt(ipc, 8)].flatMap((name) => given(name) ?? [])
  const placement = imagingFor(
    codes.map(({ code }) => code),
    stations,
    header,
  )
  if (!placement) return []
  const exam = examNumber(group, about)
  const location = `ORC[${position}]`
  if (exam === undefined) {
    about.notes.push(`${location}: without an order number (ORC-2, ORC-3) nobody knows which exam it is`)
    return []
  }
  const { at, impossible } = saidAt(orc, about, `${location}-9`)
  const story = examStory(placement.department, exam, header.sentAt, location)
  if (impossible) story.doubt(at, 'ORC-9 lies after the message', 'said at the time of the message')
  const control = valueAt(orc, 1)
  const status = valueAt(orc, 5)
  if (fallen.has(control) || (control === 'SC' && ['CA', 'DC', 'RP'].includes(status)))
    story.happened(at, { what: 'cancelled' })
  else if (standing.has(control)) {
    const { protocol } = placement
    if (protocol !== undefined) {
      const urgency = urgencyOf(valueAt(group.tq1, 9) || valueAt(orc, 7, 6) || valueAt(obr, 27, 6) || valueAt(obr, 5))
      story.happened(at, { what: 'ordered', protocol, origin: originOf(pv1, about), urgency })
    } else story.doubt(at, 'OBR-4 is no protocol of the department', 'nothing was ordered')
    book(group, placement, about, story, at)
  } else if (control === 'SC') {
    if (status === 'SC') book(group, placement, about, story, at)
    if (status === 'IP' && placement.machine !== undefined)
      story.happened(duringExam(obr, 7, at, about, 'OBR-7'), { what: 'started', machine: placement.machine })
    if (status === 'CM') story.happened(duringExam(obr, 8, at, about, 'OBR-8'), { what: 'finished' })
  } else about.notes.push(`${location}-1: of the control code ${control.slice(0, 10)} nothing is carried over`)
  return story.facts
}

/** The number under which an exam goes: the placer's, else the filler's, else the accession number. */
export function examNumber({ orc, obr, ipc }: OrderGroup, { header }: Pick<WorkflowMessage, 'header'>) {
  const numbers = [orc, obr].flatMap((segment) => [repetitionsOf(segment, 2)[0]])
  const fillers = [orc, obr].flatMap((segment) => [repetitionsOf(segment, 3)[0]])
  for (const ei of [...numbers, ...fillers, repetitionsOf(ipc, 1)[0]]) {
    const exam = orderOfNumber(ei, header)
    if (exam !== undefined) return exam
  }
  return undefined
}

/** An appointment, where the order names its time and machine (OMI: TQ1-7 and IPC-7). */
function book(
  { tq1, orc, obr }: OrderGroup,
  { department, machine, protocol }: Placement,
  { header }: WorkflowMessage,
  story: ReturnType<typeof examStory>,
  at: Instant,
): void {
  const start =
    optionalTime(tq1, 7, header, 'TQ1-7') ??
    timingOf(orc, 7, header, 'ORC-7.4') ??
    optionalTime(obr, 36, header, 'OBR-36')
  if (start === undefined || machine === undefined) return
  const minutes = bookedMinutes([[valueAt(tq1, 6), valueAt(tq1, 6, 2)]], undefined, department, protocol)
  if (minutes !== undefined) story.happened(at, { what: 'booked', machine, at: start, minutes })
}

function timingOf(segment: Segment | undefined, field: number, header: WorkflowMessage['header'], location: string) {
  const text = given(valueAt(segment, field, 4))
  if (text === undefined) return undefined
  return optionalTime({ name: 'TQ', fields: [[[[text]]]] }, 1, header, location)
}

/** ORC-9, else MSH-7; what is said to come after its message is taken at the message's time. */
function saidAt(orc: Segment | undefined, { header }: WorkflowMessage, location: string) {
  const said = optionalTime(orc, 9, header, location)
  const impossible = said !== undefined && said > header.sentAt + 60_000
  return { at: said === undefined || impossible ? header.sentAt : said, impossible }
}

/** A time of the exam itself, where it was sent and has passed. */
function duringExam(obr: Segment | undefined, field: number, at: Instant, { header }: WorkflowMessage, where: string) {
  const said = optionalTime(obr, field, header, where)
  return said === undefined || said > header.sentAt ? at : said
}

/** Where the patient comes from: by the class of the visit, else by where the patient is. */
function originOf(pv1: Segment | undefined, { header }: WorkflowMessage): ExamOrigin {
  const patientClass = valueAt(pv1, 2)
  if (patientClass === 'E') return 'emergency'
  if (patientClass === 'I') return 'inpatient'
  return careDepartmentOf(pv1, header) && partOf(repetitionsOf(pv1, 3)[0], 1) !== '' ? 'emergency' : 'outpatient'
}
