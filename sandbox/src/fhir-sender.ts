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
  /** Bundles that are kept while the receiver cannot be reached; beyond, the newest is refused. Default 5,000. */
  readonly limit?: number
  readonly onProblem?: (problem: string) => void
  /** Default: the runtime's. */
  readonly fetch?: typeof fetch
}

export interface FhirSender {
  /** Queues a Bundle; posted in order and at least once. */
  send(bundle: JsonObject): Promise<Delivery>
  readonly pending: number
  idle(): Promise<void>
  stop(): void
}

/** Posts Bundles one after the other; tries again on network errors, 408, 429 and 5xx; any other 4xx is final. */
export function startFhirSender(options: FhirSenderOptions): FhirSender {
  const fetching = options.fetch ?? fetch
  const queue: { readonly body: string; readonly resolve: (delivery: Delivery) => void }[] = []
  let running = false
  let stopped = false
  let abort: AbortController | undefined
  let wake: (() => void) | undefined
  let whenIdle: (() => void)[] = []

  async function run(): Promise<void> {
    running = true
    let failures = 0
    while (queue.length > 0 && !stopped) {
      const answer = await post(queue[0]!.body)
      if (stopped) break
      if (answer === 'again') {
        await pause((options.retryAfter ?? 500) * 2 ** Math.min(failures++, 5))
        continue
      }
      failures = 0
      queue.shift()!.resolve(answer)
    }
    running = false
    for (const { resolve } of queue.splice(0)) resolve('refused')
    for (const resolve of whenIdle) resolve()
    whenIdle = []
  }

  async function post(body: string): Promise<Delivery | 'again'> {
    abort = new AbortController()
    const cancel = options.timer(options.answerWithin ?? 30_000, () => abort?.abort())
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
      cancel()
    }
  }

  function pause(delay: Milliseconds): Promise<void> {
    return new Promise((resolve) => {
      const cancel = options.timer(delay, resolve)
      wake = () => {
        cancel()
        resolve()
      }
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
        if (!running) void run()
      }),
    get pending() {
      return queue.length
    },
    idle: () => (running ? new Promise<void>((resolve) => whenIdle.push(resolve)) : Promise.resolve()),
    stop: () => {
      stopped = true
      abort?.abort()
      wake?.()
    },
  }
}
