import { z } from '@hono/zod-openapi'
import { instant } from './common.ts'

/** GET /api/engineering/beliefs */
export const beliefHashes = z
  .object({ beliefs: z.array(z.object({ twin: z.string(), asOf: instant, hash: z.string() })) })
  .openapi('BeliefHashes')
