import { z } from '@hono/zod-openapi'

/** As far from 1970 as a `Date` goes (ECMA-262, time values). */
export const instantAtMost = 8.64e15

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const instant = z
  .number()
  .int()
  .min(-instantAtMost)
  .max(instantAtMost)
  .openapi({ description: 'Milliseconds since 1970-01-01T00:00:00Z' })

export const role = z.enum(['patient', 'clinician', 'manager', 'researcher', 'engineer', 'steward'])

/** A distribution in the figures a screen shows. */
export const summary = z
  .object({ mean: z.number(), p05: z.number(), p25: z.number(), p50: z.number(), p75: z.number(), p95: z.number() })
  .openapi('Summary')

/** RFC 9457 problem details. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().openapi({ description: 'Stable; also in the server log' }),
    detail: z.string().openapi({ description: 'What is wrong, where, what was expected, how to mend it' }),
    reference: z.string().openapi({ description: 'Identifies this failure in the server log' }),
  })
  .openapi('Problem')

export type Problem = z.infer<typeof problem>
export type SummaryFigures = z.infer<typeof summary>
