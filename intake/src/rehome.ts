import type { Instant, Json, JsonObject, SubjectId } from '@counterpart/kernel'
import type { EventId, NewEvent, Thread, ThreadEvent } from '@counterpart/thread'
import type { Ownership, OwnershipStatement } from './ownership.ts'

/** What stands in a subject's stream and may be another one's: types of events. Waveforms and raw messages stay. */
const types = [
  'encounter.changed',
  'device.described',
  'observation.recorded',
  'observation.corrected',
  'observation.retracted',
  'treatment.reported',
]

/** What facts carry besides themselves, so that they can go where they belong when that becomes known. */
interface Carried {
  /** Of whom it was said, where it stands with somebody else. */
  readonly home?: SubjectId
  /** The visit during which it was so. */
  readonly encounter?: string
  /** The event of which it is a copy. */
  readonly original?: EventId
  /** Not said by anybody, but following from its having gone elsewhere. */
  readonly rehomed?: true
}

/**
 * The events by which facts get to where they belong after these statements: copies there, and withdrawals where they stood, if
 * that is still somebody's record of their own. Each derives from the event that it copies or withdraws.
 */
export async function rehome(
  statements: readonly OwnershipStatement[],
  before: Ownership,
  after: Ownership,
  thread: Pick<Thread, 'read'>,
): Promise<readonly NewEvent[]> {
  const events: NewEvent[] = []
  const withdrawn = new Map<SubjectId, ReadonlyMap<string, Instant>>()
  for (const stream of concerned(statements, before, after)) {
    const latest = new Map<string, ThreadEvent>()
    for await (const event of thread.read(stream, { types })) {
      if (event.payload === null) continue
      const carried = event.payload as Carried
      if (carried.rehomed) continue
      const home = carried.home ?? stream
      const target = after.ownerOf(home, encounterIn(event))
      if (target === stream) continue
      const fact = factIn(event)
      if (!withdrawn.has(target)) withdrawn.set(target, await withdrawnIn(target, thread))
      const gone = withdrawn.get(target)!
      // Where it came from it still stands, unless it was withdrawn there.
      const stands = carried.original?.startsWith(`${target}@`) && !(fact && gone.has(fact.key))
      if (!stands) events.push(copyOf(event, target, home, gone, statements))
      const known = fact && latest.get(fact.key)
      if (fact && !(known && factIn(known)!.version > fact.version)) latest.set(fact.key, event)
    }
    if (!after.isMerged(stream))
      for (const event of latest.values()) events.push(withdrawalOf(event, statements.at(-1)!.version))
  }
  return events
}

/** Streams in which there may be something that belongs elsewhere now. */
function concerned(
  statements: readonly OwnershipStatement[],
  before: Ownership,
  after: Ownership,
): ReadonlySet<SubjectId> {
  const streams = new Set<SubjectId>()
  for (const statement of statements) {
    const ends = statement.kind === 'visit' ? [statement.from, statement.into] : [statement.prior, statement.into]
    for (const home of ends) for (const one of [home, ...before.homesOf(before.ownerOf(home))]) streams.add(one)
    for (const ownership of [before, after]) for (const one of ownership.reachableFrom(ends)) streams.add(one)
  }
  return streams
}

function copyOf(
  event: ThreadEvent,
  target: SubjectId,
  home: SubjectId,
  withdrawn: ReadonlyMap<string, Instant>,
  statements: readonly OwnershipStatement[],
): NewEvent {
  const { home: _, ...payload } = event.payload as JsonObject & Carried
  const fact = factIn(event)
  const since = fact && withdrawn.get(fact.key)
  // What was withdrawn there before comes back as a newer version of itself.
  const version = since === undefined ? undefined : Math.max(fact!.version, since + 1)
  return {
    stream: target,
    subject: target,
    type: event.type,
    effective: event.effective,
    idempotencyKey: `rehomed/${event.id}/${statements.at(-1)!.version}`,
    payload: {
      ...changed(payload, { subject: target, ...(version !== undefined && { version }) }),
      ...(home !== target && { home }),
      original: (payload as Carried).original ?? event.id,
    },
    derivedFrom: [event.id],
  }
}

function withdrawalOf(event: ThreadEvent, version: Instant): NewEvent {
  const fact = factIn(event)!
  const later = { version: Math.max(fact.version + 1, version) }
  const payload = event.payload as JsonObject
  const [type, change] =
    'observation' in payload
      ? ['observation.retracted', { ...later, status: 'retracted' }]
      : 'treatment' in payload
        ? ['treatment.reported', { ...later, retracted: true }]
        : ['encounter.changed', { ...later, status: 'cancelled' }]
  return {
    stream: event.stream,
    subject: event.subject!,
    type: type as string,
    effective: event.effective,
    idempotencyKey: `withdrawn/${event.id}/${version}`,
    payload: { ...changed(payload, change as JsonObject), rehomed: true },
    derivedFrom: [event.id],
  }
}

/** A payload with its fact changed, whatever it is of. */
function changed(payload: JsonObject, change: JsonObject): JsonObject {
  for (const name of ['observation', 'treatment'] as const) {
    const fact = payload[name] as JsonObject | undefined
    const { subject: _, ...rest } = change
    if (fact) return { ...payload, [name]: { ...fact, ...(name === 'observation' ? change : rest) } }
  }
  const { subject: _, ...rest } = change
  return { ...payload, ...rest }
}

/** What was withdrawn from a stream before because it had gone elsewhere, by fact, with the version of that. */
async function withdrawnIn(stream: SubjectId, thread: Pick<Thread, 'read'>): Promise<ReadonlyMap<string, Instant>> {
  const versions = new Map<string, Instant>()
  for await (const event of thread.read(stream, {
    types: ['observation.retracted', 'treatment.reported', 'encounter.changed'],
  })) {
    if (!(event.payload as Carried | null)?.rehomed) continue
    const { key, version } = factIn(event)!
    versions.set(key, Math.max(version, versions.get(key) ?? version))
  }
  return versions
}

/** The fact that an event is a version of; `undefined` for what cannot be withdrawn. */
function factIn({ payload }: ThreadEvent): { readonly key: string; readonly version: Instant } | undefined {
  const { observation, treatment, encounterId, version } = payload as Record<string, Json | undefined>
  if (encounterId !== undefined) return { key: `encounter/${String(encounterId)}`, version: version as Instant }
  const fact = (observation ?? treatment) as { id: string; version: Instant } | undefined
  return fact && { key: `${observation ? 'observation' : 'treatment'}/${fact.id}`, version: fact.version }
}

function encounterIn({ payload }: ThreadEvent): string | undefined {
  const { encounter, encounterId } = payload as { encounter?: string; encounterId?: string }
  return encounter ?? encounterId
}
