import type { Peer } from '@counterpart/intake'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { adviceRoutes } from '../api/advice-routes.ts'
import { clinicIntakeRoutes, isStreamed } from '../api/clinic-intake-routes.ts'
import { clinicRoutes } from '../api/clinic-routes.ts'
import { departmentRoutes } from '../api/department-routes.ts'
import { engineeringRoutes } from '../api/engineering-routes.ts'
import { meRoutes } from '../api/me-routes.ts'
import { modelRoutes } from '../api/model-routes.ts'
import { ownRecordRoutes } from '../api/own-record-routes.ts'
import { pictureRoutes } from '../api/picture-routes.ts'
import { quarantineRoutes } from '../api/quarantine-routes.ts'
import { rotaProposalRoutes } from '../api/rota-proposal-routes.ts'
import { sessionRoutes } from '../api/session-routes.ts'
import { subjectRoutes } from '../api/subject-routes.ts'
import { trustRoutes } from '../api/trust-routes.ts'
import { twinRoutes } from '../api/twin-routes.ts'
import type { Platform } from '../platform.ts'
import { accessOf, addressOf, type Env, requireOwnPage } from './access.ts'
import { limitBody } from './body-limit.ts'
import { answerProblem, RequestError } from './problem.ts'

export interface AppOptions {
  readonly platform: Platform
  /** Handles everything under /fhir once the caller, whom it is told of, is known and may do so. */
  readonly fhir: (request: Request, peer: Peer) => Promise<Response>
  readonly files: (request: Request) => Response | undefined
}

/** Bodies of the API are small; messages come in under /fhir, which has its own, larger limit. */
const apiBodyAtMost = 12 * 1024 * 1024

/** The HTTP side: API, FHIR endpoint, OpenAPI document, live events and the web app. */
export function createApp({ platform, fhir, files }: AppOptions): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success)
        throw new RequestError(
          400,
          'invalid',
          result.error.issues
            .slice(0, 5)
            .map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`)
            .join('; '),
        )
    },
  })
  app.onError((error, context) =>
    answerProblem(
      context,
      malformed(error),
      (cause, reference) => platform.log.error('request failed', cause, { reference }),
      platform.newId,
    ),
  )

  app.use(async (context, next) => {
    await next()
    const { headers } = context.res
    headers.set('x-content-type-options', 'nosniff')
    headers.set('referrer-policy', 'no-referrer')
    headers.set('x-frame-options', 'DENY')
    headers.set('cross-origin-opener-policy', 'same-origin')
    headers.set(
      'content-security-policy',
      "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    )
    if (platform.secure) headers.set('strict-transport-security', 'max-age=31536000')
    // What the API tells is about people: nothing in between may keep it.
    if (/^\/(api|fhir)\//.test(context.req.path)) headers.set('cache-control', 'no-store')
  })
  app.use('/api/*', async (context, next) => {
    // Before anything is read of it: whoever is refused here shall not learn what was wrong with the rest.
    if (!['GET', 'HEAD', 'OPTIONS'].includes(context.req.method)) requireOwnPage(context)
    if (!isStreamed(context.req.path)) await limitBody(context, apiBodyAtMost)
    await next()
  })

  app.get('/health', (context) => context.json({ status: 'ok', version: platform.version }))
  sessionRoutes(app, platform)
  subjectRoutes(app, platform)
  twinRoutes(app, platform)
  departmentRoutes(app, platform)
  clinicRoutes(app, platform)
  clinicIntakeRoutes(app, platform)
  rotaProposalRoutes(app, platform)
  meRoutes(app, platform)
  ownRecordRoutes(app, platform)
  pictureRoutes(app, platform)
  adviceRoutes(app, platform)
  quarantineRoutes(app, platform)
  trustRoutes(app, platform)
  engineeringRoutes(app, platform)
  modelRoutes(app, platform)

  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Counterpart',
      version: platform.version,
      description:
        'Healthcare digital twins: subjects, twins, forecasts, advice, decisions and their provenance. Not a medical device.',
      license: { name: 'Apache-2.0' },
    },
  })

  const atFhir = async (context: Context<Env>): Promise<Response> => {
    const address = addressOf(context)
    // The statement of what the endpoint can do is public (FHIR R4, 3.1.0.1.6).
    if (context.req.path === '/fhir/metadata') return fhir(context.req.raw, { system: 'fhir', address })
    const access = await accessOf(platform, context)
    if (context.req.method === 'GET') {
      const about = fhirSubject(context.req.url)
      await access.require('view-observations', about)
      // Resources are given out whole: with names, numbers and free text.
      await access.require('view-identity', about)
    } else await access.require('ingest')
    // Each sender's ids are its own: two systems may both have an Observation/1.
    return fhir(context.req.raw, { system: `fhir:${access.principal.userId}`, address })
  }
  app.all('/fhir', atFhir)
  app.all('/fhir/*', atFhir)

  app.all('/api/*', (context) => {
    throw new RequestError(
      404,
      'not-found',
      `There is nothing at ${context.req.method} ${context.req.path}; see /openapi.json.`,
    )
  })
  app.notFound((context) => files(context.req.raw) ?? context.text('Not found', 404))
  return app
}

/** Reading back over FHIR is about one patient: named in the path, or by the search parameter. */
function fhirSubject(url: string): { subject?: `patient/${string}` } {
  const { pathname, searchParams } = new URL(url)
  const named =
    /^\/fhir\/Patient\/([A-Za-z0-9._-]+)$/.exec(pathname)?.[1] ??
    searchParams.get('patient') ??
    searchParams.get('subject')
  const id = named?.replace(/^Patient\//, '')
  return id && /^[A-Za-z0-9._-]+$/.test(id) ? { subject: `patient/${id}` } : {}
}

/** Bodies that are no JSON at all are the sender's fault. */
function malformed(error: Error): Error {
  if (error instanceof HTTPException && error.status === 400)
    return new RequestError(400, 'malformed', `The body cannot be read: ${error.message}.`)
  if (error instanceof HTTPException && error.status === 415)
    return new RequestError(415, 'malformed', 'The body is of a type that is not taken here; see /openapi.json.')
  return error
}
