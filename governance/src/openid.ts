import { createHash } from 'node:crypto'
import { type Instant, minute, parseTwinId, type Role, type SubjectId } from '@counterpart/kernel'
import * as openid from 'openid-client'
import { type Principal, roleOfBound, roles } from './accounts.ts'
import { GovernanceError } from './errors.ts'
import { type RandomBytes, secureRandomBytes } from './passwords.ts'
import type { Records } from './records.ts'

/** How to sign in through an OpenID provider (OpenID Connect Core 1.0). */
export interface OpenIdSettings {
  readonly issuer: string
  readonly clientId: string
  /** Left out: a public client, kept safe by PKCE alone. */
  readonly clientSecret?: string
  /** Where the provider sends people back to, e.g. `https://twins.example.org/sign-in/callback`. */
  readonly redirectUri: string
  /** Claim that holds the role or roles, a path with dots, e.g. `realm_access.roles`. Default `roles`. */
  readonly roleClaim?: string
  /** Which value of the claim means which role; values not named mean the role of the same name, if there is one. */
  readonly roleMap?: Readonly<Record<string, Role>>
  /** Claim that names who somebody is: a patient's subject, with or without `patient/`, or `provider/<clinic>.<code>`. */
  readonly subjectClaim?: string
  /** Default `openid profile`. */
  readonly scope?: string
}

export interface OpenIdSignIn {
  /**
   * Begins a sign-in: send the browser to `url`, keep `flow` in its sign-in cookie. Throws {@link GovernanceError}
   * `openid-unavailable` when the provider cannot be reached; the next call tries again.
   */
  begin(options?: { readonly returnTo?: string }): Promise<{ readonly url: string; readonly flow: string }>
  /**
   * Ends it: `currentUrl` is the address with `code` and `state` to which the provider sent the browser. Works once per
   * `flow`, within ten minutes. Throws {@link GovernanceError} `openid-refused` or `openid-unavailable`.
   */
  finish(
    currentUrl: string,
    flow: string,
  ): Promise<{
    readonly principal: Principal
    /** All roles that the provider vouches for; `principal.role` is the first in the house's order. */
    readonly roles: readonly Role[]
    readonly returnTo: string
  }>
  /** Where to send the browser to end the session at the provider too; `undefined` when it offers no such place. */
  signOutUrl(returnTo: string): Promise<string | undefined>
}

/** Reads OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_ROLE_CLAIM, OIDC_ROLE_MAP (`doctors=clinician,it=engineer`), OIDC_SUBJECT_CLAIM, OIDC_SCOPE. `undefined` without an issuer. Throws {@link GovernanceError} `openid-invalid`. */
export function openIdSettings(
  environment: Readonly<Record<string, string | undefined>>,
  redirectUri: string,
): OpenIdSettings | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = environment
  if (!issuer) return undefined
  if (!clientId)
    throw new GovernanceError(
      'openid-invalid',
      'OIDC_ISSUER is set but OIDC_CLIENT_ID is not; set it to the id that the provider gave',
    )
  const pairs = (environment.OIDC_ROLE_MAP ?? '').split(',').filter((pair) => pair.trim() !== '')
  const roleMap = Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.lastIndexOf('=')
      const role = pair.slice(at + 1).trim() as Role
      if (at < 1 || !roles.includes(role))
        throw new GovernanceError(
          'openid-invalid',
          `OIDC_ROLE_MAP has "${pair.trim()}"; expected value=role with a role of ${roles.join(', ')}`,
        )
      return [pair.slice(0, at).trim(), role]
    }),
  )
  return {
    issuer,
    clientId,
    clientSecret: environment.OIDC_CLIENT_SECRET || undefined,
    redirectUri,
    roleClaim: environment.OIDC_ROLE_CLAIM || undefined,
    roleMap,
    subjectClaim: environment.OIDC_SUBJECT_CLAIM || undefined,
    scope: environment.OIDC_SCOPE || undefined,
  }
}

interface Flow {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly returnTo: string
}

/** Sign-in by authorization code with PKCE S256, state and nonce; asks the provider for its metadata when first used. */
export function openOpenId(options: {
  readonly settings: OpenIdSettings
  readonly records: Records
  readonly clock: () => Instant
  readonly randomBytes?: RandomBytes
}): OpenIdSignIn {
  const { settings, records, clock, randomBytes = secureRandomBytes } = options
  const issuer = checkIssuer(settings.issuer)
  let discovered: Promise<openid.Configuration> | undefined
  const configuration = () => {
    discovered ??= discover(issuer, settings).catch((cause) => {
      discovered = undefined
      throw new GovernanceError(
        'openid-unavailable',
        `the OpenID provider ${settings.issuer} cannot be reached or is not one (${(cause as Error).message}); check OIDC_ISSUER and the network, then sign in again`,
        { cause },
      )
    })
    return discovered
  }

  return {
    async begin({ returnTo = '/' } = {}) {
      const provider = await configuration()
      const flow: Flow = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        codeVerifier: openid.randomPKCECodeVerifier(),
        returnTo: safeReturn(returnTo),
      }
      const url = openid.buildAuthorizationUrl(provider, {
        redirect_uri: settings.redirectUri,
        scope: settings.scope ?? 'openid profile',
        code_challenge: await openid.calculatePKCECodeChallenge(flow.codeVerifier),
        code_challenge_method: 'S256',
        state: flow.state,
        nonce: flow.nonce,
      })
      const token = Buffer.from(randomBytes(32)).toString('base64url')
      await records.prune(clock())
      await records.put('openid-flow', digest(token), { ...flow }, { expires: clock() + 10 * minute })
      return { url: url.href, flow: token }
    },

    async finish(currentUrl, token) {
      await records.prune(clock())
      const flow = (await records.take('openid-flow', digest(token))) as Flow | undefined
      if (flow === undefined)
        throw new GovernanceError(
          'openid-refused',
          'this sign-in was not begun here, is over, or took more than ten minutes; sign in again',
        )
      const provider = await configuration()
      const claims = await askClaims(provider, currentUrl, flow, settings)
      const held = rolesOf(claims, settings)
      const role = held[0]
      if (role === undefined)
        throw new GovernanceError(
          'openid-refused',
          `the provider names no role for you in the claim "${settings.roleClaim ?? 'roles'}"; expected one of ${[...Object.keys(settings.roleMap ?? {}), ...roles].join(', ')}. Ask your administrator`,
        )
      const name = text(claims.name) ?? text(claims.preferred_username) ?? text(claims.email) ?? String(claims.sub)
      const subject = subjectOf(claims, settings, role)
      const userId = `openid:${digest(issuer.href).slice(0, 12)}:${claims.sub}`
      return { principal: { userId, name, role, ...(subject && { subject }) }, roles: held, returnTo: flow.returnTo }
    },

    async signOutUrl(returnTo) {
      const provider = await configuration()
      if (provider.serverMetadata().end_session_endpoint === undefined) return undefined
      return openid.buildEndSessionUrl(provider, { post_logout_redirect_uri: returnTo }).href
    },
  }
}

type Claims = Readonly<Record<string, unknown>> & { readonly sub: string }

async function askClaims(
  provider: openid.Configuration,
  currentUrl: string,
  flow: Flow,
  settings: OpenIdSettings,
): Promise<Claims> {
  try {
    // The provider compares redirect_uri to the one registered; a reverse proxy may have shown us another host.
    const here = new URL(settings.redirectUri)
    here.search = new URL(currentUrl, here).search
    const tokens = await openid.authorizationCodeGrant(provider, here, {
      pkceCodeVerifier: flow.codeVerifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      idTokenExpected: true,
    })
    const fromToken = tokens.claims() as Claims
    // Providers may keep roles and names out of the ID token (OpenID Connect Core §5.4): then the user-info endpoint has them.
    if (rolesOf(fromToken, settings).length > 0 && text(fromToken.name) !== undefined) return fromToken
    if (provider.serverMetadata().userinfo_endpoint === undefined) return fromToken
    return { ...(await openid.fetchUserInfo(provider, tokens.access_token, fromToken.sub)), ...fromToken } as Claims
  } catch (cause) {
    const unreachable = cause instanceof TypeError && !(cause as { code?: unknown }).code
    throw new GovernanceError(
      unreachable ? 'openid-unavailable' : 'openid-refused',
      `the sign-in at ${settings.issuer} did not succeed (${(cause as Error).message}); sign in again`,
      { cause },
    )
  }
}

async function discover(issuer: URL, settings: OpenIdSettings): Promise<openid.Configuration> {
  const authentication = settings.clientSecret ? openid.ClientSecretBasic(settings.clientSecret) : openid.None()
  const execute = [openid.enableNonRepudiationChecks]
  if (issuer.protocol === 'http:') execute.push(openid.allowInsecureRequests)
  return openid.discovery(issuer, settings.clientId, undefined, authentication, { execute, timeout: 10 })
}

function checkIssuer(text: string): URL {
  const issuer = URL.canParse(text) ? new URL(text) : undefined
  const loopback = issuer !== undefined && ['127.0.0.1', '[::1]', 'localhost'].includes(issuer.hostname)
  if (issuer === undefined || !(issuer.protocol === 'https:' || (issuer.protocol === 'http:' && loopback)))
    throw new GovernanceError(
      'openid-invalid',
      `OIDC_ISSUER "${text}" is not usable; expected an https:// address (http:// only on this very machine)`,
    )
  return issuer
}

function rolesOf(claims: Claims, settings: OpenIdSettings): readonly Role[] {
  const value = (settings.roleClaim ?? 'roles')
    .split('.')
    .reduce<unknown>(
      (at, name) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, name)
          ? (at as Record<string, unknown>)[name]
          : undefined,
      claims,
    )
  const values = (Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[\s,]+/) : []).map(String)
  const map = new Map(Object.entries(settings.roleMap ?? {}))
  const named = new Set(values.map((name) => map.get(name) ?? name))
  return roles.filter((role) => named.has(role))
}

function subjectOf(claims: Claims, settings: OpenIdSettings, role: Role): SubjectId | undefined {
  const value = settings.subjectClaim === undefined ? undefined : text(claims[settings.subjectClaim])
  if (value === undefined) return undefined
  const subject = parseTwinId(`any:${value.includes('/') ? value : `patient/${value}`}`)?.subject
  return subject !== undefined && roleOfBound(subject) === role ? subject : undefined
}

/** Only a path within this site: anything else would let a link send people elsewhere after sign-in. */
function safeReturn(path: string): string {
  return /^\/(?![/\\])[^\\\n\r]*$/.test(path) ? path : '/'
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
