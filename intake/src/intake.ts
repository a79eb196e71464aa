import type { Catalogue, JsonObject, SubjectId } from '@counterpart/kernel'
import { AppointmentBook } from './clinic/appointment-book.ts'
import { clinicLayoutMessage } from './clinic/clinic-statement.ts'
import { type Clinics, clinicsOf } from './clinic/clinics.ts'
import { OwnDoor } from './clinic/own-door.ts'
import { mayBeOwn } from './clinic/own-resource.ts'
import { type RotaOptions, rotaMessage } from './clinic/rota.ts'
import type { ClinicSettings } from './clinic/settings.ts'
import { WorkDoor, type WorkFile, type WorkReceipt } from './clinic/work-door.ts'
import { decodeReadings } from './decode-readings.ts'
import { type Departments, departmentsOf } from './department/locations.ts'
import { readRoster } from './department/roster.ts'
import { layoutMessage, rosterMessage } from './department/statement.ts'
import { type Doors, doorsTo } from './doors.ts'
import { IntakeError } from './errors.ts'
import type { Identifier } from './facts.ts'
import { takenTypes } from './fhir/decode.ts'
import { parseJson } from './fhir/json.ts'
import { IdentityDirectory } from './identity.ts'
import type { Door, IntakeOptions } from './options.ts'
import type { QuarantinedMessage, QuarantineEntry, RefusedMessage } from './quarantine.ts'
import { Quarantine } from './quarantine.ts'
import type { ReadingMessage } from './reading.ts'
import type { Peer, Receipt, RefusedReceipt } from './receipt.ts'
import { type Origin, Taking } from './taking.ts'
import { checkZone } from './time-zone.ts'
import type { Units } from './units.ts'
import { loadUnits } from './units.ts'

/** The door from the physical side: turns messages into events of the thread, all events of a message or none. */
export class Intake {
  readonly #options: IntakeOptions
  readonly #directory: IdentityDirectory
  readonly #quarantine: Quarantine
  readonly #departments: Departments
  readonly #clinics: Clinics
  readonly #taking: Taking
  readonly #work: WorkDoor
  readonly #own: OwnDoor
  readonly #doors: Doors
  readonly #unsubscribe: () => void

  private constructor(
    options: IntakeOptions,
    parts: {
      directory: IdentityDirectory
      quarantine: Quarantine
      units: Units
      clinics: Clinics
      appointments: AppointmentBook
    },
  ) {
    const { directory, quarantine } = parts
    this.#options = options
    this.#directory = directory
    this.#quarantine = quarantine
    this.#taking = new Taking(options, parts)
    this.#departments = departmentsOf(options.departments ?? [])
    this.#clinics = parts.clinics
    this.#work = new WorkDoor(options, parts.clinics)
    this.#own = new OwnDoor(options, parts.clinics)
    this.#doors = doorsTo(this.#taking, {
      zone: checkZone(options.zone ?? 0),
      identifierSystems: options.identifierSystems ?? {},
      departments: this.#departments,
      clinics: this.#clinics,
      pseudonymKey: options.pseudonymKey,
      catalogue: options.catalogue,
    })
    this.#unsubscribe = options.thread.subscribe((events) => {
      for (const event of events) directory.take(event)
      if (events.some(({ type }) => type === 'subject.erased')) this.#eraseMerged()
    })
  }

  /** Opens the door over a thread: reads back which identifiers belong to whom, and the quarantine. */
  static async open(options: IntakeOptions): Promise<Intake> {
    const clinics = clinicsOf(options.clinics ?? [])
    const [directory, quarantine, units, appointments] = await Promise.all([
      IdentityDirectory.load(options.thread, options.pseudonymKey),
      Quarantine.load(options.thread, options.clock),
      loadUnits(),
      AppointmentBook.load(options.thread, clinics),
    ])
    const intake = new Intake(options, { directory, quarantine, units, clinics, appointments })
    intake.#eraseMerged()
    return intake
  }

  /** Whoever is erased is erased under all their numbers. */
  #eraseMerged(): void {
    for (const home of this.#directory.leftToErase)
      void this.#options.thread.eraseSubject(home, { because: 'merged into a record that was erased' }).catch(() => {
        // Tried again when the thread is opened next.
      })
  }

  /** What the doors understand. */
  get catalogue(): Catalogue {
    return this.#options.catalogue
  }

  /** Takes in one HL7 v2 message, one of `hl7Messages`. The system is MSH-3 and MSH-4, the identifier MSH-10. */
  receiveHl7(message: Uint8Array | string, peer: Peer): Promise<Receipt> {
    return this.#told('HL7 v2', peer, this.#doors.hl7(message, peer))
  }

  /**
   * Takes in one FHIR R4 resource or Bundle, as text or parsed. A transaction or collection is one message. Each entry
   * of a batch is one of its own: the receipt is a refusal only when all are refused; see {@link receiveFhirBatch}.
   */
  async receiveFhir(resource: unknown, peer: Peer): Promise<Receipt> {
    const own = await this.#ownTaken(resource)
    return own ?? this.#told('FHIR R4', peer, this.#doors.fhir(resource, peer))
  }

  /** What is somebody's own goes nowhere else: it is not told of, and not kept where it is refused. */
  async #ownTaken(resource: unknown): Promise<Receipt | undefined> {
    if (this.#clinics.all.length === 0 || (typeof resource === 'string' && !mayBeOwn(resource))) return undefined
    try {
      return await this.#own.take(typeof resource === 'string' ? parseJson(resource) : resource)
    } catch {
      return undefined
    }
  }

  /** Takes in a batch Bundle; one receipt for each entry, in order. A batch that cannot be read is refused as one. */
  async receiveFhirBatch(resource: unknown, peer: Peer): Promise<readonly Receipt[] | RefusedReceipt> {
    const own = await this.#ownTaken(resource)
    if (own) return own.outcome === 'refused' ? own : entriesOfBatch(resource).map(() => own)
    return this.#told('FHIR R4', peer, this.#doors.fhirBatch(resource, peer))
  }

  /** Takes in readings from a wearable or a replayed record. */
  receiveReading(message: ReadingMessage, peer: Peer): Promise<Receipt> {
    const { protocol, text, contentType } = message
    const decode = () => decodeReadings(message, peer.system, this.#options.catalogue)
    const refused = { protocol, system: peer.system, body: text, contentType }
    return this.#told('readings', peer, this.#taking.receive(decode, refused, peer))
  }

  /** Types of FHIR resources that are taken here: some are of concern only where departments or clinics are followed. */
  get fhirTypes(): readonly string[] {
    const types = takenTypes({ departments: this.#departments, clinics: this.#clinics })
    return this.#clinics.all.length > 0 ? [...types, 'QuestionnaireResponse'] : types
  }

  /**
   * Writes down what each department and clinic consists of, unless that stands there already. Throws {@link IntakeError} when a
   * layout cannot be kept.
   */
  async recordLayouts(): Promise<void> {
    const now = this.#options.clock()
    for (const message of [
      ...this.#departments.all.map((department) => layoutMessage(department, now)),
      ...this.#clinics.all.map((clinic) => clinicLayoutMessage(clinic, now)),
    ]) {
      const { text: body, contentType, system } = message
      const receipt = await this.#taking.receive(
        () => message,
        { protocol: 'api', system, body, contentType },
        { system },
      )
      if (receipt.outcome === 'refused')
        throw new IntakeError(
          receipt.code,
          `the layout of ${message.subjects.map(({ whose }) => ('id' in whose ? whose.id : '')).join()}: ${receipt.message}`,
          receipt,
        )
    }
  }

  /** Takes in who is to be on duty in a department, as JSON or CSV; see {@link readRoster}. */
  receiveRoster(department: string, text: string, contentType: string, peer: Peer): Promise<Receipt> {
    const { system } = peer
    const decode = () => {
      if (!this.#departments.byId(department)) throw unknownPlace('department', department)
      const now = this.#options.clock()
      return rosterMessage(department, readRoster(text, contentType), { text, contentType, system, now })
    }
    return this.#told(
      'rosters',
      peer,
      this.#taking.receive(decode, { protocol: 'api', system, body: text, contentType }, peer),
    )
  }

  /**
   * Takes in who works when in a clinic, and who is away: CSV with the columns `provider,from,until,work`, or `text/calendar`
   * (iCalendar) of one provider or with the providers as attendees. See docs/connect-a-clinic.md.
   */
  receiveRota(
    clinic: string,
    text: string,
    contentType: string,
    peer: Peer,
    options: RotaOptions = {},
  ): Promise<Receipt> {
    const { system } = peer
    const decode = () =>
      rotaMessage(
        this.#clinic(clinic),
        this.#clinics,
        { text, contentType, system, now: this.#options.clock() },
        options,
      )
    return this.#told(
      'rotas',
      peer,
      this.#taking.receive(decode, { protocol: 'api', system, body: text, contentType }, peer),
    )
  }

  /**
   * Takes in a batch of a clinic's audit log, at most 8 MiB: CSV, or FHIR R4 (AuditEvent, Communication, Task; one, a Bundle, NDJSON). See
   * docs/connect-a-clinic.md.
   */
  receiveWorkEvents(clinic: string, body: Uint8Array | string, contentType: string, peer: Peer): Promise<WorkReceipt> {
    const take = () => this.#work.batch(this.#clinic(clinic), body, contentType, peer)
    return this.#told('work events', peer, this.#workTaken(take, body, contentType, peer))
  }

  /** Takes in a file of a clinic's audit log, of any length. Of what is refused nothing is kept but the reason. */
  receiveWorkFile(clinic: string, file: WorkFile, contentType: string, peer: Peer): Promise<WorkReceipt> {
    const take = () => this.#work.file(this.#clinic(clinic), file, contentType, peer)
    return this.#told('work events', peer, this.#workTaken(take, `the file ${file.name}`, contentType, peer))
  }

  /** Takes in that a clinic's log is known to have been off: JSON `{ from, until, cancelled? }`. */
  receiveOutage(clinic: string, text: string, peer: Peer): Promise<WorkReceipt> {
    const take = () => this.#work.outage(this.#clinic(clinic), text, peer)
    return this.#told('work events', peer, this.#workTaken(take, text, 'application/json', peer))
  }

  async #workTaken(
    take: () => Promise<WorkReceipt>,
    body: Uint8Array | string,
    contentType: string,
    peer: Peer,
  ): Promise<WorkReceipt> {
    try {
      return await take()
    } catch (error) {
      return this.#taking.refuse(error, { protocol: 'api', system: peer.system, body, contentType }, peer)
    }
  }

  #clinic(id: string): ClinicSettings {
    const clinic = this.#clinics.byId(id)
    if (clinic) return clinic
    throw unknownPlace('clinic', id)
  }

  /** Puts a message that a door could not even decode into the quarantine. */
  refuse(reason: IntakeError, message: Omit<RefusedMessage, 'system'>, peer: Peer): Promise<RefusedReceipt> {
    return this.#told('unreadable', peer, this.#taking.refuse(reason, { ...message, system: peer.system }, peer))
  }

  /** The subject that an identifier belongs to, if it has been received. */
  subjectOf(identifier: Pick<Identifier, 'system' | 'value'>): SubjectId | undefined {
    return this.#directory.subjectOf(identifier)
  }

  /** Whose record a subject's is now: another one's when the two were merged. */
  ownerOf(subject: SubjectId): SubjectId {
    return this.#directory.ownership.ownerOf(subject)
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
    const receipt = await this.#doors.again(entry, body, peer, origin)
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
}

function entriesOfBatch(resource: unknown): readonly unknown[] {
  const { entry = [] } = (typeof resource === 'string' ? JSON.parse(resource) : resource) as { entry?: unknown[] }
  return entry
}

function unknownPlace(kind: 'department' | 'clinic', id: string): IntakeError {
  return new IntakeError('unknown-subject', `there is no ${kind} "${id.slice(0, 64)}"`, {
    location: kind,
    expected: `a ${kind} of the file that the server was started with`,
    mend: `check the address, or add the ${kind} to the file`,
  })
}
