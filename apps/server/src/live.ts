import type { Instant, SubjectId, TwinId } from '@counterpart/kernel'
import type { Thread, ThreadEvent } from '@counterpart/thread'
import type { LiveEvent } from './contract/index.ts'
import type { BeliefChange } from './twins/twin-host.ts'

/** What a listener wants to hear of. */
interface LiveFilter {
  /** One subject in full; without it, every subject in outline. */
  readonly subject?: SubjectId
  /** Asked for each subject that something is about. */
  readonly maySee: (subject: SubjectId | null, name: LiveEvent['name']) => Promise<boolean>
  /** After this position of the thread: what a browser that was away has missed. */
  readonly after?: number
}

interface Listener {
  readonly filter: LiveFilter
  readonly send: (event: LiveEvent, position: number) => void
}

/** Says what has just happened to whoever is looking. */
export interface LiveHub {
  notice(events: readonly ThreadEvent[]): void
  noticeBelief(change: BeliefChange): void
  /** A stream of server-sent events (HTML Standard, 9.2). */
  stream(filter: LiveFilter, signal: AbortSignal): ReadableStream<Uint8Array>
  readonly listeners: number
}

const names: Readonly<Record<string, LiveEvent['name']>> = {
  'observation.recorded': 'observation',
  'observation.corrected': 'observation',
  'observation.retracted': 'observation',
  'encounter.changed': 'encounter',
  'subject.identified': 'encounter',
  'treatment.reported': 'action',
  'waveform.recorded': 'waveform',
  'forecast.issued': 'forecast',
  'forecast.scored': 'score',
  'recommendation.made': 'recommendation',
  'decision.taken': 'decision',
  'action.queued': 'action',
  'action.sent': 'action',
  'action.acknowledged': 'action',
  'action.failed': 'action',
  'action.undone': 'action',
  'outcome.observed': 'outcome',
  'quarantine.added': 'quarantine',
  'quarantine.resubmitted': 'quarantine',
  'quarantine.discarded': 'quarantine',
}
const inOutline: ReadonlySet<LiveEvent['name']> = new Set(['encounter', 'recommendation', 'decision', 'quarantine'])

/** Someone who was away for longer than this many events reads the pages anew instead. */
const catchUpAtMost = 5_000
/** Someone who takes nothing in while this many bytes wait is let go, to come back and catch up. */
const waitingAtMost = 1 << 20
const heartbeatEvery = 15_000

export function openLiveHub(options: {
  readonly thread: Thread
  /** Told with the first event, so that a screen's ages do not depend on its own clock. */
  readonly clock: () => Instant
  readonly describeObservation: (event: ThreadEvent) => Record<string, unknown>
}): LiveHub {
  const listeners = new Set<Listener>()
  let lastPosition = 0

  const liveEventOf = (event: ThreadEvent): LiveEvent | undefined => {
    const name = names[event.type]
    if (name === undefined) return undefined
    const about = subjectAndTwin(event)
    return {
      name,
      ...about,
      at: event.effective,
      data: name === 'observation' ? options.describeObservation(event) : { id: event.id, type: event.type },
    }
  }
  const offer = (listener: Listener, live: LiveEvent, position: number) => {
    const { filter, send } = listener
    if (
      filter.subject === undefined
        ? !inOutline.has(live.name) && live.name !== 'belief'
        : live.subject !== filter.subject
    )
      return
    void filter.maySee(live.subject as SubjectId | null, live.name).then((allowed) => {
      if (allowed) send(live, position)
    })
  }

  return {
    notice: (events) => {
      lastPosition = events.at(-1)?.position ?? lastPosition
      if (listeners.size === 0) return
      for (const event of events) {
        const live = liveEventOf(event)
        if (live) for (const listener of listeners) offer(listener, live, event.position)
      }
    },
    noticeBelief: (change) => {
      if (listeners.size === 0) return
      const live: LiveEvent = {
        name: 'belief',
        subject: change.subject,
        twin: change.twin,
        at: change.asOf,
        data: { asOf: change.asOf, quantities: change.quantities, variables: change.variables },
      }
      for (const listener of listeners) offer(listener, live, lastPosition)
    },
    stream: (filter, signal) => {
      const encoder = new TextEncoder()
      let listener: Listener
      let heartbeat: NodeJS.Timeout
      return new ReadableStream<Uint8Array>(
        {
          start: async (controller) => {
            const stop = () => {
              listeners.delete(listener)
              clearInterval(heartbeat)
              try {
                controller.close()
              } catch {
                // Closed already by the other side.
              }
            }
            const write = (text: string) => {
              if ((controller.desiredSize ?? 0) < -waitingAtMost) stop()
              else controller.enqueue(encoder.encode(text))
            }
            const write1 = (live: LiveEvent, position: number) =>
              write(`id: ${position}\nevent: ${live.name}\ndata: ${JSON.stringify(live)}\n\n`)
            listener = { filter, send: write1 }
            signal.addEventListener('abort', stop)
            const reached = await options.thread.lastPosition()
            listeners.add(listener)
            const missed = filter.after === undefined ? 0 : reached - filter.after
            const resync = missed > catchUpAtMost || missed < 0
            write1({ name: 'hello', subject: null, twin: null, at: options.clock(), data: { resync } }, reached)
            if (filter.after !== undefined && !resync)
              for await (const event of options.thread.readAll(filter.after, { limit: missed })) {
                const live = liveEventOf(event)
                if (live) offer(listener, live, event.position)
              }
            heartbeat = setInterval(() => write(': still here\n\n'), heartbeatEvery)
            heartbeat.unref()
          },
          cancel: () => {
            listeners.delete(listener)
            clearInterval(heartbeat)
          },
        },
        { highWaterMark: 0, size: (chunk) => chunk?.byteLength ?? 0 },
      )
    },
    get listeners() {
      return listeners.size
    },
  }
}

function subjectAndTwin(event: ThreadEvent): { subject: string | null; twin: string | null } {
  const colon = event.stream.indexOf(':')
  return {
    subject: event.subject,
    twin: colon > 0 ? (event.stream as TwinId) : null,
  }
}
