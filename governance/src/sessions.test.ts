import { day, hour, minute } from '@counterpart/kernel'
import { beforeEach, describe, expect, test } from 'vitest'
import { openRecords, type Records } from './records.ts'
import { openSessions, type Sessions, sessionCookie, tokenFrom } from './sessions.ts'

let now: number
let records: Records
let sessions: Sessions
const ada = { userId: 'account:ada', name: 'Ada King', role: 'clinician' } as const

beforeEach(() => {
  now = 1_700_000_000_000
  records = openRecords(':memory:')
  sessions = openSessions({ records, clock: () => now })
})

describe('sessions', () => {
  test('a token has 256 random bits and is not kept', async () => {
    const { token } = await sessions.begin(ada)
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(JSON.stringify(await records.list('session'))).not.toContain(token)
    expect((await sessions.check(token))?.principal).toEqual(ada)
    expect(await sessions.check(`${token.slice(0, -1)}_`)).toBeUndefined()
  })

  test('idle for half an hour ends it, use puts that off, and half a day ends it anyway', async () => {
    const idle = await sessions.begin(ada)
    now += 30 * minute
    expect(await sessions.check(idle.token)).toBeUndefined()

    const used = await sessions.begin(ada)
    for (let at = 0; at < 12 * hour - 29 * minute; at += 29 * minute) {
      expect(await sessions.check(used.token)).toBeDefined()
      now += 29 * minute
    }
    now = used.session.expires
    expect(await sessions.check(used.token)).toBeUndefined()
  })

  test('signing in again gives another token and ends the one the browser came with', async () => {
    const first = await sessions.begin(ada)
    const second = await sessions.begin(ada, { replaces: first.token })
    expect(second.token).not.toBe(first.token)
    expect(await sessions.check(first.token)).toBeUndefined()
    expect(await sessions.check(second.token)).toBeDefined()
  })

  test('log-out ends one, log-out everywhere ends all, or all but this one', async () => {
    const [a, b, c] = [await sessions.begin(ada), await sessions.begin(ada), await sessions.issueToken(ada)]
    const other = await sessions.begin({ ...ada, userId: 'account:ben' })
    await sessions.end(a.token)
    expect(await sessions.check(a.token)).toBeUndefined()
    expect(await sessions.endAll(ada.userId, b.token)).toBe(1)
    expect(await sessions.check(c.token)).toBeUndefined()
    expect((await sessions.list(ada.userId)).map(({ id }) => id)).toEqual([b.session.id])
    expect(await sessions.endById(ada.userId, b.session.id)).toBe(true)
    expect(await sessions.check(other.token)).toBeDefined()
  })

  test('a bearer token does not idle out but ends on its day, 90 days at the latest', async () => {
    const { token, session } = await sessions.issueToken(ada, { lifetime: 1_000 * day })
    expect(token).toMatch(/^cpt_/)
    now += 90 * day - 1
    expect(await sessions.check(token)).toBeDefined()
    now += 1
    expect(now).toBe(session.expires)
    expect(await sessions.check(token)).toBeUndefined()
  })

  test('what has run out is forgotten', async () => {
    await sessions.begin(ada)
    now += day
    await sessions.begin(ada)
    expect(await records.list('session')).toHaveLength(1)
  })
})

describe('where the token travels', () => {
  test('the cookie is bound to this host over https', () => {
    expect(sessionCookie({ secure: true, token: 'abc' }).header).toBe(
      '__Host-counterpart-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure',
    )
    expect(sessionCookie({ secure: false }).header).toBe(
      'counterpart-session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
    )
  })

  test('a bearer token comes before the cookie, and a cookie of another name is none', () => {
    const cookie = 'x=1; __Host-counterpart-session=abc; y=2'
    expect(tokenFrom({ cookie }, true)).toBe('abc')
    expect(tokenFrom({ cookie }, false)).toBeUndefined()
    expect(tokenFrom({ cookie, authorization: 'Bearer cpt_def' }, true)).toBe('cpt_def')
    expect(tokenFrom({}, true)).toBeUndefined()
  })
})
