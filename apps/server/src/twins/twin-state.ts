import {
  type Action,
  addScore,
  type Decision,
  type Instant,
  mergeScores,
  minute,
  noScores,
  type Outcome,
  type Recommendation,
  type ScoreTotals,
  type TwinId,
} from '@counterpart/kernel'
import type { Projection } from '../projection.ts'
import type {
  ActionChanged,
  BeliefUpdated,
  DecisionTaken,
  ForecastIssued,
  ForecastScored,
  OutcomeObserved,
  RecommendationMade,
} from './events.ts'
import { membersByTime } from './packed-members.ts'

/** What stands in a twin's own stream, added up. */
export interface TwinState {
  readonly id: TwinId
  belief: (BeliefUpdated & { event: string }) | null
  /** The newest forecast of carrying on. */
  forecast: (Omit<ForecastIssued, 'members'> & { event: string }) | null
  /** Forecasts that still wait for something to be measured. */
  pending: Record<string, PendingForecast>
  /** Totals by `quantity|lead`. */
  scores: Record<string, ScoreTotals>
  recommendations: RecommendationState[]
}

/** A forecast without what is only for looking at. */
export interface PendingForecast extends Omit<ForecastIssued, 'bands' | 'members'> {
  event: string
  /** By quantity, for each time: what is packed for it, `null` once it is too late to judge. */
  members: Record<string, (string | null)[]>
  /** `quantity|time` already scored. */
  scored: string[]
}

export interface RecommendationState {
  recommendation: Recommendation
  event: string
  recorded: Instant
  decisions: { decision: Decision; event: string }[]
  actions: Record<string, { action: Action; event: string; changed: Instant }>
  outcomes: { outcome: Outcome; event: string }[]
}

/** How many recommendations a screen can go back to; older ones stay in the thread. */
const recommendationsKept = 20
/** Until when a forecast for `at` waits for a measurement: a quarter of the way there, at least 15 minutes. */
function waitsUntil(at: Instant, { madeAt }: PendingForecast): Instant {
  return at + Math.max(15 * minute, (at - madeAt) / 4)
}

/** Lets go of what can no longer be judged at `now`: most forecasts wait only for their last times. */
function letGo(waiting: Record<string, PendingForecast>, now: Instant): void {
  for (const [id, pending] of Object.entries(waiting)) {
    const { times, members } = pending
    if (waitsUntil(times.at(-1)!, pending) < now) delete waiting[id]
    else
      for (const packed of Object.values(members))
        for (let i = 0; i < times.length && waitsUntil(times[i]!, pending) < now; i++) packed[i] = null
  }
}

export const twinProjection: Projection<TwinState> = {
  kind: 'twin-3',
  types: [
    'belief.updated',
    'forecast.issued',
    'forecast.scored',
    'recommendation.made',
    'decision.taken',
    'action.queued',
    'action.sent',
    'action.acknowledged',
    'action.failed',
    'action.undone',
    'outcome.observed',
  ],
  initial: (stream) => ({
    id: stream as TwinId,
    belief: null,
    forecast: null,
    pending: {},
    scores: {},
    recommendations: [],
  }),
  apply: (state, event) => {
    const payload = event.payload as unknown
    switch (event.type) {
      case 'belief.updated': {
        const belief = payload as BeliefUpdated
        if (!state.belief || belief.asOf >= state.belief.asOf) state.belief = { ...belief, event: event.id }
        break
      }
      case 'forecast.issued': {
        const issued = payload as ForecastIssued
        if (issued.decision === undefined && issued.madeAt >= (state.forecast?.madeAt ?? 0)) {
          const { members: _, ...rest } = issued
          state.forecast = { ...rest, event: event.id }
        }
        const { bands: _bands, ...judgeable } = issued
        state.pending[issued.id] = { ...judgeable, members: membersByTime(issued), event: event.id, scored: [] }
        letGo(state.pending, issued.madeAt)
        break
      }
      case 'forecast.scored': {
        const score = payload as ForecastScored
        const key = `${score.quantity}|${score.lead}`
        state.scores[key] = addScore(state.scores[key] ?? noScores, score)
        state.pending[score.forecast]?.scored.push(`${score.quantity}|${score.madeAt + score.lead}`)
        break
      }
      case 'recommendation.made': {
        const { recommendation } = payload as RecommendationMade
        state.recommendations = [
          {
            recommendation,
            event: event.id,
            recorded: event.recorded,
            decisions: [],
            actions: {},
            outcomes: [],
          },
          ...state.recommendations,
        ].slice(0, recommendationsKept)
        break
      }
      case 'decision.taken': {
        const { decision } = payload as DecisionTaken
        find(state, decision.recommendation)?.decisions.push({ decision, event: event.id })
        break
      }
      case 'outcome.observed': {
        const { outcome } = payload as OutcomeObserved
        const about = state.recommendations.find((each) =>
          each.decisions.some(({ decision }) => decision.id === outcome.decision),
        )
        about?.outcomes.push({ outcome, event: event.id })
        for (const pending of Object.values(state.pending))
          if (pending.decision === outcome.decision) pending.scored.push(`${outcome.quantity}|${outcome.at}`)
        break
      }
      default: {
        const { action } = payload as ActionChanged
        const about = state.recommendations.find((each) =>
          each.decisions.some(({ decision }) => decision.id === action.decision),
        )
        if (about) about.actions[action.id] = { action, event: event.id, changed: event.recorded }
      }
    }
    return state
  },
}

function find(state: TwinState, recommendation: string): RecommendationState | undefined {
  return state.recommendations.find((each) => each.recommendation.id === recommendation)
}

/** Totals of one quantity over all leads. */
export function totalsOf(state: TwinState, quantity: string): ScoreTotals {
  return Object.entries(state.scores)
    .filter(([key]) => key.startsWith(`${quantity}|`))
    .reduce((sum, [, totals]) => mergeScores(sum, totals), noScores)
}

/** Whether no newer recommendation has the same objective: who asks two questions gets two answers. */
export function isNewest({ recommendations }: Pick<TwinState, 'recommendations'>, each: RecommendationState): boolean {
  const { name } = each.recommendation.objective
  return recommendations.find(({ recommendation }) => recommendation.objective.name === name) === each
}

/** Where a recommendation stands at `now`. */
export function recommendationStatus(
  each: RecommendationState,
  newest: boolean,
  now: Instant,
): 'open' | 'decided' | 'reversed' | 'expired' | 'superseded' {
  const reversed = new Set(each.decisions.map(({ decision }) => decision.reverses).filter(Boolean))
  const standing = each.decisions.filter(({ decision }) => decision.verb !== 'reverse')
  if (standing.length > 0) return standing.every(({ decision }) => reversed.has(decision.id)) ? 'reversed' : 'decided'
  if (now >= each.recommendation.expires) return 'expired'
  return newest ? 'open' : 'superseded'
}
