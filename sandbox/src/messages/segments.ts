import { type Coding, type Instant, loincSystem } from '@counterpart/kernel'
import { authority } from '../codes.ts'
import type { Person } from '../person.ts'
import { hl7Time } from '../time.ts'

/** Who and when a message is from, and its number. */
export interface Header {
  /** MSH-10: the same for every copy of one message. At most 20 characters. */
  readonly controlId: string
  readonly sent: Instant
  readonly zoneOffsetMinutes: number
}

export const facility = 'SANDBOX-HOSPITAL'
const codingSystems: Readonly<Record<string, string>> = { [loincSystem]: 'LN' }

/** MSH. */
export function header(envelope: Header, type: string): string {
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

/** PID. */
export function patient(person: Omit<Person, 'weight'>): string {
  return segment('PID', {
    1: '1',
    3: `${escapeText(person.recordNumber)}^^^${hierarchic()}^MR`,
    5: `${escapeText(person.family)}^${escapeText(person.given)}^^^^^L`,
    7: person.birthDate.replaceAll('-', ''),
    8: person.sex === 'female' ? 'F' : 'M',
  })
}

/** Assigning authority (HD): namespace, universal id, its type. */
export function hierarchic(): string {
  return `${authority.namespace}&${authority.oid}&ISO`
}

export function coded(code: Coding, alternate?: Coding): string {
  const triple = (c: Coding) => [c.code, c.display ?? '', codingSystems[c.system] ?? 'L'].map(escapeText).join('^')
  return alternate ? `${triple(code)}^${triple(alternate)}` : triple(code)
}

export function segment(name: string, fields: Readonly<Record<number, string>>): string {
  const last = Math.max(...Object.keys(fields).map(Number))
  const list = Array.from({ length: last }, (_, i) => fields[i + 1] ?? '')
  return `${name}|${list.join('|')}`.replace(/\|+$/, '')
}

export function segments(...list: string[]): string {
  return `${list.join('\r')}\r`
}

/** Escape sequences of v2.5.1, 2.7.1; control characters become hexadecimal ones. */
export function escapeText(text: string): string {
  return text.replace(/[\\|^~&\r\n]/g, (c) => {
    const named: Record<string, string> = { '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '~': '\\R\\', '&': '\\T\\' }
    return named[c] ?? `\\X${c.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}\\`
  })
}
