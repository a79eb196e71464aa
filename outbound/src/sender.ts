import type { Action, Instant, Milliseconds } from '@counterpart/kernel'
import { type EventId, type NewEvent, type Thread, ThreadError } from '@counterpart/thread'
import { type Endpoint, putOrder } from './endpoint.ts'
import { actionEvent, entriesOf, type FailureReason, isPending, type OutboxEntry, type Reached } from './outbox.ts'
import { type Attempt, backOff, readFailure, readResponse } from './responses.ts'

export interface SenderOptions {
  readonly thread: Thread
  readonly endpoint: Endpoint
  readonly clock: () => Instant
  readonly random: { uniform(): number }
  readonly fetch: typeof fetch
  readonly timeout: Milliseconds
  readonly retry: { readonly base: Milliseconds; readonly most: Milliseconds }
  readonly atOnce: number
  readonly schedule: (delay: Milliseconds, work: () => void) => () => void
  readonly onProblem: (problem: unknown, about: { readonly decisionEvent: EventId }) => void
}

interface Sending {
  entry: OutboxEntry
  /** Broken off: no further attempt, and the present one is aborted. */
  readonly off: AbortController
  done: Promise<void>
}

/** Sends entries of the outbox, each until it is settled, writing down every step. */
export class Sender {
  readonly #options: SenderOptions
  readonly #onSettled: (entry: OutboxEntry) => Promise<void>
  readonly #sending = new Map<string, Sending>()
  readonly #places: Places
  #closed = false

  constructor(options: SenderOptions, onSettled: (entry: OutboxEntry) => Promise<void>) {
    this.#options = options
    this.#onSettled = onSettled
    this.#places = places(options.atOnce)
  }

  /** How many are not settled. */
  get size(): number {
    return this.#sending.size
  }

  /** Begins to send; an entry that is being sent already goes on as it was. */
  send(entry: OutboxEntry): void {
    if (this.#closed || this.#sending.has(entry.action.id)) return
    const sending: Sending = { entry, off: new AbortController(), done: Promise.resolve() }
    this.#sending.set(entry.action.id, sending)
    sending.done = this.#untilSettled(sending)
      .then(async () => {
        if (!isPending(sending.entry)) await this.#onSettled(sending.entry)
      })
      .catch((problem) => this.#options.onProblem(problem, { decisionEvent: entry.decisionEvent }))
      .finally(() => this.#sending.delete(entry.action.id))
  }

  /** Breaks off the sending of an action and waits until nothing of it is under way; tells how it then stands. */
  async withdraw(actionId: string): Promise<OutboxEntry | undefined> {
    const sending = this.#sending.get(actionId)
    if (sending === undefined) return undefined
    sending.off.abort()
    await sending.done
    return sending.entry
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#sending.values()].map(({ done }) => done))
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const { off } of this.#sending.values()) off.abort()
    await this.settled()
  }

  async #untilSettled(sending: Sending): Promise<void> {
    const { clock, random, retry } = this.#options
    const { signal } = sending.off
    while (!signal.aborted && isPending(sending.entry)) {
      let wait: Milliseconds
      const leave = await this.#places.enter(signal)
      if (leave === undefined) return
      try {
        const retryAfter = await this.#attempt(sending)
        wait = backOff(sending.entry.action.attempts, { ...retry, uniform: random.uniform(), retryAfter })
      } catch (problem) {
        // The thread cannot be written: what is not written down is not sent, so wait until it can.
        this.#options.onProblem(problem, { decisionEvent: sending.entry.decisionEvent })
        const ended = problem instanceof ThreadError && ['subject-erased', 'store-closed'].includes(problem.code)
        if (ended) return
        await this.#reload(sending)
        wait = backOff(sending.entry.action.attempts + 1, { ...retry, uniform: random.uniform() })
      } finally {
        leave()
      }
      if (!isPending(sending.entry)) return
      const { expires } = sending.entry
      await this.#sleep(expires === null ? wait : Math.max(0, Math.min(wait, expires - clock())), signal)
    }
  }

  /** One attempt, or the end of the entry; returns how long the other side asks to wait. */
  async #attempt(sending: Sending): Promise<Milliseconds | undefined> {
    const { clock, thread } = this.#options
    const { action, expires, reached: before } = sending.entry
    if (expires !== null && clock() >= expires) {
      const lately = action.lastError === undefined ? '' : `; the last attempt: ${action.lastError}`
      return this.#fail(
        sending,
        'expired',
        `the recommendation expired at ${new Date(expires).toISOString()}${lately}`,
        before,
      )
    }
    const attempts = action.attempts + 1
    const sent: Action = { ...action, delivery: 'sent', attempts }
    // Written before it is done. Until an answer says otherwise it may have arrived.
    await thread.append([this.#event(sending.entry, sent, `sent-${attempts}`, { reached: 'maybe' })])
    sending.entry = { ...sending.entry, action: sent }
    const attempt = await this.#put(sending)
    switch (attempt.kind) {
      case 'acknowledged':
        await this.#acknowledge(sending, attempt)
        return undefined
      case 'refused':
        return this.#fail(sending, 'refused', attempt.detail, before)
      case 'again': {
        const reached = before === 'no' ? attempt.reached : before
        sending.entry = { ...sending.entry, action: { ...sent, lastError: attempt.detail }, reached }
        return attempt.retryAfter
      }
    }
  }

  async #put({ entry, off }: Sending): Promise<Attempt> {
    const { clock, endpoint, fetch, timeout } = this.#options
    const left = entry.expires === null ? timeout : Math.min(timeout, entry.expires - clock())
    if (left <= 0) return { kind: 'again', detail: 'no time was left', reached: 'no' }
    const signal = AbortSignal.any([off.signal, AbortSignal.timeout(left)])
    try {
      return await readResponse(await putOrder(endpoint, entry.order, { fetch, signal }), clock())
    } catch (error) {
      return readFailure(error)
    }
  }

  async #acknowledge(sending: Sending, attempt: Extract<Attempt, { kind: 'acknowledged' }>): Promise<void> {
    const { lastError: _, ...sent } = sending.entry.action
    const action: Action = { ...sent, delivery: 'acknowledged' }
    const { status, location, version } = attempt
    const response = { status, ...(location && { location }), ...(version && { version }) }
    const events = [this.#event(sending.entry, action, 'acknowledged', { reached: 'yes', response })]
    if (action.undoes !== undefined) events.push(...(await this.#undone(sending.entry, action.undoes)))
    await this.#options.thread.append(events)
    sending.entry = { ...sending.entry, action, reached: 'yes' }
  }

  async #fail(sending: Sending, reason: FailureReason, detail: string, reached: Reached): Promise<undefined> {
    const action: Action = { ...sending.entry.action, delivery: 'failed', lastError: detail }
    await this.#options.thread.append([this.#event(sending.entry, action, 'failed', { reason, reached })])
    sending.entry = { ...sending.entry, action, reached }
  }

  /** With the acknowledgement of a stop, the action that it takes back is undone. */
  async #undone(stop: OutboxEntry, undoes: string): Promise<NewEvent[]> {
    const { thread, clock } = this.#options
    const queued = await thread.get(stop.queuedEvent)
    for (const source of queued?.derivedFrom ?? []) {
      const event = await thread.get(source)
      const original = event?.payload?.action as unknown as Action | undefined
      if (event?.type !== 'action.queued' || original?.id !== undoes) continue
      const [decisionEvent] = event.derivedFrom
      const entry = (await entriesOf(thread, original.decision, decisionEvent!)).find(
        ({ action }) => action.id === undoes,
      )
      const action: Action = { ...(entry?.action ?? original), delivery: 'undone' }
      return [actionEvent(action, clock(), 'undone', [decisionEvent!, stop.decisionEvent], { sent: true })]
    }
    return []
  }

  #event(entry: OutboxEntry, action: Action, key: string, more: object): NewEvent {
    return actionEvent(action, this.#options.clock(), key, [entry.decisionEvent, entry.queuedEvent], more)
  }

  /** After trouble in writing: another worker may have gone on with it. */
  async #reload(sending: Sending): Promise<void> {
    const { thread } = this.#options
    const { action, decisionEvent } = sending.entry
    try {
      const standing = await entriesOf(thread, action.decision, decisionEvent)
      sending.entry = standing.find((entry) => entry.action.id === action.id) ?? sending.entry
    } catch (problem) {
      this.#options.onProblem(problem, { decisionEvent })
    }
  }

  #sleep(delay: Milliseconds, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        cancel()
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const cancel = this.#options.schedule(delay, wake)
      signal.addEventListener('abort', wake)
    })
  }
}

interface Places {
  /** Waits for a free place; the answer leaves it. `undefined` when `signal` came first. */
  enter(signal: AbortSignal): Promise<(() => void) | undefined>
}

function places(count: number): Places {
  let free = count
  const waiting: (() => void)[] = []
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  return {
    async enter(signal) {
      if (signal.aborted) return undefined
      if (free > 0) {
        free--
        return leave
      }
      return new Promise((resolve) => {
        const turn = () => {
          signal.removeEventListener('abort', giveUp)
          resolve(leave)
        }
        const giveUp = () => {
          waiting.splice(waiting.indexOf(turn), 1)
          resolve(undefined)
        }
        waiting.push(turn)
        signal.addEventListener('abort', giveUp, { once: true })
      })
    },
  }
}
