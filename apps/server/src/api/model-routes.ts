import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { modelCheck, modelCheckRequest, modelList, modelRun, modelRunRequest, storedModel } from '../contract/index.ts'
import { accessOf, type Env } from '../http/access.ts'
import { notFound } from '../http/problem.ts'
import { modelLibrary } from '../models/library.ts'
import type { Platform } from '../platform.ts'
import { jsonBody, jsonOf, problems } from './openapi.ts'

/** Models as data: those that come with the installation, and any that a person brings. Nothing of it is kept. */
export function modelRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/models',
      summary: 'The models that this installation comes with',
      responses: { 200: jsonOf(modelList, 'Models'), ...problems(401, 403) },
    }),
    async (context) => {
      await (await accessOf(platform, context)).require('use-models')
      return context.json({
        models: modelLibrary().map(({ id, title, summary, citation }) => ({ id, title, summary, citation })),
      })
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/models/{id}',
      summary: 'One of them, as text',
      request: { params: z.object({ id: z.string().max(100) }) },
      responses: { 200: jsonOf(storedModel, 'The model'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      await (await accessOf(platform, context)).require('use-models')
      const { id } = context.req.valid('param')
      const model = modelLibrary().find((each) => each.id === id)
      if (!model) throw notFound(`model "${id}"`)
      return context.json(model)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/models/check',
      summary: 'Reads a model in Antimony, SBML or CellML: equations, parameters, units, warnings, identity',
      request: { body: jsonBody(modelCheckRequest) },
      responses: { 200: jsonOf(modelCheck, 'What is in it, or why it is refused'), ...problems(400, 401, 403) },
    }),
    async (context) => {
      await (await accessOf(platform, context)).require('use-models')
      return context.json(await platform.models.check(context.req.valid('json').text, context.req.raw.signal), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/models/run',
      summary: 'Follows a model from start to end, once for each set of parameters',
      request: { body: jsonBody(modelRunRequest) },
      responses: { 200: jsonOf(modelRun, 'The courses, or why it is refused'), ...problems(400, 401, 403) },
    }),
    async (context) => {
      await (await accessOf(platform, context)).require('use-models')
      return context.json(await platform.models.run(context.req.valid('json'), context.req.raw.signal), 200)
    },
  )
}
