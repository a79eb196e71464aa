import type { SubjectId } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import { IntakeError } from './errors.ts'
import type { Identifier, WhoseFacts } from './facts.ts'
import { nameOf, secretNameOf } from './hash.ts'

/**
 * Kinds of number (HL7 table 0203) that do not stand for one person: account, visit, member and subscriber numbers
 * and the like are shared or change hands.
 */
const notPersonal = new Set(['AN', 'ANC', 'AND', 'ANON', 'VN', 'MB', 'SN', 'FILL', 'PLAC', 'ACSN', 'GI', 'GN', 'BR'])

/** Kinds of number in the order in which one of them becomes the primary identifier. */
const preferred = ['MR', 'PI', 'PT']

/** Which identifiers belong to which subject. Lives in memory; the thread's `subject.identified` events are its truth. */
export class IdentityDirectory {
  readonly #subjects = new Map<string, SubjectId>()
  readonly #aliases = new Map<SubjectId, Set<string>>()
  readonly #described = new Set<SubjectId>()
  readonly #erased = new Set<SubjectId>()
  readonly #key: Uint8Array | undefined

  /** With a `key`, nobody without it can find out whose a subject is by trying record numbers. */
  constructor(key?: Uint8Array) {
    this.#key = key
  }

  /** Reads the directory back from a thread. */
  static async load(thread: Thread, key?: Uint8Array): Promise<IdentityDirectory> {
    const directory = new IdentityDirectory(key)
    for await (const { type, stream, payload } of thread.readAll(0, {
      types: ['subject.identified', 'subject.erased'],
    })) {
      const subject = stream as SubjectId // facts about a subject stand in its own stream
      if (type === 'subject.erased') directory.erase(subject)
      else if (payload !== null)
        directory.learn(subject, payload.identifiers as unknown as readonly Identifier[], payload.name !== undefined)
    }
    return directory
  }

  /**
   * The subject that a message is about. Someone who is introduced for the first time gets the subject that the primary
   * identifier stands for, the same in every installation with the same key. Changes nothing: see {@link learn}.
   * Throws {@link IntakeError} `identity-missing`, `identity-conflict`, `unknown-subject`, `subject-erased`.
   */
  resolve(whose: WhoseFacts): SubjectId {
    if (whose.kind === 'department') return `department/${whose.id}`
    const subject = this.#find(whose)
    if (this.#erased.has(subject))
      throw new IntakeError('subject-erased', 'the data of this person have been erased here', {
        location: whose.location,
        expected: 'messages about people whose data may be kept',
        mend: 'stop sending messages about this person; nothing of this one has been kept',
      })
    return subject
  }

  #find(whose: Exclude<WhoseFacts, { kind: 'department' }>): SubjectId {
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
    const known = new Set(personal.flatMap((identifier) => this.#subjects.get(keyOf(identifier)) ?? []))
    if (known.size > 1)
      throw new IntakeError('identity-conflict', 'its identifiers belong to different people here', {
        location: whose.location,
        expected: 'identifiers of one person',
        mend: 'check the record numbers; joining two people into one is not supported',
      })
    return [...known][0] ?? this.#derive(primary)
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
    return this.#subjects.get(keyOf(identifier))
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
