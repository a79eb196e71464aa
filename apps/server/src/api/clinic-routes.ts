import type { AccessAction } from '@counterpart/governance'
import { type ClinicLayoutDetail, carryOn, type SubjectId, twinId } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { clinic as clinicAnswer } from '../contract/index.ts'
import { type Access, accessOf, type Env, requireKnown, subjectFrom } from '../http/access.ts'
import { notFound } from '../http/problem.ts'
import { definitionsFor, type Platform } from '../platform.ts'
import { computeJob, picturesOf } from '../twins/compute.ts'
import { layoutOf, rotaWithin } from '../work/clinic-state.ts'
import { contestCounts } from '../work/contest-counts.ts'
import { guardPicture } from '../work/guard-picture.ts'
import { groupsCsv } from '../work/measures-csv.ts'
import { mondayOf } from '../work/periods.ts'
import { copyPicture } from './describe.ts'
import { instantParameter, jsonOf, problems } from './openapi.ts'

const clinicPath = z.object({ id: z.string().max(64) })
/** Weeks of the rota that are told unless a span is asked for, and at most. */
const week = 7 * 86_400_000
const weeksShown = 4
const weeksAtMost = 16

/** A clinic as its managers see it: who works there, the rota, figures about groups. */
export function clinicRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/clinics/{id}',
      summary: 'Who works in a clinic, and its rota',
      request: {
        params: clinicPath,
        query: z.object({ from: instantParameter.optional(), until: instantParameter.optional() }),
      },
      responses: { 200: jsonOf(clinicAnswer, 'The clinic'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { subject, layout } = await knownClinic(platform, context, 'view-staff')
      const civil = civilTime(layout.timeZone)
      const { from = civil.startOf(mondayOf(layout.timeZone, civil.dayOf(platform.clock()))), until } =
        context.req.valid('query')
      const end = Math.min(until ?? from + weeksShown * week, from + weeksAtMost * week)
      const { rota, absences } = rotaWithin(await platform.clinics.get(subject), from, end)
      return context.json(
        {
          id: subject.slice('clinic/'.length),
          subject,
          name: layout.name,
          timeZone: layout.timeZone,
          minimumCell: layout.minimumCell,
          overloadRatio: layout.overloadRatio,
          pods: layout.pods.map(({ code, label }) => ({
            code,
            label,
            people: layout.providers.filter(({ pod }) => pod === code).length,
          })),
          people: layout.providers.map(({ provider, label, pod, profession, clinicalFte, panel }) => ({
            provider,
            label,
            pod,
            profession,
            clinicalFte,
            panel,
          })),
          visitKinds: layout.visitKinds.map((kind) => ({ ...kind })),
          practice: { ...layout.practice, scribes: [...layout.practice.scribes] },
          rota: rota.map(({ provider, week: monday, spans }) => ({
            provider,
            week: monday,
            spans: spans.map((span) => ({ ...span })),
          })),
          absences: absences.map((each) => ({ provider: each.provider, from: each.from, until: each.until })),
          contests: await contestCounts(platform, subject, layout),
        },
        200,
      )
    },
  )

  // The answer is no JSON: its schema is its header line.
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/api/clinics/{id}/measures.csv',
    summary: 'Measures of work by pod, as CSV; nothing of groups that are too small',
    request: { params: clinicPath },
    responses: { 200: { description: 'text/csv' }, ...problems(401, 403, 404) },
  })
  app.get('/api/clinics/:id/measures.csv', async (context) => {
    const { subject, layout } = await knownClinic(platform, context, 'view-observations')
    const csv = groupsCsv(await measures(platform, subject, layout))
    return new Response(csv, {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${subject.slice('clinic/'.length)}-measures.csv"`,
        'cache-control': 'no-store',
      },
    })
  })
}

/** A clinic named in a path, by somebody who may do this there. Throws `not-found`. */
export async function knownClinic(
  platform: Platform,
  context: Context,
  action: AccessAction,
): Promise<{ readonly access: Access; readonly subject: SubjectId; readonly layout: ClinicLayoutDetail }> {
  const access = await accessOf(platform, context)
  const subject = subjectFrom('clinic', context.req.param('id')!)
  await access.require(action, { subject })
  await requireKnown(platform, subject)
  const layout = await layoutOf(platform.subjects, subject)
  if (!layout) throw notFound(`clinic "${subject}"`)
  return { access, subject, layout }
}

async function measures(platform: Platform, subject: SubjectId, layout: ClinicLayoutDetail) {
  for (const definition of definitionsFor(platform, subject)) {
    const offer = picturesOf(definition).find(({ name, audience }) => name === 'measures' && audience === undefined)
    const loop = offer && (await platform.host.loop(definition.kind, subject))
    const belief = loop && platform.host.present(definition.kind, loop)
    if (!loop || !belief) continue
    const twin = twinId({ kind: definition.kind, subject })
    const request = { kind: 'picture', scenarios: [carryOn], name: 'measures' } as const
    const { pictures } = await platform.pool.run(computeJob(twin, belief, loop.treatments, request), true)
    const made = guardPicture(copyPicture(pictures![0]!), layout)
    if (made.kind === 'groups') return made
  }
  throw notFound('measures yet: the twin needs a first day of the log')
}
