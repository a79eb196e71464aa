import {
  actions,
  type Header,
  type LogReader,
  logReader,
  messageKinds,
  readHeader,
  WorklogError,
} from '@counterpart/worklog'
import { IntakeError } from '../errors.ts'
import { parseJson } from '../fhir/json.ts'
import type { Clinics } from './clinics.ts'
import { linesOfResource, type WorkLine } from './from-audit-event.ts'
import { type ClinicSettings, sameUser } from './settings.ts'
import { instantOfRow } from './work-rows.ts'

/** One event of somebody of the clinic. */
export interface WorkRow {
  readonly provider: string
  readonly time: number
  /** As engines/worklog has it: action, kind of message, who prepared it, which login. */
  readonly code: number
  readonly hash: number
  readonly second: number
  /** The line (or entry) it stands on. */
  readonly line: number
}

/** Reads a log piece by piece. Throws {@link IntakeError} when it is none at all. */
export interface WorkSource {
  read(bytes: Uint8Array): void
  end(): void
  readonly lines: number
  /** Refused lines, the first of each kind, with what was assumed. */
  problems(): readonly {
    readonly what: string
    readonly count: number
    readonly lines: readonly number[]
    readonly assumed: string
  }[]
}

/** A line longer than this is no line of a log. */
const longestLine = 64 * 1024
/** Of resources that are not lines, so many bytes at once. */
const longestBundle = 16 * 1024 * 1024

const workContentTypes = [
  'text/csv',
  'application/fhir+json',
  'application/json',
  'application/fhir+ndjson',
  'application/x-ndjson',
]

/** The way to read a log of this content type. */
export function workSource(
  contentType: string,
  clinic: ClinicSettings,
  clinics: Clinics,
  add: (row: WorkRow) => void,
): WorkSource {
  switch (contentType) {
    case 'text/csv':
      return csvSource(clinic, add)
    case 'application/fhir+ndjson':
    case 'application/x-ndjson':
      return fhirSource(clinic, clinics, add, 'lines')
    case 'application/fhir+json':
    case 'application/json':
      return fhirSource(clinic, clinics, add, 'whole')
    default:
      throw new IntakeError('not-supported', `a log of type "${contentType.slice(0, 80)}" is not taken`, {
        location: 'Content-Type',
        expected: workContentTypes.join(', '),
        mend: 'send CSV or FHIR',
      })
  }
}

function csvSource(clinic: ClinicSettings, add: (row: WorkRow) => void): WorkSource {
  let reader: LogReader | undefined
  const split = lineSplitter((bytes) => {
    if (reader) return reader.read(bytes, 0, bytes.length)
    const end = bytes.indexOf(10) + 1
    const header = asRefusal(() =>
      readHeader(new TextDecoder().decode(bytes.subarray(0, end)), { columns: clinic.columns }),
    )
    reader = readerOf(clinic, header, (row) => add({ ...row, line: reader!.counts.lines + 1 }))
    reader.read(bytes, end, bytes.length)
  })
  return {
    read: split.read,
    end: split.end,
    get lines() {
      return reader?.counts.lines ?? 0
    },
    problems: () =>
      (reader?.problems.list(0) ?? []).map(({ problem, word, count, lines, assumed }) => ({
        what: inWords(problem, word),
        count,
        lines: lines.map((line) => line + 1),
        assumed,
      })),
  }
}

const header = ['time', 'user', 'action', 'patient', 'object', 'detail']

/** Resources are written as lines of CSV, so that there is one reader. */
function fhirSource(
  clinic: ClinicSettings,
  clinics: Clinics,
  add: (row: WorkRow) => void,
  form: 'lines' | 'whole',
): WorkSource {
  let entry = 0
  const refused = new Map<string, { what: string; count: number; lines: number[]; assumed: string }>()
  const reader = readerOf(clinic, readHeader(header.join(',')), (row) => add({ ...row, line: entry }))
  const encoder = new TextEncoder()
  const wrong = (why: string): void => {
    const known = refused.get(why) ?? { what: why, count: 0, lines: [], assumed: 'it is left out' }
    if (refused.size < 100) refused.set(why, known)
    known.count++
    if (known.lines.length < 5) known.lines.push(entry)
  }
  const take = (resource: unknown): void => {
    entry++
    try {
      const text = linesOfResource(resource, clinic)
        .map((line) => `${csvOf(line, clinic, clinics)}\n`)
        .join('')
      const bytes = encoder.encode(text)
      reader.read(bytes, 0, bytes.length)
    } catch (error) {
      if (!(error instanceof IntakeError)) throw error
      wrong(`${error.location}: ${error.message}`)
    }
  }
  const chunks: Uint8Array[] = []
  let length = 0
  const split = lineSplitter((bytes) => {
    for (const line of new TextDecoder().decode(bytes).split('\n')) {
      if (line.trim() === '') continue
      let value: unknown
      try {
        value = JSON.parse(line)
      } catch {
        entry++
        wrong('it is not JSON')
        continue
      }
      take(value)
    }
  }, 1024 * 1024)
  return {
    read(bytes) {
      if (form === 'lines') return split.read(bytes)
      length += bytes.length
      if (length > longestBundle)
        throw new IntakeError('too-large', `it has more than ${longestBundle} bytes`, {
          expected: 'a longer log as lines (application/fhir+ndjson)',
          mend: 'send it as lines, or in parts',
        })
      chunks.push(bytes.slice())
    },
    end() {
      if (form === 'lines') return split.end()
      const value = parseJson(new TextDecoder().decode(Buffer.concat(chunks))) as {
        resourceType?: unknown
        entry?: readonly { resource?: unknown }[]
      } | null
      const entries = value?.resourceType === 'Bundle' && Array.isArray(value.entry) ? value.entry : undefined
      for (const resource of entries ? entries.map((each) => each?.resource) : [value]) take(resource)
    },
    get lines() {
      return entry
    },
    problems: () => [
      ...refused.values(),
      ...reader.problems.list(0).map(({ problem, word, count, assumed }) => ({
        what: inWords(problem, word),
        count,
        lines: [],
        assumed,
      })),
    ],
  }
}

function readerOf(clinic: ClinicSettings, columns: Header, add: (row: Omit<WorkRow, 'line'>) => void): LogReader {
  // Directories take logins whatever their case; the reader takes them as they are written.
  const logins = clinic.providers.flatMap(({ code: provider, users }) =>
    [numbered(provider), ...users.flatMap((user) => [user, user.toLowerCase(), user.toUpperCase()])].map((login) => ({
      provider,
      login,
    })),
  )
  const options = { zone: clinic.timeZone, logins, map: { actions: clinic.actions, details: clinic.messages } }
  const reader: LogReader = asRefusal(() =>
    logReader(columns, options, (provider, day, time, code, hash, second) =>
      add({ provider: reader.providers[provider]!, time: instantOfRow(day, time), code, hash, second }),
    ),
  )
  return reader
}

function csvOf({ users, ...line }: WorkLine, clinic: ClinicSettings, clinics: Clinics): string {
  const own = clinic.providers.flatMap((each) => each.users)
  const login = users.flatMap((user) => own.find((each) => sameUser(each) === sameUser(user)) ?? [])[0]
  const person = clinics.provider(users.map((value) => ({ value })))
  const user = login ?? (person?.clinic === clinic ? numbered(person.provider) : (users[0] ?? '?'))
  return [line.time, user, line.action, line.patient, line.object, line.detail].map(quoted).join(',')
}

/** The login of somebody whom a resource names by number. */
function numbered(provider: string): string {
  return `provider:${provider}`
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""').replaceAll(/[\r\n]/g, ' ')}"`
}

/** A problem by name; its word only where that is a code, for free text may say who it is about. */
function inWords(problem: string, word: string | undefined): string {
  return problem.replace('-', ' ') + (word !== undefined && /^[\w.@:-]{1,64}$/.test(word) ? ` "${word}"` : '')
}

/** Puts bytes together to whole lines. */
function lineSplitter(take: (bytes: Uint8Array) => void, longest = longestLine) {
  let rest = new Uint8Array(0)
  return {
    read(bytes: Uint8Array): void {
      const last = bytes.lastIndexOf(10)
      if (last < 0) rest = new Uint8Array(Buffer.concat([rest, bytes]))
      else {
        const whole = bytes.subarray(0, last + 1)
        take(rest.length > 0 ? Buffer.concat([rest, whole]) : whole)
        rest = bytes.slice(last + 1)
      }
      if (rest.length > longest)
        throw new IntakeError('malformed', `it has a line of more than ${longest} bytes`, {
          expected: 'a log of one event a line',
          mend: 'send the log as text',
        })
    },
    end(): void {
      if (rest.length > 0) take(Buffer.concat([rest, Buffer.from('\n')]))
    },
  }
}

function asRefusal<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof WorklogError)) throw error
    throw new IntakeError(
      'malformed',
      `the log cannot be read: ${error.message}`,
      {
        location: error.line === undefined ? 'the settings' : `line ${error.line}`,
        expected: `the columns ${header.join(',')}`,
        mend: 'see docs/connect-a-clinic.md',
      },
      { cause: error },
    )
  }
}

export const receivedAction = actions.indexOf('message.received')

/** One event in words: what was done, without about whom. */
export function rowInWords({ provider, time, code }: WorkRow): string {
  const kind = messageKinds[(code >> 5) & 7] ?? ((code >> 8) & 1 ? 'team' : '')
  return `${new Date(time).toISOString()},${provider},${actions[code & 31]},${kind}`
}
