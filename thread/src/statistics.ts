import type { Instant } from '@counterpart/kernel'
import type { StreamStatistics, Thread } from './port.ts'

/** A thread in figures. */
export interface ThreadStatistics {
  readonly kind: Thread['kind']
  readonly events: number
  readonly lastPosition: number
  /** Undefined while there is no event. */
  readonly firstRecorded?: Instant
  readonly lastRecorded?: Instant
  /** By name. */
  readonly streams: readonly StreamStatistics[]
}

/** Counts what a thread holds. */
export async function threadStatistics(thread: Thread): Promise<ThreadStatistics> {
  const streams = await thread.streams()
  const figures = {
    kind: thread.kind,
    events: streams.reduce((sum, { events }) => sum + events, 0),
    lastPosition: await thread.lastPosition(),
    streams,
  }
  if (streams.length === 0) return figures
  return {
    ...figures,
    firstRecorded: streams.reduce(
      (first, { firstRecorded }) => Math.min(first, firstRecorded),
      Number.POSITIVE_INFINITY,
    ),
    lastRecorded: streams.reduce((last, { lastRecorded }) => Math.max(last, lastRecorded), Number.NEGATIVE_INFINITY),
  }
}
