import { type JsonObject, ownRecordTypes } from '@counterpart/kernel'
import { civilTime } from '@counterpart/numerics'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  consentNames,
  consentRequest,
  consentState,
  erasePrivateRequest,
  privateRecord,
  statement,
  statementList,
  statementRequest,
  surveyAnswered,
  surveyRequest,
  wearableRequest,
  wearableTaken,
} from '../contract/index.ts'
import type { Env } from '../http/access.ts'
import { notFound, RequestError } from '../http/problem.ts'
import type { Platform } from '../platform.ts'
import { scoresOf, wrongAnswers } from '../work/instruments.ts'
import { type Myself, myself } from '../work/myself.ts'
import {
  addToOwnRecord,
  consentsOf,
  eraseOwnRecord,
  isGiven,
  type OwnRecord,
  readOwnRecord,
} from '../work/own-record.ts'
import { mondayOf } from '../work/periods.ts'
import { readWearableDays } from '../work/wearable-days.ts'
import { jsonBody, jsonOf, problems } from './openapi.ts'

const wearableAtMost = 1024 * 1024

/** What people who work in a clinic say of themselves and wear: theirs to see, to give, to pause and to erase. */
export function ownRecordRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  const { thread, clock, newId } = platform
  const recordOf = ({ subject }: Myself) => readOwnRecord(thread, subject, clock())
  const add = async (me: Myself, record: OwnRecord, type: string, payload: JsonObject, effective = clock()) =>
    addToOwnRecord(thread, record.stream, { type, effective, key: `${type}/${newId()}/${me.subject}`, payload })

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/me/statements',
      summary: 'What this person has said of figures about themselves',
      responses: { 200: jsonOf(statementList, 'Newest first'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { statements } = await recordOf(await myself(platform, context, 'view-own-work'))
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
      const me = await myself(platform, context, 'record-own-work')
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
      const me = await myself(platform, context, 'record-own-work')
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
      const me = await myself(platform, context, 'record-own-work')
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
      const me = await myself(platform, context, 'record-own-work')
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
      const me = await myself(platform, context, 'record-own-work')
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
      method: 'get',
      path: '/api/me/private',
      summary: 'Own answers and wearable days',
      responses: { 200: jsonOf(privateRecord, 'Oldest first'), ...problems(401, 403, 404) },
    }),
    async (context) => {
      const { surveys, wearable } = await recordOf(await myself(platform, context, 'view-own-work'))
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
      method: 'post',
      path: '/api/me/erase-private',
      summary: 'Erase one’s own answers, wearable days, statements and consents for ever',
      request: { body: jsonBody(erasePrivateRequest) },
      responses: { 204: { description: 'Erased' }, ...problems(400, 401, 403, 404) },
    }),
    async (context) => {
      const me = await myself(platform, context, 'record-own-work')
      const { userId, role } = me.access.principal
      await eraseOwnRecord(thread, me.subject, { userId, role, reason: 'asked for by the person' })
      return context.body(null, 204)
    },
  )
}

function requireConsent(record: OwnRecord, what: 'surveys' | 'wearable'): void {
  if (!isGiven(record, what))
    throw new RequestError(409, 'no-consent', `Nothing is kept without your consent "${what}"; give it first.`)
}
