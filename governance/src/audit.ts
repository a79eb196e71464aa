import { type Instant, type Json, type Milliseconds, minute, type Role, type SubjectId } from '@counterpart/kernel'
import type { EventId, NewEvent, Thread } from '@counterpart/thread'
import { GovernanceError } from './errors.ts'

/** Who did, or tried, what to whose data. Subjects appear by their pseudonymous id alone. */
export interface AuditEntry {
  /** User id; `null` when nobody was signed in. */
  readonly who: string | null
  readonly role: Role | null
  /** An action of the policy, or one of the house's own such as `sign-in`. */
  readonly action: string
  readonly subject?: SubjectId
  /** What exactly was asked for, e.g. `GET /api/twins/…/forecast` or a recommendation's id; never content. */
  readonly resource: string
  readonly outcome: 'allowed' | 'denied'
  /** Why, as far as known: a coded reason, or ids of policies. */
  readonly purpose?: string
  readonly address?: string
}

/** An entry as it stands in the thread: for one access, or for all identical ones in the minute that began at `at`. */
export interface AuditRecord extends AuditEntry {
  readonly id: EventId
  readonly at: Instant
}

export interface Audit {
  /**
   * Notes a read, to be written within `writeEvery`; identical ones within a minute are one entry. Throws
   * {@link GovernanceError} `audit-unavailable` when so many wait unwritten that no more may go unrecorded.
   */
  read(entry: AuditEntry): void
  /** Writes at once; resolves when it is durable. For decisions, sign-ins and all that changes something: await it first. */
  write(entry: AuditEntry): Promise<void>
  /** Writes what waits. */
  flush(): Promise<void>
  /** Newest first. */
  query(question: AuditQuestion): Promise<readonly AuditRecord[]>
  close(): Promise<void>
}

/** "Who looked at me?": `subject`. "What did they look at?": `who`. Both: entries that match both. */
export interface AuditQuestion {
  readonly subject?: SubjectId
  readonly who?: string
  readonly from?: Instant
  readonly to?: Instant
  /** Default 200. */
  readonly limit?: number
}

export interface AuditOptions {
  readonly thread: Thread
  readonly clock: () => Instant
  /** A fresh text each time, for idempotency keys. */
  readonly newId: () => string
  /** Default 1 s. What a power cut can lose of the *reads* noted; decisions are never lost. */
  readonly writeEvery?: Milliseconds
  /** Default 10 000 entries. */
  readonly mayWait?: number
  /** Calls `work` once after `delay`; returns the way to stop it. */
  readonly schedule?: (delay: Milliseconds, work: () => void) => () => void
  /** Told when reads could not be written; they are kept and tried again. */
  readonly onError?: (error: unknown) => void
}

const stream = 'audit'
const type = 'audit.recorded'

/**
 * Keeps the audit trail in the thread's stream `audit`. Entries are nobody's data (`subject: null`), so that erasing a
 * subject leaves the account of who looked at them.
 */
export function openAudit(options: AuditOptions): Audit {
  const { thread, clock, newId, writeEvery = 1_000, mayWait = 10_000, schedule = later, onError = () => {} } = options
  /** When an identical read was last noted; entries of past minutes are dropped as time goes on. */
  let noted = new Map<string, Instant>()
  let notedSince = clock()
  let waiting: NewEvent[] = []
  let writing: Promise<void> = Promise.resolve()
  let cancel: (() => void) | undefined
  let closed = false
  const index = auditIndex(thread)

  const eventOf = (entry: AuditEntry): NewEvent => {
    const payload = { ...entry } as Readonly<Record<string, Json | undefined>>
    return { stream, type, effective: clock(), idempotencyKey: newId(), subject: null, payload }
  }
  const flush = (): Promise<void> => {
    cancel?.()
    cancel = undefined
    writing = writing
      .catch(() => {})
      .then(async () => {
        const batch = waiting
        if (batch.length === 0) return
        await thread.append(batch)
        waiting = waiting.slice(batch.length)
      })
    return writing
  }
  const flushLater = () => {
    cancel ??= schedule(writeEvery, () => {
      cancel = undefined
      flush().catch((error) => {
        onError(error)
        if (!closed) flushLater()
      })
    })
  }

  return {
    read(entry) {
      const now = clock()
      if (now - notedSince >= minute) {
        noted = new Map([...noted].filter(([, at]) => now - at < minute))
        notedSince = now
      }
      const key = JSON.stringify([
        entry.who,
        entry.role,
        entry.action,
        entry.subject,
        entry.resource,
        entry.outcome,
        entry.purpose,
        entry.address,
      ])
      const before = noted.get(key)
      if (before !== undefined && now - before < minute) return
      if (waiting.length >= mayWait)
        throw new GovernanceError(
          'audit-unavailable',
          `${waiting.length} reads wait to be written to the audit trail, so no more are let through; look at the thread's store (is its disk full?)`,
        )
      noted.set(key, now)
      waiting.push(eventOf(entry))
      flushLater()
    },

    async write(entry) {
      try {
        await thread.append([eventOf(entry)])
      } catch (cause) {
        throw new GovernanceError(
          'audit-unavailable',
          `"${entry.action}" was not carried out because it could not be written to the audit trail: ${(cause as Error).message}`,
          { cause },
        )
      }
    },

    flush,

    async query(question) {
      await flush()
      return index.query(question)
    },

    async close() {
      closed = true
      await flush()
    },
  }
}

/** Sequences by subject and by user, caught up at each question: the thread itself does not look into payloads. */
function auditIndex(thread: Thread) {
  const bySubject = new Map<string, number[]>()
  const byUser = new Map<string, number[]>()
  let last = 0
  let catchingUp: Promise<void> = Promise.resolve()

  const add = (map: Map<string, number[]>, key: string, sequence: number) => {
    const sequences = map.get(key)
    if (sequences) sequences.push(sequence)
    else map.set(key, [sequence])
  }
  const catchUp = () => {
    catchingUp = catchingUp
      .catch(() => {})
      .then(async () => {
        for await (const event of thread.read(stream, { fromSequence: last + 1 })) {
          const entry = event.type === type ? (event.payload as unknown as AuditEntry | null) : null
          if (entry?.subject) add(bySubject, entry.subject, event.sequence)
          if (entry?.who) add(byUser, entry.who, event.sequence)
          last = event.sequence
        }
      })
    return catchingUp
  }

  return {
    async query({
      subject,
      who,
      from = -Infinity,
      to = Infinity,
      limit = 200,
    }: AuditQuestion): Promise<readonly AuditRecord[]> {
      await catchUp()
      const records: AuditRecord[] = []
      for (const span of spans(candidates(subject, who))) {
        const events = thread.read(stream, { ...span, descending: true })
        for await (const { id, payload, effective } of events) {
          if (effective < from || effective > to || payload === null) continue
          const entry = payload as unknown as AuditEntry
          if ((subject !== undefined && entry.subject !== subject) || (who !== undefined && entry.who !== who)) continue
          records.push({ ...entry, id, at: effective })
          if (records.length >= limit) return records
        }
      }
      return records
    },
  }

  function candidates(subject: SubjectId | undefined, who: string | undefined): readonly number[] | undefined {
    const lists = [subject && (bySubject.get(subject) ?? []), who && (byUser.get(who) ?? [])].filter((l) =>
      Array.isArray(l),
    )
    return lists.sort((a, b) => a.length - b.length)[0]
  }
}

/** Newest first, neighbours (closer than 16) read together: the stretches to read for these sequences. */
function* spans(sequences: readonly number[] | undefined): Iterable<{ fromSequence?: number; toSequence?: number }> {
  if (sequences === undefined) {
    yield {}
    return
  }
  let at = sequences.length - 1
  while (at >= 0) {
    const toSequence = sequences[at]!
    while (at > 0 && sequences[at]! - sequences[at - 1]! < 16 && toSequence - sequences[at - 1]! < 1_000) at--
    yield { fromSequence: sequences[at]!, toSequence }
    at--
  }
}

function later(delay: Milliseconds, work: () => void): () => void {
  const timer = setTimeout(work, delay)
  timer.unref()
  return () => clearTimeout(timer)
}
