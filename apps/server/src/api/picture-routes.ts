import { carryOn } from '@counterpart/kernel'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { drawingProgress, picture } from '../contract/index.ts'
import { accessOf, type Env, requireKnown } from '../http/access.ts'
import { notFound, RequestError } from '../http/problem.ts'
import type { Platform } from '../platform.ts'
import { computeJob, picturesOf } from '../twins/compute.ts'
import { Drawings } from '../twins/drawings.ts'
import { movesByItself } from '../twins/live-twin.ts'
import { layoutOf } from '../work/clinic-state.ts'
import { guardPicture } from '../work/guard-picture.ts'
import { copyPicture } from './describe.ts'
import { jsonOf, problems } from './openapi.ts'
import { twinFrom } from './twin-routes.ts'

/** Milliseconds for which a department that nothing was heard of is drawn only once. */
const momentLasts = 15_000

const picturePath = z.object({ id: z.string(), name: z.string() })

/** What a twin draws of its subject as it stands. */
export function pictureRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  const drawings = new Drawings(platform.pool)
  const permitted = async (context: Context, { id, name }: z.infer<typeof picturePath>) => {
    const named = twinFrom(platform, id)
    const { definition, subject } = named
    // What is drawn for one person alone is drawn at `/api/me/pictures`.
    const offer = picturesOf(definition).find((each) => each.name === name && each.audience === undefined)
    const access = await accessOf(platform, context)
    await access.require('view-observations', { subject })
    // What is drawn on request only is as dear as a what-if.
    if (offer && !offer.live) await access.require('run-what-if', { subject })
    await requireKnown(platform, subject)
    if (!offer) throw notFound(`picture "${name}" of this twin`)
    return { ...named, offer }
  }

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/twins/{id}/pictures/{name}',
      summary: 'A picture of the subject as the twin sees it now; to hang up stops what nobody else waits for',
      request: { params: picturePath },
      responses: { 200: jsonOf(picture, 'The picture'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { name } = context.req.valid('param')
      const { definition, subject, twin, offer } = await permitted(context, context.req.valid('param'))
      const loop = await platform.host.loop(definition.kind, subject)
      if (!loop?.belief) throw notFound('belief yet: the twin needs a first measurement')
      const moment = movesByItself(definition) ? Math.floor(platform.clock() / momentLasts) : 0
      const job = () => {
        const belief = platform.host.present(definition.kind, loop)!
        return computeJob(twin, belief, loop.treatments, { kind: 'picture', scenarios: [carryOn], name })
      }
      // Live ones are quick, and asked for again and again: a worker is not ended for one.
      const signal = offer.live ? new AbortController().signal : context.req.raw.signal
      const made = await drawings.draw(loop.belief, { name, moment, job }, signal).catch((error: unknown) => {
        // Nobody hears the answer; it is no failure either.
        throw signal.aborted ? new RequestError(408, 'hung-up', 'Whoever asked has hung up.') : error
      })
      const layout = subject.startsWith('clinic/') ? await layoutOf(platform.subjects, subject) : undefined
      return context.json(layout ? guardPicture(copyPicture(made), layout) : copyPicture(made), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/twins/{id}/pictures/{name}/progress',
      summary: 'How far a picture that takes long is',
      request: { params: picturePath },
      responses: { 200: jsonOf(drawingProgress, 'Null when it is not being drawn'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { twin } = await permitted(context, context.req.valid('param'))
      return context.json({ drawing: drawings.progress(twin, context.req.valid('param').name) ?? null }, 200)
    },
  )
}
