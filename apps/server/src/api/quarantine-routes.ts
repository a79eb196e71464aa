import { type QuarantineEntry as HeldEntry, IntakeError } from '@counterpart/intake'
import type { JsonObject } from '@counterpart/kernel'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  discardRequest,
  type QuarantineEntry,
  quarantineEntry,
  quarantineList,
  resubmitRequest,
  resubmitResult,
} from '../contract/index.ts'
import { type Access, accessOf, type Env } from '../http/access.ts'
import { notFound, RequestError } from '../http/problem.ts'
import type { Platform } from '../platform.ts'
import { jsonBody, jsonOf, pageParameters, problems } from './openapi.ts'

const entryPath = z.object({ id: z.string() })
const contractStates = { waiting: 'open', resubmitted: 'resubmitted', discarded: 'discarded' } as const

/** Messages that were refused: look, mend, send again, or discard with a reason. */
export function quarantineRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  const { intake } = platform
  /** Of somebody whose data have been erased not even the reason of a refusal is told. */
  const isStanding = ({ subject }: HeldEntry) => subject === null || intake.knows(subject)

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/quarantine',
      summary: 'Refused messages, newest first',
      request: {
        query: z.object({
          state: z.enum(['waiting', 'resubmitted', 'discarded']).default('waiting'),
          ...pageParameters,
        }),
      },
      responses: { 200: jsonOf(quarantineList, 'The messages, without their bodies'), ...problems(401, 403) },
    }),
    async (context) => {
      const { obligations } = await (await accessOf(platform, context)).require('view-quarantine')
      const withContent = !obligations.includes('no-clinical-content')
      const { state, limit, offset } = context.req.valid('query')
      const all = intake
        .quarantined({ state: contractStates[state], limit: Number.POSITIVE_INFINITY })
        .filter(isStanding)
      return context.json({
        entries: all.slice(offset, offset + limit).map((each) => describe(each, null, withContent)),
        total: all.length,
      })
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/quarantine/{id}',
      summary: 'One refused message with its body',
      request: { params: entryPath },
      responses: { 200: jsonOf(quarantineEntry, 'The message'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { obligations } = await (await accessOf(platform, context)).require('view-quarantine')
      const held = await found(intake.quarantinedMessage(context.req.valid('param').id))
      if (!isStanding(held)) throw notFound('such message in the quarantine')
      const withContent = !obligations.includes('no-clinical-content')
      return context.json(describe(held, withContent ? held.body : null, withContent))
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/quarantine/{id}/resubmit',
      summary: 'Send it through its door again, mended or as it is',
      request: { params: entryPath, body: jsonBody(resubmitRequest) },
      responses: { 200: jsonOf(resubmitResult, 'What became of it'), ...problems(401, 403, 404, 409) },
    }),
    async (context) => {
      const access = await accessOf(platform, context)
      await access.require('resubmit-quarantine')
      const { body } = context.req.valid('json')
      const receipt = await found(
        intake.resubmit(context.req.valid('param').id, { ...(body === undefined ? {} : { body }), by: person(access) }),
      )
      const message =
        receipt.outcome === 'refused'
          ? [receipt.message, receipt.location, receipt.mend].filter(Boolean).join(' — ')
          : receipt.outcome === 'accepted'
            ? `Taken in: ${receipt.events.length} events.`
            : 'It was there already; nothing was added.'
      return context.json({ outcome: receipt.outcome, message })
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/quarantine/{id}/discard',
      summary: 'Close it for good, with a reason',
      request: { params: entryPath, body: jsonBody(discardRequest) },
      responses: { 200: jsonOf(quarantineEntry, 'The closed entry'), ...problems(401, 403, 404, 409) },
    }),
    async (context) => {
      const access = await accessOf(platform, context)
      await access.require('resubmit-quarantine')
      const { reason } = context.req.valid('json')
      return context.json(
        describe(
          await found(intake.discard(context.req.valid('param').id, { reason, by: person(access) })),
          null,
          true,
        ),
      )
    },
  )
}

function person({ principal }: Access): JsonObject {
  return { userId: principal.userId, name: principal.name, role: principal.role }
}

async function found<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof IntakeError)) throw error
    if (error.code === 'not-found') throw notFound('such message in the quarantine')
    if (error.code === 'not-open') throw new RequestError(409, error.code, error.message)
    throw new RequestError(422, error.code, [error.message, error.mend].filter(Boolean).join(': '))
  }
}

/** Without content: what kind of thing is wrong and where, but no word of the message, which reasons quote. */
function describe(entry: HeldEntry, given: string | null, permitted: boolean): QuarantineEntry {
  // What came in of the work of a clinic's people is about single people, minute by minute: nobody reads it here.
  const withContent = permitted && !/^(work-events|rota):/.test(entry.system)
  const body = withContent ? given : null
  return {
    id: entry.id,
    received: entry.received,
    protocol: entry.protocol,
    peer: [entry.system, entry.address].filter(Boolean).join(' · '),
    code: entry.code,
    message: withContent ? entry.message : `Refused as ${entry.code}.`,
    location: entry.location || null,
    expected: (withContent && entry.expected) || null,
    mend: entry.mend || null,
    bytes: entry.bodyBytes,
    state: entry.state === 'open' ? 'waiting' : entry.state,
    body,
  }
}
