import {
  crpsOfEnsemble,
  type Instant,
  measuredMembers,
  minute,
  type Observation,
  type Outcome,
  scoreForecast,
  type TwinDefinition,
} from '@counterpart/kernel'
import { randomStream, summarise } from '@counterpart/numerics'
import type { ForecastScored } from './events.ts'
import { unpack } from './packed-members.ts'
import type { PendingForecast, TwinState } from './twin-state.ts'

/** Observations trusted less than this are not what a forecast is judged by. */
const leastQuality = 0.5

/** What one observation says of the forecasts that waited for it. */
export interface Verdicts {
  readonly scores: readonly { readonly pending: PendingForecast; readonly score: ForecastScored }[]
  readonly outcomes: readonly { readonly pending: PendingForecast; readonly outcome: Outcome }[]
}

/**
 * Judges every waiting forecast that this observation can judge: the first trusted measurement of a channel at or soon
 * after one of the forecast's times. A forecast of carrying on is judged only while carrying on is what happened.
 */
export function judge(
  state: TwinState,
  definition: TwinDefinition,
  observation: Observation,
  event: string,
  treatments: string,
): Verdicts {
  const channel = definition.channels.find((each) => each.name === observation.channel)
  if (!channel || observation.value === null || observation.quality.score < leastQuality) return nothing
  if (observation.status === 'corrected' || observation.status === 'retracted') return nothing
  const quantities = definition.quantities.filter((quantity) => quantity.channel === channel.name)
  const { effective } = observation
  return together(
    waitingTimes(state, treatments)
      .filter(({ at, pending }) => effective >= at && effective <= at + tolerance(at - pending.madeAt, definition))
      .flatMap((waiting) =>
        quantities.map(({ name }) =>
          verdictOn(state, waiting, name, {
            channel: channel.name,
            unit: channel.unit,
            at: effective,
            observed: observation.value!,
            last: waiting.pending.lastMeasured[channel.name],
            event,
            ofMeasurement: (members) =>
              measuredMembers(members, channel.error, randomStream('score', waiting.pending.id, name, waiting.at)),
          }),
        ),
      ),
  )
}

/**
 * Judges every waiting forecast of quantities that are counted, for times up to `until`: `countedAt` says what was there
 * then, `undefined` where that is not known. Counts have no error of measurement.
 */
export function judgeCounted(
  state: TwinState,
  definition: TwinDefinition,
  until: Instant,
  countedAt: (at: Instant) => Readonly<Record<string, number>> | undefined,
  event: string,
  treatments: string,
): Verdicts {
  const counts = new Map<Instant, Readonly<Record<string, number>> | undefined>()
  return together(
    waitingTimes(state, treatments).flatMap((waiting) => {
      const { at, pending } = waiting
      const names = Object.keys(pending.lastCounted ?? {}).filter((name) => isWaiting(waiting, name))
      if (at > until || names.length === 0) return []
      if (!counts.has(at)) counts.set(at, countedAt(at))
      return names.map((name) => {
        const observed = counts.get(at)?.[name]
        const unit = definition.quantities.find((each) => each.name === name)?.unit
        if (observed === undefined || unit === undefined) return nothing
        const last = pending.lastCounted![name]
        const found = { channel: 'counted', unit, at, observed, last, event }
        return verdictOn(state, waiting, name, { ...found, ofMeasurement: (members) => members })
      })
    }),
  )
}

/** One time that a forecast waits for. */
interface Waiting {
  readonly pending: PendingForecast
  readonly index: number
  readonly at: Instant
}

/** What was found of a quantity at a time that was forecast. */
interface Finding {
  readonly channel: string
  readonly unit: string
  readonly at: Instant
  readonly observed: number
  /** What persistence would have said. */
  readonly last: number | undefined
  readonly event: string
  /** What would be seen of members of the true quantity. */
  readonly ofMeasurement: (members: Float64Array) => Float64Array
}

const nothing: Verdicts = { scores: [], outcomes: [] }

function together(all: readonly Verdicts[]): Verdicts {
  return { scores: all.flatMap(({ scores }) => scores), outcomes: all.flatMap(({ outcomes }) => outcomes) }
}

function waitingTimes(state: TwinState, treatments: string): readonly Waiting[] {
  return Object.values(state.pending)
    .filter(({ decision, treatments: then }) => decision !== undefined || then === treatments)
    .flatMap((pending) => pending.times.map((at, index) => ({ pending, index, at })))
}

function isWaiting({ pending, index, at }: Waiting, quantity: string): boolean {
  return pending.members[quantity]?.[index] != null && !pending.scored.includes(`${quantity}|${at}`)
}

function verdictOn(state: TwinState, waiting: Waiting, quantity: string, finding: Finding): Verdicts {
  if (!isWaiting(waiting, quantity)) return nothing
  const { pending, index, at } = waiting
  const { observed, last, unit } = finding
  const measured = finding.ofMeasurement(unpack(pending.members[quantity]![index]!))
  const weights = new Float64Array(pending.size).fill(1 / pending.size)
  const predicted = summarise(measured, weights)
  if (pending.decision === undefined) {
    if (last === undefined) return nothing
    const score: ForecastScored = {
      forecast: pending.id,
      quantity,
      channel: finding.channel,
      madeAt: pending.madeAt,
      at: finding.at,
      lead: at - pending.madeAt,
      predicted,
      observed,
      ...scoreForecast(measured, weights, observed, last),
    }
    return { scores: [{ pending, score }], outcomes: [] }
  }
  const other = pending.carryingOn?.[quantity]
  if (!other) return nothing
  const outcome: Outcome = {
    id: `${pending.id}/${quantity}/${index}`,
    decision: pending.decision,
    twin: state.id,
    quantity,
    unit,
    at,
    predicted,
    predictedCarryingOn: {
      mean: other.p50[index]!,
      p05: other.p05[index]!,
      p25: other.p25[index]!,
      p50: other.p50[index]!,
      p75: other.p75[index]!,
      p95: other.p95[index]!,
    },
    observed,
    observation: finding.event,
    crps: crpsOfEnsemble(measured, weights, observed),
    within90: observed >= predicted.p05 && observed <= predicted.p95,
  }
  return { scores: [], outcomes: [{ pending, outcome }] }
}

/** How late a measurement may be and still judge a forecast for an earlier time. */
function tolerance(lead: number, { cadence }: TwinDefinition): number {
  return Math.min(Math.max(5 * minute, cadence.forecastEvery / 2), Math.max(minute / 2, lead / 4))
}
