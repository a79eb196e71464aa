import type { Instant } from '@counterpart/kernel'
import { type EventId, type NewEvent, type Thread, ThreadError } from '@counterpart/thread'
import type { LiveTwin } from './live-twin.ts'

/** What every event in a twin's own stream has. */
export function twinEvent(live: LiveTwin, type: string, effective: Instant, idempotencyKey: string) {
  return {
    stream: live.twin,
    type,
    effective,
    idempotencyKey,
    subject: live.subject.id,
    madeBy: { definition: live.definition.kind, version: live.definition.version, seed: live.twin },
  }
}

export function eventIds(...ids: readonly (string | undefined)[]): readonly EventId[] {
  return ids.filter((id) => id !== undefined) as EventId[]
}

/** Appends one event; `undefined` when it stood there already in other words (after a restart, say): what was wanted. */
export async function appendOnce(thread: Thread, event: NewEvent): Promise<string | undefined> {
  try {
    const [result] = await thread.append([event])
    return result!.id
  } catch (error) {
    if (error instanceof ThreadError && error.code === 'idempotency-conflict') return undefined
    throw error
  }
}
