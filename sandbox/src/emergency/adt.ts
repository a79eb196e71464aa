import type { Acuity, Instant, VisitPlace } from '@counterpart/kernel'
import { authority } from '../codes.ts'
import {
  escapeText,
  facility,
  type Header,
  header,
  hierarchic,
  patient,
  segment,
  segments,
} from '../messages/segments.ts'
import { hl7Time } from '../time.ts'
import type { PaperPerson } from './people.ts'

export type EmergencyTrigger = 'A02' | 'A03' | 'A04' | 'A06' | 'A08' | 'A11' | 'A13' | 'A40'

/** What the hospital's system has on record of a visit when it writes a message. */
export interface VisitOnRecord {
  readonly number: string
  readonly person: PaperPerson
  readonly arrived: Instant
  readonly mode: 'walk-in' | 'ambulance' | 'transfer'
  readonly complaint: string
  readonly place?: VisitPlace
  readonly priorPlace?: VisitPlace
  /** A clinician has seen the patient: PV1-7 is filled. */
  readonly seen: boolean
  /** Class I: a bed upstairs was asked for. */
  readonly admitted: boolean
  readonly left?: { readonly at: Instant; readonly code: string }
}

/** Message structures of v2.5.1, table 0354. */
const structures: Readonly<Record<EmergencyTrigger, string>> = {
  A02: 'ADT_A02',
  A03: 'ADT_A03',
  A04: 'ADT_A01',
  A06: 'ADT_A06',
  A08: 'ADT_A01',
  A11: 'ADT_A09',
  A13: 'ADT_A01',
  A40: 'ADT_A39',
}

/** Codes of HL7 table 0430 (mode of arrival) and 0023 (admit source). */
const modes = { 'walk-in': 'O', ambulance: 'A', transfer: 'C' } as const

/** An ADT message about a visit in the emergency department: HL7 v2.5.1, chapter 3. */
export function writeEmergencyAdt(
  trigger: EmergencyTrigger,
  envelope: Header,
  visit: VisitOnRecord,
  event: {
    readonly occurred: Instant
    readonly acuity?: { readonly level: Acuity; readonly at: Instant }
    /** For A40: the registration that ceases to be. */
    readonly merged?: { readonly recordNumber: string; readonly visitNumber: string }
  },
): string {
  const time = (instant: Instant) => hl7Time(instant, envelope.zoneOffsetMinutes)
  const { acuity, merged } = event
  return segments(
    header(envelope, `ADT^${trigger}^${structures[trigger]}`),
    segment('EVN', { 1: trigger, 2: time(envelope.sent), 6: time(event.occurred) }),
    patient(visit.person),
    ...(merged
      ? [
          segment('MRG', {
            1: `${escapeText(merged.recordNumber)}^^^${hierarchic()}^MR`,
            5: visitNumber(merged.visitNumber),
          }),
        ]
      : []),
    segment('PV1', {
      1: '1',
      2: visit.admitted ? 'I' : 'E',
      3: place(visit.place),
      6: trigger === 'A02' ? place(visit.priorPlace) : '',
      7: visit.seen ? `ED-DOC^Sandbox-Clinician^^^^^^^${authority.namespace}` : '',
      14: visit.mode === 'transfer' ? '4' : visit.mode === 'ambulance' ? '7' : '1',
      19: visitNumber(visit.number),
      36: visit.left?.code ?? '',
      44: time(visit.arrived),
      45: visit.left ? time(visit.left.at) : '',
    }),
    ...(trigger === 'A04' || trigger === 'A08'
      ? [
          segment('PV2', {
            3: `${escapeText(codeOf(visit.complaint))}^${escapeText(visit.complaint)}^L`,
            38: modes[visit.mode],
          }),
        ]
      : []),
    ...(acuity
      ? [
          segment('OBX', {
            1: '1',
            2: 'NM',
            3: '75636-1^Emergency severity index^LN',
            5: String(acuity.level),
            11: 'F',
            14: time(acuity.at),
          }),
        ]
      : []),
  )
}

function place(at: VisitPlace | undefined): string {
  return at ? [at.area, at.room ?? '', at.bed ?? '', facility].map(escapeText).join('^') : ''
}

function visitNumber(number: string): string {
  return `${escapeText(number)}^^^${authority.namespace}&${authority.oid}.2&ISO^VN`
}

function codeOf(complaint: string): string {
  return complaint.toUpperCase().replaceAll(' ', '-').slice(0, 20)
}
