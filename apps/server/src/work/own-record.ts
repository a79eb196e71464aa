import {
  type ConsentName,
  type ConsentSet,
  type Instant,
  type JsonObject,
  ownRecordTypes,
  type StatementMade,
  type StatementWithdrawn,
  type SubjectId,
  type SurveyAnswered,
  type WearableDay,
  type WearableRecorded,
} from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import { type Consent, consentNames, type Statement } from '../contract/index.ts'

/** What somebody has said of themselves and worn, as it stands. */
export interface OwnRecord {
  /** Where it is kept: see {@link ownStreamOf}. */
  readonly stream: SubjectId
  readonly consents: Readonly<Record<ConsentName, StandingConsent>>
  /** Oldest first. */
  readonly surveys: readonly (SurveyAnswered & { readonly at: Instant })[]
  /** By day, oldest first; of a day told twice the later. */
  readonly wearable: readonly WearableDay[]
  /** Newest first. */
  readonly statements: readonly Statement[]
}

interface StandingConsent {
  readonly state: Consent['state']
  readonly since: Instant | null
  readonly until: Instant | null
}

/**
 * Where new things of this person go. Erasing destroys a key for ever, so who goes on afterwards has a stream with a new key:
 * `provider/<clinic>.<code>`, then `….r2`, `….r3`.
 */
export async function ownStreamOf(thread: Thread, provider: SubjectId): Promise<SubjectId> {
  for (let life = 1; ; life++) {
    const stream: SubjectId = life === 1 ? provider : `${provider}.r${life}`
    let erased = false
    for await (const _ of thread.read(stream, { types: ['subject.erased'], limit: 1 })) erased = true
    if (!erased) return stream
  }
}

/** Whether anything is kept of this person that can be erased. */
export async function hasOwnRecord(thread: Thread, provider: SubjectId): Promise<boolean> {
  for await (const _ of thread.read(await ownStreamOf(thread, provider), { limit: 1 })) return true
  return false
}

/** Reads what a person's stream adds up to. A pause that is over counts as consent given. */
export async function readOwnRecord(thread: Thread, provider: SubjectId, now: Instant): Promise<OwnRecord> {
  const stream = await ownStreamOf(thread, provider)
  const consents = new Map<ConsentName, StandingConsent>()
  const surveys: (SurveyAnswered & { readonly at: Instant })[] = []
  const wearable = new Map<string, WearableDay>()
  const statements = new Map<string, Statement>()
  for await (const { type, effective: at, payload } of thread.read(stream)) {
    if (payload === null) continue
    const said = payload as unknown
    if (type === ownRecordTypes.consent) {
      const { what, state, until } = said as ConsentSet
      consents.set(what, { state, since: at, until: until ?? null })
    } else if (type === ownRecordTypes.survey) surveys.push({ ...(said as SurveyAnswered), at })
    else if (type === ownRecordTypes.wearable)
      for (const day of (said as WearableRecorded).days) wearable.set(day.day, day)
    else if (type === ownRecordTypes.statement) {
      const { id, kind, about, text } = said as StatementMade
      statements.set(id, { id, kind, about, text, at, withdrawn: null })
    } else if (type === ownRecordTypes.withdrawal) {
      const made = statements.get((said as StatementWithdrawn).id)
      if (made) statements.set(made.id, { ...made, withdrawn: at })
    }
  }
  const standing = (what: ConsentName): StandingConsent => {
    const set = consents.get(what) ?? { state: 'never', since: null, until: null }
    return set.state === 'paused' && set.until !== null && set.until <= now
      ? { state: 'given', since: set.until, until: null }
      : set
  }
  return {
    stream,
    consents: Object.fromEntries(consentNames.map((what) => [what, standing(what)])) as OwnRecord['consents'],
    surveys: surveys.sort((a, b) => a.at - b.at),
    wearable: [...wearable.values()].sort((a, b) => (a.day < b.day ? -1 : 1)),
    statements: [...statements.values()].reverse(),
  }
}

/** Writes something down that a person said of themselves, under that person's own key. */
export async function addToOwnRecord(
  thread: Thread,
  stream: SubjectId,
  entry: { readonly type: string; readonly effective: Instant; readonly key: string; readonly payload: JsonObject },
): Promise<void> {
  const { type, effective, key: idempotencyKey, payload } = entry
  await thread.append([{ stream, subject: stream, type, effective, idempotencyKey, payload }])
}

/** Destroys the key of everything that is kept of this person here. */
export async function eraseOwnRecord(thread: Thread, provider: SubjectId, by: JsonObject): Promise<void> {
  await thread.eraseSubject(await ownStreamOf(thread, provider), by)
}

const labels: Readonly<Record<ConsentName, string>> = {
  surveys: 'Keep my answers to surveys, for my own view',
  'surveys-in-groups': 'Count my answers in figures about groups',
  wearable: 'Keep what my wearable measures, for my own view',
  'wearable-in-groups': 'Count what my wearable measures in figures about groups',
}

export function consentsOf({ consents }: OwnRecord): Consent[] {
  return consentNames.map((what) => ({ what, label: labels[what], ...consents[what] }))
}

/** Whether something may be taken in or counted now. */
export function isGiven(record: OwnRecord, what: ConsentName): boolean {
  return record.consents[what].state === 'given'
}

/** Contests that stand. */
export function openContests({ statements }: OwnRecord): readonly Statement[] {
  return statements.filter(({ kind, withdrawn }) => kind === 'contest' && withdrawn === null)
}
