import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { DaySheetDetail, Instant, SubjectId } from '@counterpart/kernel'
import { clinicChannels, minute } from '@counterpart/kernel'
import type { Thread, ThreadEvent } from '@counterpart/thread'
import { nameOf } from '../hash.ts'
import type { AppointmentPlace, AppointmentState, AppointmentStatement } from './appointment.ts'
import { type ClinicStatement, clinicStatement } from './clinic-statement.ts'
import type { Clinics } from './clinics.ts'

export const appointmentStated = 'appointment.stated'

type AppointmentThread = Pick<Thread, 'read' | 'checkpoints' | 'putCheckpoint' | 'dropCheckpoints'>

const checkpointKind = 'appointments'
/** So many statements are read in a second or so. */
const longRead = 10_000

/** What was said up to an event of the clinic's stream. */
interface InShort {
  readonly sequence: number
  readonly statements: readonly Omit<AppointmentStatement, 'clinic'>[]
}

/** A statement as it is kept: there are hundreds of thousands a year, so nothing that can be worked out. */
interface Kept {
  readonly said: Instant
  readonly rank: number
  readonly place: AppointmentPlace | undefined
  readonly state: AppointmentState | undefined
  /** The provider and day that {@link place} is on. */
  readonly sheet: string | undefined
}

/**
 * All that was said of the appointments of clinics. A day sheet as of some instant is a function of the set of statements up to then:
 * one that comes late changes the sheets of its own instant and after, each as a newer version of itself.
 */
export class AppointmentBook {
  readonly #clinics: Clinics
  /** Statements of each appointment, in order. */
  readonly #statements = new Map<string, readonly Kept[]>()
  /** Appointments that were ever on each sheet. */
  readonly #sheets = new Map<string, Set<string>>()
  readonly #names = new Map<string, string>()

  constructor(clinics: Clinics) {
    this.#clinics = clinics
  }

  /** Reads back what was said; after a long read, keeps it in short, so that the next one begins there. */
  static async load(thread: AppointmentThread, clinics: Clinics): Promise<AppointmentBook> {
    const book = new AppointmentBook(clinics)
    for (const { id } of clinics.all) {
      const stream: SubjectId = `clinic/${id}`
      const said: Omit<AppointmentStatement, 'clinic'>[] = []
      const [checkpoint] = await thread.checkpoints(stream, checkpointKind, { limit: 1 })
      const short = checkpoint && (JSON.parse(inflateRawSync(checkpoint.bytes).toString('utf8')) as InShort)
      if (short) said.push(...short.statements)
      let latest: ThreadEvent | undefined
      let read = 0
      const from = (short?.sequence ?? 0) + 1
      for await (const event of thread.read(stream, { types: [appointmentStated], fromSequence: from })) {
        if (event.payload !== null) said.push(event.payload as unknown as AppointmentStatement)
        latest = event
        read++
      }
      for (const statement of said) book.add([{ ...statement, clinic: id }])
      if (read < longRead || !latest) continue
      const bytes = deflateRawSync(JSON.stringify({ sequence: latest.sequence, statements: said } satisfies InShort))
      const { position, effective } = latest
      await thread.dropCheckpoints(stream, checkpointKind, { keepNewest: 0 })
      await thread.putCheckpoint({ stream, kind: checkpointKind, effective, position, subject: stream, bytes })
    }
    return book
  }

  /** Statements that are not known yet, each once. */
  unknown(statements: readonly AppointmentStatement[]): readonly AppointmentStatement[] {
    const seen = new Set<string>()
    return statements.filter((statement) => {
      const [key, text] = [keyOf(statement), textOf(statement)]
      const same = (each: Kept) => each.said === statement.said && each.rank === statement.rank && textOf(each) === text
      const known = seen.has(`${key} ${text}`) || this.#statements.get(key)?.some(same)
      seen.add(`${key} ${text}`)
      return !known
    })
  }

  /** Takes statements in, once they are durable. */
  add(statements: readonly AppointmentStatement[]): void {
    for (const statement of this.unknown(statements)) {
      const key = keyOf(statement)
      const kept = this.#kept(statement)
      this.#statements.set(key, inOrder([...(this.#statements.get(key) ?? []), kept]))
      if (kept.sheet === undefined) continue
      const sheet = this.#sheets.get(kept.sheet) ?? new Set()
      this.#sheets.set(kept.sheet, sheet.add(key))
    }
  }

  /** The sheets that change when these statements are taken in, as of every instant at which they do. Changes nothing here. */
  sheetsAfter(statements: readonly AppointmentStatement[]): readonly ClinicStatement[] {
    const added = new Map<string, readonly Kept[]>()
    /** From when on each sheet is to be looked at again. */
    const touched = new Map<string, Instant>()
    const members = new Map<string, Set<string>>()
    for (const statement of statements) {
      const key = keyOf(statement)
      added.set(key, inOrder([...(added.get(key) ?? this.#statements.get(key) ?? []), this.#kept(statement)]))
    }
    for (const statement of statements) {
      const key = keyOf(statement)
      for (const { sheet } of added.get(key)!) {
        if (sheet === undefined) continue
        touched.set(sheet, Math.min(touched.get(sheet) ?? statement.said, statement.said))
        const all = members.get(sheet) ?? new Set(this.#sheets.get(sheet))
        members.set(sheet, all.add(key))
      }
    }
    return [...touched].flatMap(([sheet, from]) => {
      const before = [...(this.#sheets.get(sheet) ?? [])].map((key) => this.#statements.get(key)!)
      const after = [...members.get(sheet)!].map((key) => added.get(key) ?? this.#statements.get(key)!)
      const times = new Set(after.flatMap((statements) => timesOn(sheet, statements)).filter((said) => said >= from))
      return [...times]
        .sort((a, b) => a - b)
        .filter((said) => countOn(sheet, after, said) !== countOn(sheet, before, said))
        .map((said) => this.#sheetAt(sheet, after, said))
    })
  }

  #sheetAt(sheet: string, appointments: readonly (readonly Kept[])[], said: Instant): ClinicStatement {
    const [clinic, provider, day] = sheet.split(' ') as [string, string, string]
    const visits: DaySheetDetail['visits'][number][] = []
    const open: { from: Instant; until: Instant }[] = []
    for (const statements of appointments) {
      const { place, sheet: on, state } = standing(statements, said)
      if (!place || on !== sheet || state === 'gone') continue
      const { at, minutes, kind } = place
      if (state === 'free') open.push({ from: at, until: at + minutes * minute })
      else if (kind !== undefined) visits.push({ at, minutes, kind, state: state ?? 'booked' })
    }
    visits.sort((a, b) => a.at - b.at || compare(JSON.stringify(a), JSON.stringify(b)))
    open.sort((a, b) => a.from - b.from || a.until - b.until)
    const detail: DaySheetDetail = { provider, day, visits, ...(open.length > 0 && { open }) }
    return clinicStatement(clinicChannels.sheet, nameOf(clinicChannels.sheet, clinic, provider, day, said), detail, {
      text: `day sheet of ${provider} for ${day}: ${visits.filter(({ state }) => state !== 'cancelled').length} visits`,
      effective: said,
      version: said + countOn(sheet, appointments, said),
    })
  }

  #kept({ clinic, said, rank, place, state }: AppointmentStatement): Kept {
    const sheet = place && `${clinic} ${place.provider} ${this.#clinics.time(clinic).dayOf(place.at)}`
    return { said, rank, place, state, sheet: sheet && this.#named(sheet) }
  }

  /** One text for each sheet, however often it is named. */
  #named(sheet: string): string {
    const known = this.#names.get(sheet)
    if (known !== undefined) return known
    this.#names.set(sheet, sheet)
    return sheet
  }
}

/** What holds of an appointment as of an instant. */
function standing(statements: readonly Kept[], said: Instant): Partial<Pick<Kept, 'place' | 'state' | 'sheet'>> {
  let [place, sheet, state] = [undefined, undefined, undefined] as [Kept['place'], Kept['sheet'], Kept['state']]
  for (const each of statements) {
    if (each.said > said) break
    if (each.place) [place, sheet] = [each.place, each.sheet]
    state = each.state ?? state
  }
  return { place, sheet, state }
}

/** When a sheet that this appointment was on changed by it. */
function timesOn(sheet: string, statements: readonly Kept[]): readonly Instant[] {
  const first = statements.findIndex((each) => each.sheet === sheet)
  return first < 0 ? [] : statements.slice(first).map(({ said }) => said)
}

/** How many statements a sheet rests on as of an instant: it rises with each, and is the same in whatever order they came. */
function countOn(sheet: string, appointments: readonly (readonly Kept[])[], said: Instant): number {
  return appointments.reduce((sum, statements) => {
    const until = statements.filter((each) => each.said <= said)
    return sum + (until.some((each) => each.sheet === sheet) ? until.length : 0)
  }, 0)
}

function inOrder(statements: Kept[]): readonly Kept[] {
  return statements.sort((a, b) => a.said - b.said || a.rank - b.rank || compare(textOf(a), textOf(b)))
}

function textOf({ said, rank, place, state }: Pick<AppointmentStatement, 'said' | 'rank'> & Partial<Kept>): string {
  return JSON.stringify([said, rank, place && Object.entries(place).sort(), state])
}

function keyOf({ clinic, appointment }: AppointmentStatement): string {
  return `${clinic} ${appointment}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
