import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { minute } from '@counterpart/kernel'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type OpenIdSettings, openIdSettings, openOpenId } from './openid.ts'
import { openRecords, type Records } from './records.ts'

/** The part of oidc-provider that this test uses; the package brings no types. */
interface Provider {
  callback(): (request: IncomingMessage, response: ServerResponse) => void
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
  readonly Grant: new (about: object) => { addOIDCScope(scope: string): void; save(): Promise<string> }
}

const redirectUri = 'http://127.0.0.1:4600/sign-in/callback'
const people: Readonly<Record<string, object>> = {
  ada: { name: 'Ada King', roles: ['hospital-doctors', 'nothing-here'] },
  pat: { name: 'Pat Doe', roles: 'patient', twin: '7f3a' },
  eve: { name: 'Eve', roles: ['cleaners'] },
}
let server: Server
let issuer: string
let nextPerson = 'ada'
let now = Date.now()
let records: Records
const clock = () => now

const settings = (more: Partial<OpenIdSettings> = {}): OpenIdSettings => ({
  issuer,
  clientId: 'counterpart',
  clientSecret: 'a secret of this test alone, long enough',
  redirectUri,
  roleMap: { 'hospital-doctors': 'clinician' },
  subjectClaim: 'twin',
  scope: 'openid profile house',
  ...more,
})
const open = (more?: Partial<OpenIdSettings>) => openOpenId({ settings: settings(more), records, clock })

beforeAll(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.spyOn(console, 'info').mockImplementation(() => {})
  let provider: Provider | undefined
  server = createServer((request, response) => {
    if (request.url?.startsWith('/interaction/'))
      void provider!.interactionFinished(request, response, { login: { accountId: nextPerson } })
    else provider!.callback()(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // @ts-expect-error the package brings no types; Provider above has what is used of it
  const { Provider: OidcProvider } = (await import('oidc-provider')) as unknown as {
    Provider: new (issuer: string, configuration: object) => Provider
  }
  const client = { redirect_uris: [redirectUri], response_types: ['code'], grant_types: ['authorization_code'] }
  provider = new OidcProvider(issuer, {
    clients: [
      { ...client, client_id: 'counterpart', client_secret: 'a secret of this test alone, long enough' },
      { ...client, client_id: 'public', token_endpoint_auth_method: 'none' },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name'], house: ['roles', 'twin'] },
    scopes: ['openid', 'profile', 'house'],
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['for this test'] },
    findAccount: async (_: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...people[id] }),
    }),
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    loadExistingGrant: async ({ oidc }: { oidc: { client: { clientId: string }; session: { accountId: string } } }) => {
      const grant = new provider!.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope('openid profile house')
      await grant.save()
      return grant
    },
  })
  records = openRecords(':memory:')
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  vi.restoreAllMocks()
})

/** Follows the provider's redirects as a browser would, until it sends the browser back to us. */
async function browse(url: string): Promise<string> {
  const jar = new Map<string, string>()
  for (let at = url; ; ) {
    if (at.startsWith(redirectUri)) return at
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; ') },
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0]!.split('=') as [string, string]
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`${response.status} at ${at}: ${(await response.text()).slice(0, 500)}`)
    at = new URL(location, at).href
  }
}

const signIn = async (person: string, more?: Partial<OpenIdSettings>) => {
  nextPerson = person
  const openId = open(more)
  const { url, flow } = await openId.begin({ returnTo: '/patients/1' })
  return openId.finish(await browse(url), flow)
}

describe('signing in through an OpenID provider', () => {
  test('gives who it is and the role that the claim is mapped to', async () => {
    const signedIn = await signIn('ada')
    expect(signedIn).toMatchObject({
      principal: { name: 'Ada King', role: 'clinician' },
      roles: ['clinician'],
      returnTo: '/patients/1',
    })
    expect(signedIn.principal.userId).toMatch(/^openid:[0-9a-f]{12}:ada$/)
    expect(signedIn.principal.subject).toBeUndefined()
  })

  test('a patient comes with their own subject', async () => {
    expect((await signIn('pat')).principal).toMatchObject({ role: 'patient', subject: 'patient/7f3a' })
  })

  test('a public client signs in by PKCE alone', async () => {
    expect((await signIn('ada', { clientId: 'public', clientSecret: undefined })).principal.role).toBe('clinician')
  })

  test('nobody gets in without a role', async () => {
    await expect(signIn('eve')).rejects.toMatchObject({
      code: 'openid-refused',
      message: expect.stringContaining('no role'),
    })
  })

  test('asks with PKCE S256, state and nonce', async () => {
    const asked = new URL((await open().begin()).url).searchParams
    expect(asked.get('code_challenge_method')).toBe('S256')
    for (const name of ['code_challenge', 'state', 'nonce']) expect(asked.get(name)?.length).toBeGreaterThan(30)
  })

  test('an answer works once, for the browser that asked, within ten minutes', async () => {
    nextPerson = 'ada'
    const openId = open()
    const mine = await openId.begin()
    const answer = await browse(mine.url)
    const other = await openId.begin()
    await expect(openId.finish(answer, other.flow)).rejects.toMatchObject({ code: 'openid-refused' })
    expect(await openId.finish(answer, mine.flow)).toBeDefined()
    await expect(openId.finish(answer, mine.flow)).rejects.toMatchObject({ code: 'openid-refused' })
    const late = await openId.begin()
    now += 10 * minute
    await expect(openId.finish(await browse(late.url), late.flow)).rejects.toMatchObject({ code: 'openid-refused' })
  })

  test('sends people back to a page of ours only', async () => {
    nextPerson = 'ada'
    for (const returnTo of [
      '//elsewhere.example',
      'https://elsewhere.example',
      '/\\elsewhere.example',
      'javascript:alert(1)',
    ]) {
      const openId = open()
      const { url, flow } = await openId.begin({ returnTo })
      expect((await openId.finish(await browse(url), flow)).returnTo).toBe('/')
    }
  })

  test('a wrong secret is refused', async () => {
    await expect(signIn('ada', { clientSecret: 'wrong' })).rejects.toMatchObject({ code: 'openid-refused' })
  })

  test('a provider that is away is reported, and asked again at the next sign-in', async () => {
    const away = createServer()
    await new Promise<void>((resolve) => away.listen(0, '127.0.0.1', resolve))
    const { port } = away.address() as AddressInfo
    await new Promise((resolve) => away.close(resolve))
    await expect(open({ issuer: `http://127.0.0.1:${port}` }).begin()).rejects.toMatchObject({
      code: 'openid-unavailable',
    })
  })
})

describe('settings from the environment', () => {
  test('without an issuer there are none', () => {
    expect(openIdSettings({}, redirectUri)).toBeUndefined()
  })

  test('roles are mapped by value=role', () => {
    expect(
      openIdSettings(
        {
          OIDC_ISSUER: 'https://id.example.org',
          OIDC_CLIENT_ID: 'c',
          OIDC_ROLE_MAP: 'CN=Doctors=clinician, it = engineer',
        },
        redirectUri,
      ),
    ).toMatchObject({ clientId: 'c', roleMap: { 'CN=Doctors': 'clinician', it: 'engineer' } })
  })

  test.each([
    [{ OIDC_ISSUER: 'https://id.example.org' }, 'OIDC_CLIENT_ID'],
    [{ OIDC_ISSUER: 'https://id.example.org', OIDC_CLIENT_ID: 'c', OIDC_ROLE_MAP: 'doctors=god' }, 'doctors=god'],
  ])('%j is refused with what is wrong', (environment, what) => {
    expect(() => openIdSettings(environment, redirectUri)).toThrow(what)
  })

  test('an issuer without encryption is refused but on this machine', () => {
    expect(() => open({ issuer: 'http://id.example.org' })).toThrow('https://')
  })
})
