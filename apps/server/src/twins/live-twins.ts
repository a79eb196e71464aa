import {
  type Instant,
  type Subject,
  type SubjectId,
  type TwinDefinition,
  type TwinId,
  twinId,
} from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import type { ProjectionStore } from '../projection.ts'
import type { SubjectState } from '../subjects.ts'
import { factTypes } from './facts.ts'
import { type LiveTwin, noteMeasured, slotOf } from './live-twin.ts'
import { rebuildLoop, saveCheckpoint } from './rebuild.ts'
import type { TwinState } from './twin-state.ts'

/** Twins kept in memory; the least recently used beyond this are put away, to be rebuilt when needed. */
const keptAtMost = 1_000

/** The twins at work: each built from the thread when it is first needed, and put away when it has not been for long. */
export class LiveTwins {
  readonly #thread: Thread
  readonly #subjects: ProjectionStore<SubjectState>
  readonly #twins: ProjectionStore<TwinState>
  readonly #clock: () => Instant
  readonly #held = new Map<TwinId, LiveTwin>()
  /** Subjects erased since the start. */
  readonly #erased = new Set<SubjectId>()

  constructor(options: {
    readonly thread: Thread
    readonly subjects: ProjectionStore<SubjectState>
    readonly twins: ProjectionStore<TwinState>
    readonly clock: () => Instant
  }) {
    this.#thread = options.thread
    this.#subjects = options.subjects
    this.#twins = options.twins
    this.#clock = options.clock
  }

  /** A twin that is at work already. */
  held(twin: TwinId): LiveTwin | undefined {
    return this.#held.get(twin)
  }

  async get(definition: TwinDefinition, id: SubjectId): Promise<LiveTwin> {
    const twin = twinId({ kind: definition.kind, subject: id })
    const now = this.#clock()
    const held = this.#held.get(twin)
    if (held) {
      held.lastUsed = now
      return held
    }
    const live = await this.#build(definition, { id, kind: definition.subjectKind }, twin, now)
    this.#held.set(twin, live)
    await this.#putAwayTheIdle()
    return live
  }

  /** Builds the loop of a twin anew from the thread, where what is at hand does not reach far enough back. */
  async rebuild(live: LiveTwin): Promise<void> {
    const rebuilt = await rebuildLoop(this.#thread, live.definition, live.subject)
    Object.assign(live, rebuilt)
    const { belief } = await this.#twins.get(live.twin)
    live.sources = await this.#factsAfter(live.subject.id, belief?.through ?? 0, rebuilt.sequence)
  }

  /** Saves checkpoints of all that have moved on since their last. */
  async saveAll(): Promise<void> {
    // What was erased a moment ago has no checkpoints any more.
    for (const live of this.#held.values())
      if (live.stepsSinceCheckpoint > 0 && !this.#erased.has(live.subject.id))
        await saveCheckpoint(this.#thread, live.definition, live.subject, live)
  }

  /** Lets go of an erased subject's twins. */
  forget(subject: SubjectId): void {
    this.#erased.add(subject)
    for (const live of this.#held.values()) if (live.subject.id === subject) this.#held.delete(live.twin)
  }

  async #build(definition: TwinDefinition, subject: Subject, twin: TwinId, now: Instant): Promise<LiveTwin> {
    let built = await rebuildLoop(this.#thread, definition, subject)
    // Erased while it was being read: what is read now has no content.
    if (this.#erased.has(subject.id)) built = await rebuildLoop(this.#thread, definition, subject)
    const state = await this.#twins.get(twin)
    const live: LiveTwin = {
      ...built,
      definition,
      subject,
      twin,
      sources: await this.#factsAfter(subject.id, state.belief?.through ?? 0, built.sequence),
      recording: Promise.resolve(),
      lastRecordedAt: Number.NEGATIVE_INFINITY,
      lastForecastSlot: state.forecast ? slotOf(definition, state.forecast.madeAt) : Number.NEGATIVE_INFINITY,
      lastForecastTreatments: state.forecast?.treatments ?? '',
      lastMeasured: new Map(),
      forecasting: false,
      remaking: false,
      lastForecastAt: Number.NEGATIVE_INFINITY,
      lateSince: 0,
      stepsSinceCheckpoint: 0,
      lastUsed: now,
      lastHeard: now,
      lastTold: Number.NEGATIVE_INFINITY,
      untold: false,
      telling: false,
    }
    const asOf = built.loop.belief?.asOf ?? Number.NEGATIVE_INFINITY
    for (const { observation } of Object.values((await this.#subjects.get(subject.id)).latest))
      if (observation.effective <= asOf) noteMeasured(live, observation)
    return live
  }

  /** Events of facts that no recorded belief names as its origin yet. */
  async #factsAfter(stream: SubjectId, through: number, upTo: number): Promise<string[]> {
    const ids: string[] = []
    const span = { fromSequence: through + 1, toSequence: upTo, types: factTypes }
    if (upTo > through) for await (const event of this.#thread.read(stream, span)) ids.push(event.id)
    return ids
  }

  async #putAwayTheIdle(): Promise<void> {
    if (this.#held.size <= keptAtMost) return
    const [oldest] = [...this.#held.values()].sort((a, b) => a.lastUsed - b.lastUsed)
    this.#held.delete(oldest!.twin)
    if (oldest!.stepsSinceCheckpoint > 0)
      await saveCheckpoint(this.#thread, oldest!.definition, oldest!.subject, oldest!)
  }
}
