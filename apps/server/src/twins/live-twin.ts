import {
  type Belief,
  hour,
  type Instant,
  type Observation,
  type Subject,
  type TwinDefinition,
  type TwinId,
} from '@counterpart/kernel'
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
  /** Whether the forecast under way is one again, because the last did not know of much that was told since. */
  remaking: boolean
  /** As of when the last forecast was made in this life, and how many facts from before then have come since. */
  lastForecastAt: Instant
  lateSince: number
  stepsSinceCheckpoint: number
  lastUsed: Instant
  /** By this house's clock: when facts last came in, and when its estimate was last told. */
  lastHeard: Instant
  lastTold: Instant
  /** Whether it has moved on since, and whether it is being told just now. */
  untold: boolean
  telling: boolean
}

/**
 * Whether a twin moves on while nothing is observed. A department goes on by itself, and that nothing was heard of it says
 * something; of a patient whose monitor is silent nothing is known but what was last measured.
 */
export function movesByItself({ subjectKind }: Pick<TwinDefinition, 'subjectKind'>): boolean {
  return subjectKind !== 'patient'
}

/** The belief brought to `now`, where the twin moves by itself; a belief for looking and forecasting, never kept. */
export function presentBelief(
  definition: TwinDefinition,
  loop: BuiltLoop['loop'],
  now: Instant,
  belief: Belief | null = loop.belief,
): Belief | null {
  if (belief === null || !movesByItself(definition) || now <= belief.asOf) return belief
  return definition.assimilate(belief, now, [], loop.contextAt(now))
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

/** So many facts that a forecast should have known are worth another one. */
export const manyLate = 10

/** An hour of work is told of, again and again, until it is over and a little longer. */
const hourUnderWay = 2 * hour

/** Whether something that was so at `effective` should have been known to the last forecast. */
export function isLate(
  { definition, lastForecastAt }: Pick<LiveTwin, 'definition' | 'lastForecastAt'>,
  effective: Instant,
): boolean {
  return effective < lastForecastAt - (definition.subjectKind === 'clinic' ? hourUnderWay : 0)
}

/**
 * Whether a forecast made at `madeAt` no longer stands for what is known: much has been told since of the time before it, or
 * it is from before a long silence. Only of twins that move by themselves: these are forecast whether or not anything comes.
 */
export function isOutdated(
  live: Pick<LiveTwin, 'definition' | 'lateSince' | 'remaking'>,
  madeAt: Instant,
  now: Instant,
): boolean {
  if (!movesByItself(live.definition)) return false
  return live.remaking || live.lateSince >= manyLate || now - madeAt > 2 * live.definition.cadence.forecastEvery
}

/** The treatments that go on as of the belief (or now, where the twin moves by itself), in a form to compare: while it stays the same, carrying on is what happens. */
export function treatmentsInForce({ loop, definition }: LiveTwin, now: Instant): string {
  const asOf = loop.belief?.asOf ?? 0
  return loop
    .contextAt(movesByItself(definition) ? Math.max(asOf, now) : asOf)
    .treatments.filter((treatment) => treatment.until === undefined)
    .map(({ intervention, dose, on }) => `${intervention}×${dose}${on ? ` on ${[...on].sort().join('+')}` : ''}`)
    .join(', ')
}
