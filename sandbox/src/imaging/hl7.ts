import type { Instant } from '@counterpart/kernel'
import { authority } from '../codes.ts'
import type { PaperPerson } from '../emergency/people.ts'
import { escapeText, facility, type Header, header, patient, segment, segments } from '../messages/segments.ts'
import { hl7Time } from '../time.ts'
import type { ExamHappening } from './events.ts'

/** What the department's system has on record of an exam when it writes a message. */
export interface ExamOnRecord {
  /** The placer's order number, with the URI of who gave it. */
  readonly order: { readonly number: string; readonly system: string }
  readonly person: PaperPerson
  readonly protocol: { readonly code: string; readonly label: string }
  readonly origin: Extract<ExamHappening, { what: 'ordered' }>['origin']
  readonly urgency: Extract<ExamHappening, { what: 'ordered' }>['urgency']
  readonly appointment: { readonly machine: string; readonly at: Instant; readonly minutes: number } | null
  readonly started: { readonly machine: string; readonly at: Instant } | null
  /** The visit of somebody who waits in the emergency department, and where they were. */
  readonly visit?: { readonly number: string; readonly area: string | null }
}

/** PV1-2 by where the patient comes from (HL7 table 0004). */
const classes = { outpatient: 'O', 'walk-in': 'O', inpatient: 'I', emergency: 'E' } as const
/** HL7 table 0485. */
const priorities = { routine: 'R', urgent: 'A', stat: 'S' } as const

/** An order, or that it is not wanted any more: ORM^O01, HL7 v2.5.1 chapter 4.4.1. */
export function writeOrder(control: 'NW' | 'CA', envelope: Header, exam: ExamOnRecord): string {
  const sent = hl7Time(envelope.sent, envelope.zoneOffsetMinutes)
  const timing = ['', '', '', '', '', priorities[exam.urgency]].join('^')
  return segments(
    header(envelope, 'ORM^O01^ORM_O01'),
    patient(exam.person),
    visit(exam),
    segment('ORC', { 1: control, 2: number(exam), 7: timing, 9: sent }),
    segment('OBR', { 1: '1', 2: number(exam), 4: service(exam) }),
  )
}

/** An appointment that was made, not kept or called off: SIU, chapter 10.4. */
export function writeAppointment(trigger: 'S12' | 'S15' | 'S26', envelope: Header, exam: ExamOnRecord): string {
  const { machine, at, minutes } = exam.appointment!
  const start = hl7Time(at, envelope.zoneOffsetMinutes)
  const status = { S12: 'Booked', S15: 'Cancelled', S26: 'Noshow' }[trigger]
  return segments(
    header(envelope, `SIU^${trigger}^SIU_S12`),
    segment('SCH', { 1: number(exam), 9: String(minutes), 10: 'min', 25: status, 26: number(exam) }),
    patient(exam.person),
    visit(exam),
    segment('RGS', { 1: '1', 2: 'A' }),
    segment('AIS', { 1: '1', 2: 'A', 3: service(exam), 4: start, 7: String(minutes), 8: 'min' }),
    segment('AIG', { 1: '1', 2: 'A', 3: machine }),
  )
}

/** A report: ORU^R01, chapter 7.3.1. What it says is nobody's business here. */
export function writeReport(envelope: Header, exam: ExamOnRecord): string {
  const sent = hl7Time(envelope.sent, envelope.zoneOffsetMinutes)
  const taken = hl7Time(exam.started?.at ?? envelope.sent, envelope.zoneOffsetMinutes)
  return segments(
    header(envelope, 'ORU^R01^ORU_R01'),
    patient(exam.person),
    visit(exam),
    segment('OBR', { 1: '1', 2: number(exam), 4: service(exam), 7: taken, 22: sent, 25: 'F' }),
    segment('OBX', {
      1: '1',
      2: 'TX',
      3: '18748-4^Diagnostic imaging study^LN',
      5: 'See the images.',
      11: 'F',
      14: sent,
    }),
  )
}

function visit({ origin, visit: of }: ExamOnRecord): string {
  return segment('PV1', {
    1: '1',
    2: classes[origin],
    3: of?.area ? `${escapeText(of.area)}^^^${facility}` : '',
    19: of ? `${escapeText(of.number)}^^^${authority.namespace}&${authority.oid}.2&ISO^VN` : '',
  })
}

function number({ order }: ExamOnRecord): string {
  return `${escapeText(order.number)}^^${escapeText(order.system)}^URI`
}

function service({ protocol }: ExamOnRecord): string {
  return `${escapeText(protocol.code)}^${escapeText(protocol.label)}^L`
}
