import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freePort, startTestServer, type TestServer } from '../test-support/test-server.ts'
import type { AuditList, Session, SignInOptions } from './contract/index.ts'

/** The part of oidc-provider that this test uses; the package brings no types. */
interface Provider {
  callback(): (request: IncomingMessage, response: ServerResponse) => void
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
  readonly Grant: new (about: object) => { addOIDCScope(scope: string): void; save(): Promise<string> }
}

const secret = 'a secret of this test alone, long enough'
const people: Readonly<Record<string, object>> = {
  ada: { name: 'Ada King', groups: ['hospital-doctors'] },
  pat: { name: 'Pat Doe', groups: ['patient'], twin: '7f3a' },
  eve: { name: 'Eve', groups: ['cleaners'] },
}
let provider: Server
let issuer: string
let house: TestServer
/** Whoever sits before the provider's sign-in page. */
let person = 'ada'

beforeAll(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.spyOn(console, 'info').mockImplementation(() => {})
  let oidc: Provider | undefined
  provider = createServer((request, response) => {
    if (request.url?.startsWith('/interaction/'))
      void oidc!.interactionFinished(request, response, { login: { accountId: person } })
    else oidc!.callback()(request, response)
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
  const port = await freePort()
  // @ts-expect-error the package brings no types; Provider above has what is used of it
  const { Provider: OidcProvider } = (await import('oidc-provider')) as unknown as {
    Provider: new (issuer: string, configuration: object) => Provider
  }
  oidc = new OidcProvider(issuer, {
    clients: [
      {
        client_id: 'counterpart',
        client_secret: secret,
        redirect_uris: [`http://127.0.0.1:${port}/api/openid/callback`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name'], house: ['groups', 'twin'] },
    scopes: ['openid', 'profile', 'house'],
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['for this test'] },
    findAccount: async (_: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...people[id] }),
    }),
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    loadExistingGrant: async ({ oidc: asked }: { oidc: { client: object; session: { accountId: string } } }) => {
      const { clientId } = asked.client as { clientId: string }
      const grant = new oidc!.Grant({ clientId, accountId: asked.session.accountId })
      grant.addOIDCScope('openid profile house')
      await grant.save()
      return grant
    },
  })
  house = await startTestServer({
    port,
    environment: {
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: 'counterpart',
      OIDC_CLIENT_SECRET: secret,
      OIDC_ROLE_CLAIM: 'groups',
      OIDC_ROLE_MAP: 'hospital-doctors=clinician',
      OIDC_SUBJECT_CLAIM: 'twin',
      OIDC_SCOPE: 'openid profile house',
    },
  })
})
afterAll(async () => {
  await house?.close()
  provider?.closeAllConnections()
  await new Promise((resolve) => provider?.close(resolve))
  vi.restoreAllMocks()
})

/** A browser: keeps each site's cookies and follows redirects, until it stands on a page. */
function browser() {
  const jars = new Map<string, Map<string, string>>()
  const visited: string[] = []
  return {
    visited,
    open: async (path: string): Promise<Response> => {
      for (let at = new URL(path, house.server.url); ; ) {
        visited.push(at.href)
        const jar = jars.get(at.host) ?? new Map<string, string>()
        jars.set(at.host, jar)
        const response = await fetch(at, {
          redirect: 'manual',
          headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
        })
        for (const cookie of response.headers.getSetCookie()) {
          const [name, value] = cookie.split(';')[0]!.split('=') as [string, string]
          if (/max-age=0/i.test(cookie)) jar.delete(name)
          else jar.set(name, value)
        }
        const location = response.headers.get('location')
        if (location === null) return response
        at = new URL(location, at)
      }
    },
    cookies: () => [...(jars.get(new URL(house.server.url).host)?.keys() ?? [])],
  }
}

test('who signs in at the organisation’s provider comes back signed in, with the role that their group is mapped to', async () => {
  person = 'ada'
  const ada = browser()
  const options = (await (await ada.open('/api/sign-in-options')).json()) as SignInOptions
  const page = await ada.open(`${options.openid!.url}?returnTo=/subjects`)
  // No web app here, so the page itself is not found; what counts is where it leads.
  expect(new URL(page.url).pathname).toBe('/subjects')
  expect(ada.visited.some((url) => url.startsWith(issuer))).toBe(true)
  expect(ada.cookies()).toEqual(['counterpart-session'])
  const { user, may } = (await (await ada.open('/api/session')).json()) as Session
  expect(user).toMatchObject({ name: 'Ada King', role: 'clinician', subject: null })
  expect(user.id).toMatch(/^openid:[0-9a-f]{12}:ada$/)
  expect(may).toContain('take-decision')
  expect((await ada.open('/api/subjects')).status).toBe(200)
  const steward = await house.as('steward')
  const { entries } = (await steward.get(`/api/audit?user=${encodeURIComponent(user.id)}`)).body as AuditList
  expect(entries).toEqual(
    expect.arrayContaining([expect.objectContaining({ action: 'sign-in', outcome: 'allowed', resource: 'openid' })]),
  )
})

test('a patient is bound to the subject that the provider names', async () => {
  person = 'pat'
  const pat = browser()
  await pat.open('/api/openid/begin')
  const { user } = (await (await pat.open('/api/session')).json()) as Session
  expect(user).toMatchObject({ role: 'patient', subject: 'patient/7f3a' })
  expect((await pat.open('/api/subjects/patient/other')).status).toBe(403)
})

test('whoever has no role here is told so, is not let in, and it is written down', async () => {
  person = 'eve'
  const eve = browser()
  const answer = await eve.open('/api/openid/begin')
  expect([answer.status, await answer.json()]).toEqual([
    401,
    expect.objectContaining({ code: 'openid-refused', detail: expect.stringContaining('names no role') }),
  ])
  expect((await eve.open('/api/session')).status).toBe(401)
  const steward = await house.as('steward')
  const { entries } = (await steward.get('/api/audit')).body as AuditList
  expect(entries).toEqual(
    expect.arrayContaining([expect.objectContaining({ action: 'sign-in', outcome: 'denied', resource: 'openid' })]),
  )
})

test('an answer of the provider is of use once, and only in the browser that asked', async () => {
  person = 'ada'
  const ada = browser()
  await ada.open('/api/openid/begin')
  const callback = ada.visited.find((url) => url.includes('/api/openid/callback'))!
  for (const someone of [browser(), ada]) {
    const answer = await someone.open(callback)
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'openid-refused'])
  }
  expect((await browser().open('/api/openid/callback?code=x&state=y')).status).toBe(401)
  // It leads nowhere else.
  const page = await browser().open('/api/openid/begin?returnTo=https://elsewhere.example/')
  expect(new URL(page.url).origin).toBe(house.server.url)
})
