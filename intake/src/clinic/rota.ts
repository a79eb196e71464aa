import type { AbsenceDetail, Instant, RotaWeekDetail, RotaWork } from '@counterpart/kernel'
import { clinicChannels, day } from '@counterpart/kernel'
import type { CivilTime } from '@counterpart/numerics'
import { IntakeError } from '../errors.ts'
import type { DecodedMessage } from '../facts.ts'
import { nameOf, sha256 } from '../hash.ts'
import { aboutClinic, type ClinicStatement, clinicStatement, doubtStatement } from './clinic-statement.ts'
import type { Clinics } from './clinics.ts'
import { type RotaRow, rowsOfCalendar, rowsOfCsv } from './rota-row.ts'
import type { ClinicSettings } from './settings.ts'
import { mondayOf } from './wall-time.ts'

const mostStatements = 10_000
/** From somebody's first span to their last. */
const longestRota = 3 * 366 * day
/** Spans of one person: each is held against all others. */
const mostOfOne = 3_000

export interface RotaOptions {
  /** Whose calendar it is, where it is one person's. */
  readonly provider?: string
  /** When it was said. Default: now. For bringing in what was planned in the past. */
  readonly said?: Instant
}

/**
 * What a rota says: for each provider in it, every week from their first span to their last, whole; and each absence. `text` is CSV or,
 * by its content type `text/calendar`, iCalendar. Kept are its rows in normal form, not its words: why somebody is away is nobody's
 * business. Throws {@link IntakeError}, naming the line.
 */
export function rotaMessage(
  clinic: ClinicSettings,
  clinics: Clinics,
  sent: { readonly text: string; readonly contentType: string; readonly system: string; readonly now: Instant },
  options: RotaOptions = {},
): DecodedMessage {
  const said = options.said ?? sent.now
  const rows =
    sent.contentType === 'text/calendar'
      ? rowsOfCalendar(sent.text, clinic, clinics, { whose: options.provider, said })
      : rowsOfCsv(sent.text, clinic, clinics)
  const known = rows.filter(({ provider }) => provider !== undefined)
  if (known.length === 0)
    throw new IntakeError('invalid', 'there is nothing in it about a provider of this clinic', {
      location: 'provider',
      expected: 'codes, logins or numbers of providers of the settings',
      mend: 'check whose rota it is, or add the people to the settings',
    })
  const notes: string[] = []
  const statements = [
    ...weeksOf(clinic.id, clinics.time(clinic.id), known, said, notes),
    ...absencesOf(clinic.id, known, said, notes),
    ...strangersIn(clinic.id, rows, said, notes),
  ]
  if (statements.length > mostStatements)
    throw new IntakeError('too-large', `the rota is of ${statements.length} weeks and absences`, {
      expected: `at most ${mostStatements}`,
      mend: 'send it in parts',
    })
  const text = normalised(rows)
  const controlId = nameOf('rota', clinic.id, said, sha256(sent.text), options.provider ?? '')
  return aboutClinic(clinic.id, { system: sent.system, controlId, text, contentType: 'text/csv', notes }, statements)
}

function weeksOf(
  clinic: string,
  time: CivilTime,
  rows: readonly RotaRow[],
  said: Instant,
  notes: string[],
): readonly ClinicStatement[] {
  const overlapped: number[] = []
  const groups = byProvider(rows, ({ what }) => what !== 'leave' && what !== 'leave-cancelled')
  const weeks = [...groups].flatMap(([provider, own]) => {
    const { begin, end } = checkedExtent(provider, own)
    const spans = withoutOverlap(own, overlapped)
    const statements: ClinicStatement[] = []
    for (let week = mondayOf(begin, time); time.startOf(week) < end; week = time.dayAfter(week, 7)) {
      const [from, until] = [time.startOf(week), time.startOf(time.dayAfter(week, 7))]
      const within = spans
        .filter((span) => span.until > from && span.from < until)
        .map(({ work, ...span }) => ({ from: Math.max(span.from, from), until: Math.min(span.until, until), work }))
      const detail: RotaWeekDetail = { provider, week, spans: within }
      const id = nameOf(clinicChannels.rota, clinic, provider, week, said, JSON.stringify(detail))
      const text = `rota of ${provider}, week of ${week}: ${within.length} spans`
      statements.push(clinicStatement(clinicChannels.rota, id, detail, { text, effective: said, version: said }))
    }
    return statements
  })
  if (overlapped.length > 0)
    notes.push(
      `${linesIn(overlapped)}: another span of the same person lies over it; where they overlap, the shorter one holds`,
    )
  return weeks
}

/** From one person's first span to their last. Throws {@link IntakeError} when that cannot be meant. */
function checkedExtent(provider: string, own: readonly RotaRow[]): { readonly begin: Instant; readonly end: Instant } {
  if (own.length > mostOfOne)
    throw new IntakeError('too-large', `the rota has ${own.length} spans of ${provider}`, {
      expected: `at most ${mostOfOne}`,
      mend: 'send it in parts',
    })
  const begin = own.reduce((first, { from }) => Math.min(first, from), Number.POSITIVE_INFINITY)
  const end = own.reduce((latest, { until }) => Math.max(latest, until), Number.NEGATIVE_INFINITY)
  if (end - begin > longestRota)
    throw new IntakeError('invalid', `the rota of ${provider} is of more than three years`, {
      location: linesIn(own.filter(({ from, until }) => from === begin || until === end).map(({ line }) => line)),
      expected: 'spans that lie within three years',
      mend: 'correct the year, or send it in parts',
    })
  return { begin, end }
}

type Span = RotaWeekDetail['spans'][number]

/** Of spans that overlap the shorter holds where they do: protected time lies within a session; of two alike the later line. */
function withoutOverlap(rows: readonly RotaRow[], overlapped: number[]): readonly Span[] {
  const working = rows.filter((row): row is RotaRow & { what: RotaWork } => row.what !== 'off')
  const order = [...working].sort((a, b) => a.until - a.from - (b.until - b.from) || b.line - a.line || a.from - b.from)
  const placed: Span[] = []
  for (const { from, until, what, line } of order) {
    let free: { from: Instant; until: Instant }[] = [{ from, until }]
    for (const taken of placed)
      free = free.flatMap((part) =>
        taken.until <= part.from || taken.from >= part.until
          ? [part]
          : [
              { from: part.from, until: taken.from },
              { from: taken.until, until: part.until },
            ].filter((rest) => rest.from < rest.until),
      )
    const left = free.reduce((sum, part) => sum + part.until - part.from, 0)
    if (left < until - from) overlapped.push(line)
    placed.push(...free.map((part) => ({ ...part, work: what })))
  }
  return placed.sort((a, b) => a.from - b.from)
}

function absencesOf(
  clinic: string,
  rows: readonly RotaRow[],
  said: Instant,
  notes: string[],
): readonly ClinicStatement[] {
  const absences = rows.filter(({ what }) => what === 'leave' || what === 'leave-cancelled')
  // Within one file, what is said last of an absence holds.
  const latest = new Map(absences.map((row) => [row.absence, row]))
  return [...latest.values()].map(({ absence, provider, from, until, what, line }) => {
    const cancelled = what === 'leave-cancelled'
    const over = rows.some(
      (row) => row.provider === provider && isWork(row) && row.from < until && row.until > from && !cancelled,
    )
    if (over) notes.push(`line ${line}: ${provider} is on the rota and away at once; the absence holds`)
    const detail: AbsenceDetail = { absence, provider: provider!, from, until, ...(cancelled && { cancelled }) }
    const id = nameOf(clinicChannels.absence, clinic, absence, said, JSON.stringify(detail))
    const text = `${provider} is ${cancelled ? 'not away after all' : 'away'}`
    return clinicStatement(clinicChannels.absence, id, detail, { text, effective: said, version: said })
  })
}

function strangersIn(
  clinic: string,
  rows: readonly RotaRow[],
  said: Instant,
  notes: string[],
): readonly ClinicStatement[] {
  const strangers = new Map<string, number[]>()
  for (const { provider, named, line } of rows)
    if (provider === undefined) strangers.set(named, [...(strangers.get(named) ?? []), line])
  return [...strangers].map(([named, lines]) => {
    const who = named === '' ? 'nobody is named' : `"${named.slice(0, 64)}" is no provider of this clinic`
    notes.push(`${linesIn(lines)}: ${who}; passed over`)
    const problem = `rota: ${who} (${lines.length} ${lines.length === 1 ? 'line' : 'lines'})`
    return doubtStatement(clinic, { problem, assumed: 'they do not work here' }, said)
  })
}

function linesIn(lines: readonly number[]): string {
  const first = lines.reduce((least, line) => Math.min(least, line), Number.POSITIVE_INFINITY)
  return lines.length > 1 ? `line ${first} and ${lines.length - 1} more` : `line ${first}`
}

function byProvider(rows: readonly RotaRow[], wanted: (row: RotaRow) => boolean): Map<string, RotaRow[]> {
  const groups = new Map<string, RotaRow[]>()
  for (const row of rows.filter(wanted)) groups.set(row.provider!, [...(groups.get(row.provider!) ?? []), row])
  return groups
}

function isWork({ what }: RotaRow): boolean {
  return what !== 'leave' && what !== 'leave-cancelled' && what !== 'off'
}

function normalised(rows: readonly RotaRow[]): string {
  const lines = rows
    .filter(({ provider }) => provider !== undefined)
    .map(({ provider, from, until, what }) => `${provider},${iso(from)},${iso(until)},${what}`)
  return `${['provider,from,until,work', ...lines].join('\n')}\n`
}

function iso(at: Instant): string {
  return new Date(at).toISOString()
}
