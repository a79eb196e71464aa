import { type SubjectId, twinId } from '@counterpart/kernel'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { beliefHashes } from '../contract/index.ts'
import { accessOf, type Env } from '../http/access.ts'
import { definitionsFor, type Platform } from '../platform.ts'
import { beliefHash } from '../twins/belief-hash.ts'
import { jsonOf, problems } from './openapi.ts'

/** For those who keep it running: whether what is live is what the thread says, without any clinical content. */
export function engineeringRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/engineering/beliefs',
      summary: 'SHA-256 of every live belief, to compare with `counterpart thread replay`',
      request: { query: z.object({ prefix: z.string().max(200).optional() }) },
      responses: { 200: jsonOf(beliefHashes, 'Hashes'), ...problems(401, 403) },
    }),
    async (context) => {
      await (await accessOf(platform, context)).require('view-engineering')
      await platform.host.settled()
      const beliefs = []
      const { prefix } = context.req.valid('query')
      const prefixes = prefix === undefined ? ['patient/', 'department/', 'clinic/', 'population/'] : [prefix]
      const streams = (await Promise.all(prefixes.map((each) => platform.thread.streams(each)))).flat()
      for (const { stream } of streams)
        for (const definition of definitionsFor(platform, stream)) {
          const subject = stream as SubjectId
          const belief = (await platform.host.loop(definition.kind, subject))?.belief
          if (!belief) continue
          const twin = twinId({ kind: definition.kind, subject })
          beliefs.push({ twin, asOf: belief.asOf, hash: beliefHash(belief) })
        }
      return context.json({ beliefs })
    },
  )
}
