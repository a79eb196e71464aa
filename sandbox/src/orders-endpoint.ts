import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import type { Instant, JsonObject, SubjectId } from '@counterpart/kernel'
import { type ClinicRequest, isClinicTask, readClinicTask } from './clinic/read-action.ts'
import { type ActionRequest, isDepartmentTask, readDepartmentTask } from './emergency/read-action.ts'
import { SandboxError } from './errors.ts'
import { type KnownPatient, type Order, type OrderType, orderTypes, readOrder } from './orders.ts'
import { type Clock, isoTime } from './time.ts'

export interface OrdersEndpointOptions {
  readonly clock: Clock
  readonly patients: readonly KnownPatient[]
  /** The department that Tasks with a department action may be for, and who is told of them. */
  readonly department?: { readonly id: SubjectId; readonly onRequest: (request: ActionRequest) => void }
  /** The same of a clinic; `parts` are the codes of its pods and people, whom a Task may name. */
  readonly clinic?: {
    readonly id: SubjectId
    readonly parts: ReadonlySet<string>
    readonly onRequest: (request: ClinicRequest) => void
  }
  /** Told once of every new or changed order. */
  readonly onOrder: (order: Order, received: Instant) => void
  /** 0 (default): any free port. */
  readonly port?: number
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string
  /** When given, requests need `Authorization: Bearer <token>`. */
  readonly token?: string
  /** For tests: the status to fail a request with (`drop` cuts the connection), or `undefined` to serve it. */
  readonly failure?: (request: {
    readonly method: string
    readonly path: string
    readonly count: number
  }) => number | 'drop' | undefined
}

export interface OrdersEndpoint {
  /** Base URL for FHIR: `<url>/MedicationRequest/<id>`. */
  readonly url: string
  stop(): Promise<void>
}

interface Stored {
  readonly resource: JsonObject
  readonly sent: JsonObject
  readonly version: number
}

const largestBody = 1_000_000

/**
 * The hospital's FHIR R4 endpoint for orders: `PUT` and `GET [base]/{ServiceRequest|MedicationRequest|Task}/{id}` (update
 * as create, 3.1.0.4.1). The same body twice is one order; another body under the same id is its next version. What the
 * ward cannot do is answered 422 with an OperationOutcome, and nothing is kept of it.
 */
export async function startOrdersEndpoint(options: OrdersEndpointOptions): Promise<OrdersEndpoint> {
  const orders = new Map<string, Stored>()
  let count = 0
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://ward').pathname
    count++
    const failure = options.failure?.({ method: request.method ?? '', path, count })
    if (failure === 'drop') {
      request.destroy()
      return
    }
    if (failure !== undefined) {
      request.resume()
      answer(response, failure, outcome('transient', `injected failure ${failure}`))
      return
    }
    serve(request, path, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else answer(response, 500, outcome('exception', error instanceof Error ? error.message : String(error)))
    })
  })

  async function serve(request: IncomingMessage, path: string, response: ServerResponse): Promise<void> {
    if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`) {
      request.resume()
      response.setHeader('WWW-Authenticate', 'Bearer')
      return answer(response, 401, outcome('login', 'send Authorization: Bearer with the token of the orders endpoint'))
    }
    if (path === '/metadata' && request.method === 'GET') return answer(response, 200, capabilities(options.clock()))
    const [type, id, ...more] = path.slice(1).split('/')
    if (!orderTypes.includes(type as OrderType) || !id || more.length > 0)
      return answer(
        response,
        404,
        outcome('not-supported', `${path} is not here; expected /{${orderTypes.join('|')}}/{id}`),
      )
    if (!/^[A-Za-z0-9\-.]{1,64}$/.test(id))
      return answer(
        response,
        400,
        outcome('value', `id "${id}" is not a FHIR id: letters, digits, - and ., at most 64`),
      )
    const key = `${type}/${id}`
    const known = orders.get(key)
    if (request.method === 'GET') {
      if (!known) return answer(response, 404, outcome('not-found', `there is no ${key}`))
      return answer(response, 200, known.resource, known.version)
    }
    if (request.method !== 'PUT') {
      response.setHeader('Allow', 'GET, PUT')
      return answer(response, 405, outcome('not-supported', `${request.method} is not served here; PUT or GET`))
    }
    const body = await readJson(request, response)
    if (!body) return
    if (known && isDeepStrictEqual(known.sent, body)) return answer(response, 200, known.resource, known.version)
    let obey: (received: Instant) => void
    try {
      if (type === 'Task' && options.department && isDepartmentTask(body)) {
        const { department } = options
        const request = readDepartmentTask(id, body, department.id)
        obey = () => department.onRequest(request)
      } else if (type === 'Task' && options.clinic && isClinicTask(body)) {
        const { clinic } = options
        const request = readClinicTask(id, body, clinic.id, clinic.parts)
        obey = () => clinic.onRequest(request)
      } else {
        const order = readOrder(type as OrderType, id, body, options.patients)
        obey = (received) => options.onOrder(order, received)
      }
    } catch (error) {
      if (error instanceof SandboxError) return answer(response, 422, outcome('business-rule', error.message))
      throw error
    }
    const version = (known?.version ?? 0) + 1
    const received = options.clock()
    const resource: JsonObject = { ...body, meta: { versionId: String(version), lastUpdated: isoTime(received) } }
    orders.set(key, { resource, sent: body, version })
    obey(received)
    answer(response, known ? 200 : 201, resource, version, known ? undefined : `${key}/_history/${version}`)
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new SandboxError(
          'endpoint-failed',
          `the orders endpoint cannot listen on port ${options.port}: ${cause.message}`,
          { cause },
        ),
      ),
    )
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  const { address, port, family } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The body as a JSON object, or `undefined` after the request has been refused. */
async function readJson(request: IncomingMessage, response: ServerResponse): Promise<JsonObject | undefined> {
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/(fhir\+)?json\b/.test(type)) {
    request.resume()
    answer(response, 415, outcome('not-supported', `content type "${type}"; expected application/fhir+json`))
    return undefined
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largestBody) {
      response.setHeader('Connection', 'close')
      answer(response, 413, outcome('too-long', `an order is at most ${largestBody} bytes`))
      return undefined
    }
    chunks.push(chunk)
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonObject
    answer(response, 400, outcome('structure', 'the body is not a JSON object; send one FHIR resource'))
  } catch (error) {
    answer(response, 400, outcome('structure', `the body is not JSON: ${(error as Error).message}`))
  }
  return undefined
}

function answer(response: ServerResponse, status: number, body: JsonObject, version?: number, location?: string): void {
  response.statusCode = status
  response.setHeader('Content-Type', 'application/fhir+json; charset=utf-8')
  if (version !== undefined) response.setHeader('ETag', `W/"${version}"`)
  if (location !== undefined) response.setHeader('Location', location)
  response.end(JSON.stringify(body))
}

function outcome(code: string, diagnostics: string): JsonObject {
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics }] }
}

function capabilities(now: Instant): JsonObject {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: isoTime(now),
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        resource: orderTypes.map((type) => ({
          type,
          interaction: [{ code: 'read' }, { code: 'update' }],
          updateCreate: true,
        })),
      },
    ],
  }
}
