import type { Instant, JsonObject, SubjectId } from '@counterpart/kernel'
import type { Thread, ThreadEvent } from '@counterpart/thread'
import { IntakeError } from './errors.ts'
import type { Identifier, WhoseFacts } from './facts.ts'
import { nameOf, secretNameOf } from './hash.ts'
import { Ownership, type OwnershipStatement } from './ownership.ts'

/**
 * Kinds of number (HL7 table 0203) that do not stand for one person: account, visit, member and subscriber numbers
 * and the like are shared or change hands.
 */
const notPersonal = new Set(['AN', 'ANC', 'AND', 'ANON', 'VN', 'MB', 'SN', 'FILL', 'PLAC', 'ACSN', 'GI', 'GN', 'BR'])

/** Kinds of number in the order in which one of them becomes the primary identifier. */
const preferred = ['MR', 'PI', 'PT']

/** Types of the events that make up the directory. */
const identityEvents = ['subject.identified', 'subject.merged', 'encounter.moved', 'subject.erased']

/** Which identifiers belong to which subject, and whose its facts are. Lives in memory; the thread's events are its truth. */
export class IdentityDirectory {
  readonly #subjects = new Map<string, SubjectId>()
  readonly #aliases = new Map<SubjectId, Set<string>>()
  readonly #described = new Set<SubjectId>()
  readonly #erased = new Set<SubjectId>()
  readonly #key: Uint8Array | undefined
  #ownership = new Ownership()

  /** With a `key`, nobody without it can find out whose a subject is by trying record numbers. */
  constructor(key?: Uint8Array) {
    this.#key = key
  }

  /** Reads the directory back from a thread. */
  static async load(thread: Thread, key?: Uint8Array): Promise<IdentityDirectory> {
    const directory = new IdentityDirectory(key)
    for await (const event of thread.readAll(0, { types: identityEvents })) directory.take(event)
    return directory
  }

  /** Takes in an event of the thread; events of other types change nothing. */
  take({ type, stream, payload }: Pick<ThreadEvent, 'type' | 'stream' | 'payload'>): void {
    const subject = stream as SubjectId // facts about a subject stand in its own stream
    if (type === 'subject.erased') this.erase(subject)
    else if (payload === null) return
    else if (type === 'subject.identified')
      this.learn(subject, payload.identifiers as unknown as readonly Identifier[], payload.name !== undefined)
    else if (type === 'subject.merged' || type === 'encounter.moved') this.state(statementIn(type, subject, payload))
  }

  /** Whose facts are, after all that was said of merging and moving. */
  get ownership(): Ownership {
    return this.#ownership
  }

  state(statement: OwnershipStatement): void {
    this.#ownership = this.#ownership.with(statement)
  }

  /**
   * The subject that a message is about. Someone who is introduced for the first time gets the subject that the primary
   * identifier stands for, the same in every installation with the same key; whose its facts are now, {@link ownership} tells. Changes nothing: see {@link learn}.
   * Throws {@link IntakeError} `identity-missing`, `identity-conflict`, `unknown-subject`, `subject-erased`.
   */
  homeOf(whose: WhoseFacts): SubjectId {
    if (whose.kind === 'department' || whose.kind === 'clinic') return `${whose.kind}/${whose.id}`
    const subject = this.#find(whose)
    if (this.#erased.has(subject) || this.#erased.has(this.#ownership.ownerOf(subject)))
      throw new IntakeError('subject-erased', 'the data of this person have been erased here', {
        location: whose.location,
        expected: 'messages about people whose data may be kept',
        mend: 'stop sending messages about this person; nothing of this one has been kept',
      })
    return subject
  }

  /** The subject whose facts the message's are now. Throws as {@link homeOf} does. */
  resolve(whose: WhoseFacts, encounterId?: string): SubjectId {
    return this.#ownership.ownerOf(this.homeOf(whose), encounterId)
  }

  #find(whose: Exclude<WhoseFacts, { kind: 'department' | 'clinic' }>): SubjectId {
    if (whose.kind === 'named') {
      if (this.#aliases.has(whose.id) || this.#erased.has(whose.id)) return whose.id
      throw unknown(`nothing is known of ${whose.id}`, whose.location)
    }
    if (whose.kind === 'referred') {
      const subject = this.#subjects.get(keyOf(whose.identifier))
      if (subject) return subject
      if (whose.orId !== undefined && (this.#aliases.has(whose.orId) || this.#erased.has(whose.orId))) return whose.orId
      // An erased person's identifiers are gone from here, but what they come to is still known.
      const derived = this.#derive(whose.identifier)
      if (this.#erased.has(derived)) return derived
      throw unknown('nothing has been received of this person yet', whose.location)
    }
    const personal = personalOf(whose.identifiers)
    const primary = primaryOf(personal)
    if (!primary)
      throw new IntakeError('identity-missing', 'it does not say whom it is about', {
        location: whose.location,
        expected: 'an identifier of the person, best a medical record number with its assigning authority',
        mend: `fill in ${whose.location}; account, visit and member numbers do not identify a person`,
      })
    const known = personal.flatMap((identifier) => this.#subjects.get(keyOf(identifier)) ?? [])
    if (new Set(known.map((home) => this.#ownership.ownerOf(home))).size > 1)
      throw new IntakeError('identity-conflict', 'its identifiers belong to different people here', {
        location: whose.location,
        expected: 'identifiers of one person',
        mend: 'check the record numbers; if they are one person, say so first by ADT^A40 or ADT^A24',
      })
    return this.#subjects.get(keyOf(primary)) ?? known[0] ?? this.#derive(primary)
  }

  /** Remembers that these identifiers are this subject's. */
  learn(subject: SubjectId, identifiers: readonly Identifier[], described: boolean): void {
    const aliases = this.#aliases.get(subject) ?? new Set()
    this.#aliases.set(subject, aliases)
    for (const identifier of personalOf(identifiers)) {
      const key = keyOf(identifier)
      if (this.#subjects.has(key)) continue
      this.#subjects.set(key, subject)
      aliases.add(key)
    }
    if (described) this.#described.add(subject)
  }

  /** Whether there is nothing to {@link learn}. */
  knows(subject: SubjectId, identifiers: readonly Identifier[], described: boolean): boolean {
    return (
      this.#aliases.has(subject) &&
      (!described || this.#described.has(subject)) &&
      personalOf(identifiers).every((identifier) => this.#subjects.has(keyOf(identifier)))
    )
  }

  /** The subject that an identifier belongs to. */
  subjectOf(identifier: Pick<Identifier, 'system' | 'value'>): SubjectId | undefined {
    const home = this.#subjects.get(keyOf(identifier))
    return home && this.#ownership.ownerOf(home)
  }

  /** Records of somebody who has been erased under another number, which are to be erased too. */
  get leftToErase(): readonly SubjectId[] {
    return this.#ownership.merged.filter(
      (home) => !this.#erased.has(home) && this.#erased.has(this.#ownership.ownerOf(home)),
    )
  }

  /** Whether anything has been received of this subject, and not been erased. */
  has(subject: SubjectId): boolean {
    return this.#aliases.has(subject)
  }

  /** Forgets who a subject is, for good. */
  erase(subject: SubjectId): void {
    for (const alias of this.#aliases.get(subject) ?? []) this.#subjects.delete(alias)
    this.#aliases.delete(subject)
    this.#described.delete(subject)
    this.#erased.add(subject)
  }

  #derive({ system, value }: Identifier): SubjectId {
    return `patient/${this.#key ? secretNameOf(this.#key, 'subject', system, value) : nameOf('subject', system, value)}`
  }
}

function statementIn(type: string, subject: SubjectId, payload: JsonObject): OwnershipStatement {
  const { into, version } = payload as { into: SubjectId; version: Instant }
  return type === 'subject.merged'
    ? { kind: 'person', prior: subject, into, standing: payload.standing === true, version }
    : { kind: 'visit', encounterId: payload.encounterId as string, from: subject, into, version }
}

/** The identifier that stands for a person: a medical record number first, else the first one there is. */
function primaryOf(identifiers: readonly Identifier[]): Identifier | undefined {
  for (const type of preferred) {
    const found = identifiers.find((identifier) => identifier.type === type)
    if (found) return found
  }
  return identifiers[0]
}

function personalOf(identifiers: readonly Identifier[]): readonly Identifier[] {
  return identifiers.filter(({ type }) => type === undefined || !notPersonal.has(type))
}

function keyOf({ system, value }: Pick<Identifier, 'system' | 'value'>): string {
  return JSON.stringify([system, value])
}

function unknown(message: string, location: string): IntakeError {
  return new IntakeError('unknown-subject', message, {
    location,
    expected: 'someone who has been introduced by a Patient resource or an ADT message',
    mend: 'send the Patient first, or in the same Bundle',
  })
}
