import type { Decision, Recommendation } from '@counterpart/kernel'
import type { EventId, Thread, ThreadEvent } from '@counterpart/thread'
import { OutboundError } from './errors.ts'

/** A decision together with the event that proves it: the only thing from which anything goes out. */
export interface TakenDecision {
  readonly decision: Decision
  readonly event: ThreadEvent
}

/** Throws {@link OutboundError} `decision-missing` unless `event` is a person's decision in the stream of its own twin. */
export function takenDecision(id: EventId, event: ThreadEvent | undefined): TakenDecision {
  const missing = (what: string): never => {
    throw new OutboundError('decision-missing', `${id} ${what}; only an event decision.taken lets anything go out`)
  }
  if (event === undefined) return missing('is not in the thread')
  if (event.type !== 'decision.taken') return missing(`is "${event.type}"`)
  if (event.payload === null) return missing('was erased with its subject')
  const decision = event.payload.decision as unknown as Decision | undefined
  if (!decision?.id || !decision.by?.userId || decision.twin !== event.stream)
    return missing(`holds no decision of a person about the twin "${event.stream}"`)
  return { decision, event }
}

/** The recommendation that was decided on, found by where the decision's event comes from. Throws `basis-missing`. */
export async function decidedRecommendation(
  thread: Thread,
  { decision, event }: TakenDecision,
): Promise<Recommendation> {
  for (const source of event.derivedFrom) {
    const found = await thread.get(source)
    const recommendation = found?.payload?.recommendation as unknown as Recommendation | undefined
    if (found?.type === 'recommendation.made' && recommendation?.id === decision.recommendation) return recommendation
  }
  throw new OutboundError(
    'basis-missing',
    `${event.id} decides on recommendation "${decision.recommendation}", but its event is not derived from that recommendation.made; add it to derivedFrom`,
  )
}

/** The decision that a reversal takes back, found likewise. Throws `basis-missing`. */
export async function reversedDecision(thread: Thread, { decision, event }: TakenDecision): Promise<TakenDecision> {
  for (const source of event.derivedFrom) {
    const found = await thread.get(source)
    if (found?.type !== 'decision.taken' || found.payload === null) continue
    const taken = takenDecision(found.id, found)
    if (taken.decision.id === decision.reverses && taken.decision.verb !== 'reverse') return taken
  }
  throw new OutboundError(
    'basis-missing',
    `${event.id} takes back decision "${decision.reverses ?? ''}", but its event is not derived from that decision.taken; add it to derivedFrom`,
  )
}
