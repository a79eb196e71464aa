import type { Coding, Instant } from '@counterpart/kernel'
import { loincSystem } from '@counterpart/kernel'
import { authority, type MeasureCode, measures, type Reading } from '../codes.ts'
import type { Person } from '../person.ts'
import { hl7Time } from '../time.ts'

/** Where a patient lies, and under which visit. */
export interface Visit {
  readonly visitNumber: string
  readonly admitted: Instant
  readonly pointOfCare: string
  readonly room: string
  readonly bed: string
  readonly discharged?: Instant
}

/** What every message needs to know. */
export interface Envelope {
  /** MSH-10: the same for every copy of one message. At most 20 characters. */
  readonly controlId: string
  readonly sent: Instant
  readonly zoneOffsetMinutes: number
  readonly person: Person
  readonly visit: Visit
}

const facility = 'SANDBOX-HOSPITAL'
const codingSystems: Readonly<Record<string, string>> = { [loincSystem]: 'LN' }

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
  const results = report.groups.flatMap((group) =>
    group.readings.map(({ measure, value }) => {
      const { code, alternate, unit }: MeasureCode = measures[measure]
      set++
      return segment('OBX', {
        1: String(set),
        2: 'NM',
        3: coded(code, alternate),
        5: String(value),
        6: `${escapeText(unit)}^${escapeText(unit)}^UCUM`,
        11: 'F',
        14: time(group.taken),
        17: group.method ? coded(group.method) : '',
        18: `${escapeText(group.device)}^${authority.namespace}`,
      })
    }),
  )
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

function header(envelope: Envelope, type: string): string {
  return [
    'MSH',
    '^~\\&',
    authority.namespace,
    facility,
    'COUNTERPART',
    'PLATFORM',
    hl7Time(envelope.sent, envelope.zoneOffsetMinutes),
    '',
    type,
    escapeText(envelope.controlId),
    'P',
    '2.5.1',
    '',
    '',
    'AL',
    'NE',
    '',
    'UNICODE UTF-8',
  ].join('|')
}

function patient(person: Person): string {
  return segment('PID', {
    1: '1',
    3: `${escapeText(person.recordNumber)}^^^${hierarchic()}^MR`,
    5: `${escapeText(person.family)}^${escapeText(person.given)}^^^^^L`,
    7: person.birthDate.replaceAll('-', ''),
    8: person.sex === 'female' ? 'F' : 'M',
  })
}

function visit(envelope: Envelope, prior?: Pick<Visit, 'pointOfCare' | 'room' | 'bed'>): string {
  const { visit: v, zoneOffsetMinutes } = envelope
  const place = (p: Pick<Visit, 'pointOfCare' | 'room' | 'bed'>) =>
    [p.pointOfCare, p.room, p.bed, facility].map(escapeText).join('^')
  return segment('PV1', {
    1: '1',
    2: 'I',
    3: place(v),
    6: prior ? place(prior) : '',
    19: `${escapeText(v.visitNumber)}^^^${authority.namespace}&${authority.oid}.2&ISO^VN`,
    44: hl7Time(v.admitted, zoneOffsetMinutes),
    45: v.discharged === undefined ? '' : hl7Time(v.discharged, zoneOffsetMinutes),
  })
}

/** Assigning authority (HD): namespace, universal id, its type. */
function hierarchic(): string {
  return `${authority.namespace}&${authority.oid}&ISO`
}

function coded(code: Coding, alternate?: Coding): string {
  const triple = (c: Coding) => [c.code, c.display ?? '', codingSystems[c.system] ?? 'L'].map(escapeText).join('^')
  return alternate ? `${triple(code)}^${triple(alternate)}` : triple(code)
}

function segment(name: string, fields: Readonly<Record<number, string>>): string {
  const last = Math.max(...Object.keys(fields).map(Number))
  const list = Array.from({ length: last }, (_, i) => fields[i + 1] ?? '')
  return `${name}|${list.join('|')}`.replace(/\|+$/, '')
}

function segments(...list: string[]): string {
  return `${list.join('\r')}\r`
}

/** Escape sequences of v2.5.1, 2.7.1; control characters become hexadecimal ones. */
function escapeText(text: string): string {
  return text.replace(/[\\|^~&\r\n]/g, (c) => {
    const named: Record<string, string> = { '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '~': '\\R\\', '&': '\\T\\' }
    return named[c] ?? `\\X${c.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}\\`
  })
}
