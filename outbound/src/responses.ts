import { hour, type Instant, type Milliseconds } from '@counterpart/kernel'
import type { Reached } from './outbox.ts'

/** What came of one attempt. */
export type Attempt =
  | { readonly kind: 'acknowledged'; readonly status: number; readonly location?: string; readonly version?: string }
  | { readonly kind: 'refused'; readonly status: number; readonly detail: string }
  | {
      readonly kind: 'again'
      readonly detail: string
      /** Whether the order may have arrived all the same. */
      readonly reached: Exclude<Reached, 'yes'>
      readonly retryAfter?: Milliseconds
    }

/**
 * Reads an answer (RFC 9110): 2xx is done; 408, 429 and 5xx may pass; a redirect or any other 4xx will not change by
 * itself. `now` turns a Retry-After that is a date into a wait.
 */
export async function readResponse(response: Response, now: Instant): Promise<Attempt> {
  const { status, headers } = response
  const text = await firstOf(response, 16_384)
  if (status >= 200 && status < 300) {
    const version = /^(?:W\/)?"(.*)"$/.exec(headers.get('etag') ?? '')?.[1]
    const location = headers.get('location') ?? undefined
    return { kind: 'acknowledged', status, ...(location && { location }), ...(version && { version }) }
  }
  const detail = `HTTP ${status}${outcomeText(text)}`
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfter = waitOf(headers.get('retry-after'), now)
    return {
      kind: 'again',
      detail,
      reached: status === 429 ? 'no' : 'maybe',
      ...(retryAfter !== undefined && { retryAfter }),
    }
  }
  return { kind: 'refused', status, detail }
}

/** Reads a failure of `fetch`: when no connection came about, nothing can have arrived. */
export function readFailure(error: unknown): Attempt {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } }
  const neverConnected = [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ENETUNREACH',
    'EHOSTUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
  ]
  const detail =
    name === 'TimeoutError'
      ? 'no answer in time'
      : name === 'AbortError'
        ? 'broken off'
        : `${message}${cause?.message ? `: ${cause.message}` : ''}`
  return { kind: 'again', detail, reached: neverConnected.includes(cause?.code ?? '') ? 'no' : 'maybe' }
}

/**
 * How long to wait after the given number of attempts: doubling from `base` up to `most`, of which a random half is
 * taken off so that many who wait do not come at once; never shorter than a Retry-After (of which an hour is believed).
 */
export function backOff(
  attempts: number,
  options: {
    readonly base: Milliseconds
    readonly most: Milliseconds
    readonly uniform: number
    readonly retryAfter?: Milliseconds
  },
): Milliseconds {
  const { base, most, uniform, retryAfter = 0 } = options
  const full = Math.min(most, base * 2 ** Math.min(attempts - 1, 40))
  return Math.max(full * (1 - uniform / 2), Math.min(retryAfter, hour))
}

/** RFC 9110 §10.2.3: seconds or a date. */
function waitOf(header: string | null, now: Instant): Milliseconds | undefined {
  if (header === null) return undefined
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** What a FHIR server says is wrong: the texts of its OperationOutcome. */
function outcomeText(text: string): string {
  try {
    const { resourceType, issue } = JSON.parse(text) as {
      resourceType?: string
      issue?: { diagnostics?: string; details?: { text?: string } }[]
    }
    if (resourceType !== 'OperationOutcome' || !Array.isArray(issue)) return ''
    const said = issue.flatMap((each) => each.diagnostics ?? each.details?.text ?? []).join('; ')
    return said === '' ? '' : `: ${said.slice(0, 500)}`
  } catch {
    return ''
  }
}

/** The first bytes of a body; the rest is not waited for. */
async function firstOf(response: Response, most: number): Promise<string> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  const reader = response.body.getReader()
  try {
    while (text.length < most) {
      const { done, value } = await reader.read()
      if (done) return text
      text += decoder.decode(value, { stream: true })
    }
  } catch {
    // The status has arrived, and that is what counts.
  }
  await reader.cancel().catch(() => {})
  return text
}
