import type { Coding, Instant } from '@counterpart/kernel'
import { authority, type MeasureCode, measures, type Reading } from '../codes.ts'
import type { Person } from '../person.ts'
import { hl7Time } from '../time.ts'
import { coded, escapeText, facility, type Header, header, patient, segment, segments } from './segments.ts'

/** Where a patient lies, and under which visit. */
export interface Visit {
  readonly visitNumber: string
  readonly admitted: Instant
  readonly pointOfCare: string
  readonly room: string
  readonly bed: string
  readonly discharged?: Instant
  /** PV1-2, HL7 table 0004. Default I, inpatient. */
  readonly class?: 'I' | 'E'
}

/** What every message needs to know. */
export interface Envelope extends Header {
  readonly person: Omit<Person, 'weight'>
  readonly visit: Visit
}

/** Admission (A01), transfer (A02, from `priorLocation`), discharge (A03), update (A08): HL7 v2.5.1, chapter 3. */
export function writeAdt(
  trigger: 'A01' | 'A02' | 'A03' | 'A08',
  envelope: Envelope,
  event: { readonly occurred: Instant; readonly priorLocation?: Pick<Visit, 'pointOfCare' | 'room' | 'bed'> },
): string {
  // The A08 and the A02/A03 share structures with A01 and A02/A03 (table 0354).
  const structure = { A01: 'ADT_A01', A02: 'ADT_A02', A03: 'ADT_A03', A08: 'ADT_A01' }[trigger]
  const time = (instant: Instant) => hl7Time(instant, envelope.zoneOffsetMinutes)
  return segments(
    header(envelope, `ADT^${trigger}^${structure}`),
    segment('EVN', { 1: trigger, 2: time(envelope.sent), 6: time(event.occurred) }),
    patient(envelope.person),
    visit(envelope, event.priorLocation),
  )
}

/** One group of readings that a device took at one instant. */
export interface ReadingGroup {
  readonly readings: readonly Reading[]
  /** What was found and is no number. */
  readonly findings?: readonly { readonly code: Coding; readonly text: string }[]
  readonly taken: Instant
  /** OBX-18: who measured. */
  readonly device: string
  readonly method?: Coding
}

/** Unsolicited results (ORU^R01, v2.5.1 chapter 7): one OBR, one OBX per reading. */
export function writeOru(
  envelope: Envelope,
  report: {
    /** OBR-3: the sender's number of this report; observations are told apart by it. */
    readonly filler: string
    readonly service: Coding
    readonly taken: Instant
    readonly groups: readonly ReadingGroup[]
  },
): string {
  const time = (instant: Instant) => hl7Time(instant, envelope.zoneOffsetMinutes)
  let set = 0
  const results = report.groups.flatMap((group) => {
    const result = (type: string, code: string, value: string, unit: string) =>
      segment('OBX', {
        1: String(++set),
        2: type,
        3: code,
        5: value,
        6: unit === '' ? '' : `${escapeText(unit)}^${escapeText(unit)}^UCUM`,
        11: 'F',
        14: time(group.taken),
        17: group.method ? coded(group.method) : '',
        18: `${escapeText(group.device)}^${authority.namespace}`,
      })
    return [
      ...group.readings.map(({ measure, value }) => {
        const { code, alternate, unit }: MeasureCode = measures[measure]
        return result('NM', coded(code, alternate), String(value), unit)
      }),
      ...(group.findings ?? []).map(({ code, text }) => result('ST', coded(code), escapeText(text), '')),
    ]
  })
  return segments(
    header(envelope, 'ORU^R01^ORU_R01'),
    patient(envelope.person),
    visit(envelope),
    segment('OBR', {
      1: '1',
      3: `${escapeText(report.filler)}^${authority.namespace}`,
      4: coded(report.service),
      7: time(report.taken),
      22: time(envelope.sent),
      25: 'F',
    }),
    ...results,
  )
}

function visit(envelope: Envelope, prior?: Pick<Visit, 'pointOfCare' | 'room' | 'bed'>): string {
  const { visit: v, zoneOffsetMinutes } = envelope
  const place = (p: Pick<Visit, 'pointOfCare' | 'room' | 'bed'>) =>
    [p.pointOfCare, p.room, p.bed, facility].map(escapeText).join('^')
  return segment('PV1', {
    1: '1',
    2: v.class ?? 'I',
    3: place(v),
    6: prior ? place(prior) : '',
    19: `${escapeText(v.visitNumber)}^^^${authority.namespace}&${authority.oid}.2&ISO^VN`,
    44: hl7Time(v.admitted, zoneOffsetMinutes),
    45: v.discharged === undefined ? '' : hl7Time(v.discharged, zoneOffsetMinutes),
  })
}
