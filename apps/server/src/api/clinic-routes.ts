import { type ClinicLayoutDetail, carryOn, type SubjectId, twinId } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { clinic as clinicAnswer, clinicTaken } from '../contract/index.ts'
import { type Access, accessOf, addressOf, type Env, requireKnown, subjectFrom } from '../http/access.ts'
import { notFound, RequestError } from '../http/problem.ts'
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
const rotaAtMost = 4 * 1024 * 1024
const rotaTypes = ['text/csv', 'text/calendar']
/** Weeks of the rota that are told unless a span is asked for, and at most. */
const week = 7 * 86_400_000
const weeksShown = 4
const weeksAtMost = 16

/** A clinic as its managers see it: who works there, the rota, figures about groups. */
export function clinicRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  const known = async (context: Context, action: Parameters<Access['require']>[0]) => {
    const access = await accessOf(platform, context)
    const subject = subjectFrom('clinic', context.req.param('id')!)
    await access.require(action, { subject })
    await requireKnown(platform, subject)
    const layout = await layoutOf(platform.subjects, subject)
    if (!layout) throw notFound(`clinic "${subject}"`)
    return { access, subject, layout }
  }

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
      const { subject, layout } = await known(context, 'view-staff')
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

  for (const part of ['rota', 'absences'] as const)
    app.openapi(
      createRoute({
        method: 'put',
        path: `/api/clinics/{id}/${part}`,
        summary:
          part === 'rota'
            ? 'Who is to work when: CSV with the columns provider,from,until,work, or iCalendar'
            : 'Who is away when: CSV or iCalendar, as for the rota',
        request: {
          params: clinicPath,
          query: z.object({ provider: z.string().max(64).optional() }),
          body: {
            required: true,
            content: Object.fromEntries(rotaTypes.map((type) => [type, { schema: z.any() }])),
          },
        },
        responses: { 200: jsonOf(clinicTaken, 'It is taken in'), ...problems(400, 401, 403, 404, 422) },
      }),
      async (context) => {
        const { access, subject } = await known(context, 'set-roster')
        const contentType = contentTypeOf(context, rotaTypes)
        const text = await context.req.text()
        if (text.length > rotaAtMost) throw new RequestError(422, 'rota-invalid', 'The rota is longer than 4 MiB.')
        const { provider } = context.req.valid('query')
        const address = addressOf(context)
        const receipt = await platform.intake.receiveRota(
          subject.slice('clinic/'.length),
          text,
          contentType,
          { system: `rota:${access.principal.userId}`, ...(address !== undefined && { address }) },
          provider === undefined ? {} : { provider },
        )
        if (receipt.outcome === 'refused')
          throw new RequestError(422, 'rota-invalid', `${receipt.message}. To mend it: ${receipt.mend}.`)
        return context.json(
          { outcome: receipt.outcome, events: receipt.events.length, doubts: [...receipt.notes] },
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
    const { subject, layout } = await known(context, 'view-observations')
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

export function contentTypeOf(context: Context, taken: readonly string[]): string {
  const contentType = (context.req.header('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase()
  if (!taken.includes(contentType)) throw new RequestError(415, 'malformed', `The body must be ${taken.join(' or ')}.`)
  return contentType
}
