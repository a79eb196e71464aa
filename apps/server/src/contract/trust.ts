import { z } from '@hono/zod-openapi'
import { instant } from './common.ts'

/** One event of a trace, with what it came from. */
export const traceNode = z
  .object({
    event: z.string(),
    type: z.string(),
    stream: z.string(),
    effective: instant,
    recorded: instant,
    hash: z.string(),
    madeBy: z.object({ definition: z.string(), version: z.string(), seed: z.string().optional() }).nullable(),
    /** The event's content; a raw message is under `text`. Null: erased. */
    payload: z.record(z.string(), z.unknown()).nullable(),
    /** Events it came from; more than 50 are counted only. */
    from: z.array(z.string()),
    fromCount: z.number().int(),
  })
  .openapi('TraceNode')

/** GET /api/trace?event=ID → the event and everything it came from, down to raw messages (breadth first, at most 200). */
export const trace = z.object({ root: z.string(), nodes: z.array(traceNode), truncated: z.boolean() }).openapi('Trace')

export const quarantineEntry = z
  .object({
    id: z.string(),
    received: instant,
    protocol: z.string(),
    peer: z.string(),
    code: z.string(),
    message: z.string(),
    location: z.string().nullable(),
    expected: z.string().nullable(),
    mend: z.string().nullable(),
    bytes: z.number().int(),
    state: z.enum(['waiting', 'resubmitted', 'discarded']),
    body: z.string().nullable().openapi({ description: 'Only in the single-entry answer' }),
  })
  .openapi('QuarantineEntry')

/** GET /api/quarantine?state=waiting&limit=&offset= ; GET /api/quarantine/{id} */
export const quarantineList = z
  .object({ entries: z.array(quarantineEntry), total: z.number().int() })
  .openapi('QuarantineList')
/** POST /api/quarantine/{id}/resubmit { body? } → { outcome, message } ; POST /api/quarantine/{id}/discard { reason } */
export const resubmitRequest = z.object({ body: z.string().max(10_000_000).optional() }).openapi('ResubmitRequest')
export const resubmitResult = z
  .object({ outcome: z.enum(['accepted', 'duplicate', 'refused']), message: z.string() })
  .openapi('ResubmitResult')
export const discardRequest = z.object({ reason: z.string().min(1).max(1000) }).openapi('DiscardRequest')

/** GET /api/audit?subject=&user=&limit= : who looked, who decided. Newest first. */
export const auditList = z
  .object({
    entries: z.array(
      z.object({
        event: z.string(),
        at: instant,
        who: z.string(),
        role: z.string(),
        action: z.string(),
        subject: z.string().nullable(),
        resource: z.string().nullable(),
        outcome: z.enum(['allowed', 'denied', 'failed']),
      }),
    ),
  })
  .openapi('AuditList')

/** GET /api/sources : what is connected and how it fares. */
export const sourceList = z
  .object({
    sources: z.array(
      z.object({
        name: z.string(),
        protocol: z.string(),
        lastMessage: instant.nullable(),
        accepted: z.number().int(),
        duplicates: z.number().int(),
        refused: z.number().int(),
        lastRefusal: z.string().nullable(),
      }),
    ),
    thread: z.object({
      kind: z.string(),
      events: z.number().int(),
      position: z.number().int(),
      bytes: z.number().int().nullable(),
    }),
    process: z.object({ residentBytes: z.number().int(), uptimeSeconds: z.number(), node: z.string() }),
  })
  .openapi('SourceList')

/**
 * GET /api/live?subject=ID (or without: everything the viewer may see, reduced): server-sent events. `event:` is one of
 * these names, `data:` JSON, `id:` the thread position, so a browser that comes back (Last-Event-ID) misses nothing.
 */
export const liveEvent = z
  .object({
    name: z.enum([
      'observation',
      'belief',
      'forecast',
      'score',
      'recommendation',
      'decision',
      'action',
      'outcome',
      'encounter',
      'waveform',
      'quarantine',
      'hello',
    ]),
    subject: z.string().nullable(),
    twin: z.string().nullable(),
    at: instant,
    /** observation: the Reading; belief: { asOf, quantities: Record<name, Summary>, forecastOutdated }; others: { id } to refetch. */
    data: z.record(z.string(), z.unknown()),
  })
  .openapi('LiveEvent')

export type Trace = z.infer<typeof trace>
export type TraceNode = z.infer<typeof traceNode>
export type QuarantineEntry = z.infer<typeof quarantineEntry>
export type QuarantineList = z.infer<typeof quarantineList>
export type ResubmitResult = z.infer<typeof resubmitResult>
export type AuditList = z.infer<typeof auditList>
export type SourceList = z.infer<typeof sourceList>
export type LiveEvent = z.infer<typeof liveEvent>
