import type { Instant, Json, JsonObject, SubjectId } from '@counterpart/kernel'

/** A log within the thread: `patient/7f3a…` (facts about a subject), `cardiovascular:patient/7f3a…` (a twin's own), `audit`, `quarantine`. */
export type StreamId = string

/** Identifies one event for ever: `<stream>@<sequence>`. */
export type EventId = `${string}@${number}`

/** An event as its maker hands it in. */
export interface NewEvent {
  readonly stream: StreamId
  /** e.g. `observation.recorded`; see `event-types.ts`. */
  readonly type: string
  /** When it was so in the world. */
  readonly effective: Instant
  /**
   * Same key in the same stream: the same event, appended once however often it is handed in. With other content it is
   * refused (`idempotency-conflict`).
   */
  readonly idempotencyKey: string
  /** Whose data the payload is; encrypted with that subject's key. `null`: nobody's (encrypted with the house key). */
  readonly subject: SubjectId | null
  readonly payload: JsonObject
  /**
   * Events it came from. `#0` means the first event of the same `append` call, `#1` the second …; only events before
   * this one may be named so. The thread writes the real id in its place (that of the standing event when it was a
   * duplicate). An id that names no event is refused (`event-invalid`): no trace ends in nothing.
   */
  readonly derivedFrom?: readonly (EventId | `#${number}`)[]
  /** Version of the twin definition that made it, and the seed's names, where one did. */
  readonly madeBy?: { readonly definition: string; readonly version: string; readonly seed?: string }
}

/** An event as it stands in the thread. */
export interface ThreadEvent extends Required<Omit<NewEvent, 'madeBy' | 'payload' | 'derivedFrom'>> {
  readonly id: EventId
  readonly derivedFrom: readonly EventId[]
  /** 1, 2, 3 … without gaps within the stream. */
  readonly sequence: number
  /** Ascending over the whole thread: the order in which events became durable. */
  readonly position: number
  readonly schemaVersion: number
  /** When it became known here. Never goes back within a thread. */
  readonly recorded: Instant
  /** `null` when the subject's key has been destroyed: the event is known to have been, its content is gone. */
  readonly payload: JsonObject | null
  readonly madeBy?: NewEvent['madeBy']
  /** SHA-256 over this event and `previousHash`, hex. Covers the encrypted payload, so it survives erasure. */
  readonly hash: string
  readonly previousHash: string
}

export interface AppendResult {
  readonly id: EventId
  readonly sequence: number
  readonly position: number
  readonly recorded: Instant
  /** True when the event stood in the thread already. */
  readonly duplicate: boolean
}

/** What to read of a stream. All bounds are inclusive. */
export interface ReadOptions {
  readonly fromSequence?: number
  readonly toSequence?: number
  readonly types?: readonly string[]
  /** Only what had been recorded by then: "what did we know on Tuesday …" */
  readonly knownAt?: Instant
  /** Only what was so by then: "… about Monday?" */
  readonly validAt?: Instant
  /** Only what was so from then on. */
  readonly validFrom?: Instant
  readonly limit?: number
  /** Newest first (by sequence). */
  readonly descending?: boolean
}

/** A derivable snapshot, kept so that replay need not begin at the beginning. Never part of the chain. */
export interface Checkpoint {
  readonly stream: StreamId
  readonly kind: string
  /** State as of this effective time … */
  readonly effective: Instant
  /** … when every event up to this position of the thread had been taken in. */
  readonly position: number
  readonly subject: SubjectId | null
  readonly bytes: Uint8Array
}

export interface StreamStatistics {
  readonly stream: StreamId
  readonly events: number
  readonly lastSequence: number
  readonly firstRecorded: Instant
  readonly lastRecorded: Instant
}

export interface ChainReport {
  readonly streams: number
  readonly events: number
  readonly broken: readonly { readonly stream: StreamId; readonly sequence: number; readonly what: string }[]
}

/** Samples of one channel at a fixed rate, as they are stored. */
export interface WaveformSegment {
  readonly subject: SubjectId
  readonly channel: string
  readonly unit: string
  readonly start: Instant
  readonly samplesPerSecond: number
  /** value = (sample − baseline) / gain, in `unit`. */
  readonly gain: number
  readonly baseline: number
  readonly samples: Int16Array | Int32Array
}

/** The digital thread: append-only, bitemporal, chained. One port, two adapters (SQLite, PostgreSQL), one contract test. */
export interface Thread {
  readonly kind: 'sqlite' | 'postgresql'
  /**
   * Appends all events or none, in order, durably: when the promise resolves, they survive a power cut. Calls made
   * at the same time are committed together. With `expectedSequence`, the append is refused (`sequence-conflict`)
   * unless each named stream's last sequence is as given: how two writers of one twin find out. It is not looked at when
   * all events stand there already, so that an append whose answer was lost can be handed in again.
   */
  append(
    events: readonly NewEvent[],
    expectedSequence?: Readonly<Record<StreamId, number>>,
  ): Promise<readonly AppendResult[]>
  read(stream: StreamId, options?: ReadOptions): AsyncIterable<ThreadEvent>
  /** Events of every stream in order of `position`, after the given one: how readers catch up. */
  readAll(afterPosition: number, options?: { limit?: number; types?: readonly string[] }): AsyncIterable<ThreadEvent>
  get(id: EventId): Promise<ThreadEvent | undefined>
  /** Events that name `id` among those they came from. */
  derivedFrom(id: EventId): AsyncIterable<ThreadEvent>
  lastPosition(): Promise<number>
  streams(prefix?: string): Promise<readonly StreamStatistics[]>
  /**
   * Calls `listener` after each commit, in order, and before this process's own `append` resolves. Returns the way to
   * stop. To begin with what stands already, see `follow`.
   */
  subscribe(listener: (events: readonly ThreadEvent[]) => void): () => void
  putCheckpoint(checkpoint: Checkpoint): Promise<void>
  /** Newest checkpoints first (by effective time). */
  checkpoints(
    stream: StreamId,
    kind: string,
    options?: { before?: Instant; limit?: number },
  ): Promise<readonly Checkpoint[]>
  /** Drops checkpoints that a late arrival has made wrong, or old ones no longer wanted. */
  dropCheckpoints(stream: StreamId, kind: string, options: { from?: Instant; keepNewest?: number }): Promise<void>
  /** Stores a waveform segment and appends its `waveform.recorded` event (file, SHA-256, span) in one step. */
  putWaveform(
    segment: WaveformSegment,
    event: { idempotencyKey: string; derivedFrom?: readonly EventId[] },
  ): Promise<AppendResult>
  /** Segments of a channel that overlap the span, in order of start. */
  waveforms(subject: SubjectId, channel: string, from: Instant, to: Instant): AsyncIterable<WaveformSegment>
  /**
   * Destroys the subject's key: its content is gone for ever, the chain still verifies. Appends `subject.erased` to the
   * stream of the subject. Anything new for that subject is refused afterwards (`subject-erased`).
   */
  eraseSubject(subject: SubjectId, by: JsonObject): Promise<void>
  verify(options?: { stream?: StreamId; onProgress?: (done: number, of: number) => void }): Promise<ChainReport>
  close(): Promise<void>
}

/** Turns a payload of an older schema version into the next one. */
export type Upcaster = (payload: JsonObject) => JsonObject

export type { Json }
