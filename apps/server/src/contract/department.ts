import { z } from '@hono/zod-openapi'

/** What became of a roster that was sent. */
export const rosterTaken = z
  .object({ outcome: z.enum(['accepted', 'duplicate']), event: z.string().describe('The event that holds it') })
  .openapi('RosterTaken')
