import type { JsonObject, Milliseconds } from '@counterpart/kernel'
import type { Delivery } from './mllp-sender.ts'
import type { Timer } from './time.ts'

export interface FhirSenderOptions {
  /** Base URL; Bundles are posted to it. */
  readonly base: string
  /** Bearer token. */
  readonly token?: string
  readonly timer: Timer
  /** Wait before trying again; doubles up to 32 times. Default 500 ms. */
  readonly retryAfter?: Milliseconds
  /** Default 30 s. */
  readonly answerWithin?: Milliseconds
  /** Bundles that may be on their way at once; with more than 1 they may arrive in another order. Default 1. */
  readonly window?: number
  /** Bundles that are kept while the receiver cannot be reached; beyond, the newest is refused. Default 5,000. */
  readonly limit?: number
  readonly onProblem?: (problem: string) => void
  /** Default: the runtime's. */
  readonly fetch?: typeof fetch
}

export interface FhirSender {
  /** Queues a Bundle; posted at least once. */
  send(bundle: JsonObject): Promise<Delivery>
  readonly pending: number
  idle(): Promise<void>
  stop(): void
}

/** Posts Bundles in order, `window` at a time; tries again on network errors, 408, 429 and 5xx; any other 4xx is final. */
export function startFhirSender(options: FhirSenderOptions): FhirSender {
  const fetching = options.fetch ?? fetch
  const queue: { readonly body: string; readonly resolve: (delivery: Delivery) => void }[] = []
  /** How many post just now, each one Bundle after the other. */
  let posting = 0
  let onTheWay = 0
  let stopped = false
  const aborts = new Set<AbortController>()
  const wakes = new Set<() => void>()
  let whenIdle: (() => void)[] = []

  async function run(): Promise<void> {
    posting++
    for (let next = queue.shift(); next && !stopped; next = stopped ? undefined : queue.shift()) {
      onTheWay++
      next.resolve(await delivered(next.body))
      onTheWay--
    }
    posting--
    if (stopped) for (const { resolve } of queue.splice(0)) resolve('refused')
    if (posting > 0) return
    for (const resolve of whenIdle) resolve()
    whenIdle = []
  }

  async function delivered(body: string): Promise<Delivery> {
    for (let failures = 0; !stopped; failures++) {
      const answer = await post(body)
      if (stopped) break
      if (answer !== 'again') return answer
      await pause((options.retryAfter ?? 500) * 2 ** Math.min(failures, 5))
    }
    return 'refused'
  }

  async function post(body: string): Promise<Delivery | 'again'> {
    const abort = new AbortController()
    aborts.add(abort)
    const cancel = options.timer(options.answerWithin ?? 30_000, () => abort.abort())
    try {
      const response = await fetching(options.base, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/fhir+json',
          ...(options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` }),
        },
        body,
        signal: abort.signal,
      })
      const text = await response.text()
      if (response.ok) return 'accepted'
      options.onProblem?.(`FHIR ${options.base}: ${response.status} ${text.slice(0, 300)}`)
      return response.status >= 500 || response.status === 408 || response.status === 429 ? 'again' : 'refused'
    } catch (error) {
      if (!stopped)
        options.onProblem?.(`FHIR ${options.base}: ${error instanceof Error ? error.message : String(error)}`)
      return 'again'
    } finally {
      aborts.delete(abort)
      cancel()
    }
  }

  function pause(delay: Milliseconds): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        wakes.delete(wake)
        cancel()
        resolve()
      }
      const cancel = options.timer(delay, wake)
      wakes.add(wake)
    })
  }

  return {
    send: (bundle) =>
      new Promise<Delivery>((resolve) => {
        if (stopped || queue.length >= (options.limit ?? 5_000)) {
          if (!stopped) options.onProblem?.('FHIR: too many Bundles wait already; one is not sent')
          resolve('refused')
          return
        }
        queue.push({ body: JSON.stringify(bundle), resolve })
        if (posting < (options.window ?? 1)) void run()
      }),
    get pending() {
      return queue.length + onTheWay
    },
    idle: () => (posting > 0 ? new Promise<void>((resolve) => whenIdle.push(resolve)) : Promise.resolve()),
    stop: () => {
      stopped = true
      for (const abort of aborts) abort.abort()
      for (const wake of [...wakes]) wake()
    },
  }
}
