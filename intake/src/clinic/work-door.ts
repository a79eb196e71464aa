import { createHash } from 'node:crypto'
import type { Instant } from '@counterpart/kernel'
import { hour as hourLength, minute } from '@counterpart/kernel'
import type { EventId, NewEvent, Thread } from '@counterpart/thread'
import { z } from 'zod'
import { IntakeError } from '../errors.ts'
import { nameOf, secretNameOf, sha256 } from '../hash.ts'
import type { AcceptedReceipt, Peer, RefusedReceipt } from '../receipt.ts'
import { storeError } from '../taking.ts'
import { type ClinicStatement, doubtStatement } from './clinic-statement.ts'
import type { Clinics } from './clinics.ts'
import type { ClinicSettings } from './settings.ts'
import { type RowCollector, rowCollector } from './work-rows.ts'
import { rowInWords, type WorkRow, type WorkSource, workSource } from './work-source.ts'
import { WorkStore } from './work-store.ts'
import { type ProviderHour, takeWork, type WorkBatch } from './work-taking.ts'

/** A log in a file: read twice, once for its hash and once for what it says. */
export interface WorkFile {
  readonly name: string
  open(): AsyncIterable<Uint8Array>
}

/** What became of a log. */
export interface WorkAccepted extends AcceptedReceipt {
  readonly log: {
    readonly lines: number
    /** Events of people of the clinic. */
    readonly taken: number
    /** Of these, those that were not known before. */
    readonly fresh: number
    /** Provider-hours whose figures changed. */
    readonly hours: number
    /** What could not be taken in, with the first lines. */
    readonly refused: readonly { readonly what: string; readonly count: number; readonly lines: readonly number[] }[]
  }
}
export type WorkReceipt = WorkAccepted | RefusedReceipt

/** Bytes of a live batch. */
const mostBytes = 8 * 1024 * 1024
/** Events of a file that are held before they are taken in. */
const mostHeld = 150_000
/** Older than this, the clock of the log was wrong. */
const mostBehind = 10 * 366 * 24 * hourLength
/** How far the clock of a log may be ahead. */
const mostAhead = 2 * minute
const longestOutage = 14 * 24 * hourLength

export interface WorkDoorOptions {
  readonly thread: Thread
  readonly clock: () => Instant
  readonly pseudonymKey?: Uint8Array | undefined
}

/** The way in for audit logs. Throws {@link IntakeError} for what is refused; then nothing of it has been taken in. */
export class WorkDoor {
  readonly #options: WorkDoorOptions
  readonly #clinics: Clinics
  readonly #stores = new Map<string, Promise<WorkStore>>()
  readonly #turns = new Map<string, Promise<unknown>>()
  readonly #tagKey: readonly [number, number]

  constructor(options: WorkDoorOptions, clinics: Clinics) {
    this.#options = options
    this.#clinics = clinics
    const { pseudonymKey } = options
    const secret = pseudonymKey ? secretNameOf(pseudonymKey, 'work-event') : nameOf('work-event')
    this.#tagKey = [Number.parseInt(secret.slice(0, 8), 16) | 0, Number.parseInt(secret.slice(8, 16), 16) | 0]
  }

  /** A batch of the log as it is written: all of it in one append. */
  async batch(
    clinic: ClinicSettings,
    body: Uint8Array | string,
    contentType: string,
    peer: Peer,
  ): Promise<WorkAccepted> {
    const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body
    if (bytes.length > mostBytes)
      throw new IntakeError('too-large', `the batch has ${bytes.length} bytes`, {
        expected: `at most ${mostBytes}`,
        mend: 'send it as a file',
      })
    const words: string[] = []
    const reading = this.#reading(clinic, contentType, (row) => words.push(rowInWords(row)))
    reading.source.read(bytes)
    reading.source.end()
    reading.check()
    const hash = sha256(bytes)
    const key = this.#keyOf(clinic, hash)
    const stamp = reading.latest
    const root = rootEvent(clinic, peer, key, stamp, {
      contentType: 'text/csv',
      text: `time,provider,action,detail\n${words.join('\n')}\n`,
      sha256: hash,
      bytes: bytes.length,
    })
    const taken = await this.#inTurn(clinic, async (store) =>
      takeWork(
        {
          ...whole,
          hours: reading.hours(),
          statements: doubtsOf(reading, clinic, stamp),
          root,
          ...named(key, peer),
        },
        clinic,
        store,
        this.#options.thread,
      ),
    )
    return accepted(clinic, reading, taken.events, taken.isNew, taken.fresh, taken.hours)
  }

  /** A file of any length: in parts, which may be done again after an interruption. The file itself is not kept, its hash is. */
  async file(clinic: ClinicSettings, file: WorkFile, contentType: string, peer: Peer): Promise<WorkAccepted> {
    const { thread } = this.#options
    const digest = createHash('sha256')
    let bytes = 0
    for await (const chunk of file.open()) {
      digest.update(chunk)
      bytes += chunk.length
    }
    const hash = digest.digest('hex')
    const key = this.#keyOf(clinic, `file ${hash}`)
    const again = createHash('sha256')
    let [fresh, hours] = [0, 0]
    let root: EventId | undefined
    const reading = this.#reading(clinic, contentType)
    const content = { contentType, text: '', sha256: hash, bytes, name: file.name }
    let heard: ReadonlySet<Instant> = new Set()
    const flush = async (more: boolean, statements: readonly ClinicStatement[] = []): Promise<void> => {
      reading.check()
      if (root === undefined) {
        const [begun] = await thread.append([{ ...rootEvent(clinic, peer, key, reading.first, content) }])
        root = begun!.id
      }
      const part = { hours: reading.hours(), outages: [], statements, heard: [...heard], more }
      const batch = { ...part, root, ...named(key, peer) }
      const taken = await this.#inTurn(clinic, (store) => takeWork(batch, clinic, store, thread))
      heard = taken.heard
      fresh += taken.fresh
      hours += taken.hours
    }
    for await (const chunk of file.open()) {
      again.update(chunk)
      reading.source.read(chunk)
      if (reading.held >= mostHeld) await flush(true)
    }
    if (again.digest('hex') !== hash)
      throw new IntakeError('malformed', 'the file changed while it was read', {
        expected: 'the same file twice',
        mend: 'send it again once it is written; what was taken in of it stands, and counts once',
      })
    reading.source.end()
    const stamp = reading.latest
    await flush(false, doubtsOf(reading, clinic, stamp))
    const counts = { lines: reading.source.lines, events: reading.taken }
    const [end] = await thread.append([
      {
        stream: `clinic/${clinic.id}`,
        subject: `clinic/${clinic.id}`,
        type: 'work.imported',
        effective: stamp,
        idempotencyKey: `imported/${key}`,
        payload: { name: file.name, sha256: hash, bytes, ...counts },
        derivedFrom: [root!],
      },
    ])
    return accepted(clinic, reading, [root!, end!.id], !end!.duplicate, fresh, hours)
  }

  /** The log is known to have been off: JSON `{ from, until, cancelled? }`, times with their offset. */
  async outage(clinic: ClinicSettings, text: string, peer: Peer): Promise<WorkAccepted> {
    const said = this.#options.clock()
    const { from, until, cancelled } = readOutage(text, said)
    const outage = { from, until, ...(cancelled && { cancelled }), said }
    const key = this.#keyOf(clinic, nameOf('outage', said, text))
    const root = rootEvent(clinic, peer, key, said, { contentType: 'application/json', text })
    const taken = await this.#inTurn(clinic, (store) =>
      takeWork({ ...whole, outages: [outage], root, ...named(key, peer) }, clinic, store, this.#options.thread),
    )
    return {
      outcome: 'accepted',
      events: taken.events,
      subjects: [`clinic/${clinic.id}`],
      notes: [],
      log: { lines: 0, taken: 0, fresh: 0, hours: taken.hours, refused: [] },
    }
  }

  /** The same log adds more when the settings have come to know more people: then it is another message. */
  #keyOf(clinic: ClinicSettings, hash: string): string {
    const { providers, actions, messages, columns, timeZone } = clinic
    const who = providers.map(({ code, users, identifiers }) => [code, users, identifiers])
    return nameOf('work', hash, JSON.stringify([who, actions, messages, columns, timeZone]))
  }

  #store(clinic: ClinicSettings): Promise<WorkStore> {
    const known = this.#stores.get(clinic.id)
    if (known) return known
    const loading = WorkStore.load(this.#options.thread, clinic, this.#clinics.time(clinic.id))
    this.#stores.set(clinic.id, loading)
    loading.catch(() => this.#stores.delete(clinic.id))
    return loading
  }

  #inTurn<T>(clinic: ClinicSettings, work: (store: WorkStore) => Promise<T>): Promise<T> {
    const before = this.#turns.get(clinic.id) ?? Promise.resolve()
    const turn = before
      .then(() => this.#store(clinic))
      .then(work)
      .catch((error: unknown) => {
        throw error instanceof IntakeError ? error : storeError(error)
      })
    this.#turns.set(
      clinic.id,
      turn.catch(() => undefined),
    )
    return turn
  }

  #reading(clinic: ClinicSettings, contentType: string, each?: (row: WorkRow) => void): LogReading {
    const tagKey = this.#tagKey
    const now = this.#options.clock()
    const collected = new Map<string, { provider: string; hour: Instant; rows: RowCollector }>()
    const ahead: number[] = []
    let [taken, held, first, latest, late] = [0, 0, 0, 0, 0]
    const source = workSource(contentType, clinic, this.#clinics, (row) => {
      const { provider, time, code, hash, second, line } = row
      if (time > now + mostAhead || time < now - mostBehind) {
        late++
        if (ahead.length < 5) ahead.push(line)
        return
      }
      const hour = Math.floor(time / hourLength) * hourLength
      const key = `${provider} ${hour}`
      let hourly = collected.get(key)
      if (!hourly) {
        hourly = { provider, hour, rows: rowCollector() }
        collected.set(key, hourly)
      }
      hourly.rows.add(time - hour, code, tagOf(hash, second, tagKey))
      if (taken === 0) first = time
      taken++
      held++
      latest = Math.max(latest, time)
      each?.(row)
    })
    const problems = () => [
      ...source.problems(),
      ...(late === 0
        ? []
        : [
            {
              what: 'time in the future, or over ten years ago',
              count: late,
              lines: ahead,
              assumed: 'it is left out; the clock of the log is wrong',
            },
          ]),
    ]
    return {
      source,
      problems,
      get held() {
        return held
      },
      get taken() {
        return taken
      },
      get first() {
        return first
      },
      get latest() {
        return latest
      },
      hours() {
        const hours = [...collected.values()].map((each) => ({ ...each, rows: each.rows.rows }))
        collected.clear()
        held = 0
        return hours.sort((a, b) => a.hour - b.hour || (a.provider < b.provider ? -1 : 1))
      },
      check() {
        if (taken > 0) return
        const [first] = problems().sort((a, b) => b.count - a.count)
        throw new IntakeError('invalid', `nothing of the log can be taken in${first ? `: ${first.what}` : ''}`, {
          location: first?.lines[0] === undefined ? '' : `line ${first.lines[0]}`,
          expected: 'events of people of this clinic, in the words of docs/connect-a-clinic.md',
          mend: 'check the columns, the times and the logins in the settings',
        })
      },
    }
  }
}

/** A batch that is all there is. */
const whole = { hours: [], outages: [], statements: [], heard: [], more: false } as const

/** A log as it is read. */
interface LogReading {
  readonly source: WorkSource
  readonly held: number
  readonly taken: number
  /** Time of the event that came first. */
  readonly first: Instant
  /** Time of the latest event. */
  readonly latest: Instant
  /** What has been collected since this was asked last. */
  hours(): readonly ProviderHour[]
  problems(): ReturnType<WorkSource['problems']>
  /** Throws {@link IntakeError} when nothing could be taken in. */
  check(): void
}

function named(key: string, { system }: Peer): Pick<WorkBatch, 'key' | 'source'> {
  return { key, source: { protocol: 'api', system } }
}

function rootEvent(
  { id }: ClinicSettings,
  { system }: Peer,
  key: string,
  effective: Instant,
  content: { contentType: string; text: string; sha256?: string; bytes?: number; name?: string },
): Omit<NewEvent, 'derivedFrom'> {
  return {
    stream: `clinic/${id}`,
    subject: `clinic/${id}`,
    type: 'message.received',
    effective,
    idempotencyKey: `message/work/${key}`,
    payload: { protocol: 'api', system, controlId: key, ...content },
  }
}

/** Problems that people should know of: not duplicates, nor logins of others who use the same system. */
function doubtsOf(reading: LogReading, { id }: ClinicSettings, at: Instant) {
  return reading
    .problems()
    .filter(({ what }) => !what.startsWith('unknown login'))
    .slice(0, 20)
    .map(({ what, assumed }) => doubtStatement(id, { problem: `audit log: ${what}`, assumed }, at))
}

function accepted(
  { id }: ClinicSettings,
  reading: LogReading,
  events: readonly EventId[],
  isNew: boolean,
  fresh: number,
  hours: number,
): WorkAccepted {
  const refused = reading.problems()
  return {
    outcome: isNew ? 'accepted' : 'duplicate',
    events,
    subjects: [`clinic/${id}`],
    notes: refused.map(({ what, count, lines, assumed }) => {
      const where = lines.length > 0 ? ` (line ${lines.join(', ')}${count > lines.length ? ' …' : ''})` : ''
      return `${count} × ${what}${where}: ${assumed}`
    }),
    log: {
      lines: reading.source.lines,
      taken: reading.taken,
      fresh,
      hours,
      refused: refused.map(({ what, count, lines }) => ({ what, count, lines })),
    },
  }
}

const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/, 'must be a time with its offset')
  .transform((text) => Date.parse(text))
  .refine(Number.isFinite, 'must be a time')
const outageSchema = z.strictObject({ from: time, until: time, cancelled: z.boolean().optional() })

function readOutage(text: string, now: Instant): z.infer<typeof outageSchema> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw wrongOutage('outage', 'it is not JSON')
  }
  const parsed = outageSchema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw wrongOutage(issue!.path.join('.') || 'outage', issue!.message)
  }
  const { from, until } = parsed.data
  if (until <= from) throw wrongOutage('until', 'until must be after from')
  if (until - from > longestOutage) throw wrongOutage('until', 'an outage of more than 14 days is told in parts')
  if (until > now + mostAhead) throw wrongOutage('until', 'it is in the future')
  return parsed.data
}

function wrongOutage(location: string, message: string): IntakeError {
  return new IntakeError('invalid', `the outage cannot be read: ${location}: ${message}`, {
    location,
    expected: '{ "from": time, "until": time }, each with its offset',
    mend: `correct ${location}`,
  })
}

/** Tells events of one instant apart without telling about whom they are: nobody without the key can find a patient by trying. */
function tagOf(hash: number, second: number, [one, other]: readonly [number, number]): number {
  return mixed(mixed(hash ^ one) ^ second ^ other)
}

function mixed(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), -2048144789)
  h = Math.imul(h ^ (h >>> 13), -1028477387)
  return h ^ (h >>> 16)
}
