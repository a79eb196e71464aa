import { createHash } from 'node:crypto'
import type { Action, Decision, DeliveryState, Instant, JsonObject, PlannedIntervention } from '@counterpart/kernel'
import type { EventId, NewEvent, Thread, ThreadEvent } from '@counterpart/thread'
import type { FhirOrder } from './fhir-order.ts'

/** Whether an order may stand at the other side: what decides if taking it back needs a message. */
export type Reached = 'no' | 'maybe' | 'yes'

/** An action with all that is needed to deliver it, as its events in the thread tell. */
export interface OutboxEntry {
  readonly action: Action
  readonly order: FhirOrder
  /** Not to be delivered from then on; `null` for a stop, which never comes too late. */
  readonly expires: Instant | null
  readonly reached: Reached
  /** `decision.taken` that it comes from. */
  readonly decisionEvent: EventId
  readonly queuedEvent: EventId
}

/** Why a delivery has come to its end without success. */
export type FailureReason =
  /** The receiving system will not have it. */
  | 'refused'
  /** The recommendation behind it expired first. */
  | 'expired'
  /** The decision was reversed while it was on its way. */
  | 'taken-back'

/*
 *            ┌──────────────── retry ────────────────┐
 *   queued ──► sent ──► acknowledged ──► undone       │
 *     │         ├──► (no answer, 408, 429, 5xx) ──────┘
 *     │         └──► failed (refused | expired | taken-back) ──► undone
 *     └──► undone (never sent)
 *
 * `action.sent` is written before the request goes out, so that what may have arrived is always known to have been tried.
 */
const actionEventTypes: readonly string[] = (
  ['queued', 'sent', 'acknowledged', 'failed', 'undone'] satisfies DeliveryState[]
).map((state) => `action.${state}`)

/** The actions of one decision, from the events that were derived from it, in order of position. */
function outboxOf(decisionId: string, decisionEvent: EventId, events: readonly ThreadEvent[]): readonly OutboxEntry[] {
  const entries = new Map<string, OutboxEntry>()
  for (const { id, type, payload } of events) {
    if (!actionEventTypes.includes(type) || payload === null) continue
    const { action, order, expires, reached } = payload as unknown as Partial<OutboxEntry> & { action: Action }
    // The undoing of an action comes from two decisions; it belongs to the one that made the action.
    if (action.decision !== decisionId) continue
    const known = entries.get(action.id)
    if (type === 'action.queued')
      entries.set(action.id, {
        action,
        order: order!,
        expires: expires ?? null,
        reached: 'no',
        decisionEvent,
        queuedEvent: id,
      })
    else if (known !== undefined) entries.set(action.id, { ...known, action, reached: reached ?? known.reached })
  }
  return [...entries.values()]
}

/** The actions of one decision as they stand in the thread. */
export async function entriesOf(
  thread: Thread,
  decisionId: string,
  decisionEvent: EventId,
): Promise<readonly OutboxEntry[]> {
  const events: ThreadEvent[] = []
  for await (const event of thread.derivedFrom(decisionEvent)) events.push(event)
  return outboxOf(
    decisionId,
    decisionEvent,
    events.sort((a, b) => a.position - b.position),
  )
}

/** True while there is something left to deliver. */
export function isPending({ action }: Pick<OutboxEntry, 'action'>): boolean {
  return action.delivery === 'queued' || action.delivery === 'sent'
}

/** The same decision gives the same ids, so that carrying it out twice is carrying it out once. Fits a FHIR id. */
function actionId(decision: Decision, index: number): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([decision.id, decision.verb, index]))
    .digest('hex')
  return `act-${digest.slice(0, 40)}`
}

export function queuedAction(
  decision: Decision,
  index: number,
  intervention: PlannedIntervention,
  undoes?: string,
): Action {
  return {
    id: actionId(decision, index),
    decision: decision.id,
    twin: decision.twin,
    subject: decision.subject,
    intervention,
    purpose: undoes === undefined ? 'start' : 'stop',
    delivery: 'queued',
    attempts: 0,
    ...(undoes !== undefined && { undoes }),
  }
}

/** The event that puts an action into the outbox. It depends on the decision alone, so that it can be appended again. */
export function queuedEvent(
  decision: Decision,
  action: Action,
  order: FhirOrder,
  expires: Instant | null,
  derivedFrom: readonly [decisionEvent: EventId, ...rest: EventId[]],
): NewEvent {
  return {
    ...actionEvent(action, decision.at, 'queued', derivedFrom),
    payload: asPayload({ action, order, expires }),
  }
}

/** The event of a change of an action. `key` tells repeated ones (attempts) apart. */
export function actionEvent(
  action: Action,
  effective: Instant,
  key: string,
  derivedFrom: readonly EventId[],
  more: object = {},
): NewEvent {
  return {
    stream: action.twin,
    type: `action.${action.delivery}`,
    effective,
    idempotencyKey: `action/${action.id}/${key}`,
    subject: action.subject,
    payload: asPayload({ action, ...more }),
    derivedFrom,
  }
}

function asPayload(content: object): JsonObject {
  return JSON.parse(JSON.stringify(content))
}
