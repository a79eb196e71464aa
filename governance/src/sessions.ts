import { createHash } from 'node:crypto'
import { day, hour, type Instant, type Json, type Milliseconds, minute } from '@counterpart/kernel'
import type { Principal } from './accounts.ts'
import { type RandomBytes, secureRandomBytes } from './passwords.ts'
import type { Records } from './records.ts'

/** A signed-in person, or a script with a bearer token. */
export interface Session {
  /** Names the session in lists and audits; it does not let anyone in. */
  readonly id: string
  readonly kind: 'browser' | 'bearer'
  readonly principal: Principal
  readonly begun: Instant
  readonly lastSeen: Instant
  /** The end, whatever happens. */
  readonly expires: Instant
  /** The end if nothing happens. Equals `expires` for a bearer token. */
  readonly idleExpires: Instant
  readonly label?: string
}

export interface Sessions {
  /** Begins a browser session under a fresh token; `replaces` is the token the browser came with, which ends. */
  begin(principal: Principal, options?: { readonly replaces?: string }): Promise<IssuedSession>
  /** A bearer token for scripts; lasts a day unless told, 90 days at most. */
  issueToken(
    principal: Principal,
    options?: { readonly lifetime?: Milliseconds; readonly label?: string },
  ): Promise<IssuedSession>
  /** Whose token this is; `undefined` when it is none of ours, ended or ran out. Puts the idle time-out off. */
  check(token: string): Promise<Session | undefined>
  /** Log-out. */
  end(token: string): Promise<void>
  /** Log-out everywhere; with `except`, everywhere but here. Returns how many ended. */
  endAll(userId: string, except?: string): Promise<number>
  /** Sessions and tokens of a user, those that have run out left away. */
  list(userId: string): Promise<readonly Session[]>
  /** Ends a session by its id, for the list of sessions. */
  endById(userId: string, id: string): Promise<boolean>
}

export interface IssuedSession {
  /** 256 random bits; told this once, only its SHA-256 is kept. */
  readonly token: string
  readonly session: Session
}

export interface SessionsOptions {
  readonly records: Records
  readonly clock: () => Instant
  readonly randomBytes?: RandomBytes
  /** Default 30 min. */
  readonly idle?: Milliseconds
  /** Default 12 h: a long shift. */
  readonly absolute?: Milliseconds
}

const kind = 'session'
/** Lets scanners for leaked secrets know one of ours. */
const bearerPrefix = 'cpt_'

export function openSessions(options: SessionsOptions): Sessions {
  const { records, clock, randomBytes = secureRandomBytes, idle = 30 * minute, absolute = 12 * hour } = options
  /** Last seen is written at most this often, so that reading stays cheap. */
  const touchEvery = Math.min(minute, idle / 4)

  const issue = async (session: Omit<Session, 'id'>, prefix: string): Promise<IssuedSession> => {
    const token = prefix + Buffer.from(randomBytes(32)).toString('base64url')
    const issued: Session = { id: Buffer.from(randomBytes(9)).toString('base64url'), ...session }
    await records.prune(clock())
    await records.put(kind, digest(token), issued as unknown as Json, {
      owner: session.principal.userId,
      expires: session.expires,
    })
    return { token, session: issued }
  }
  const live = (session: Session) => clock() < Math.min(session.expires, session.idleExpires)

  return {
    async begin(principal, { replaces } = {}) {
      if (replaces !== undefined) await records.remove(kind, digest(replaces))
      const now = clock()
      const expires = now + absolute
      return issue(
        { kind: 'browser', principal, begun: now, lastSeen: now, expires, idleExpires: Math.min(expires, now + idle) },
        '',
      )
    },

    async issueToken(principal, { lifetime = day, label } = {}) {
      const now = clock()
      const expires = now + Math.min(lifetime, 90 * day)
      return issue(
        { kind: 'bearer', principal, begun: now, lastSeen: now, expires, idleExpires: expires, label },
        bearerPrefix,
      )
    },

    async check(token) {
      if (token.length > 128) return undefined
      const key = digest(token)
      const session = (await records.get(kind, key)) as Session | undefined
      if (session === undefined) return undefined
      if (!live(session)) {
        await records.remove(kind, key)
        return undefined
      }
      const now = clock()
      if (now - session.lastSeen < touchEvery) return session
      const seen = {
        ...session,
        lastSeen: now,
        idleExpires: session.kind === 'bearer' ? session.expires : Math.min(session.expires, now + idle),
      }
      // `update` leaves a session that was ended meanwhile ended.
      const kept = await records.update(kind, key, () => seen as unknown as Json)
      return kept === undefined ? undefined : seen
    },

    end: async (token) => void (await records.remove(kind, digest(token))),

    endAll: (userId, except) => records.removeOwnedBy(kind, userId, except === undefined ? undefined : digest(except)),

    list: async (userId) =>
      (await records.list(kind, userId)).map(({ value }) => value as unknown as Session).filter(live),

    async endById(userId, id) {
      for (const { key, value } of await records.list(kind, userId))
        if ((value as unknown as Session).id === id) return records.remove(kind, key)
      return false
    },
  }
}

export interface SessionCookie {
  readonly name: string
  /** The whole `Set-Cookie` header. */
  readonly header: string
}

/**
 * The cookie that carries a session (RFC 6265bis): never readable by scripts, not sent with other sites' posts, and over
 * https bound to this very host by the `__Host-` prefix. `token` left out: the header that takes the cookie away.
 */
export function sessionCookie(options: {
  readonly secure: boolean
  readonly token?: string
  readonly purpose?: 'session' | 'sign-in'
}): SessionCookie {
  const { secure, token, purpose = 'session' } = options
  const name = `${secure ? '__Host-' : ''}counterpart-${purpose}`
  const end = token === undefined ? '; Max-Age=0' : ''
  return { name, header: `${name}=${token ?? ''}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${end}` }
}

/** Finds our token in a request's headers: the bearer token before the cookie. */
export function tokenFrom(
  headers: { readonly authorization?: string | null; readonly cookie?: string | null },
  secure: boolean,
): string | undefined {
  const bearer = /^Bearer +([A-Za-z0-9_-]+)$/i.exec(headers.authorization ?? '')
  if (bearer) return bearer[1]
  const { name } = sessionCookie({ secure })
  for (const pair of (headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim() || undefined
  }
  return undefined
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
