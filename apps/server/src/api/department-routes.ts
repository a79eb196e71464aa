import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { rosterTaken } from '../contract/index.ts'
import { accessOf, addressOf, type Env, subjectFrom } from '../http/access.ts'
import { RequestError } from '../http/problem.ts'
import type { Platform } from '../platform.ts'
import { jsonOf, problems } from './openapi.ts'

const bodyAtMost = 1024 * 1024
const contentTypes = ['application/json', 'text/csv']

/** What is told of departments by people rather than by messages. */
export function departmentRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  app.openapi(
    createRoute({
      method: 'put',
      path: '/api/departments/{id}/roster',
      summary: 'Who is to be on duty when: JSON, or CSV with the columns role,from,until,count',
      request: {
        params: z.object({ id: z.string() }),
        body: {
          required: true,
          content: Object.fromEntries(contentTypes.map((type) => [type, { schema: z.any() }])),
        },
      },
      responses: { 200: jsonOf(rosterTaken, 'It is taken in'), ...problems(400, 401, 403, 404, 422) },
    }),
    async (context) => {
      const access = await accessOf(platform, context)
      const { id } = context.req.param()
      const subject = subjectFrom('department', id)
      await access.require('set-roster', { subject })
      const contentType = (context.req.header('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase()
      if (!contentTypes.includes(contentType))
        throw new RequestError(415, 'malformed', `The body must be ${contentTypes.join(' or ')}.`)
      const text = await context.req.text()
      if (text.length > bodyAtMost) throw new RequestError(422, 'roster-invalid', 'The roster is longer than 1 MiB.')
      const address = addressOf(context)
      const receipt = await platform.intake.receiveRoster(id, text, contentType, {
        system: `roster:${access.principal.userId}`,
        ...(address !== undefined && { address }),
      })
      if (receipt.outcome === 'refused')
        throw new RequestError(
          receipt.code === 'unknown-subject' ? 404 : 422,
          receipt.code === 'unknown-subject' ? 'not-found' : 'roster-invalid',
          `${receipt.message}. To mend it: ${receipt.mend}.`,
        )
      return context.json({ outcome: receipt.outcome, event: receipt.events.at(-1)! }, 200)
    },
  )
}
