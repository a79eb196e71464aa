import {
  departmentChannels,
  departmentCodeSystem,
  type Instant,
  imagingChannels,
  type JsonObject,
  type Observation,
  type RosterDetail,
} from '@counterpart/kernel'
import type { DecodedMessage } from '../facts.ts'
import { nameOf, sha256 } from '../hash.ts'
import { judge } from '../quality.ts'
import { type DepartmentSettings, layoutOf } from './settings.ts'

/** What is said of a department (or clinic) itself rather than of a visit: its layout, its roster. */
export interface DepartmentStatement {
  readonly channel: string
  /** Of the channel's code. Left out: that of departments. */
  readonly codeSystem?: string
  /** The fact's identity. Left out: what is said and when, so that the same said again is the same fact. */
  readonly id?: string
  /** Left out: the effective time. */
  readonly version?: Instant
  readonly detail: JsonObject
  readonly text: string
  readonly effective: Instant
}

export function statementObservation(
  { channel, codeSystem = departmentCodeSystem, id, version, detail, text, effective }: DepartmentStatement,
  subject: Observation['subject'],
  message: Pick<DecodedMessage, 'protocol' | 'system' | 'sentAt'>,
): Observation {
  return {
    id: id ?? nameOf(channel, subject, effective, JSON.stringify(detail)),
    version: version ?? effective,
    status: 'final',
    subject,
    channel,
    code: { system: codeSystem, code: channel },
    value: null,
    unit: '',
    text,
    detail,
    effective,
    source: { protocol: message.protocol, system: message.system },
    quality: judge(null, undefined, { effective, sentAt: message.sentAt, preliminary: false, unit: 'as-is' }),
  }
}

/** The layout of a department as a message of its own: the same one however often it is read from the file. */
export function layoutMessage(department: DepartmentSettings, now: Instant): DecodedMessage {
  const layout = layoutOf(department)
  const text = JSON.stringify({ id: department.id, since: department.since, layout })
  const parts =
    'areas' in layout
      ? `${layout.areas.length} areas, ${layout.areas.reduce((sum, { spaces }) => sum + spaces.length, 0)} spaces`
      : `${layout.machines.length} machines, ${layout.protocols.length} protocols`
  return aboutDepartment(department.id, 'departments', sha256(text).slice(0, 32), text, 'application/json', {
    channel: 'areas' in layout ? departmentChannels.layout : imagingChannels.layout,
    detail: layout as unknown as JsonObject,
    text: `${layout.name}: ${parts}`,
    effective: department.since === undefined ? now : Date.parse(department.since),
  })
}

/** A roster as a message of its own: each is a new one, also when an earlier one said the same. */
export function rosterMessage(
  department: string,
  roster: RosterDetail,
  from: { readonly text: string; readonly contentType: string; readonly system: string; readonly now: Instant },
): DecodedMessage {
  const { text, contentType, system, now } = from
  return aboutDepartment(department, system, nameOf('roster', department, now, text), text, contentType, {
    channel: departmentChannels.roster,
    detail: roster as unknown as JsonObject,
    text: `${roster.spans.length} spans from ${new Date(roster.from).toISOString()} to ${new Date(roster.until).toISOString()}`,
    effective: now,
  })
}

function aboutDepartment(
  id: string,
  system: string,
  controlId: string,
  text: string,
  contentType: string,
  statement: DepartmentStatement,
): DecodedMessage {
  return {
    protocol: 'api',
    system,
    controlId,
    contentType,
    text,
    subjects: [
      {
        whose: { kind: 'department', id, location: 'department' },
        text,
        encounters: [],
        devices: [],
        measured: [],
        treatments: [],
        statements: [statement],
      },
    ],
    notes: [],
  }
}
