import type { Instant, Observation, Subject, TwinDefinition, TwinId } from '@counterpart/kernel'
import type { BuiltLoop } from './rebuild.ts'

/** A twin at work: its loop, and what of it still has to be told. */
export interface LiveTwin extends BuiltLoop {
  readonly definition: TwinDefinition
  readonly subject: Subject
  readonly twin: TwinId
  /** Events of facts taken in since the last `belief.updated`. */
  sources: string[]
  /** The last writing of a belief, done or under way. */
  recording: Promise<unknown>
  lastRecordedAt: Instant
  lastForecastSlot: number
  /** {@link treatmentsInForce} when the last forecast was made. */
  lastForecastTreatments: string
  /** The newest measurement of each channel up to the belief's time: what persistence would say. */
  readonly lastMeasured: Map<string, { readonly value: number; readonly effective: Instant }>
  forecasting: boolean
  stepsSinceCheckpoint: number
  lastUsed: Instant
}

/** Notes a measurement, if it is the newest of its channel. */
export function noteMeasured(
  live: Pick<LiveTwin, 'lastMeasured'>,
  { channel, value, effective, status }: Observation,
): void {
  if (value === null || status === 'retracted') return
  const last = live.lastMeasured.get(channel)
  if (!last || effective >= last.effective) live.lastMeasured.set(channel, { value, effective })
}

/** Which of the definition's forecasting intervals a moment lies in. */
export function slotOf(definition: TwinDefinition, at: Instant): number {
  return Math.floor(at / definition.cadence.forecastEvery)
}

/** The treatments that go on as of the belief, in a form to compare: while it stays the same, carrying on is what happens. */
export function treatmentsInForce({ loop }: LiveTwin): string {
  return loop
    .contextAt(loop.belief?.asOf ?? 0)
    .treatments.filter((treatment) => treatment.until === undefined)
    .map((treatment) => `${treatment.intervention}×${treatment.dose}`)
    .join(', ')
}
