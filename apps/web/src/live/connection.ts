import type { LiveEvent } from '@counterpart/server/contract'
import { setConnectionLost } from '../api/client.ts'
import { setServerTime } from './clock.ts'

export interface LinkState {
  readonly status: 'idle' | 'connecting' | 'live' | 'lost'
  /** When this status began (browser clock). */
  readonly since: number
  /** When the last event came (browser clock). */
  readonly lastEvent: number | null
}

const eventNames: readonly LiveEvent['name'][] = [
  'observation',
  'belief',
  'forecast',
  'score',
  'recommendation',
  'decision',
  'action',
  'outcome',
  'encounter',
  'waveform',
  'quarantine',
  'hello',
]

type BatchListener = (events: readonly LiveEvent[]) => void

/**
 * The one line on which the server speaks. Events are handed on in batches, at most one per frame, so that a burst of
 * two hundred patients costs one drawing. A lost line is taken up again by the browser with `Last-Event-ID`; where the
 * browser gives up (an HTTP error), by a new one, after which everything is fetched afresh.
 */
export class LiveConnection {
  #source: EventSource | undefined
  #subject: string | null | undefined
  #buffer: LiveEvent[] = []
  #scheduled = false
  #retry: ReturnType<typeof setTimeout> | undefined
  #retryDelay = 1000
  #state: LinkState = { status: 'idle', since: 0, lastEvent: null }
  readonly #batchListeners = new Set<BatchListener>()
  readonly #stateListeners = new Set<() => void>()
  readonly #onReopened: () => void

  constructor(onReopened: () => void) {
    this.#onReopened = onReopened
  }

  /** Listens to one subject, or (null) to everything the person may see. */
  open(subject: string | null): void {
    if (this.#source && this.#subject === subject) return
    this.#subject = subject
    this.#connect(false)
  }

  close(): void {
    clearTimeout(this.#retry)
    this.#source?.close()
    this.#source = undefined
    this.#subject = undefined
    setConnectionLost(false)
    this.#setState({ status: 'idle', since: Date.now(), lastEvent: this.#state.lastEvent })
  }

  onBatch(listener: BatchListener): () => void {
    this.#batchListeners.add(listener)
    return () => this.#batchListeners.delete(listener)
  }

  subscribeState = (listener: () => void): (() => void) => {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  getState = (): LinkState => this.#state

  #connect(reopened: boolean): void {
    clearTimeout(this.#retry)
    this.#source?.close()
    const url = this.#subject ? `/api/live?subject=${encodeURIComponent(this.#subject)}` : '/api/live'
    const source = new EventSource(url)
    this.#source = source
    if (this.#state.status === 'idle') this.#setState({ ...this.#state, status: 'connecting', since: Date.now() })
    source.onopen = () => {
      this.#retryDelay = 1000
      this.#alive()
      if (reopened) this.#onReopened()
    }
    source.onerror = () => {
      if (this.#source !== source) return
      setConnectionLost(true)
      if (this.#state.status !== 'lost') this.#setState({ ...this.#state, status: 'lost', since: Date.now() })
      if (source.readyState === EventSource.CLOSED) {
        this.#retry = setTimeout(() => this.#connect(true), this.#retryDelay)
        this.#retryDelay = Math.min(30_000, this.#retryDelay * 2)
      }
    }
    for (const name of eventNames)
      source.addEventListener(name, (message) => this.#take(name, message as MessageEvent<string>))
  }

  #alive(): void {
    setConnectionLost(false)
    if (this.#state.status !== 'live') this.#setState({ ...this.#state, status: 'live', since: Date.now() })
  }

  #take(name: LiveEvent['name'], message: MessageEvent<string>): void {
    let event: LiveEvent
    try {
      event = JSON.parse(message.data) as LiveEvent
    } catch {
      return
    }
    this.#alive()
    if (name === 'hello') {
      setServerTime(event.at)
      // Away for longer than the server can tell one by one: everything is read anew.
      if (event.data?.resync === true) this.#onReopened()
    }
    this.#state = { ...this.#state, lastEvent: Date.now() }
    this.#buffer.push({ ...event, name })
    if (this.#scheduled) return
    this.#scheduled = true
    // A hidden page gets no frames; it is kept up to date once a second instead.
    if (document.hidden) setTimeout(() => this.#flush(), 1000)
    else requestAnimationFrame(() => this.#flush())
  }

  #flush(): void {
    this.#scheduled = false
    const batch = this.#buffer
    this.#buffer = []
    for (const listener of this.#batchListeners) listener(batch)
  }

  #setState(state: LinkState): void {
    this.#state = state
    for (const listener of this.#stateListeners) listener()
  }
}
