import {
  type Belief,
  type Decision,
  type Fact,
  type Instant,
  LoopNeedsHistory,
  parseTwinId,
  type Subject,
  type SubjectId,
  type TwinDefinition,
  type TwinId,
  twinId,
} from '@counterpart/kernel'
import type { ThreadEvent } from '@counterpart/thread'
import type { ProjectionStore } from '../projection.ts'
import { SerialQueue } from '../serial-queue.ts'
import type { SubjectState } from '../subjects.ts'
import type { BeliefUpdated } from './events.ts'
import { factOf, factTypes, latestVersions } from './facts.ts'
import { Foresight, type ForesightOptions } from './foresight.ts'
import { judgeWaiting } from './judging.ts'
import { type LiveTwin, movesByItself, noteMeasured, presentBelief, slotOf } from './live-twin.ts'
import {
  type BuiltLoop,
  checkpointKind,
  dropCheckpointsFrom,
  rebuildLoop,
  saveCheckpoint,
  stepsAtOnce,
} from './rebuild.ts'

export interface TwinHostOptions extends ForesightOptions {
  readonly subjects: ProjectionStore<SubjectState>
  readonly definitions: readonly TwinDefinition[]
  /** Whether a definition is of this subject. */
  readonly follows: (definition: TwinDefinition, subject: SubjectId) => boolean
  /** Told of each belief that has moved, at once; the event that records it may follow a little later. */
  readonly onBelief: (change: BeliefChange) => void
}

export interface BeliefChange {
  readonly twin: TwinId
  readonly subject: SubjectId
  readonly asOf: Instant
  readonly quantities: BeliefUpdated['quantities']
  readonly variables: BeliefUpdated['variables']
}

/** Beliefs are written to the thread at most this often for each twin; every number derived from one writes it first. */
const beliefEvery = 10_000
const stepsBetweenCheckpoints = 200
/** Of what moves by itself much is told late: enough to reach back some days, so that nothing is read from its beginning. */
const checkpointsKept = { patient: 6, others: 60 }
/** The estimate of a twin that moves by itself is told at most, and at least, this often. */
const tellAtMostEvery = 1_000
const tellAtLeastEvery = 60_000
/** While facts of the past stream in, a twin that moves by itself is not brought to the present. */
const quietFor = 10_000
/** So many facts that a forecast should have known are worth another one. */
const manyLate = 10
/** Twins kept in memory; the least recently used beyond this are put away, to be rebuilt when needed. */
const liveTwins = 1_000

/** Keeps every twin in step with what is appended to the thread, and lets each forecast, advise and be judged. */
export class TwinHost {
  readonly #options: TwinHostOptions
  readonly #live = new Map<TwinId, LiveTwin>()
  readonly #queue = new SerialQueue()
  /** Facts that arrived while their subject's earlier ones were being worked on. */
  readonly #inbox = new Map<SubjectId, ThreadEvent[]>()
  /** Subjects erased since the start. */
  readonly #erased = new Set<SubjectId>()
  /** Subjects that move by themselves. */
  readonly #moving = new Set<SubjectId>()
  readonly #foresight: Foresight

  constructor(options: TwinHostOptions) {
    this.#options = options
    this.#foresight = new Foresight(options)
  }

  /** Takes up the subjects that move by themselves and are in the thread already. */
  async begin(): Promise<void> {
    const kinds = new Set(this.#options.definitions.filter(movesByItself).map(({ subjectKind }) => subjectKind))
    for (const kind of kinds)
      for (const { stream } of await this.#options.thread.streams(`${kind}/`)) this.#moving.add(stream as SubjectId)
  }

  /** Lets time pass: twins that move by themselves are brought to the present, told of, and forecast when it is time. */
  tick(): void {
    // Those who are at work will say where they stand by themselves.
    for (const subject of this.#moving)
      if (!this.#inbox.has(subject)) void this.#queue.run(subject, () => this.#moveOn(subject))
  }

  /** Takes note of newly appended events; the work happens soon after, facts of one subject in order. */
  notice(events: readonly ThreadEvent[]): void {
    for (const event of events) {
      if (event.type === 'subject.erased') this.#forget(event.stream as SubjectId)
      if (!factOf(event)) continue
      const subject = event.stream as SubjectId
      if (!subject.startsWith('patient/')) this.#moving.add(subject)
      const waiting = this.#inbox.get(subject)
      if (waiting) waiting.push(event)
      else {
        this.#inbox.set(subject, [event])
        void this.#queue.run(subject, () => this.#workOff(subject))
      }
    }
  }

  /** The live loop of a twin, built from the thread if need be; `undefined` for an unknown kind of twin. */
  async loop(kind: string, subject: SubjectId): Promise<BuiltLoop['loop'] | undefined> {
    const definition = this.#options.definitions.find((each) => each.kind === kind)
    if (!definition || !this.#options.follows(definition, subject)) return undefined
    return this.#queue.run(subject, async () => (await this.#build(definition, subject)).loop)
  }

  /** The belief of a loop as it stands now: brought to the present, where the twin moves by itself. */
  present(kind: string, loop: BuiltLoop['loop']): Belief | null {
    const definition = this.#options.definitions.find((each) => each.kind === kind)
    return definition ? presentBelief(definition, loop, this.#options.clock()) : loop.belief
  }

  /** Resolves when every fact noticed so far is in the beliefs and what followed from them is in the thread. */
  async settled(): Promise<void> {
    do {
      await this.#queue.idle()
      await Promise.allSettled(this.#foresight.underWay)
    } while (this.#inbox.size > 0 || this.#foresight.underWay.size > 0)
  }

  /** Finishes what is under way and saves checkpoints of all twins at work. */
  async saveAll(): Promise<void> {
    await this.settled()
    // What was erased a moment ago has no checkpoints any more.
    for (const live of this.#live.values())
      if (live.stepsSinceCheckpoint > 0 && !this.#erased.has(live.subject.id))
        await saveCheckpoint(this.#options.thread, live.definition, live.subject, live)
  }

  /** Records what a decision is expected to do, beside carrying on, so that the outcome can be judged. */
  async forecastDecision(decision: Decision, decisionEvent: string): Promise<void> {
    const definition = this.#options.definitions.find((each) => each.kind === parseTwinId(decision.twin)?.kind)
    if (!definition || decision.interventions.length === 0) return
    await this.#queue.run(decision.subject, async () =>
      this.#foresight.forecastDecision(await this.#build(definition, decision.subject), decision, decisionEvent),
    )
  }

  async #workOff(subject: SubjectId): Promise<void> {
    const events = this.#inbox.get(subject) ?? []
    this.#inbox.delete(subject)
    for (const definition of this.#options.definitions) {
      if (!this.#options.follows(definition, subject)) continue
      const twin = twinId({ kind: definition.kind, subject })
      const relevant = events.filter((event) => concerns(definition, event))
      if (relevant.length === 0) continue
      try {
        await this.#advance(definition, subject, relevant)
      } catch (error) {
        this.#options.onError(error, { twin })
      }
    }
  }

  async #advance(definition: TwinDefinition, subject: SubjectId, events: readonly ThreadEvent[]): Promise<void> {
    const live = await this.#build(definition, subject)
    // A loop that was built a moment ago has read these events already.
    const fresh = events.filter((event) => event.sequence > live.sequence)
    if (fresh.length > 0) {
      live.sources.push(...fresh.map((event) => event.id))
      live.lateSince += fresh.filter((event) => event.effective < live.lastForecastAt).length
      await this.#take(live, fresh)
    }
    const { belief } = live.loop
    if (!belief) return
    const now = this.#options.clock()
    live.lastHeard = now
    const isBehind = now - belief.asOf > definition.cadence.forecastEvery
    const present = isBehind ? belief : (presentBelief(definition, live.loop, now) ?? belief)
    if (!movesByItself(definition) || now - live.lastTold >= tellAtMostEvery) this.#tell(live, present)
    else live.untold = true
    await judgeWaiting(this.#options, live, events)
    for (const event of events) {
      const fact = factOf(event)
      if (fact?.kind === 'observation') noteMeasured(live, fact.observation)
    }
    if (movesByItself(definition)) this.#foresight.recordNowAndThen(live, now)
    else if (now - live.lastRecordedAt >= beliefEvery) await this.#foresight.recordBelief(live)
    this.#foresight.maybeForecast(live, present)
    if (live.stepsSinceCheckpoint >= stepsBetweenCheckpoints) {
      live.stepsSinceCheckpoint = 0
      await saveCheckpoint(this.#options.thread, definition, live.subject, live)
      await this.#options.thread.dropCheckpoints(live.twin, checkpointKind, {
        keepNewest: movesByItself(definition) ? checkpointsKept.others : checkpointsKept.patient,
      })
    }
  }

  async #moveOn(subject: SubjectId): Promise<void> {
    for (const definition of this.#options.definitions) {
      if (!movesByItself(definition) || !this.#options.follows(definition, subject)) continue
      try {
        const live = await this.#build(definition, subject)
        const now = this.#options.clock()
        const { belief } = live.loop
        if (!belief) continue
        const isBehind = now - belief.asOf > definition.cadence.forecastEvery
        const isQuiet = now - live.lastHeard >= quietFor
        if (isBehind && !isQuiet) continue
        const present = presentBelief(definition, live.loop, now)!
        if (live.untold || now - live.lastTold >= tellAtLeastEvery) this.#tell(live, present)
        this.#foresight.maybeForecast(live, present, isQuiet && live.lateSince >= manyLate)
      } catch (error) {
        this.#options.onError(error, { twin: twinId({ kind: definition.kind, subject }) })
      }
    }
  }

  #tell(live: LiveTwin, belief: Belief): void {
    this.#foresight.tell(live, belief, (estimate) =>
      this.#options.onBelief({ twin: live.twin, subject: live.subject.id, ...estimate }),
    )
  }

  async #take(live: LiveTwin, fresh: readonly ThreadEvent[]): Promise<void> {
    // In order of time, so that none of them takes the fold back; in portions, so that nobody else waits long.
    const facts = latestVersions(fresh.map((event) => factOf(event)).filter((fact) => fact !== undefined))
    try {
      for (let i = 0; i < facts.length; i += stepsAtOnce) {
        const portion = facts.slice(i, i + stepsAtOnce)
        const step = live.loop.take(portion)
        live.stepsSinceCheckpoint += portion.length
        if (step.redone > 0) await this.#dropCheckpoints(live, earliest(portion))
        for (const { error } of step.failures) this.#options.onError(error, { twin: live.twin })
        if (facts.length > stepsAtOnce) await new Promise((resolve) => setImmediate(resolve))
      }
    } catch (error) {
      if (!(error instanceof LoopNeedsHistory)) throw error
      await this.#dropCheckpoints(live, error.corrections.length > 0 ? 0 : error.from)
      const rebuilt = await rebuildLoop(this.#options.thread, live.definition, live.subject)
      Object.assign(live, rebuilt)
      const { belief } = await this.#options.twins.get(live.twin)
      live.sources = await this.#factsAfter(live.subject.id, belief?.through ?? 0, rebuilt.sequence)
      return
    }
    live.sequence = Math.max(live.sequence, fresh.at(-1)!.sequence)
  }

  async #dropCheckpoints(live: LiveTwin, from: Instant): Promise<void> {
    await dropCheckpointsFrom(this.#options.thread, live.twin, from)
  }

  async #build(definition: TwinDefinition, id: SubjectId): Promise<LiveTwin> {
    const twin = twinId({ kind: definition.kind, subject: id })
    const now = this.#options.clock()
    const held = this.#live.get(twin)
    if (held) {
      held.lastUsed = now
      return held
    }
    const subject: Subject = { id, kind: definition.subjectKind }
    let built = await rebuildLoop(this.#options.thread, definition, subject)
    // Erased while it was being read: what is read now has no content.
    if (this.#erased.has(id)) built = await rebuildLoop(this.#options.thread, definition, subject)
    const state = await this.#options.twins.get(twin)
    const live: LiveTwin = {
      ...built,
      definition,
      subject,
      twin,
      sources: await this.#factsAfter(id, state.belief?.through ?? 0, built.sequence),
      recording: Promise.resolve(),
      lastRecordedAt: Number.NEGATIVE_INFINITY,
      lastForecastSlot: Number.NEGATIVE_INFINITY,
      lastForecastTreatments: state.forecast?.treatments ?? '',
      lastMeasured: new Map(),
      forecasting: false,
      lastForecastAt: Number.NEGATIVE_INFINITY,
      lateSince: 0,
      stepsSinceCheckpoint: 0,
      lastUsed: now,
      lastHeard: now,
      lastTold: Number.NEGATIVE_INFINITY,
      untold: false,
      telling: false,
    }
    if (state.forecast) live.lastForecastSlot = slotOf(definition, state.forecast.madeAt)
    const asOf = built.loop.belief?.asOf ?? Number.NEGATIVE_INFINITY
    for (const { observation } of Object.values((await this.#options.subjects.get(id)).latest))
      if (observation.effective <= asOf) noteMeasured(live, observation)
    this.#live.set(twin, live)
    await this.#putAwayTheIdle()
    return live
  }

  /** Events of facts that no recorded belief names as its origin yet. */
  async #factsAfter(stream: SubjectId, through: number, upTo: number): Promise<string[]> {
    const ids: string[] = []
    const span = { fromSequence: through + 1, toSequence: upTo, types: factTypes }
    if (upTo > through) for await (const event of this.#options.thread.read(stream, span)) ids.push(event.id)
    return ids
  }

  async #putAwayTheIdle(): Promise<void> {
    if (this.#live.size <= liveTwins) return
    const [oldest] = [...this.#live.values()].sort((a, b) => a.lastUsed - b.lastUsed)
    this.#live.delete(oldest!.twin)
    if (oldest!.stepsSinceCheckpoint > 0)
      await saveCheckpoint(this.#options.thread, oldest!.definition, oldest!.subject, oldest!)
  }

  #forget(subject: SubjectId): void {
    this.#erased.add(subject)
    this.#moving.delete(subject)
    for (const live of this.#live.values()) if (live.subject.id === subject) this.#live.delete(live.twin)
  }
}

function concerns(definition: TwinDefinition, event: ThreadEvent): boolean {
  const fact = factOf(event)
  if (fact?.kind === 'treatment')
    return definition.interventions.some((each) => each.name === fact.treatment.intervention)
  return definition.channels.some((channel) => fact && channel.name === fact.observation.channel)
}

function earliest(facts: readonly Fact[]): Instant {
  return Math.min(
    ...facts.map((fact) => (fact.kind === 'observation' ? fact.observation.effective : fact.treatment.from)),
  )
}
