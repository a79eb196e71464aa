import type { Milliseconds, RosterDetail } from '@counterpart/kernel'
import type { Delivery } from '../mllp-sender.ts'
import { isoTime, type Timer } from '../time.ts'

export interface RosterSenderOptions {
  readonly url: string
  readonly token: string
  readonly timer: Timer
  /** Wait before trying again; doubles up to 32 times. Default 500 ms. */
  readonly retryAfter?: Milliseconds
  readonly onProblem?: (problem: string) => void
}

/** Puts rosters one after the other; tries again on network errors, 408, 429 and 5xx; any other 4xx is final. */
export function startRosterSender(options: RosterSenderOptions): {
  send(roster: RosterDetail): Promise<Delivery>
  stop(): void
} {
  let stopped = false
  let last: Promise<unknown> = Promise.resolve()

  async function put(roster: RosterDetail): Promise<Delivery> {
    const body = JSON.stringify({
      from: isoTime(roster.from),
      until: isoTime(roster.until),
      spans: roster.spans.map((span) => ({ ...span, from: isoTime(span.from), until: isoTime(span.until) })),
    })
    for (let failures = 0; !stopped; failures++) {
      const problem = await attempt(body)
      if (problem === undefined) return 'accepted'
      options.onProblem?.(`roster to ${options.url}: ${problem.what}`)
      if (problem.final) return 'refused'
      const wait = (options.retryAfter ?? 500) * 2 ** Math.min(failures, 5)
      await new Promise<void>((resolve) => {
        options.timer(wait, resolve)
      })
    }
    return 'refused'
  }

  async function attempt(body: string): Promise<{ what: string; final: boolean } | undefined> {
    try {
      const response = await fetch(options.url, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${options.token}` },
        body,
        signal: AbortSignal.timeout(30_000),
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
    send: (roster) => {
      const sent = last.then(() => put(roster))
      last = sent
      return sent
    },
    stop: () => {
      stopped = true
    },
  }
}
