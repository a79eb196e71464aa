import type { SubjectId } from '@counterpart/kernel'
import type { EventId, NewEvent } from '@counterpart/thread'
import type { Assembly } from './assemble.ts'
import { assemble } from './assemble.ts'
import type { AppointmentBook } from './clinic/appointment-book.ts'
import { mayBeOwn } from './clinic/own-resource.ts'
import { IntakeError } from './errors.ts'
import type { DecodedMessage } from './facts.ts'
import { sha256 } from './hash.ts'
import type { IdentityDirectory } from './identity.ts'
import type { IntakeOptions } from './options.ts'
import type { Quarantine, RefusedMessage } from './quarantine.ts'
import type { AcceptedReceipt, Peer, Receipt, RefusedReceipt } from './receipt.ts'
import { recentMessages } from './recent.ts'
import { rehome } from './rehome.ts'
import type { Units } from './units.ts'

/** How a mended message is linked to the quarantined one. */
export interface Origin {
  readonly derivedFrom: readonly EventId[]
  readonly resubmissionOf: string
}

/** Events in one append. */
const mostAtOnce = 2_000

/** How a decoded message becomes events of the thread, all or none; or goes to the quarantine. */
export class Taking {
  readonly #options: Pick<IntakeOptions, 'thread' | 'catalogue' | 'clock' | 'pseudonymKey'>
  readonly #directory: IdentityDirectory
  readonly #quarantine: Quarantine
  readonly #units: Units
  readonly #appointments: AppointmentBook
  readonly #recent = recentMessages<Receipt>()
  /** Identifiers that a message is introducing just now: whoever else brings one of them waits until that is durable. */
  readonly #introducing = new Map<string, Promise<unknown>>()
  /** Messages on their way into the thread. */
  readonly #underWay = new Set<Promise<unknown>>()
  /** Records are being merged or moved: all others wait. */
  #rehoming: Promise<unknown> | undefined
  /** Messages about appointments of clinics go one after the other: a day sheet rests on all before it. */
  #booking: Promise<unknown> = Promise.resolve()

  constructor(
    options: Pick<IntakeOptions, 'thread' | 'catalogue' | 'clock' | 'pseudonymKey'>,
    {
      directory,
      quarantine,
      units,
      appointments,
    }: { directory: IdentityDirectory; quarantine: Quarantine; units: Units; appointments: AppointmentBook },
  ) {
    this.#options = options
    this.#directory = directory
    this.#quarantine = quarantine
    this.#units = units
    this.#appointments = appointments
  }

  /** The way that every message takes: decode, judge, append; or the quarantine. Never throws. */
  async receive(decode: () => DecodedMessage, refused: RefusedMessage, peer: Peer, origin?: Origin): Promise<Receipt> {
    let decoded: DecodedMessage
    try {
      decoded = decode()
    } catch (error) {
      return this.refuse(error, refused, peer, origin)
    }
    const named = { ...refused, system: decoded.protocol === 'hl7v2' ? decoded.system : refused.system }
    const key = JSON.stringify([decoded.protocol, decoded.system, decoded.key ?? decoded.controlId])
    return this.#recent.once(key, sha256(decoded.text), {
      isFinal: ({ outcome }) => outcome !== 'refused',
      again: (receipt) => ({ ...(receipt as AcceptedReceipt), outcome: 'duplicate' }),
      other: () => this.refuse(conflict(decoded), named, peer, origin),
      first: () => {
        if (!decoded.subjects.some(({ appointments }) => appointments?.length))
          return this.#take(decoded, named, peer, origin)
        const taken = this.#booking.then(() => this.#take(decoded, named, peer, origin))
        this.#booking = taken
        return taken
      },
    })
  }

  async #take(decoded: DecodedMessage, refused: RefusedMessage, peer: Peer, origin?: Origin): Promise<Receipt> {
    const keys = aliasesOf(decoded)
    for (;;) {
      const before = this.#rehoming ?? keys.map((key) => this.#introducing.get(key)).find(Boolean)
      if (!before) break
      await before
    }
    if (decoded.subjects.some(({ changes }) => changes?.length)) {
      const taken = this.#takeRecords(decoded, refused, peer, origin)
      this.#rehoming = taken.finally(() => {
        this.#rehoming = undefined
      })
      return taken
    }
    let assembly: Assembly
    try {
      assembly = this.#assembled(decoded, origin)
    } catch (error) {
      return this.refuse(error, refused, peer, origin, this.#subjectOf(decoded))
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

  /** Records are merged or moved while nothing else is under way, so that no fact stays behind. */
  async #takeRecords(decoded: DecodedMessage, refused: RefusedMessage, peer: Peer, origin?: Origin): Promise<Receipt> {
    await Promise.allSettled(this.#underWay)
    const { thread } = this.#options
    let assembly: Assembly
    try {
      assembly = this.#assembled(decoded, origin)
    } catch (error) {
      return this.refuse(error, refused, peer, origin, this.#subjectOf(decoded))
    }
    const { statements } = assembly
    const before = this.#directory.ownership
    const after = statements.reduce((so, statement) => so.with(statement), before)
    const append = async (): Promise<AcceptedReceipt> => {
      const facts = await rehome(statements, before, after, thread)
      // All at once, if it is not too much; else the message itself last: until then it is not acknowledged, and comes again.
      const first = facts.slice(0, Math.max(0, facts.length - mostAtOnce))
      for (let i = 0; i < first.length; i += mostAtOnce) await thread.append(first.slice(i, i + mostAtOnce))
      const receipt = await this.#append(assembly, facts.slice(first.length))
      for (const statement of statements) this.#directory.state(statement)
      return receipt
    }
    return this.#settled(append(), decoded, refused, peer, origin)
  }

  #assembled(decoded: DecodedMessage, origin?: Origin): Assembly {
    return assemble(decoded, {
      catalogue: this.#options.catalogue,
      units: this.#units,
      appointments: this.#appointments,
      directory: this.#directory,
      now: this.#options.clock(),
      ...(this.#options.pseudonymKey && { pseudonymKey: this.#options.pseudonymKey }),
      ...(origin && { derivedFrom: origin.derivedFrom }),
    })
  }

  async #append(
    { events, subjects, learned, notes, appointments }: Assembly,
    more: readonly NewEvent[] = [],
  ): Promise<AcceptedReceipt> {
    const appended = this.#options.thread.append([...events, ...more])
    this.#underWay.add(appended)
    const results = await appended.finally(() => this.#underWay.delete(appended))
    for (const { subject, identifiers, described } of learned) this.#directory.learn(subject, identifiers, described)
    this.#appointments.add(appointments)
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
      return await appended
    } catch (error) {
      const code = (error as { code?: unknown }).code
      if (code === 'idempotency-conflict') {
        // The same identifier is in the thread already. What derives from a message may differ from then (another
        // catalogue, another origin), so it is the message itself that tells whether it is the same one.
        const standing = await this.#standing(decoded).catch(() => undefined)
        return standing ?? this.refuse(conflict(decoded), refused, peer, origin, this.#subjectOf(decoded))
      }
      return this.refuse(storeError(error), refused, peer, origin, this.#subjectOf(decoded))
    }
  }

  /** The receipt of a message that is in the thread already, if it is the same one. */
  async #standing({ subjects, protocol, system, controlId, text }: DecodedMessage): Promise<Receipt | undefined> {
    const { thread } = this.#options
    const owners = [...new Set(subjects.map(({ whose, encounterId }) => this.#directory.resolve(whose, encounterId)))]
    const events: EventId[] = []
    for (const subject of owners) {
      let found: EventId | undefined
      for await (const { id, payload } of thread.read(subject, { types: ['message.received'], descending: true })) {
        if (payload?.controlId !== controlId || payload.system !== system || payload.protocol !== protocol) continue
        if (owners.length === 1 && payload.text !== text && payload.sha256 !== sha256(text)) continue
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
    for (const { whose, encounterId } of subjects) {
      try {
        found.add(this.#directory.resolve(whose, encounterId))
      } catch {
        return null
      }
    }
    const [only] = found
    return found.size === 1 && only !== undefined && this.#directory.has(only) ? only : null
  }

  /** Puts a message into the quarantine. Never throws. */
  async refuse(
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
    // What may be somebody's own is not kept, however little of it could be read.
    if (code === 'store-failed' || (refused.protocol === 'fhir' && mayBeOwn(textOf(refused.body)))) return receipt
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

function textOf(body: RefusedMessage['body']): string {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
}

function aliasesOf({ subjects }: DecodedMessage): readonly string[] {
  return subjects.flatMap(({ whose }) => {
    if (whose.kind === 'named' || whose.kind === 'department' || whose.kind === 'clinic') return []
    const identifiers = whose.kind === 'referred' ? [whose.identifier] : whose.identifiers
    return identifiers.map(({ system, value }) => JSON.stringify([system, value]))
  })
}

function conflict({ controlId, protocol }: DecodedMessage): IntakeError {
  return new IntakeError('control-id-conflict', 'another message with this identifier has been received before', {
    location: protocol === 'hl7v2' ? 'MSH-10' : 'controlId',
    expected: `an identifier of its own, not "${controlId.slice(0, 80)}" again`,
    mend: 'give each message a new identifier; repeat one only to send the same message again',
  })
}

/** What the thread's refusal means to whoever sent the message. */
export function storeError(error: unknown): IntakeError {
  const cause = error as Error
  const { code } = error as { code?: unknown }
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
