import type { JsonObject, SubjectId } from '@counterpart/kernel'
import type { EventId, ThreadEvent } from '@counterpart/thread'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { auditList, type LiveEvent, sourceList, type TraceNode, trace } from '../contract/index.ts'
import { type Access, accessOf, type Env, requireKnown } from '../http/access.ts'
import { notFound, RequestError } from '../http/problem.ts'
import type { Platform } from '../platform.ts'
import { clinicPayload } from '../work/redact.ts'
import { deIdentifiedPayload } from './de-identify.ts'
import { jsonOf, problems } from './openapi.ts'

const nodesAtMost = 200
const originsShown = 50

/** Where numbers come from, who looked, what is connected, and what happens right now. */
export function trustRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/trace',
      summary: 'An event and everything it came from, down to the raw messages',
      request: { query: z.object({ event: z.string() }) },
      responses: { 200: jsonOf(trace, 'Events, breadth first'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const access = await accessOf(platform, context)
      const root = context.req.valid('query').event as EventId
      const first = await platform.thread.get(root)
      if (!first?.subject) throw notFound(`event "${root}" to trace`)
      const { obligations } = await access.require('view-observations', { subject: first.subject })
      await requireKnown(platform, first.subject)
      const show = {
        raw: await access.may('view-raw-message', { subject: first.subject }),
        deIdentified: obligations.includes('de-identify'),
      }
      const nodes: TraceNode[] = []
      const met = new Set<EventId>([root])
      const waiting: EventId[] = [root]
      while (waiting.length > 0 && nodes.length < nodesAtMost) {
        const event = await platform.thread.get(waiting.shift()!)
        // What is about somebody else is not this reader's to see.
        if (!event || event.subject !== first.subject) continue
        nodes.push(traceNode(event, show))
        for (const origin of event.derivedFrom.slice(0, originsShown))
          if (!met.has(origin)) {
            met.add(origin)
            waiting.push(origin)
          }
      }
      return context.json({ root, nodes, truncated: waiting.length > 0 })
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/audit',
      summary: 'Who looked and who decided',
      request: {
        query: z.object({
          subject: z.string().optional(),
          user: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(1_000).default(200),
        }),
      },
      responses: { 200: jsonOf(auditList, 'Entries, newest first'), ...problems(401, 403) },
    }),
    async (context) => {
      const access = await accessOf(platform, context)
      const { subject, user, limit } = context.req.valid('query')
      await access.require('view-audit', {
        ...(subject === undefined ? {} : { subject: subject as SubjectId }),
        ...(user === undefined ? {} : { user }),
      })
      const entries = await platform.audit.query({
        ...(subject === undefined ? {} : { subject: subject as SubjectId }),
        ...(user === undefined ? {} : { who: user }),
        limit,
      })
      return context.json({
        entries: entries.map(({ id, at, who, role, action, subject, resource, outcome }) => ({
          event: id,
          at,
          who: who ?? 'nobody signed in',
          role: role ?? '',
          action,
          subject: subject ?? null,
          resource,
          outcome,
        })),
      })
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/sources',
      summary: 'What is connected and how it fares',
      responses: { 200: jsonOf(sourceList, 'Sources, the thread, the process'), ...problems(401, 403) },
    }),
    async (context) => {
      await (await accessOf(platform, context)).require('view-trust')
      const position = await platform.thread.lastPosition()
      return context.json({
        sources: platform.sources.list(),
        thread: { kind: platform.thread.kind, events: position, position, bytes: null },
        process: { residentBytes: process.memoryUsage.rss(), uptimeSeconds: process.uptime(), node: process.version },
      })
    },
  )

  // Server-sent events do not fit an OpenAPI response schema; the shape of each event does.
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/api/live',
    summary: 'Server-sent events: what happens right now, of one subject or in outline of all',
    request: { query: z.object({ subject: z.string().optional() }) },
    responses: { 200: { description: 'text/event-stream; the data of each event is a LiveEvent' } },
  })
  app.get('/api/live', async (context) => {
    const access = await accessOf(platform, context)
    const subject = context.req.query('subject') as SubjectId | undefined
    const { obligations } =
      subject !== undefined
        ? await access.require('view-observations', { subject })
        : await access.require('view-subject-list')
    const lastSeen = context.req.header('last-event-id') ?? context.req.query('after')
    if (lastSeen !== undefined && !/^\d{1,15}$/.test(lastSeen))
      throw new RequestError(
        400,
        'invalid',
        `Last-Event-ID "${lastSeen.slice(0, 40)}" is not a position in the thread.`,
      )
    const stream = platform.live.stream(
      {
        ...(subject === undefined ? {} : { subject }),
        ...(lastSeen === undefined ? {} : { after: Number(lastSeen) }),
        maySee: liveVisibility(access),
        stands: access.stands,
        withText: !obligations.includes('de-identify'),
      },
      context.req.raw.signal,
    )
    return new Response(stream, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    })
  })
}

function liveVisibility(access: Access): (subject: SubjectId | null, name: LiveEvent['name']) => Promise<boolean> {
  return (subject, name) => {
    if (name === 'quarantine') return access.may('view-quarantine')
    if (subject === null) return Promise.resolve(false)
    return access.may(name === 'encounter' ? 'view-subject' : 'view-observations', { subject })
  }
}

/** The content of an event as far as a trace tells it. */
function shownOf(event: ThreadEvent, deIdentified: boolean): Record<string, unknown> {
  const grouped = event.subject?.startsWith('clinic/')
    ? { ...event, payload: clinicPayload(event) as JsonObject }
    : event
  return deIdentified
    ? { ...deIdentifiedPayload(grouped), text: undefined }
    : ((grouped.payload ?? {}) as Record<string, unknown>)
}

function traceNode(event: ThreadEvent, show: { readonly raw: boolean; readonly deIdentified: boolean }): TraceNode {
  const { text, ...rest } = shownOf(event, show.deIdentified)
  return {
    event: event.id,
    type: event.type,
    stream: event.stream,
    effective: event.effective,
    recorded: event.recorded,
    hash: event.hash,
    madeBy: event.madeBy ?? null,
    payload: event.payload === null ? null : text === undefined || !show.raw ? rest : { ...rest, text },
    from: event.derivedFrom.slice(0, originsShown),
    fromCount: event.derivedFrom.length,
  }
}
