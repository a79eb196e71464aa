import type { Instant, SubjectId } from '@counterpart/kernel'
import type { Thread } from '@counterpart/thread'
import { IntakeError } from '../errors.ts'
import type { Intake } from '../intake.ts'
import type { Peer, Receipt } from '../receipt.ts'
import { readBody } from './body.ts'
import { capabilityStatement } from './capability.ts'
import { resourceIdSystem } from './decode.ts'
import { parseJson } from './json.ts'
import { informationOutcome, operationOutcome, statusOf } from './outcome.ts'
import { instantOfFhir } from './read.ts'
import type { OutgoingResource } from './write.ts'
import { encountersFrom, observationResource, observationsFrom, patientFrom, searchset } from './write.ts'

export interface FhirEndpointOptions {
  readonly intake: Intake
  /** Where resources are read back from. */
  readonly thread: Thread
  readonly clock: () => Instant
  /** Path under which the endpoint stands, e.g. `/fhir`. */
  readonly basePath: string
  /** Who is sending, from what the server knows of the caller (a token's client, say). Default: `fhir`. */
  readonly peerOf?: (request: Request) => Peer
  /** Longest body in bytes. Default 10 MiB. */
  readonly bodyBytes?: number
}

const mediaType = 'application/fhir+json'

/**
 * The FHIR R4 endpoint, as a function from a Web request to its response. Who may call it is for the server to decide
 * before. Never throws.
 *
 * @example const handle = fhirHandler({ intake, thread, clock, basePath: '/fhir' })
 */
export function fhirHandler(options: FhirEndpointOptions): (request: Request) => Promise<Response> {
  const { intake, thread, clock, basePath, bodyBytes = 10 * 1024 * 1024 } = options
  const peerOf = options.peerOf ?? (() => ({ system: 'fhir' }))

  const receive = async (
    request: Request,
    type: string | undefined,
    id: string | undefined,
    base: string,
  ): Promise<Response> => {
    const peer = peerOf(request)
    const contentType = (request.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase()
    if (contentType !== mediaType && contentType !== 'application/json')
      return failure(
        415,
        new IntakeError('not-supported', `bodies of type "${contentType.slice(0, 80)}" are not taken`, {
          expected: mediaType,
          mend: `send JSON and say so: Content-Type: ${mediaType}`,
        }),
      )
    let text: string
    try {
      text = await readBody(request, bodyBytes)
    } catch (error) {
      if (!(error instanceof IntakeError)) throw error
      const declared = Number(request.headers.get('content-length'))
      const body = error.cause as Uint8Array
      const message = {
        protocol: 'fhir',
        body,
        contentType: mediaType,
        totalBytes: Math.max(body.length, declared || 0),
      }
      return refusal(await intake.refuse(error, message, peer))
    }
    const problem = addressed(text, type, id, intake.fhirTypes)
    if (problem) {
      const receipt = await intake.refuse(problem, { protocol: 'fhir', body: text, contentType: mediaType }, peer)
      return refusal(receipt)
    }
    const header = bundleTypeOf(text)
    if (header === 'batch') return batchAnswer(await intake.receiveFhirBatch(text, peer), base)
    const receipt = await intake.receiveFhir(text, peer)
    if (receipt.outcome === 'refused') return refusal(receipt)
    const location =
      type === 'Patient' && receipt.subjects[0] && `${base}/Patient/${receipt.subjects[0].slice('patient/'.length)}`
    if (type === undefined) return json(200, answerBundle(text, receipt, header, intake.fhirTypes), location)
    return json(
      request.method === 'PUT' || receipt.outcome === 'duplicate' ? 200 : 201,
      informationOutcome(receipt.notes),
      location,
    )
  }

  const subjectOf = (id: string, request: Request): SubjectId | undefined => {
    const own: SubjectId = `patient/${id}`
    if (intake.knows(own)) return own
    return intake.subjectOf({ system: resourceIdSystem(peerOf(request).system), value: id })
  }

  const read = async (type: string, id: string | undefined, url: URL, request: Request): Promise<Response> => {
    if (type === 'Patient' && id !== undefined) {
      const subject = subjectOf(id, request)
      const patient = subject && (await patientFrom(thread, subject))
      return patient ? json(200, patient) : notFound(`Patient/${id}`)
    }
    if (type !== 'Observation' && type !== 'Encounter')
      return failure(
        404,
        new IntakeError('not-supported', `${type.slice(0, 64)} cannot be read here`, {
          expected: 'metadata, Patient/[id], Observation?patient=…, Encounter?patient=…',
        }),
      )
    const parameter = url.searchParams.get('patient') ?? url.searchParams.get('subject')
    if (!parameter)
      return failure(
        400,
        new IntakeError('invalid', 'it does not say whose', {
          location: 'patient',
          expected: `${type}?patient=[id]`,
          mend: 'add the parameter patient',
        }),
      )
    const subject = subjectOf(parameter.replace(/^Patient\//, ''), request)
    const found = subject ? await search(type, subject, url) : []
    if (id !== undefined) {
      const one = found.find((resource) => resource.id === id)
      return one ? json(200, one) : notFound(`${type}/${id}`)
    }
    const count = Number(url.searchParams.get('_count') ?? 1000)
    return json(200, searchset(found, Number.isInteger(count) && count >= 0 ? count : 1000, url.href))
  }

  const search = async (type: string, subject: SubjectId, url: URL): Promise<readonly OutgoingResource[]> => {
    if (type === 'Encounter') return encountersFrom(thread, subject)
    const codes = url.searchParams.get('code')?.split(',')
    const dates = url.searchParams.getAll('date').map(dateFilter)
    const observations = await observationsFrom(thread, subject)
    return observations
      .filter(
        ({ code }) => codes?.some((wanted) => wanted === code.code || wanted === `${code.system}|${code.code}`) ?? true,
      )
      .filter(({ effective }) => dates.every((holds) => holds(effective)))
      .map(observationResource)
  }

  return async (request) => {
    try {
      const url = new URL(request.url)
      const base = `${url.origin}${basePath.replace(/\/$/, '')}`
      const path = url.pathname.slice(basePath.replace(/\/$/, '').length).replace(/^\/|\/$/g, '')
      const [type, id, ...more] = path.split('/')
      if (more.length > 0) return notFound(path.slice(0, 200))
      if (request.method === 'GET' && type === 'metadata')
        return json(200, capabilityStatement(base, clock(), intake.fhirTypes))
      if (request.method === 'GET' && type) return await read(type, id, url, request)
      const creates = request.method === 'POST' && id === undefined
      const updates = request.method === 'PUT' && type !== '' && id !== undefined
      if (creates || updates) return await receive(request, type || undefined, id, base)
      return failure(
        405,
        new IntakeError('not-supported', `${request.method} is not done here`, {
          expected: 'POST [base], POST [type], PUT [type]/[id], GET',
        }),
      )
    } catch (error) {
      const reason =
        error instanceof IntakeError
          ? error
          : new IntakeError('store-failed', 'this could not be done now', { mend: 'try again later' }, { cause: error })
      return failure(statusOf(reason.code), reason)
    }
  }
}

/** Whether the resource is what the address says; `undefined` when it is, or when the intake will say better what is wrong. */
function addressed(
  text: string,
  type: string | undefined,
  id: string | undefined,
  taken: readonly string[],
): IntakeError | undefined {
  if (type === undefined) return undefined
  if (!taken.includes(type))
    return new IntakeError('not-supported', `${type.slice(0, 64)} resources are not taken`, {
      location: 'resourceType',
      expected: `${taken.join(', ')}, or a Bundle at [base]`,
      mend: 'do not send them here',
    })
  let resource: { resourceType?: unknown; id?: unknown }
  try {
    resource = (parseJson(text) ?? {}) as typeof resource
  } catch {
    return undefined
  }
  if (resource.resourceType !== type)
    return new IntakeError('invalid', `the resource is not a ${type}, as its address says`, {
      location: 'resourceType',
      expected: `"resourceType": "${type}"`,
      mend: 'send it to the address of its own type',
    })
  if (id !== undefined && resource.id !== id)
    return new IntakeError('invalid', 'the resource has another id than its address', {
      location: `${type}.id`,
      expected: `"id": "${id.slice(0, 64)}"`,
      mend: 'make them equal',
    })
  return undefined
}

function bundleTypeOf(text: string): string | undefined {
  try {
    const { resourceType, type } = parseJson(text) as { resourceType?: unknown; type?: unknown }
    return resourceType === 'Bundle' && typeof type === 'string' ? type : undefined
  } catch {
    return undefined
  }
}

/** What a Bundle that was taken as a whole is answered with. */
function answerBundle(
  text: string,
  receipt: Receipt & { outcome: 'accepted' | 'duplicate' },
  type: string | undefined,
  taken: readonly string[],
) {
  if (type === undefined || type === 'collection') return informationOutcome(receipt.notes)
  const { entry = [] } = JSON.parse(text.replace(/^\uFEFF/, '')) as {
    entry?: readonly { resource?: { resourceType?: string } }[]
  }
  const status = receipt.outcome === 'duplicate' ? '200 OK' : '201 Created'
  return {
    resourceType: 'Bundle',
    type: 'transaction-response',
    entry: entry.map(({ resource }) => ({
      response: {
        status: resource?.resourceType !== undefined && taken.includes(resource.resourceType) ? status : '202 Accepted',
      },
    })),
  }
}

function batchAnswer(receipts: readonly Receipt[] | Receipt, base: string): Response {
  if (!Array.isArray(receipts)) return refusal(receipts as Receipt & { outcome: 'refused' })
  return json(200, {
    resourceType: 'Bundle',
    type: 'batch-response',
    entry: (receipts as readonly Receipt[]).map((receipt) => ({
      response:
        receipt.outcome === 'refused'
          ? { status: String(statusOf(receipt.code)), outcome: operationOutcome(receipt) }
          : {
              status: receipt.outcome === 'duplicate' ? '200 OK' : '201 Created',
              ...patientIn(receipt.subjects[0], base),
              outcome: informationOutcome(receipt.notes),
            },
    })),
  })
}

function patientIn(subject: SubjectId | undefined, base: string): { readonly location?: string } {
  return subject?.startsWith('patient/') ? { location: `${base}/Patient/${subject.slice('patient/'.length)}` } : {}
}

/** `ge2024-01-01` and the like (https://hl7.org/fhir/R4/search.html#date). */
function dateFilter(parameter: string): (effective: Instant) => boolean {
  const match = /^(eq|ge|gt|le|lt)?(\d{4}(?:-\d\d(?:-\d\d(?:T.+)?)?)?)$/.exec(parameter)
  const wall = match?.[2]
  const from = wall === undefined ? Number.NaN : instantOfFhir(wall, 0)
  if (wall === undefined || Number.isNaN(from))
    throw new IntakeError('invalid', `"${parameter.slice(0, 40)}" is not a date to search by`, {
      location: 'date',
      expected: '[eq|ge|gt|le|lt]YYYY[-MM[-DD[Thh:mm:ssZ]]]',
    })
  const until = endOf(wall, from)
  switch (match?.[1]) {
    case 'ge':
      return (effective) => effective >= from
    case 'gt':
      return (effective) => effective >= until
    case 'le':
      return (effective) => effective < until
    case 'lt':
      return (effective) => effective < from
    default:
      return (effective) => effective >= from && effective < until
  }
}

/** The first instant after the year, month, day or second that a text names. */
function endOf(text: string, from: Instant): Instant {
  const date = new Date(from)
  if (text.includes('T')) return from + 1000
  if (text.length === 4) return date.setUTCFullYear(date.getUTCFullYear() + 1)
  return text.length === 7 ? date.setUTCMonth(date.getUTCMonth() + 1) : date.setUTCDate(date.getUTCDate() + 1)
}

function json(status: number, body: object, location?: string | false): Response {
  const headers = new Headers({ 'content-type': `${mediaType}; charset=utf-8`, 'cache-control': 'no-store' })
  if (location) headers.set('location', location)
  return new Response(JSON.stringify(body), { status, headers })
}

function failure(status: number, reason: IntakeError): Response {
  return json(status, operationOutcome(reason))
}

function refusal(receipt: Receipt & { outcome: 'refused' }): Response {
  return json(statusOf(receipt.code), operationOutcome(receipt))
}

function notFound(what: string): Response {
  return failure(404, new IntakeError('not-found', `there is no ${what} here`))
}
