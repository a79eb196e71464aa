import { createHash } from 'node:crypto'
import type { Instant } from '@counterpart/kernel'
import type { EventId, NewEvent, Thread } from '@counterpart/thread'
import { IntakeError } from '../errors.ts'
import { nameOf, sha256 } from '../hash.ts'
import type { AcceptedReceipt, Peer, RefusedReceipt } from '../receipt.ts'
import { storeError } from '../taking.ts'
import type { ClinicStatement } from './clinic-statement.ts'
import type { Clinics } from './clinics.ts'
import { doubtsOf, type LogReading, logReading, type TagKey, tagKeyOf } from './log-reading.ts'
import { readOutage } from './outage.ts'
import type { ClinicSettings } from './settings.ts'
import { rowInWords, type WorkRow } from './work-source.ts'
import { WorkStore } from './work-store.ts'
import { takeWork, type WorkBatch } from './work-taking.ts'

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
  readonly #tagKey: TagKey

  constructor(options: WorkDoorOptions, clinics: Clinics) {
    this.#options = options
    this.#clinics = clinics
    this.#tagKey = tagKeyOf(options.pseudonymKey)
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
    const key = this.#keyOf(clinic, nameOf('batch', hash, peer.system))
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
    const key = this.#keyOf(clinic, nameOf('file', hash, file.name, peer.system))
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
    return accepted(clinic, reading, [root!, end!.id], fresh > 0, fresh, hours)
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

  #reading(clinic: ClinicSettings, contentType: string, each?: (row: WorkRow) => void): LogReading {
    const how = { now: this.#options.clock(), tagKey: this.#tagKey }
    return logReading(clinic, this.#clinics, contentType, how, each)
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
}

/** A batch that is all there is. */
const whole = { hours: [], outages: [], statements: [], heard: [], more: false } as const

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
