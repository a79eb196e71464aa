import {
  crpsOfEnsemble,
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
  const scores: Verdicts['scores'][number][] = []
  const outcomes: Verdicts['outcomes'][number][] = []
  const channel = definition.channels.find((each) => each.name === observation.channel)
  if (!channel || observation.value === null || observation.quality.score < leastQuality) return { scores, outcomes }
  if (observation.status === 'corrected' || observation.status === 'retracted') return { scores, outcomes }
  const quantities = definition.quantities.filter((quantity) => quantity.channel === channel.name)
  for (const pending of Object.values(state.pending)) {
    if (pending.decision === undefined && pending.treatments !== treatments) continue
    pending.times.forEach((at, index) => {
      const lead = at - pending.madeAt
      if (observation.effective < at || observation.effective > at + tolerance(lead, definition)) return
      for (const { name: quantity } of quantities) {
        const members = pending.members[quantity]?.[index]
        if (members == null || pending.scored.includes(`${quantity}|${at}`)) continue
        const measured = measuredMembers(
          unpack(members),
          channel.error,
          randomStream('score', pending.id, quantity, at),
        )
        const weights = new Float64Array(pending.size).fill(1 / pending.size)
        const last = pending.lastMeasured[channel.name]
        const predicted = summarise(measured, weights)
        if (pending.decision === undefined) {
          if (last === undefined) continue
          const scored = scoreForecast(measured, weights, observation.value!, last)
          scores.push({
            pending,
            score: {
              forecast: pending.id,
              quantity,
              channel: channel.name,
              madeAt: pending.madeAt,
              at: observation.effective,
              lead,
              predicted,
              observed: observation.value!,
              ...scored,
            },
          })
        } else {
          const other = pending.carryingOn?.[quantity]
          if (!other) continue
          outcomes.push({
            pending,
            outcome: {
              id: `${pending.id}/${quantity}/${index}`,
              decision: pending.decision,
              twin: state.id,
              quantity,
              unit: channel.unit,
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
              observed: observation.value!,
              observation: event,
              crps: crpsOfEnsemble(measured, weights, observation.value!),
              within90: observation.value! >= predicted.p05 && observation.value! <= predicted.p95,
            },
          })
        }
      }
    })
  }
  return { scores, outcomes }
}

/** How late a measurement may be and still judge a forecast for an earlier time. */
function tolerance(lead: number, { cadence }: TwinDefinition): number {
  return Math.min(Math.max(5 * minute, cadence.forecastEvery / 2), Math.max(minute / 2, lead / 4))
}
