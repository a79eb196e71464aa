import type { Instant, JsonObject, SubjectId, WearableDay, WearableRecorded } from '@counterpart/kernel'
import { minute, ownRecordTypes } from '@counterpart/kernel'
import type { NewEvent } from '@counterpart/thread'
import { IntakeError } from '../errors.ts'
import { nameOf } from '../hash.ts'
import type { IntakeOptions } from '../options.ts'
import type { Receipt } from '../receipt.ts'
import { storeError } from '../taking.ts'
import type { Clinics } from './clinics.ts'
import { isOwn, type OwnStatement, readOwn } from './own-resource.ts'

const mostAhead = 2 * minute

/**
 * The way in for what people say of themselves and wear. It stands on their own stream only, and only while they agree; of what is
 * refused nothing is kept, and no receipt tells a value or a name.
 */
export class OwnDoor {
  readonly #options: Pick<IntakeOptions, 'thread' | 'clock' | 'consentOf' | 'ownStream'>
  readonly #clinics: Clinics
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: Pick<IntakeOptions, 'thread' | 'clock' | 'consentOf' | 'ownStream'>, clinics: Clinics) {
    this.#options = options
    this.#clinics = clinics
  }

  /** What became of a resource, or of a Bundle of them, all or none; `undefined` when it is not of this kind. Never throws. */
  async take(resource: unknown): Promise<Receipt | undefined> {
    const entries = entriesIn(resource)
    if (!entries.some(isOwn)) return undefined
    try {
      if (!entries.every(isOwn))
        throw new IntakeError('not-supported', 'what is somebody’s own comes by itself', {
          location: 'Bundle.entry',
          expected: 'nothing but surveys and wearables in one Bundle',
          mend: 'send the rest apart',
        })
      const statements = entries.map((entry) => readOwn(entry, (person) => this.#clockOf(person)))
      const taken = this.#turn.then(() => this.#kept(statements))
      this.#turn = taken.catch(() => undefined)
      return await taken
    } catch (error) {
      const { code, message, location, expected, mend } =
        error instanceof IntakeError ? error : storeError(new Error('the store failed'))
      return { outcome: 'refused', code, message, location, expected, mend }
    }
  }

  async #kept(statements: readonly OwnStatement[]): Promise<Receipt> {
    const { thread, clock, consentOf, ownStream } = this.#options
    const now = clock()
    const events: NewEvent[] = []
    const days = new Map<SubjectId, Map<string, WearableDay>>()
    for (const statement of statements) {
      const person = statement.person as SubjectId
      if ((await consentOf?.(person, statement.kind === 'survey' ? 'surveys' : 'wearable')) !== true) throw noConsent()
      const stream = (await ownStream?.(person)) ?? person
      if (statement.kind === 'survey') {
        const { id, at, instrument, answers } = statement
        if (at - now > mostAhead) throw ahead('QuestionnaireResponse.authored')
        events.push(
          this.#event(stream, ownRecordTypes.survey, at, `survey/${nameOf(id, JSON.stringify(answers))}`, {
            id,
            instrument,
            answers,
          }),
        )
        continue
      }
      const { day } = statement.day
      if (Date.parse(`${day}T00:00:00Z`) - now > 14 * 3_600_000) throw ahead('Observation.effectiveDateTime')
      const known = days.get(stream) ?? new Map<string, WearableDay>()
      days.set(stream, known)
      // What was measured of a day comes piece by piece; the latest event of a day holds, so it holds all of them.
      const standing = known.get(day) ?? (await this.#dayOf(stream, day)) ?? { day }
      known.set(day, { ...standing, ...statement.day })
    }
    for (const [stream, known] of days)
      for (const day of known.values()) {
        const standing = await this.#dayOf(stream, day.day)
        if (standing && Object.entries(day).every(([name, value]) => standing[name as keyof WearableDay] === value))
          continue
        events.push(
          this.#event(
            stream,
            ownRecordTypes.wearable,
            now,
            `wearable/${day.day}@${now}/${nameOf(JSON.stringify(day))}`,
            { days: [day] },
          ),
        )
      }
    const results = events.length === 0 ? [] : await thread.append(events)
    return {
      outcome: results.some(({ duplicate }) => !duplicate) ? 'accepted' : 'duplicate',
      events: [],
      subjects: [],
      notes: [],
    }
  }

  #event(stream: SubjectId, type: string, effective: Instant, idempotencyKey: string, payload: object): NewEvent {
    return { stream, subject: stream, type, effective, idempotencyKey, payload: payload as JsonObject }
  }

  async #dayOf(stream: SubjectId, day: string): Promise<WearableDay | undefined> {
    let found: WearableDay | undefined
    for await (const { payload } of this.#options.thread.read(stream, { types: [ownRecordTypes.wearable] }))
      for (const each of (payload as WearableRecorded | null)?.days ?? []) if (each.day === day) found = each
    return found
  }

  #clockOf(person: string) {
    const [, clinic = '', code] = /^provider\/([^.]+)\.(.+)$/.exec(person) ?? []
    return this.#clinics.byId(clinic)?.providers.some((each) => each.code === code)
      ? this.#clinics.time(clinic)
      : undefined
  }
}

function entriesIn(resource: unknown): readonly unknown[] {
  const { resourceType, entry } = (resource ?? {}) as { resourceType?: unknown; entry?: unknown }
  if (resourceType !== 'Bundle' || !Array.isArray(entry)) return [resource]
  return entry.map((each: { resource?: unknown } | null) => each?.resource)
}

function noConsent(): IntakeError {
  return new IntakeError(
    'no-consent',
    'the person it is about has not agreed to this, or no longer does; nothing of it is kept',
    {
      expected: 'the consent of that person, which they give in their own view',
      mend: 'stop sending it until they agree',
    },
  )
}

function ahead(location: string): IntakeError {
  return new IntakeError('in-the-future', 'it is in the future', {
    location,
    expected: 'a time that has been',
    mend: 'set the clock of the sender',
  })
}
