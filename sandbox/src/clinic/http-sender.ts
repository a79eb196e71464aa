import type { Milliseconds } from '@counterpart/kernel'
import type { Delivery } from '../mllp-sender.ts'
import type { Timer } from '../time.ts'

export interface HttpMessage {
  readonly method: 'PUT' | 'POST'
  readonly url: string
  readonly contentType: string
  readonly body: string
}

/** Sends one after the other; tries again on network errors, 408, 429 and 5xx; any other 4xx is final. */
export function startHttpSender(options: {
  readonly token: string
  readonly timer: Timer
  /** Wait before trying again; doubles up to 32 times. Default 500 ms. */
  readonly retryAfter?: Milliseconds
  readonly onProblem?: (problem: string) => void
}): { send(message: HttpMessage): Promise<Delivery>; stop(): void } {
  let stopped = false
  let last: Promise<unknown> = Promise.resolve()

  async function deliver(message: HttpMessage): Promise<Delivery> {
    for (let failures = 0; !stopped; failures++) {
      const problem = await attempt(message)
      if (problem === undefined) return 'accepted'
      options.onProblem?.(`${message.method} ${message.url}: ${problem.what}`)
      if (problem.final) return 'refused'
      const wait = (options.retryAfter ?? 500) * 2 ** Math.min(failures, 5)
      await new Promise<void>((resolve) => {
        options.timer(wait, resolve)
      })
    }
    return 'refused'
  }

  async function attempt({ method, url, contentType, body }: HttpMessage) {
    try {
      const response = await fetch(url, {
        method,
        headers: { 'Content-Type': contentType, Authorization: `Bearer ${options.token}` },
        body,
        signal: AbortSignal.timeout(300_000),
      })
      const text = await response.text()
      if (response.ok) return undefined
      const again = response.status >= 500 || response.status === 408 || response.status === 429
      return { what: `${response.status} ${text.slice(0, 200)}`, final: !again }
    } catch (error) {
      return { what: error instanceof Error ? error.message : String(error), final: false }
    }
  }

  return {
    send: (message) => {
      const sent = last.then(() => deliver(message))
      last = sent
      return sent
    },
    stop: () => {
      stopped = true
    },
  }
}
