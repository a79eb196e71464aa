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
  /** Asked now and then: once it is no longer so (signed out, say), the stream ends. */
  readonly stands?: () => Promise<boolean>
  /** Whether measurements that are words are told; these may say who it is. */
  readonly withText: boolean
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
/** What was missed is read no faster than it is taken in: so many bytes ahead. */
const catchUpAhead = 1 << 16
const heartbeatEvery = 15_000

export function openLiveHub(options: {
  readonly thread: Thread
  /** Told with the first event, so that a screen's ages do not depend on its own clock. */
  readonly clock: () => Instant
  readonly describeObservation: (event: ThreadEvent) => Record<string, unknown>
}): LiveHub {
  const listeners = new Set<LiveStream>()
  let lastPosition = 0

  const liveEventOf = (event: ThreadEvent): LiveEvent | undefined => {
    const name = names[event.type]
    // Of what has been erased there is nothing to tell.
    if (name === undefined || event.payload === null) return undefined
    const about = subjectAndTwin(event)
    return {
      name,
      ...about,
      at: event.effective,
      data: name === 'observation' ? options.describeObservation(event) : { id: event.id, type: event.type },
    }
  }

  return {
    notice: (events) => {
      lastPosition = events.at(-1)?.position ?? lastPosition
      if (listeners.size === 0) return
      for (const event of events) {
        const live = liveEventOf(event)
        if (live) for (const listener of listeners) listener.offer(live, event.position)
      }
    },
    noticeBelief: (change) => {
      if (listeners.size === 0) return
      const live: LiveEvent = {
        name: 'belief',
        subject: change.subject,
        twin: change.twin,
        at: change.asOf,
        data: {
          asOf: change.asOf,
          quantities: change.quantities,
          variables: change.variables,
          forecastOutdated: change.forecastOutdated,
        },
      }
      for (const listener of listeners) listener.offer(live, lastPosition)
    },
    stream: (filter, signal) => {
      let stream: LiveStream
      return new ReadableStream<Uint8Array>(
        {
          start: (controller) => {
            stream = new LiveStream(filter, controller, () => listeners.delete(stream))
            signal.addEventListener('abort', () => stream.end())
            // From now on nothing can slip by between what is read and what is told.
            listeners.add(stream)
            void stream.begin({ ...options, liveEventOf })
          },
          pull: () => stream.taken(),
          cancel: () => stream.end(),
        },
        { highWaterMark: 0, size: (chunk) => chunk?.byteLength ?? 0 },
      )
    },
    get listeners() {
      return listeners.size
    },
  }
}

/** One listener's stream: first what was missed, then what happens, in the order of the thread. */
class LiveStream {
  readonly #filter: LiveFilter
  readonly #controller: ReadableStreamDefaultController<Uint8Array>
  readonly #ended: () => void
  readonly #encoder = new TextEncoder()
  readonly #heartbeat: NodeJS.Timeout
  /** What happens while the listener is still catching up; `undefined` afterwards. */
  #meanwhile: { readonly live: LiveEvent; readonly position: number }[] | undefined = []
  /** Resolves when all that was said so far has been written: permission is asked for each, and some answers take longer. */
  #said: Promise<void> = Promise.resolve()
  #whenTaken: (() => void) | undefined
  #over = false

  constructor(filter: LiveFilter, controller: ReadableStreamDefaultController<Uint8Array>, ended: () => void) {
    this.#filter = filter
    this.#controller = controller
    this.#ended = ended
    this.#heartbeat = setInterval(() => void this.#beat(), heartbeatEvery)
    this.#heartbeat.unref()
  }

  /** Greets the listener, tells what it has missed, and goes on with what has happened meanwhile. */
  async begin(options: {
    readonly thread: Thread
    readonly clock: () => Instant
    readonly liveEventOf: (event: ThreadEvent) => LiveEvent | undefined
  }): Promise<void> {
    const { thread, clock, liveEventOf } = options
    try {
      const reached = await thread.lastPosition()
      const after = this.#filter.after ?? reached
      const resync = reached - after > catchUpAtMost || after > reached
      // Until it has caught up, its position is where it was: it may be cut off again at any moment.
      const hello = { name: 'hello' as const, subject: null, twin: null, at: clock(), data: { resync } }
      this.#write(hello, resync ? reached : after)
      if (!resync && after < reached)
        for await (const event of thread.readAll(after)) {
          if (event.position > reached || this.#over) break
          const live = liveEventOf(event)
          if (live && this.#concerns(live)) this.#say(live, event.position)
          await this.#said
          await this.#room()
        }
      const meanwhile = this.#meanwhile ?? []
      this.#meanwhile = undefined
      for (const { live, position } of meanwhile)
        if (live.name === 'belief' || position > reached) this.#say(live, position)
    } catch (error) {
      this.end(error as Error)
    }
  }

  offer(live: LiveEvent, position: number): void {
    if (this.#over || !this.#concerns(live)) return
    if (this.#meanwhile === undefined) this.#say(live, position)
    else if (this.#meanwhile.push({ live, position }) > catchUpAtMost) this.end(tooSlow())
  }

  /** The listener has taken in all that was written. */
  taken(): void {
    this.#whenTaken?.()
    this.#whenTaken = undefined
  }

  /** Ends the stream; with an error, what waits in it is dropped and the connection with it. */
  end(error?: Error): void {
    if (this.#over) return
    this.#over = true
    clearInterval(this.#heartbeat)
    this.#ended()
    this.taken()
    try {
      if (error) this.#controller.error(error)
      else this.#controller.close()
    } catch {
      // Closed already by the other side.
    }
  }

  #concerns(live: LiveEvent): boolean {
    const { subject } = this.#filter
    if (subject !== undefined) return live.subject === subject
    return inOutline.has(live.name) || live.name === 'belief'
  }

  #say(live: LiveEvent, position: number): void {
    this.#said = this.#said
      .then(async () => {
        if (await this.#filter.maySee(live.subject as SubjectId | null, live.name)) this.#write(live, position)
      })
      .catch((error: Error) => this.end(error))
  }

  #write(live: LiveEvent, position: number): void {
    const told =
      this.#filter.withText || live.name !== 'observation' ? live : { ...live, data: { ...live.data, text: null } }
    this.#writeText(`id: ${position}\nevent: ${live.name}\ndata: ${JSON.stringify(told)}\n\n`)
  }

  #writeText(text: string): void {
    if (this.#over) return
    if ((this.#controller.desiredSize ?? 0) < -waitingAtMost) this.end(tooSlow())
    else this.#controller.enqueue(this.#encoder.encode(text))
  }

  async #room(): Promise<void> {
    if (this.#over || (this.#controller.desiredSize ?? 0) > -catchUpAhead) return
    await new Promise<void>((resolve) => {
      this.#whenTaken = resolve
    })
  }

  async #beat(): Promise<void> {
    try {
      if ((await this.#filter.stands?.()) === false) this.end()
      else this.#writeText(': still here\n\n')
    } catch (error) {
      this.end(error as Error)
    }
  }
}

function tooSlow(): Error {
  return new Error('the listener takes in nothing; it may come back and catch up')
}

function subjectAndTwin(event: ThreadEvent): { subject: string | null; twin: string | null } {
  const colon = event.stream.indexOf(':')
  return {
    subject: event.subject,
    twin: colon > 0 ? (event.stream as TwinId) : null,
  }
}
