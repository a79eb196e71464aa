import { clinicOfProvider, sessionCookie } from '@counterpart/governance'
import type { SubjectId } from '@counterpart/kernel'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Session, session, signInOptions, signInRequest } from '../contract/index.ts'
import { accessOf, addressOf, type Env, sessionToken } from '../http/access.ts'
import { RequestError } from '../http/problem.ts'
import type { Platform } from '../platform.ts'
import { jsonBody, jsonOf, problems } from './openapi.ts'

const visible = [
  'view-subject-list',
  'view-subject',
  'run-what-if',
  'take-decision',
  'view-quarantine',
  'resubmit-quarantine',
  'view-audit',
  'view-engineering',
  'use-models',
  'view-own-work',
] as const

/** Signing in and out. */
export function sessionRoutes(app: OpenAPIHono<Env>, platform: Platform): void {
  const describe = async (token: string): Promise<Session> => {
    const found = await platform.sessions.check(token)
    if (!found) throw new RequestError(401, 'not-signed-in', 'The session has ended. Sign in again.')
    const { principal } = found
    const { subject: bound } = principal
    const patients = bound?.startsWith('patient/') ? bound : 'patient/any'
    // Everybody may see their own trail; that of a department, who answers for it.
    const mayOn = async (subject: SubjectId): Promise<Session['may']> => {
      const may: Session['may'] = []
      for (const action of visible) {
        // Who may decide depends on the case; here only whether this role ever may.
        const thing =
          action === 'take-decision'
            ? { subject, riskClass: 'low' as const, mayApprove: [principal.role] }
            : action === 'view-audit' && subject === patients
              ? { user: principal.userId }
              : { subject: action === 'view-own-work' && bound ? bound : subject }
        const decision = await platform.policy.decide(principal, action, thing)
        if (decision.allowed && !(action === 'view-subject' && decision.obligations.includes('no-clinical-content')))
          may.push(action)
      }
      return may
    }
    return {
      user: { id: principal.userId, name: principal.name, role: principal.role, subject: principal.subject ?? null },
      may: await mayOn(patients),
      mayOnDepartments: await mayOn('department/any'),
      mayOnClinics: await mayOn((bound && clinicOfProvider(bound)) ?? 'clinic/any'),
      expires: found.expires,
    }
  }
  const begin = async (context: Context, token: string) => {
    context.header('set-cookie', sessionCookie({ secure: platform.secure, token }).header, { append: true })
    return describe(token)
  }

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/sign-in-options',
      summary: 'How one can sign in here',
      responses: { 200: jsonOf(signInOptions, 'The ways') },
    }),
    (context) =>
      context.json({
        password: true,
        openid: platform.openId ? { label: 'Sign in with your organisation', url: '/api/openid/begin' } : null,
        sandbox: platform.sandbox,
        version: platform.version,
      }),
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/session',
      summary: 'Sign in',
      request: { body: jsonBody(signInRequest) },
      responses: { 200: jsonOf(session, 'Signed in'), ...problems(401, 429) },
    }),
    async (context) => {
      const { username, password } = context.req.valid('json')
      const address = addressOf(context)
      try {
        const principal = await platform.accounts.signIn({ username, password, address })
        const { token } = await platform.sessions.begin(principal, { replaces: sessionToken(platform, context) })
        await platform.audit.write({
          who: principal.userId,
          role: principal.role,
          action: 'sign-in',
          resource: 'password',
          outcome: 'allowed',
          address,
        })
        return context.json(await begin(context, token))
      } catch (error) {
        await platform.audit.write({
          who: null,
          role: null,
          action: 'sign-in',
          resource: 'password',
          outcome: 'denied',
          address,
        })
        throw error
      }
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/session',
      summary: 'Who is signed in',
      responses: { 200: jsonOf(session, 'The session'), ...problems(401) },
    }),
    async (context) => {
      await accessOf(platform, context)
      return context.json(await describe(sessionToken(platform, context)!))
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/api/session',
      summary: 'Sign out',
      responses: { 204: { description: 'Signed out' } },
    }),
    async (context) => {
      const token = sessionToken(platform, context)
      if (token) await platform.sessions.end(token)
      context.header('set-cookie', sessionCookie({ secure: platform.secure }).header)
      return context.body(null, 204)
    },
  )

  // The two steps of OpenID Connect are pages for a browser to pass through, not part of the API.
  app.get('/api/openid/begin', async (context) => {
    if (!platform.openId) throw new RequestError(404, 'not-found', 'OpenID Connect is not configured here.')
    const { url, flow } = await platform.openId.begin({ returnTo: context.req.query('returnTo') })
    context.header('set-cookie', sessionCookie({ secure: platform.secure, token: flow, purpose: 'sign-in' }).header)
    return context.redirect(url)
  })
  app.get('/api/openid/callback', async (context) => {
    if (!platform.openId) throw new RequestError(404, 'not-found', 'OpenID Connect is not configured here.')
    const { name } = sessionCookie({ secure: platform.secure, purpose: 'sign-in' })
    const cookies = (context.req.header('cookie') ?? '').split(';').map((pair) => pair.trim())
    const flow = cookies.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? ''
    const { principal, returnTo } = await platform.openId
      .finish(context.req.url, flow)
      .catch(async (error: unknown) => {
        await platform.audit.write({
          who: null,
          role: null,
          action: 'sign-in',
          resource: 'openid',
          outcome: 'denied',
          address: addressOf(context),
        })
        throw error
      })
    const { token } = await platform.sessions.begin(principal)
    await platform.audit.write({
      who: principal.userId,
      role: principal.role,
      action: 'sign-in',
      resource: 'openid',
      outcome: 'allowed',
      address: addressOf(context),
    })
    context.header('set-cookie', sessionCookie({ secure: platform.secure, purpose: 'sign-in' }).header)
    context.header('set-cookie', sessionCookie({ secure: platform.secure, token }).header, { append: true })
    return context.redirect(returnTo)
  })
}
