import { OutboundError } from './errors.ts'
import type { FhirOrder } from './fhir-order.ts'

/** The FHIR R4 server that takes orders. */
export interface Endpoint {
  /** e.g. `https://ehr.example.org/fhir`. */
  readonly baseUrl: string
  /** Sent as `Authorization: Bearer …`; a function is asked before each request, for tokens that run out. */
  readonly token?: string | (() => Promise<string>)
}

/**
 * Checks the address once, at the door. Throws {@link OutboundError} `endpoint-invalid` unless it is http(s) without user,
 * query or fragment, and encrypted where a token goes along (but on this very machine).
 */
export function checkEndpoint(endpoint: Endpoint): Endpoint {
  const wrong = (what: string): never => {
    throw new OutboundError(
      'endpoint-invalid',
      `the address for orders "${endpoint.baseUrl}" ${what}; expected e.g. "https://ehr.example.org/fhir"`,
    )
  }
  if (!URL.canParse(endpoint.baseUrl)) wrong('is not a URL')
  const url = new URL(endpoint.baseUrl)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') wrong('is neither https nor http')
  if (url.username || url.password || url.search || url.hash) wrong('must not carry a user, a query or a fragment')
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  if (endpoint.token !== undefined && url.protocol === 'http:' && !loopback) wrong('would carry a token unencrypted')
  return { ...endpoint, baseUrl: url.href.replace(/\/+$/, '') }
}

/** An update to a known id (FHIR R4 http.html#upsert): made if missing, replaced if there, the same however often. */
export async function putOrder(
  endpoint: Endpoint,
  order: FhirOrder,
  options: { readonly fetch: typeof fetch; readonly signal: AbortSignal },
): Promise<Response> {
  const token = typeof endpoint.token === 'function' ? await endpoint.token() : endpoint.token
  return options.fetch(`${endpoint.baseUrl}/${order.resourceType}/${order.id}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/fhir+json; charset=utf-8',
      accept: 'application/fhir+json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(order),
    // A redirect could lead a patient's data, and the token, to a place that nobody configured.
    redirect: 'manual',
    signal: options.signal,
  })
}
