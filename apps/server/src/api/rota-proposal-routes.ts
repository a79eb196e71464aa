import { civilTime } from '@counterpart/numerics'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { rotaProposal, rotaProposalRequest } from '../contract/index.ts'
import type { Env } from '../http/access.ts'
import { notFound, RequestError } from '../http/problem.ts'
import type { Platform } from '../platform.ts'
import { rotaWithin } from '../work/clinic-state.ts'
import { mondayOf } from '../work/periods.ts'
import type { RotaJob } from '../work/rota-job.ts'
import { knownClinic } from './clinic-routes.ts'
import { jsonBody, jsonOf, problems } from './openapi.ts'

const clinicPath = z.object({ id: z.string().max(64) })
const proposalPath = clinicPath.extend({ proposal: z.string().max(64) })
const week = 7 * 86_400_000
/** Weeks of the rota in force that what people usually do is read off. */
const weeksBefore = 8

/** Rotas made by the solver: asked for, followed, stopped, taken away as CSV. Nothing is in force before somebody hands it in. */
export function rotaProposalRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  const { rotas } = platform

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/clinics/{id}/rota-proposals',
      summary: 'Make a rota; takes as long as it is given',
      request: { params: clinicPath, body: jsonBody(rotaProposalRequest) },
      responses: { 200: jsonOf(rotaProposal, 'It is begun'), ...problems(400, 401, 403, 404, 422) },
    }),
    async (context) => {
      const { subject, layout } = await knownClinic(platform, context, 'view-staff')
      const { firstWeek, weeks, secondsAtMost, rules } = context.req.valid('json')
      const civil = civilTime(layout.timeZone)
      const from = firstWeek ?? civil.dayAfter(mondayOf(layout.timeZone, civil.dayOf(platform.clock())), 7)
      if (!/^\d{4}-\d\d-\d\d$/.test(from) || Number.isNaN(Date.parse(from)) || civil.weekdayOf(from) !== 0)
        throw new RequestError(422, 'week-invalid', `"${from}" is no Monday (YYYY-MM-DD).`)
      const begin = civil.startOf(from)
      const { rota, absences } = rotaWithin(
        await platform.clinics.get(subject),
        begin - weeksBefore * week,
        begin + weeks * week,
      )
      if (rota.length === 0)
        throw new RequestError(422, 'no-rota', 'There is no rota to begin from yet: hand in the one in force first.')
      const sources = {
        layout,
        rota,
        absences,
        from,
        weeks,
        ...(rules && { rules: rules as RotaJob['sources']['rules'] & object }),
      }
      return context.json(rotas.begin(subject, { firstWeek: from, weeks, secondsAtMost }, sources), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/clinics/{id}/rota-proposals/{proposal}',
      summary: 'How far a rota is, or the rota',
      request: { params: proposalPath },
      responses: { 200: jsonOf(rotaProposal, 'The proposal'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { subject } = await knownClinic(platform, context, 'view-staff')
      const found = rotas.get(subject, context.req.valid('param').proposal)
      if (!found) throw notFound('such rota proposal; they are kept until the server is started again')
      return context.json(found, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/api/clinics/{id}/rota-proposals/{proposal}',
      summary: 'Stop making a rota',
      request: { params: proposalPath },
      responses: { 200: jsonOf(rotaProposal, 'As it stands'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { subject } = await knownClinic(platform, context, 'view-staff')
      const found = rotas.stop(subject, context.req.valid('param').proposal)
      if (!found) throw notFound('such rota proposal')
      return context.json(found, 200)
    },
  )

  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/api/clinics/{id}/rota-proposals/{proposal}/rota.csv',
    summary: 'A rota that was made, as the door for rotas takes it',
    request: { params: proposalPath },
    responses: { 200: { description: 'text/csv' }, ...problems(401, 403, 404) },
  })
  app.get('/api/clinics/:id/rota-proposals/:proposal/rota.csv', async (context) => {
    const { subject } = await knownClinic(platform, context, 'view-staff')
    const csv = rotas.csv(subject, context.req.param('proposal'))
    if (csv === undefined) throw notFound('such rota, or it is not made yet')
    return new Response(csv, {
      headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="rota.csv"' },
    })
  })
}
