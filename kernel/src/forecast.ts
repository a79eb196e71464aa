import type { Scenario } from './scenario.ts'
import type { TwinReference } from './subject.ts'
import type { Instant } from './time.ts'

/** The ensemble of one quantity over the horizon. */
export interface QuantityForecast {
  /** UCUM */
  readonly unit: string
  /** `members[t * size + m]`: member `m` at `times[t]`. The true quantity, without measurement error. */
  readonly members: Float64Array
}

/** What a twin expects of its subject over a horizon under a scenario: always a distribution. */
export interface Forecast {
  readonly twin: TwinReference
  /** As of which effective time the belief stood from which it was made. */
  readonly madeAt: Instant
  readonly scenario: Scenario
  readonly times: readonly Instant[]
  readonly size: number
  readonly weights: Float64Array
  readonly quantities: Readonly<Record<string, QuantityForecast>>
}

/** A distribution in the figures a screen shows: median, the central 50 % and 90 %, mean. */
export interface Summary {
  readonly mean: number
  readonly p05: number
  readonly p25: number
  readonly p50: number
  readonly p75: number
  readonly p95: number
}
