import type { Action, Decision, Instant, JsonObject, Outcome, Recommendation, Summary } from '@counterpart/kernel'

/** Payloads of the events in a twin's own stream. */
export interface BeliefUpdated {
  readonly asOf: Instant
  /** SHA-256 of the encoded belief. */
  readonly hash: string
  /** Last sequence of the subject's stream that it has taken in. */
  readonly through: number
  readonly quantities: Readonly<Record<string, Summary>>
  readonly variables: Readonly<Record<string, Summary>>
}

export interface ForecastIssued {
  readonly id: string
  readonly madeAt: Instant
  readonly beliefHash: string
  readonly scenario: { readonly id: string; readonly name: string }
  readonly times: readonly Instant[]
  readonly bands: Readonly<Record<string, { readonly unit: string } & Bands>>
  /** Of what will be measured, for scoring: equally likely values, `[time][value]` as little-endian float32 in base64. */
  readonly members: Readonly<Record<string, string>>
  /** Values for each time. */
  readonly size: number
  /** The last measurement of each channel when it was made: what persistence would say. */
  readonly lastMeasured: Readonly<Record<string, number>>
  /** What could be counted when it was made, by quantity: what persistence would say of it. */
  readonly lastCounted?: Readonly<Record<string, number>>
  /** Treatments in force when it was made; if they change, "carry on" did not happen and it is not scored. */
  readonly treatments: string
  /** The decision whose effect it predicts, when it is not a forecast of carrying on. */
  readonly decision?: string
  /** For a decision: what carrying on would have led to. */
  readonly carryingOn?: Readonly<Record<string, Bands>>
}

export interface Bands {
  readonly p05: readonly number[]
  readonly p25: readonly number[]
  readonly p50: readonly number[]
  readonly p75: readonly number[]
  readonly p95: readonly number[]
}

export interface ForecastScored {
  readonly forecast: string
  readonly quantity: string
  /** The channel that measured it; `counted` when it was counted. */
  readonly channel: string
  readonly madeAt: Instant
  readonly at: Instant
  readonly lead: number
  readonly predicted: Summary
  readonly observed: number
  readonly crps: number
  readonly persistenceCrps: number
  readonly pit: number
}

export interface RecommendationMade {
  readonly recommendation: Recommendation
}
export interface DecisionTaken {
  readonly decision: Decision
}
export interface ActionChanged {
  readonly action: Action
}
export interface OutcomeObserved {
  readonly outcome: Outcome
}

/** Hands a typed payload to the thread, which knows JSON only. */
export function asPayload<T extends object>(payload: T): JsonObject {
  return payload as unknown as JsonObject
}
