import type { SubjectId } from '@counterpart/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listenLive, sendRawMllp } from '../test-support/doors.ts'
import { type Caller, sendHl7, startTestServer, type TestServer, vitalSigns } from '../test-support/test-server.ts'
import type { AuditList, QuarantineList, Recommendations, Session, SubjectList, TwinState } from './contract/index.ts'

const minute = 60_000
let now = Date.UTC(2026, 4, 1, 8)
let house: TestServer
const roles = ['patient', 'clinician', 'manager', 'researcher', 'engineer', 'steward'] as const
type Role = (typeof roles)[number]
const by = {} as Record<Role, Caller>
let own: SubjectId
let other: SubjectId
let twin: string
let recommendation: string
let option: string
let observationEvent: string
let identityEvent: string
let quarantined: string

beforeAll(async () => {
  house = await startTestServer({ clock: () => now })
  const { mllp } = house.server.ports
  for (let i = 0; i < 3; i++, now += 3 * minute)
    for (const record of ['MRN-1', 'MRN-2'])
      await sendHl7(mllp, [
        vitalSigns({
          control: `${record}-${i}`,
          record,
          at: now,
          values: { '8480-6': [190 + i, 'mm[Hg]'], '8462-4': [110, 'mm[Hg]'], '8867-4': [80, '/min'] },
        }),
        // A result in words, that names somebody.
        vitalSigns({ control: `${record}-${i}-said`, record, at: now, values: { '8867-4': [80, '/min'] } }).replace(
          '|NM|8867-4^^LN||80|/min^^UCUM|',
          '|ST|8661-1^Complaint^LN||Ida Example is dizzy||',
        ),
      ])
  await house.server.platform.host.settled()
  const bad = vitalSigns({ control: 'bad', record: 'MRN-1', at: now, values: { '8867-4': [8_765, '/min'] } })
  await sendRawMllp(mllp, [`\x0b${bad}\x1c\r`])
  by.clinician = await house.as('clinician')
  const { subjects } = (await by.clinician.get('/api/subjects')).body as SubjectList
  own = subjects.find(({ name }) => name?.includes('MRN-1'))!.id as SubjectId
  other = subjects.find(({ name }) => name?.includes('MRN-2'))!.id as SubjectId
  twin = `cardiovascular:${own}`
  await house.server.platform.accounts.bindSubject('patient', own)
  for (const role of roles) by[role] = await house.as(role)
  const { recommendations } = (await by.clinician.get(`/api/twins/${encodeURIComponent(twin)}/recommendations`))
    .body as Recommendations
  recommendation = recommendations[0]!.id
  option = recommendations[0]!.options[0]!.scenario.id
  for await (const event of house.server.platform.thread.read(own)) {
    if (event.type === 'observation.recorded') observationEvent = event.id
    if (event.type === 'subject.identified') identityEvent = event.id
  }
  quarantined = ((await by.steward.get('/api/quarantine')).body as QuarantineList).entries[0]!.id
})
afterAll(() => house?.close())

const decision = (id: string) => ({
  twin: id,
  verb: 'reject',
  scenarioId: option,
  reason: { code: 'data-not-trusted', text: 'Ida Example told me otherwise' },
})

describe('each role gets what the policies allow, and no more', () => {
  const paths: readonly (readonly [path: () => string, allowed: readonly Role[]])[] = [
    [() => '/api/subjects', ['patient', 'clinician', 'manager', 'researcher', 'steward']],
    [() => `/api/subjects/${own}`, ['patient', 'clinician', 'manager', 'researcher', 'steward']],
    [() => `/api/subjects/${other}`, ['clinician', 'manager', 'researcher', 'steward']],
    [() => `/api/subjects/${own}/series?channel=heart-rate`, ['patient', 'clinician', 'researcher']],
    [() => `/api/subjects/${other}/series?channel=heart-rate`, ['clinician', 'researcher']],
    [() => `/api/subjects/${own}/waveform`, ['patient', 'clinician', 'researcher']],
    [() => `/api/twins/${encodeURIComponent(twin)}`, ['patient', 'clinician', 'researcher']],
    [() => `/api/twins/${encodeURIComponent(`cardiovascular:${other}`)}`, ['clinician', 'researcher']],
    [() => `/api/twins/${encodeURIComponent(twin)}/history`, ['patient', 'clinician', 'researcher']],
    [() => `/api/twins/${encodeURIComponent(twin)}/forecast`, ['patient', 'clinician', 'researcher']],
    [() => `/api/twins/${encodeURIComponent(twin)}/recommendations`, ['patient', 'clinician', 'researcher']],
    [() => `/api/twins/${encodeURIComponent(`cardiovascular:${other}`)}/recommendations`, ['clinician', 'researcher']],
    [() => `/api/trace?event=${encodeURIComponent(observationEvent)}`, ['patient', 'clinician', 'researcher']],
    [() => `/fhir/${own.replace('patient', 'Patient')}`, ['patient', 'clinician']],
    [() => `/fhir/Observation?patient=${own.slice(8)}`, ['patient', 'clinician']],
    [() => `/fhir/${other.replace('patient', 'Patient')}`, ['clinician']],
    [() => '/api/quarantine', ['engineer', 'steward']],
    [() => `/api/quarantine/${quarantined}`, ['engineer', 'steward']],
    [() => '/api/audit', ['steward']],
    [() => `/api/audit?subject=${own}`, ['patient', 'steward']],
    [() => `/api/audit?subject=${other}`, ['steward']],
    [() => '/api/engineering/beliefs', ['engineer', 'steward']],
    [() => '/api/sources', roles],
    [() => '/api/twin-kinds', roles],
  ]
  test.each(paths.map(([path, allowed]) => [allowed.join(', '), path, allowed] as const))(
    'only %s',
    async (_, path, allowed) => {
      const answers = await Promise.all(roles.map(async (role) => [role, (await by[role].get(path())).status] as const))
      expect([path(), Object.fromEntries(answers)]).toEqual([
        path(),
        Object.fromEntries(roles.map((role) => [role, allowed.includes(role) ? 200 : 403])),
      ])
    },
  )

  test('only a clinician decides; a steward mends messages and may not approve', async () => {
    for (const role of roles.filter((each) => each !== 'clinician')) {
      const answer = await by[role].post(
        `/api/recommendations/${encodeURIComponent(recommendation)}/decisions`,
        decision(twin),
      )
      expect([role, answer.status]).toEqual([role, 403])
    }
    for (const role of roles.filter((each) => each !== 'steward'))
      for (const what of ['resubmit', 'discard']) {
        const answer = await by[role].post(`/api/quarantine/${quarantined}/${what}`, { reason: 'x' })
        expect([role, what, answer.status]).toEqual([role, what, 403])
      }
    for (const role of ['manager', 'engineer', 'steward'] as const) {
      const answer = await by[role].post(`/api/twins/${encodeURIComponent(twin)}/what-if`, { interventions: [] })
      expect([role, answer.status]).toEqual([role, 403])
    }
    const decided = await by.clinician.post(
      `/api/recommendations/${encodeURIComponent(recommendation)}/decisions`,
      decision(twin),
    )
    expect([decided.status, (decided.body as { detail?: string }).detail]).toEqual([200, undefined])
  })

  test('messages are taken from engineers and clinicians alone', async () => {
    for (const role of roles) {
      const { status } = await by[role].post('/fhir', '{')
      expect([role, status]).toEqual([role, ['clinician', 'engineer'].includes(role) ? 400 : 403])
    }
  })

  test('a session says what its role may do at all', async () => {
    const may = async (role: Role) => ((await by[role].get('/api/session')).body as Session).may
    expect(await may('clinician')).toEqual(expect.arrayContaining(['view-subject', 'take-decision', 'run-what-if']))
    expect(await may('engineer')).not.toContain('view-subject-list')
    expect(await may('steward')).not.toContain('take-decision')
    expect(await may('researcher')).not.toContain('view-quarantine')
  })
})

describe('what they get', () => {
  test('a patient finds themselves alone', async () => {
    const { subjects, total } = (await by.patient.get('/api/subjects')).body as SubjectList
    expect([total, subjects.map(({ id }) => id)]).toEqual([1, [own]])
    expect(subjects[0]!.name).toContain('MRN-1')
    const search = (await by.patient.get('/api/subjects?search=MRN-2')).body as SubjectList
    expect(search.total).toBe(0)
  })

  test('a researcher gets the data, but no name, number, birth date, raw message, free text, or who decided', async () => {
    const researcher = by.researcher
    const live = await listenLive(house.server.url, researcher.token, { subject: own, lastEventId: 0 })
    const path = `/api/twins/${encodeURIComponent(twin)}`
    const state = (await researcher.get(path)).body as TwinState
    const { thread } = house.server.platform
    const events: string[] = []
    for await (const { id, subject } of thread.readAll(0)) if (subject === own) events.push(id)
    const all = await Promise.all(
      [
        '/api/subjects',
        '/api/subjects?search=MRN-1',
        '/api/subjects?search=Example',
        `/api/subjects/${own}`,
        `/api/subjects/${own}/series?channel=${encodeURIComponent('http://loinc.org|8661-1')}`,
        `${path}/recommendations`,
        `/api/trace?event=${encodeURIComponent(state.beliefEvent!)}`,
        `/api/trace?event=${encodeURIComponent(identityEvent)}`,
        ...events
          .filter((id) => !id.startsWith('quarantine'))
          .map((id) => `/api/trace?event=${encodeURIComponent(id)}`),
      ].map(async (url) => {
        const { status, body } = await researcher.get(url)
        expect([url, status]).toEqual([url, 200])
        return JSON.stringify(body)
      }),
    )
    expect(all[1]).toContain('"total":0')
    expect(all[5]).toContain('data-not-trusted')
    expect(all.slice(6).some((text) => text.includes('"value":80'))).toBe(true)
    await expect.poll(() => live.heard.filter(({ name }) => name === 'observation').length).toBe(12)
    for (const text of [...all, JSON.stringify(live.heard)]) {
      // The subject's name and number as sent, and what was said of them.
      expect(text).not.toMatch(/Example|MRN-1|19600101|1960-01-01|Ida |dizzy|MSH\||account:clinician/)
    }
    await live.leave()
    // The same said to a clinician has all of it.
    const clinician = JSON.stringify(
      (await by.clinician.get(`/api/trace?event=${encodeURIComponent(identityEvent)}`)).body,
    )
    expect(clinician).toMatch(/Example.*MRN-1/)
  })

  test('an engineer sees that a message was refused, not what it says', async () => {
    const list = (await by.engineer.get('/api/quarantine')).body as QuarantineList
    expect(list.entries.find(({ id }) => id === quarantined)).toMatchObject({ code: 'implausible', body: null })
    const one = (await by.engineer.get(`/api/quarantine/${quarantined}`)).body
    const sources = (await by.engineer.get('/api/sources')).body
    const beliefs = (await by.engineer.get('/api/engineering/beliefs')).body
    const kinds = (await by.engineer.get('/api/twin-kinds')).body
    expect(JSON.stringify([list, one, sources, beliefs, kinds])).not.toMatch(/8765|8,765|MRN-1|Example/)
    expect(JSON.stringify((await by.steward.get(`/api/quarantine/${quarantined}`)).body)).toMatch(
      /8765.*MRN-1|MRN-1.*8765/,
    )
  })

  test('a manager and a steward see who is there, without anything measured', async () => {
    for (const role of ['manager', 'steward'] as const) {
      const list = (await by[role].get('/api/subjects')).body as SubjectList
      expect(list.subjects[0]!.name).toContain('Example')
      expect(list.subjects.flatMap(({ twins }) => twins.flatMap(({ headlines }) => headlines))).toEqual([])
      expect((await by[role].get(`/api/subjects/${own}`)).body).toMatchObject({ latest: [] })
    }
    const clinicians = (await by.clinician.get('/api/subjects')).body as SubjectList
    expect(clinicians.subjects[0]!.twins[0]!.headlines.length).toBeGreaterThan(0)
  })
})

describe('the audit trail', () => {
  const audit = async (query: string, caller = by.steward) =>
    ((await caller.get(`/api/audit?${query}&limit=1000`)).body as AuditList).entries

  test('has what was denied', async () => {
    await by.engineer.get(`/api/subjects/${own}/series?channel=heart-rate`)
    const entries = await audit('user=account:engineer')
    expect(entries.filter(({ outcome }) => outcome === 'denied').map(({ action }) => action)).toEqual(
      expect.arrayContaining(['view-subject-list', 'view-subject', 'view-observations', 'take-decision', 'view-audit']),
    )
    expect(entries.find(({ action, outcome }) => action === 'view-observations' && outcome === 'denied')).toMatchObject(
      {
        who: 'account:engineer',
        role: 'engineer',
        subject: own,
        resource: expect.stringMatching(/^GET \/api/),
      },
    )
  })

  test('shows a patient who looked at them, and who decided, and nothing of others', async () => {
    await by.clinician.get(`/api/subjects/${own}`)
    await expect
      .poll(async () => (await audit(`subject=${own}`, by.patient)).map(({ who, action }) => `${who} ${action}`))
      .toEqual(expect.arrayContaining(['account:clinician view-subject', 'account:clinician take-decision']))
    const entries = await audit(`subject=${own}`, by.patient)
    expect(new Set(entries.map(({ subject }) => subject))).toEqual(new Set([own]))
    // The trail itself tells nothing about the person.
    expect(JSON.stringify(entries)).not.toMatch(/Example|MRN-1/)
  })
})

describe('signing in', () => {
  const signIn = (username: string, password: string, more: Record<string, string> = {}) =>
    fetch(`${house.server.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-counterpart-request': '1', ...more },
      body: JSON.stringify({ username, password }),
    })
  const withCookie = (cookie: string, method = 'GET') =>
    fetch(`${house.server.url}/api/session`, { method, headers: { cookie, 'x-counterpart-request': '1' } })
  const passwordOf = (role: Role) => house.server.firstAccounts.find((account) => account.role === role)!.password

  test('gives a cookie that scripts cannot read and other sites cannot send, and signing out ends the session', async () => {
    const response = await signIn('manager', passwordOf('manager'))
    expect(response.status).toBe(200)
    const [header] = response.headers.getSetCookie()
    expect(header).toMatch(/^counterpart-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const cookie = header!.split(';')[0]!
    expect((await withCookie(cookie)).status).toBe(200)
    const out = await withCookie(cookie, 'DELETE')
    expect([out.status, out.headers.getSetCookie()[0]]).toEqual([204, expect.stringContaining('Max-Age=0')])
    expect((await withCookie(cookie)).status).toBe(401)
  })

  test('anew ends the session that the browser came with', async () => {
    const cookieOf = (response: Response) => response.headers.getSetCookie()[0]!.split(';')[0]!
    const first = cookieOf(await signIn('manager', passwordOf('manager')))
    const second = cookieOf(await signIn('manager', passwordOf('manager'), { cookie: first }))
    expect([(await withCookie(first)).status, (await withCookie(second)).status]).toEqual([401, 200])
    now += 31 * minute
    expect((await withCookie(second)).status).toBe(401)
  })

  test('with a wrong password is 401, and after five times 429 with how long to wait', async () => {
    const statuses: number[] = []
    let last: Response | undefined
    for (let i = 0; i < 7; i++) {
      last = await signIn('researcher', 'not the password')
      statuses.push(last.status)
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
    expect(Number(last!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(await last!.json()).toMatchObject({ status: 429, code: 'too-many-attempts' })
    // Not even with the right one, until the wait is over; and for others nothing changes.
    expect((await signIn('researcher', passwordOf('researcher'))).status).toBe(429)
    expect((await signIn('steward', passwordOf('steward'))).status).toBe(200)
    now += minute
    expect((await signIn('researcher', passwordOf('researcher'))).status).toBe(200)
    const unknown = await signIn('nobody-here', 'not the password')
    expect([unknown.status, ((await unknown.json()) as { detail: string }).detail]).toEqual([
      401,
      'the user name or the password is wrong, or the account is disabled',
    ])
  })

  test('of a disabled account ends at once', async () => {
    const manager = await house.as('manager')
    expect((await manager.get('/api/session')).status).toBe(200)
    await house.server.platform.accounts.setDisabled('manager', true)
    expect((await manager.get('/api/session')).status).toBe(401)
    await house.server.platform.accounts.setDisabled('manager', false)
  })

  test('by a bearer token lasts as long as the token', async () => {
    expect((await by.engineer.get('/api/session')).status).toBe(200)
    now += 24 * 60 * minute
    expect(await by.engineer.get('/api/session')).toMatchObject({ status: 401, body: { code: 'not-signed-in' } })
    const response = await fetch(`${house.server.url}/fhir`, {
      method: 'POST',
      headers: { authorization: `Bearer ${by.engineer.token}`, 'content-type': 'application/fhir+json' },
      body: '{}',
    })
    expect(response.status).toBe(401)
  })
})

test('behind https the cookie is bound to the host and sent over https alone', async () => {
  const secure = await startTestServer({ environment: { PUBLIC_URL: 'https://twins.example' } })
  try {
    const response = await fetch(`${secure.server.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-counterpart-request': '1' },
      body: JSON.stringify({
        username: 'clinician',
        password: secure.server.firstAccounts.find(({ role }) => role === 'clinician')!.password,
      }),
    })
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^__Host-counterpart-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    )
    expect(response.headers.get('strict-transport-security')).toMatch(/max-age=\d+/)
  } finally {
    await secure.close()
  }
})
