import type { Instant, RotaWork } from '@counterpart/kernel'
import { day } from '@counterpart/kernel'
import { IntakeError } from '../errors.ts'
import { nameOf } from '../hash.ts'
import { readCalendar } from './calendar.ts'
import type { Clinics } from './clinics.ts'
import { readTable } from './csv.ts'
import type { ClinicSettings } from './settings.ts'
import { instantOfText } from './wall-time.ts'

/** One line of a rota: what somebody is to do, or that they are away. */
export interface RotaRow {
  /** Where it stands, for people. */
  readonly line: number
  /** As it is written; `undefined` when nobody of the clinic is meant. */
  readonly named: string
  readonly provider: string | undefined
  readonly from: Instant
  readonly until: Instant
  readonly what: RotaWork | 'off' | 'leave' | 'leave-cancelled'
  /** Names an absence for good. */
  readonly absence: string
}

/** Spans longer than this are mistakes of the year. */
const longest = 400 * day

const works: Readonly<Record<string, RotaRow['what']>> = {
  clinic: 'clinic',
  surgery: 'clinic',
  session: 'clinic',
  patients: 'clinic',
  inbox: 'inbox',
  messages: 'inbox',
  'protected time': 'inbox',
  administration: 'administration',
  admin: 'administration',
  teaching: 'teaching',
  training: 'teaching',
  'on-call': 'on-call',
  'on call': 'on-call',
  duty: 'on-call',
  leave: 'leave',
  'annual leave': 'leave',
  'parental leave': 'leave',
  'study leave': 'leave',
  'sick leave': 'leave',
  holiday: 'leave',
  vacation: 'leave',
  sick: 'leave',
  away: 'leave',
  absent: 'leave',
  'out of office': 'leave',
  'leave-cancelled': 'leave-cancelled',
  off: 'off',
}

/** What a word of a rota means: by the clinic's own map first. */
function workOf(word: string, { rota }: ClinicSettings): RotaRow['what'] | undefined {
  const wanted = word.trim().toLowerCase()
  const own = Object.entries(rota).find(([name]) => name.trim().toLowerCase() === wanted)?.[1]
  return own ?? (Object.hasOwn(works, wanted) ? works[wanted] : undefined)
}

function providerOf(named: string, clinic: ClinicSettings, clinics: Clinics): string | undefined {
  if (clinic.providers.some(({ code }) => code === named)) return named
  const known = clinics.provider([{ value: named }])
  return known?.clinic === clinic ? known.provider : clinics.userOf(clinic.id, named)
}

/** The columns `provider,from,until,work`; see docs/connect-a-clinic.md. Throws {@link IntakeError}, naming the line. */
export function rowsOfCsv(text: string, clinic: ClinicSettings, clinics: Clinics): readonly RotaRow[] {
  const time = clinics.time(clinic.id)
  return readTable(text, 'rota', ['provider', 'from', 'until', 'work']).map(({ line, cells }) => {
    const named = cells.provider!
    const from = instantOfText(cells.from!, time)
    const until = instantOfText(cells.until!, time, true)
    const what = workOf(cells.work!, clinic)
    if (named === '') throw wrong(line, 'it names no provider', 'the code of a provider')
    if (from === undefined) throw wrong(line, `from: "${cells.from!.slice(0, 40)}" is no time`, times)
    if (until === undefined) throw wrong(line, `until: "${cells.until!.slice(0, 40)}" is no time`, times)
    if (what === undefined) throw wrong(line, `work: "${cells.work!.slice(0, 40)}" is not known`, expectedWork)
    checkSpan(line, from, until)
    const provider = providerOf(named, clinic, clinics)
    return {
      line,
      named,
      provider,
      from,
      until,
      what,
      absence: nameOf('absence', clinic.id, provider ?? named, from, until),
    }
  })
}

/**
 * The events of a calendar, each of the provider `whose` it is or, where that is not said, of the one whose login or number an
 * ATTENDEE or ORGANIZER is.
 */
export function rowsOfCalendar(
  text: string,
  clinic: ClinicSettings,
  clinics: Clinics,
  options: { readonly whose?: string | undefined; readonly said: Instant },
): readonly RotaRow[] {
  const { whose, said } = options
  const span = { from: said - 28 * day, until: said + 53 * 7 * day }
  return readCalendar(text, clinics.time(clinic.id), span).flatMap((entry): readonly RotaRow[] => {
    const { line, from, until, uid, cancelled, summary, categories, people } = entry
    const meaning = [...categories, summary].map((word) => workOf(word, clinic)).find(Boolean)
    if (meaning === undefined)
      // What somebody wrote there is nobody's business, so it is not repeated.
      throw wrong(line, 'neither CATEGORIES nor SUMMARY is a kind of work or leave', expectedWork)
    if (cancelled && meaning !== 'leave') return []
    const what = cancelled ? 'leave-cancelled' : meaning
    checkSpan(line, from, until)
    const named = whose ?? people.find((each) => providerOf(each, clinic, clinics) !== undefined) ?? people[0] ?? ''
    const provider = named === '' ? undefined : providerOf(named, clinic, clinics)
    return [{ line, named, provider, from, until, what, absence: nameOf('absence', clinic.id, uid, from) }]
  })
}

function checkSpan(line: number, from: Instant, until: Instant): void {
  if (from >= until) throw wrong(line, 'until is not after from', 'from before until')
  if (until - from > longest) throw wrong(line, 'it is longer than 400 days', 'spans of at most 400 days')
}

const times = 'ISO 8601 with its offset, or a day or local time of the clinic: 2026-03-02T08:00'
const expectedWork =
  'clinic, inbox, administration, teaching, on-call or leave, or a word of the map `rota` of the settings'

function wrong(line: number, message: string, expected: string): IntakeError {
  return new IntakeError('invalid', `the rota cannot be read: line ${line}: ${message}`, {
    location: `line ${line}`,
    expected,
    mend: `correct line ${line}`,
  })
}
