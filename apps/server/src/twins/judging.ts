import { type Instant, minute } from '@counterpart/kernel'
import type { ThreadEvent } from '@counterpart/thread'
import { appendOnce, eventIds, twinEvent } from './append.ts'
import { asPayload } from './events.ts'
import { factOf } from './facts.ts'
import type { ForesightOptions } from './foresight.ts'
import { type LiveTwin, presentBelief, treatmentsInForce } from './live-twin.ts'
import { judge, judgeCounted, type Verdicts } from './scoring.ts'

/** How long after a moment what happened then is taken to have been told: messages may be that late. */
const settledAfter = 2 * minute

/** Judges waiting forecasts by what these events measured, and by what can be counted now that the belief has passed. */
export async function judgeWaiting(
  options: ForesightOptions,
  live: LiveTwin,
  events: readonly ThreadEvent[],
): Promise<void> {
  const state = await options.twins.get(live.twin)
  const treatments = treatmentsInForce(live, options.clock())
  for (const event of events) {
    const fact = factOf(event)
    if (fact?.kind !== 'observation') continue
    await record(options, live, judge(state, live.definition, fact.observation, event.id, treatments), event)
  }
  const last = events.at(-1)
  const { belief } = live.loop
  if (!last || !belief || !live.definition.counted) return
  const until = belief.asOf - settledAfter
  const countedAt = (at: Instant) => countedOf(options, live, at)
  await record(options, live, judgeCounted(state, live.definition, until, countedAt, last.id, treatments), last)
}

/** What was there at an earlier moment, by all that is known now; `undefined` when that is not at hand. */
function countedOf(
  { onError }: ForesightOptions,
  { definition, loop, twin }: LiveTwin,
  at: Instant,
): Readonly<Record<string, number>> | undefined {
  try {
    const belief = presentBelief(definition, loop, at, loop.beliefAt(at) ?? null)
    return belief ? definition.counted?.(belief) : undefined
  } catch (error) {
    onError(error, { twin })
    return undefined
  }
}

async function record(
  { thread }: ForesightOptions,
  live: LiveTwin,
  { scores, outcomes }: Verdicts,
  event: ThreadEvent,
): Promise<void> {
  await Promise.all([
    ...scores.map(({ pending, score }) =>
      appendOnce(thread, {
        ...twinEvent(live, 'forecast.scored', score.at, `score/${score.forecast}/${score.quantity}/${score.lead}`),
        payload: asPayload(score),
        derivedFrom: eventIds(pending.event, event.id),
      }),
    ),
    ...outcomes.map(({ pending, outcome }) =>
      appendOnce(thread, {
        ...twinEvent(live, 'outcome.observed', event.effective, `outcome/${outcome.id}`),
        payload: asPayload({ outcome }),
        derivedFrom: eventIds(pending.event, event.id),
      }),
    ),
  ])
}
