import {
  type Belief,
  type Decision,
  type Instant,
  parseTwinId,
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
import { factOf } from './facts.ts'
import { Foresight, type ForesightOptions } from './foresight.ts'
import { judgeWaiting } from './judging.ts'
import { isLate, isOutdated, type LiveTwin, manyLate, movesByItself, noteMeasured, presentBelief } from './live-twin.ts'
import { LiveTwins } from './live-twins.ts'
import type { BuiltLoop } from './rebuild.ts'
import { checkpointNowAndThen, concerns, takeFacts } from './take-facts.ts'

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
  /** Whether the newest forecast no longer stands for what is known; see {@link isOutdated}. */
  readonly forecastOutdated: boolean
}

/** Beliefs are written to the thread at most this often for each twin; every number derived from one writes it first. */
const beliefEvery = 10_000
/** The estimate of a twin that moves by itself is told at most, and at least, this often. */
const tellAtMostEvery = 1_000
const tellAtLeastEvery = 60_000
/** While facts of the past stream in, a twin that moves by itself is not brought to the present. */
const quietFor = 10_000

/** Keeps every twin in step with what is appended to the thread, and lets each forecast, advise and be judged. */
export class TwinHost {
  readonly #options: TwinHostOptions
  readonly #live: LiveTwins
  readonly #queue = new SerialQueue()
  /** Facts that arrived while their subject's earlier ones were being worked on. */
  readonly #inbox = new Map<SubjectId, ThreadEvent[]>()
  /** Subjects that move by themselves. */
  readonly #moving = new Set<SubjectId>()
  readonly #foresight: Foresight

  constructor(options: TwinHostOptions) {
    this.#options = options
    this.#live = new LiveTwins(options)
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
      if (event.type === 'subject.erased') {
        this.#live.forget(event.stream as SubjectId)
        this.#moving.delete(event.stream as SubjectId)
      }
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
    return this.#queue.run(subject, async () => (await this.#live.get(definition, subject)).loop)
  }

  /** The belief of a loop as it stands now: brought to the present, where the twin moves by itself. */
  present(kind: string, loop: BuiltLoop['loop']): Belief | null {
    const definition = this.#options.definitions.find((each) => each.kind === kind)
    return definition ? presentBelief(definition, loop, this.#options.clock()) : loop.belief
  }

  /** Whether a twin's newest forecast, made at `madeAt`, no longer stands for what is known. */
  forecastOutdated(twin: TwinId, madeAt: Instant): boolean {
    const live = this.#live.held(twin)
    return live !== undefined && isOutdated(live, madeAt, this.#options.clock())
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
    await this.#live.saveAll()
  }

  /** Records what a decision is expected to do, beside carrying on, so that the outcome can be judged. */
  async forecastDecision(decision: Decision, decisionEvent: string): Promise<void> {
    const definition = this.#options.definitions.find((each) => each.kind === parseTwinId(decision.twin)?.kind)
    if (!definition || decision.interventions.length === 0) return
    await this.#queue.run(decision.subject, async () =>
      this.#foresight.forecastDecision(await this.#live.get(definition, decision.subject), decision, decisionEvent),
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
    const live = await this.#live.get(definition, subject)
    // A loop that was built a moment ago has read these events already.
    const fresh = events.filter((event) => event.sequence > live.sequence)
    if (fresh.length > 0) {
      live.sources.push(...fresh.map((event) => event.id))
      live.lateSince += fresh.filter(({ effective }) => isLate(live, effective)).length
      await takeFacts({ ...this.#options, live: this.#live }, live, fresh)
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
    await checkpointNowAndThen(this.#options.thread, live)
  }

  async #moveOn(subject: SubjectId): Promise<void> {
    for (const definition of this.#options.definitions) {
      if (!movesByItself(definition) || !this.#options.follows(definition, subject)) continue
      try {
        const live = await this.#live.get(definition, subject)
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
    this.#foresight.tell(live, belief, (estimate) => {
      const forecastOutdated = isOutdated(live, live.lastForecastAt, this.#options.clock())
      this.#options.onBelief({ twin: live.twin, subject: live.subject.id, ...estimate, forecastOutdated })
    })
  }
}
