import { type Belief, carryOn, type Picture } from '@counterpart/kernel'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { picture } from '../contract/index.ts'
import { accessOf, type Env, requireKnown } from '../http/access.ts'
import { notFound } from '../http/problem.ts'
import type { Platform } from '../platform.ts'
import { computeJob, picturesOf } from '../twins/compute.ts'
import { movesByItself } from '../twins/live-twin.ts'
import { copyPicture } from './describe.ts'
import { jsonOf, problems } from './openapi.ts'
import { twinFrom } from './twin-routes.ts'

/** Milliseconds for which a department that nothing was heard of is drawn only once. */
const momentLasts = 15_000

/** What a twin draws of its subject as it stands. */
export function pictureRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  // A belief never changes; what is drawn of it holds until it is replaced, or for a moment where the twin moves by
  // itself. So ten screens cost one drawing.
  const drawn = new WeakMap<Belief, Map<string, { readonly moment: number; readonly picture: Promise<Picture> }>>()

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/twins/{id}/pictures/{name}',
      summary: 'A picture of the subject as the twin sees it now',
      request: { params: z.object({ id: z.string(), name: z.string() }) },
      responses: { 200: jsonOf(picture, 'The picture'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { id, name } = context.req.valid('param')
      const { definition, subject, twin } = twinFrom(platform, id)
      const offer = picturesOf(definition).find((each) => each.name === name)
      const access = await accessOf(platform, context)
      await access.require('view-observations', { subject })
      // What is drawn on request only is as dear as a what-if.
      if (offer && !offer.live) await access.require('run-what-if', { subject })
      await requireKnown(platform, subject)
      if (!offer) throw notFound(`picture "${name}" of this twin`)
      const loop = await platform.host.loop(definition.kind, subject)
      if (!loop?.belief) throw notFound('belief yet: the twin needs a first measurement')
      const known = drawn.get(loop.belief) ?? new Map()
      drawn.set(loop.belief, known)
      const moment = movesByItself(definition) ? Math.floor(platform.clock() / momentLasts) : 0
      let made = known.get(name)
      if (made?.moment !== moment) {
        const belief = platform.host.present(definition.kind, loop)!
        const job = computeJob(twin, belief, loop.treatments, { kind: 'picture', scenarios: [carryOn], name })
        const picture = platform.pool.run(job, true).then((result) => result.pictures![0]!)
        made = { moment, picture }
        known.set(name, made)
        // A failure is told to those who waited for it, and tried anew by the next.
        picture.catch(() => known.delete(name))
      }
      return context.json(copyPicture(await made.picture), 200)
    },
  )
}
