import { clinicOfProvider } from '@counterpart/governance'
import {
  type ClinicLayoutDetail,
  type ClinicProvider,
  carryOn,
  clinicChannels,
  type JsonObject,
  ownRecordTypes,
  type SubjectId,
  type TwinDefinition,
  twinId,
} from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import {
  consentNames,
  consentRequest,
  consentState,
  erasePrivateRequest,
  looked,
  type OwnWork,
  ownWork,
  picture,
  privateRecord,
  statement,
  statementList,
  statementRequest,
  surveyAnswered,
  surveyRequest,
  wearableRequest,
  wearableTaken,
} from '../contract/index.ts'
import { type Access, accessOf, type Env } from '../http/access.ts'
import { notFound, RequestError } from '../http/problem.ts'
import { definitionsFor, type Platform } from '../platform.ts'
import { computeJob, picturesOf } from '../twins/compute.ts'
import { Drawings } from '../twins/drawings.ts'
import { layoutOf, memberOf } from '../work/clinic-state.ts'
import { withContests } from '../work/contested.ts'
import { instruments, scoresOf, wrongAnswers } from '../work/instruments.ts'
import { lookedInWords } from '../work/looked.ts'
import {
  addToOwnRecord,
  consentsOf,
  eraseOwnRecord,
  isGiven,
  type OwnRecord,
  openContests,
  readOwnRecord,
} from '../work/own-record.ts'
import { mondayOf } from '../work/periods.ts'
import { readWearableDays } from '../work/wearable-days.ts'
import { copyPicture } from './describe.ts'
import { jsonBody, jsonOf, problems } from './openapi.ts'

const momentLasts = 15_000
const wearableAtMost = 1024 * 1024

/** Whoever asks, as somebody who works in a clinic. */
interface Myself {
  readonly access: Access
  readonly subject: SubjectId
  readonly clinic: SubjectId
  readonly layout: ClinicLayoutDetail
  readonly provider: ClinicProvider
}

/** What somebody who works in a clinic sees and says of themselves. All of it is about the one who asks, and nobody else. */
export function meRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  const { thread, clock, newId } = platform
  const drawings = new Drawings(platform.pool)

  const myself = async (context: Context, action: 'view-own-work' | 'record-own-work'): Promise<Myself> => {
    const access = await accessOf(platform, context)
    const { subject } = access.principal
    const clinic = subject?.startsWith('provider/') ? clinicOfProvider(subject) : undefined
    if (!subject || !clinic) throw notAProvider()
    await access.require(action, { subject })
    const layout = await layoutOf(platform.subjects, clinic)
    const provider = layout && memberOf(layout, clinic, subject)
    if (!layout || !provider) throw notAProvider()
    return { access, subject, clinic, layout, provider }
  }
  const recordOf = ({ subject }: Myself) => readOwnRecord(thread, subject, clock())
  const add = async (me: Myself, record: OwnRecord, type: string, payload: JsonObject, effective = clock()) =>
    addToOwnRecord(thread, record.stream, { type, effective, key: `${type}/${newId()}/${me.subject}`, payload })
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
      const me = await myself(context, 'view-own-work')
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
      const me = await myself(context, 'view-own-work')
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
      path: '/api/me/private',
      summary: 'Own answers and wearable days',
      responses: { 200: jsonOf(privateRecord, 'Oldest first'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { surveys, wearable } = await recordOf(await myself(context, 'view-own-work'))
      return context.json(
        {
          surveys: surveys.map((each) => ({
            ...each,
            answers: { ...each.answers },
            scores: scoresOf(each.instrument, each.answers),
          })),
          wearable: wearable.map(({ day, sleep, heartRateVariability, steps }) => ({
            day,
            sleep: sleep ?? null,
            heartRateVariability: heartRateVariability ?? null,
            steps: steps ?? null,
          })),
        },
        200,
      )
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/me/looked',
      summary: 'Who looked at this person’s data, or at the clinic’s',
      request: { query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) }) },
      responses: { 200: jsonOf(looked, 'Newest first'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { access, subject, clinic } = await myself(context, 'view-own-work')
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

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/me/statements',
      summary: 'What this person has said of figures about themselves',
      responses: { 200: jsonOf(statementList, 'Newest first'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { statements } = await recordOf(await myself(context, 'view-own-work'))
      return context.json({ statements: [...statements] }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/me/statements',
      summary: 'Contest a figure of one’s own, or annotate it',
      request: { body: jsonBody(statementRequest) },
      responses: { 200: jsonOf(statement, 'As it stands'), ...problems(400, 401, 403, 404) },
    }),
    async (context) => {
      const me = await myself(context, 'record-own-work')
      const { kind, about, text } = context.req.valid('json')
      const week = about.week === undefined ? undefined : mondayOf(me.layout.timeZone, about.week)
      const made = {
        id: newId(),
        kind,
        about: { ...(week !== undefined && { week }), ...(about.measure !== undefined && { measure: about.measure }) },
        text,
      }
      const at = clock()
      await add(me, await recordOf(me), ownRecordTypes.statement, made, at)
      return context.json({ ...made, at, withdrawn: null }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/me/statements/{id}/withdraw',
      summary: 'Take back what was said',
      request: { params: z.object({ id: z.string().max(64) }) },
      responses: { 200: jsonOf(statement, 'As it stands'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const me = await myself(context, 'record-own-work')
      const record = await recordOf(me)
      const said = record.statements.find(({ id }) => id === context.req.valid('param').id)
      if (!said) throw notFound('such statement of yours')
      if (said.withdrawn !== null) return context.json(said, 200)
      const at = clock()
      await add(me, record, ownRecordTypes.withdrawal, { id: said.id }, at)
      return context.json({ ...said, withdrawn: at }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'put',
      path: '/api/me/consents/{what}',
      summary: 'Give a consent, pause it or take it back',
      request: { params: z.object({ what: z.enum(consentNames) }), body: jsonBody(consentRequest) },
      responses: { 200: jsonOf(consentState, 'As it stands'), ...problems(400, 401, 403, 404, 422) },
    }),
    async (context) => {
      const me = await myself(context, 'record-own-work')
      const { what } = context.req.valid('param')
      const { state, until } = context.req.valid('json')
      if (until !== undefined && (state !== 'paused' || until <= clock()))
        throw new RequestError(422, 'until-invalid', 'Only a pause has an end, and it lies ahead.')
      const record = await recordOf(me)
      await add(me, record, ownRecordTypes.consent, { what, state, ...(until !== undefined && { until }) })
      return context.json(consentsOf(await recordOf(me)).find((each) => each.what === what)!, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/me/surveys',
      summary: 'Answer a survey; nobody else sees the answers',
      request: { body: jsonBody(surveyRequest) },
      responses: { 200: jsonOf(surveyAnswered, 'With its scores'), ...problems(400, 401, 403, 404, 409, 422) },
    }),
    async (context) => {
      const me = await myself(context, 'record-own-work')
      const { instrument, answers } = context.req.valid('json')
      const wrong = wrongAnswers(instrument, answers)
      if (wrong !== undefined) throw new RequestError(422, 'answers-invalid', `${wrong}.`)
      const record = await recordOf(me)
      requireConsent(record, 'surveys')
      const answered = { id: newId(), instrument, answers }
      const at = clock()
      await add(me, record, ownRecordTypes.survey, answered, at)
      return context.json({ ...answered, at, scores: scoresOf(instrument, answers) }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/me/wearable',
      summary: 'Hand in days of a wearable: JSON, or CSV with the columns day,sleep,heart-rate-variability,steps',
      request: {
        body: {
          required: true,
          content: { 'application/json': { schema: wearableRequest }, 'text/csv': { schema: z.string() } },
        },
      },
      responses: { 200: jsonOf(wearableTaken, 'They are kept'), ...problems(400, 401, 403, 404, 409, 422) },
    }),
    async (context) => {
      const me = await myself(context, 'record-own-work')
      const record = await recordOf(me)
      requireConsent(record, 'wearable')
      const isCsv = (context.req.header('content-type') ?? '').startsWith('text/csv')
      const text = isCsv ? await context.req.text() : ''
      if (text.length > wearableAtMost)
        throw new RequestError(422, 'wearable-invalid', 'The file is longer than 1 MiB.')
      const days = isCsv ? readWearableDays(text) : wearableRequest.parse(await context.req.json()).days
      const today = civilTime(me.layout.timeZone).dayOf(clock())
      const ahead = days.find(({ day }) => day > today)
      if (ahead) throw new RequestError(422, 'wearable-invalid', `${ahead.day} has not come yet.`)
      await add(me, record, ownRecordTypes.wearable, { days } as unknown as JsonObject)
      return context.json({ days: days.length }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/me/erase-private',
      summary: 'Erase one’s own answers, wearable days, statements and consents for ever',
      request: { body: jsonBody(erasePrivateRequest) },
      responses: { 204: { description: 'Erased' }, ...problems(400, 401, 403, 404) },
    }),
    async (context) => {
      const me = await myself(context, 'record-own-work')
      const { userId, role } = me.access.principal
      await eraseOwnRecord(thread, me.subject, { userId, role, reason: 'asked for by the person' })
      return context.body(null, 204)
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

function requireConsent(record: OwnRecord, what: 'surveys' | 'wearable'): void {
  if (!isGiven(record, what))
    throw new RequestError(409, 'no-consent', `Nothing is kept without your consent "${what}"; give it first.`)
}

function notAProvider(): RequestError {
  return new RequestError(404, 'not-a-provider', 'This account is not bound to anybody who works in a clinic here.')
}
