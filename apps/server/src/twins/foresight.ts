import {
  type Belief,
  carryOn,
  type Decision,
  type Forecast,
  type Instant,
  minute,
  type Recommendation,
  type Scenario,
  type TwinId,
} from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import type { ProjectionStore } from '../projection.ts'
import { appendOnce, eventIds, twinEvent } from './append.ts'
import { beliefHash } from './belief-hash.ts'
import { computeJob, forecastTimes } from './compute.ts'
import type { ComputePool } from './compute-pool.ts'
import { asPayload, type BeliefUpdated, type ForecastIssued } from './events.ts'
import { type LiveTwin, movesByItself, presentBelief, slotOf, treatmentsInForce } from './live-twin.ts'
import { packedSize, packMembers } from './packed-members.ts'
import { bandsOf, summariseForecast, summariseVariables } from './summaries.ts'
import { type RecommendationState, recommendationStatus, type TwinState } from './twin-state.ts'

/** What a belief says of the moment it is of. */
export type Estimate = Omit<BeliefUpdated, 'hash' | 'through'>

/** A belief in the thread. */
export interface RecordedBelief {
  /** SHA-256 of the encoded belief. */
  readonly hash: string
  /** `undefined`: it stood there already in other words. */
  readonly event: string | undefined
}

/** How often a belief whose estimate takes long is written down by itself; what is derived from one writes it anyway. */
const recordEvery = minute

export interface ForesightOptions {
  readonly thread: Thread
  readonly twins: ProjectionStore<TwinState>
  readonly pool: ComputePool
  readonly clock: () => Instant
  readonly onError: (error: unknown, context: { readonly twin: TwinId }) => void
}

/** What follows from a belief, written into the twin's own stream: the belief, forecasts, advice, and how forecasts did. */
export class Foresight {
  readonly #options: ForesightOptions
  readonly #background = new Set<Promise<unknown>>()

  constructor(options: ForesightOptions) {
    this.#options = options
  }

  /** Forecasting and advising under way. */
  get underWay(): ReadonlySet<Promise<unknown>> {
    return this.#background
  }

  /**
   * What a belief says now: a forecast with no horizon. A twin that moves by itself simulates even for that, so a worker
   * does it; of others it is a matter of less than a millisecond.
   */
  estimate(live: LiveTwin, belief: Belief): Estimate | Promise<Estimate> {
    const { definition, loop, twin } = live
    const estimateFrom = (now: Forecast): Estimate => ({
      asOf: belief.asOf,
      quantities: Object.fromEntries(
        Object.keys(now.quantities).map((name) => [name, summariseForecast(now, name, 0)]),
      ),
      variables: summariseVariables(belief.ensemble),
    })
    const times = [belief.asOf]
    if (!movesByItself(definition))
      return estimateFrom(definition.forecast(belief, carryOn, times, loop.contextAt(belief.asOf)))
    const job = computeJob(twin, belief, loop.treatments, { kind: 'forecast', scenarios: [carryOn], times })
    return this.#options.pool.run(job, true).then(({ forecasts }) => estimateFrom(forecasts![0]!))
  }

  /** Hands on what a belief says now, as soon as it is known; of a twin that moves by itself one at a time. */
  tell(live: LiveTwin, belief: Belief, onEstimate: (estimate: Estimate) => void): void {
    if (live.telling) {
      live.untold = true
      return
    }
    live.untold = false
    live.lastTold = this.#options.clock()
    const estimate = this.estimate(live, belief)
    if (!(estimate instanceof Promise)) {
      onEstimate(estimate)
      return
    }
    live.telling = true
    const work = estimate
      .then(onEstimate)
      .catch((error) => this.#options.onError(error, { twin: live.twin }))
      .finally(() => {
        live.telling = false
        this.#background.delete(work)
      })
    this.#background.add(work)
  }

  /** Writes the belief as it stands into the thread, unless it stands there already; returns its hash and event. */
  recordBelief(live: LiveTwin): Promise<RecordedBelief> {
    const belief = live.loop.belief!
    const { sequence } = live
    const sources = live.sources.splice(0)
    // One after the other: each belief names the one before it.
    live.recording = live.recording.then(
      () => this.#record(live, belief, sequence, sources),
      () => this.#record(live, belief, sequence, sources),
    )
    return live.recording as Promise<RecordedBelief>
  }

  /** Writes a belief whose estimate takes long into the thread when it is time, without holding up what comes in. */
  recordNowAndThen(live: LiveTwin, now: Instant): void {
    if (now - live.lastRecordedAt < recordEvery) return
    live.lastRecordedAt = now
    const work = this.recordBelief(live)
      .catch((error) => this.#options.onError(error, { twin: live.twin }))
      .finally(() => this.#background.delete(work))
    this.#background.add(work)
  }

  async #record(live: LiveTwin, belief: Belief, through: number, sources: readonly string[]): Promise<RecordedBelief> {
    const hash = beliefHash(belief)
    const { belief: previous } = await this.#options.twins.get(live.twin)
    if (previous?.hash === hash) return { hash, event: previous.event }
    const estimate = await this.estimate(live, belief)
    const event = await appendOnce(this.#options.thread, {
      ...twinEvent(live, 'belief.updated', belief.asOf, `belief/${previous?.event ?? 'first'}/${hash}`),
      payload: asPayload<BeliefUpdated>({ ...estimate, hash, through }),
      derivedFrom: eventIds(...new Set([previous?.event, ...sources])),
    })
    live.lastRecordedAt = this.#options.clock()
    return { hash, event }
  }

  /**
   * Forecasts and advises when the belief has moved on far enough, or `again` because much was told that the last forecast
   * did not know; one at a time for each twin.
   */
  maybeForecast(live: LiveTwin, belief: Belief, again = false): void {
    const now = this.#options.clock()
    const slot = slotOf(live.definition, belief.asOf)
    const treatments = treatmentsInForce(live, now)
    const treatmentsChanged = treatments !== live.lastForecastTreatments
    if (live.forecasting || (slot <= live.lastForecastSlot && !treatmentsChanged && !again)) return
    // A twin that is still catching up with the past has nothing to say about the future.
    if (now - belief.asOf > live.definition.cadence.forecastEvery) return
    live.forecasting = true
    live.remaking = again || live.lastForecastAt === Number.NEGATIVE_INFINITY
    live.lastForecastSlot = slot
    live.lastForecastTreatments = treatments
    live.lastForecastAt = belief.asOf
    live.lateSince = 0
    const why = [treatmentsChanged ? `/${treatments}` : '', again ? `/again/${belief.asOf}` : ''].join('')
    const work = this.#forecastAndAdvise(live, belief, why, again)
      .catch((error) => this.#options.onError(error, { twin: live.twin }))
      .finally(() => {
        live.forecasting = false
        live.untold ||= live.remaking
        live.remaking = false
        this.#background.delete(work)
      })
    this.#background.add(work)
  }

  /** Records forecasts of what a decision will do, beside carrying on, so that the outcome can be judged. */
  async forecastDecision(live: LiveTwin, decision: Decision, decisionEvent: string): Promise<void> {
    const now = Math.max(decision.at, this.#options.clock())
    const present = presentBelief(live.definition, live.loop, now)
    if (!present) return
    const made = standing(live, present, now)
    const belief = await this.recordBelief(live)
    const scenario: Scenario = { id: decision.scenarioId, name: 'As decided', interventions: decision.interventions }
    // The belief may be older than the decision; what was decided starts now.
    const times = forecastTimes(live.definition, Math.max(decision.at, present.asOf))
    const [withIt, without] = await this.#forecasts(live, present, [scenario, carryOn], times)
    const issued = this.#issued(withIt!, live, made, belief.hash, `decision/${decision.id}`)
    await appendOnce(this.#options.thread, {
      ...twinEvent(live, 'forecast.issued', withIt!.madeAt, `forecast/decision/${decision.id}`),
      payload: asPayload<ForecastIssued>({
        ...issued,
        madeAt: Math.max(decision.at, withIt!.madeAt),
        decision: decision.id,
        carryingOn: bandsOf(without!),
      }),
      derivedFrom: eventIds(belief.event, decisionEvent),
    })
  }

  async #forecastAndAdvise(live: LiveTwin, belief: Belief, why: string, again: boolean): Promise<void> {
    const made = standing(live, belief, this.#options.clock())
    const { treatments } = live.loop
    const recorded = await this.recordBelief(live)
    const times = forecastTimes(live.definition, belief.asOf)
    const slot = `${slotOf(live.definition, belief.asOf)}${why}`
    const [forecast] = (
      await this.#options.pool.run(
        computeJob(live.twin, belief, treatments, { kind: 'forecast', scenarios: [carryOn], times }),
      )
    ).forecasts!
    const issued = this.#issued(forecast!, live, made, recorded.hash, `${live.twin}/${slot}`)
    const forecastEvent = await appendOnce(this.#options.thread, {
      ...twinEvent(live, 'forecast.issued', belief.asOf, `forecast/${slot}`),
      payload: asPayload<ForecastIssued>(issued),
      derivedFrom: eventIds(recorded.event),
    })
    const { recommendations } = await this.#options.pool.run(
      computeJob(live.twin, belief, treatments, { kind: 'advise' }),
    )
    for (const recommendation of recommendations!)
      await this.#recommend(live, recommendation, [recorded.event, forecastEvent], again)
  }

  /**
   * Puts advice before people unless the same advice already waits for them, or was decided on a moment ago. `again`: the
   * advice that waits rests on a picture that was far from complete, so even the same advice takes its place.
   */
  async #recommend(
    live: LiveTwin,
    recommendation: Recommendation,
    from: readonly (string | undefined)[],
    again: boolean,
  ): Promise<void> {
    const state = await this.#options.twins.get(live.twin)
    const latest = state.recommendations.find(
      (each) => each.recommendation.objective.name === recommendation.objective.name,
    )
    const now = this.#options.clock()
    if (state.recommendations.some((each) => asksAgain(each, recommendation, now))) return
    const waits = latest && recommendationStatus(latest, true, now) === 'open'
    if (waits && !again && topOf(latest.recommendation) === topOf(recommendation)) return
    await appendOnce(this.#options.thread, {
      ...twinEvent(live, 'recommendation.made', recommendation.madeAt, `recommendation/${recommendation.id}`),
      payload: asPayload({ recommendation }),
      derivedFrom: eventIds(...from),
    })
  }

  #issued(
    forecast: Forecast,
    { definition }: LiveTwin,
    made: Standing,
    beliefHash: string,
    id: string,
  ): ForecastIssued {
    return {
      id,
      madeAt: forecast.madeAt,
      beliefHash,
      scenario: { id: forecast.scenario.id, name: forecast.scenario.name },
      times: forecast.times,
      bands: bandsOf(forecast),
      members: packMembers(forecast, definition, made.lastCounted),
      size: packedSize,
      ...made,
    }
  }

  async #forecasts(
    live: LiveTwin,
    belief: Belief,
    scenarios: readonly Scenario[],
    times: readonly Instant[],
  ): Promise<readonly Forecast[]> {
    const job = computeJob(live.twin, belief, live.loop.treatments, { kind: 'forecast', scenarios, times })
    return (await this.#options.pool.run(job, true)).forecasts!
  }
}

/** What was so when a forecast was made: taken down before anything else arrives. */
type Standing = Pick<ForecastIssued, 'lastMeasured' | 'lastCounted' | 'treatments'>

function standing(live: LiveTwin, belief: Belief, now: Instant): Standing {
  const lastCounted = live.definition.counted?.(belief)
  return {
    lastMeasured: Object.fromEntries([...live.lastMeasured].map(([channel, { value }]) => [channel, value])),
    ...(lastCounted && { lastCounted }),
    treatments: treatmentsInForce(live, now),
  }
}

/** Whether it begins with what was decided on a moment ago, which may be under way though nobody has reported it yet. */
function asksAgain(earlier: RecommendationState, advice: Recommendation, now: Instant): boolean {
  const { recommendation, decisions } = earlier
  if (recommendation.objective.name !== advice.objective.name || now >= recommendation.expires) return false
  if (recommendationStatus(earlier, true, now) !== 'decided') return false
  const decided = new Set(decisions.flatMap(({ decision }) => decision.interventions.map((each) => each.intervention)))
  const first = advice.options[0]?.scenario.interventions ?? []
  return topOf(recommendation) === topOf(advice) || first.some(({ intervention }) => decided.has(intervention))
}

function topOf(recommendation: Recommendation): string {
  const top = recommendation.options[0]
  return top ? top.scenario.interventions.map((each) => each.intervention).join('+') : ''
}
