import { createHash } from 'node:crypto'
import {
  type Belief,
  carryOn,
  type Decision,
  encodeBelief,
  type Fact,
  type Forecast,
  type Instant,
  LoopNeedsHistory,
  type Recommendation,
  type Scenario,
  type Subject,
  type SubjectId,
  type TwinDefinition,
  type TwinId,
  twinId,
} from '@counterpart/kernel'
import { type EventId, type NewEvent, type Thread, ThreadError, type ThreadEvent } from '@counterpart/thread'
import type { ProjectionStore } from '../projection.ts'
import { SerialQueue } from '../serial-queue.ts'
import type { SubjectState } from '../subjects.ts'
import { computeJob, forecastTimes } from './compute.ts'
import type { ComputePool } from './compute-pool.ts'
import { asPayload, type BeliefUpdated, type ForecastIssued } from './events.ts'
import { factOf } from './facts.ts'
import { type BuiltLoop, dropCheckpointsFrom, rebuildLoop, saveCheckpoint } from './rebuild.ts'
import { judge, packMembers } from './scoring.ts'
import { bandsOf, summariseForecast, summariseVariables } from './summaries.ts'
import { recommendationStatus, type TwinState } from './twin-state.ts'

export interface TwinHostOptions {
  readonly thread: Thread
  readonly definitions: readonly TwinDefinition[]
  readonly subjects: ProjectionStore<SubjectState>
  readonly twins: ProjectionStore<TwinState>
  readonly pool: ComputePool
  readonly clock: () => Instant
  /** Told of each belief that has moved, at once; the event that records it may follow a little later. */
  readonly onBelief: (change: BeliefChange) => void
  readonly onError: (error: unknown, context: { readonly twin: TwinId }) => void
}

export interface BeliefChange {
  readonly twin: TwinId
  readonly subject: SubjectId
  readonly asOf: Instant
  readonly quantities: BeliefUpdated['quantities']
  readonly variables: BeliefUpdated['variables']
}

/** A twin at work. */
interface Live extends BuiltLoop {
  readonly definition: TwinDefinition
  readonly subject: Subject
  readonly twin: TwinId
  /** Observation events taken in since the last `belief.updated`. */
  sources: string[]
  lastRecordedAt: Instant
  lastForecastSlot: number
  forecasting: boolean
  stepsSinceCheckpoint: number
  lastUsed: Instant
}

/** Beliefs are written to the thread at most this often for each twin; every number derived from one writes it first. */
const beliefEvery = 10_000
const stepsBetweenCheckpoints = 200
const checkpointsKept = 6
/** Twins kept in memory; the least recently used beyond this are put away, to be rebuilt when needed. */
const liveTwins = 1_000

/** Keeps every twin in step with what is appended to the thread, and lets each forecast, advise and be judged. */
export class TwinHost {
  readonly #options: TwinHostOptions
  readonly #live = new Map<TwinId, Live>()
  readonly #queue = new SerialQueue()
  /** Facts that arrived while their subject's earlier ones were being worked on. */
  readonly #inbox = new Map<SubjectId, ThreadEvent[]>()
  /** Subjects erased since the start. */
  readonly #erased = new Set<SubjectId>()
  readonly #background = new Set<Promise<unknown>>()

  constructor(options: TwinHostOptions) {
    this.#options = options
  }

  /** Takes note of newly appended events; the work happens soon after, facts of one subject in order. */
  notice(events: readonly ThreadEvent[]): void {
    for (const event of events) {
      if (event.type === 'subject.erased') this.#forget(event.stream as SubjectId)
      if (!factOf(event)) continue
      const subject = event.stream as SubjectId
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
    if (!definition || !subject.startsWith(`${definition.subjectKind}/`)) return undefined
    return this.#queue.run(subject, async () => (await this.#build(definition, subject)).loop)
  }

  /** Resolves when every fact noticed so far is in the beliefs and what followed from them is in the thread. */
  async settled(): Promise<void> {
    while (this.#inbox.size > 0 || this.#background.size > 0) {
      await this.#queue.idle()
      await Promise.allSettled(this.#background)
    }
  }

  /** Finishes what is under way and saves checkpoints of all twins at work. */
  async saveAll(): Promise<void> {
    await this.settled()
    // What was erased a moment ago has no checkpoints any more.
    for (const live of this.#live.values())
      if (live.stepsSinceCheckpoint > 0 && !this.#erased.has(live.subject.id))
        await saveCheckpoint(this.#options.thread, live.definition, live.subject, live)
  }

  /** Records forecasts of what a decision will do, beside carrying on, so that the outcome can be judged. */
  async forecastDecision(decision: Decision, decisionEvent: string): Promise<void> {
    const kind = decision.twin.slice(0, decision.twin.indexOf(':'))
    const definition = this.#options.definitions.find((each) => each.kind === kind)
    if (!definition || decision.interventions.length === 0) return
    await this.#queue.run(decision.subject, async () => {
      const live = await this.#build(definition, decision.subject)
      if (!live.loop.belief) return
      const belief = await this.#recordBelief(live)
      const scenario: Scenario = { id: decision.scenarioId, name: 'As decided', interventions: decision.interventions }
      // The belief may be older than the decision; what was decided starts now.
      const times = forecastTimes(definition, Math.max(decision.at, live.loop.belief.asOf))
      const [withIt, without] = await this.#forecasts(live, [scenario, carryOn], times)
      const issued = await this.#issued(live, withIt!, belief.hash, `decision/${decision.id}`)
      await this.#append({
        ...this.#twinEvent(live, 'forecast.issued', withIt!.madeAt, `forecast/decision/${decision.id}`),
        payload: asPayload<ForecastIssued>({
          ...issued,
          madeAt: Math.max(decision.at, withIt!.madeAt),
          decision: decision.id,
          carryingOn: bandsOf(without!),
        }),
        derivedFrom: eventIds(belief.event, decisionEvent),
      })
    })
  }

  async #workOff(subject: SubjectId): Promise<void> {
    const events = this.#inbox.get(subject) ?? []
    this.#inbox.delete(subject)
    for (const definition of this.#options.definitions) {
      if (!subject.startsWith(`${definition.subjectKind}/`)) continue
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
    if (fresh.length > 0) await this.#take(live, fresh)
    const { belief } = live.loop
    if (!belief) return
    live.sources.push(...events.map((event) => event.id))
    const estimate = this.#estimate(live, belief)
    this.#options.onBelief({ twin: live.twin, subject, ...estimate })
    await this.#judge(live, events)
    const now = this.#options.clock()
    if (now - live.lastRecordedAt >= beliefEvery) await this.#recordBelief(live, estimate)
    this.#maybeForecast(
      live,
      belief,
      events.some((event) => event.type === 'treatment.reported'),
    )
    if (live.stepsSinceCheckpoint >= stepsBetweenCheckpoints) {
      live.stepsSinceCheckpoint = 0
      await saveCheckpoint(this.#options.thread, definition, live.subject, live)
      await this.#options.thread.dropCheckpoints(live.twin, 'belief-1', { keepNewest: checkpointsKept })
    }
  }

  async #take(live: Live, fresh: readonly ThreadEvent[]): Promise<void> {
    const facts = fresh.map((event) => factOf(event)).filter((fact): fact is Fact => fact !== undefined)
    try {
      const step = live.loop.take(facts)
      live.stepsSinceCheckpoint += facts.length
      if (step.redone > 0) await this.#dropCheckpoints(live, earliest(facts))
      for (const { error } of step.failures) this.#options.onError(error, { twin: live.twin })
    } catch (error) {
      if (!(error instanceof LoopNeedsHistory)) throw error
      await this.#dropCheckpoints(live, error.corrections.length > 0 ? 0 : error.from)
      const rebuilt = await rebuildLoop(this.#options.thread, live.definition, live.subject)
      Object.assign(live, rebuilt)
      return
    }
    live.sequence = Math.max(live.sequence, fresh.at(-1)!.sequence)
  }

  async #dropCheckpoints(live: Live, from: Instant): Promise<void> {
    await dropCheckpointsFrom(this.#options.thread, live.twin, from)
  }

  async #build(definition: TwinDefinition, id: SubjectId): Promise<Live> {
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
    const live: Live = {
      ...built,
      definition,
      subject,
      twin,
      sources: [],
      lastRecordedAt: Number.NEGATIVE_INFINITY,
      lastForecastSlot: Number.NEGATIVE_INFINITY,
      forecasting: false,
      stepsSinceCheckpoint: 0,
      lastUsed: now,
    }
    const state = await this.#options.twins.get(twin)
    if (state.forecast) live.lastForecastSlot = slotOf(definition, state.forecast.madeAt)
    this.#live.set(twin, live)
    await this.#putAwayTheIdle()
    return live
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
    for (const live of this.#live.values()) if (live.subject.id === subject) this.#live.delete(live.twin)
  }

  /** What a belief says now: a forecast with no horizon. */
  #estimate(live: Live, belief: Belief): Pick<BeliefUpdated, 'asOf' | 'quantities' | 'variables'> {
    const now = live.definition.forecast(belief, carryOn, [belief.asOf], live.loop.contextAt(belief.asOf))
    return {
      asOf: belief.asOf,
      quantities: Object.fromEntries(
        Object.keys(now.quantities).map((name) => [name, summariseForecast(now, name, 0)]),
      ),
      variables: summariseVariables(belief.ensemble),
    }
  }

  async #recordBelief(
    live: Live,
    estimate = this.#estimate(live, live.loop.belief!),
  ): Promise<{ hash: string; event: string }> {
    const hash = createHash('sha256').update(encodeBelief(live.loop.belief!)).digest('hex')
    const state = await this.#options.twins.get(live.twin)
    if (state.belief?.hash === hash) return { hash, event: state.belief.event }
    const previous = state.belief ? [state.belief.event] : []
    const event = await this.#append({
      ...this.#twinEvent(live, 'belief.updated', estimate.asOf, `belief/${previous[0] ?? 'first'}/${hash}`),
      payload: asPayload<BeliefUpdated>({ ...estimate, hash }),
      derivedFrom: eventIds(...new Set([...previous, ...live.sources])),
    })
    live.sources = []
    live.lastRecordedAt = this.#options.clock()
    return { hash, event: event! }
  }

  async #judge(live: Live, events: readonly ThreadEvent[]): Promise<void> {
    const state = await this.#options.twins.get(live.twin)
    const treatments = treatmentsKey(live)
    for (const event of events) {
      const fact = factOf(event)
      if (fact?.kind !== 'observation') continue
      const { scores, outcomes } = judge(state, live.definition, fact.observation, event.id, treatments)
      await Promise.all([
        ...scores.map(({ pending, score }) =>
          this.#append({
            ...this.#twinEvent(
              live,
              'forecast.scored',
              score.at,
              `score/${score.forecast}/${score.quantity}/${score.lead}`,
            ),
            payload: asPayload(score),
            derivedFrom: eventIds(pending.event, event.id),
          }),
        ),
        ...outcomes.map(({ pending, outcome }) =>
          this.#append({
            ...this.#twinEvent(live, 'outcome.observed', fact.observation.effective, `outcome/${outcome.id}`),
            payload: asPayload({ outcome }),
            derivedFrom: eventIds(pending.event, event.id),
          }),
        ),
      ])
    }
  }

  /** Forecasts and advises when the belief has moved on far enough; one at a time for each twin. */
  #maybeForecast(live: Live, belief: Belief, treatmentsChanged: boolean): void {
    const slot = slotOf(live.definition, belief.asOf)
    if (live.forecasting || (slot <= live.lastForecastSlot && !treatmentsChanged)) return
    // A twin that is still catching up with the past has nothing to say about the future.
    if (this.#options.clock() - belief.asOf > Math.max(...live.definition.cadence.forecastSteps)) return
    live.forecasting = true
    live.lastForecastSlot = slot
    const work = this.#forecastAndAdvise(live, treatmentsChanged)
      .catch((error) => this.#options.onError(error, { twin: live.twin }))
      .finally(() => {
        live.forecasting = false
        this.#background.delete(work)
      })
    this.#background.add(work)
  }

  async #forecastAndAdvise(live: Live, treatmentsChanged: boolean): Promise<void> {
    const belief = live.loop.belief!
    const recorded = await this.#recordBelief(live)
    const { treatments } = live.loop
    const times = forecastTimes(live.definition, belief.asOf)
    const slot = `${slotOf(live.definition, belief.asOf)}${treatmentsChanged ? `/${treatmentsKey(live)}` : ''}`
    const [forecast] = (
      await this.#options.pool.run(
        computeJob(live.twin, belief, treatments, { kind: 'forecast', scenarios: [carryOn], times }),
      )
    ).forecasts!
    const issued = await this.#issued(live, forecast!, recorded.hash, `${live.twin}/${slot}`)
    const forecastEvent = await this.#append({
      ...this.#twinEvent(live, 'forecast.issued', belief.asOf, `forecast/${slot}`),
      payload: asPayload<ForecastIssued>(issued),
      derivedFrom: eventIds(recorded.event),
    })
    const { recommendations } = await this.#options.pool.run(
      computeJob(live.twin, belief, treatments, { kind: 'advise' }),
    )
    for (const recommendation of recommendations!)
      await this.#recommend(live, recommendation, [recorded.event, forecastEvent])
  }

  /** Puts advice before people unless the same advice already waits for them, or was decided on a moment ago. */
  async #recommend(live: Live, recommendation: Recommendation, from: readonly (string | undefined)[]): Promise<void> {
    const state = await this.#options.twins.get(live.twin)
    const latest = state.recommendations.find(
      (each) => each.recommendation.objective.name === recommendation.objective.name,
    )
    if (latest) {
      const status = recommendationStatus(latest, true, this.#options.clock())
      const sameFirst = topOf(latest.recommendation) === topOf(recommendation)
      if (status === 'open' && sameFirst) return
      if (status === 'decided' && this.#options.clock() < latest.recommendation.expires && sameFirst) return
    }
    await this.#append({
      ...this.#twinEvent(live, 'recommendation.made', recommendation.madeAt, `recommendation/${recommendation.id}`),
      payload: asPayload({ recommendation }),
      derivedFrom: eventIds(...from),
    })
  }

  async #issued(live: Live, forecast: Forecast, beliefHash: string, id: string): Promise<ForecastIssued> {
    const { latest } = await this.#options.subjects.get(live.subject.id)
    return {
      id,
      madeAt: forecast.madeAt,
      beliefHash,
      scenario: { id: forecast.scenario.id, name: forecast.scenario.name },
      times: forecast.times,
      bands: bandsOf(forecast),
      members: packMembers(forecast, live.definition),
      size: forecast.size,
      lastMeasured: Object.fromEntries(
        Object.entries(latest).flatMap(([channel, { observation }]) =>
          observation.value === null ? [] : [[channel, observation.value]],
        ),
      ),
      treatments: treatmentsKey(live),
    }
  }

  async #forecasts(
    live: Live,
    scenarios: readonly Scenario[],
    times: readonly Instant[],
  ): Promise<readonly Forecast[]> {
    const job = computeJob(live.twin, live.loop.belief!, live.loop.treatments, { kind: 'forecast', scenarios, times })
    return (await this.#options.pool.run(job, true)).forecasts!
  }

  #twinEvent(live: Live, type: string, effective: Instant, idempotencyKey: string) {
    return {
      stream: live.twin,
      type,
      effective,
      idempotencyKey,
      subject: live.subject.id,
      madeBy: { definition: live.definition.kind, version: live.definition.version, seed: live.twin },
    }
  }

  /** Appends one event; `undefined` when it stood there already in other words (after a restart, say): what was wanted. */
  async #append(event: NewEvent): Promise<string | undefined> {
    try {
      const [result] = await this.#options.thread.append([event])
      return result!.id
    } catch (error) {
      if (error instanceof ThreadError && error.code === 'idempotency-conflict') return undefined
      throw error
    }
  }
}

function eventIds(...ids: readonly (string | undefined)[]): readonly EventId[] {
  return ids.filter((id) => id !== undefined) as EventId[]
}

function concerns(definition: TwinDefinition, event: ThreadEvent): boolean {
  const fact = factOf(event)
  if (fact?.kind === 'treatment')
    return definition.interventions.some((each) => each.name === fact.treatment.intervention)
  return definition.channels.some((channel) => fact && channel.name === fact.observation.channel)
}

function slotOf(definition: TwinDefinition, at: Instant): number {
  return Math.floor(at / definition.cadence.forecastEvery)
}

function treatmentsKey(live: Live): string {
  const { belief } = live.loop
  return live.loop
    .contextAt(belief?.asOf ?? 0)
    .treatments.filter((treatment) => treatment.until === undefined)
    .map((treatment) => `${treatment.intervention}×${treatment.dose}`)
    .join(', ')
}

function topOf(recommendation: Recommendation): string {
  const top = recommendation.options[0]
  return top ? top.scenario.interventions.map((each) => each.intervention).join('+') : ''
}

function earliest(facts: readonly Fact[]): Instant {
  return Math.min(
    ...facts.map((fact) => (fact.kind === 'observation' ? fact.observation.effective : fact.treatment.from)),
  )
}
