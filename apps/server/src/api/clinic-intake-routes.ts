import { createWriteStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Peer, Receipt, WorkReceipt } from '@counterpart/intake'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type ClinicTaken, clinicTaken } from '../contract/index.ts'
import { type Access, addressOf, type Env } from '../http/access.ts'
import { RequestError } from '../http/problem.ts'
import type { Platform } from '../platform.ts'
import { knownClinic } from './clinic-routes.ts'
import { instantParameter, jsonOf, problems } from './openapi.ts'

const clinicPath = z.object({ id: z.string().max(64) })
const rotaAtMost = 4 * 1024 * 1024
const rotaTypes = ['text/csv', 'text/calendar']
const workTypes = ['text/csv', 'application/fhir+json', 'application/fhir+ndjson']
/** A body up to here is one message; what is longer is a file, put on disk while it is read. */
const batchAtMost = 8 * 1024 * 1024
/** More than a year of sixty people. */
const fileAtMost = 32 * 1024 ** 3

/** What is told of a clinic's work by people and systems: the rota, who is away, the audit log, when that was off. */
export function clinicIntakeRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  const { intake } = platform
  const nameOf = (context: Context) => context.req.param('id')!

  for (const [part, summary] of [
    ['rota', 'Who is to work when: CSV with the columns provider,from,until,work, or iCalendar'],
    ['absences', 'Who is away when: CSV or iCalendar, as for the rota'],
  ] as const)
    app.openapi(
      createRoute({
        method: 'put',
        path: `/api/clinics/{id}/${part}`,
        summary,
        request: {
          params: clinicPath,
          query: z.object({
            provider: z.string().max(64).optional().openapi({ description: 'Whose calendar it is' }),
            said: instantParameter.or(z.iso.datetime({ offset: true })).optional(),
          }),
          body: bodyOf(rotaTypes),
        },
        responses: { 200: jsonOf(clinicTaken, 'It is taken in'), ...problems(400, 401, 403, 404, 422) },
      }),
      async (context) => {
        const { access } = await knownClinic(platform, context, 'set-roster')
        const contentType = contentTypeOf(context, rotaTypes)
        const text = await context.req.text()
        if (text.length > rotaAtMost) throw new RequestError(422, 'rota-invalid', 'The rota is longer than 4 MiB.')
        const { provider, said } = context.req.valid('query')
        const receipt = await intake.receiveRota(nameOf(context), text, contentType, peerOf('rota', access, context), {
          ...(provider !== undefined && { provider }),
          ...(said !== undefined && { said: typeof said === 'number' ? said : Date.parse(said) }),
        })
        return context.json(taken(receipt, 'rota-invalid'), 200)
      },
    )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/clinics/{id}/work-events',
      summary: 'A piece of the audit log, or a whole file of it, streamed: CSV, FHIR R4 AuditEvents as JSON or NDJSON',
      // A JSON type named here would be read by the router before the body is looked at; FHIR is taken all the same.
      request: { params: clinicPath, body: bodyOf(workTypes.filter((type) => !type.endsWith('+json'))) },
      responses: { 200: jsonOf(clinicTaken, 'It is taken in'), ...problems(400, 401, 403, 404, 422) },
    }),
    async (context) => {
      const { access } = await knownClinic(platform, context, 'ingest')
      const contentType = contentTypeOf(context, workTypes)
      const peer = peerOf('work-events', access, context)
      const receipt = await withBody(
        context,
        (bytes) => intake.receiveWorkEvents(nameOf(context), bytes, contentType, peer),
        (file) => intake.receiveWorkFile(nameOf(context), file, contentType, peer),
      )
      return context.json(taken(receipt, 'log-invalid'), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/clinics/{id}/outages',
      summary: 'That the audit log is known to have been off: JSON { from, until, cancelled? }',
      request: { params: clinicPath, body: bodyOf(['application/json']) },
      responses: { 200: jsonOf(clinicTaken, 'It is taken in'), ...problems(400, 401, 403, 404, 422) },
    }),
    async (context) => {
      const { access } = await knownClinic(platform, context, 'ingest')
      const text = await context.req.text()
      const receipt = await intake.receiveOutage(nameOf(context), text, peerOf('work-events', access, context))
      return context.json(taken(receipt, 'outage-invalid'), 200)
    },
  )
}

/** Whether a request's body is streamed, so that nothing before its route may read it. */
export function isStreamed(path: string): boolean {
  return /^\/api\/clinics\/[^/]+\/work-events$/.test(path)
}

/** Hands a short body on as it is, and a long one as a file that can be read twice; that file is gone afterwards. */
async function withBody<T>(
  context: Context,
  whole: (bytes: Uint8Array) => Promise<T>,
  file: (file: { readonly name: string; open(): AsyncIterable<Uint8Array> }) => Promise<T>,
): Promise<T> {
  const { body } = context.req.raw
  const reader = (body ?? new Blob([]).stream()).getReader()
  const first: Uint8Array[] = []
  let length = 0
  while (length <= batchAtMost) {
    const { done, value } = await reader.read()
    if (done) return whole(Buffer.concat(first))
    first.push(value)
    length += value.length
  }
  const folder = await mkdtemp(join(tmpdir(), 'counterpart-log-'))
  const path = join(folder, 'log')
  try {
    const pieces = async function* () {
      yield* first.splice(0)
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        length += next.value.length
        if (length > fileAtMost)
          throw new RequestError(413, 'too-large', `The log has more than ${fileAtMost} bytes; hand it in in parts.`)
        yield next.value
      }
    }
    await pipeline(Readable.from(pieces()), createWriteStream(path, { mode: 0o600 }))
    const stored = async function* () {
      const handle = await open(path)
      yield* handle.createReadStream({ highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>
    }
    return await file({ name: 'work-events', open: stored })
  } finally {
    await reader.cancel().catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
}

function bodyOf(types: readonly string[]) {
  return { required: true, content: Object.fromEntries(types.map((type) => [type, { schema: z.any() }])) }
}

function contentTypeOf(context: Context, types: readonly string[]): string {
  const contentType = (context.req.header('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase()
  if (!types.includes(contentType)) throw new RequestError(415, 'malformed', `The body must be ${types.join(' or ')}.`)
  return contentType
}

/** `door` stands before the name of the sender, by which the quarantine knows that nobody may read what came through it. */
function peerOf(door: 'rota' | 'work-events', access: Access, context: Context): Peer {
  const address = addressOf(context)
  return { system: `${door}:${access.principal.userId}`, ...(address !== undefined && { address }) }
}

function taken(receipt: Receipt | WorkReceipt, code: string): ClinicTaken {
  if (receipt.outcome === 'refused') {
    const isUnknown = receipt.code === 'unknown-subject'
    throw new RequestError(
      isUnknown ? 404 : 422,
      isUnknown ? 'not-found' : code,
      `${receipt.message}. To mend it: ${receipt.mend}.`,
    )
  }
  const log = 'log' in receipt ? receipt.log : undefined
  return {
    outcome: receipt.outcome,
    events: receipt.events.length,
    doubts: [...receipt.notes],
    ...(log && { log: { lines: log.lines, taken: log.taken, fresh: log.fresh, hours: log.hours } }),
  }
}
