import type { Problem } from '@counterpart/server/contract'
import { strings } from '../strings.ts'

/** A request that did not do what was asked, in words a person can act on. */
export class RequestError extends Error {
  /** HTTP status; 0 when nothing came back. */
  readonly status: number
  readonly code: string
  readonly title: string
  /** Names this failure in the server's log. */
  readonly reference: string | null

  constructor(status: number, code: string, title: string, detail: string, reference: string | null) {
    super(detail)
    this.name = 'RequestError'
    this.status = status
    this.code = code
    this.title = title
    this.reference = reference
  }
}

/** Whether the connection is known to be lost, so that writes are refused at once instead of hanging. */
let connectionLost = false
export function setConnectionLost(lost: boolean): void {
  connectionLost = lost
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: unknown
  /** Sent as it is, instead of a JSON body. */
  readonly text?: { readonly type: string; readonly content: string }
  readonly signal?: AbortSignal
}

/** Asks the server. Resolves with the JSON answer; rejects with {@link RequestError} and nothing else. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const method = options.method ?? 'GET'
  const writes = method !== 'GET'
  // Nothing is queued silently: what a person does without a connection is refused, and says so.
  if (writes && (connectionLost || navigator.onLine === false))
    throw new RequestError(0, 'offline', strings.problem.offlineTitle, strings.problem.offlineDetail, null)
  const headers: Record<string, string> = { accept: 'application/json' }
  if (writes) headers['x-counterpart-request'] = '1'
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  if (options.text) headers['content-type'] = options.text.type
  const content = options.text?.content ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
  let response: Response
  try {
    response = await fetch(`/api${path}`, {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(content === undefined ? {} : { body: content }),
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (cause) {
    if (options.signal?.aborted) throw cause
    throw new RequestError(
      0,
      'no-connection',
      strings.problem.noConnectionTitle,
      writes ? strings.problem.offlineDetail : strings.problem.noConnectionDetail,
      null,
    )
  }
  const text = await response.text()
  const json = parse(text)
  if (response.ok) return json as T
  const problem = (json ?? {}) as Partial<Problem>
  throw new RequestError(
    response.status,
    problem.code ?? `http-${response.status}`,
    problem.title ?? strings.problem.unexpectedTitle,
    problem.detail ?? strings.problem.unexpectedDetail(response.status),
    problem.reference ?? null,
  )
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return null
  }
}

/** Builds a query string, leaving out what is not given. */
export function query(parameters: Readonly<Record<string, string | number | undefined | null>>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  const text = search.toString()
  return text ? `?${text}` : ''
}
