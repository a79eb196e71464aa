import { GovernanceError } from '@counterpart/governance'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Problem } from '../contract/index.ts'

/** A failure that the person who asked can understand and perhaps mend; becomes RFC 9457 problem details. */
export class RequestError extends Error {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly retryAfter?: number

  constructor(status: ContentfulStatusCode, code: string, detail: string, options: { retryAfter?: number } = {}) {
    super(detail)
    this.name = 'RequestError'
    this.status = status
    this.code = code
    this.retryAfter = options.retryAfter
  }
}

export const notSignedIn = () =>
  new RequestError(401, 'not-signed-in', 'You are not signed in, or your session has ended. Sign in and try again.')

export const notFound = (what: string) => new RequestError(404, 'not-found', `There is no ${what}.`)

const titles: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'Not signed in',
  403: 'Not permitted',
  404: 'Not found',
  409: 'It conflicts with what stands',
  413: 'Too large',
  415: 'Not of a type that is taken',
  422: 'It cannot be done as asked',
  429: 'Too many attempts',
  500: 'Something failed here',
  503: 'Not available now',
}

const governanceStatus: Readonly<Record<string, ContentfulStatusCode>> = {
  'sign-in-refused': 401,
  'too-many-attempts': 429,
  busy: 503,
  'password-refused': 422,
  'role-not-held': 403,
  'openid-refused': 401,
  'openid-unavailable': 503,
  'audit-unavailable': 503,
  'account-unknown': 404,
}

/** Answers a failed request. What nobody foresaw is logged with a reference and told without its insides. */
export function answerProblem(
  context: Context,
  error: unknown,
  log: (error: unknown, reference: string) => void,
  newReference: () => string,
): Response {
  const known = asRequestError(error)
  const reference = newReference()
  if (known.status >= 500) log(error, reference)
  const body: Problem = {
    type: 'about:blank',
    title: titles[known.status] ?? 'It did not work',
    status: known.status,
    code: known.code,
    detail: known.message,
    reference,
  }
  if (known.retryAfter !== undefined) context.header('retry-after', String(Math.ceil(known.retryAfter / 1_000)))
  return context.body(JSON.stringify(body), known.status, { 'content-type': 'application/problem+json' })
}

function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  if (error instanceof GovernanceError) {
    const status = governanceStatus[error.code]
    if (status !== undefined)
      return new RequestError(status, error.code, error.message, { retryAfter: error.retryAfter })
  }
  return new RequestError(
    500,
    'internal',
    'This request failed here through no fault of yours. Nothing was changed by it. Try again; if it fails again, tell your administrator the reference.',
  )
}
