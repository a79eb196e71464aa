import type { Catalogue, Instant, JsonObject, SubjectId } from '@counterpart/kernel'
import type { EventId, Thread } from '@counterpart/thread'
import type { Assembly } from './assemble.ts'
import { assemble } from './assemble.ts'
import { decodeReadings } from './decode-readings.ts'
import { type Departments, departmentsOf } from './department/locations.ts'
import { readRoster } from './department/roster.ts'
import type { DepartmentSettings } from './department/settings.ts'
import { layoutMessage, rosterMessage } from './department/statement.ts'
import { IntakeError } from './errors.ts'
import type { DecodedMessage, Identifier } from './facts.ts'
import { decodeFhir, entriesOf, readBundle, takenTypes, typeOf } from './fhir/decode.ts'
import { checkDepth, parseJson } from './fhir/json.ts'
import { sha256 } from './hash.ts'
import { decodeBytes } from './hl7v2/charset.ts'
import { decodeHl7 } from './hl7v2/decode.ts'
import { parseMessage } from './hl7v2/message.ts'
import { IdentityDirectory } from './identity.ts'
import { decodeMqttReadings } from './mqtt/payload.ts'
import type { QuarantinedMessage, QuarantineEntry, RefusedMessage } from './quarantine.ts'
import { Quarantine } from './quarantine.ts'
import type { ReadingMessage } from './reading.ts'
import type { AcceptedReceipt, Peer, Receipt, RefusedReceipt } from './receipt.ts'
import { recentMessages } from './recent.ts'
import type { Zone } from './time-zone.ts'
import { checkZone } from './time-zone.ts'
import type { Units } from './units.ts'
import { loadUnits } from './units.ts'

/** What intake needs besides messages. */
export interface IntakeOptions {
  readonly thread: Thread
  readonly catalogue: Catalogue
  readonly clock: () => Instant
  /** Where the wall clocks hang whose times come without an offset: minutes east of UTC or an IANA zone. Default UTC. */
  readonly zone?: Zone
  /**
   * URIs of assigning authorities that HL7 v2 messages name by a local name only, e.g. `{ NORTH: 'http://north.example/mrn' }`,
   * so that their record numbers meet those of FHIR.
   */
  readonly identifierSystems?: Readonly<Record<string, string>>
  /**
   * With this secret, subjects' names cannot be worked out by trying record numbers. It can never be changed afterwards.
   * Default: none.
   */
  readonly pseudonymKey?: Uint8Array
  /** Departments that are followed, see {@link readDepartments}. Default: none. */
  readonly departments?: readonly DepartmentSettings[]
  /** Told of everything that a peer sent through a door, once it has been taken in or refused; mended messages are not. */
  readonly onReceipt?: (receipt: Receipt, door: Door, peer: Peer) => void
}

/** The ways in; `unreadable` is what a door could not even decode. */
export type Door = 'HL7 v2' | 'FHIR R4' | 'readings' | 'rosters' | 'unreadable'

/** How a mended message is linked to the quarantined one. */
interface Origin {
  readonly derivedFrom: readonly EventId[]
  readonly resubmissionOf: string
}

/** The door from the physical side: turns messages into events of the thread, all events of a message or none. */
export class Intake {
  readonly #options: IntakeOptions
  readonly #zone: Zone
  readonly #directory: IdentityDirectory
  readonly #quarantine: Quarantine
  readonly #units: Units
  readonly #departments: Departments
  readonly #recent = recentMessages<Receipt>()
  /** Identifiers that a message is introducing just now: whoever else brings one of them waits until that is durable. */
  readonly #introducing = new Map<string, Promise<unknown>>()
  readonly #unsubscribe: () => void

  private constructor(options: IntakeOptions, directory: IdentityDirectory, quarantine: Quarantine, units: Units) {
    this.#options = options
    this.#zone = checkZone(options.zone ?? 0)
    this.#directory = directory
    this.#quarantine = quarantine
    this.#units = units
    this.#departments = departmentsOf(options.departments ?? [])
    this.#unsubscribe = options.thread.subscribe((events) => {
      for (const { type, stream, payload } of events) {
        const subject = stream as SubjectId
        if (type === 'subject.erased') directory.erase(subject)
        else if (type === 'subject.identified' && payload !== null)
          directory.learn(subject, payload.identifiers as unknown as readonly Identifier[], payload.name !== undefined)
      }
    })
  }

  /** Opens the door over a thread: reads back which identifiers belong to whom, and the quarantine. */
  static async open(options: IntakeOptions): Promise<Intake> {
    const [directory, quarantine, units] = await Promise.all([
      IdentityDirectory.load(options.thread, options.pseudonymKey),
      Quarantine.load(options.thread, options.clock),
      loadUnits(),
    ])
    return new Intake(options, directory, quarantine, units)
  }

  /** What the doors understand. */
  get catalogue(): Catalogue {
    return this.#options.catalogue
  }

  /** Takes in one HL7 v2 message: ADT or ORU^R01. The system is MSH-3 and MSH-4, the identifier MSH-10. */
  receiveHl7(message: Uint8Array | string, peer: Peer): Promise<Receipt> {
    return this.#told('HL7 v2', peer, this.#receiveHl7(message, peer))
  }

  /**
   * Takes in one FHIR R4 resource or Bundle, as text or parsed. A transaction or collection is one message. Each entry
   * of a batch is one of its own: the receipt is a refusal only when all are refused; see {@link receiveFhirBatch}.
   */
  receiveFhir(resource: unknown, peer: Peer): Promise<Receipt> {
    return this.#told('FHIR R4', peer, this.#receiveFhir(resource, peer))
  }

  /** Takes in a batch Bundle; one receipt for each entry, in order. A batch that cannot be read is refused as one. */
  receiveFhirBatch(resource: unknown, peer: Peer): Promise<readonly Receipt[] | RefusedReceipt> {
    return this.#told('FHIR R4', peer, this.#receiveFhirBatch(resource, peer))
  }

  async #receiveFhirBatch(resource: unknown, peer: Peer): Promise<readonly Receipt[] | RefusedReceipt> {
    const { parsed, text } = fhirInput(resource)
    const refused = { protocol: 'fhir', system: peer.system, body: text, contentType: 'application/fhir+json' }
    try {
      const entries = entriesOf(readBundle(parsed ?? parseJson(text)))
      const receipts: Receipt[] = []
      // One after the other: a batch often brings a Patient before what refers to it.
      for (const { resource: entry } of entries) receipts.push(await this.#receiveFhir(entry, peer))
      return receipts
    } catch (error) {
      return this.#refuse(error, refused, peer)
    }
  }

  /** Takes in readings from a wearable or a replayed record. */
  receiveReading(message: ReadingMessage, peer: Peer): Promise<Receipt> {
    const { protocol, text, contentType } = message
    const decode = () => decodeReadings(message, peer.system, this.#options.catalogue)
    const refused = { protocol, system: peer.system, body: text, contentType }
    return this.#told('readings', peer, this.#receive(decode, refused, peer))
  }

  /** Types of FHIR resources that are taken here: some are of concern only where departments are followed. */
  get fhirTypes(): readonly string[] {
    return takenTypes({ departments: this.#departments })
  }

  /**
   * Writes down what each department consists of, unless that stands there already. Throws {@link IntakeError} when a
   * layout cannot be kept.
   */
  async recordLayouts(): Promise<void> {
    for (const department of this.#departments.all) {
      const message = layoutMessage(department, this.#options.clock())
      const { text: body, contentType, system } = message
      const receipt = await this.#receive(() => message, { protocol: 'api', system, body, contentType }, { system })
      if (receipt.outcome === 'refused')
        throw new IntakeError(receipt.code, `the layout of department "${department.id}": ${receipt.message}`, receipt)
    }
  }

  /** Takes in who is to be on duty in a department, as JSON or CSV; see {@link readRoster}. */
  receiveRoster(department: string, text: string, contentType: string, peer: Peer): Promise<Receipt> {
    const { system } = peer
    const decode = () => {
      if (!this.#departments.byId(department)) throw unknownDepartment(department)
      const now = this.#options.clock()
      return rosterMessage(department, readRoster(text, contentType), { text, contentType, system, now })
    }
    return this.#told(
      'rosters',
      peer,
      this.#receive(decode, { protocol: 'api', system, body: text, contentType }, peer),
    )
  }

  /** Puts a message that a door could not even decode into the quarantine. */
  refuse(reason: IntakeError, message: Omit<RefusedMessage, 'system'>, peer: Peer): Promise<RefusedReceipt> {
    return this.#told('unreadable', peer, this.#refuse(reason, { ...message, system: peer.system }, peer))
  }

  /** The subject that an identifier belongs to, if it has been received. */
  subjectOf(identifier: Pick<Identifier, 'system' | 'value'>): SubjectId | undefined {
    return this.#directory.subjectOf(identifier)
  }

  /** Whether anything has been received of this subject, and not been erased. */
  knows(subject: SubjectId): boolean {
    return this.#directory.has(subject)
  }

  /** Refused messages, newest first, without their bodies. */
  quarantined(options?: { state?: QuarantineEntry['state']; limit?: number }): readonly QuarantineEntry[] {
    return this.#quarantine.list(options)
  }

  /** One refused message with its body. Throws {@link IntakeError} `not-found`. */
  quarantinedMessage(id: string): Promise<QuarantinedMessage> {
    return this.#quarantine.look(id)
  }

  /**
   * Sends a refused message through its door again, mended (`body`) or as it is. When it is taken in, the entry is
   * closed and the new events name it as their origin; when it is refused again, the entry stays open and the new refusal
   * (if it is another one) is linked to it. Throws {@link IntakeError} `not-found`, `not-open`, `not-supported`.
   */
  async resubmit(id: string, options: { body?: string; by: JsonObject }): Promise<Receipt> {
    const entry = this.#quarantine.open(id)
    const kept = options.body === undefined ? await this.#quarantine.look(id) : undefined
    if (kept?.truncated)
      throw new IntakeError('not-supported', `of ${id} only the beginning was kept`, {
        location: id,
        expected: 'a whole message',
        mend: 'send it from its source, or hand in a mended body',
      })
    const body =
      kept?.bodyEncoding === 'base64' ? new Uint8Array(Buffer.from(kept.body, 'base64')) : (options.body ?? kept!.body)
    const peer: Peer = { system: entry.system, ...(entry.address !== undefined && { address: entry.address }) }
    const origin: Origin = { derivedFrom: [entry.event], resubmissionOf: id }
    const receipt = await this.#resubmitThrough(entry, body, peer, origin)
    if (receipt.outcome !== 'refused')
      await this.#quarantine.close(id, 'resubmitted', {
        by: options.by,
        edited: options.body !== undefined,
        outcome: receipt.outcome,
        events: receipt.events,
        subjects: receipt.subjects,
      })
    return receipt
  }

  /** Closes an entry for good, with a reason. Throws {@link IntakeError} `not-found`, `not-open`. */
  discard(id: string, options: { reason: string; by: JsonObject }): Promise<QuarantineEntry> {
    return this.#quarantine.close(id, 'discarded', { reason: options.reason, by: options.by })
  }

  /** Stops following the thread. Messages in hand are finished by those who wait for their receipts. */
  close(): void {
    this.#unsubscribe()
  }

  async #told<R extends Receipt | readonly Receipt[]>(door: Door, peer: Peer, work: Promise<R>): Promise<R> {
    const result = await work
    for (const receipt of [result].flat() as Receipt[]) this.#options.onReceipt?.(receipt, door, peer)
    return result
  }

  #receiveHl7(message: Uint8Array | string, peer: Peer, origin?: Origin): Promise<Receipt> {
    const { identifierSystems = {} } = this.#options
    return this.#receive(
      () => {
        const text = typeof message === 'string' ? message.toWellFormed() : decodeBytes(message)
        return decodeHl7(parseMessage(text), text, {
          zone: this.#zone,
          identifierSystems,
          departments: this.#departments,
        })
      },
      { protocol: 'hl7v2', system: peer.system, body: message, contentType: 'application/hl7-v2+er7' },
      peer,
      origin,
    )
  }

  async #receiveFhir(resource: unknown, peer: Peer, origin?: Origin): Promise<Receipt> {
    const { parsed, text, problem } = fhirInput(resource)
    const refused = { protocol: 'fhir', system: peer.system, body: text, contentType: 'application/fhir+json' }
    let batch = false
    try {
      if (problem) throw problem
      const value = parsed ?? parseJson(text)
      await othersTurn(text)
      batch = typeOf(value) === 'Bundle' && readBundle(value).type === 'batch'
      if (batch) throw new IntakeError('not-supported', 'a batch is many messages')
      const decoded = decodeFhir(value, text, {
        zone: this.#zone,
        system: peer.system,
        departments: this.#departments,
      })
      await othersTurn(text)
      return await this.#receive(() => decoded, refused, peer, origin)
    } catch (error) {
      return batch ? merged(await this.#receiveFhirBatch(resource, peer)) : this.#refuse(error, refused, peer, origin)
    }
  }

  #resubmitThrough(
    { protocol, system, contentType, id }: QuarantineEntry,
    body: Uint8Array | string,
    peer: Peer,
    origin: Origin,
  ): Promise<Receipt> {
    if (protocol === 'hl7v2') return this.#receiveHl7(body, peer, origin)
    if (protocol === 'fhir')
      return this.#receiveFhir(typeof body === 'string' ? body : Buffer.from(body).toString('utf8'), peer, origin)
    if (protocol === 'mqtt' && system.startsWith('mqtt:')) {
      const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body
      const decode = () =>
        decodeReadings(decodeMqttReadings(system.slice('mqtt:'.length), bytes), system, this.#options.catalogue)
      return this.#receive(decode, { protocol, system, body, contentType }, peer, origin)
    }
    throw new IntakeError('not-supported', `messages that came by ${protocol} cannot be re-submitted`, {
      location: id,
      expected: 'an HL7 v2, FHIR or MQTT message',
      mend: 'let the device send it again, and discard this one',
    })
  }

  /** The way that every message takes: decode, judge, append; or the quarantine. Never throws. */
  async #receive(decode: () => DecodedMessage, refused: RefusedMessage, peer: Peer, origin?: Origin): Promise<Receipt> {
    let decoded: DecodedMessage
    try {
      decoded = decode()
    } catch (error) {
      return this.#refuse(error, refused, peer, origin)
    }
    const named = { ...refused, system: decoded.protocol === 'hl7v2' ? decoded.system : refused.system }
    const key = JSON.stringify([decoded.protocol, decoded.system, decoded.key ?? decoded.controlId])
    return this.#recent.once(key, sha256(decoded.text), {
      isFinal: ({ outcome }) => outcome !== 'refused',
      again: (receipt) => ({ ...(receipt as AcceptedReceipt), outcome: 'duplicate' }),
      other: () => this.#refuse(conflict(decoded), named, peer, origin),
      first: () => this.#take(decoded, named, peer, origin),
    })
  }

  async #take(decoded: DecodedMessage, refused: RefusedMessage, peer: Peer, origin?: Origin): Promise<Receipt> {
    const keys = aliasesOf(decoded)
    for (;;) {
      const introducing = keys.map((key) => this.#introducing.get(key)).find(Boolean)
      if (!introducing) break
      await introducing
    }
    let assembly: Assembly
    try {
      assembly = assemble(decoded, {
        catalogue: this.#options.catalogue,
        units: this.#units,
        directory: this.#directory,
        now: this.#options.clock(),
        ...(this.#options.pseudonymKey && { pseudonymKey: this.#options.pseudonymKey }),
        ...(origin && { derivedFrom: origin.derivedFrom }),
      })
    } catch (error) {
      return this.#refuse(error, refused, peer, origin, this.#subjectOf(decoded))
    }
    // Until here nothing has waited since the directory was asked, so no other message can have come between.
    const isNew = assembly.learned.some((l) => !this.#directory.knows(l.subject, l.identifiers, l.described))
    const appended = this.#append(assembly)
    if (!isNew) return this.#settled(appended, decoded, refused, peer, origin)
    const settled = appended.catch(() => undefined)
    for (const key of keys) this.#introducing.set(key, settled)
    return this.#settled(appended, decoded, refused, peer, origin).finally(() => {
      for (const key of keys) if (this.#introducing.get(key) === settled) this.#introducing.delete(key)
    })
  }

  async #append({ events, subjects, learned, notes }: Assembly): Promise<AcceptedReceipt> {
    const results = await this.#options.thread.append(events)
    for (const { subject, identifiers, described } of learned) this.#directory.learn(subject, identifiers, described)
    const outcome = results.every(({ duplicate }) => duplicate) ? 'duplicate' : 'accepted'
    return { outcome, events: results.map(({ id }) => id), subjects, notes }
  }

  async #settled(
    appended: Promise<AcceptedReceipt>,
    decoded: DecodedMessage,
    refused: RefusedMessage,
    peer: Peer,
    origin?: Origin,
  ): Promise<Receipt> {
    try {
      const receipt = await appended
      // What waits for a person is worth no trouble to the sender: the rest of the message is safe.
      if (decoded.waits && receipt.outcome === 'accepted' && !origin)
        await this.#quarantine.add(decoded.waits, refused, peer, { subject: this.#subjectOf(decoded) })
      return receipt
    } catch (error) {
      const code = (error as { code?: unknown }).code
      if (code === 'idempotency-conflict') {
        // The same identifier is in the thread already. What derives from a message may differ from then (another
        // catalogue, another origin), so it is the message itself that tells whether it is the same one.
        const standing = await this.#standing(decoded).catch(() => undefined)
        return standing ?? this.#refuse(conflict(decoded), refused, peer, origin, this.#subjectOf(decoded))
      }
      return this.#refuse(storeError(error, code), refused, peer, origin, this.#subjectOf(decoded))
    }
  }

  /** The receipt of a message that is in the thread already, if it is the same one. */
  async #standing({ subjects, protocol, system, controlId, text }: DecodedMessage): Promise<Receipt | undefined> {
    const { thread } = this.#options
    const owners = [...new Set(subjects.map(({ whose }) => this.#directory.resolve(whose)))]
    const events: EventId[] = []
    for (const subject of owners) {
      let found: EventId | undefined
      for await (const { id, payload } of thread.read(subject, { types: ['message.received'], descending: true })) {
        if (payload?.controlId !== controlId || payload.system !== system || payload.protocol !== protocol) continue
        if (owners.length === 1 && payload.text !== text) continue
        found = id
        break
      }
      if (found === undefined) return undefined
      events.push(found)
      for await (const { id } of thread.derivedFrom(found)) events.push(id)
    }
    return { outcome: 'duplicate', events, subjects: owners, notes: [] }
  }

  /** Whose data a refused message is, when it is about one known subject: then it is encrypted with that one's key. */
  #subjectOf({ subjects }: DecodedMessage): SubjectId | null {
    const found = new Set<SubjectId>()
    for (const { whose } of subjects) {
      try {
        found.add(this.#directory.resolve(whose))
      } catch {
        return null
      }
    }
    const [only] = found
    return found.size === 1 && only !== undefined && this.#directory.has(only) ? only : null
  }

  async #refuse(
    error: unknown,
    refused: RefusedMessage,
    peer: Peer,
    origin?: Origin,
    subject: SubjectId | null = null,
  ): Promise<RefusedReceipt> {
    const reason =
      error instanceof IntakeError
        ? error
        : new IntakeError(
            'malformed',
            `this program could not read it: ${(error as Error).message}`,
            {},
            { cause: error },
          )
    const { code, message, location, expected, mend } = reason
    const receipt: RefusedReceipt = { outcome: 'refused', code, message, location, expected, mend }
    if (code === 'store-failed') return receipt
    try {
      const { id } = await this.#quarantine.add(reason, refused, peer, {
        subject,
        keepBody: code !== 'subject-erased',
        ...(origin && { resubmissionOf: origin.resubmissionOf }),
      })
      return { ...receipt, quarantineId: id }
    } catch {
      return receipt
    }
  }
}

function unknownDepartment(id: string): IntakeError {
  return new IntakeError('unknown-subject', `there is no department "${id.slice(0, 64)}"`, {
    location: 'department',
    expected: 'a department of the file that the server was started with',
    mend: 'check the address, or add the department to the file',
  })
}

/** A FHIR resource as text and, when it came so, as a value. */
function fhirInput(resource: unknown): { text: string; parsed?: unknown; problem?: IntakeError } {
  if (typeof resource === 'string') return { text: resource.toWellFormed() }
  try {
    checkDepth(resource)
  } catch (error) {
    return { text: '', parsed: resource, problem: error as IntakeError }
  }
  return { text: JSON.stringify(resource) ?? String(resource), parsed: resource }
}

function aliasesOf({ subjects }: DecodedMessage): readonly string[] {
  return subjects.flatMap(({ whose }) => {
    if (whose.kind === 'named' || whose.kind === 'department') return []
    const identifiers = whose.kind === 'referred' ? [whose.identifier] : whose.identifiers
    return identifiers.map(({ system, value }) => JSON.stringify([system, value]))
  })
}

function merged(receipts: readonly Receipt[] | RefusedReceipt): Receipt {
  if (!Array.isArray(receipts)) return receipts as RefusedReceipt
  const all = receipts as readonly Receipt[]
  const taken = all.filter((receipt): receipt is AcceptedReceipt => receipt.outcome !== 'refused')
  const refusals = all.flatMap((receipt, i) =>
    receipt.outcome === 'refused' ? [`Bundle.entry[${i}]: refused (${receipt.code}): ${receipt.message}`] : [],
  )
  if (taken.length === 0 && all[0]) return all[0]
  return {
    outcome: taken.some(({ outcome }) => outcome === 'accepted') ? 'accepted' : 'duplicate',
    events: taken.flatMap(({ events }) => events),
    subjects: [...new Set(taken.flatMap(({ subjects }) => subjects))],
    notes: [...refusals, ...taken.flatMap(({ notes }) => notes)],
  }
}

function conflict({ controlId, protocol }: DecodedMessage): IntakeError {
  return new IntakeError('control-id-conflict', 'another message with this identifier has been received before', {
    location: protocol === 'hl7v2' ? 'MSH-10' : 'controlId',
    expected: `an identifier of its own, not "${controlId.slice(0, 80)}" again`,
    mend: 'give each message a new identifier; repeat one only to send the same message again',
  })
}

function storeError(error: unknown, code: unknown): IntakeError {
  const cause = error as Error
  if (code === 'subject-erased')
    return new IntakeError(
      'subject-erased',
      'the data of this person have been erased here',
      {
        mend: 'stop sending messages about this person; nothing of this one has been kept',
      },
      { cause },
    )
  if (code === 'event-invalid')
    return new IntakeError('invalid', `it cannot be kept: ${cause.message}`, { mend: 'shorten it' }, { cause })
  return new IntakeError(
    'store-failed',
    `it could not be kept: ${cause.message}`,
    {
      mend: 'send it again later; nothing of it has been taken in',
    },
    { cause },
  )
}

/** Between two steps of a large message, lets what else waits have its turn. */
function othersTurn(text: string): Promise<void> | undefined {
  return text.length < 1 << 18 ? undefined : new Promise((resolve) => setImmediate(resolve))
}
