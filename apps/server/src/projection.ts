import type { JsonObject, SubjectId } from '@counterpart/kernel'
import { type StreamId, type Thread, ThreadError, type ThreadEvent } from '@counterpart/thread'
import { SerialQueue } from './serial-queue.ts'

/** What a stream's events add up to, as plain data that a checkpoint can hold. */
export interface Projection<State extends object> {
  /** Name of its checkpoints; change it when the shape of the state changes, and it is rebuilt from the events. */
  readonly kind: string
  /** The types it looks at. */
  readonly types: readonly string[]
  initial(stream: StreamId): State
  /** The state after the event. May change `state` in place and return it. */
  apply(state: State, event: ThreadEvent): State
}

interface Held<State> {
  state: State
  sequence: number
  position: number
  unsaved: number
}

const eventsBetweenCheckpoints = 500

/** Streams that began together are not all saved at the same moment: each has a number of its own near the usual one. */
function saveAfter(stream: StreamId): number {
  let sum = 0
  for (let i = 0; i < stream.length; i++) sum = (sum * 31 + stream.charCodeAt(i)) % 251
  return eventsBetweenCheckpoints - 125 + sum
}

/** Keeps a projection of many streams: read on first need, kept up by what is appended, saved as checkpoints. */
export class ProjectionStore<State extends object> {
  readonly #thread: Thread
  readonly #projection: Projection<State>
  readonly #held = new Map<StreamId, Held<State>>()
  /** Events appended while their stream was being read. */
  readonly #loading = new Map<StreamId, ThreadEvent[]>()
  /** Streams whose subject was erased while they were being read. */
  readonly #forgotten = new Set<StreamId>()
  readonly #queue = new SerialQueue()
  readonly #subjectOf: (stream: StreamId) => SubjectId

  constructor(thread: Thread, projection: Projection<State>, subjectOf: (stream: StreamId) => SubjectId) {
    this.#thread = thread
    this.#projection = projection
    this.#subjectOf = subjectOf
  }

  /** The state of a stream with everything appended so far. */
  async get(stream: StreamId): Promise<State> {
    return (await this.#hold(stream)).state
  }

  /** Takes in events that were just appended. Streams not at hand are left alone: reading them will find the events. */
  notice(events: readonly ThreadEvent[]): void {
    for (const event of events) {
      if (event.type === 'subject.erased') this.#forget(event.stream as SubjectId)
      const held = this.#held.get(event.stream)
      if (held) this.#apply(held, event)
      else this.#loading.get(event.stream)?.push(event)
    }
  }

  /** Saves what has changed, so that the next start reads less. */
  async saveAll(): Promise<void> {
    for (const [stream, held] of this.#held) if (held.unsaved > 0) await this.#save(stream, held)
  }

  async #hold(stream: StreamId): Promise<Held<State>> {
    const held = this.#held.get(stream)
    if (held) return held
    return this.#queue.run(stream, async () => {
      const ready = this.#held.get(stream)
      if (ready) return ready
      const meanwhile: ThreadEvent[] = []
      this.#loading.set(stream, meanwhile)
      try {
        let loaded = await this.#load(stream)
        while (this.#forgotten.delete(stream)) loaded = await this.#load(stream)
        for (const event of meanwhile) this.#apply(loaded, event)
        this.#held.set(stream, loaded)
        return loaded
      } finally {
        this.#loading.delete(stream)
      }
    })
  }

  /** Lets go of every stream about a subject whose data have been erased: what is read anew has no content. */
  #forget(subject: SubjectId): void {
    for (const stream of this.#held.keys()) if (this.#subjectOf(stream) === subject) this.#held.delete(stream)
    for (const stream of this.#loading.keys()) if (this.#subjectOf(stream) === subject) this.#forgotten.add(stream)
  }

  #apply(held: Held<State>, event: ThreadEvent): void {
    if (event.sequence <= held.sequence) return
    if (event.type === 'subject.erased') held.state = this.#projection.initial(event.stream)
    else if (event.payload !== null && this.#projection.types.includes(event.type))
      held.state = this.#projection.apply(held.state, event)
    held.sequence = event.sequence
    held.position = event.position
    held.unsaved++
    // Also when reading back found more unsaved than that, as after a life that ended without saving.
    if (held.unsaved >= saveAfter(event.stream) && this.#held.get(event.stream) === held) {
      held.unsaved = 0
      void this.#queue.run(event.stream, () => this.#save(event.stream, held))
    }
  }

  async #load(stream: StreamId): Promise<Held<State>> {
    const [checkpoint] = await this.#thread.checkpoints(stream, this.#projection.kind, { limit: 1 })
    let held: Held<State> = { state: this.#projection.initial(stream), sequence: 0, position: 0, unsaved: 0 }
    if (checkpoint) {
      const saved = JSON.parse(new TextDecoder().decode(checkpoint.bytes)) as { state: State; sequence: number }
      held = { ...saved, position: checkpoint.position, unsaved: 0 }
    }
    const types = [...this.#projection.types, 'subject.erased']
    for await (const event of this.#thread.read(stream, { fromSequence: held.sequence + 1, types })) {
      this.#apply(held, event)
    }
    return held
  }

  async #save(stream: StreamId, held: Held<State>): Promise<void> {
    held.unsaved = 0
    const saved: JsonObject = { state: held.state as JsonObject, sequence: held.sequence }
    const checkpoint = {
      stream,
      kind: this.#projection.kind,
      // A projection has one line of checkpoints, ordered by how much it has taken in.
      effective: held.sequence,
      position: held.position,
      subject: this.#subjectOf(stream),
      bytes: new TextEncoder().encode(JSON.stringify(saved)),
    }
    try {
      await this.#thread.putCheckpoint(checkpoint)
    } catch (error) {
      // There is nothing to keep of a subject that has been erased.
      if (error instanceof ThreadError && error.code === 'subject-erased') return
      throw error
    }
    await this.#thread.dropCheckpoints(stream, this.#projection.kind, { keepNewest: 1 })
  }
}
