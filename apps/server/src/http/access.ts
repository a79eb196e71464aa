import type { AccessAction, AccessDecision, AccessedThing, Principal } from '@counterpart/governance'
import { tokenFrom } from '@counterpart/governance'
import type { SubjectId } from '@counterpart/kernel'
import type { Context } from 'hono'
import type { Platform } from '../platform.ts'
import { isKnown } from '../subjects.ts'
import { notFound, notSignedIn, RequestError } from './problem.ts'

/** What a request's handler may ask about the person behind it. */
export interface Access {
  readonly principal: Principal
  /** Throws `not-permitted` (403) unless permitted; either way the audit trail knows. */
  require(action: AccessAction, thing?: AccessedThing): Promise<AccessDecision>
  /** Whether it would be permitted; leaves no trace, so use it only to decide what to show. */
  may(action: AccessAction, thing?: AccessedThing): Promise<boolean>
  /** Whether the session goes on; to ask does not put its idle time-out off. */
  stands(): Promise<boolean>
}

export type Env = { Variables: { access: Access } }

/** Who is asking, by session cookie or bearer token. Throws `not-signed-in`. */
export async function accessOf(platform: Platform, context: Context): Promise<Access> {
  const token = sessionToken(platform, context)
  const session = token === undefined ? undefined : await platform.sessions.check(token)
  if (!session) throw notSignedIn()
  const { principal } = session
  const address = addressOf(context)
  return {
    principal,
    stands: async () => (await platform.sessions.list(principal.userId)).some(({ id }) => id === session.id),
    may: async (action, thing) => (await platform.policy.decide(principal, action, thing)).allowed,
    require: async (action, thing) => {
      const decision = await platform.policy.decide(principal, action, thing)
      const entry = {
        who: principal.userId,
        role: principal.role,
        action,
        subject: thing?.subject,
        resource: `${context.req.method} ${new URL(context.req.url).pathname}`,
        outcome: decision.allowed ? ('allowed' as const) : ('denied' as const),
        purpose: decision.reasons.join(', ') || undefined,
        address,
      }
      if (context.req.method === 'GET' && decision.allowed) platform.audit.read(entry)
      else await platform.audit.write(entry)
      if (!decision.allowed)
        throw new RequestError(
          403,
          'not-permitted',
          `${principal.role === 'engineer' ? 'An' : 'A'} ${principal.role} may not ${inWords(action)}${thing?.subject ? ' here' : ''}.`,
        )
      return decision
    },
  }
}

export function sessionToken(platform: Platform, context: Context): string | undefined {
  return tokenFrom(
    { authorization: context.req.header('authorization'), cookie: context.req.header('cookie') },
    platform.secure,
  )
}

/** The address a request came from, as far as the connection tells. */
export function addressOf(context: Context): string | undefined {
  const bindings = context.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
  return bindings?.incoming?.socket?.remoteAddress
}

/** Refuses writes that another site's page could have caused: a browser sends this header only from our own pages. */
export function requireOwnPage(context: Context): void {
  if (context.req.header('authorization')) return
  if (context.req.header('x-counterpart-request') !== '1')
    throw new RequestError(
      403,
      'foreign-request',
      'Requests that change something need the header "x-counterpart-request: 1".',
    )
}

export function subjectFrom(kind: string, id: string): SubjectId {
  if (!/^(patient|department|clinic|population|provider)$/.test(kind) || !/^[A-Za-z0-9._-]{1,128}$/.test(id))
    throw new RequestError(404, 'not-found', `There is no subject "${kind}/${id}".`)
  return `${kind}/${id}` as SubjectId
}

/** Throws `not-found` unless something is known of the subject; what was known may also have been erased. */
export async function requireKnown(platform: Platform, subject: SubjectId): Promise<void> {
  const owner = platform.intake.ownerOf(subject)
  if (owner !== subject)
    throw new RequestError(404, 'merged', `"${subject}" was merged: its record is that of "${owner}" now.`)
  if (!isKnown(await platform.subjects.get(subject))) throw notFound(`subject "${subject}"`)
}

function inWords(action: AccessAction): string {
  return action.replaceAll('-', ' ')
}
