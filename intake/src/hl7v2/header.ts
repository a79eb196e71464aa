import type { Coding, Instant } from '@counterpart/kernel'
import { loincSystem } from '@counterpart/kernel'
import type { Clinics } from '../clinic/clinics.ts'
import type { Departments } from '../department/locations.ts'
import { IntakeError } from '../errors.ts'
import type { Zone } from '../time-zone.ts'
import type { Hl7Message, Repetition, Segment } from './message.ts'
import { partOf, valueAt } from './message.ts'
import { instantOfDtm, offsetOfDtm } from './time.ts'

/** How this installation reads what HL7 v2 leaves open. */
export interface Hl7Settings {
  /** Where the wall clocks hang whose times come without an offset. */
  readonly zone: Zone
  /** URIs of assigning authorities that messages name by a local name only (CX-4.1). */
  readonly identifierSystems: Readonly<Record<string, string>>
  /** What belongs to which department, where any is followed. */
  readonly departments?: Departments
  /** Clinics that are followed. */
  readonly clinics?: Clinics
  /** The secret behind the names of appointments. */
  readonly pseudonymKey?: Uint8Array | undefined
}

/** What the segments of a message are read against. */
export interface Header {
  readonly type: string
  readonly trigger: string
  readonly controlId: string
  /** MSH-3 and MSH-4: `application|facility`. */
  readonly sender: string
  readonly sentAt: Instant
  /** MSH-7's offset where it has one, else the installation's zone. */
  readonly zone: Zone
  readonly settings: Hl7Settings
}

/** Ten times what v2.5.1 allows, somewhat more than later versions do. */
const longestControlId = 200

/** Reads what every message must have. Throws {@link IntakeError} `invalid`, `not-supported`. */
export function readHeader(message: Hl7Message, settings: Hl7Settings): Header {
  const msh = message.segments[0]!
  const type = required(msh, 9, 1, 'MSH-9.1', 'the message type')
  const controlId = required(msh, 10, 1, 'MSH-10', 'the message control identifier')
  if (controlId.length > longestControlId)
    throw new IntakeError('invalid', `the message control identifier has ${controlId.length} characters`, {
      location: 'MSH-10',
      expected: `at most ${longestControlId}`,
      mend: 'shorten it',
    })
  const version = valueAt(msh, 12)
  if (version !== '' && !/^2(\.\d+)*$/.test(version))
    throw new IntakeError('not-supported', `version "${version.slice(0, 20)}" is not HL7 v2`, {
      location: 'MSH-12',
      expected: '2.1 to 2.9',
      mend: 'send HL7 v2',
    })
  const sent = required(msh, 7, 1, 'MSH-7', 'the time of the message')
  const zone = offsetOfDtm(sent) ?? settings.zone
  return {
    type,
    trigger:
      valueAt(msh, 9, 2) ||
      valueAt(
        message.segments.find(({ name }) => name === 'EVN'),
        1,
      ),
    controlId,
    sender: `${nameOfHd(msh.fields[2]?.[0])}|${nameOfHd(msh.fields[3]?.[0])}`,
    sentAt: instantOfDtm(sent, zone, 'MSH-7'),
    zone,
    settings,
  }
}

/** A value that must be there. */
export function required(
  segment: Segment | undefined,
  field: number,
  component: number,
  location: string,
  what: string,
): string {
  const value = valueAt(segment, field, component)
  if (value === '' || value === '""')
    throw new IntakeError('invalid', `${what} is missing`, {
      location,
      expected: what,
      mend: `fill in ${location}`,
    })
  return value
}

/** A time that may be absent. */
export function optionalTime(
  segment: Segment | undefined,
  field: number,
  header: Header,
  location: string,
): Instant | undefined {
  const text = valueAt(segment, field)
  return text === '' || text === '""' ? undefined : instantOfDtm(text, header.zone, location)
}

/** Present, and not HL7's explicit null `""`. */
export function given(value: string): string | undefined {
  return value === '' || value === '""' ? undefined : value
}

/**
 * The URI of an assigning authority (HD: namespace, universal id, its type). The universal id is preferred, so that it
 * meets `Identifier.system` of FHIR; a bare namespace is looked up, and is otherwise the sender's own.
 */
export function systemOf(namespace: string, universalId: string, universalType: string, header: Header): string {
  const configured = header.settings.identifierSystems[namespace]
  if (configured !== undefined) return configured
  if (universalId !== '') return uriOf(universalId, universalType)
  if (/^[a-z][a-z0-9+.-]*:\S+$/i.test(namespace)) return namespace
  if (namespace !== '') return `urn:hl7v2:authority:${encodeURIComponent(namespace)}`
  return `urn:hl7v2:sender:${encodeURIComponent(header.sender)}`
}

function uriOf(id: string, type: string): string {
  if (/^[a-z][a-z0-9+.-]*:\S+$/i.test(id)) return id
  switch (type.toUpperCase()) {
    case 'ISO':
      return `urn:oid:${id}`
    case 'UUID':
    case 'GUID':
      return `urn:uuid:${id.toLowerCase()}`
    case 'DNS':
      return `http://${id.toLowerCase()}`
    default:
      return /^\d+(\.\d+)+$/.test(id) ? `urn:oid:${id}` : `urn:hl7v2:authority:${encodeURIComponent(id)}`
  }
}

/** Names of coding systems (HL7 table 0396) to URIs. */
const codingSystems: Readonly<Record<string, string>> = {
  LN: loincSystem,
  SCT: 'http://snomed.info/sct',
  SCT2: 'http://snomed.info/sct',
  SNM3: 'http://snomed.info/sct',
  MDC: 'urn:iso:std:iso:11073:10101',
  UCUM: 'http://unitsofmeasure.org',
  I10: 'http://hl7.org/fhir/sid/icd-10',
  I9C: 'http://hl7.org/fhir/sid/icd-9-cm',
  RXNORM: 'http://www.nlm.nih.gov/research/umls/rxnorm',
}

/** The codings of a CE/CWE: the first and the alternate triple. */
export function codingsOf(coded: Repetition | undefined, header: Header): readonly Coding[] {
  return [1, 4]
    .map((at) => ({ code: partOf(coded, at), display: partOf(coded, at + 1), name: partOf(coded, at + 2) }))
    .filter(({ code }) => code !== '' && code !== '""')
    .map(({ code, display, name }) => ({
      system: codingSystemOf(name, header),
      code,
      ...(display === '' ? {} : { display }),
    }))
}

function codingSystemOf(name: string, header: Header): string {
  const known = codingSystems[name.toUpperCase()]
  if (known) return known
  const table = /^HL7(\d{4})$/.exec(name)
  if (table) return `http://terminology.hl7.org/CodeSystem/v2-${table[1]}`
  if (name === '' || name === 'L' || name.startsWith('99'))
    return `urn:hl7v2:sender:${encodeURIComponent(header.sender)}${name === '' ? '' : `:${encodeURIComponent(name)}`}`
  return `urn:hl7v2:coding:${encodeURIComponent(name)}`
}

function nameOfHd(hd: Repetition | undefined): string {
  return partOf(hd, 1) || partOf(hd, 2)
}
