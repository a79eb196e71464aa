import { carryOn, clinicChannels, type SubjectId, type TwinDefinition, twinId } from '@counterpart/kernel'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { looked, type OwnWork, ownWork, picture } from '../contract/index.ts'
import type { Env } from '../http/access.ts'
import { notFound, RequestError } from '../http/problem.ts'
import { definitionsFor, type Platform } from '../platform.ts'
import { computeJob, picturesOf } from '../twins/compute.ts'
import { Drawings } from '../twins/drawings.ts'
import { withContests } from '../work/contested.ts'
import { instruments } from '../work/instruments.ts'
import { lookedInWords } from '../work/looked.ts'
import { type Myself, myself } from '../work/myself.ts'
import { consentsOf, type OwnRecord, openContests, readOwnRecord } from '../work/own-record.ts'
import { copyPicture } from './describe.ts'
import { jsonOf, problems } from './openapi.ts'

const momentLasts = 15_000

/** What somebody who works in a clinic sees of themselves. All of it is about the one who asks, and nobody else. */
export function meRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  const { thread, clock } = platform
  const drawings = new Drawings(platform.pool)

  const recordOf = ({ subject }: Myself) => readOwnRecord(thread, subject, clock())
  const definitionsOf = (clinic: SubjectId) =>
    definitionsFor(platform, clinic).flatMap((definition) =>
      picturesOf(definition)
        .filter(({ audience }) => audience === 'member')
        .map((offer) => ({ definition, offer })),
    )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/me/work',
      summary: 'Whose work this account shows, and all that is held of this person',
      responses: { 200: jsonOf(ownWork, 'This person'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const me = await myself(platform, context, 'view-own-work')
      return context.json(
        await describeMe(
          platform,
          me,
          await recordOf(me),
          definitionsOf(me.clinic).map(({ offer }) => offer),
        ),
        200,
      )
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/me/pictures/{name}',
      summary: 'A picture of this person’s own work, drawn for this person alone',
      request: { params: z.object({ name: z.string().max(64) }) },
      responses: { 200: jsonOf(picture, 'The picture'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const me = await myself(platform, context, 'view-own-work')
      const { name } = context.req.valid('param')
      const found = definitionsOf(me.clinic).find(({ offer }) => offer.name === name)
      if (!found) throw notFound(`picture "${name}" of your work`)
      const made = await draw(found.definition, me, name, context.req.raw.signal)
      return context.json(withContests(copyPicture(made), (await recordOf(me)).statements, me.layout.timeZone), 200)
    },
  )
  const draw = async (definition: TwinDefinition, me: Myself, name: string, signal: AbortSignal) => {
    const loop = await platform.host.loop(definition.kind, me.clinic)
    if (!loop?.belief) throw notFound('belief yet: the twin needs a first measurement')
    const member = me.provider.provider
    const job = () => {
      const belief = platform.host.present(definition.kind, loop)!
      const twin = twinId({ kind: definition.kind, subject: me.clinic })
      return computeJob(twin, belief, loop.treatments, { kind: 'picture', scenarios: [carryOn], name, member })
    }
    const asked = { name: `${name} of ${member}`, moment: Math.floor(clock() / momentLasts), job }
    return drawings.draw(loop.belief, asked, signal).catch((error: unknown) => {
      throw signal.aborted ? new RequestError(408, 'hung-up', 'Whoever asked has hung up.') : error
    })
  }

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/me/looked',
      summary: 'Who looked at this person’s data, or at the clinic’s',
      request: { query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) }) },
      responses: { 200: jsonOf(looked, 'Newest first'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { access, subject, clinic } = await myself(platform, context, 'view-own-work')
      const { limit } = context.req.valid('query')
      const others = async (about: SubjectId) =>
        (await platform.audit.query({ subject: about, limit: 4 * limit })).filter(
          ({ who }) => who !== access.principal.userId,
        )
      const [own, ours] = await Promise.all([others(subject), others(clinic)])
      const entries = [
        ...own.map((entry) => lookedInWords(entry, 'you')),
        ...ours.map((entry) => lookedInWords(entry, 'clinic')),
      ]
      return context.json({ entries: entries.sort((a, b) => b.at - a.at).slice(0, limit) }, 200)
    },
  )
}

async function describeMe(
  platform: Platform,
  { subject, clinic, layout, provider }: Myself,
  record: OwnRecord,
  pictures: readonly { readonly name: string; readonly label: string; readonly kind: string; readonly live: boolean }[],
): Promise<OwnWork> {
  const pod = layout.pods.find(({ code }) => code === provider.pod)
  const { held } = await platform.clinics.get(clinic)
  const measured = Object.entries(held[provider.provider] ?? {}).map(([what, { count, from, until }]) => ({
    ...(heldInWords[what] ?? { label: what, seenBy: 'you' }),
    what,
    count,
    from,
    until,
    erasable: false,
  }))
  const own = [
    span(
      'surveys',
      'Your answers to surveys',
      record.surveys.map(({ at }) => at),
    ),
    span(
      'wearable',
      'Days of your wearable',
      record.wearable.map(({ day }) => Date.parse(day)),
    ),
    span(
      'statements',
      'What you said of your figures',
      record.statements.map(({ at }) => at),
    ),
  ].map((each) => ({ ...each, seenBy: 'you alone; in figures about groups if you consent', erasable: true }))
  return {
    subject,
    clinic: {
      id: clinic.slice('clinic/'.length),
      subject: clinic,
      name: layout.name,
      timeZone: layout.timeZone,
      minimumCell: layout.minimumCell,
      overloadRatio: layout.overloadRatio,
    },
    provider: {
      code: provider.provider,
      label: provider.label,
      pod: { code: provider.pod, label: pod?.label ?? provider.pod },
      profession: provider.profession,
      clinicalFte: provider.clinicalFte,
      panel: provider.panel,
      sex: provider.sex ?? null,
      yearsQualified: provider.yearsQualified ?? null,
    },
    pictures: pictures.map(({ name, label, kind, live }) => ({ name, label, kind: kind as 'load' | 'groups', live })),
    consents: consentsOf(record),
    instruments: instruments.map((each) => ({ ...each })),
    held: [...measured, ...own],
    openContests: openContests(record).length,
  }
}

const heldInWords: Readonly<Record<string, { readonly label: string; readonly seenBy: string }>> = {
  [clinicChannels.work]: {
    label: 'Hours at the screen, from the audit log',
    seenBy: 'you; others in figures about groups only',
  },
  [clinicChannels.sheet]: { label: 'Booked visits by day, without the patients', seenBy: 'you; others in groups only' },
  [clinicChannels.rota]: { label: 'Your rota by week', seenBy: 'you and the managers of the clinic' },
  [clinicChannels.absence]: { label: 'Days away, without the reason', seenBy: 'you and the managers of the clinic' },
  [clinicChannels.doubt]: { label: 'What could not be taken in about your work', seenBy: 'you; others in groups only' },
}

function span(what: string, label: string, times: readonly number[]) {
  const [from, until] = times.length === 0 ? [null, null] : [Math.min(...times), Math.max(...times)]
  return { what, label, count: times.length, from, until }
}
